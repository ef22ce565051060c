package main

import (
	"fmt"
	"slices"
	"time"
)

// The oracle says which letters of the weekly round a year must bring: from the behaviour
// drawn, the turns duban takes and the rules as the office reads them (the ladder, the settle
// time, the quiet hours, the limits). It shares no code with the planner and never asks it.

// yearCast is who the oracle writes to.
type yearCast struct {
	office  string
	mail    map[string]string   // of a department
	head    map[string]string   // of its head
	leaders map[string][]string // whose projects a department has
	readers []string            // of the leaders' letter
	single  map[string]bool     // has one project only
}

// yearOracle is what must have happened.
type yearOracle struct {
	*yearScript
	cast  yearCast
	ticks []time.Time
	want  []yearLetter
	stood map[string]standing // by week and department: what counts in the end
}

// standing is what of a department's report counts.
type standing int

const (
	standsNothing  standing = iota
	standsButFirst          // the first project's row waits or is carried over
	standsWhole
	standsNil
)

func foretell(s *yearScript, cast yearCast, ticks []time.Time) *yearOracle {
	o := &yearOracle{yearScript: s, cast: cast, ticks: ticks, stood: map[string]standing{}}
	for i := range s.weeks {
		o.week(i)
	}
	return o
}

func (o *yearOracle) letter(at time.Time, key string, to ...string) {
	for _, address := range to {
		o.want = append(o.want, yearLetter{key, address, at})
	}
}

// within gives the turns from one instant until before another.
func (o *yearOracle) within(from, until time.Time) []time.Time {
	i, _ := slices.BinarySearchFunc(o.ticks, from, time.Time.Compare)
	j, _ := slices.BinarySearchFunc(o.ticks, until, time.Time.Compare)
	return o.ticks[i:max(i, j)]
}

// first is the first of them; zero for none.
func (o *yearOracle) first(from, until time.Time) time.Time {
	if in := o.within(from, until); len(in) > 0 {
		return in[0]
	}
	return time.Time{}
}

func (o *yearOracle) week(i int) {
	w := o.weeks[i]
	next := w.summary.AddDate(0, 0, 14)
	if i+1 < len(o.weeks) {
		next = o.weeks[i+1].summary
	}
	if t := o.first(w.preview, w.summary); !t.IsZero() {
		o.letter(t, "preview/"+w.name+"/office", o.cast.office)
	}
	told := o.first(w.summary, next)
	if !told.IsZero() {
		o.letter(told, "summary/"+w.name+"/leaders", o.cast.readers...)
	}
	again := o.first(w.freeze, w.freeze.Add(15*time.Hour))
	changed := false
	lists := map[string]time.Time{}
	for _, dept := range o.depts {
		d := o.department(w, dept)
		o.stood[w.name+" "+dept] = d.counts(w.freeze.Add(answerLong))
		changed = changed || !told.IsZero() && !again.IsZero() && d.counts(told) != d.counts(again)
		for _, t := range o.within(w.escalate, w.freeze) {
			if w.provisional || !d.missing(t) {
				continue
			}
			for _, leader := range o.cast.leaders[dept] {
				if at, known := lists[leader]; !known || t.Before(at) {
					lists[leader] = t
				}
			}
		}
	}
	if changed && told.Before(w.freeze) {
		o.letter(again, "summary/"+w.name+"/leaders/2", o.cast.readers...)
	}
	for leader, t := range lists {
		o.letter(t, "proposal/"+w.name+"/escalation-"+leader, o.cast.office)
	}
}

// answerLong is how long after a week's freeze its mails are still answered.
const answerLong = 48 * time.Hour

// deptWeek is a department's week as the oracle follows it.
type deptWeek struct {
	deptScript
	single   bool
	replied  map[int]time.Time // which mail was answered, and when
	forgiven map[int]bool      // we answered too late: the figures stand
	limit    map[int]time.Time // until when we must have answered
	lates    []time.Time       // reminders after the deadline
}

