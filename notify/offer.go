package notify

import (
	"context"

	"duban/notify/report"
	"duban/state"
)

// offers lists the notices with the pre-filled form: one for every department that reports and
// has sent nothing yet, from the form's hour until the first reminder takes its place. They do
// not wait for the mailbox: a form that crosses a report on its way harms nobody.
func (f facts) offers(w *weekFacts) []job {
	from, until, ok := f.schedule.FormSpan(w.deadline)
	if !ok || f.quiet() || f.now.Before(from) || !f.now.Before(until) {
		return nil
	}
	var jobs []job
	for _, dept := range f.roster.Reporting() {
		o := state.Occasion{Topic: state.TopicForm, Week: w.deadline.Week, Target: dept.ID}
		d := w.depts[dept.ID]
		busy := d != nil && (len(d.Tries) > 0 || d.State == state.Exempt)
		if busy || !dept.Valid(f.now) || w.has(o.Key()) || len(f.roster.ProjectsOf(dept.ID, w.deadline.AsOf())) == 0 {
			continue
		}
		jobs = append(jobs, job{topic: state.TopicForm, week: w, dept: dept.ID})
	}
	return jobs
}

// writeOffer gathers what the office knows of a department's projects and sends it the form.
func (p *Planner) writeOffer(ctx context.Context, f facts, j job) (intent, error) {
	d := j.week.deadline
	b := report.Blank{Week: d.Week, Due: d.Due, Made: f.now, Projects: f.roster.ProjectsOf(j.dept, d.AsOf())}
	if dept := f.roster.Dept(j.dept); dept != nil {
		b.Dept = *dept
	}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if b.Bases, err = r.Bases(f.roster, f.schedule, d.Week, b.Projects); err != nil {
			return err
		}
		b.Issues, err = r.Issues()
		return err
	})
	if err != nil {
		return intent{}, err
	}
	draft, err := p.Composer.Offer(b)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, nil)
}
