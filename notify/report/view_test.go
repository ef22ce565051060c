package report

import (
	"reflect"
	"testing"
	"time"

	"duban/state"
)

var viewWeek = state.Week{Year: 2026, No: 38}

func pct(f float64) *float64 { return &f }

// smallRoster is two departments with five projects, so that every expectation below can
// be checked by hand.
func smallRoster() *state.Roster {
	project := func(id string, class state.Class, dept string, plan int64) state.Project {
		return state.Project{ID: id, Name: "项目" + id, Class: class, Dept: dept, LeadLeader: "L1", YearPlan: state.Fen(plan) * state.Wan}
	}
	return &state.Roster{
		Depts:    []state.Dept{{ID: "D2", Short: "区水利局", Reports: true}, {ID: "D1", Short: "区住建局", Reports: true}},
		Leaders:  []state.Leader{{ID: "L1", Title: "副区长", Name: "柏拟松"}},
		Units:    []state.Unit{{ID: "E1", Name: "区供电中心"}},
		Projects: []state.Project{project("A", state.ClassContinuing, "D1", 100), project("B", state.ClassContinuing, "D1", 100), project("C", state.ClassNewStart, "D2", 100), project("D", state.ClassInvestment, "D2", 0), project("E", state.ClassNewStart, "D2", 100)},
	}
}

func smallDigest() state.Digest {
	due := time.Date(2026, 9, 18, 18, 0, 0, 0, time.FixedZone("", 8*3600))
	first := due.Add(-time.Hour)
	return state.Digest{
		Period: viewWeek, AsOf: "2026-09-18", Due: due, TimePct: 71.5,
		Overall: state.Figures{Count: 5, YearPlan: 400 * state.Wan, YTD: 200 * state.Wan, Week: 10 * state.Wan, RatePct: pct(50)},
		ByClass: map[state.Class]state.Figures{
			state.ClassContinuing: {Count: 2, Week: 10 * state.Wan, RatePct: pct(80)}, state.ClassNewStart: {Count: 2, RatePct: pct(71.5)}, state.ClassInvestment: {Count: 1},
		},
		ByDept: map[string]state.DeptFigures{"D1": {Figures: state.Figures{Count: 2}}, "D2": {Figures: state.Figures{Count: 3}}},
		Projects: map[string]state.ProjectFigures{
			"A": {YTD: 30 * state.Wan, Week: 10 * state.Wan}, "B": {YTD: 20 * state.Wan}, "C": {YTD: 70 * state.Wan, Stale: true}, "D": {Stale: true}, "E": {YTD: 40 * state.Wan, Stale: true},
		},
		Counts: map[state.Colour]int{state.Red: 2, state.Yellow: 1},
		Lights: map[string]state.Light{
			"A": {Colour: state.Red, Ratio: pct(0.5)}, "B": {Colour: state.Red, Ratio: pct(0.3)}, "E": {Colour: state.Yellow, Stale: true},
		},
		Reporting:  state.Reporting{Expected: 2, OnTime: []string{"D1"}, Unreported: []string{"D2"}, NotInSummary: []string{"D2"}},
		DeptDetail: map[string]state.DeptDetail{"D1": {State: state.Accepted, FirstReceived: &first, AcceptedAt: &first}, "D2": {State: state.Missing}},
		Issues: state.IssueList{New: []string{"I04"}, Overdue: []string{"I05"}, List: []state.WeekIssue{
			issue("I01", "D", "请协调", "2026-09-20", false), issue("I02", "E", "请协调", "", false), issue("I03", "E", "请协调", "2026-12-01", false),
			issue("I04", "A", "请协调", "2026-10-01", false), issue("I05", "D", "请协调", "2026-09-01", true), issue("I06", "A", " ", "", false),
		}},
	}
}

func issue(id, project, request, deadline string, overdue bool) state.WeekIssue {
	return state.WeekIssue{Issue: state.Issue{ID: id, Project: project, Request: request, Deadline: deadline, Units: []string{"D1", "E1", "某集团"}}, Overdue: overdue}
}

func smallView() Summary {
	depts := map[string]*state.DeptWeek{"D1": {Rows: []state.Counted{{Project: "A", Values: map[string]state.Value{
		"progress": {Text: "主体封顶"}, "problems": {Text: "缺口", Doubt: "value-unclear"},
	}}}}}
	earlier := func(weekA, weekB int64) *state.Digest {
		return &state.Digest{
			Overall: state.Figures{Week: 7 * state.Wan}, ByClass: map[state.Class]state.Figures{state.ClassContinuing: {Week: 3 * state.Wan}},
			Projects: map[string]state.ProjectFigures{"A": {Week: state.Fen(weekA) * state.Wan}, "B": {Week: state.Fen(weekB) * state.Wan}},
			Lights:   map[string]state.Light{"A": {Colour: state.Yellow}},
		}
	}
	return View(smallDigest(), smallRoster(), depts, earlier(2, 0), nil, earlier(0, 0), earlier(0, 5))
}

