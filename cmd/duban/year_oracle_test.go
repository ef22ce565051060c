package main

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle says which letters of the weekly round a year must bring: from the behaviour
// drawn, the turns duban takes and the rules as the office reads them (the ladder, the settle
// time, the quiet hours, the limits). It shares no code with the planner and never asks it.

// yearCast is who the oracle writes to.
type yearCast struct {
	office     string
	confirms   bool                // is asked before a request is handed over
	mail       map[string]string   // of a department
	head       map[string]string   // of its head
	deputy     map[string]string   // of who stands in
	leaders    map[string][]string // whose projects a department has
	readers    []string            // of the leaders' letter
	leaderMail map[string]string
	bodies     map[string]string      // of the formal edition
	single     map[string]bool        // has one project only
	spared     map[string]string      // the project the office may free: a department's last, of three at least
	pleads     map[string]yearProject // the one a department has problems with: its second, or only one
	projects   []yearProject          // in the registry's order
}

// yearProject is a project of the registry.
type yearProject struct {
	id, dept, agent, leader, class string
	place                          int // among its department's, from 0
	plan                           int // of 2026, in 万元
}

// yearOracle is what must have happened.
type yearOracle struct {
	*demo.Year
	cast  yearCast
	ticks []time.Time             // when duban plans, in each turn
	swept map[time.Time]time.Time // by turn: when the mailbox was last read to its end
	want  []yearLetter
	pleas []*yearPlea // in the order of their numbers

	bad     map[string][]time.Time // when a department's address was refused for good
	failed  []yearLetter           // which letters were, by their keys
	refused []*yearWaiting         // letters refused for now
	halted  map[time.Time]bool     // turns in which a letter was tried and the mail server was out of order

	known map[string][]time.Time // bad, as it was found before

	followed map[string]*deptWeek    // by week and department
	frozen   map[string][2]time.Time // by week: when its figures were drawn, and what mail they know
	shown    map[string]int          // by project, what was spent as the last of them show it
	cuts     []yearCut               // each time any week's were
}

// standing is what of a department's report counts.
type standing int

const (
	standsNothing  standing = iota
	standsButFirst          // the first project's row waits or is carried over
	standsWhole
	standsNil
)

// How long duban waits: for a server that says nothing; for the mailbox before it reminds
// anybody, answers, and writes the office's preview and the leaders' letter on what it knows.
const (
	serverPatience = time.Minute
	freshMail      = time.Hour
	answerPatience = time.Hour
	showPatience   = 30 * time.Minute
	tellPatience   = 2 * time.Hour
)

// foretell says what a year must bring. It goes through the year until no more addresses are
// found that refuse letters for good: one found in a week concerns what is still told of the week
// before.
func foretell(s *demo.Year, cast yearCast, ticks []time.Time) *yearOracle {
	for bad := map[string][]time.Time{}; ; {
		o := follow(s, cast, ticks, bad)
		if reflect.DeepEqual(o.bad, bad) {
			return o
		}
		bad = o.bad
	}
}

// follow goes through a year.
func follow(s *demo.Year, cast yearCast, ticks []time.Time, bad map[string][]time.Time) *yearOracle {
	o := &yearOracle{Year: s, known: bad, cast: cast, halted: map[time.Time]bool{}, bad: map[string][]time.Time{}, swept: map[time.Time]time.Time{}, followed: map[string]*deptWeek{}, frozen: map[string][2]time.Time{}}
	var swept time.Time
	for _, t := range ticks {
		if shut := s.ShutAt(t); shut == nil {
			swept = t
		} else if shut.Silent {
			t = t.Add(serverPatience)
		}
		o.ticks = append(o.ticks, t)
		o.swept[t] = swept
	}
	for i := range s.Weeks {
		o.week(i)
	}
	o.packs()
	o.beside()
	o.ledgers()
	o.failures()
	o.health()
	return o
}

// resting reports whether departments are left alone at t.
func resting(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	return m >= 20*60 || m < 7*60+30
}

// wrote reports whether a letter to an address left in the days in which a mail server still
// says that it could not be delivered.
func (o *yearOracle) wrote(to string, until time.Time) bool {
	return slices.ContainsFunc(o.want, func(l yearLetter) bool {
		return l.to == to && l.at.Before(until) && l.at.After(until.AddDate(0, 0, -5))
	})
}

