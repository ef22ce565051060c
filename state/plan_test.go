package state

import (
	"strings"
	"testing"
	"time"
)

func planned2026() *Schedule {
	return &Schedule{
		Zone: shanghai, Calendar: calendar2026(), Weekday: time.Friday, At: Clock{18, 0},
		Preview: Moment{Workdays: 1, At: Clock{7, 30}}, Summary: Moment{Workdays: 1, At: Clock{8, 30}}, Corrected: Moment{Workdays: 1, At: Clock{18, 30}},
		Overrides: map[Week]Override{{2026, 40}: {Deadline: local("2026-09-30 18:00"), Reason: "国庆节前提前报送"}},
	}
}

// Every deadline of 2026 that is not a Friday, and what it draws with it.
func TestThePlanOfAYear(t *testing.T) {
	plan := planned2026().Plan(2026)
	if len(plan.Weeks) != 53 {
		t.Fatalf("2026 has 53 ISO weeks, the plan %d", len(plan.Weeks))
	}
	want := map[string]struct{ due, summary, why string }{
		"2026-W01": {"2026-01-04 18:00", "2026-01-05 08:30", "元旦"}, // a make-up Sunday is worked
		"2026-W08": {"", "", "没有工作日"},
		"2026-W18": {"2026-05-06 18:00", "2026-05-07 08:30", "劳动节"},
		"2026-W25": {"2026-06-22 18:00", "2026-06-23 08:30", "端午节"},
		"2026-W39": {"2026-09-28 18:00", "2026-09-29 08:30", "中秋节"},
		"2026-W40": {"2026-09-30 18:00", "2026-10-08 08:30", "国庆节前提前报送"},
		"2026-W53": {"2027-01-04 18:00", "2027-01-05 08:30", "元旦"},
	}
	for _, p := range plan.Weeks {
		w, moved := want[p.Week.String()]
		switch {
		case !moved && (p.Moved != "" || !p.Due.Equal(p.Nominal) || p.Due.Weekday() != time.Friday):
			t.Errorf("%s is due %s (%s), want its Friday", p.Week, p.Due, p.Moved)
		case !moved:
		case w.due == "" && !p.Skipped:
			t.Errorf("%s has no working day and is due %s", p.Week, p.Due)
		case w.due != "" && (!p.Due.Equal(local(w.due)) || !p.Summary.Equal(local(w.summary))):
			t.Errorf("%s is due %s, told %s; want %s, %s", p.Week, p.Due, p.Summary, w.due, w.summary)
		case !strings.Contains(p.Moved, w.why):
			t.Errorf("%s moved because %q, want %s", p.Week, p.Moved, w.why)
		}
		if last := p.Week.No == 53; p.Provisional != last {
			t.Errorf("%s: provisional is %v, want %v", p.Week, p.Provisional, last)
		}
		if p.Override != (p.Week.No == 40) {
			t.Errorf("%s: decided by the office is %v", p.Week, p.Override)
		}
	}
	if len(plan.Missing) != 1 || plan.Missing[0] != 2027 {
		t.Errorf("years without a table: %v, want 2027", plan.Missing)
	}
}

// The first of January is off without anybody having put in the new year's table; with one,
// the table alone decides.
func TestFixedHolidaysNeedNoTable(t *testing.T) {
	c := NewCalendar()
	for _, d := range []string{"2027-01-01", "2027-04-05", "2028-04-04", "2027-10-01"} {
		if c.Workday(day(d)) || c.Holiday(day(d)) == "" {
			t.Errorf("%s is a statutory holiday every year", d)
		}
	}
	if !c.Workday(day("2027-01-04")) {
		t.Error("the Monday after New Year's Day is worked")
	}
	c.SetOfficial(2027)
	if !c.Workday(day("2027-01-01")) {
		t.Error("an announced table is complete: what it does not name is no holiday")
	}
}

// A deadline that moves next to the following one is asked about, unless the office decided it.
func TestDeadlinesTooCloseAreAskedAbout(t *testing.T) {
	s := planned2026()
	s.Weekday = time.Wednesday // W40: Wednesday 30 September; W41: Wednesday 7 October moves to the 8th
	s.Overrides = nil
	c := s.Calendar
	for _, d := range []string{"2026-07-15", "2026-07-16", "2026-07-17", "2026-07-20"} {
		c.AddHoliday(day(d), "试")
	}
	w := Week{2026, 29} // Wednesday 15 July moves to Tuesday 21, one working day before Wednesday 22
	if n, ask := s.Crowded(w); !ask || n != 1 {
		t.Fatalf("crowded: %d working days, ask %v", n, ask)
	}
	for _, p := range s.Plan(2026).Weeks {
		if (p.Attention != "") != (p.Week == w) {
			t.Errorf("%s: attention %q", p.Week, p.Attention)
		}
	}
	s.Overrides = map[Week]Override{w: {Deadline: local("2026-07-21 18:00"), Reason: "已定"}}
	if _, ask := s.Crowded(w); ask {
		t.Error("what the office decided is not asked again")
	}
}
