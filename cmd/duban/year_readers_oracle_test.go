package main

import (
	"fmt"
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of who reads a week beside the leaders' letter and with it: each lead leader his
// own edition; the bodies the formal one with the letters of every second week, counted through
// New Year, where one that falls on a week without a deadline leaves with the next; each
// department where it stands, once the letter has left; and the office the pack for the joint
// meeting. What a corrected edition tells each of them follows from whose projects are reported
// when the week freezes and were not before, which moves the departments' places too.

// editions foretells the first editions that leave with week i's leaders' letter, and those of
// the departments after it; it gives when each department's was written.
func (o *yearOracle) editions(i int, told time.Time) (standings map[string]time.Time) {
	w := o.Weeks[i]
	for _, leader := range o.cast.leading() {
		o.letter(told, "summary/"+w.Name+"/"+leader, o.cast.leaderMail[leader])
	}
	if o.formal(i) {
		for id, mail := range o.cast.bodies {
			o.letter(told, "summary/"+w.Name+"/"+id, mail)
		}
	}
	standings = map[string]time.Time{}
	left := o.serves(told, w.Answered)
	if left.IsZero() {
		return standings
	}
	for _, t := range o.within(left.Add(1), w.Answered.Add(1)) {
		if resting(t) {
			continue
		}
		for dept := range o.cast.leaders {
			standings[dept] = t
			o.letter(t, "standing/"+w.Name+"/"+dept, o.reach(dept, t))
		}
		break
	}
	return standings
}

// formal reports whether the formal edition leaves with week i's leaders' letter.
func (o *yearOracle) formal(i int) bool {
	w := o.Weeks[i]
	formal := second(w.Friday)
	for skipped := w.Friday.AddDate(0, 0, -7); i > 0 && skipped.After(o.Weeks[i-1].Friday); skipped = skipped.AddDate(0, 0, -7) {
		formal = formal || second(skipped)
	}
	return formal
}

// second reports whether a Friday's week is one of the second weeks, which in 2026 have even
// numbers.
func second(friday time.Time) bool {
	first := time.Date(2026, time.January, 2, 0, 0, 0, 0, demo.Zone)
	return int(friday.Sub(first).Hours()/24+0.5)/7%2 == 1
}

// leading lists who leads a project.
func (c yearCast) leading() []string {
	var out []string
	for _, own := range c.leaders {
		for _, leader := range own {
			if c.leaderMail[leader] != "" && !slices.Contains(out, leader) {
				out = append(out, leader)
			}
		}
	}
	return out
}

// spendsEach is what each project that has figures spends in a week, in 万元.
const spendsEach = 7

// said is how much of a project a week's figures hold, the mail being read up to an instant:
// nothing, that there is no change, or a row of its own.
func (o *yearOracle) said(w demo.Week, p yearProject, read time.Time) standing {
	switch {
	case o.rowCounts(p, w, read) >= 0:
		return standsWhole
	case o.followed[w.Name+" "+p.dept].counts(read) == standsNil:
		return standsNil
	}
	return standsNothing
}

// sums is what was spent on each project this year as a week's figures show it: before is what
// the week before showed.
func (o *yearOracle) sums(i int, read time.Time, before map[string]int) map[string]int {
	w := o.Weeks[i]
	out := map[string]int{}
	for _, p := range o.cast.projects {
		if i > 0 && o.Weeks[i-1].Name[:4] == w.Name[:4] {
			out[p.id] = before[p.id]
		}
		if p.class != "招商" && o.said(w, p, read) == standsWhole {
			out[p.id] = o.spent(i, p)
		}
	}
	return out
}

// spent is what a project's own books hold at the end of week i: nothing of the weeks it was
// freed from or that brought no change.
func (o *yearOracle) spent(i int, p yearProject) (sum int) {
	for n := i; n >= 0 && o.Weeks[n].Name[:4] == o.Weeks[i].Name[:4]; n-- {
		a := o.Act(o.Weeks[n].Name, p.dept)
		idle := len(a.Mails) > 0 && a.Mails[0].Kind == demo.SendsNil || a.LeftOut && o.cast.spared[p.dept] == p.id
		if !a.Exempt && !idle {
			sum += spendsEach
		}
	}
	return sum
}

// places ranks the departments that have a plan by how much of it is done, in tenths of a
// percent, equals sharing a place.
func (c yearCast) places(w demo.Week, sums map[string]int) map[string]int {
	done, plan, rate := map[string]int{}, map[string]int{}, map[string]int{}
	for _, p := range c.projects {
		done[p.dept] += sums[p.id]
		plan[p.dept] += p.plan
	}
	for dept := range plan {
		if plan[dept] > 0 && w.Name[:4] == "2026" {
			rate[dept] = (2000*done[dept] + plan[dept]) / (2 * plan[dept])
		}
	}
	out := map[string]int{}
	for dept := range rate {
		out[dept] = 1
		for _, other := range rate {
			if other > rate[dept] {
				out[dept]++
			}
		}
	}
	return out
}

// correctedEditions foretells what the corrected edition of t tells each reader: a lead leader
// and a department of their own projects, the department of its place too, the bodies of any.
func (o *yearOracle) correctedEditions(i int, told, t time.Time, standings map[string]time.Time) {
	w, touched := o.Weeks[i], map[string]bool{}
	for _, p := range o.cast.projects {
		if o.said(w, p, o.swept[told]) != o.said(w, p, o.swept[t]) {
			touched[p.dept], touched[p.leader] = true, true
		}
	}
	was, is := o.cast.places(w, o.sums(i, o.swept[told], o.shown)), o.cast.places(w, o.sums(i, o.swept[t], o.shown))
	for _, leader := range o.cast.leading() {
		if touched[leader] {
			o.letter(t, "summary/"+w.Name+"/"+leader+"/2", o.cast.leaderMail[leader])
		}
	}
	for dept, before := range standings {
		if before.Before(t) && (touched[dept] || was[dept] != is[dept]) {
			o.letter(t, "standing/"+w.Name+"/"+dept+"/2", o.reach(dept, t))
		}
	}
	if o.formal(i) {
		for id, mail := range o.cast.bodies {
			o.letter(t, "summary/"+w.Name+"/"+id+"/2", mail)
		}
	}
}

// packs foretells the pack for the joint meeting of each calendar week: at 15:00 of its first
// working day. It leaves at 17:00 of the working day before, or half an hour after a deadline of
// that day, and not any more once the meeting has begun.
func (o *yearOracle) packs() {
	first, last := o.Weeks[0].Friday.AddDate(0, 0, -4), o.ticks[len(o.ticks)-1].AddDate(0, 0, 14)
	for monday := first; monday.Before(last); monday = monday.AddDate(0, 0, 7) {
		at := demo.Workday(monday.AddDate(0, 0, -1), 1, 15, 0)
		if !at.Before(monday.AddDate(0, 0, 7)) {
			continue
		}
		pack := demo.Workday(at, -1, 17, 0)
		for _, w := range o.Weeks {
			if w.Due.Format(time.DateOnly) == pack.Format(time.DateOnly) {
				pack = w.Due.Add(30 * time.Minute)
			}
		}
		if t := o.informed(pack, at, showPatience); !t.IsZero() {
			o.offers(t, at, "meeting/"+isoWeek(monday), o.cast.office)
		}
	}
}

// isoWeek names a day's week as keys do.
func isoWeek(day time.Time) string {
	y, n := day.ISOWeek()
	return fmt.Sprintf("%d-W%02d", y, n)
}
