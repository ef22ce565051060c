package state

import (
	"slices"
	"testing"
	"time"
)

// aWeek is a district of two departments and three projects in W38 of 2026.
func aWeek() Facts {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	w38, w37 := Week{2026, 38}, Week{2026, 37}
	return Facts{
		Week: w38,
		Lamp: DefaultLights(),
		Schedule: &Schedule{
			Zone: zone, Calendar: NewCalendar(), Weekday: time.Friday, At: Clock{18, 0},
			Resubmit: Moment{Workdays: 1, At: Clock{18, 0}}, Summary: Moment{Workdays: 1, At: Clock{8, 30}},
		},
		Roster: &Roster{
			Depts: []Dept{{ID: "D05", Name: "区交通运输局", Short: "区交通局", Reports: true}, {ID: "D25", Short: "白鹭镇", Reports: true}, {ID: "D13", Short: "自规分局"}},
			Units: []Unit{{ID: "E01", Name: "区供电中心(虚构)"}},
			Projects: []Project{
				{ID: "P1", Class: ClassContinuing, Dept: "D05", YearPlan: 10500 * Wan, Total: 23500 * Wan},
				{ID: "P2", Class: ClassContinuing, Dept: "D25", YearPlan: 5700 * Wan, Total: 9600 * Wan},
				{ID: "P3", Class: ClassInvestment, Dept: "D05", Total: 100 * Wan},
			},
		},
		Bases: map[string]Base{
			"P1": {Week: w37, Fresh: true, YTD: 4300 * Wan},
			"P2": {Week: w37, Fresh: true, YTD: 4800 * Wan},
			"P3": {Week: w37, Fresh: true},
		},
		Depts: map[string]*DeptWeek{
			"D05": {
				Week: w38, Dept: "D05", State: Accepted, First: time.Date(2026, 9, 18, 16, 31, 0, 0, zone),
				Tries: []Try{
					{MessageID: "a", Received: time.Date(2026, 9, 18, 16, 31, 0, 0, zone), Decision: DecisionCorrect},
					{MessageID: "b", Received: time.Date(2026, 9, 21, 19, 0, 0, 0, zone), Decision: DecisionAccept, Overdue: true},
				},
				Rows: []Counted{
					{Project: "P1", Week: 120 * Wan, YTD: 4420 * Wan, Values: map[string]Value{
						"problems": {Text: "34亩未交地"}, "coordination_request": {Text: "请自规分局与区供电中心办理"}, "request_deadline": {Text: "2026-09-17"},
					}},
					{Project: "P3", Values: map[string]Value{"problems": {Text: "无"}}},
				},
			},
		},
	}
}

func TestSummariseCarriesOverWhatWasNotReported(t *testing.T) {
	d := Summarise(aWeek())
	if got := d.Projects["P2"]; !got.Stale || got.YTD != 4800*Wan || got.Week != 0 || got.Source != (Week{2026, 37}) {
		t.Errorf("unreported project: got %+v, want last week's 4800 carried over", got)
	}
	if d.Overall.YTD != 9220*Wan || d.PrevYTD != 9100*Wan || d.Overall.Week != 120*Wan || d.Overall.CatchUp != 0 {
		t.Errorf("totals: got %+v with prev %s", d.Overall, d.PrevYTD.Wan())
	}
	if !slices.Equal(d.Reporting.Unreported, []string{"D25"}) || !slices.Equal(d.Reporting.OnTime, []string{"D05"}) ||
		!slices.Equal(d.Reporting.Returned, []string{"D05"}) || !slices.Equal(d.Reporting.ResubmitLate, []string{"D05"}) {
		t.Errorf("reporting: got %+v", d.Reporting)
	}
	if d.ByClass[ClassInvestment].RatePct != nil {
		t.Error("a class without a plan has no rate")
	}
}

