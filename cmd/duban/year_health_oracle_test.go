package main

import (
	"slices"
	"time"
)

// The oracle of what the office hears of duban's own health: that the mailbox cannot be read, that
// no letter leaves, and that either is over.

// How long each lasts before it is told: the mailbox a quarter of an hour and two polls, the mail
// server an hour from the first letter it did not take.
const (
	deafFor = 19 * time.Minute
	muteFor = time.Hour
)

// health foretells those letters.
func (o *yearOracle) health() {
	o.deaf()
	o.mute()
}

// ill foretells one letter about an ailment since an instant: 1 that it began, 2 that it is over.
func (o *yearOracle) ill(t time.Time, kind string, since time.Time, round string) {
	o.letter(t, "health/"+o.current(t)+"/"+kind+"-"+since.Format("20060102T1504")+"/"+round, o.cast.office)
}

// deaf foretells what is said of the mailbox.
func (o *yearOracle) deaf() {
	var since time.Time // the last poll before an ailment that was told
	for _, t := range o.ticks {
		read := o.swept[t]
		switch {
		case read.Equal(t):
			if !since.IsZero() {
				o.ill(t, "poll", since, "2")
			}
			since = time.Time{}
		case since.IsZero() && !read.IsZero() && t.Sub(read) > deafFor:
			since = read
			o.ill(t, "poll", since, "1")
		}
	}
}

// mute foretells what is said of the mail server: it is out of order for too long, which ends when
// a letter has left; or it puts letters to several addresses off and none leaves.
func (o *yearOracle) mute() {
	var since, told time.Time
	for _, t := range o.ticks {
		ill := since
		if since.IsZero() {
			ill = o.allPutOff(t)
		} else if t.Sub(since) <= muteFor {
			ill = time.Time{}
		}
		switch {
		case told.IsZero() && !ill.IsZero():
			told = ill
			o.ill(t, "smtp", told, "1")
		case !told.IsZero() && ill.IsZero():
			o.ill(t, "smtp", told, "2")
			told = time.Time{}
		}
		if since.IsZero() && o.halted[t] {
			since = t
		}
		if o.leftWithin(t, t.Add(1)) {
			since = time.Time{}
		}
	}
}

// allPutOff is since when the oldest of the letters waits that were put off, of more than one
// address, when none has left for as long; zero when there are none.
func (o *yearOracle) allPutOff(t time.Time) (since time.Time) {
	addresses := map[string]bool{}
	for _, l := range o.refused {
		waits := l.over.IsZero() || l.over.After(t) || l.over.Equal(t) && !l.dropped // one that leaves, leaves when all is written
		if l.refused.Before(t) && t.Sub(l.at) > muteFor && waits {
			addresses[l.to] = true
			if since.IsZero() || l.at.Before(since) {
				since = l.at
			}
		}
	}
	if len(addresses) < 2 || o.leftWithin(t.Add(-muteFor).Add(1), t) {
		return time.Time{}
	}
	return since
}

// leftWithin reports whether any letter left in a turn of a span.
func (o *yearOracle) leftWithin(from, until time.Time) bool {
	return slices.ContainsFunc(o.want, func(l yearLetter) bool { return !l.at.Before(from) && l.at.Before(until) })
}
