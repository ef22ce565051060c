package notify_test

import (
	"errors"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// watched is one turn of watching.
func (d *desk) watched(now time.Time, ills ...notify.Ill) {
	d.t.Helper()
	if err := d.Watch(d.t.Context(), ills, now); err != nil {
		d.t.Fatal(err)
	}
	d.dispatch(now)
}

// An ailment is told once when it begins, once when it is over, and again when it comes back.
func TestAnAilmentIsToldWhenItBeginsAndWhenItIsOver(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	poll := notify.Ill{Ailment: state.Ailment{Kind: notify.IllPoll, Since: clock("09-17 09:00")}, Detail: "no route to host"}
	d.watched(clock("09-17 09:20"), poll)
	d.want("it begins", "health/2026-W38/poll-20260917T0900/1 zdxmb")
	d.watched(clock("09-17 09:22"), poll)
	d.want("it lasts")
	d.watched(clock("09-17 11:00"))
	d.want("it is over", "health/2026-W38/poll-20260917T0900/2 zdxmb")
	d.watched(clock("09-17 11:02"))
	d.want("all is well")
	poll.Since = clock("09-17 12:00")
	d.watched(clock("09-17 12:20"), poll)
	d.want("it comes back", "health/2026-W38/poll-20260917T1200/1 zdxmb")
}

func TestEventsDailyNoticesAndWhatIsPast(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	store := notify.Ill{Ailment: state.Ailment{Kind: notify.IllStore, Since: clock("09-17 09:00"), Event: true}}
	d.watched(clock("09-17 09:00"), store)
	d.watched(clock("09-17 09:02"), store)
	d.want("a repaired store is told once", "health/2026-W38/store-20260917T0900/1 zdxmb")
	d.watched(clock("09-17 12:00"))
	d.want("and is over as soon as it is told")

	daily := notify.Ill{Ailment: state.Ailment{Kind: notify.IllCalendar, Since: clock("09-17 13:00"), Daily: true}}
	d.watched(clock("09-17 13:00"), daily)
	d.watched(clock("09-17 15:00"), daily)
	d.watched(clock("09-18 00:10"), daily)
	d.want("once a day", "health/2026-W38/calendar-20260917/1 zdxmb", "health/2026-W38/calendar-20260918/1 zdxmb")

	past := notify.Ill{Ailment: state.Ailment{Kind: notify.IllDisk, Since: clock("09-18 01:00")}, Past: true}
	d.watched(clock("09-18 09:00"), past, daily)
	d.want("what could not be told while it lasted", "health/2026-W38/disk-20260918T0100/2 zdxmb")
}

// One address that refuses is not the server; nothing leaving for an hour is.
func TestUnsentTellsTheServerFromOneAddress(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	waiting := letter(state.TopicLate, "D01", "fgtj@lanchuan.example")
	waiting.QueuedAt = clock("09-18 10:00")
	waiting.Deliveries[0].Attempts, waiting.Deliveries[0].Error = 2, "dial tcp: connection refused"
	other := letter(state.TopicLate, "D02", "swj@lanchuan.example")
	other.Deliveries[0].Phase, other.Deliveries[0].SentAt = state.PhaseSent, clock("09-18 10:30")
	d.enqueue(waiting, other)
	for _, v := range []struct {
		at  string
		ill bool
	}{{"09-18 10:59", false}, {"09-18 11:05", false}, {"09-18 11:31", true}} {
		ill, err := d.Unsent(t.Context(), clock(v.at))
		if err != nil {
			t.Fatal(err)
		}
		if (ill != nil) != v.ill {
			t.Errorf("at %s: %+v, want ill %v", v.at, ill, v.ill)
		}
		if ill != nil && !ill.Since.Equal(clock("09-18 10:00")) {
			t.Errorf("it began at %s, want when the letter was queued", ill.Since)
		}
	}
}

// What the office was told of its health is recorded with the letter or not at all.
func TestAFailedStoreTellsTheIllnessNextTime(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	keep := d.Keep
	d.Keep = func([][]byte) ([]string, error) { return nil, errors.New("disk trouble") }
	poll := notify.Ill{Ailment: state.Ailment{Kind: notify.IllPoll, Since: clock("09-17 09:00")}}
	if err := d.Watch(t.Context(), []notify.Ill{poll}, clock("09-17 09:20")); err == nil {
		t.Fatal("the trouble was not told")
	}
	d.Keep = keep
	d.watched(clock("09-17 09:22"), poll)
	d.want("the next turn", "health/2026-W38/poll-20260917T0900/1 zdxmb")
}
