package notify_test

import (
	"strings"
	"testing"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// The note of the day is sent once, on working days, after the hour's mail was read; a day
// that passed while duban was down is not made up for.
func TestTheNoteOfTheDay(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	weekly := weekly()
	weekly.Daily = state.Clock{Hour: 18, Minute: 30}
	d.Composer.Schedule, d.Schedule = weekly, weekly
	notes := func(what string, want ...string) {
		t.Helper()
		var got []string
		for _, l := range d.left() {
			if strings.HasPrefix(l, "daily/") {
				got = append(got, l)
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %q", what, got)
		}
	}
	d.tick(clock("09-16 18:28"))
	notes("before the hour")
	if err := d.Plan(t.Context(), clock("09-16 18:31")); err != nil {
		t.Fatal(err)
	}
	d.dispatch(clock("09-16 18:31"))
	notes("the hour's mail is not read yet")
	d.tick(clock("09-16 18:32"))
	d.tick(clock("09-16 18:34"))
	notes("once", "daily/2026-W38/0916 zdxmb")
	d.tick(clock("09-18 08:00"))
	notes("the day before yesterday is past")
	d.tick(clock("09-19 19:00"))
	notes("no note on a day off")
}
