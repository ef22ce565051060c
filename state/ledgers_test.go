package state

import (
	"slices"
	"testing"
	"time"
)

func TestWeeksOfAMonthAreThoseWhoseDeadlineLiesInIt(t *testing.T) {
	s := districtSchedule()
	if got := s.WeeksOf(Month{2026, time.September}); len(got) == 0 || slices.ContainsFunc(got, func(w Week) bool { return s.Deadline(w).Due.Month() != time.September }) {
		t.Errorf("weeks of September: %v", got)
	}
	seen := map[Week]int{}
	for m := (Month{2026, time.January}); m.Year == 2026; m = m.Add(1) {
		for _, w := range s.WeeksOf(m) {
			seen[w]++
		}
	}
	for w, n := range seen {
		if n != 1 {
			t.Errorf("%s belongs to %d months", w, n)
		}
	}
}
