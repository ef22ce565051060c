package notify

import (
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Our mailbox out of reach or full around a deadline: what was sent then may have come back to
// its sender. A reminder after the deadline says so, so that nobody is chased for what we could
// not take in.

// outageBefore is how long before a deadline an outage still touches it.
const outageBefore = 24 * time.Hour

// healthStamp is how a notice about duban's health names when the trouble began, as in
// health/2026-W38/poll-20260918T1015/1.
const healthStamp = "20060102T1504"

// outage is when the mailbox could not be read or was nearly full around a deadline, as the
// office was told; zero when it never was. One that lasts ends with the last complete poll.
func (f facts) outage(due time.Time) (from, until time.Time) {
	for _, w := range f.weeks {
		for _, l := range w.letters {
			kind, since := illOf(l, f.schedule.Zone)
			if l.Round != 1 || !slices.Contains([]string{IllPoll, IllLogin, IllQuota}, kind) {
				continue
			}
			end := f.sweep
			for _, x := range f.weeks {
				for _, over := range x.letters {
					if k, s := illOf(over, f.schedule.Zone); over.Round == 2 && k == kind && s.Equal(since) {
						end = over.QueuedAt
					}
				}
			}
			if since.Before(due) && end.After(due.Add(-outageBefore)) && (from.IsZero() || since.Before(from)) {
				from, until = since, end
			}
		}
	}
	return from, until
}

// illOf reads from the key of a notice what the trouble is and since when; "" for another letter.
func illOf(l state.Letter, zone *time.Location) (kind string, since time.Time) {
	parts := strings.Split(l.Key, "/")
	if l.Kind != state.TopicHealth || len(parts) != 4 {
		return "", time.Time{}
	}
	kind, stamp, _ := strings.Cut(parts[2], "-")
	since, err := time.ParseInLocation(healthStamp, stamp, zone)
	if err != nil {
		return "", time.Time{}
	}
	return kind, since
}