func ids(projects []Project) []string {
	var out []string
	for _, p := range projects {
		out = append(out, p.ID)
	}
	return out
}

func TestNoReportIsNeverShownGreen(t *testing.T) {
	want := map[string]state.Colour{"A": state.Red, "B": state.Red, "C": state.Grey, "D": state.None, "E": state.Yellow}
	for _, p := range smallView().Projects {
		if p.Shown != want[p.ID] {
			t.Errorf("%s is shown %s, want %s", p.ID, p.Shown, want[p.ID])
		}
	}
}

func TestTheWorstProjectStandsFirst(t *testing.T) {
	v := smallView()
	if got := ids(v.Red); !reflect.DeepEqual(got, []string{"B", "A"}) {
		t.Errorf("red: %v", got)
	}
	if got := ids(v.Stale); !reflect.DeepEqual(got, []string{"C", "D", "E"}) {
		t.Errorf("stale: %v", got)
	}
}

func TestDecisionsAreOrderedByWhatPresses(t *testing.T) {
	var got []string
	for _, i := range smallView().Decisions {
		got = append(got, i.ID)
	}
	// Overdue, then red, then yellow (a day before none), then the rest; one without a request is none.
	if want := []string{"I05", "I04", "I03", "I02", "I01"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAProjectIsComparedWithTheWeeksBefore(t *testing.T) {
	v := smallView()
	a, b := v.Projects[0], v.Projects[1]
	if a.Was != state.Yellow || a.PrevWeek != 2*state.Wan || a.Idle != 0 {
		t.Errorf("A: was %s, %s 万元, idle %d", a.Was, a.PrevWeek.Wan(), a.Idle)
	}
	if b.Was != state.Green || b.Idle != 3 {
		t.Errorf("B: was %s, idle %d weeks, want 3", b.Was, b.Idle)
	}
	if c := v.Projects[2]; c.Was != "" || c.Idle != 0 {
		t.Errorf("C is new and not reported, so nothing is known of its standing still: was %q, idle %d", c.Was, c.Idle)
	}
	if d := v.Projects[3]; d.Idle != 0 {
		t.Errorf("a project without a plan is idle for %d weeks", d.Idle)
	}
	if !v.HasPrev || v.Overall.PrevWeek != 7*state.Wan || v.Classes[0].PrevWeek != 3*state.Wan {
		t.Errorf("sums of the week before: %s and %s", v.Overall.PrevWeek.Wan(), v.Classes[0].PrevWeek.Wan())
	}
}

func TestLinesStandInTheOfficesOrderWithTheirDistance(t *testing.T) {
	v := smallView()
	var classes, depts []string
	for _, l := range v.Classes {
		classes = append(classes, l.Name)
	}
	for _, l := range v.Depts {
		depts = append(depts, l.Name)
	}
	if want := []string{"续建", "新开工", "前期", "招商"}; !reflect.DeepEqual(classes, want) {
		t.Errorf("classes %v", classes)
	}
	if want := []string{"区水利局", "区住建局"}; !reflect.DeepEqual(depts, want) {
		t.Errorf("departments %v, want the registry's order", depts)
	}
	if *v.Overall.Gap != -21.5 || *v.Classes[0].Gap != 8.5 || *v.Classes[1].Gap != 0 || v.Classes[3].Gap != nil {
		t.Errorf("gaps %v %v %v %v", *v.Overall.Gap, *v.Classes[0].Gap, *v.Classes[1].Gap, v.Classes[3].Gap)
	}
	if v.Overall.Red != 2 || v.Classes[0].Red != 2 || v.Classes[1].Yellow != 1 {
		t.Errorf("lights of the lines: %+v", v.Overall)
	}
}

func TestNamesAndWordsComeFromRegistryAndReport(t *testing.T) {
	v := smallView()
	a := v.Projects[0]
	if a.DeptName != "区住建局" || a.Leader != "副区长 柏拟松" || a.Progress != "主体封顶" || a.Problems != "" || a.Origin == nil {
		t.Errorf("A: %+v", a)
	}
	if got := v.Issues[0].Units; !reflect.DeepEqual(got, []string{"区住建局", "区供电中心", "某集团"}) {
		t.Errorf("units %v", got)
	}
	if got := a.Issues; !reflect.DeepEqual(got, []string{"I04", "I06"}) {
		t.Errorf("issues of A: %v", got)
	}
	if len(v.OnTime) != 1 || v.OnTime[0].Name != "区住建局" || v.OnTime[0].At == nil || v.OnTime[0].Projects != 2 {
		t.Errorf("on time: %+v", v.OnTime)
	}
	if len(v.Unreported) != 1 || v.Unreported[0].State != state.Missing || v.Unreported[0].First != nil {
		t.Errorf("unreported: %+v", v.Unreported)
	}
}

func TestAFirstWeekHasNothingToCompare(t *testing.T) {
	v := View(smallDigest(), smallRoster(), nil, nil)
	if v.HasPrev || v.Projects[0].Was != "" || v.Overall.PrevWeek != 0 {
		t.Errorf("compared with no week before: %+v", v.Overall)
	}
}
