package notify

import (
	"slices"
	"time"

	"duban/state"
)

// reminders lists the reminders of a week: the latest step whose time has come, and no
// earlier one, for every department that still owes something. Nobody is reminded before a
// poll that began after the step's time, and none older than freshSweep, is complete.
func (f facts) reminders(w *weekFacts) []job {
	d := w.deadline
	if d.Skipped || f.quiet() || !f.now.Before(f.schedule.FreezeAt(d.Week)) || f.now.Sub(f.sweep) > freshSweep {
		return nil
	}
	step, round, at, ok := latestStep(f.schedule, d, f.now)
	if !ok || f.sweep.Before(at) || step.Before && f.now.After(d.Due) {
		return nil
	}
	if step.Head && !f.upward(at) {
		step.Head = false
	}
	topic := state.TopicLate
	if step.Before {
		topic = state.TopicDue
	}
	var jobs []job
	for _, dept := range f.roster.Reporting() {
		o := state.Occasion{Topic: topic, Week: d.Week, Target: dept.ID, Round: round}
		if dept.Valid(f.now) && !w.exempt.Excuses(f.roster.ProjectsOf(dept.ID, d.AsOf()), dept.ID) && f.owes(w, dept.ID, at) && !w.has(o.Key()) {
			jobs = append(jobs, job{topic: topic, week: w, dept: dept.ID, round: round, step: step})
		}
	}
	return jobs
}

// clocksApart is how far our clock and the mail server's may differ while people are still
// told of above the contact.
const clocksApart = 10 * time.Minute

// upward reports whether anybody above the contact may hear of what was due at: not by a
// calendar that is a guess, and not by a clock that may be wrong.
func (f facts) upward(at time.Time) bool {
	return !f.schedule.Calendar.Provisional(at.Year()) && f.skew.By.Abs() <= clocksApart
}

// latestStep is the last rung of the ladder whose time has come and its number among those
// of its kind (before or after the deadline), which is part of the letter's key.
func latestStep(s *state.Schedule, d state.Deadline, now time.Time) (step state.Step, round int, at time.Time, ok bool) {
	steps := slices.Clone(s.Reminders)
	slices.SortStableFunc(steps, func(a, b state.Step) int { return s.StepAt(a, d).Compare(s.StepAt(b, d)) })
	n := map[bool]int{}
	for _, st := range steps {
		n[st.Before]++
		if t := s.StepAt(st, d); !t.After(now) {
			step, round, at, ok = st, n[st.Before], t, true
		}
	}
	return step, round, at, ok
}

// owes reports whether a department is to be reminded by the step of time at: nothing came,
// or not all of it, or the time of its letter of correction was over by then. While an
// answer to its last mail is still to be written, or that time still runs, it knows what to
// do; and a step that came before that time was over is none for it.
func (f facts) owes(w *weekFacts, dept string, at time.Time) bool {
	d := w.depts[dept]
	if d == nil {
		return true
	}
	if at := lastToAnswer(d); at >= 0 && !w.answered(dept, d.Tries[at].Mail) {
		return false
	}
	switch d.State {
	case state.Missing, state.Part, "":
		return true
	case state.Correcting:
		l := w.lastCorrection(dept)
		return l != nil && at.After(l.ReplyBy)
	}
	return false
}
