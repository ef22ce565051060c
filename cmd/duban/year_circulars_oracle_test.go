package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the circulars: who stands on the draft of a frozen week, what the office makes
// of it, and what is called to mind of those it names. It follows from how the departments
// reported, of which year_oracle_test.go knows, and from the requests nobody answered.

// yearCensure follows the circulars through the turns.
type yearCensure struct {
	*yearPleas
	looked map[string]bool // weeks
	drafts []*yearDraft    // that wait for the office, or for its word to be carried out
	queued []*yearDraft    // that wait for the mail server
	rects  []*yearRect
}

// yearDraft is one draft the office was asked about.
type yearDraft struct {
	week    int
	round   int
	grounds []string  // "D05 why", one a line of evidence
	said    time.Time // when its 同意 was
	heard   time.Time // when that is read; zero for never
	alone   time.Time // when that was confirmed before anything followed
	begun   bool      // a copy has left
	past    bool      // it was taken back
	named   []*yearRect
}

// yearRect is what a department named is to put right.
type yearRect struct {
	week, dept string
	due        time.Time
	wrote      time.Time // when it wrote about it; zero for never
	done       time.Time // when the office noted that it is done; likewise
	told       [3]bool   // the reminders, from 1
}

// The rules as the starter has them, and how long a draft and a reminder are still made.
const (
	lateWeeks  = 2
	staleWeeks = 5
	furthest   = 10 // weeks back
	draftTail  = 7 * 24 * time.Hour
	chaseTail  = 48 * time.Hour
)

// freezes notes when a week's figures were drawn for good: with the leaders' letter, or when the
// next week's is due and it never left.
func (o *yearOracle) freezes(w demo.Week, told, next time.Time) {
	if told.IsZero() {
		if later := o.within(next, next.AddDate(1, 0, 0)); len(later) > 0 {
			told = later[0]
		}
	}
	o.frozen[w.Name] = [2]time.Time{told, o.swept[told]}
	if !told.IsZero() {
		o.cuts = append(o.cuts, yearCut{w.Name, told, o.swept[told]})
	}
}

func (c *yearCensure) turn(t, read time.Time) {
	c.queued = slices.DeleteFunc(c.queued, func(d *yearDraft) bool { return d.begun })
	if !resting(t) {
		c.draft(t, read)
	}
	c.recall(t, read)
	if !resting(t) {
		c.carryOut(t, read)
	}
}

// draft asks the office about the weeks that were frozen.
func (c *yearCensure) draft(t, read time.Time) {
	for i, w := range c.Weeks {
		drawn := c.frozen[w.Name][0]
		if c.looked[w.Name] || drawn.IsZero() || drawn.After(t) || t.Before(w.Freeze) || t.After(w.Freeze.Add(draftTail)) || read.Before(w.Freeze) {
			continue
		}
		c.looked[w.Name] = true
		c.propose(i, 1, t, read)
	}
}

// recall takes back what waits for the mail server and does not stand any more; the time to put
// right what does begins when it can leave.
func (c *yearCensure) recall(t, read time.Time) {
	waiting := c.queued
	c.queued = nil
	for _, d := range waiting {
		if slices.Equal(c.grounds(d.week, t, read), d.grounds) {
			for _, r := range d.named {
				r.due = demo.Latest(r.due, workdays(morning(t), 5, 18))
			}
			c.queued = append(c.queued, d)
			continue
		}
		d.past = true
		c.rects = slices.DeleteFunc(c.rects, func(r *yearRect) bool { return slices.Contains(d.named, r) })
		c.letter(t, confirmation(fmt.Sprintf("proposal/%s/circular-%d", c.Weeks[d.week].Name, d.round), 2), c.cast.office)
		c.propose(d.week, d.round+1, t, read)
	}
}

// carryOut sends what the office agreed to, and reminds those it named before.
func (c *yearCensure) carryOut(t, read time.Time) {
	waiting := c.drafts
	c.drafts = nil
	for _, d := range waiting {
		now := c.grounds(d.week, t, read)
		if t.Before(d.heard) {
			c.drafts = append(c.drafts, d)
			continue
		}
		if slices.Equal(now, d.grounds) {
			c.circulate(d, t)
			continue
		}
		if !d.alone.IsZero() {
			c.letter(t, confirmation(fmt.Sprintf("proposal/%s/circular-%d", c.Weeks[d.week].Name, d.round), 2), c.cast.office)
		}
		c.propose(d.week, d.round+1, t, read)
	}
	for _, r := range c.rects {
		c.chase(r, t, read)
	}
}

// propose asks the office about what stands against anybody, if something does.
func (c *yearCensure) propose(i, round int, t, read time.Time) {
	d := &yearDraft{week: i, round: round, grounds: c.grounds(i, t, read)}
	if len(d.grounds) == 0 {
		return
	}
	key := fmt.Sprintf("proposal/%s/circular-%d", c.Weeks[i].Name, round)
	if d.said, d.heard = c.asks(t, key, workdays(t, 5, 18)); c.Agrees(key) == "同意" && !d.heard.IsZero() {
		c.drafts = append(c.drafts, d)
		d.alone = c.decides(key, d.said, d.heard, c.awake(d.heard))
	} else {
		c.decides(key, d.said, d.heard, d.heard)
	}
}

