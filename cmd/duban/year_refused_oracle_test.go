package main

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the mail server, for every letter: one due in a turn leaves in the first turn in
// which the server takes it, a department's not at night, unless it is no longer so by then. One
// refused for now is taken up again after 2, 10 and 30 minutes and 2 and 4 hours; a server out of
// order costs it no such wait. One refused for good never leaves, of which the office hears; what
// follows goes to the deputy until the department writes.

// yearWaiting is a letter to one address that waits for the mail server since an instant.
type yearWaiting struct {
	yearLetter
	kind  string
	n     int // its number among its kind
	mail  int // the mail it answers
	tries int
	next  time.Time

	refused, over time.Time // when it was first refused for now; when it left or was given up
	dropped       bool      // given up

	past func(t time.Time) bool // that it is no longer so; nil for never
	left func(t time.Time)      // what follows when it leaves; nil for nothing
}

// later is when a letter refused so often is taken up again.
func (l *yearWaiting) later(t time.Time) {
	waits := []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 4 * time.Hour}
	l.next = t.Add(waits[min(l.tries, len(waits)-1)])
	l.tries++
}

// try offers a letter to the mail server in a turn: it leaves, or never will, or waits on.
func (o *yearOracle) try(l *yearWaiting, t time.Time) (over, left bool) {
	if t.Before(l.next) || resting(t) && o.sleeps(l.key, l.to) {
		return false, false
	}
	if o.HaltedAt(t) != nil {
		o.halted[t] = true
		return false, false
	}
	dept := o.cast.deptAt(l.to)
	switch r := o.RefusedAt(dept, t); {
	case r == nil:
		o.want, l.over = append(o.want, yearLetter{l.key, l.to, t}), t
		return true, true
	case r.Code == demo.RefusedForGood:
		o.bad[dept] = append(o.bad[dept], t.Add(afterMails))
		o.failed, l.over = append(o.failed, yearLetter{l.key, l.to, t}), t
		return true, false
	}
	if l.later(t); l.refused.IsZero() {
		l.refused = t
		o.refused = append(o.refused, l)
	}
	return false, false
}

// letter foretells a letter that is due in a turn and that nothing overtakes.
func (o *yearOracle) letter(at time.Time, key string, to ...string) {
	for _, address := range to {
		o.leaves(at, key, address)
	}
}

// leaves foretells such a letter to one address, and when it leaves; zero for never.
func (o *yearOracle) leaves(at time.Time, key, to string) time.Time {
	l := &yearWaiting{yearLetter: yearLetter{key, to, at}}
	for _, t := range o.within(at, at.AddDate(0, 0, 30)) {
		if over, left := o.try(l, t); left {
			return t
		} else if over {
			break
		}
	}
	return time.Time{}
}

// serves is the first turn of a span in which the mail server is in order; zero for none.
func (o *yearOracle) serves(from, until time.Time) time.Time {
	for _, t := range o.within(from, until) {
		if o.HaltedAt(t) == nil {
			return t
		}
		o.halted[t] = true
	}
	return time.Time{}
}

// offers foretells a letter to the office that is due in a turn and given up when it cannot leave
// before an instant, and when it leaves; zero for never.
func (o *yearOracle) offers(at, until time.Time, key, office string) time.Time {
	t := o.serves(at, until)
	if !t.IsZero() {
		o.letter(t, key, office)
	}
	return t
}

// asks foretells a question to the office, which is not put any more when the time for its word
// is over; and when the office says its word on it, and that is read.
func (o *yearOracle) asks(at time.Time, key string, until time.Time) (said, heard time.Time) {
	if t := o.offers(at, until, key, o.cast.office); !t.IsZero() {
		return o.answered(t, key, until)
	}
	return time.Time{}, time.Time{}
}

// sleeps reports whether a letter waits for the morning when it waits at all.
func (o *yearOracle) sleeps(key, to string) bool {
	switch kind := kindOf(key); kind {
	case "preview", "summary", "proposal", "meeting", "visit", "notice", "health", "daily", "terms", "calendar", "urgent":
		return false
	default:
		return to != o.cast.office || kind == "answered" || kind == "closed"
	}
}

// deptAt is the department an address belongs to, as the one its letters go to; "" for none.
func (c yearCast) deptAt(address string) string {
	for dept, mail := range c.mail {
		if mail == address {
			return dept
		}
	}
	return ""
}

// Lost reports whether letters to a department's address come back, or were refused for good,
// as far as duban knows in a turn.
func (o *yearOracle) Lost(dept string, t time.Time) bool {
	var refused []time.Time
	for _, at := range o.known[dept] {
		if !at.After(t) {
			refused = append(refused, at)
		}
	}
	return o.Year.Lost(dept, o.swept[t], refused...)
}

// retry takes the waiting letters up again at t; those that are no longer so are given up.
func (o *yearOracle) retry(t time.Time, waiting []*yearWaiting) []*yearWaiting {
	return slices.DeleteFunc(waiting, func(l *yearWaiting) bool {
		over, left := o.try(l, t)
		if left && l.left != nil {
			l.left(t)
		}
		return over
	})
}

