package state

import (
	"fmt"
	"time"
)

// Unreported is the first week from now's on for which none of the departments has sent
// anything: who reports what can change then without a report, or its lack, being anybody
// else's.
func (r *Records) Unreported(s *Schedule, now time.Time, depts ...string) (Week, error) {
	for w := s.Current(now); ; w = s.Next(w) {
		free := true
		for _, id := range depts {
			d, err := r.DeptWeek(w, id)
			if err != nil {
				return Week{}, fmt.Errorf("look for a week without reports: %w", err)
			}
			free = free && (d == nil || len(d.Tries) == 0)
		}
		if free {
			return w, nil
		}
	}
}

// FirstDay is the day after the one the figures of the week before are counted to.
func (s *Schedule) FirstDay(w Week) time.Time {
	return s.Deadline(w.Add(-1)).AsOf().AddDate(0, 0, 1)
}
