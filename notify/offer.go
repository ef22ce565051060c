package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/notify/report"
	"duban/state"
)

// offers lists the notices with the pre-filled form: one for every department that reports, is
// not exempt and has sent nothing yet, from the form's hour until the first reminder takes its
// place. They do not wait for the mailbox: a form that crosses a report on its way harms nobody.
func (f facts) offers(w *weekFacts) []job {
	from, until, ok := f.schedule.FormSpan(w.deadline)
	if !ok || f.quiet() || f.now.Before(from) || !f.now.Before(until) {
		return nil
	}
	var jobs []job
	for _, dept := range f.roster.Reporting() {
		o := state.Occasion{Topic: state.TopicForm, Week: w.deadline.Week, Target: dept.ID}
		d := w.depts[dept.ID]
		own := f.roster.ProjectsOf(dept.ID, w.deadline.AsOf())
		busy := w.exempt.Excuses(own, dept.ID) || d != nil && len(d.Tries) > 0
		if busy || !dept.Valid(f.now) || w.has(o.Key()) || len(own) == 0 {
			continue
		}
		jobs = append(jobs, job{topic: state.TopicForm, week: w, dept: dept.ID})
	}
	return jobs
}

// writeOffer sends a department the form.
func (p *Planner) writeOffer(ctx context.Context, f facts, j job) (intent, error) {
	b, err := p.Blank(ctx, j.week.deadline.Week, j.dept, f.now)
	if err != nil {
		return intent{}, err
	}
	draft, err := p.Composer.Offer(b)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, nil)
}

// Blank gathers what the office knows of a department's projects for the form of a week, due
// or not. The department must be one of the roster's.
func (p *Planner) Blank(ctx context.Context, week state.Week, dept string, now time.Time) (report.Blank, error) {
	c := p.Composer
	d, who := c.Schedule.Deadline(week), c.Roster.Dept(dept)
	if who == nil {
		return report.Blank{}, fmt.Errorf("form for %s: no such department", dept)
	}
	b := report.Blank{
		Form: c.Form, Roster: c.Roster, Dept: *who, Week: week, Due: d.Due, Made: now,
	}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		exempt, err := r.ExemptIn(d)
		if err != nil {
			return err
		}
		b.Projects = slices.DeleteFunc(c.Roster.ProjectsOf(dept, d.AsOf()), func(p state.Project) bool { return exempt.Has(p.ID) })
		if b.Bases, err = r.Bases(c.Roster, c.Schedule, week, b.Projects); err != nil {
			return err
		}
		b.Issues, err = r.OpenIssues()
		return err
	})
	return b, err
}
