package ingest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"duban/state"
)

// The office's hand reaches a report twice: its values stand in place of the department's
// before anything is judged, so that they outlive every resubmission, and a decision made
// after the report is drawn into the week by Recount.

// amended puts the office's values in place of the department's. The workbooks of the mail
// are not touched: what the department sent stays as it was sent.
func amended(books []state.Book, amendments []state.Amendment) []state.Book {
	if len(amendments) == 0 {
		return books
	}
	out := slices.Clone(books)
	for i := range out {
		out[i].Sheets = slices.Clone(out[i].Sheets)
		for j := range out[i].Sheets {
			s := &out[i].Sheets[j]
			s.Rows = slices.Clone(s.Rows)
			for n := range s.Rows {
				s.Rows[n].Values = amendedValues(s.Rows[n].Project, s.Rows[n].Values, amendments)
			}
		}
	}
	return out
}

// amendedValues are a project's values with the office's in their place.
func amendedValues(project string, values map[string]state.Value, amendments []state.Amendment) map[string]state.Value {
	cloned := false
	for _, a := range amendments {
		if a.Project != project || a.Column == "" || project == "" {
			continue
		}
		if !cloned {
			values, cloned = maps.Clone(values), true
		}
		was := values[a.Column]
		raw := was.Raw
		if raw == "" {
			raw = was.Text
		}
		values[a.Column] = state.Value{Cell: was.Cell, Text: a.Value, Raw: raw, ByOffice: true}
	}
	return values
}

// settledByHand turns what the office's values settle into notes: what is found in a cell it
// amended, what followed from that, and what only its value makes wrong. asSent is what the
// report would have been told without them.
func settledByHand(findings, asSent []state.Finding, amendments []state.Amendment) []state.Finding {
	amends := func(f state.Finding) bool {
		return slices.ContainsFunc(amendments, func(a state.Amendment) bool { return a.Column != "" && a.Settles(f, "") })
	}
	settled := func(f state.Finding) bool {
		at := slices.IndexFunc(asSent, func(g state.Finding) bool { return sameDefect(f, g) && g.Level != state.LevelNote })
		if amends(f) || at < 0 {
			return true
		}
		return asSent[at].Follows != "" && slices.ContainsFunc(asSent, func(lead state.Finding) bool {
			return lead.Rule == asSent[at].Follows && (f.Project == "" || lead.Project == f.Project) && amends(lead)
		})
	}
	for i := range findings {
		if f := &findings[i]; f.Level != state.LevelNote && settled(*f) {
			f.Level, f.ByOffice, f.Follows, f.Deferred = state.LevelNote, true, "", false
		}
	}
	return findings
}

// Recount draws the office's decisions about a project into its week: the newest report of
// it counts when they leave nothing open, and waits when they do not; a row that counts
// already gets their values. It changes nothing else of the week. It reports whether the
// week holds a report of the project at all.
func (d Desk) Recount(r *state.Records, week state.Week, project string) (bool, error) {
	d = d.on(d.Schedule.Deadline(week).AsOf())
	p := d.Roster.Project(project)
	if p == nil {
		return false, fmt.Errorf("recount %s: the registry has no such project", project)
	}
	k, err := d.Recall(r, Place{Dept: p.Dept, Week: week}, Opened{})
	if err != nil {
		return false, fmt.Errorf("recount %s: %w", project, err)
	}
	if k.Dept == nil {
		return false, nil
	}
	w := d.weekOf(Place{Dept: p.Dept, Week: week}, k)
	about := func(f state.Finding) bool { return f.Project == project }
	found, counts := false, false
	for _, try := range slices.Backward(w.Tries) {
		m, err := r.Mail(try.Mail)
		if err != nil {
			return false, err
		}
		row, book, there := rowOf(m, try, project)
		if !there {
			continue
		}
		newest := !found
		found = true
		open := slices.DeleteFunc(slices.Clone(try.Findings), func(f state.Finding) bool {
			return !about(f) || f.Level != state.LevelError && !f.Disputed ||
				slices.ContainsFunc(k.Amended, func(a state.Amendment) bool { return a.Settles(f, try.Mail) })
		})
		open = dropFollowers(open)
		if newest {
			reopen(&w, open, project)
		}
		if len(open) > 0 && !try.Unverified {
			continue // an earlier version may still count
		}
		row.Values = amendedValues(project, row.Values, k.Amended)
		c := counted(p, book, row)
		c.Mail, c.Received, c.Unverified = try.Mail, try.Received, len(open) > 0
		carry(&c, try.Findings, k.Bases[project], week)
		w.Rows = append(slices.DeleteFunc(w.Rows, func(old state.Counted) bool { return old.Project == project }), c)
		counts = true
		break
	}
	if found && !counts {
		w.Rows = slices.DeleteFunc(w.Rows, func(old state.Counted) bool { return old.Project == project })
	}
	w.Open = dropFollowers(w.Open)
	d.order(&w, k.Exempt)
	if len(w.Tries) > 0 && w.State != state.NilReturn {
		w.State = stateOf(&w)
	}
	return found, r.PutDeptWeek(w)
}