// grounds is what stands against the departments in a week, as far as is known at t.
func (c *yearCensure) grounds(i int, t, read time.Time) []string {
	var out []string
	for _, dept := range c.Depts {
		if late := c.lateStreak(i, dept, t, read); len(late) > 0 && len(late)%lateWeeks == 0 {
			out = append(out, dept+" late "+strings.Join(late, ","))
		}
		for _, p := range c.cast.projects {
			if n := c.staleStreak(i, p, t); p.dept == dept && n > 0 && n%staleWeeks == 0 {
				out = append(out, fmt.Sprintf("%s stale %s %d", dept, p.id, n))
			}
		}
	}
	before := c.Weeks[i].Freeze.AddDate(0, 0, -7)
	if i > 0 {
		before = c.Weeks[i-1].Freeze
	}
	for _, p := range c.all {
		if !c.silent(p, p.round) {
			continue
		}
		if due := workdays(p.sent, 3, 18); due.After(before) && !due.After(c.Weeks[i].Freeze) {
			out = append(out, fmt.Sprintf("%s answer %s/%d", p.lead(), p.id, p.round))
		}
	}
	return out
}

// back lists the weeks from one on backwards, as far as the rules look and figures were drawn.
func (c *yearCensure) back(i int, t time.Time) []demo.Week {
	var out []demo.Week
	for ; i >= 0 && len(out) < furthest; i-- {
		if drawn := c.frozen[c.Weeks[i].Name][0]; drawn.IsZero() || drawn.After(t) {
			break
		}
		out = append(out, c.Weeks[i])
	}
	return out
}

// lateStreak is how a department failed to report in time, week by week backwards.
func (c *yearCensure) lateStreak(i int, dept string, t, read time.Time) (how []string) {
	for _, w := range c.back(i, t) {
		d := c.followed[w.Name+" "+dept]
		switch last := d.last(read); {
		case last < 0 && d.Exempt, last >= 0 && d.forgiven[last] && t.After(d.limit[last]):
			return how
		case last < 0:
			how = append(how, w.Name+" 未报")
		case d.Mails[0].At.After(w.Due.Add(10*time.Minute + 59*time.Second)):
			how = append(how, w.Name+" 迟报")
		default:
			return how
		}
	}
	return how
}

// staleStreak is for how many weeks a project that was to be reported had no figures of its own.
func (c *yearCensure) staleStreak(i int, p yearProject, t time.Time) (n int) {
	for _, w := range c.back(i, t) {
		d := c.followed[w.Name+" "+p.dept]
		if d.Exempt || d.LeftOut && c.cast.spared[p.dept] == p.id || c.said(w, p, c.frozen[w.Name][1]) != standsNothing {
			break
		}
		n++
	}
	return n
}

// circulate sends what the office agreed to, and starts the clocks of those it names.
func (c *yearCensure) circulate(d *yearDraft, t time.Time) {
	w := c.Weeks[d.week].Name
	key := fmt.Sprintf("circular/%s/departments/%d", w, d.round)
	to := []string{c.cast.office}
	sends := func(address string, left func(time.Time)) {
		c.sends(t, key, address, func(time.Time) bool { return d.past }, func(t time.Time) {
			d.begun = true
			left(t.Truncate(time.Minute))
		})
	}
	sends(c.cast.office, func(time.Time) {})
	c.queued = append(c.queued, d)
	for _, g := range d.grounds {
		dept, _, _ := strings.Cut(g, " ")
		if slices.Contains(to, c.cast.head[dept]) {
			continue
		}
		to = append(to, c.cast.head[dept])
		r := &yearRect{week: w, dept: dept, due: workdays(t, 5, 18)}
		sends(c.cast.head[dept], func(at time.Time) {
			switch how, after := c.Rectifies(key, dept); how {
			case demo.Writes:
				r.wrote = demo.Awake(at.Add(after))
			case demo.Phones:
				r.done = demo.Awake(at.Add(after))
			}
		})
		c.rects, d.named = append(c.rects, r), append(d.named, r)
	}
}

// step is which reminder of a rectification is due; 0 for none.
func (r *yearRect) step(t time.Time) (step int, at time.Time) {
	at = demo.Workday(r.due, -1, 15, 0)
	switch {
	case !t.Before(r.due) && !t.After(r.due.Add(chaseTail)):
		return 2, r.due
	case !t.Before(at) && t.Before(r.due):
		return 1, at
	}
	return 0, at
}

// quiet reports whether nothing is called to mind: it is done, or the department wrote of it.
func (r *yearRect) quiet(t, read time.Time) bool {
	return !r.wrote.IsZero() && !r.wrote.After(read) || !r.done.IsZero() && !r.done.After(t)
}

// chase calls to mind what is to be put right: the working day before, and when it is due.
func (c *yearCensure) chase(r *yearRect, t, read time.Time) {
	step, at := r.step(t)
	if step == 0 || r.told[step] || r.quiet(t, read) || !c.reminds(t, at) {
		return
	}
	r.told[step] = true
	for _, address := range []string{c.reach(r.dept, t), c.cast.head[r.dept]} {
		c.sends(t, fmt.Sprintf("rectify/%s/%s/%d", r.week, r.dept, step), address, func(t time.Time) bool {
			now, at := r.step(t)
			return now != step || r.quiet(t, c.swept[t]) || c.swept[t].Before(at)
		}, nil)
	}
}
