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

func TestVisitsCountTheMonthsDaysOnceAndNoPlan(t *testing.T) {
	row := func(received, day string) map[string]*DeptWeek {
		return map[string]*DeptWeek{"D1": {Rows: []Counted{{Project: "P1", Received: local(received), Values: map[string]Value{columnVisit: {Text: day}}}}}}
	}
	r := &Roster{Leaders: []Leader{{ID: "L1"}, {ID: "L2"}}, Projects: []Project{{ID: "P1", Dept: "D1", LeadLeader: "L1"}, {ID: "P2", Dept: "D1", LeadLeader: "L1"}}}
	weeks := []map[string]*DeptWeek{
		row("2026-09-04 10:00", "2026-08-31"), row("2026-09-11 10:00", "2026-09-09"), row("2026-09-18 10:00", "2026-09-09"),
		row("2026-09-24 10:00", "2026-09-24"), row("2026-09-28 10:00", "2026-09-30"), row("2026-09-29 07:10", "2026-09-29"),
	}
	for _, w := range weeks { // as they are read from the store: the morning of a visit is the day before by Greenwich
		w["D1"].Rows[0].Received = w["D1"].Rows[0].Received.UTC()
	}
	got := r.Visits(Month{2026, time.September}, weeks, []Visit{{Project: "P1", Day: "2026-09-24"}, {Project: "P1", Day: "2026-09-12"}, {Project: "P2", Day: "2026-08-12"}}, []Issue{{Project: "P2"}, {Project: "P2", Closed: Week{2026, 38}}}, local("2026-09-30 09:00"))
	if len(got) != 1 || !slices.Equal(got[0].Projects[0].Days, []string{"2026-09-09", "2026-09-12", "2026-09-24", "2026-09-29"}) {
		t.Fatalf("visits: %+v", got)
	}
	if left := got[0].Left(); len(left) != 1 || left[0].Project != "P2" || len(left[0].Issues) != 1 || got[0].Visited() != 1 {
		t.Errorf("left: %+v", left)
	}
}

func TestPermitsRunFromTheirAcceptanceAndAreComputedAgainAlike(t *testing.T) {
	s := districtSchedule()
	roster := &Roster{Projects: []Project{{ID: "P1", Dept: "D1"}}}
	var known []Permit
	tell := func(no int, received, status, accepted string) {
		values := map[string]Value{"permit_eia": {Text: status}, "permit_eia_date": {Text: accepted}, "permit_all": {Text: "环评在办"}}
		f := Facts{Week: Week{2026, no}, Roster: roster, Schedule: s, Depts: map[string]*DeptWeek{"D1": {Rows: []Counted{{Project: "P1", Received: local(received), Values: values}}}}}
		known = overlaid(known, f.Permits(known))
		known = overlaid(known, f.Permits(known)) // a week is frozen twice when it is corrected
	}
	check := func(what, since string, status PermitStatus) {
		t.Helper()
		if len(known) != 1 || known[0].Since != since || known[0].Status != status {
			t.Errorf("%s: %+v, want %s since %s", what, known, status, since)
		}
	}
	tell(36, "2026-09-04 10:00", "未启动", "")
	check("not begun", "", PermitIdle)
	tell(37, "2026-09-11 10:00", "办理中", "")
	check("first report", "2026-09-11", PermitRunning)
	tell(38, "2026-09-18 10:00", "办理中", "2026-09-01")
	check("the acceptance is told", "2026-09-01", PermitRunning)
	tell(37, "2026-09-11 10:00", "未启动", "")
	check("an older week says nothing new", "2026-09-01", PermitRunning)
	rule := PermitRule{Column: "permit_eia", Days: 10}
	if c, ok := known[0].Clock(rule, s, local("2026-09-18 09:00")); !ok || c.Gone != 13 || rule.Limit() != 7 || c.Limit.Format(isoDay) != "2026-09-10" {
		t.Errorf("clock: %+v %v", c, ok)
	}
	tell(39, "2026-09-25 10:00", "已办结", "2026-09-01")
	if _, runs := known[0].Clock(rule, s, local("2026-09-28 09:00")); runs {
		t.Error("a finished permit's clock runs")
	}
}

func TestMilestonesAreDueTwoWeeksAheadAndTheirMovesCounted(t *testing.T) {
	day := func(s string) time.Time { return local(s + " 00:00") }
	projects := []Project{{ID: "P1", Dept: "D1", Milestones: []Milestone{
		{Seq: 1, Name: "开工", Plan: day("2026-09-10")},
		{Seq: 2, Name: "竣工", Plan: day("2026-10-02")},
		{Seq: 3, Name: "验收", Plan: day("2026-10-03")},
		{Seq: 4, Name: "立项", Plan: day("2026-09-01"), Actual: day("2026-08-30")},
	}}}
	told := func(week Week, start string, known map[string]Move) map[string]Move {
		f := Facts{Week: week, Roster: &Roster{Projects: projects}, Depts: map[string]*DeptWeek{"D1": {Rows: []Counted{{Project: "P1", Values: map[string]Value{"planned_start": {Text: start}}}}}}}
		out := map[string]Move{}
		for _, m := range f.Moves(known) {
			out[m.Project+"/"+m.Name] = m
		}
		return out
	}
	moves := told(Week{2026, 37}, "2026-09-10", nil)
	moves = told(Week{2026, 38}, "2026-09-20", moves)
	moves = told(Week{2026, 38}, "2026-09-20", moves) // frozen twice
	moves = told(Week{2026, 39}, "2026-09-30", moves)
	got := MilestonesDue(projects, moves, day("2026-09-18"), MilestoneView)
	if len(got) != 2 || got[0].What != "开工" || !got[0].Overdue() || got[0].Days != -8 || got[1].Days != 14 {
		t.Fatalf("due: %+v", got)
	}
	if got[0].Moved != 2 || got[0].Said != "2026-09-30" {
		t.Errorf("moved %d times, said %s", got[0].Moved, got[0].Said)
	}
}