// With a new year the sum begins again: who has not reported in it yet stands at nothing, not
// at the old year's total, and who has brings no catch-up. A week that ends on New Year's Day
// is still measured by the old year.
func TestSummariseBeginsTheYearAtNothing(t *testing.T) {
	f := aWeek()
	f.Week = Week{2026, 53}
	last := Summarise(f)
	if last.TimePct != 100 || last.Lights["P1"].Colour != Red || *last.Lights["P1"].Schedule != 100 {
		t.Errorf("the last week of 2026, due on 1 January: %.1f%% of the year, %+v", last.TimePct, last.Lights["P1"])
	}
	f.Week, f.Prev = Week{2027, 1}, &last
	f.Bases["P1"] = Base{Week: Week{2026, 53}, Fresh: true, YTD: 4420 * Wan}
	f.Depts["D05"].Rows[0].YTD = 120 * Wan
	d := Summarise(f)
	if got := d.Projects["P2"]; got.YTD != 0 || !got.Stale || got.Source != (Week{2026, 37}) {
		t.Errorf("not reported in 2027 yet: %+v", got)
	}
	if d.PrevYTD != 0 || d.Overall.YTD != 120*Wan || d.Overall.Week != 120*Wan || d.Overall.CatchUp != 0 {
		t.Errorf("totals: %+v with prev %s", d.Overall, d.PrevYTD.Wan())
	}
}

func TestSummariseNextWeekCatchesUp(t *testing.T) {
	w38 := Summarise(aWeek())
	f := aWeek()
	f.Week, f.Prev = Week{2026, 39}, &w38
	f.Bases["P1"] = Base{Week: Week{2026, 38}, Fresh: true, YTD: 4420 * Wan}
	f.Bases["P2"] = Base{Week: Week{2026, 37}, YTD: 4800 * Wan}
	f.Depts = map[string]*DeptWeek{"D25": {
		Week: f.Week, Dept: "D25", Tries: []Try{{Decision: DecisionAccept}},
		Rows: []Counted{{Project: "P2", Week: 100 * Wan, YTD: 4990 * Wan}},
	}}
	d := Summarise(f)
	if got := d.Projects["P2"].CatchUp; got != 90*Wan {
		t.Errorf("catch-up of a project silent last week: got %s, want 90", got.Wan())
	}
	if d.PrevYTD+d.Overall.Week+d.Overall.CatchUp != d.Overall.YTD {
		t.Errorf("prev %s + week %s + catch-up %s is not ytd %s", d.PrevYTD.Wan(), d.Overall.Week.Wan(), d.Overall.CatchUp.Wan(), d.Overall.YTD.Wan())
	}
}

func TestLedgerOpensKeepsAndCloses(t *testing.T) {
	f := aWeek()
	first := Ledger(f)
	if len(first) != 1 || first[0].ID != "I01" || !slices.Equal(first[0].Units, []string{"D13", "E01"}) {
		t.Fatalf("opening: got %+v", first)
	}
	f.Issues = first
	if again := Ledger(f); len(again) != 1 || again[0].ID != "I01" {
		t.Errorf("the same week again: got %+v, want the same one issue", again)
	}
	if l := listIssues(first, f, day("2026-09-18")); !slices.Equal(l.Overdue, []string{"I01"}) || !slices.Equal(l.New, []string{"I01"}) {
		t.Errorf("list: got %+v", l)
	}
	f.Week = Week{2026, 39}
	f.Depts["D05"].Rows[0].Values["problems"] = Value{Text: ""}
	if blank := Ledger(f); !blank[0].Closed.IsZero() {
		t.Error("an empty cell closed an issue")
	}
	f.Depts["D05"].Rows[0].Values["problems"] = Value{Text: "无"}
	if done := Ledger(f); done[0].Closed != f.Week {
		t.Error("the explicit answer 无 did not close the issue")
	}
}