// within gives the turns from one instant until before another.
func (o *yearOracle) within(from, until time.Time) []time.Time {
	i, _ := slices.BinarySearchFunc(o.ticks, from, time.Time.Compare)
	j, _ := slices.BinarySearchFunc(o.ticks, until, time.Time.Compare)
	return o.ticks[i:max(i, j)]
}

// informed is the first turn of a span in which all mail up to its beginning is known, or at
// which the wait for it is over; zero for none.
func (o *yearOracle) informed(from, until time.Time, patience time.Duration) time.Time {
	for _, t := range o.within(from, until) {
		if !o.swept[t].Before(from) || !t.Before(from.Add(patience)) {
			return t
		}
	}
	return time.Time{}
}

// heard is the first turn at which a mail that came at an instant is read; zero for none.
func (o *yearOracle) heard(at, until time.Time) time.Time {
	for _, t := range o.within(at, until) {
		if !o.swept[t].Before(at) {
			return t
		}
	}
	return time.Time{}
}

// reminds reports whether anybody may be reminded at t by a step of the time at: all mail up
// to then is known, and of late.
func (o *yearOracle) reminds(t, at time.Time) bool {
	return !o.swept[t].Before(at) && t.Sub(o.swept[t]) <= freshMail
}

func (o *yearOracle) week(i int) {
	w := o.Weeks[i]
	next := w.Summary.AddDate(0, 0, 14)
	if i+1 < len(o.Weeks) {
		next = o.Weeks[i+1].Summary
	}
	depts := map[string]*deptWeek{}
	for _, dept := range o.Depts {
		depts[dept] = o.department(w, dept)
		o.followed[w.Name+" "+dept] = depts[dept]
	}
	told, held := o.leadersLetter(w, next)
	var standings map[string]time.Time
	if !told.IsZero() {
		standings = o.editions(i, told)
	}
	o.freezes(w, told, next)
	if t := o.correctedLetter(w, depts, told, held); !t.IsZero() {
		o.correctedEditions(i, told, t, standings)
	}
	o.shown = o.sums(i, o.frozen[w.Name][1], o.shown)
	reached := map[string][]yearLetter{}
	if !w.Provisional {
		reached = o.lists(w, depts)
	}
	for _, dept := range o.Depts {
		o.closing(w, dept, depts[dept], reached[dept])
		o.expiries(i, dept)
	}
}

// leadersLetter foretells the preview and the leaders' letter, which the office may hold and
// release: told is when it left, held whether it was never released.
func (o *yearOracle) leadersLetter(w demo.Week, next time.Time) (told time.Time, held bool) {
	shown := o.informed(w.Preview, w.Summary, showPatience)
	told = o.informed(w.Summary, next, tellPatience)
	if shown.IsZero() {
		return told, o.leave(w, told)
	}
	if shown = o.offers(shown, w.Summary, "preview/"+w.Name+"/office", o.cast.office); shown.IsZero() {
		return told, o.leave(w, told) // by then there is nothing left to hold
	}
	holds, release := o.Holds(w.Name)
	heard := o.heard(shown.Truncate(time.Minute).Add(demo.HoldsAfter), next)
	if !holds || heard.IsZero() || !told.IsZero() && heard.After(told) {
		return told, o.leave(w, told) // what is heard too late holds nothing
	}
	o.letter(heard, "notice/"+w.Name+"/hold/1", o.cast.office)
	if release == 0 { // the next week's letter makes this one pointless
		return time.Time{}, true
	}
	answered := o.serves(heard, next)
	if answered.IsZero() { // the code for its release never came
		return time.Time{}, true
	}
	said := answered.Truncate(time.Minute).Add(release)
	if confirmed := o.heard(said, next); !confirmed.IsZero() {
		o.letter(confirmed, "notice/"+w.Name+"/hold/2", o.cast.office)
	}
	told = o.heard(demo.Latest(said, w.Summary), next)
	return told, o.leave(w, told)
}

