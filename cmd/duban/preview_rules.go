package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"duban/cmd/duban/internal/cases"
	"duban/configs"
	"duban/ingest"
	"duban/ingest/rules"
	"duban/notify"
	"duban/notify/report"
	"duban/state"
	"duban/templates"
)

// sampler judges the cases of the rules and writes their letters: the real judge and the
// real composer, with the office's own form, rules and pages where there is a configuration.
type sampler struct {
	form     *state.Form
	set      *rules.Set
	onTrial  *rules.Set // the same rules, those on trial switched on
	pages    *templates.Set
	schedule *state.Schedule
	roster   *state.Roster // of the case being shown
}

// shown is a case as it reads.
type shown struct {
	cases.Case
	Level    state.Level
	Trial    bool
	Findings []state.Finding // all of them; those of the case's rule first
	Draft    *notify.Draft   // nil when nobody but the office hears of it
}

// newSampler reads the configuration in path, or the starter's when it is "".
func newSampler(in *invocation, path string) (*sampler, error) {
	if path == "" {
		home, err := os.MkdirTemp("", "duban-preview")
		if err != nil {
			return nil, fmt.Errorf("make a folder for the configuration: %w", err)
		}
		defer func() { _ = os.RemoveAll(home) }() // the system clears what is left of a temporary folder
		if err := configs.WriteStarter(home); err != nil {
			return nil, err
		}
		path = filepath.Join(home, standardConfig)
	}
	cfg, set, pages, err := load(path, in.now())
	if err != nil {
		return nil, err
	}
	form := *cfg.Form
	form.Former = append(slices.Clone(form.Former), cases.Former()...)
	s := &sampler{form: &form, set: set, pages: pages, schedule: cfg.Schedule}
	var wrong []rules.Fault
	if s.onTrial, wrong = rules.Load(trialLine.ReplaceAll(cfg.Rules.Data, []byte("${1}trial: false")), cfg.Rules.Name, cfg.Form); len(wrong) > 0 {
		return nil, fmt.Errorf("read the rules with those on trial switched on: %v", wrong)
	}
	return s, nil
}

// trialLine is how a rule is put on trial.
var trialLine = regexp.MustCompile(`(?m)^(\s*(?:- )?)trial: true`)

// show judges a case and writes its letter.
func (s *sampler) show(c cases.Case) (shown, error) {
	rule := s.set.Rule(c.Rule)
	if rule == nil {
		return shown{}, fmt.Errorf("there is no rule %q", c.Rule)
	}
	out := shown{Case: c, Level: rule.Level, Trial: rule.Trial}
	r := c.Report(s.form)
	s.roster = cases.Roster()
	if r.Registry != nil {
		r.Registry(s.roster)
	}
	desk := ingest.Desk{Form: s.form, Rules: s.set, Roster: s.roster, Schedule: s.schedule}
	if rule.Trial {
		desk.Rules = s.onTrial
	}
	if r.Told {
		out.Findings = []state.Finding{desk.Rules.Tell(c.Rule, state.Finding{Found: r.Found, Title: "年度累计完成投资(万元)"}, "9月18日10:05报的4420")}
		return out, nil
	}
	last, err := s.open(r.LastWeek())
	if err != nil {
		return out, err
	}
	now, err := s.open(r)
	if err != nil {
		return out, err
	}
	if r.Problem != "" {
		now.Message.Problems = append(now.Message.Problems, r.Problem)
	}
	bases := s.bases(last, r.Gap)
	if r.First {
		bases = nil
	}
	place := desk.Place(now, r.Received, nil)
	v := desk.Judge(state.Mail{ID: "c0ffee", Received: r.Received}, now, place, ingest.Known{Bases: bases, Past: pastLike(bases, r), Seen: repeated(r, now)})
	out.Findings = slices.Clone(v.Mail.Findings)
	slices.SortStableFunc(out.Findings, func(a, b state.Finding) int { return first(b.Rule == c.Rule) - first(a.Rule == c.Rule) })
	if len(v.Depts) == 0 {
		return out, nil
	}
	d := v.Depts[0]
	answer := notify.Answer{Dept: &d, Try: *d.Last(), Mail: &v.Mail, Round: 1, Bases: bases, Now: s.schedule.AfterQuiet(r.Received.Add(s.schedule.Settle))}
	composer := s.composer(now)
	write := composer.Receipt
	if v.Mail.Decision == state.DecisionCorrect {
		write = composer.Correction
	}
	draft, err := write(answer)
	out.Draft = &draft
	return out, err
}

// pastLike is last week's rows over so many more weeks.
func pastLike(bases map[string]state.Base, r *cases.Report) map[string][]state.Past {
	out := map[string][]state.Past{}
	for id, b := range bases {
		if b.Counted == nil {
			continue
		}
		for n := range r.Weeks + 1 {
			p := state.Past{Of: b.Week.Add(-n), Counted: *b.Counted}
			if was := p.Values["planned_finish"]; n > 0 && r.Moved != "" && was.Text != "" {
				p.Values = maps.Clone(p.Values)
				was.Text = r.Moved
				p.Values["planned_finish"] = was
			}
			out[id] = append(out[id], p)
		}
	}
	return out
}

