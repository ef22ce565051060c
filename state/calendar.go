package state

import (
	"fmt"
	"time"
)

const isoDay = "2006-01-02"

// Calendar knows which days the office works: weekends and announced holidays are off,
// make-up weekends (调休) are on. It is built from the files the office replaces every
// year and is read-only afterwards.
type Calendar struct {
	off      map[string]string // ISO day -> holiday's name
	makeUp   map[string]string // ISO day -> the holiday it makes up for
	official map[int]bool      // years with a complete, announced table
}

// NewCalendar returns a calendar that knows weekends only.
func NewCalendar() *Calendar {
	return &Calendar{off: map[string]string{}, makeUp: map[string]string{}, official: map[int]bool{}}
}

// AddHoliday marks one day as off.
func (c *Calendar) AddHoliday(day time.Time, name string) { c.off[day.Format(isoDay)] = name }

// AddMakeUpDay marks one weekend day as worked.
func (c *Calendar) AddMakeUpDay(day time.Time, name string) { c.makeUp[day.Format(isoDay)] = name }

// SetOfficial records that the year's table is complete as announced by the State Council.
func (c *Calendar) SetOfficial(year int) { c.official[year] = true }

// Provisional reports whether the year has no announced table, so that its working days
// are a guess (weekends and statutory days only). Nothing is escalated on such days.
func (c *Calendar) Provisional(year int) bool { return !c.official[year] }

// Workday reports whether the day of t, in t's location, is worked.
func (c *Calendar) Workday(t time.Time) bool {
	day := t.Format(isoDay)
	if _, ok := c.makeUp[day]; ok {
		return true
	}
	if _, ok := c.off[day]; ok || c.Holiday(t) != "" {
		return false
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// Holiday is the name of the holiday on t's day, or "". In a year without an announced table
// the statutory days that fall on the same date every year are known all the same: 1 January
// is off whether or not the office has put in the new table.
func (c *Calendar) Holiday(t time.Time) string {
	if name, ok := c.off[t.Format(isoDay)]; ok || c.official[t.Year()] {
		return name
	}
	switch m, d := t.Month(), t.Day(); {
	case m == time.January && d == 1:
		return "元旦"
	case m == time.April && d == qingming(t.Year()):
		return "清明节"
	case m == time.May && d <= 2:
		return "劳动节"
	case m == time.October && d <= 3:
		return "国庆节"
	}
	return ""
}

// qingming is the day of April of 清明 in a year of this century, by the usual formula.
func qingming(year int) int {
	y := year % 100
	return (2422*y+48100)/10000 - y/4
}

// maxScan bounds every search through days; no run of days off is longer.
const maxScan = 60

// AddWorkdays is the day n working days after t's day (before it for a negative n), at t's
// time of day. The clocks of articles 7 and 8 start the day after, so n = 1 from a Friday
// is the next worked day. n = 0 is t itself, worked or not.
func (c *Calendar) AddWorkdays(t time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for scanned := 0; n > 0 && scanned < maxScan*(n+1); scanned++ {
		t = t.AddDate(0, 0, step)
		if c.Workday(t) {
			n--
		}
	}
	return t
}

// Workdays counts the worked days after from's day up to and including to's day.
func (c *Calendar) Workdays(from, to time.Time) int {
	n := 0
	for d := from.AddDate(0, 0, 1); d.Format(isoDay) <= to.Format(isoDay); d = d.AddDate(0, 0, 1) {
		if c.Workday(d) {
			n++
		}
	}
	return n
}

// Clock is a time of day.
type Clock struct{ Hour, Minute int }

// ParseClock reads "18:00".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return Clock{}, fmt.Errorf("time of day %q: want the form 18:00", s)
	}
	return Clock{t.Hour(), t.Minute()}, nil
}

// On is the instant of the clock on t's day.
func (c Clock) On(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), c.Hour, c.Minute, 0, 0, t.Location())
}

// String gives "18:00".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }
