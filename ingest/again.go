package ingest

import (
	"cmp"
	"fmt"
	"slices"

	"duban/ingest/rules"
	"duban/state"
)

// Difference is a finding that one catalogue of rules makes and another does not.
type Difference struct {
	state.Finding
	Week state.Week `json:"week"`
	Dept string     `json:"department"`
	Mail string     `json:"mail"`
	New  bool       `json:"new"` // newly found; else no longer found
}

// maxTryWeeks is how many weeks back changed rules are tried on.
const maxTryWeeks = 8

// Compare judges the stored reports of the last weeks up to and including week with the
// desk's rules and with others, and lists where they differ. It needs no bytes and changes
// nothing. It also counts the reports it judged.
func (d Desk) Compare(r *state.Records, week state.Week, other *rules.Set) (diffs []Difference, reports int, err error) {
	for n := 0; n < maxTryWeeks; n++ {
		mails, err := r.MailsOf(week)
		if err != nil {
			return nil, 0, err
		}
		for _, m := range mails {
			if m.Kind != state.MailSubmission || m.Dept == "" || len(m.Books) == 0 {
				continue
			}
			c, err := d.caseOf(r, m, week, max(d.Rules.Weeks(), other.Weeks()))
			if err != nil {
				return nil, 0, fmt.Errorf("judge mail %.12s again: %w", m.ID, err)
			}
			reports++
			diffs = append(diffs, compare(m, week, d.Rules.Judge(c), other.Judge(c))...)
		}
		week = d.Schedule.Previously(week)
	}
	slices.SortStableFunc(diffs, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), -cmp.Compare(a.Week.String(), b.Week.String()), cmp.Compare(a.Dept, b.Dept))
	})
	return diffs, reports, nil
}

// caseOf is a stored report as it stood when it was judged: its workbooks of the week, and
// the figures of up to n weeks before.
func (d Desk) caseOf(r *state.Records, m state.Mail, week state.Week, n int) (rules.Case, error) {
	deadline := d.Schedule.Deadline(week)
	c := rules.Case{
		Roster: d.Roster.On(deadline.AsOf()), Week: week, Received: m.Received, Dept: m.Dept,
		Lamp: d.Lamp, AsOf: deadline.AsOf(), Closed: d.Schedule.Late(deadline, m.Received),
	}
	for _, b := range m.Books {
		if b.Week.IsZero() || b.Week == week {
			c.Books = append(c.Books, b)
		}
	}
	var err error
	projects := d.Roster.ProjectsOf(m.Dept, deadline.AsOf())
	if c.Bases, err = r.Bases(d.Roster, d.Schedule, week, projects); err != nil {
		return c, err
	}
	if c.Past, err = r.Pasts(d.Roster, d.Schedule, week, projects, n); err != nil {
		return c, err
	}
	w, err := r.DeptWeek(week, m.Dept)
	if err != nil || w == nil {
		return c, err
	}
	for _, t := range w.Tries { // projects that earlier mails of the week brought
		if t.Received.Before(m.Received) {
			c.Reported = append(c.Reported, t.Accepted...)
		}
	}
	return c, nil
}

// compare lists what only one of two judgements holds; a finding whose level changed is both
// gone and new.
func compare(m state.Mail, week state.Week, before, after []state.Finding) []Difference {
	var out []Difference
	only := func(these, those []state.Finding, isNew bool) {
		for _, f := range these {
			same := func(g state.Finding) bool {
				return sameDefect(f, g) && f.Level == g.Level && f.Book == g.Book && f.Sheet == g.Sheet && f.Cell == g.Cell
			}
			if !slices.ContainsFunc(those, same) {
				out = append(out, Difference{Finding: f, Week: week, Dept: m.Dept, Mail: m.ID, New: isNew})
			}
		}
	}
	only(after, before, true)
	only(before, after, false)
	return out
}
