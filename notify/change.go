package notify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Changes of the registry (登记变更): a fixed field that a report gives otherwise, or what it
// says makes look out of date (hint.go), is put to the office, once for each value. Until it agrees everything goes on as registered; then the new
// value counts from the first week that was not told yet, and what was told stays.

// changeWorkdays is how long a proposed change waits for the office. The registry itself can
// be edited at any time.
const changeWorkdays = 20

// fieldChange is the body of a proposal to change the registry.
type fieldChange struct {
	Project  string
	Field    state.ChangeField
	Old, New string
	Closed   int  `json:",omitempty"` // ChangeEnd: how often the project was closed before
	Again    bool `json:",omitempty"` // ChangeEnd: the office was asked before and did not answer
}

// reportedChange is a field as a report gives it, against the registry.
type reportedChange struct {
	fieldChange
	week state.Week
	dept string // who sent it
	row  state.Counted
	said string // how the department explains it; "" when it does not
	hint state.Finding
	rest int // of a class hint: how many more projects look out of date, not asked about yet
}

// changes proposes what reports give otherwise than registered and carries out what the
// office agreed to.
func (p *Planner) changes(ctx context.Context, f facts) error {
	found, err := p.reportedChanges(ctx, f)
	errs := []error{err}
	for _, c := range found {
		q, err := p.Composer.changeProposal(f, c)
		if err == nil {
			err = p.queue(ctx, []intent{{also: func(r *state.Records) error { _, err := r.Propose(q); return err }}}, f.now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("propose %s: %w", changeKey(c.fieldChange), err))
		}
	}
	return errors.Join(append(errs, p.carryOut(ctx, f, state.ProposalChange, p.change))...)
}

// reportedChanges lists the changes not yet proposed, as the newest counted row of each
// project in view has them. One the department was asked about waits until it has said why,
// or has had its time to correct a slip.
func (p *Planner) reportedChanges(ctx context.Context, f facts) ([]reportedChange, error) {
	var out []reportedChange
	var pending []state.Proposal
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		out = nil
		if pending, err = r.Pending(); err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, w := range slices.Backward(f.weeks) {
			for id, d := range w.depts {
				hints := changeHints(f, d)
				var rows *state.DeptWeek
				if len(hints) > 0 {
					var err error
					if rows, err = r.DeptWeek(w.deadline.Week, id); err != nil {
						return err
					}
				}
				for _, h := range hints {
					row := rows.Row(h.Project)
					if row == nil || seen[h.Project] {
						continue
					}
					c := reportedChange{week: w.deadline.Week, dept: id, row: *row, said: h.Explained}
					if !f.differs(&c, h, p.Composer.Form) {
						continue
					}
					known, err := proposed(r, &c.fieldChange, row.Received)
					if err != nil {
						return err
					}
					if said, err := explained(r, id, h); err != nil {
						return err
					} else if c.said == "" {
						c.said = said
					}
					waits := h.Level == state.LevelWarning && c.said == "" && f.now.Before(f.schedule.ResubmitBy(row.Received))
					if !known && !waits {
						out = append(out, c)
					}
				}
			}
			for _, d := range w.depts {
				for _, row := range d.Rows {
					seen[row.Project] = true // a later report has the say
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was reported otherwise than registered: %w", err)
	}
	slices.SortFunc(out, func(a, b reportedChange) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Field, b.Field))
	})
	return few(out, pending, f.now), nil
}

// changeHints are the findings of the counted rows that speak of a fixed field.
func changeHints(f facts, d *state.DeptWeek) []state.Finding {
	var out []state.Finding
	for _, t := range d.Tries {
		for _, h := range t.Findings {
			row := d.Row(h.Project)
			if row != nil && row.Mail == t.Mail && fieldOf(h) != "" && f.roster.Project(h.Project) != nil {
				out = append(out, h)
			}
		}
	}
	return out
}

// fieldOf is the field of the registry a finding speaks of; "" for none.
func fieldOf(h state.Finding) state.ChangeField {
	switch h.Rule {
	case "registry-field-changed", "date-changed", "milestone-moved":
		return state.ChangeField(h.Column)
	case "class-changed":
		return state.ChangeClass
	case "dept-changed":
		return state.ChangeDept
	case "finish-reported":
		return state.ChangeEnd
	}
	if classHinted[h.Rule] != "" {
		return state.ChangeClass
	}
	return ""
}

