package ingest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/ingest/sheet"
	"duban/state"
	"duban/state/memkv"
)

// The oracle: it invents a department's reports over several weeks, knows what is right because
// it made it, plants known defects and holds what the judgement finds against what it planted.
// It shares no code with the rules; every workbook goes through real .xlsx bytes, the real
// reader, the real judge and the real store.

// oracleWeeks is how many weeks are reported before the one under judgement.
const oracleWeeks = 6

var (
	oracleTowns = flag.Int("oracle.towns", 3, "departments the oracle invents")
	oracleCases = flag.Int("oracle.cases", 170, "reports it spoils for each of them")
	oracleSeed  = flag.Uint64("oracle.seed", 1, "the seed it begins with")
)

// oracle is one department with its history on record.
type oracle struct {
	*office
	reader *sheet.Reader
	seed   uint64
	things []thing
	asOf   time.Time
}

// newOracle lets a department report for some weeks, all of it right but for its habits.
func newOracle(t *testing.T, desk Desk, seed uint64) *oracle {
	t.Helper()
	store, err := state.NewStore(context.Background(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	things := town(rand.New(rand.NewPCG(seed, 0)))
	desk.Roster = rosterOf(things, desk.Schedule.Previously(week38))
	o := &oracle{office: &office{t, desk.Prepared(), store}, seed: seed, things: things, reader: sheet.NewReader(desk.Form)}
	for week := range oracleWeeks {
		b := right(things, week, o.asOfWeek(week))
		v := o.take(fmt.Sprintf("history-%d", week), o.received(week), o.mail(b))
		for _, f := range v.Mail.Findings {
			if !habitual(o.thing(f.Project), f, week) {
				t.Fatalf("seed %d: a right report of week %d is asked about %s\n%s", seed, week, tell(f), plainly(b))
			}
		}
		if len(v.Depts) != 1 || len(v.Depts[0].Rows) != len(things) {
			t.Fatalf("seed %d: week %d counts %d of %d rows", seed, week, len(v.Depts[0].Rows), len(things))
		}
	}
	o.asOf = o.asOfWeek(oracleWeeks)
	return o
}

// habitual tells whether a finding is what a project standing still must be asked.
func habitual(p thing, f state.Finding, week int) bool {
	switch p.habit {
	case stalls:
		return p.still(week, 3) && slices.Contains([]string{"text-same-as-last-week", "text-same-third-week", "idle-three-weeks"}, f.Rule)
	case intent, quiet:
		return p.still(week, 2) && slices.Contains([]string{"text-same-as-last-week", "text-same-third-week", "no-contact"}, f.Rule)
	case finished:
		return p.still(week, 3) && f.Rule == "finish-reported"
	case shifting:
		return f.Rule == "date-changed" && week == oracleWeeks-2
	}
	return false
}

func (o *oracle) asOfWeek(week int) time.Time {
	return o.desk.Schedule.Deadline(oracleWeek(week)).AsOf()
}

func (o *oracle) received(week int) time.Time {
	return o.desk.Schedule.Deadline(oracleWeek(week)).Due.Add(-5 * time.Hour)
}

func (o *oracle) thing(id string) thing {
	for _, p := range o.things {
		if p.id == id {
			return p
		}
	}
	return thing{}
}

// mail is the report as an e-mail brings it.
func (o *oracle) mail(b *report) Opened {
	o.t.Helper()
	opened, err := open(Job{Name: "周报.xlsx", Data: xlsxOf(o.t, b.tables()), Year: 2026}, o.reader)
	if err != nil {
		o.t.Fatal(err)
	}
	m := from(roadsOffice, "周报", "")
	m.Books, m.Files = opened.Books, opened.Files
	return m
}

// errUndone takes a case back: the next one begins with the same history.
var errUndone = errors.New("undone")

// judge takes a report, answers it with a letter that lists everything, and takes the corrected
// one. Nothing of it stays.
func (o *oracle) judge(first *report, correct func(Verdict) *report) (before, after Verdict) {
	o.t.Helper()
	err := o.store.Update(context.Background(), func(r *state.Records) (err error) {
		at := o.received(oracleWeeks)
		if before, err = o.desk.Take(r, Arrival{Mail: state.Mail{ID: "first", Received: at}, Opened: o.mail(first)}); err != nil {
			return err
		}
		second := correct(before)
		if second == nil {
			return errUndone
		}
		for _, w := range before.Depts {
			if err := r.PutDeptWeek(w); err != nil {
				return err
			}
		}
		if err := r.PutMail(before.Mail); err != nil {
			return err
		}
		l := state.Letter{
			Key: state.Occasion{Topic: state.TopicCorrection, Week: oracleWeek(oracleWeeks), Target: "D05", Round: 1}.Key(), Week: oracleWeek(oracleWeeks), Dept: "D05",
			Cause: "first", Findings: told2(before.Mail.Findings), ReplyBy: at.Add(24 * time.Hour),
		}
		if _, err := r.Enqueue(l); err != nil {
			return err
		}
		if after, err = o.desk.Take(r, Arrival{Mail: state.Mail{ID: "second", Received: at.Add(time.Hour)}, Opened: o.mail(second)}); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		o.t.Fatal(err)
	}
	return before, after
}

// told2 are the items a letter lists.
func told2(all []state.Finding) []state.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f state.Finding) bool { return f.Level == state.LevelNote || f.Follows != "" })
}

// planted is a defect in a project's row.
type planted struct {
	defect
	thing
	changed []string // the columns it typed into
}

// spoil chooses projects and defects for a report: every defect once in a while alone, else up
// to five together, on one row or on several.
func (o *oracle) spoil(r *rand.Rand, n int) (*report, []planted) {
	b := right(o.things, oracleWeeks, o.asOf)
	var out []planted
	used := map[string]bool{}
	try := func(d defect) {
		var can []thing
		for _, p := range o.things {
			taken := slices.ContainsFunc(d.groups(), func(g string) bool { return used[p.id+g] })
			if d.on(p) && !taken && !used[p.id+"all"] && !(d.group == "all" && used[p.id]) {
				can = append(can, p)
			}
		}
		if len(can) == 0 {
			return
		}
		p := can[r.IntN(len(can))]
		used[p.id] = true
		for _, g := range d.groups() {
			used[p.id+g] = true
		}
		row := b.row(p.id)
		before := maps.Clone(row)
		d.spoil(p, row, r)
		x := planted{defect: d, thing: p}
		for id, text := range row {
			if before[id] != text {
				x.changed = append(x.changed, id)
			}
		}
		out = append(out, x)
	}
	if n < len(defects) {
		try(defects[n])
		return b, out
	}
	for range 1 + r.IntN(5) {
		try(defects[r.IntN(len(defects))])
	}
	return b, out
}

func tell(f state.Finding) string {
	return fmt.Sprintf("%s %s %s!%s %s %q expected %q follows %q ours %v: %s", f.Level, f.Rule, f.Sheet, f.Cell, f.Column, f.Found, f.Expected, f.Follows, f.Ours, f.Message)
}

// brief names a finding by what the oracle knows of it.
func briefly(level state.Level, rule, sheet, cell string) string {
	return fmt.Sprintf("%s %s %s!%s", level, rule, sheet, cell)
}

func TestWhatIsPlantedIsFoundAndNothingElse(t *testing.T) {
	desk := worldDesk(t)
	failures := 0
	for seed := *oracleSeed; seed < *oracleSeed+uint64(*oracleTowns); seed++ {
		o := newOracle(t, desk, seed)
		if before, _ := o.judge(right(o.things, oracleWeeks, o.asOf), func(Verdict) *report { return nil }); len(before.Mail.Findings) != 0 {
			t.Fatalf("seed %d: the right report is asked about %s", seed, tell(before.Mail.Findings[0]))
		}
		r := rand.New(rand.NewPCG(seed, 1))
		for n := range *oracleCases {
			o.check(r, n)
			if failures > 8 {
				return
			}
			if t.Failed() {
				failures++
			}
		}
	}
}