func first(is bool) int {
	if is {
		return 1
	}
	return 0
}

// open reads a report as it would be read from the mailbox.
func (s *sampler) open(r *cases.Report) (ingest.Opened, error) {
	raw, err := r.Mail()
	if err != nil {
		return ingest.Opened{}, err
	}
	o, err := ingest.Open(ingest.Job{Data: raw, Year: r.Received.Year()}, s.form)
	o.Books = r.Opened(o.Books)
	return o, err
}

// bases are last week's figures: of the report of the week before, or, where that never
// came, of the one before it.
func (s *sampler) bases(last ingest.Opened, gap bool) map[string]state.Base {
	out := map[string]state.Base{}
	for _, b := range last.Books {
		for _, row := range b.Rows() {
			p := s.roster.Project(row.Text("project_id"))
			if p == nil {
				continue
			}
			c := state.Counted{Project: p.ID, Class: p.Class, Values: row.Values}
			c.Week, _ = row.Money("week_invest")
			c.YTD, _ = row.Money("ytd_invest")
			if cum, ok := row.Money("cum_invest"); ok {
				c.Cum = cum
			} else {
				c.Cum = p.CumBefore + c.YTD
			}
			base := state.Base{Week: cases.Week.Add(-1), Fresh: true, YTD: c.YTD, Cum: c.Cum, Counted: &c}
			if gap {
				base.Week, base.Fresh, base.YTD, base.Cum = cases.Week.Add(-2), false, c.YTD-c.Week, c.Cum-c.Week
			}
			out[p.ID] = base
		}
	}
	return out
}

// repeated says of a report that is last week's file again where it was seen before.
func repeated(r *cases.Report, o ingest.Opened) map[string]ingest.Sighting {
	seen := map[string]ingest.Sighting{}
	for _, b := range o.Books {
		if r.Repeats {
			seen[b.Blob] = ingest.Sighting{Mail: "before", Week: cases.Week.Add(-1)}
		}
	}
	return seen
}

func (s *sampler) composer(o ingest.Opened) *notify.Composer {
	blob := func(sum string) ([]byte, error) {
		for _, f := range o.Files {
			if f.Sum == sum {
				return f.Data, nil
			}
		}
		return nil, os.ErrNotExist
	}
	return &notify.Composer{
		Office: notify.Office{Name: "区重大项目办", Mail: "zdxmb@lanchuan.example", Contact: "张三 000-0000-0000"},
		Domain: "lanchuan.example", Pages: s.pages, Roster: s.roster, Schedule: s.schedule, Form: s.form,
		Blob: blob, Mark: report.Mark,
	}
}

// rules writes the letters of every rule as one page, and their marked workbooks beside it.
func (c *previewCmd) rules(ctx context.Context, in *invocation) error {
	path, err := in.configPath()
	if err != nil {
		path = ""
	}
	s, err := newSampler(in, path)
	if err != nil {
		return err
	}
	sheet := contactSheet{Title: "每条规则的信"}
	count := 0
	for _, g := range cases.Groups() {
		group := sheetGroup{Title: g.Title}
		for _, one := range g.Cases {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if s.set.Rule(one.Rule) == nil {
				continue // the office took the rule out
			}
			x, err := s.show(one)
			if err != nil {
				return fmt.Errorf("write the letter of %s: %w", one.Key(), err)
			}
			count++
			entry := x.entry()
			if x.Draft != nil {
				for i, f := range x.Draft.Files {
					name := fmt.Sprintf("标注/%s-%d.xlsx", strings.ReplaceAll(one.Key(), "/", "-"), i+1)
					if err := c.save(in, name, f.Data); err != nil {
						return err
					}
					entry.Files = append(entry.Files, name)
				}
			}
			group.Entries = append(group.Entries, entry)
		}
		sheet.Groups = append(sheet.Groups, group)
	}
	page, err := sheet.html()
	if err != nil {
		return err
	}
	fmt.Fprintf(in.stdout, "共%d封。\n", count)
	return c.save(in, "rules.html", page)
}

// entry is a case as the page shows it.
func (x shown) entry() sheetEntry {
	e := sheetEntry{Key: x.Key(), Mark: marks[x.Level]}
	if x.Trial {
		e.Mark += ",试行中"
	}
	for _, f := range x.Findings {
		if f.Rule == x.Rule {
			e.Note = f.Message
			break
		}
	}
	if x.Draft != nil && (x.Level != state.LevelNote || x.Draft.Kind == state.TopicCorrection) {
		e.Subject, e.Text, e.HTML = x.Draft.Subject, x.Draft.Text, body(x.Draft.HTML)
	}
	return e
}

// marks are the levels as the office calls them.
var marks = map[state.Level]string{state.LevelError: "必须改", state.LevelWarning: "改或说明", state.LevelNote: "只给办公室看"}
