package notify_test

import (
	"testing"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// The office gets the plan once, and a letter of its own for every change of what is still
// to come; a plan that changes back is a change too.
func TestTheYearsPlanIsToldOnceAndEveryChangeOfIt(t *testing.T) {
	disk, files := memkv.New(), blobs.Memory()
	d := newDesk(t, disk, files)
	d.tick(clock("09-16 09:00"))
	d.want("the plan is known")
	move := func(w state.Week, due string) {
		s := weekly()
		s.Overrides = map[state.Week]state.Override{w: {Deadline: clock(due), Reason: "现场会"}}
		d.Composer.Schedule, d.Schedule = s, s
	}
	week36 := state.Week{Year: 2026, No: 36}
	move(week36, "09-03 12:00")
	d.tick(clock("09-16 09:10"))
	d.want("a week that is over moves nobody")
	move(state.Week{Year: 2026, No: 45}, "11-05 12:00")
	d.tick(clock("09-16 21:00"))
	d.want("at night nothing is told")
	d.tick(clock("09-17 08:00"))
	d.tick(clock("09-17 08:02"))
	d.want("a change", "calendar/2026-W38/year-2026/2 zdxmb")
	d.Composer.Schedule, d.Schedule = weekly(), weekly()
	d.tick(clock("09-17 08:10"))
	d.want("and back", "calendar/2026-W38/year-2026/3 zdxmb")
}

// Next year's plan goes out in December, once its holidays are announced, and not before.
func TestNextYearsPlanWaitsForItsHolidays(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	s := weekly()
	d.Composer.Schedule, d.Schedule = s, s
	d.tick(clock("11-30 09:00"))
	s.Calendar.SetOfficial(2027)
	d.tick(clock("12-01 09:00"))
	d.tick(clock("12-01 09:02"))
	var plans []string
	for _, l := range d.left() {
		if l[:8] == "calendar" {
			plans = append(plans, l)
		}
	}
	// 2026 changes as well: its last week's deadline no longer rests on a guess.
	if len(plans) != 2 || plans[1] != "calendar/2026-W49/year-2027/1 zdxmb" {
		t.Errorf("told %q", plans)
	}
}
