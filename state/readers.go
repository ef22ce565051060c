package state

import (
	"fmt"
	"time"
)

// Readers is who else is told of a week beside the leaders' letter, and when. It is
// configuration: the zero value tells nobody else.
type Readers struct {
	Own      bool   // each lead leader gets an edition of the projects he leads (牵头领导分管版)
	Bodies   Rhythm // the formal edition for the bodies addressed in the registry (四大班子报告)
	Instead  bool   // in a week of a formal edition it takes the place of the leaders' letter for them
	Standing bool   // each department gets its standing (article 15: circulate to departments)
	Meeting  Meeting
}

// Rhythm is how often a formal edition leaves.
type Rhythm string

// The rhythms. Each closes with a week's leaders' letter.
const (
	RhythmNone     Rhythm = ""
	RhythmWeekly   Rhythm = "weekly"
	RhythmBiweekly Rhythm = "biweekly" // every second week, counted through New Year
	RhythmMonthly  Rhythm = "monthly"  // with the last week whose figures are of the month
)

// maxFormal bounds the weeks one formal edition reports on.
const maxFormal = 8

// Formal lists the weeks that the formal edition leaving with w's letter reports on, oldest
// first: those since the edition before it. None when no edition leaves with w.
func (s *Schedule) Formal(rhythm Rhythm, w Week) []Week {
	if !s.closes(rhythm, w) {
		return nil
	}
	weeks := []Week{w}
	for v := s.Previously(w); len(weeks) < maxFormal && !s.closes(rhythm, v); v = s.Previously(v) {
		weeks = append([]Week{v}, weeks...)
	}
	return weeks
}

// closes reports whether an edition leaves with w's letter. One that fell on a skipped week
// leaves with the next.
func (s *Schedule) closes(rhythm Rhythm, w Week) bool {
	switch rhythm {
	case RhythmWeekly:
		return true
	case RhythmBiweekly:
		for v := s.Previously(w).Add(1); !w.Before(v); v = v.Add(1) {
			if days(theFirstMonday, v.Monday(time.UTC))/7%2 == 0 {
				return true
			}
		}
	case RhythmMonthly:
		return s.Deadline(w).AsOf().Month() != s.Deadline(s.Next(w)).AsOf().Month()
	}
	return false
}

// theFirstMonday is where the count of second weeks begins: the weeks with an even number in
// 2026 are on.
var theFirstMonday = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

// Meeting is the weekly joint meeting (联席会议, article 4) and when the office gets its pack.
type Meeting struct {
	Weekday time.Weekday
	At      Clock // when it begins; with the zero Meeting there is none
	Pack    Clock // when the pack leaves, on the working day before
}

// packAfter is how long after a deadline of its day, grace included, a pack is drawn: the
// last reports are read by then.
const packAfter = 20 * time.Minute

// MeetingAt is when the meeting of a calendar week is: on its weekday, or when that is off on
// the next working day of that week, else the last one before. ok is false when there is no
// meeting or no working day.
func (s *Schedule) MeetingAt(m Meeting, w Week) (at time.Time, ok bool) {
	if m == (Meeting{}) {
		return time.Time{}, false
	}
	day := w.Day(m.Weekday, s.Zone)
	for d := day; WeekOf(d) == w; d = d.AddDate(0, 0, 1) {
		if s.Calendar.Workday(d) {
			return m.At.On(d), true
		}
	}
	for d := day; WeekOf(d) == w; d = d.AddDate(0, 0, -1) {
		if s.Calendar.Workday(d) {
			return m.At.On(d), true
		}
	}
	return time.Time{}, false
}

// PackAt is when the pack for the meeting at `at` leaves: on the working day before, after a
// deadline that falls on that day. It shows the figures of week, the last whose deadline is
// over by then.
func (s *Schedule) PackAt(m Meeting, at time.Time) (pack time.Time, week Week) {
	day := s.Calendar.AddWorkdays(at, -1)
	pack = m.Pack.On(day)
	for w := WeekOf(day).Add(-1); !WeekOf(day).Before(w); w = w.Add(1) {
		due := s.Deadline(w).Due
		read := due.Add(s.Grace + packAfter)
		if !s.Deadline(w).Skipped && due.Format(isoDay) == day.Format(isoDay) && pack.Before(read) {
			pack = read
		}
	}
	return pack, s.Previously(s.Current(pack))
}

// PutTold keeps the summary that a corrected edition replaces, in the transaction that
// replaces it, until the readers of the other editions were told what changed.
func (r *Records) PutTold(d Digest) error { return put(r.tx, prefixTold+d.Period.String(), d) }

// Told returns the replaced summary while readers are still to be told; nil otherwise.
func (r *Records) Told(w Week) (*Digest, error) {
	var d Digest
	found, err := get(r.tx, prefixTold+w.String(), &d)
	if !found {
		return nil, err
	}
	return &d, err
}

// DropTold records that every reader was told.
func (r *Records) DropTold(w Week) error {
	if err := r.tx.Delete(prefixTold + w.String()); err != nil {
		return fmt.Errorf("drop what the readers of %s were told: %w", w, err)
	}
	return nil
}