// RecountOpen draws what was decided about projects into the weeks whose figures may still change.
func (d Desk) RecountOpen(r *state.Records, now time.Time, projects []string) error {
	for _, week := range d.open(now) {
		told, err := r.Frozen(week)
		if err != nil {
			return err
		}
		if told {
			continue
		}
		for _, id := range projects {
			if _, err := d.Recount(r, week, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// NewestReport is the newest mail of a week that holds a row of the project, and the row as
// it was sent; "" when none does.
func NewestReport(r *state.Records, week state.Week, p state.Project) (mail string, row state.Row, err error) {
	w, err := r.DeptWeek(week, p.Dept)
	if err != nil || w == nil {
		return "", row, err
	}
	for _, try := range slices.Backward(w.Tries) {
		m, err := r.Mail(try.Mail)
		if err != nil {
			return "", row, err
		}
		if row, _, there := rowOf(m, try, p.ID); there {
			return try.Mail, row, nil
		}
	}
	return "", row, nil
}

// rowOf finds a project's row in the mail of a try, leaving out workbooks of another week.
func rowOf(m *state.Mail, try state.Try, project string) (state.Row, state.Book, bool) {
	if m == nil {
		return state.Row{}, state.Book{}, false
	}
	for _, b := range m.Books {
		if otherWeek(try, b) {
			continue
		}
		for _, row := range b.Rows() {
			if row.Project == project {
				return row, b, true
			}
		}
	}
	return state.Row{}, state.Book{}, false
}

// otherWeek reports whether a workbook of a try is of another week: none of its rows is taken.
func otherWeek(try state.Try, b state.Book) bool {
	return slices.ContainsFunc(try.Findings, func(f state.Finding) bool { return f.Rule == rulePeriod && f.Book == b.Name })
}

// dropFollowers leaves out findings of which the cause is settled.
func dropFollowers(open []state.Finding) []state.Finding {
	leads := func(rule string) bool {
		return slices.ContainsFunc(open, func(f state.Finding) bool { return f.Rule == rule })
	}
	return slices.DeleteFunc(slices.Clone(open), func(f state.Finding) bool { return f.Follows != "" && !leads(f.Follows) })
}

// reopen sets what is open, parked and waiting for a project.
func reopen(w *state.DeptWeek, open []state.Finding, project string) {
	other := func(f state.Finding) bool { return f.Project == project }
	parked := func(f state.Finding) bool {
		return f.Disputed || slices.ContainsFunc(w.Parked, func(g state.Finding) bool { return sameDefect(f, g) })
	}
	errors := slices.DeleteFunc(slices.Clone(open), parked)
	disputes := slices.DeleteFunc(slices.Clone(open), func(f state.Finding) bool { return !parked(f) })
	w.Open = append(slices.DeleteFunc(w.Open, other), errors...)
	w.Parked = append(slices.DeleteFunc(w.Parked, other), disputes...)
	w.Wait = slices.DeleteFunc(w.Wait, func(id string) bool { return id == project })
	if len(errors) > 0 {
		w.Wait = append(w.Wait, project)
	}
}
