package state

import (
	"testing"
	"time"
)

// districtSchedule is the fictional district's: summary on the second working day.
func districtSchedule() *Schedule {
	return &Schedule{
		Zone: shanghai, Calendar: calendar2026(), Weekday: time.Friday, At: Clock{18, 0}, Grace: 10 * time.Minute,
		Overrides: map[Week]Override{{2026, 40}: {Deadline: local("2026-09-30 18:00"), Reason: "国庆节前提前报送"}},
		Resubmit:  Moment{Workdays: 1, At: Clock{18, 0}},
		Preview:   Moment{Workdays: 1, At: Clock{7, 30}},
		Summary:   Moment{Workdays: 2, At: Clock{9, 0}},
		Corrected: Moment{Workdays: 2, At: Clock{18, 30}},
		QuietFrom: Clock{20, 0}, QuietTo: Clock{7, 30},
	}
}

// The weeks of 2026 whose Friday or whose weekend is not ordinary, from the announced table.
func TestDeadlineMovesWithHolidays(t *testing.T) {
	next := districtSchedule()
	next.Overrides = nil
	previous := *next
	previous.Previous = true
	for _, v := range []struct {
		week              Week
		friday            string
		postpone, advance string // "" when the Friday is worked
		skipped           bool
	}{
		{week: Week{2026, 1}, friday: "2026-01-02", postpone: "2026-01-04", advance: "2025-12-31"},
		{week: Week{2026, 7}, friday: "2026-02-13"},
		{week: Week{2026, 8}, friday: "2026-02-20", skipped: true},
		{week: Week{2026, 9}, friday: "2026-02-27"},
		{week: Week{2026, 15}, friday: "2026-04-10"},
		{week: Week{2026, 18}, friday: "2026-05-01", postpone: "2026-05-06", advance: "2026-04-30"},
		{week: Week{2026, 19}, friday: "2026-05-08"},
		{week: Week{2026, 25}, friday: "2026-06-19", postpone: "2026-06-22", advance: "2026-06-18"},
		{week: Week{2026, 38}, friday: "2026-09-18"}, // a working Sunday follows: it moves nothing
		{week: Week{2026, 39}, friday: "2026-09-25", postpone: "2026-09-28", advance: "2026-09-24"},
		{week: Week{2026, 40}, friday: "2026-10-02", postpone: "2026-10-08", advance: "2026-09-30"},
		{week: Week{2026, 41}, friday: "2026-10-09"},
		{week: Week{2026, 53}, friday: "2027-01-01", postpone: "2027-01-04", advance: "2026-12-31"},
	} {
		if v.postpone == "" {
			v.postpone, v.advance = v.friday, v.friday
		}
		d := next.Deadline(v.week)
		if got := d.AsOf().Format(isoDay); got != v.friday {
			t.Errorf("%s counts to %s, want %s", v.week, got, v.friday)
		}
		if d.Skipped != v.skipped || previous.Deadline(v.week).Skipped != v.skipped {
			t.Errorf("%s skipped: %v, want %v", v.week, d.Skipped, v.skipped)
		}
		if v.skipped {
			continue
		}
		if want := local(v.postpone + " 18:00"); !d.Due.Equal(want) {
			t.Errorf("%s postponed is due %v, want %v", v.week, d.Due, want)
		}
		if want, got := local(v.advance+" 18:00"), previous.Deadline(v.week).Due; !got.Equal(want) {
			t.Errorf("%s advanced is due %v, want %v", v.week, got, want)
		}
		if (d.Moved != "") != (v.postpone != v.friday) {
			t.Errorf("%s says of its move: %q", v.week, d.Moved)
		}
	}
}

func TestMovedDeadlineSaysWhy(t *testing.T) {
	s := districtSchedule()
	if got := s.Deadline(Week{2026, 39}).Moved; got != "中秋节放假,顺延至9月28日18:00" {
		t.Errorf("moved: %q", got)
	}
	if got := s.Deadline(Week{2026, 40}); got.Moved != "国庆节前提前报送" || !got.Due.Equal(local("2026-09-30 18:00")) {
		t.Errorf("override: %+v", got)
	}
	s.Weekday = time.Saturday
	if got := s.Deadline(Week{2026, 37}).Moved; got != "当天休息,顺延至9月14日18:00" {
		t.Errorf("an ordinary weekend: %q", got)
	}
}

func TestLatenessCountsTheWholeMinuteAndTheGrace(t *testing.T) {
	s := districtSchedule()
	d := s.Deadline(Week{2026, 38})
	for _, v := range []struct {
		at    time.Time
		grace time.Duration
		late  bool
	}{
		{local("2026-09-18 18:00").Add(59 * time.Second), 0, false},
		{local("2026-09-18 18:01"), 0, true},
		{local("2026-09-18 18:10").Add(59 * time.Second), 10 * time.Minute, false},
		{local("2026-09-18 18:11"), 10 * time.Minute, true},
	} {
		s.Grace = v.grace
		if got := s.Late(d, v.at); got != v.late {
			t.Errorf("at %v with %v grace late is %v", v.at, v.grace, got)
		}
	}
}

