package main

import (
	"fmt"
	"strings"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the scores, and of what the office reads when it has decided something: the
// month's sheet as a draft with the question, each department's own with its 同意, and one
// confirmation of each of its words.

// How long the office may take for its word on the scores, in working days; and how long its
// word waits for what follows from it before it is confirmed alone.
const (
	scoreTerm    = 10
	confirmsLone = time.Hour
)

// scored foretells every letter about scores: the sheet of a month on the first working day of
// the next at ten, or when the month's last week is frozen; never of a month none of which was
// lived.
func (o *yearOracle) scored() {
	asked := map[string]bool{}
	for _, t := range o.ticks {
		month := time.Date(t.Year(), t.Month()-1, 1, 0, 0, 0, 0, demo.Zone)
		name, last := month.Format("2006-01"), -1
		for i, w := range o.Weeks {
			if w.Due.Year() == month.Year() && w.Due.Month() == month.Month() {
				last = i
			}
		}
		if last < 0 || asked[name] {
			continue
		}
		at := demo.Latest(demo.Workday(month.AddDate(0, 1, -1), 1, 10, 0), o.Weeks[last].Freeze)
		if drawn := o.frozen[o.Weeks[last].Name][0]; t.Before(at) || o.swept[t].Before(at) || drawn.IsZero() || drawn.After(t) {
			continue
		}
		asked[name] = true
		key := "proposal/" + o.current(t) + "/score-" + name
		o.letter(t, "score/"+name+"/office", o.cast.office)
		said, heard := o.asks(t, key, workdays(t, scoreTerm, 18))
		if o.Agrees(key) != "同意" || heard.IsZero() {
			o.decides(key, said, heard, heard)
			continue
		}
		goes := o.awake(heard)
		o.decides(key, said, heard, goes)
		for _, dept := range o.Depts {
			if !goes.IsZero() {
				o.letter(goes, "score/"+name+"/"+dept, o.reach(dept, goes))
			}
		}
	}
}

// awake is the first turn from one on in which departments are written to; zero for none.
func (o *yearOracle) awake(from time.Time) time.Time {
	for _, t := range o.within(from, from.AddDate(0, 0, 30)) {
		if !resting(t) {
			return t
		}
	}
	return time.Time{}
}

// answered is when the office says its word on what it was asked at t, and when that is read;
// zero when it says nothing, or too late.
func (o *yearOracle) answered(t time.Time, key string, until time.Time) (said, heard time.Time) {
	said = t.Truncate(time.Minute).Add(demo.AgreesAfter)
	if o.Agrees(key) == "" || !said.Before(until) {
		return said, heard
	}
	return said, o.heard(said, said.AddDate(0, 0, 30))
}

// decides foretells that the office reads of its word, said at an instant and read in a turn:
// with what follows from it, or alone when that has to wait, of which it reports the turn.
func (o *yearOracle) decides(asked string, said, heard, settled time.Time) (alone time.Time) {
	if heard.IsZero() {
		return alone
	}
	for _, t := range o.within(heard, heard.AddDate(0, 0, 30)) {
		if t.Equal(settled) || t.After(said.Add(confirmsLone)) {
			o.letter(t, confirmation(asked, 1), o.cast.office)
			if !t.Equal(settled) {
				alone = t
			}
			break
		}
	}
	return alone
}

// confirmation is the key of a confirmation of the office's word on what it was asked.
func confirmation(asked string, round int) string {
	week, name, _ := strings.Cut(strings.TrimPrefix(asked, "proposal/"), "/")
	return fmt.Sprintf("notice/%s/decided-%s/%d", week, name, round)
}