// correctedLetter foretells the one corrected edition: as soon as mail up to the freeze is known,
// or the wait for it over, and of late, that makes another figure of any the leaders read.
// It is zero for none.
func (o *yearOracle) correctedLetter(w demo.Week, depts map[string]*deptWeek, told time.Time, held bool) time.Time {
	over := w.Freeze.Add(15 * time.Hour)
	from := o.informed(w.Freeze, over, tellPatience)
	if told.IsZero() || !told.Before(w.Freeze) || from.IsZero() || held {
		return time.Time{}
	}
	for _, t := range o.within(from, over) {
		for _, d := range depts {
			if d.counts(o.swept[told]) != d.counts(o.swept[t]) {
				o.letter(t, "summary/"+w.Name+"/leaders/2", o.cast.readers...)
				o.frozen[w.Name] = [2]time.Time{o.frozen[w.Name][0], o.swept[t]}
				o.cuts = append(o.cuts, yearCut{w.Name, t, o.swept[t]})
				return t
			}
		}
	}
	return time.Time{}
}

func (o *yearOracle) leave(w demo.Week, told time.Time) (held bool) {
	if !told.IsZero() {
		o.letter(told, "summary/"+w.Name+"/leaders", o.cast.readers...)
	}
	return false
}

// lists foretells the lists the office is asked about, its word, and what leaves with it: by
// department, who was told that its report is missing.
func (o *yearOracle) lists(w demo.Week, depts map[string]*deptWeek) map[string][]yearLetter {
	reached := map[string][]yearLetter{}
	asked := map[string]bool{}
	for _, t := range o.within(w.Escalate, w.Freeze) {
		if !o.reminds(t, w.Escalate) {
			continue
		}
		lists := map[string][]string{}
		for _, dept := range o.Depts {
			for _, leader := range o.cast.leaders[dept] {
				if depts[dept].missing(t, o.swept[t]) && !asked[leader] {
					lists[leader] = append(lists[leader], dept)
				}
			}
		}
		for leader, list := range lists {
			asked[leader] = true
			asks := "proposal/" + w.Name + "/escalation-" + leader
			said, read := o.asks(t, asks, w.Freeze)
			heard := read
			if o.Agrees(asks) != "同意" || heard.IsZero() || !heard.Before(w.Freeze.Add(time.Hour)) {
				o.decides(asks, said, read, read)
				continue
			}
			heard = o.awake(heard) // no leader is written to at night
			alone, due := o.decides(asks, said, read, heard), len(list)
			list = slices.DeleteFunc(list, func(dept string) bool { return depts[dept].last(o.swept[heard]) >= 0 })
			frozen := !heard.Before(w.Freeze.Add(time.Hour))
			if !alone.IsZero() && (frozen || len(list) < due) {
				o.letter(heard, confirmation(asks, 2), o.cast.office) // what came of it is news
			}
			if frozen || len(list) == 0 {
				continue
			}
			left := o.escalates(w, leader, heard, func(t time.Time) bool {
				return slices.ContainsFunc(list, func(dept string) bool { return depts[dept].last(o.swept[t]) >= 0 })
			})
			for _, dept := range list {
				if !left.IsZero() {
					reached[dept] = append(reached[dept], yearLetter{to: o.cast.leaderMail[leader], at: left})
				}
			}
		}
	}
	return reached
}

// escalates foretells that a lead leader is told his list, which is given up as soon as past
// reports that one of it has reported; of that the office hears. It reports when it leaves.
func (o *yearOracle) escalates(w demo.Week, leader string, heard time.Time, past func(time.Time) bool) (left time.Time) {
	key := "escalation/" + w.Name + "/" + leader
	var waiting []*yearWaiting
	for _, address := range []string{o.cast.leaderMail[leader], o.cast.office} {
		waiting = append(waiting, &yearWaiting{yearLetter: yearLetter{key, address, heard}, past: past, left: func(t time.Time) {
			if address != o.cast.office {
				left = t
			}
		}})
	}
	for _, t := range o.within(heard, heard.AddDate(0, 0, 30)) {
		if now := overtaken(t, waiting); len(now) < len(waiting) {
			o.letter(t, "notice/"+w.Name+"/failed-"+shortSum(key), o.cast.office)
			return left
		}
		if waiting = o.retry(t, waiting); len(waiting) == 0 {
			break
		}
	}
	return left
}

