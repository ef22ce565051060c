package state

import (
	"fmt"
	"time"
)

// Month is a calendar month: visits (article 5) and scores (article 19) are counted by it.
type Month struct {
	Year  int
	Month time.Month
}

const isoMonth = "2006-01"

// ParseMonth reads "2026-09".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse(isoMonth, s)
	if err != nil {
		return Month{}, fmt.Errorf("month %q: want the form 2026-09", s)
	}
	return MonthOf(t), nil
}

// MonthOf is the month of t in t's own location.
func MonthOf(t time.Time) Month { return Month{t.Year(), t.Month()} }

// String gives "2026-09", which sorts by time.
func (m Month) String() string { return m.First(time.UTC).Format(isoMonth) }

// Add is the month n months later, or earlier when n is negative.
func (m Month) Add(n int) Month { return MonthOf(m.First(time.UTC).AddDate(0, n, 0)) }

// First is the first instant of the month in loc.
func (m Month) First(loc *time.Location) time.Time {
	return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, loc)
}

// Last is the first instant of the month's last day in loc.
func (m Month) Last(loc *time.Location) time.Time { return m.First(loc).AddDate(0, 1, -1) }

// Holds reports whether t, in its own location, lies in the month.
func (m Month) Holds(t time.Time) bool { return MonthOf(t) == m }

// MarshalText makes a Month read "2026-09" in JSON.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts what MarshalText wrote.
func (m *Month) UnmarshalText(b []byte) error {
	v, err := ParseMonth(string(b))
	*m = v
	return err
}

// WeeksOf lists the reporting weeks of a month, oldest first: those whose deadline, as
// moved, lies in it. Skipped weeks belong to none.
func (s *Schedule) WeeksOf(m Month) []Week {
	var out []Week
	last := WeekOf(m.Last(s.Zone)).Add(2)
	for w := WeekOf(m.First(s.Zone)).Add(-2); !last.Before(w); w = w.Add(1) {
		if d := s.Deadline(w); !d.Skipped && m.Holds(d.Due.In(s.Zone)) {
			out = append(out, w)
		}
	}
	return out
}

// FirstWorkday is the month's first working day at the time of day at.
func (s *Schedule) FirstWorkday(m Month, at Clock) time.Time {
	return at.On(s.Calendar.AddWorkdays(m.First(s.Zone).AddDate(0, 0, -1), 1))
}