// shownElsewhere are the rules with a condition that the oracle does not plant, and the tests
// that show them: each has its case in cmd/duban/internal/cases too.
var shownElsewhere = map[string]string{
	"total-row-mismatch": "TestWhatStandsAroundTheTableIsFoundToo", "ytd-decreased": "TestEveryRuleSpeaksOfItsCell", "cum-decreased": "TestEveryRuleSpeaksOfItsCell",
	"week-over-ytd": "TestEveryRuleSpeaksOfItsCell", "ytd-over-cum": "TestEveryRuleSpeaksOfItsCell", "cum-over-total": "TestEveryRuleSpeaksOfItsCell",
	"cum-above-total": "TestEveryRuleSpeaksOfItsCell", "gap-prev-missing": "TestAGapIsCaughtUpNotAccused", "plan-over-total": "TestALetterNamesTheDefectAndNothingElse",
	"total-zero": "TestALetterNamesTheDefectAndNothingElse", "text-nearly-same": "TestALetterNamesTheDefectAndNothingElse", "progress-fell": "TestALetterNamesTheDefectAndNothingElse",
	"progress-fell-little": "TestALetterNamesTheDefectAndNothingElse", "plan-not-met": "TestALetterNamesTheDefectAndNothingElse",
	"finished-undated": "TestALetterNamesTheDefectAndNothingElse", "red-without-problem": "TestALetterNamesTheDefectAndNothingElse",
	"land-date-passed": "TestALetterNamesTheDefectAndNothingElse", "permit-slow": "TestALetterNamesTheDefectAndNothingElse",
	"project-closed": "TestALetterNamesTheDefectAndNothingElse", "closed-figures-changed": "TestALetterNamesTheDefectAndNothingElse",
}

func TestTheOraclePlantsEveryRuleWithACondition(t *testing.T) {
	planted := map[string]bool{}
	for _, d := range defects {
		for _, w := range d.want {
			planted[w.rule] = true
		}
	}
	for _, r := range worldDesk(t).Rules.Rules() {
		if r.Judges() && !planted[r.Name] && shownElsewhere[r.Name] == "" {
			t.Errorf("no defect shows %s", r.Name)
		}
	}
}

func TestWhatStandsAroundTheTableIsFoundToo(t *testing.T) {
	o := newOracle(t, worldDesk(t), 1)
	for name, c := range map[string]struct {
		change func(*report)
		want   string
	}{
		"words below":        {func(b *report) { b.below = "各项目情况已经单位负责同志审定" }, "note stray-text"},
		"nobody signed":      {func(b *report) { b.reviewer = "" }, "warning head-incomplete"},
		"another unit":       {func(b *report) { b.unit = "区住建局" }, "error unit-mismatch"},
		"a total typed over": {func(b *report) { b.totals["在建项目/ytd_invest"] = "77" }, "error total-row-mismatch"},
		"a column left out": {func(b *report) {
			b.columns[1] = slices.DeleteFunc(b.columns[1], func(id string) bool { return id == "next_plan" })
		}, "warning column-missing"},
		"a project left out": {func(b *report) { b.sheets[1] = b.sheets[1][1:] }, "warning project-missing"},
		"a project twice":    {func(b *report) { b.sheets[1] = append(b.sheets[1], b.sheets[1][0]) }, "error duplicate-project"},
	} {
		b := right(o.things, oracleWeeks, o.asOf)
		c.change(b)
		v, _ := o.judge(b, func(Verdict) *report { return nil })
		if len(v.Mail.Findings) != 1 || string(v.Mail.Findings[0].Level)+" "+v.Mail.Findings[0].Rule != c.want {
			t.Errorf("%s: want %s alone, got:", name, c.want)
			for _, f := range v.Mail.Findings {
				t.Log(tell(f))
			}
		}
	}
}

