package state

import (
	"fmt"
	"time"
)

// Week names a reporting week by its ISO 8601 week, which is the week of its nominal
// Friday deadline. The zero Week means "not known".
type Week struct {
	Year int // ISO year, which differs from the calendar year around New Year
	No   int // 1 to 53
}

// ParseWeek reads "2026-W41". The week must exist in that year.
func ParseWeek(s string) (Week, error) {
	var w Week
	if n, err := fmt.Sscanf(s, "%4d-W%2d", &w.Year, &w.No); n != 2 || err != nil || w.String() != s {
		return Week{}, fmt.Errorf("week %q: want the form 2026-W41", s)
	}
	if w.Year < 1 || w.No < 1 || WeekOf(w.Monday(time.UTC)) != w {
		return Week{}, fmt.Errorf("week %q: there is no such week in that year", s)
	}
	return w, nil
}

// WeekOf is the ISO week of t in t's own location.
func WeekOf(t time.Time) Week {
	y, n := t.ISOWeek()
	return Week{Year: y, No: n}
}

// String gives "2026-W41", which sorts by time; the zero Week gives "".
func (w Week) String() string {
	if w.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-W%02d", w.Year, w.No)
}

// IsZero reports whether the week is not known.
func (w Week) IsZero() bool { return w == Week{} }

// inYear is day, or the last day of the week's year when the week ends in the next one: its
// figures are of its own year, and that year's plan is what they are measured by.
func (w Week) inYear(day time.Time) time.Time {
	if w.IsZero() || day.Year() <= w.Year {
		return day
	}
	return time.Date(w.Year, time.December, 31, 0, 0, 0, 0, day.Location())
}

// Before reports whether w lies before o.
func (w Week) Before(o Week) bool { return w.String() < o.String() }

// Add is the week n weeks later, or earlier when n is negative.
func (w Week) Add(n int) Week { return WeekOf(w.Monday(time.UTC).AddDate(0, 0, 7*n)) }

// Monday is the first instant of the week in loc.
func (w Week) Monday(loc *time.Location) time.Time {
	jan4 := time.Date(w.Year, 1, 4, 0, 0, 0, 0, loc) // always in week 1 (ISO 8601)
	back := (int(jan4.Weekday()) + 6) % 7
	return jan4.AddDate(0, 0, 7*(w.No-1)-back)
}

// Day is the first instant of the given weekday of the week; Sunday is its last day.
func (w Week) Day(d time.Weekday, loc *time.Location) time.Time {
	return w.Monday(loc).AddDate(0, 0, (int(d)+6)%7)
}

// MarshalText and UnmarshalText make a Week read "2026-W41" in JSON, also as a map key.
func (w Week) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText accepts what MarshalText wrote; empty text is the zero Week.
func (w *Week) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*w = Week{}
		return nil
	}
	v, err := ParseWeek(string(b))
	*w = v
	return err
}

// Spoken is the week as letters call it: "第38周". The last week of a year and the first one
// are given with their year and their days from Monday to Friday, because the ISO year is
// not the calendar's there: "2026年第1周(12.29-1.2)".
func (w Week) Spoken() string {
	if w.No != 1 && w.Add(1).No != 1 {
		return fmt.Sprintf("第%d周", w.No)
	}
	first, last := w.Monday(time.UTC), w.Day(time.Friday, time.UTC)
	return fmt.Sprintf("%d年第%d周(%s-%s)", w.Year, w.No, first.Format("1.2"), last.Format("1.2"))
}

// WeekdayWord is the character a day of the week is named by: 一 for Monday, 日 for Sunday.
func WeekdayWord(d time.Weekday) string { return string([]rune("日一二三四五六")[d]) }

// DayAndHour writes an instant as plans do, in its own zone: "9月28日周一18:00".
func DayAndHour(t time.Time) string {
	return t.Format("1月2日") + "周" + WeekdayWord(t.Weekday()) + t.Format("15:04")
}
