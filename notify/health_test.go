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

// One address that puts letters off is not the server; several of them while nothing leaves for
// an hour are.
func TestUnsentTellsTheServerFromOneAddress(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	waiting := func(dept, to, at string) state.Letter {
		l := letter(state.TopicLate, dept, to)
		l.QueuedAt = clock(at)
		l.Deliveries[0].Attempts, l.Deliveries[0].Error = 2, "rcpt: 451 try again"
		return l
	}
	other := letter(state.TopicLate, "D02", "swj@lanchuan.example")
	other.Deliveries[0].Phase, other.Deliveries[0].SentAt = state.PhaseSent, clock("09-18 10:30")
	d.enqueue(waiting("D01", "fgtj@lanchuan.example", "09-18 10:00"), other)
	ill := func(at string) *notify.Ill {
		t.Helper()
		ill, err := d.Unsent(t.Context(), clock(at))
		if err != nil {
			t.Fatal(err)
		}
		return ill
	}
	if got := ill("09-18 11:31"); got != nil {
		t.Errorf("one address is put off, and the server is said to be out of order since %s", got.Since)
	}
	d.enqueue(waiting("D05", "jtj@lanchuan.example", "09-18 10:20"))
	for at, want := range map[string]bool{"09-18 11:19": false, "09-18 11:25": false, "09-18 11:31": true} {
		if got := ill(at); (got != nil) != want {
			t.Errorf("at %s: %+v, want ill %v", at, got, want)
		} else if got != nil && !got.Since.Equal(clock("09-18 10:00")) {
			t.Errorf("it began at %s, want when the first letter was queued", got.Since)
		}
	}
}

// A server out of reach is an ailment after an hour of trying, since the first try, until a letter
// gets an answer, whatever became of the letters that were tried meanwhile.
func TestAServerOutOfReachIsToldSinceTheFirstTry(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-17 10:00"))
	d.Blob = func(sum string) ([]byte, error) { return []byte(sum), nil }
	d.bag.answer = func(string, int) error { return down }
	first := letter(state.TopicReceipt, "D01", "fgtj@lanchuan.example")
	d.enqueue(first)
	try := func(at string) *notify.Ill {
		t.Helper()
		if err := d.Dispatch(t.Context(), clock(at)); err == nil && d.bag.answer != nil {
			t.Errorf("%s: a server out of reach is not told", at)
		}
		ill, err := d.Unsent(t.Context(), clock(at))
		if err != nil {
			t.Fatal(err)
		}
		return ill
	}
	if got := try("09-18 10:00"); got != nil {
		t.Errorf("told at once: %+v", got)
	}
	if err := notify.Drop(t.Context(), d.store, first.Key); err != nil {
		t.Fatal(err)
	}
	d.enqueue(letter(state.TopicLate, "D02", "swj@lanchuan.example"))
	if got := try("09-18 10:59"); got != nil {
		t.Errorf("told within the hour: %+v", got)
	}
	if got := try("09-18 11:02"); got == nil || !got.Since.Equal(clock("09-18 10:00")) {
		t.Errorf("after an hour: %+v, want since 10:00", got)
	}
	d.bag.answer = nil
	if got := try("09-18 11:04"); got != nil {
		t.Errorf("the server answers: %+v", got)
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
