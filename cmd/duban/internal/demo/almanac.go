package demo

import (
	"fmt"
	"time"
)

// The fictional district's own knowledge of the calendar: what the State Council announced for
// 2026 and what the law alone says of 2027, written down here a second time, so that a slip of
// duban's calendar is not also the slip of those who live by it.

// Zone is the district's time, which knows no summer time.
var Zone = time.FixedZone("district", 8*60*60)

// daysOff are the days off, first and last; makeUpDays the worked weekends.
var (
	daysOff = [][2]string{
		{"2026-01-01", "2026-01-03"},
		{"2026-02-15", "2026-02-23"},
		{"2026-04-04", "2026-04-06"},
		{"2026-05-01", "2026-05-05"},
		{"2026-06-19", "2026-06-21"},
		{"2026-09-25", "2026-09-27"},
		{"2026-10-01", "2026-10-07"},
		{"2027-01-01", "2027-01-01"},
	}
	makeUpDays = []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
)

// Works reports whether the day of t is a working day.
func Works(t time.Time) bool {
	day := t.Format(time.DateOnly)
	for _, m := range makeUpDays {
		if m == day {
			return true
		}
	}
	for _, off := range daysOff {
		if off[0] <= day && day <= off[1] {
			return false
		}
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// Workday is the next working day after t, or with step -1 the last one before it, at an hour.
func Workday(t time.Time, step, hour, minute int) time.Time {
	for t = t.AddDate(0, 0, step); !Works(t); t = t.AddDate(0, 0, step) {
	}
	return time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, Zone)
}

// Week is one reporting week and every hour of it that follows from the starter configuration.
type Week struct {
	Name                     string       // "2026-W41"
	Friday                   time.Time    // its fifth day, from midnight
	Form, Due1, Due2, Due    time.Time    // the form, the reminders before the deadline, the deadline
	Late                     [3]time.Time // the reminders after it
	Preview, Summary, Freeze time.Time    // of the leaders' letter
	Escalate                 time.Time    // when the office is asked about those still missing
	Answered                 time.Time    // until when its mails are answered: the next week is frozen
	Provisional              bool         // what comes after the deadline falls into a year without a table
}

// Weeks lists the weeks from the Monday on whose deadline comes before the end; one without a
// working day is none.
func Weeks(monday, end time.Time) []Week {
	var out []Week
	for ; ; monday = monday.AddDate(0, 0, 7) {
		y, n := monday.ISOWeek()
		w := Week{Name: fmt.Sprintf("%d-W%02d", y, n)}
		friday := monday.AddDate(0, 0, 4)
		w.Friday = time.Date(friday.Year(), friday.Month(), friday.Day(), 0, 0, 0, 0, Zone)
		w.Due = time.Date(friday.Year(), friday.Month(), friday.Day(), 18, 0, 0, 0, Zone)
		any := false
		for d := range 5 {
			any = any || Works(monday.AddDate(0, 0, d))
		}
		switch {
		case w.Name == "2026-W40": // by decision of the office: before the holidays
			w.Due = time.Date(2026, 9, 30, 18, 0, 0, 0, Zone)
		case !any:
			continue
		case !Works(w.Due):
			w.Due = Workday(w.Due, 1, 18, 0)
		}
		w.Form, w.Due1, w.Due2 = Workday(w.Due, -1, 9, 0), Workday(w.Due, -1, 15, 0), w.Due.Add(-2*time.Hour)
		w.Late = [3]time.Time{w.Due.Add(10 * time.Minute), Workday(w.Due, 1, 9, 0), Workday(w.Due, 1, 12, 0)}
		w.Preview, w.Summary, w.Freeze = Workday(w.Due, 1, 7, 30), Workday(w.Due, 1, 8, 30), Workday(w.Due, 1, 18, 30)
		w.Escalate = Workday(w.Due, 1, 18, 0)
		w.Provisional = w.Late[2].Year() != 2026
		if n := len(out); n > 0 {
			out[n-1].Answered = w.Freeze
		}
		if !w.Due.Before(end) {
			return out
		}
		out = append(out, w)
	}
}