// differs fills in what the registry says and what the row says instead. It is false when
// they agree by now or the row says nothing certain.
func (f facts) differs(c *reportedChange, h state.Finding, form *state.Form) bool {
	c.fieldChange = fieldChange{Project: h.Project, Field: fieldOf(h)}
	project := f.roster.Project(h.Project)
	c.Old, c.hint = project.Registered(c.Field), h
	v, there := c.row.Values[h.Column]
	if !there || !v.Sure() || v.ByOffice {
		return false
	}
	switch c.Field {
	case state.ChangeClass:
		if c.New = string(classHinted[h.Rule]); c.New == "" {
			c.New = string(form.ClassWords[v.Text])
		}
	case state.ChangeDept:
		if dept := f.roster.FindDept(v.Text); dept != nil && dept.Reports && dept.Valid(f.now) {
			c.New = dept.ID
		}
	case state.ChangeEnd:
		c.New = finishedOn(c.row)
		return c.Old == "" && project.Active(f.now)
	case state.ChangeStart, state.ChangeFinish:
		c.New = v.Text[:min(len(v.Text), max(len(c.Old), len("2026-09")))] // a month where the registry has one
	default:
		if amount, err := state.ParseWan(v.Text); err == nil {
			c.New = amount.Wan()
		}
	}
	return c.Old != "" && c.New != "" && c.New != c.Old
}

// explained is what the department said last to a finding, in whichever week.
func explained(r *state.Records, dept string, h state.Finding) (string, error) {
	all, err := r.Explanations(dept)
	i := slices.IndexFunc(all, func(e state.Explanation) bool { return e.About(h) })
	if err != nil || i < 0 {
		return "", err
	}
	return all[i].Text, nil
}

// changeKey names the value, not the week: the same value is asked about once.
func changeKey(c fieldChange) string {
	return fmt.Sprintf("%s/%s/%s/%s", state.ProposalChange, c.Project, c.Field, changeSum(c))
}

func changeSum(c fieldChange) string {
	text := c.New
	if c.Closed > 0 {
		text += fmt.Sprint(c.Closed)
	}
	if c.Again {
		text += " again"
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// change makes a change the office agreed to count. The change and that it is done land
// together: a crash leaves both to the next turn or neither.
func (p *Planner) change(_ context.Context, f facts, q state.Proposal) (intent, error) {
	var body fieldChange
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return intent{}, fmt.Errorf("read the change: %w", err)
	}
	project := f.roster.Project(body.Project)
	switch {
	case project == nil:
		return p.Composer.ends(q, f.now, outcome{Case: "project-gone"})
	case project.Registered(body.Field) == body.New:
		return p.Composer.ends(q, f.now, outcome{Case: "registered"})
	case project.Registered(body.Field) != body.Old:
		return p.Composer.ends(q, f.now, outcome{Case: "moved-on"})
	}
	return intent{also: func(r *state.Records) error {
		c := state.Change{Project: body.Project, Field: body.Field, Old: body.Old, New: body.New, Proposal: q.Key, By: q.By, At: f.now}
		var err error
		if c.From, err = f.countsFrom(r, q.Week, body, project.Dept); err != nil {
			return err
		}
		c.From = f.roster.Behind(c.Project, c.Field, c.From)
		if c.Field == state.ChangeEnd {
			c.New = f.schedule.FirstDay(c.From).Format(time.DateOnly)
		}
		if err = r.PutChange(c); err != nil {
			return err
		}
		said, err := p.Composer.says(p.Composer.counting(c))
		if err != nil {
			return err
		}
		return done(q, f.now, said).also(r)
	}}, nil
}

// countsFrom is the first week not told yet, from the one that was reported otherwise on. A
// class, which decides what must be filled in, waits for the week nobody has reported for; who
// reports a project, and whether anybody does, for one its departments have not. It asks the
// records, because this very turn may have told a week.
func (f facts) countsFrom(r *state.Records, reported state.Week, c fieldChange, dept string) (state.Week, error) {
	switch c.Field {
	case state.ChangeClass:
		return f.schedule.Current(f.now).Add(1), nil
	case state.ChangeDept:
		return r.Unreported(f.schedule, f.now, dept, c.New)
	case state.ChangeEnd:
		return r.Unreported(f.schedule, f.now, dept)
	}
	for _, w := range f.weeks {
		told, err := r.Frozen(w.deadline.Week)
		if err != nil {
			return state.Week{}, err
		}
		if !told && !w.deadline.Week.Before(reported) {
			return w.deadline.Week, nil
		}
	}
	return f.schedule.Current(f.now).Add(1), nil
}