// check is one case: what was planted is found, each at its cell, none extra; and correcting
// exactly what was listed is accepted.
func (o *oracle) check(r *rand.Rand, n int) {
	b, plants := o.spoil(r, n)
	wanted := o.wanted(b, plants)
	names := make([]string, len(plants))
	for i, p := range plants {
		names[i] = p.defect.name + " in " + p.id
	}
	first, second := o.judge(b, func(v Verdict) *report { return o.corrected(b, plants, v.Mail.Findings) })
	got := map[string]bool{}
	fail := func(format string, args ...any) {
		o.t.Errorf("seed %d, case %d (-oracle.seed %d): %s: "+format, append([]any{o.seed, n, o.seed, strings.Join(names, "; ")}, args...)...)
	}
	for _, f := range first.Mail.Findings {
		if f.Follows != "" {
			continue // told with its cause, no item of its own
		}
		key := briefly(f.Level, f.Rule, f.Sheet, f.Cell)
		if !wanted[key] || got[key] {
			fail("found besides: %s", tell(f))
		}
		got[key] = true
		for _, cell := range f.Cells { // one cause, one item: its further cells
			if also := briefly(f.Level, f.Rule, f.Sheet, cell); wanted[also] {
				got[also] = true
			}
		}
	}
	for key := range wanted {
		if !got[key] {
			fail("not found: %s", key)
		}
	}
	if len(told2(first.Mail.Findings)) == 0 {
		return // nothing to correct
	}
	if second.Mail.Decision != state.DecisionAccept {
		fail("the correction is not accepted: %s", second.Mail.Decision)
	}
	for _, f := range second.Mail.Findings {
		if f.Ours || f.Level == state.LevelError || f.Level == state.LevelWarning && f.Explained == "" {
			fail("asked after the correction: %s", tell(f))
		}
	}
}

// wanted are the findings the planted defects must give.
func (o *oracle) wanted(b *report, plants []planted) map[string]bool {
	out := map[string]bool{}
	for _, p := range plants {
		for _, w := range p.want {
			sheet, cell := b.place(p.id, w.column)
			out[briefly(w.level, w.rule, sheet, cell)] = true
		}
	}
	return out
}

var cellIn = regexp.MustCompile(`[A-Z]{1,2}[1-9][0-9]*`)

// corrected is the report after a department has changed exactly what the findings list: a cell
// they name gets its right value, and where its figures are true it says so in a remark.
func (o *oracle) corrected(b *report, plants []planted, found []state.Finding) *report {
	o.t.Helper()
	listed := map[string]bool{} // "sheet!H6"
	titles := map[string]bool{} // "LC2026-001/week_invest": named by its title
	for _, f := range found {
		if f.Level == state.LevelNote {
			continue
		}
		for _, cell := range append(cellIn.FindAllString(f.Message, -1), append(f.Cells, f.Cell)...) {
			listed[f.Sheet+"!"+cell] = true
		}
		for id, title := range headerOf {
			if strings.Contains(f.Message, title) || id == "week_invest" && strings.Contains(f.Message, "本周") {
				titles[f.Project+"/"+id] = true
			}
		}
	}
	out := right(o.things, oracleWeeks, o.asOf)
	for i := range b.sheets {
		for n := range b.sheets[i] {
			typed, truth := b.sheets[i][n], out.sheets[i][n]
			for _, id := range b.columns[i] {
				cell := sheetsOf[i].name + "!" + letters(slices.Index(b.columns[i], id)+1) + fmt.Sprint(firstRow+n)
				if typed[id] != truth[id] && !listed[cell] && !titles[truth["project_id"]+"/"+id] {
					truth[id] = typed[id]
				}
			}
		}
	}
	for _, p := range plants {
		row := out.row(p.id)
		if allSums[p.defect.name] {
			for id := range summed {
				row[id] = p.truth(oracleWeeks, o.asOf)[id]
			}
			row["ytd_rate"] = p.truth(oracleWeeks, o.asOf)["ytd_rate"]
		}
		if p.explained {
			for _, id := range p.changed {
				row[id] = b.row(p.id)[id]
			}
			row["remark"] = "情况属实,审计核减"
		}
	}
	return out
}
