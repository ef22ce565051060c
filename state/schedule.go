package state

import (
	"fmt"
	"time"
)

// Moment is a point of the week counted from another one: so many working days after it at
// a time of day, or the first time of a cron expression after it.
type Moment struct {
	Workdays int
	At       Clock
	Next     func(after time.Time) time.Time // set for a cron expression, which then wins
}

// Step is one rung of the reminder ladder, before or after the deadline.
type Step struct {
	Before   bool
	Workdays int           // counted in working days, at At; or, when zero,
	Delay    time.Duration // so long before or after the deadline itself
	At       Clock
	Head     bool // the head of the department gets a copy
}

// Override moves one week's deadline by the office's decision, or merges the week into the next
// one: nothing is due of it by itself then, and its Deadline is zero.
type Override struct {
	Deadline time.Time
	Reason   string
}

// Schedule is when things are due. It is configuration: immutable once loaded.
type Schedule struct {
	Zone      *time.Location
	Calendar  *Calendar
	Weekday   time.Weekday // of the nominal deadline
	At        Clock
	Previous  bool          // a deadline on a day off moves to the previous working day instead of the next
	Grace     time.Duration // excuses greylisting; shown in letters
	Overrides map[Week]Override
	Form      Step // when the pre-filled form goes out, before the deadline; the zero Step sends none
	Reminders []Step
	// Escalation is when the office is asked to let lead leaders know who is still missing, after
	// the deadline; the zero Step never.
	Escalation Step
	Resubmit   Moment // counted from the letter of correction
	Preview    Moment // counted from the deadline, as the next two
	Summary    Moment
	Corrected  Moment
	QuietFrom  Clock // no letter to a department leaves between QuietFrom and QuietTo
	QuietTo    Clock
	Daily      Clock         // when the office gets the note of the day, on working days; the zero Clock sends none
	Settle     time.Duration // a correction waits so long for a second version
}

// Deadline is one week's deadline and why it is where it is.
type Deadline struct {
	Week    Week
	Nominal time.Time // the Friday it would be, had it not moved
	Due     time.Time // a mail received up to and including this minute is on time
	Moved   string    // why Due differs from Nominal, in Chinese; "" when it does not
	Skipped bool      // nothing is due: the week has no working day, or the office merged it into the next
}

// AsOf is the day the week's figures are counted to: the nominal deadline's day.
func (d Deadline) AsOf() time.Time { return d.Nominal }

// Deadline computes the deadline of a week: the override, else the nominal day, moved to
// the next (or previous) working day when it is off. A make-up weekend never moves it.
func (s *Schedule) Deadline(w Week) Deadline {
	d := Deadline{Week: w, Nominal: s.At.On(w.Day(s.Weekday, s.Zone))}
	d.Due = d.Nominal
	if o, ok := s.Overrides[w]; ok {
		if d.Moved = o.Reason; o.Deadline.IsZero() {
			d.Skipped = true
		} else {
			d.Due = o.Deadline
		}
		return d
	}
	if s.Calendar.Workday(d.Nominal) {
		return d
	}
	monday := w.Monday(s.Zone)
	if s.Calendar.Workdays(monday.AddDate(0, 0, -1), monday.AddDate(0, 0, 4)) == 0 {
		d.Skipped = true
		d.Moved = "本周没有工作日,不报送"
		return d
	}
	way, word := 1, "顺延至"
	if s.Previous {
		way, word = -1, "提前至"
	}
	d.Due = s.Calendar.AddWorkdays(d.Nominal, way)
	why := "当天休息"
	if name := s.Calendar.Holiday(d.Nominal); name != "" {
		why = name + "放假"
	}
	d.Moved = fmt.Sprintf("%s,%s%d月%d日%s", why, word, d.Due.Month(), d.Due.Day(), s.At)
	return d
}

// LastSecond makes the whole minute of a time limit count as in time (18:00:59).
const LastSecond = 59 * time.Second

// Late reports whether a mail received at t misses the deadline, grace included.
func (s *Schedule) Late(d Deadline, t time.Time) bool {
	return t.After(d.Due.Add(LastSecond + s.Grace))
}

// Current is the week whose reporting window holds t: the first week whose deadline is not
// yet past, the grace included, so that a mail still on time counts for the week it is on
// time for. Skipped weeks are passed over.
func (s *Schedule) Current(t time.Time) Week {
	t = t.In(s.Zone)
	w := WeekOf(t).Add(-2)
	for {
		if d := s.Deadline(w); !d.Skipped && !s.Late(d, t) {
			return w
		}
		w = w.Add(1)
	}
}