// department foretells one department's letters of a week.
func (o *yearOracle) department(w yearWeek, dept string) *deptWeek {
	d := &deptWeek{deptScript: o.act(w.name, dept), single: o.cast.single[dept], replied: map[int]time.Time{}, forgiven: map[int]bool{}, limit: map[int]time.Time{}}
	for i, m := range d.mails {
		d.limit[i] = workday(m.at, 1, 18, 0).Add(59 * time.Second)
	}
	mail, head := o.cast.mail[dept], o.cast.head[dept]
	sent := map[string]time.Time{} // letters of this department by what follows the kind
	send := func(t time.Time, kind string, n int, to ...string) {
		key := kind + "/" + w.name + "/" + dept
		if n > 0 {
			key = fmt.Sprintf("%s/%d", key, n)
		}
		if _, done := sent[key]; done {
			return
		}
		sent[key] = t
		o.letter(t, key, to...)
	}
	count := map[string]int{}
	var replyBy, asked time.Time // of the last letter of correction
	headTold := false
	from := w.form.AddDate(0, 0, -12)
	for _, t := range o.within(from, w.freeze.Add(answerLong+time.Minute)) {
		if resting(t) {
			continue
		}
		last := d.last(t)
		_, answered := d.replied[last]
		if last < 0 && !d.exempt && !t.Before(w.form) && t.Before(w.due1) {
			send(t, "form", 0, mail)
		}
		correcting := last >= 0 && answered && d.mails[last].kind == sendsFaulty && !d.forgiven[last]
		if t.Before(w.freeze) {
			if step, at, kind, n := w.rung(t); kind != "" && !d.exempt {
				owes := last < 0 || correcting && at.After(replyBy)
				if owes && step == 5 && !w.provisional {
					if _, done := sent[fmt.Sprintf("late/%s/%s/3", w.name, dept)]; !done {
						headTold = true
						send(t, kind, n, mail, head)
						d.lates = append(d.lates, t)
					}
				} else if owes {
					if _, done := sent[fmt.Sprintf("%s/%s/%s/%d", kind, w.name, dept, n)]; !done && kind == "late" {
						d.lates = append(d.lates, t)
					}
					send(t, kind, n, mail)
				}
			}
			if correcting {
				soon, over := replyBy.Add(-2*time.Hour), replyBy
				switch n := 2 * count["correction"]; {
				case !t.Before(soon) && t.Before(over) && asked.Before(soon):
					send(t, "resubmit", n-1, mail)
				case !t.Before(over) && !t.After(over.Add(4*time.Hour)) && !w.rungAfter(over):
					send(t, "resubmit", n, mail)
				}
			}
		}
		if last < 0 {
			continue
		}
		if answered { // the chain that reached the head is closed one turn later
			if headTold && !correcting && d.mails[last].at.After(w.due.Add(10*time.Minute+59*time.Second)) && t.After(d.replied[last]) {
				send(t, "lateok", 0, mail, head)
			}
			continue
		}
		m := d.mails[last]
		ready := m.at.Add(10 * time.Minute)
		if !m.at.Before(w.due.Add(-30*time.Minute)) && !m.at.After(w.due.Add(time.Minute)) {
			ready = m.at
		}
		if t.Before(ready) {
			continue
		}
		kind := "receipt"
		if m.kind == sendsFaulty {
			kind = "correction"
			if t.After(d.limit[last]) {
				kind, d.forgiven[last] = "fault", true
			}
		}
		count[kind]++
		if kind == "correction" {
			replyBy, asked = workday(t, 1, 18, 0), t
		}
		send(t, kind, count[kind], mail)
		d.replied[last] = t
	}
	return d
}

// last is the newest mail that is known at t; -1 for none.
func (d *deptWeek) last(t time.Time) int {
	for i := len(d.mails) - 1; i >= 0; i-- {
		if !d.mails[i].at.After(t) {
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
	case d.mails[last].kind == sendsNil:
		return standsNil
	case d.mails[last].kind == sendsClean || d.forgiven[last] && t.After(d.limit[last]):
		return standsWhole
	case d.single:
		return standsNothing
	}
	return standsButFirst
}

// missing reports whether the department stands on a list for its lead leader at t: nothing
// came, and it has had two hours since it was last reminded.
func (d *deptWeek) missing(t time.Time) bool {
	if d.exempt || d.last(t) >= 0 {
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

// rung is the last rung of the ladder reached at t: its place, its hour, its kind and its
// number among its kind. Between the deadline and the first reminder after it there is none.
func (w yearWeek) rung(t time.Time) (step int, at time.Time, kind string, n int) {
	for i, s := range []time.Time{w.due1, w.due2, w.late[0], w.late[1], w.late[2]} {
		if !t.Before(s) {
			step, at = i+1, s
		}
	}
	switch {
	case step == 0 || step <= 2 && t.After(w.due):
		return 0, at, "", 0
	case step <= 2:
		return step, at, "due", step
	}
	return step, at, "late", step - 2
}

// rungAfter reports whether a rung stands within two hours behind an instant: it says the same.
func (w yearWeek) rungAfter(t time.Time) bool {
	return slices.ContainsFunc([]time.Time{w.due1, w.due2, w.late[0], w.late[1], w.late[2]}, func(s time.Time) bool {
		return s.After(t) && !s.After(t.Add(2*time.Hour))
	})
}
