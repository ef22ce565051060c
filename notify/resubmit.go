package notify

import (
	"time"

	"duban/state"
)

// 补正到期: a department whose letter of correction is still open is reminded two hours
// before the time it set and once more when that is over. From then on the ladder chases
// it; where a rung of the ladder stands close behind, that one letter says both.

const (
	resubmitBefore = 2 * time.Hour // how long before the time set
	resubmitClose  = 2 * time.Hour // a rung so close behind it says the same
	resubmitStale  = 4 * time.Hour // older than this the reminder is dropped
)

// resubmissions lists these reminders of a week; the newest whose time has come, for whoever
// still owes the correction.
func (f facts) resubmissions(w *weekFacts) []job {
	d := w.deadline
	if d.Skipped || f.quiet() || !f.now.Before(f.schedule.FreezeAt(d.Week)) || f.now.Sub(f.sweep) > freshSweep {
		return nil
	}
	var jobs []job
	for _, dept := range f.roster.Reporting() {
		l := w.lastCorrection(dept.ID)
		if l == nil || l.ReplyBy.IsZero() || !dept.Valid(f.now) || w.exempt.Excuses(f.roster.ProjectsOf(dept.ID, d.AsOf()), dept.ID) || !f.correcting(w, dept.ID) {
			continue
		}
		at, n := l.ReplyBy.Add(-resubmitBefore), 2*max(l.Round, 1)-1
		if !f.now.Before(l.ReplyBy) {
			at, n = l.ReplyBy, n+1
		}
		o := state.Occasion{Topic: state.TopicResubmit, Week: d.Week, Target: dept.ID, Round: n}
		switch {
		case f.now.Before(at), f.sweep.Before(at), f.now.After(at.Add(resubmitStale)), !l.QueuedAt.Before(at), w.has(o.Key()):
		case at.Equal(l.ReplyBy) && f.rungBehind(d, at):
		default:
			jobs = append(jobs, job{topic: state.TopicResubmit, week: w, dept: dept.ID, round: n, step: state.Step{Before: at.Before(l.ReplyBy)}})
		}
	}
	return jobs
}

// correcting reports whether a department still owes a correction it was told of: what it
// sent since is answered, and open all the same.
func (f facts) correcting(w *weekFacts, dept string) bool {
	d := w.depts[dept]
	if d == nil || d.State != state.Correcting {
		return false
	}
	at := lastToAnswer(d)
	return at < 0 || w.answered(dept, d.Tries[at].Mail)
}

// rungBehind reports whether a rung of the ladder stands at an instant or close behind it.
func (f facts) rungBehind(d state.Deadline, at time.Time) bool {
	for _, st := range f.schedule.Reminders {
		if t := f.schedule.StepAt(st, d); t.After(at) && !t.After(at.Add(resubmitClose)) {
			return true
		}
	}
	return false
}