// Running is the oldest week whose figures may still change at t: what the office is at work
// on, and where a mail that names no week belongs.
func (s *Schedule) Running(t time.Time) Week {
	current := s.Current(t)
	if prev := s.Previously(current); !t.After(s.FreezeAt(prev)) {
		return prev
	}
	return current
}

// Previously is the last week before w that was not skipped.
func (s *Schedule) Previously(w Week) Week {
	for w = w.Add(-1); s.Deadline(w).Skipped; {
		w = w.Add(-1)
	}
	return w
}

// After applies a moment to an instant.
func (s *Schedule) After(m Moment, from time.Time) time.Time {
	from = from.In(s.Zone)
	if m.Next != nil {
		return m.Next(from)
	}
	return m.At.On(s.Calendar.AddWorkdays(from, m.Workdays))
}

// PreviewAt is when the office sees the leaders' letter first.
func (s *Schedule) PreviewAt(w Week) time.Time { return s.After(s.Preview, s.Deadline(w).Due) }

// SummaryAt is when the leaders' letter leaves.
func (s *Schedule) SummaryAt(w Week) time.Time { return s.After(s.Summary, s.Deadline(w).Due) }

// CorrectedAt is when the one corrected edition may leave.
func (s *Schedule) CorrectedAt(w Week) time.Time { return s.After(s.Corrected, s.Deadline(w).Due) }

// FreezeAt is when a week's figures stop changing: with the corrected edition, and never
// before the summary itself.
func (s *Schedule) FreezeAt(w Week) time.Time {
	if c, m := s.CorrectedAt(w), s.SummaryAt(w); c.After(m) {
		return c
	} else {
		return m
	}
}

// AnsweredUntil is until when a week's mails are still answered: until the next week is frozen,
// which the figures of this one lead to. However long we were down before, a department hears
// what became of its report.
func (s *Schedule) AnsweredUntil(w Week) time.Time { return s.FreezeAt(s.Next(w)) }

// ResubmitBy is until when a department told of its defects at `told` is to answer.
func (s *Schedule) ResubmitBy(told time.Time) time.Time { return s.After(s.Resubmit, told) }

// AnswerBy is our own limit (article 8): a mail is answered by the close of the first working
// day after its receipt. What we did not question until then stands (未核).
func (s *Schedule) AnswerBy(received time.Time) time.Time {
	return s.At.On(s.Calendar.AddWorkdays(received.In(s.Zone), 1))
}

// AnswerLimit is the last instant that keeps AnswerBy: its whole minute counts.
func (s *Schedule) AnswerLimit(received time.Time) time.Time {
	return s.AnswerBy(received).Add(LastSecond)
}

// StepAt is the instant of one rung of the ladder for a deadline.
func (s *Schedule) StepAt(step Step, d Deadline) time.Time {
	sign := 1
	if step.Before {
		sign = -1
	}
	if step.Workdays > 0 {
		return step.At.On(s.Calendar.AddWorkdays(d.Due, sign*step.Workdays))
	}
	return d.Due.Add(time.Duration(sign) * step.Delay)
}

// FormSpan is the time in which a week's pre-filled form goes out: from its own hour until the
// first reminder, or the deadline where none comes before it. From then on the reminder is what
// a department needs to read. ok is false when no form is sent.
func (s *Schedule) FormSpan(d Deadline) (from, until time.Time, ok bool) {
	if s.Form == (Step{}) || d.Skipped {
		return from, until, false
	}
	from, until = s.StepAt(s.Form, d), d.Due
	for _, step := range s.Reminders {
		if t := s.StepAt(step, d); t.After(from) && t.Before(until) {
			until = t
		}
	}
	return from, until, true
}

// EscalationAt is when the office is asked about a week's missing departments. ok is false
// when it is not: it is switched off, nothing was due, or the days are a guess as long as the
// year has no announced calendar.
func (s *Schedule) EscalationAt(d Deadline) (at time.Time, ok bool) {
	if s.Escalation == (Step{}) || d.Skipped {
		return at, false
	}
	at = s.StepAt(s.Escalation, d)
	return at, !s.Calendar.Provisional(d.Due.Year()) && !s.Calendar.Provisional(at.Year())
}

// AfterQuiet is t, or the end of the quiet hours t lies in.
func (s *Schedule) AfterQuiet(t time.Time) time.Time {
	t = t.In(s.Zone)
	from, to := s.QuietFrom.On(t), s.QuietTo.On(t)
	switch {
	case from.Equal(to):
		return t
	case from.Before(to): // quiet within one day
		if !t.Before(from) && t.Before(to) {
			return to
		}
	case t.Before(to): // the morning part of a quiet night
		return to
	case !t.Before(from):
		return to.AddDate(0, 0, 1)
	}
	return t
}
