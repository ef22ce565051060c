package main

import (
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of what the office hears of the days and of the year, whatever the departments do:
// the note of each working day, the year's plan, and from December on, day by day, that the next
// year's table of holidays is missing.

// ledgers foretells every letter of the days, the months and the year.
func (o *yearOracle) ledgers() {
	o.days()
	o.plans()
	o.visited()
	o.scored()
	o.registered()
	o.permitted()
}

// days foretells the note of each working day: in the first turn after half past six that knows
// the mail up to then. A day without such a turn has none.
func (o *yearOracle) days() {
	told := map[string]bool{}
	for _, t := range o.ticks {
		at := time.Date(t.Year(), t.Month(), t.Day(), 18, 30, 0, 0, demo.Zone)
		if day := at.Format("0102"); demo.Works(t) && !t.Before(at) && !o.swept[t].Before(at) && !told[at.Format(time.DateOnly)] {
			told[at.Format(time.DateOnly)] = true
			o.letter(t, "daily/"+o.running(t)+"/"+day, o.cast.office)
		}
	}
}

// plans foretells when the office is told the plan of a year: at once of the one duban begins in,
// and of the next when its first week is the one to be reported for. Nobody has announced the
// table of 2027, of which it hears on every day of December.
func (o *yearOracle) plans() {
	told := map[string]bool{}
	for _, t := range o.ticks {
		if o.swept[t].IsZero() {
			continue
		}
		week := o.current(t)
		if year := week[:4]; !told[year] && !resting(t) {
			told[year] = true
			o.letter(t, "calendar/"+week+"/year-"+year+"/1", o.cast.office)
		}
		if day := "calendar-" + t.Format("20060102"); t.Month() == time.December && t.Year() == 2026 && !told[day] {
			told[day] = true
			o.letter(t, "health/"+week+"/"+day+"/1", o.cast.office)
		}
	}
}