func TestCurrentWeekRunsFromDeadlineToDeadline(t *testing.T) {
	s := districtSchedule()
	for _, v := range []struct{ at, week string }{
		{"2026-09-14 09:00", "2026-W38"},
		{"2026-09-18 18:00", "2026-W38"},
		{"2026-09-18 18:05", "2026-W38"}, // in the grace a mail still reports the week that ends
		{"2026-09-18 18:11", "2026-W39"},
		{"2026-09-25 18:30", "2026-W39"}, // due on Monday the 28th
		{"2026-09-28 17:59", "2026-W39"},
		{"2026-09-28 18:30", "2026-W40"}, // due on Wednesday by the office's decision
		{"2026-09-30 18:30", "2026-W41"},
		{"2026-02-13 18:30", "2026-W09"}, // W08 has no working day
		{"2026-02-21 10:00", "2026-W09"},
		{"2027-01-02 10:00", "2026-W53"}, // Friday was New Year's Day
		{"2027-01-04 18:30", "2027-W01"},
	} {
		if got := s.Current(local(v.at)).String(); got != v.week {
			t.Errorf("current week at %s is %s, want %s", v.at, got, v.week)
		}
	}
	if got := s.Current(local("2026-09-18 17:00").UTC()); got != (Week{2026, 38}) {
		t.Errorf("the zone of the instant must not matter: %s", got)
	}
}

func TestPreviouslyPassesOverSkippedWeeks(t *testing.T) {
	s := districtSchedule()
	if got := s.Previously(Week{2026, 9}); got != (Week{2026, 7}) {
		t.Errorf("before W09 came %s", got)
	}
	if got := s.Previously(Week{2026, 1}); got != (Week{2025, 52}) {
		t.Errorf("before 2026-W01 came %s", got)
	}
}

func TestReadersLettersFollowTheDeadline(t *testing.T) {
	s := districtSchedule()
	for _, v := range []struct {
		week             Week
		preview, summary string
	}{
		{Week{2026, 38}, "2026-09-20 07:30", "2026-09-21 09:00"}, // a working Sunday counts
		{Week{2026, 39}, "2026-09-29 07:30", "2026-09-30 09:00"},
		{Week{2026, 40}, "2026-10-08 07:30", "2026-10-09 09:00"},
	} {
		if got := s.PreviewAt(v.week); !got.Equal(local(v.preview)) {
			t.Errorf("%s preview at %v", v.week, got)
		}
		if got := s.SummaryAt(v.week); !got.Equal(local(v.summary)) {
			t.Errorf("%s summary at %v", v.week, got)
		}
		if got := s.FreezeAt(v.week); !got.Equal(s.CorrectedAt(v.week)) {
			t.Errorf("%s freezes at %v", v.week, got)
		}
	}
	s.Corrected = Moment{Workdays: 1, At: Clock{18, 30}}
	if w := (Week{2026, 38}); !s.FreezeAt(w).Equal(s.SummaryAt(w)) {
		t.Error("a week must not freeze before its summary is made")
	}
	s.Summary = Moment{Next: func(after time.Time) time.Time { return after.Add(time.Hour) }}
	if got := s.SummaryAt(Week{2026, 38}); !got.Equal(local("2026-09-18 19:00")) {
		t.Errorf("a cron moment counts from the deadline: %v", got)
	}
}

func TestTimeToCorrectEndsAtSixOnTheNextWorkday(t *testing.T) {
	s := districtSchedule()
	for told, by := range map[string]string{
		"2026-09-18 18:00": "2026-09-20 18:00",
		"2026-09-24 09:00": "2026-09-28 18:00",
		"2026-09-30 17:00": "2026-10-08 18:00",
	} {
		if got := s.ResubmitBy(local(told)); !got.Equal(local(by)) {
			t.Errorf("told at %s, answer by %v, want %s", told, got, by)
		}
	}
}

func TestLadderCountsWorkdaysFromTheMovedDeadline(t *testing.T) {
	s := districtSchedule()
	d := s.Deadline(Week{2026, 39}) // due Monday 28 September
	for _, v := range []struct {
		step Step
		want string
	}{
		{Step{Before: true, Workdays: 1, At: Clock{15, 0}}, "2026-09-24 15:00"},
		{Step{Before: true, Delay: 2 * time.Hour}, "2026-09-28 16:00"},
		{Step{Delay: 10 * time.Minute}, "2026-09-28 18:10"},
		{Step{Workdays: 1, At: Clock{9, 0}}, "2026-09-29 09:00"},
	} {
		if got := s.StepAt(v.step, d); !got.Equal(local(v.want)) {
			t.Errorf("%+v is at %v, want %s", v.step, got, v.want)
		}
	}
}

