package main

import (
	"slices"
	"strconv"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the visits: which lead leader's contact is reminded on the 20th and five working
// days before the month's end, being short of a visit as far as reports and replies tell, and
// when the office gets the list of the month before.

// How long a reminder of visits is still sent, in working days.
const visitTail = 3

// visited foretells every letter about visits.
func (o *yearOracle) visited() {
	recalled := map[string]time.Time{} // by month and project: when a reply that tells of it is read
	sent := map[string]bool{}
	for _, t := range o.ticks {
		if o.guessed(t) {
			continue
		}
		month := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, demo.Zone)
		listed := demo.Workday(month.AddDate(0, 0, -1), 1, 9, 0)
		if list := "visit/" + month.AddDate(0, 0, -1).Format("2006-01"); !sent[list] && !t.Before(listed) && !o.swept[t].Before(listed) && o.begun().Before(month) {
			sent[list] = true
			o.letter(t, list, o.cast.office)
		}
		round := o.visitStep(month, t)
		if round == 0 {
			continue
		}
		for _, leader := range o.cast.leading() {
			key := "visit/" + month.Format("2006-01") + "/" + leader + "/" + strconv.Itoa(round)
			left := slices.DeleteFunc(slices.Clone(o.cast.projects), func(p yearProject) bool {
				told := recalled[month.Format("2006-01 ")+p.id]
				return p.leader != leader || !told.IsZero() && !told.After(t) || o.reportedVisit(p, month, o.swept[t])
			})
			if len(left) == 0 || sent[key] {
				continue
			}
			sent[key] = true
			told := o.leaves(t, key, o.cast.leaderMail[leader])
			var ids []string
			for _, p := range left {
				ids = append(ids, p.id)
			}
			there, after := o.Recalls(key, ids)
			said := demo.Awake(told.Truncate(time.Minute).Add(after))
			if heard := o.heard(said, said.AddDate(0, 0, 60)); !heard.IsZero() {
				for _, id := range there {
					if told := recalled[month.Format("2006-01 ")+id]; told.IsZero() || heard.Before(told) {
						recalled[month.Format("2006-01 ")+id] = heard
					}
				}
			}
		}
	}
}

// visitStep is which reminder of a month is due at t; 0 for none.
func (o *yearOracle) visitStep(month, t time.Time) int {
	end := month.AddDate(0, 1, -1)
	late := end
	for range 5 {
		late = demo.Workday(late, -1, 9, 0)
	}
	steps := []time.Time{demo.Workday(month.AddDate(0, 0, 18), 1, 9, 0), late}
	slices.SortFunc(steps, time.Time.Compare)
	steps = slices.Compact(steps)
	for i := len(steps) - 1; i >= 0; i-- {
		if t.Before(steps[i]) {
			continue
		}
		if resting(t) || !o.reminds(t, steps[i]) || t.After(workdays(steps[i], visitTail, 9)) {
			return 0
		}
		return i + 1
	}
	return 0
}

// reportedVisit reports whether a row that counts, the mail being read up to an instant, tells of
// a visit in a month.
func (o *yearOracle) reportedVisit(p yearProject, month, read time.Time) bool {
	for _, w := range o.Weeks {
		if last := o.rowCounts(p, w, read); last >= 0 {
			day := o.VisitIn(w.Name, p.id, o.followed[w.Name+" "+p.dept].Mails[last].At)
			if day.Year() == month.Year() && day.Month() == month.Month() {
				return true
			}
		}
	}
	return false
}

// guessed reports whether nobody announced the working days of the year of t.
func (o *yearOracle) guessed(t time.Time) bool { return t.Year() != 2026 }

// begun is when duban first read its mailbox.
func (o *yearOracle) begun() time.Time {
	for _, t := range o.ticks {
		if !o.swept[t].IsZero() {
			return o.swept[t]
		}
	}
	return time.Time{}
}
