package main

import (
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of what the office is asked about its registry: every 前期 project all of whose
// permits are reported as done looks like one that has begun. The office is asked once about each,
// of five at a time.

// How many such questions wait at a time, for how many working days, and the mark of the class
// asked about in their keys.
const (
	classQuestions = 5
	classTerm      = 20
	intoNewStart   = "-project_class-bd683266"
)

// registered foretells every question about a class.
func (o *yearOracle) registered() {
	asked := map[string]bool{}
	var open []time.Time // until when a question waits
	for _, t := range o.ticks {
		if o.swept[t].IsZero() {
			continue
		}
		open = slices.DeleteFunc(open, func(until time.Time) bool { return !t.Before(until) })
		for _, p := range o.cast.projects {
			if p.class != "前期" || asked[p.id] || len(open) >= classQuestions {
				continue
			}
			week := o.newestRow(p, t)
			if week == "" {
				continue
			}
			asked[p.id] = true
			key := "proposal/" + week + "/change-" + p.id + intoNewStart
			until := workdays(t, classTerm, 18)
			said, heard := o.asks(t, key, until)
			if o.decides(key, said, heard, heard); !heard.IsZero() && heard.Before(until) {
				until = heard
			}
			open = append(open, until)
		}
	}
}

// newestRow is the last week, of those something is still told about at t, with a row of a
// project that counts; "" for none.
func (o *yearOracle) newestRow(p yearProject, t time.Time) string {
	for _, w := range slices.Backward(o.Weeks) {
		told := o.frozen[w.Name][0]
		if !told.IsZero() && !told.After(t) && t.After(w.Answered) {
			break
		}
		if o.rowCounts(p, w, o.swept[t]) >= 0 {
			return w.Name
		}
	}
	return ""
}

// rowCounts is the mail of a department about a week whose row of a project counts, the mail
// being read up to an instant; -1 for none.
func (o *yearOracle) rowCounts(p yearProject, w demo.Week, read time.Time) int {
	d := o.followed[w.Name+" "+p.dept]
	switch stands := d.counts(read); {
	case stands == standsNothing, stands == standsNil, stands == standsButFirst && p.place == 0, p.id == o.cast.spared[p.dept] && d.LeftOut:
		return -1
	}
	return d.last(read)
}
