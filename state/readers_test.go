package state

import (
	"fmt"
	"testing"
	"time"
)

func TestFormalEditionsCloseTheirPeriodAndLeaveNoWeekOut(t *testing.T) {
	cal := NewCalendar()
	cal.SetOfficial(2026)
	for d := 1; d <= 7; d++ { // 国庆: the whole of W40's and W41's working days but the first three
		cal.AddHoliday(time.Date(2026, 10, d, 0, 0, 0, 0, time.UTC), "国庆节")
	}
	for d := 16; d <= 22; d++ { // a week without a working day: W08 is skipped
		cal.AddHoliday(time.Date(2026, 2, d, 0, 0, 0, 0, time.UTC), "春节")
	}
	s := &Schedule{Zone: time.UTC, Calendar: cal, Weekday: time.Friday, At: Clock{Hour: 18}}
	for _, c := range []struct {
		rhythm Rhythm
		week   string
		want   string
	}{
		{RhythmNone, "2026-W38", "[]"},
		{RhythmWeekly, "2026-W39", "[2026-W39]"},
		{RhythmBiweekly, "2026-W38", "[2026-W37 2026-W38]"},
		{RhythmBiweekly, "2026-W39", "[]"},
		{RhythmBiweekly, "2026-W09", "[2026-W07 2026-W09]"}, // W08, its turn, is skipped
		{RhythmBiweekly, "2026-W53", "[]"},
		{RhythmBiweekly, "2027-W01", "[2026-W53 2027-W01]"},
		{RhythmMonthly, "2026-W38", "[]"},
		{RhythmMonthly, "2026-W39", "[2026-W36 2026-W37 2026-W38 2026-W39]"}, // Friday 25 September is the last
		{RhythmMonthly, "2026-W53", "[]"},                                    // Friday 1 January belongs to January
		{RhythmMonthly, "2026-W52", "[2026-W49 2026-W50 2026-W51 2026-W52]"},
	} {
		w, err := ParseWeek(c.week)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(s.Formal(c.rhythm, w)); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.rhythm, c.week, got, c.want)
		}
	}
}

func TestThePackLeavesOnTheWorkingDayBeforeTheMeetingAndAfterTheDeadline(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	cal := NewCalendar()
	cal.SetOfficial(2026)
	cal.AddMakeUpDay(day("2026-09-20 00:00"), "国庆节")
	for _, d := range []string{"2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"} {
		cal.AddHoliday(day(d+" 00:00"), "放假")
	}
	s := &Schedule{Zone: zone, Calendar: cal, Weekday: time.Friday, At: Clock{Hour: 18}, Grace: 10 * time.Minute}
	monday := Meeting{Weekday: time.Monday, At: Clock{Hour: 15}, Pack: Clock{Hour: 17}}
	for _, c := range []struct {
		meeting Meeting
		week    string
		at      string
		pack    string
		of      string
	}{
		{monday, "2026-W38", "2026-09-14 15:00", "2026-09-11 18:30", "2026-W37"}, // Friday, once its last reports are read
		{monday, "2026-W39", "2026-09-21 15:00", "2026-09-20 17:00", "2026-W38"}, // a Sunday that is worked
		{monday, "2026-W40", "2026-09-28 15:00", "2026-09-24 17:00", "2026-W38"}, // W39 is due later that day
		{monday, "2026-W41", "2026-10-08 15:00", "2026-09-30 17:00", "2026-W39"}, // Monday to Wednesday are off
		{Meeting{Weekday: time.Friday, At: Clock{Hour: 9}, Pack: Clock{Hour: 15}}, "2026-W39", "2026-09-24 09:00", "2026-09-23 15:00", "2026-W38"},
	} {
		w, err := ParseWeek(c.week)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := s.MeetingAt(c.meeting, w)
		if !ok || !at.Equal(day(c.at)) {
			t.Errorf("%s: the meeting is at %s (%v), want %s", c.week, at, ok, c.at)
			continue
		}
		pack, of := s.PackAt(c.meeting, at)
		if !pack.Equal(day(c.pack)) || of.String() != c.of {
			t.Errorf("%s: the pack leaves at %s about %s, want %s about %s", c.week, pack, of, c.pack, c.of)
		}
	}
	if _, ok := s.MeetingAt(Meeting{}, Week{2026, 38}); ok {
		t.Error("a meeting nobody asked for")
	}
}
