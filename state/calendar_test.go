package state

import (
	"testing"
	"time"
)

var shanghai = time.FixedZone("CST", 8*60*60)

func local(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		panic(err) // a typing mistake in a test table
	}
	return t
}

// calendar2026 is the State Council's table of 2026 and the statutory days known of 2027.
func calendar2026() *Calendar {
	c := NewCalendar()
	for _, h := range []struct{ name, from, to string }{
		{"元旦", "2026-01-01", "2026-01-03"},
		{"春节", "2026-02-15", "2026-02-23"},
		{"清明节", "2026-04-04", "2026-04-06"},
		{"劳动节", "2026-05-01", "2026-05-05"},
		{"端午节", "2026-06-19", "2026-06-21"},
		{"中秋节", "2026-09-25", "2026-09-27"},
		{"国庆节", "2026-10-01", "2026-10-07"},
		{"元旦", "2027-01-01", "2027-01-01"},
	} {
		for d := day(h.from); !d.After(day(h.to)); d = d.AddDate(0, 0, 1) {
			c.AddHoliday(d, h.name)
		}
	}
	for _, d := range []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"} {
		c.AddMakeUpDay(day(d), "调休")
	}
	c.SetOfficial(2026)
	return c
}

func TestWorkdaysAreCountedAcrossHolidaysAndMakeUpDays(t *testing.T) {
	c := calendar2026()
	for _, v := range []struct {
		start string
		n     int
		want  string
	}{
		{"2026-09-18", 1, "2026-09-20"}, // a Sunday made up for the National Day
		{"2026-09-18", 3, "2026-09-22"},
		{"2026-09-24", 1, "2026-09-28"},
		{"2026-09-30", 1, "2026-10-08"},
		{"2026-09-30", 3, "2026-10-10"},
		{"2026-10-09", 1, "2026-10-10"},
		{"2026-02-13", 1, "2026-02-14"},
		{"2026-02-14", 1, "2026-02-24"}, // nine days of Spring Festival
		{"2026-02-27", 1, "2026-02-28"},
		{"2026-05-08", 1, "2026-05-09"},
		{"2026-04-30", 1, "2026-05-06"},
		{"2025-12-31", 1, "2026-01-04"},
		{"2026-12-31", 1, "2027-01-04"},
		{"2026-10-08", -1, "2026-09-30"},
		{"2026-09-28", -2, "2026-09-23"},
		{"2026-10-03", 0, "2026-10-03"}, // nothing to count: the day itself, off or not
	} {
		got := c.AddWorkdays(day(v.start), v.n).Format(isoDay)
		if got != v.want {
			t.Errorf("%s + %d working days = %s, want %s", v.start, v.n, got, v.want)
		}
		if v.n > 0 {
			if n := c.Workdays(day(v.start), day(got)); n != v.n {
				t.Errorf("from %s to %s are %d working days, want %d", v.start, got, n, v.n)
			}
		}
	}
	if n := c.Workdays(day("2025-12-31"), day("2026-12-31")); n != 248 {
		t.Errorf("2026 has %d working days, the announced table gives 248", n)
	}
}

func TestAddWorkdaysKeepsTheTimeOfDay(t *testing.T) {
	if got := calendar2026().AddWorkdays(local("2026-09-18 18:00"), 1); !got.Equal(local("2026-09-20 18:00")) {
		t.Errorf("got %v", got)
	}
}

func TestYearWithoutTableIsProvisional(t *testing.T) {
	c := calendar2026()
	if c.Provisional(2026) || !c.Provisional(2027) {
		t.Error("2026 is announced, 2027 is not")
	}
}

func TestMakeUpDayWinsOverHoliday(t *testing.T) {
	c := NewCalendar()
	c.AddHoliday(day("2026-09-20"), "国庆节")
	c.AddMakeUpDay(day("2026-09-20"), "国庆节")
	if !c.Workday(day("2026-09-20")) {
		t.Error("a day named as worked is worked")
	}
}

func TestSearchForAWorkdayEnds(t *testing.T) {
	c := NewCalendar()
	for d := day("2026-01-01"); d.Year() == 2026; d = d.AddDate(0, 0, 1) {
		c.AddHoliday(d, "停")
	}
	if got := c.AddWorkdays(day("2026-01-01"), 1); got.Year() != 2026 {
		t.Errorf("a year off led to %v instead of giving up", got)
	}
}

func TestParseClock(t *testing.T) {
	if c, err := ParseClock("07:30"); err != nil || c.String() != "07:30" || !c.On(local("2026-09-18 22:00")).Equal(local("2026-09-18 07:30")) {
		t.Errorf("07:30 reads as %v, %v", c, err)
	}
	for _, bad := range []string{"", "24:00", "7点", "12:60", "18:00:00"} {
		if c, err := ParseClock(bad); err == nil {
			t.Errorf("%q reads as %v", bad, c)
		}
	}
}