// closing foretells the letter that tells everybody who was told of a missing report that it
// came: one turn after its sender was answered.
func (o *yearOracle) closing(w demo.Week, dept string, d *deptWeek, reached []yearLetter) {
	if !d.headTold.IsZero() {
		reached = append(reached, yearLetter{to: o.cast.head[dept], at: d.headTold})
	}
	for _, t := range o.within(w.Due, w.Answered.Add(time.Minute)) {
		last := d.last(o.swept[t])
		if resting(t) || last < 0 || d.Mails[last].Kind.Wrong() && !d.forgiven[last] || !d.Mails[last].At.After(w.Due.Add(10*time.Minute+59*time.Second)) {
			continue
		}
		if at, answered := d.replied[last]; !answered || !t.After(at) {
			continue
		}
		var to []string
		for _, l := range reached {
			if l.at.Before(t) {
				to = append(to, l.to)
			}
		}
		if len(to) > 0 {
			o.letter(t, "lateok/"+w.Name+"/"+dept, append(to, o.reach(dept, t))...)
			return
		}
	}
}

// deptWeek is a department's week as the oracle follows it.
type deptWeek struct {
	demo.Act
	single   bool
	replied  map[int]time.Time // which mail was answered, and when
	forgiven map[int]bool      // we answered too late: the figures stand
	limit    map[int]time.Time // until when we must have answered
	lates    []time.Time       // reminders after the deadline
	headTold time.Time
	replyBy  time.Time // until when the last correction is asked for
	rounds   int       // how many were
}

// department foretells one department's letters of a week.
func (o *yearOracle) department(w demo.Week, dept string) *deptWeek {
	d := &deptWeek{Act: o.Act(w.Name, dept), single: o.cast.single[dept], replied: map[int]time.Time{}, forgiven: map[int]bool{}, limit: map[int]time.Time{}}
	for i, m := range d.Mails {
		d.limit[i] = demo.Workday(m.At, 1, 18, 0).Add(59 * time.Second)
	}
	mail, head := o.cast.mail[dept], o.cast.head[dept]
	sent := map[string]time.Time{} // letters of this department by what follows the kind
	var waiting []*yearWaiting
	send := func(t time.Time, kind string, n int, to ...string) {
		key := kind + "/" + w.Name + "/" + dept
		if n > 0 {
			key = fmt.Sprintf("%s/%d", key, n)
		}
		if _, done := sent[key]; done {
			return
		}
		sent[key] = t
		to[0] = o.reach(dept, t)
		for _, address := range to {
			l := &yearWaiting{yearLetter: yearLetter{key, address, t}, kind: kind, n: n, mail: d.last(o.swept[t])}
			l.past = func(t time.Time) bool { return d.past(w, l, t, o.swept[t]) }
			l.left = func(t time.Time) {
				if kind == "late" {
					d.lates = append(d.lates, t)
				}
				if address == head {
					d.headTold = t
				}
			}
			waiting = append(waiting, l)
		}
	}
	count := map[string]int{}
	var asked time.Time // for the last correction
	from := w.Form.AddDate(0, 0, -12)
	plan := func(t, read time.Time) {
		if !d.Bounce.IsZero() && !read.Before(d.Bounce) {
			if !o.wrote(mail, d.Bounce) {
				o.Unbounce(w.Name, dept)
			}
			d.Bounce = time.Time{}
		}
		last := d.last(read)
		_, answered := d.replied[last]
		if last < 0 && !d.Exempt && !t.Before(w.Form) && t.Before(w.Due1) {
			send(t, "form", 0, mail)
		}
		correcting := last >= 0 && answered && d.Mails[last].Kind.Wrong() && !d.forgiven[last]
		if t.Before(w.Freeze) {
			if step, at, kind, n := yearRung(w, t); kind != "" && !d.Exempt {
				owes := o.reminds(t, at) && (last < 0 || correcting && at.After(d.replyBy))
				if owes && step == 5 && !w.Provisional {
					if _, done := sent[fmt.Sprintf("late/%s/%s/3", w.Name, dept)]; !done {
						send(t, kind, n, mail, head)
					}
				} else if owes {
					send(t, kind, n, mail)
				}
			}
			if correcting {
				soon, over := d.replyBy.Add(-2*time.Hour), d.replyBy
				switch n := 2 * count["correction"]; {
				case !t.Before(soon) && t.Before(over) && asked.Before(soon) && o.reminds(t, soon):
					send(t, "resubmit", n-1, mail)
				case !t.Before(over) && !t.After(over.Add(4*time.Hour)) && !yearRungAfter(w, over) && o.reminds(t, over):
					send(t, "resubmit", n, mail)
				}
			}
		}
		if last < 0 || answered {
			return
		}
		m := d.Mails[last]
		ready := m.At.Add(10 * time.Minute)
		if !m.At.Before(w.Due.Add(-30*time.Minute)) && !m.At.After(w.Due.Add(time.Minute)) {
			ready = m.At
		}
		if t.Before(ready) || read.Before(ready) && t.Before(ready.Add(answerPatience)) {
			return
		}
		kind := "receipt"
		if m.Kind.Wrong() {
			kind = "correction"
			if m.Kind == demo.SendsFaulty && t.After(d.limit[last]) {
				kind, d.forgiven[last] = "fault", true
			}
		}
		count[kind]++
		if kind == "correction" {
			d.replyBy, d.rounds, asked = demo.Workday(t, 1, 18, 0), count[kind], t
		}
		send(t, kind, count[kind], mail)
		d.replied[last] = t
	}
	over := w.Answered.Add(time.Minute)
	for _, t := range o.within(from, over) {
		waiting = overtaken(t, d.overtime(t, o.swept[t], waiting))
		d.respite(t, waiting, o.reach(dept, t))
		if !resting(t) {
			plan(t, o.swept[t])
		}
		waiting = o.retry(t, waiting)
	}
	for _, t := range o.within(over, over.AddDate(0, 0, 30)) {
		waiting = o.retry(t, waiting) // nobody looks at them again
	}
	return d
}