// A project that was finished this year keeps its share of every sum and nothing else: no light,
// no week, never carried over. One that was withdrawn, and one of an earlier year, are gone.
func TestAFinishedProjectStaysInTheYearsSums(t *testing.T) {
	ended := time.Date(2026, 9, 12, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change   func(*Project)
		count    int
		finished int
		ytd      Fen
	}{
		"on the list":                {func(*Project) {}, 3, 0, 9220},
		"finished":                   {func(p *Project) { p.ActiveTo = ended }, 3, 1, 9220},
		"finished at the week's end": {func(p *Project) { p.ActiveTo = ended.AddDate(0, 0, 7) }, 3, 0, 9220},
		"withdrawn":                  {func(p *Project) { p.ActiveTo, p.Withdrawn = ended, true }, 2, 0, 4420},
		"finished last year":         {func(p *Project) { p.ActiveTo = ended.AddDate(-1, 0, 0) }, 2, 0, 4420},
		"not begun":                  {func(p *Project) { p.ActiveFrom = ended.AddDate(0, 1, 0) }, 2, 0, 4420},
	} {
		f := aWeek()
		c.change(f.Roster.Project("P2"))
		d := Summarise(f)
		if o := d.Overall; o.Count != c.count || o.Finished != c.finished || o.YTD != c.ytd*Wan || d.PrevYTD+o.Week+o.CatchUp != o.YTD {
			t.Errorf("%s: %d projects, %d finished, %s done, %s before: want %d, %d, %s", name, o.Count, o.Finished, o.YTD.Wan(), d.PrevYTD.Wan(), c.count, c.finished, (c.ytd * Wan).Wan())
		}
		if got, there := d.Projects["P2"]; c.finished > 0 && (!got.Finished || got.Stale || got.YTD != 4800*Wan || d.Lights["P2"] != Light{} || d.ByDept["D25"].YearPlan != 5700*Wan || d.ByClass[ClassContinuing].Finished != 1) {
			t.Errorf("%s: %v %+v", name, there, got)
		}
	}
}

// A project that is paused carries its figures, and nothing is held against it: neither carried
// over nor without a report, and no light. When the pause is over it is judged again.
func TestAPausedProjectIsNotBlamed(t *testing.T) {
	for until, want := range map[int]string{18: "至9月18日,等批复", 17: ""} {
		f := aWeek()
		pause := Exemption{Subject: "P2", From: Week{2026, 38}, Until: time.Date(2026, 9, until, 0, 0, 0, 0, f.Schedule.Zone), Paused: true, Reason: "等批复"}
		if pause.Covers(f.Schedule.Deadline(f.Week)) {
			f.Exempt = Exempted{pause}
		}
		d := Summarise(f)
		lit := 0
		for _, n := range d.Counts {
			lit += n
		}
		if got := d.Projects["P2"]; got.Paused != want || got.Stale == (want != "") || got.YTD != 4800*Wan || (lit == 2) != (want != "") {
			t.Errorf("until the %dth: %+v, %d lights", until, got, lit)
		}
	}
}

// A project added while the year runs counts, with its plan, from its first week on; the weeks
// before know nothing of it.
func TestAProjectAddedCountsFromItsFirstWeek(t *testing.T) {
	for _, c := range []struct {
		from  string
		count int
		plan  Fen
	}{{"2026-09-12", 4, 17700 * Wan}, {"2026-09-18", 4, 17700 * Wan}, {"2026-09-19", 3, 16200 * Wan}} {
		f := aWeek()
		p := Project{ID: "P4", Class: ClassContinuing, Dept: "D25", YearPlan: 1500 * Wan}
		p.register(ChangeBegin, c.from)
		f.Roster.Projects = append(f.Roster.Projects, p)
		d := Summarise(f)
		_, there := d.Projects["P4"]
		if o := d.Overall; o.Count != c.count || o.YearPlan != c.plan || there != (c.count == 4) || d.ByDept["D25"].Count != c.count-2 {
			t.Errorf("from %s on: %d projects with a plan of %s", c.from, o.Count, o.YearPlan.Wan())
		}
	}
}
