package main

import (
	"fmt"
	"time"
)

// The simulated year's own knowledge of the calendar: what the State Council announced for 2026
// and what the law alone says of 2027, written down here a second time, so that a slip of
// duban's calendar is not the oracle's too.

var yearZone = time.FixedZone("district", 8*60*60)

// yearOff are the days off, first and last; yearMakeUp the worked weekends.
var (
	yearOff = [][2]string{
		{"2026-01-01", "2026-01-03"},
		{"2026-02-15", "2026-02-23"},
		{"2026-04-04", "2026-04-06"},
		{"2026-05-01", "2026-05-05"},
		{"2026-06-19", "2026-06-21"},
		{"2026-09-25", "2026-09-27"},
		{"2026-10-01", "2026-10-07"},
		{"2027-01-01", "2027-01-01"},
	}
	yearMakeUp = []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
)

func dayOf(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, yearZone)
	if err != nil {
		panic(err) // a constant of this file is mistyped
	}
	return t
}

func worked(t time.Time) bool {
	day := t.Format(time.DateOnly)
	for _, m := range yearMakeUp {
		if m == day {
			return true
		}
	}
	for _, off := range yearOff {
		if off[0] <= day && day <= off[1] {
			return false
		}
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// workday is the next worked day after t, or with step -1 the last one before it, at an hour.
func workday(t time.Time, step, hour, minute int) time.Time {
	for t = t.AddDate(0, 0, step); !worked(t); t = t.AddDate(0, 0, step) {
	}
	return time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, yearZone)
}

// yearWeek is one reporting week and every hour of it that follows from the configuration.
type yearWeek struct {
	name                     string
	form, due1, due2, due    time.Time
	late                     [3]time.Time
	preview, summary, freeze time.Time
	escalate                 time.Time
	provisional              bool // what comes after the deadline falls into a year without a table
}

// yearWeeks lists the weeks from the Monday on whose deadline comes before the end; one
// without a worked day is none.
func yearWeeks(monday, end time.Time) []yearWeek {
	var out []yearWeek
	for ; ; monday = monday.AddDate(0, 0, 7) {
		y, n := monday.ISOWeek()
		w := yearWeek{name: fmt.Sprintf("%d-W%02d", y, n)}
		friday := monday.AddDate(0, 0, 4)
		w.due = time.Date(friday.Year(), friday.Month(), friday.Day(), 18, 0, 0, 0, yearZone)
		any := false
		for d := range 5 {
			any = any || worked(monday.AddDate(0, 0, d))
		}
		switch {
		case w.name == "2026-W40": // by decision of the office: before the holidays
			w.due = time.Date(2026, 9, 30, 18, 0, 0, 0, yearZone)
		case !any:
			continue
		case !worked(w.due):
			w.due = workday(w.due, 1, 18, 0)
		}
		if !w.due.Before(end) {
			return out
		}
		w.form, w.due1, w.due2 = workday(w.due, -1, 9, 0), workday(w.due, -1, 15, 0), w.due.Add(-2*time.Hour)
		w.late = [3]time.Time{w.due.Add(10 * time.Minute), workday(w.due, 1, 9, 0), workday(w.due, 1, 12, 0)}
		w.preview, w.summary, w.freeze = workday(w.due, 1, 7, 30), workday(w.due, 1, 8, 30), workday(w.due, 1, 18, 30)
		w.escalate = workday(w.due, 1, 18, 0)
		w.provisional = w.late[2].Year() != 2026
		out = append(out, w)
	}
}

// resting reports whether departments are left alone at t.
func resting(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	return m >= 20*60 || m < 7*60+30
}
