package main

import (
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of letters the mail server refuses. One refused for now is taken up again after 2,
// 10 and 30 minutes and 2 and 4 hours, in the turns duban takes, and leaves once, unless it is no
// longer so by then. One refused for good never leaves; what follows goes to the deputy until
// the department writes.

// yearWaiting is a letter that waits for the mail server.
type yearWaiting struct {
	yearLetter
	kind  string
	n     int // its number among its kind
	mail  int // the mail it answers
	tries int
	next  time.Time
}

// later is when a letter refused so often is taken up again.
func (l *yearWaiting) later(t time.Time) {
	waits := []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 4 * time.Hour}
	l.next = t.Add(waits[min(l.tries, len(waits)-1)])
	l.tries++
}

// refused is what becomes of a letter to a department's own address at t; false when it is taken.
func (o *yearOracle) refused(dept string, t time.Time, l yearWaiting) (waits *yearWaiting, refused bool) {
	r := o.RefusedAt(dept, t)
	if r == nil {
		return nil, false
	}
	o.met[*r] = true
	if r.Code == demo.RefusedForGood {
		o.bad[dept] = append(o.bad[dept], t.Add(afterMails))
		return nil, true
	}
	l.later(t)
	return &l, true
}

// Lost reports whether letters to a department's address come back, or were refused for good,
// as far as duban knows.
func (o *yearOracle) Lost(dept string, read time.Time) bool {
	return o.Year.Lost(dept, read, o.known[dept]...)
}

// retry takes the waiting letters up again at t; those of which says reports that they are no
// longer so are given up. gone hears of those that leave.
func (o *yearOracle) retry(dept string, t time.Time, waiting []*yearWaiting, past func(*yearWaiting) bool, gone func(*yearWaiting)) []*yearWaiting {
	return slices.DeleteFunc(waiting, func(l *yearWaiting) bool {
		switch {
		case past(l):
			return true
		case resting(t) || t.Before(l.next):
			return false
		case o.RefusedAt(dept, t) != nil:
			l.later(t)
			return false
		}
		o.letter(t, l.key, l.to)
		gone(l)
		return true
	})
}

// leaves is when a letter to a department's address that nothing overtakes leaves, being due at t; zero
// for never.
func (o *yearOracle) leaves(dept string, t time.Time) time.Time {
	waits, refused := o.refused(dept, t, yearWaiting{})
	switch {
	case !refused:
		return t
	case waits == nil: // for good
		return time.Time{}
	}
	for _, u := range o.within(t.Add(1), t.AddDate(0, 0, 4)) {
		if resting(u) || u.Before(waits.next) {
			continue
		}
		if o.RefusedAt(dept, u) == nil {
			return u
		}
		waits.later(u)
	}
	return time.Time{}
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
// letter can leave.
func (d *deptWeek) respite(t time.Time, waiting []*yearWaiting) {
	if t.Hour() >= 20 {
		t = t.AddDate(0, 0, 1)
	}
	if by := demo.Workday(t, 1, 18, 0); by.After(d.replyBy) && slices.ContainsFunc(waiting, func(l *yearWaiting) bool { return l.kind == "correction" && l.n == d.rounds }) {
		d.replyBy = by
	}
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
		return true
	})
}

// ownRound are the letters whose refusal is followed.
var ownRound = []string{"form", "due", "late", "receipt", "correction", "fault", "resubmit", "lateok", "standing"}

// unclear lists the refusals whose consequences are not followed here: that meet no letter of
// the round, or one of a request, whose clocks begin with its delivery, or of which duban hears
// only when it can read its mailbox again.
func (o *yearOracle) unclear() (out []demo.Refusal) {
	for _, r := range o.Refusals {
		until := r.To
		if r.Code == demo.RefusedForNow {
			until = until.AddDate(0, 0, 2)
		}
		shut := slices.ContainsFunc(o.Shut, func(s demo.Shut) bool { return s.From.Before(r.From.AddDate(0, 0, 1)) && s.To.After(r.From) })
		others := slices.ContainsFunc(o.want, func(l yearLetter) bool {
			return l.to == o.cast.mail[r.Dept] && !l.at.Before(r.From) && l.at.Before(until) && !slices.Contains(ownRound, kindOf(l.key))
		})
		if !o.met[r] || others || shut && r.Code == demo.RefusedForGood {
			out = append(out, r)
		}
	}
	return out
}
