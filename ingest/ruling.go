package ingest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// ErrNoDispute says that a department disputes nothing about the project in that week.
var ErrNoDispute = errors.New("nothing about the project is disputed")

// Rule carries out the office's word on what a department disputes about a project. Upheld,
// its newest row counts as it was sent; rejected, the items are open again, and the
// department has as much time as it had left. The department is told by the next letter.
func (d Desk) Rule(r *state.Records, week state.Week, project string, ruling state.Ruling) error {
	d = d.on(d.Schedule.Deadline(week).AsOf())
	p := d.Roster.Project(project)
	if p == nil {
		return fmt.Errorf("rule on %s: the registry has no such project", project)
	}
	w, err := r.DeptWeek(week, p.Dept)
	if err != nil {
		return err
	}
	ruling.Project = project
	if w != nil {
		ruling.Findings = slices.DeleteFunc(slices.Clone(w.Parked), func(f state.Finding) bool { return f.Project != project })
	}
	if len(ruling.Findings) == 0 {
		return ErrNoDispute
	}
	if ruling.Upheld {
		mail, _, err := NewestReport(r, week, *p)
		if err != nil {
			return err
		}
		a := state.Amendment{Week: week, Project: project, Mail: mail, Reason: ruling.Reason, By: ruling.By, At: ruling.At}
		if err := r.PutAmendment(a); err != nil {
			return err
		}
		if _, err := d.Recount(r, week, project); err != nil {
			return err
		}
		if w, err = r.DeptWeek(week, p.Dept); err != nil {
			return err
		}
	} else {
		told, err := recallTold(r, Place{Dept: p.Dept, Week: week})
		if err != nil {
			return err
		}
		if told.Letter != nil {
			ruling.Left = told.Letter.ReplyBy.Sub(disputedAt(w, ruling.Findings))
		}
		unpark(w, project)
		exempt, err := r.ExemptIn(d.Schedule.Deadline(week))
		if err != nil {
			return err
		}
		d.order(w, exempt)
		w.State = stateOf(w)
	}
	w.Rulings = append(w.Rulings, ruling)
	return r.PutDeptWeek(*w)
}

// disputedAt is when the department raised its dispute.
func disputedAt(w *state.DeptWeek, findings []state.Finding) time.Time {
	for _, reply := range slices.Backward(w.Replies) {
		if slices.ContainsFunc(reply.Items, func(e state.Explanation) bool { return e.Dispute && e.About(findings[0]) }) {
			return reply.Received
		}
	}
	return w.Last().Received // it stood in the mail that brought the workbook
}

// unpark opens again what was disputed about a project, in the week and in its tries, as if
// nobody had spoken of it.
func unpark(w *state.DeptWeek, project string) {
	again := func(f state.Finding) state.Finding {
		f.Level, f.Disputed, f.Explained = state.LevelError, false, ""
		return f
	}
	for _, f := range w.Parked {
		if f.Project != project {
			continue
		}
		w.Open = append(w.Open, again(f))
		for i := range w.Tries {
			w.Tries[i].Findings = slices.Clone(w.Tries[i].Findings)
			for j, g := range w.Tries[i].Findings {
				if sameDefect(f, g) && (g.Disputed || g.Level == state.LevelError) {
					w.Tries[i].Findings[j] = again(g)
				}
			}
		}
	}
	w.Parked = slices.DeleteFunc(slices.Clone(w.Parked), func(f state.Finding) bool { return f.Project == project })
	if !slices.Contains(w.Wait, project) {
		w.Wait = append(slices.Clone(w.Wait), project)
	}
}