// last is the newest mail that is known at t; -1 for none.
func (d *deptWeek) last(t time.Time) int {
	for i := len(d.Mails) - 1; i >= 0; i-- {
		if !d.Mails[i].At.After(t) {
			return i
		}
	}
	return -1
}

// counts is what of the department's report counts at t.
func (d *deptWeek) counts(t time.Time) standing {
	last := d.last(t)
	switch {
	case last < 0:
		return standsNothing
	case d.Mails[last].Kind == demo.SendsNil:
		return standsNil
	case d.Mails[last].Kind == demo.SendsClean || d.forgiven[last] && t.After(d.limit[last]):
		return standsWhole
	case d.single, d.Mails[last].Kind == demo.SendsOld:
		return standsNothing
	}
	return standsButFirst
}

// missing reports whether the department stands on a list for its lead leader at t, the mail
// being read up to an instant: nothing came, and it has had two hours since it was last reminded.
func (d *deptWeek) missing(t, read time.Time) bool {
	if d.Exempt || d.last(read) >= 0 {
		return false
	}
	var before []time.Time
	for _, l := range d.lates {
		if l.Before(t) {
			before = append(before, l)
		}
	}
	return len(before) > 0 && !t.Before(before[len(before)-1].Add(2*time.Hour))
}

// yearRung is the last rung of the ladder reached at t: its place, its hour, its kind and its
// number among its kind. Between the deadline and the first reminder after it there is none.
func yearRung(w demo.Week, t time.Time) (step int, at time.Time, kind string, n int) {
	for i, s := range []time.Time{w.Due1, w.Due2, w.Late[0], w.Late[1], w.Late[2]} {
		if !t.Before(s) {
			step, at = i+1, s
		}
	}
	switch {
	case step == 0 || step <= 2 && t.After(w.Due):
		return 0, at, "", 0
	case step <= 2:
		return step, at, "due", step
	}
	return step, at, "late", step - 2
}

// yearRungAfter reports whether a rung stands within two hours behind an instant: it says the same.
func yearRungAfter(w demo.Week, t time.Time) bool {
	return slices.ContainsFunc([]time.Time{w.Due1, w.Due2, w.Late[0], w.Late[1], w.Late[2]}, func(s time.Time) bool {
		return s.After(t) && !s.After(t.Add(2*time.Hour))
	})
}