func TestNoLetterInQuietHours(t *testing.T) {
	s := districtSchedule()
	check := func(at, want string) {
		t.Helper()
		if got := s.AfterQuiet(local(at)); !got.Equal(local(want)) {
			t.Errorf("%s waits until %v, want %s", at, got, want)
		}
	}
	check("2026-09-18 19:59", "2026-09-18 19:59")
	check("2026-09-18 20:00", "2026-09-19 07:30")
	check("2026-09-19 00:10", "2026-09-19 07:30")
	check("2026-09-19 07:30", "2026-09-19 07:30")
	s.QuietFrom, s.QuietTo = Clock{12, 0}, Clock{14, 0}
	check("2026-09-18 13:00", "2026-09-18 14:00")
	check("2026-09-18 14:00", "2026-09-18 14:00")
	s.QuietFrom, s.QuietTo = Clock{}, Clock{}
	check("2026-09-18 23:00", "2026-09-18 23:00")
}

func TestRunningIsTheLastWeekUntilItFreezes(t *testing.T) {
	s := &Schedule{
		Zone: time.UTC, Calendar: NewCalendar(), Weekday: time.Friday, At: Clock{18, 0},
		Summary: Moment{Workdays: 1, At: Clock{8, 30}}, Corrected: Moment{Workdays: 1, At: Clock{18, 30}},
	}
	for at, want := range map[string]string{
		"2026-10-09T18:00:00Z": "2026-W41", // Friday, the deadline
		"2026-10-12T08:00:00Z": "2026-W41", // Monday, before the leaders' letter
		"2026-10-12T18:30:00Z": "2026-W41", // the freeze
		"2026-10-12T18:31:00Z": "2026-W42",
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Running(now).String(); got != want {
			t.Errorf("at %s: got %s, want %s", at, got, want)
		}
	}
}

// What the announced table says of the same weeks beside their deadline: how many days are
// worked from Monday to Sunday, the second working day from a moved deadline's on, and the working
// days between that deadline and the next one. Of them only W40 leaves at most one.
func TestWeeksWithHolidaysHaveTheAnnouncedWorkdays(t *testing.T) {
	s := districtSchedule()
	s.Overrides = nil
	c := s.Calendar
	for _, v := range []struct {
		week             Week
		worked           int
		postpone, second string // "" where the Friday is worked, or nothing is due
		between          int
	}{
		{Week{2026, 1}, 4, "2026-01-04", "2026-01-05", 5},
		{Week{2026, 7}, 6, "", "", 0},
		{Week{2026, 8}, 0, "2026-02-24", "2026-02-25", 3},
		{Week{2026, 9}, 5, "", "", 0},
		{Week{2026, 15}, 4, "", "", 0},
		{Week{2026, 18}, 4, "2026-05-06", "2026-05-07", 2},
		{Week{2026, 19}, 4, "", "", 0},
		{Week{2026, 25}, 4, "2026-06-22", "2026-06-23", 4},
		{Week{2026, 38}, 6, "", "", 0},
		{Week{2026, 39}, 4, "2026-09-28", "2026-09-29", 3},
		{Week{2026, 40}, 3, "2026-10-08", "2026-10-09", 1},
		{Week{2026, 41}, 3, "", "", 0},
		{Week{2026, 53}, 4, "2027-01-04", "2027-01-05", 4},
	} {
		monday := v.week.Monday(shanghai)
		if got := c.Workdays(monday.AddDate(0, 0, -1), monday.AddDate(0, 0, 6)); got != v.worked {
			t.Errorf("%s: %d days are worked, want %d", v.week, got, v.worked)
		}
		if v.postpone == "" {
			continue
		}
		if got := c.AddWorkdays(day(v.postpone), 1).Format(isoDay); got != v.second {
			t.Errorf("%s: the second working day is %s, want %s", v.week, got, v.second)
		}
		if got := c.Workdays(day(v.postpone), s.Deadline(v.week.Add(1)).Due); got != v.between {
			t.Errorf("%s: %d working days to the next deadline, want %d", v.week, got, v.between)
		}
	}
}

// A week the office merged into the next one is skipped: it is nobody's running week, and what is
// sent in it is the next week's.
func TestAMergedWeekIsTheNextOnes(t *testing.T) {
	s := planned2026()
	s.Overrides = map[Week]Override{{2026, 39}: {Reason: "与第40周合并报送"}}
	d := s.Deadline(Week{2026, 39})
	if !d.Skipped || d.Moved != "与第40周合并报送" {
		t.Errorf("week 39 is %+v", d)
	}
	if w := s.Current(local("2026-09-22 10:00")); w != (Week{2026, 40}) {
		t.Errorf("the running week of 22 September is %s", w)
	}
	if w := s.Previously(Week{2026, 40}); w != (Week{2026, 38}) {
		t.Errorf("before week 40 comes %s", w)
	}
}
