package notify

import (
	"testing"

	"duban/state"
)

// healths are duban's letters about itself, one of every kind, and two that it is over.
func healths(t *testing.T, add adder) {
	write := func(name, since, now string, ill Ill, over bool) {
		ill.Since = on(t, since)
		add("health", name, func(c *Composer) (Draft, error) { return c.Health(ill, over, on(t, now)) })
	}
	of := func(kind string) Ill { return Ill{Ailment: state.Ailment{Kind: kind}} }
	poll := of(IllPoll)
	poll.Detail = "collect INBOX: dial tcp: connection refused"
	write("poll", "09-18 09:00", "09-18 09:20", poll, false)
	write("poll-over", "09-18 09:00", "09-18 11:02", of(IllPoll), true)
	write("login", "09-18 09:00", "09-18 09:02", of(IllLogin), false)
	write("smtp", "09-18 09:00", "09-18 10:05", of(IllSMTP), false)
	write("smtp-over", "09-18 09:00", "09-18 12:40", of(IllSMTP), true)
	write("store", "09-18 09:00", "09-18 09:00", of(IllStore), false)
	write("disk-over", "09-18 09:00", "09-18 15:00", of(IllDisk), true)
	write("clock-over", "09-18 09:00", "09-18 15:00", of(IllClock), true)
	write("disk", "09-18 09:00", "09-18 09:00", of(IllDisk), false)
	write("clock", "09-18 09:00", "09-18 09:00", of(IllClock), false)
	for _, kind := range []string{IllQuota, IllCount, IllSkew, IllLimit} {
		write(kind, "09-18 09:00", "09-18 09:00", of(kind), false)
		write(kind+"-over", "09-18 09:00", "09-18 15:00", of(kind), true)
	}
	write("moved", "09-18 09:00", "09-18 09:00", of(IllMoved), false)
	calendar := of(IllCalendar)
	calendar.Daily = true
	write("calendar", "09-18 09:00", "09-18 09:00", calendar, false)
}