// overtaken gives up those of the waiting letters that are no longer so at t.
func overtaken(t time.Time, waiting []*yearWaiting) []*yearWaiting {
	return slices.DeleteFunc(waiting, func(l *yearWaiting) bool {
		if l.past == nil || !l.past(t) {
			return false
		}
		l.over, l.dropped = t, true
		return true
	})
}

// failures foretells what the office is told of letters refused for good: in the next turn, once
// a week of an address that is lost, and of each letter when the department has written since.
func (o *yearOracle) failures() {
	var events []yearLetter
	for _, f := range o.failed {
		next := o.within(f.at.Add(1), f.at.AddDate(0, 0, 30))
		if len(next) == 0 {
			continue
		}
		t, what := next[0], "failed-"+shortSum(f.key)
		if o.Lost(o.cast.deptAt(f.to), t) {
			what = "bounce-" + shortSum(strings.ToLower(f.to))
		}
		events = append(events, yearLetter{key: "notice/" + o.weekOf(f) + "/" + what, at: t})
	}
	for _, w := range o.Weeks {
		for _, dept := range o.Depts {
			if bounce := o.Act(w.Name, dept).Bounce; !bounce.IsZero() {
				if t := o.heard(bounce, bounce.AddDate(0, 0, 30)); !t.IsZero() {
					events = append(events, yearLetter{key: "notice/" + o.running(bounce) + "/bounce-" + shortSum(strings.ToLower(o.cast.mail[dept])), at: t})
				}
			}
		}
	}
	slices.SortStableFunc(events, func(a, b yearLetter) int { return a.at.Compare(b.at) })
	told := map[string]bool{}
	for _, e := range events {
		if !told[e.key] {
			told[e.key] = true
			o.letter(e.at, e.key, o.cast.office)
		}
	}
}

// weekOf is the week a letter is filed under.
func (o *yearOracle) weekOf(l yearLetter) string {
	switch week := strings.Split(l.key, "/")[1]; {
	case strings.Contains(week, "-W"):
		return week
	case kindOf(l.key) == "score", kindOf(l.key) == "permit":
		return o.current(l.at)
	}
	return o.running(l.at)
}

// shortSum is how a key names a text or a mail that is too long for it.
func shortSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// past reports whether a letter that waits at t, the mail being read up to an instant, says what
// is no longer so: what it asks for came, a later rung says it, or a newer version is answered.
func (d *deptWeek) past(w demo.Week, l *yearWaiting, t, read time.Time) bool {
	last := d.last(read)
	_, answered := d.replied[last]
	correcting := last >= 0 && answered && d.Mails[last].Kind.Wrong() && !d.forgiven[last]
	switch l.kind {
	case "form":
		return !t.Before(w.Due1)
	case "due", "late":
		_, at, kind, n := yearRung(w, t)
		return kind != l.kind || n != l.n || !t.Before(w.Freeze) || last >= 0 && !(correcting && at.After(d.replyBy))
	case "resubmit":
		at, n := d.replyBy.Add(-2*time.Hour), 2*d.rounds-1
		if !t.Before(d.replyBy) {
			at, n = d.replyBy, n+1
		}
		return !correcting || !t.Before(w.Freeze) || l.n != n || t.After(at.Add(4*time.Hour))
	case "correction":
		return last > l.mail
	case "receipt":
		return last > l.mail && d.Mails[last].Kind.Wrong()
	}
	return false
}

// respite puts off the end of the time of a correction that still waits: it counts from when the
// letter can leave, and the letter goes where the department's letters go by then.
func (d *deptWeek) respite(t time.Time, waiting []*yearWaiting, to string) {
	i := slices.IndexFunc(waiting, func(l *yearWaiting) bool { return l.kind == "correction" && l.n == d.rounds })
	if by := demo.Workday(morning(t), 1, 18, 0); i >= 0 && by.After(d.replyBy) {
		d.replyBy = by
		if l := waiting[i]; l.to != to {
			l.to, l.tries, l.next = to, 0, time.Time{}
		}
	}
}

// morning is t, or the next day when t is in the evening, in which departments are left alone.
func morning(t time.Time) time.Time {
	if t.Hour() >= 20 {
		return t.AddDate(0, 0, 1)
	}
	return t
}

// overtime gives up corrections that wait beyond our own limit, the mail being read up to an
// instant: the figures stand, and a note is due instead. Until the mail is read they stay.
func (d *deptWeek) overtime(t, read time.Time, waiting []*yearWaiting) []*yearWaiting {
	return slices.DeleteFunc(waiting, func(l *yearWaiting) bool {
		limit := d.limit[l.mail]
		switch {
		case l.kind != "correction" || d.Mails[l.mail].Kind != demo.SendsFaulty || !t.After(limit):
			return false
		case read.Before(limit):
			l.next = t.Add(1)
			return false
		}
		d.forgiven[l.mail] = true
		delete(d.replied, l.mail)
		l.over, l.dropped = t, true
		return true
	})
}
