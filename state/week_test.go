package state

import (
	"encoding/json"
	"testing"
	"time"
)

func TestWeekReadsAndPrintsAlike(t *testing.T) {
	for _, s := range []string{"2026-W01", "2026-W53", "2020-W53", "2025-W52"} {
		w, err := ParseWeek(s)
		if err != nil || w.String() != s {
			t.Errorf("%s reads as %v, %v", s, w, err)
		}
	}
	for _, s := range []string{"", "2026-W00", "2025-W53", "2026-W54", "2026-W1", "2026W41", "2026-w41", "2026-W41x", "26-W41", "-026-W41", "2026-W+1"} {
		if w, err := ParseWeek(s); err == nil {
			t.Errorf("%q reads as %v", s, w)
		}
	}
}

func TestWeekBelongsToTheYearOfItsThursday(t *testing.T) {
	for s, want := range map[string]string{
		"2025-12-28": "2025-W52", "2025-12-29": "2026-W01", "2026-01-04": "2026-W01", "2026-01-05": "2026-W02",
		"2026-12-31": "2026-W53", "2027-01-03": "2026-W53", "2027-01-04": "2027-W01", "2026-09-18": "2026-W38",
	} {
		if got := WeekOf(day(s)).String(); got != want {
			t.Errorf("%s lies in %s, want %s", s, got, want)
		}
	}
}

func TestWeeksAddUpAcrossYears(t *testing.T) {
	w := Week{2020, 1}
	for range 600 { // over eleven years, two of 53 weeks
		next := w.Add(1)
		if next.Add(-1) != w || !w.Before(next) || next.Before(w) {
			t.Fatalf("%s + 1 = %s", w, next)
		}
		if gap := next.Monday(time.UTC).Sub(w.Monday(time.UTC)); gap != 7*24*time.Hour {
			t.Fatalf("from %s to %s are %v", w, next, gap)
		}
		w = next
	}
	if w != (Week{2031, 27}) {
		t.Errorf("600 weeks after 2020-W01 is %s", w)
	}
}

func TestDaysOfAWeek(t *testing.T) {
	w := Week{2026, 38}
	for d, want := range map[time.Weekday]string{time.Monday: "2026-09-14", time.Friday: "2026-09-18", time.Sunday: "2026-09-20"} {
		if got := w.Day(d, shanghai); got.Format(isoDay) != want || got.Weekday() != d || got.Hour() != 0 {
			t.Errorf("%s of %s is %v", d, w, got)
		}
	}
}

func TestAWeekAtTheTurnOfTheYearIsSpokenWithItsDays(t *testing.T) {
	for w, want := range map[Week]string{
		{2026, 38}: "第38周", {2026, 52}: "第52周", {2027, 2}: "第2周",
		{2026, 1}: "2026年第1周(12.29-1.2)", {2026, 53}: "2026年第53周(12.28-1.1)", {2027, 1}: "2027年第1周(1.4-1.8)",
		{2025, 52}: "2025年第52周(12.22-12.26)",
	} {
		if got := w.Spoken(); got != want {
			t.Errorf("%s is %q, want %q", w, got, want)
		}
	}
}

func TestWeekInJSON(t *testing.T) {
	text, err := json.Marshal(map[Week]Week{{2026, 41}: {}})
	if err != nil || string(text) != `{"2026-W41":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var back map[Week]Week
	if err := json.Unmarshal(text, &back); err != nil || len(back) != 1 || !back[Week{2026, 41}].IsZero() {
		t.Errorf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`"2026-W99"`), new(Week)); err == nil {
		t.Error("a week that does not exist was read")
	}
}
