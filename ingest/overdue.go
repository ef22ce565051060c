package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Our own limit (article 8): a report is answered by the close of the first working day after
// its receipt. Where we broke it, because we were down, the mail was stuck, or the letter never
// left our outbox, the values stand as they came (未核), nobody waits for a correction, and
// nothing is counted against the department.

// maxUnanswered is how many weeks back are looked at after an outage.
const maxUnanswered = 8

// overdue lets the values stand of every report that we should have answered before now and
// did not: after an outage also in a week whose freeze is past. A report of which nothing could be
// read is none of them: there is nothing to let stand, so it is still asked for.
func (c *Collector) overdue(ctx context.Context, now time.Time) error {
	d := c.Desk.on(now)
	if d.Schedule == nil || d.Roster == nil {
		return nil
	}
	type unanswered struct {
		week state.Week
		dept string
	}
	var found []unanswered
	err := c.Store.View(ctx, func(r *state.Records) error {
		found = nil
		weeks, err := d.unanswered(r, now)
		if err != nil {
			return err
		}
		for _, week := range weeks {
			depts, err := r.Standings(week)
			if err != nil {
				return err
			}
			late := slices.DeleteFunc(slices.Clone(d.Roster.Depts), func(dept state.Dept) bool { return !d.pastLimit(depts[dept.ID], now) })
			if len(late) == 0 {
				continue
			}
			letters, err := r.LettersOf(week)
			if err != nil {
				return err
			}
			for _, dept := range late { // most of them were told in time and have not corrected it yet
				if len(d.unasked(depts[dept.ID], letters, now)) > 0 {
					found = append(found, unanswered{week, dept.ID})
				}
			}
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return err
	}
	return c.Store.Update(ctx, func(r *state.Records) error {
		for _, u := range found {
			if err := d.letStand(r, u.week, u.dept, now); err != nil {
				return fmt.Errorf("look for an unanswered report of %s in %s: %w", u.dept, u.week, err)
			}
		}
		return nil
	})
}

// unanswered lists the weeks whose reports may still be answered, the current one first: those
// not frozen yet, and those frozen since duban is at work, whose mails are still answered or
// whose figures nobody was told.
func (d Desk) unanswered(r *state.Records, now time.Time) ([]state.Week, error) {
	begun, err := r.Begun()
	if err != nil {
		return nil, err
	}
	var weeks []state.Week
	for week := d.Schedule.Current(now); len(weeks) < maxUnanswered; week = d.Schedule.Previously(week) {
		if freeze := d.Schedule.FreezeAt(week); now.After(freeze) {
			told, err := r.Frozen(week)
			if err != nil {
				return nil, err
			}
			if begun.IsZero() || !begun.Before(freeze) || told && now.After(d.Schedule.AnsweredUntil(week)) {
				break
			}
		}
		weeks = append(weeks, week)
	}
	return weeks, nil
}

// pastLimit reports whether a department waits for a correction of a report that we should have
// answered by now.
func (d Desk) pastLimit(w *state.DeptWeek, now time.Time) bool {
	return w != nil && w.State == state.Correcting && len(w.Wait) > 0 && slices.ContainsFunc(w.Tries, func(t state.Try) bool {
		return t.Decision == state.DecisionCorrect && d.late(t, now)
	})
}

// late reports whether our limit for a try is over.
func (d Desk) late(t state.Try, now time.Time) bool {
	return now.After(d.Schedule.AnswerLimit(t.Received))
}

// unasked lists the tries, by index, of which projects wait although we told the department
// nothing of them within our limit: no letter was written about the last one, or none of the
// letter has left. An earlier try without a letter was answered with the one after it.
func (d Desk) unasked(w *state.DeptWeek, letters []state.Letter, now time.Time) []int {
	var out []int
	for i, t := range w.Tries {
		about := func(l state.Letter) bool { return l.Dept == w.Dept && l.Cause == t.Mail }
		told := slices.ContainsFunc(letters, func(l state.Letter) bool { return about(l) && l.Begun() })
		ours := i == len(w.Tries)-1 || slices.ContainsFunc(letters, about)
		if t.Decision == state.DecisionCorrect && d.late(t, now) && !told && ours && len(w.WaitsFor(i)) > 0 {
			out = append(out, i)
		}
	}
	return out
}

// letStand does it for the reports of one department.
func (d Desk) letStand(r *state.Records, week state.Week, dept string, now time.Time) error {
	known, err := r.DeptWeek(week, dept)
	if err != nil || !d.pastLimit(known, now) {
		return err
	}
	letters, err := r.LettersOf(week)
	if err != nil {
		return err
	}
	k, err := d.Recall(r, Place{Dept: dept, Week: week}, Opened{})
	if err != nil {
		return err
	}
	w := d.weekOf(Place{Dept: dept, Week: week}, k)
	for _, i := range d.unasked(known, letters, now) {
		try := &w.Tries[i]
		m, err := r.Mail(try.Mail)
		if err != nil {
			return err
		}
		if m == nil || !d.standAsCame(&w, try, m, known.WaitsFor(i), k) {
			continue
		}
		r.Note(fmt.Sprintf("not answered by %s: the rows of mail %.12s stand unverified", d.Schedule.AnswerBy(try.Received).Format(time.RFC3339), try.Mail))
	}
	d.order(&w, k.Exempt)
	w.State = stateOf(&w)
	return r.PutDeptWeek(w)
}

// standAsCame lets the rows of projects count as the try brought them; false when it brought none.
func (d Desk) standAsCame(w *state.DeptWeek, try *state.Try, m *state.Mail, projects []string, k Known) bool {
	for _, id := range projects {
		row, book, there := rowOf(m, *try, id)
		if !there {
			continue
		}
		row.Values = amendedValues(id, row.Values, k.Amended)
		counts := counted(d.Roster.Project(id), book, row)
		counts.Mail, counts.Received, counts.Unverified = try.Mail, try.Received, true
		carry(&counts, try.Findings, k.Bases[id], w.Week)
		w.Rows = append(slices.DeleteFunc(w.Rows, func(old state.Counted) bool { return old.Project == id }), counts)
		try.Accepted = append(slices.Clone(try.Accepted), id)
		try.Unverified = true
		reopen(w, nil, id)
	}
	if !try.Unverified {
		return false
	}
	try.Decision = state.DecisionAccept
	w.Open = slices.DeleteFunc(w.Open, func(f state.Finding) bool { // its totals and headings too
		return f.Project == "" && slices.ContainsFunc(try.Findings, func(g state.Finding) bool { return sameDefect(f, g) })
	})
	return true
}
