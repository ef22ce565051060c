package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Summary is a week as its readers see it: the digest joined with the names of the
// registry and the words of the reports. The leaders' letter, the workbook and the status
// page are drawn from it and from nothing else, so they never disagree. Everything is in
// the registry's order unless a field says otherwise.
type Summary struct {
	Week      state.Week
	AsOf      time.Time // the day the figures are counted to
	Due       time.Time
	SummaryAt time.Time
	TimePct   float64 // how much of the year has passed, percent

	Overall  Line
	Classes  []Line // the four classes, in the order of every table
	Depts    []Line // departments that have projects
	Projects []Project
	Red      []Project // worst first
	Yellow   []Project // worst first
	Stale    []Project // figures carried over: nothing was accepted this week
	Counts   map[state.Colour]int

	Issues    []Issue // every open issue, by number
	Done      []Issue // issues closed this week (销号), by number
	Decisions []Issue // open issues that ask somebody for something, most pressing first
	New       int     // issues first reported this week
	Closed    int     // issues closed this week
	Overdue   int     // open issues past the day they were to be answered

	Expected     int   // departments that owe a report
	OnTime       []Who // reported in time, corrected or not
	Late         []Who
	Unreported   []Who
	Exempt       []Who    // 免报
	Unchanged    []Who    // 无变化
	Unverified   []Who    // 未核: we did not answer them in time, their figures stand
	Amended      []string // 办公室更正: projects with a figure the office put in place, by name
	Returned     []Who    // sent back for correction at least once
	ResubmitLate []Who
	NotInSummary []Who // no figure of theirs is of this week

	HasPrev bool // the week before has a digest, so Was and PrevWeek mean something

	Form *state.Form // the form the week was reported on, for the columns it has beside the usual; nil shows none
}

// Line is one row of a table of sums.
type Line struct {
	ID, Name string // a class has its word in both
	Count    int
	Finished int // how many of them are finished and no longer expected
	// Unplanned is how many have no plan of this year in the registry: then there is no rate.
	Unplanned int
	Total     state.Fen
	YearPlan  state.Fen
	Week      state.Fen
	CatchUp   state.Fen
	YTD       state.Fen
	PrevWeek  state.Fen // Week of the week before
	Rate      *float64  // YTD of YearPlan, percent; nil without a plan
	Gap       *float64  // Rate less the time passed, percentage points; negative is behind
	Red       int
	Yellow    int
}

// Project is one project's line.
type Project struct {
	ID, Name  string
	Class     state.Class
	Dept      string // id of the responsible department
	DeptName  string // its short name
	Lead      string // id of the lead leader
	Leader    string // lead leader, as "副区长 柏拟松"
	Total     state.Fen
	CumBefore state.Fen
	YearPlan  state.Fen
	Week      state.Fen
	CatchUp   state.Fen
	YTD       state.Fen
	PrevWeek  state.Fen
	Rate      *float64
	Light     state.Light  // as the rule gives it
	Shown     state.Colour // as a page shows it: grey for a stale project that would be green
	Was       state.Colour // shown the week before; "" when not known
	Stale     bool
	Unplanned bool       // the registry holds another year's plan
	Paused    string     // until when and why it stands still; "" when it does not
	Finished  bool       // 已完工: off the list, its figures stay in the year's sums
	Marks     []string   // how its figures came about when not as usual: 已完工, 沿用, 免报, 未核, 办公室更正
	Source    state.Week // the week YTD was accepted for
	Idle      int        // reported weeks in a row without investment, this one included; 0 for a class without a plan
	Progress  string     // 形象进度, 本周进展 as reported this week; "" when stale
	Problems  string
	Request   string
	NextPlan  string
	Issues    []string       // ids of its open issues
	Origin    *state.Counted // the row the figures stem from; nil when carried over
}

// Issue is one open issue, named for a reader.
type Issue struct {
	ID, Project, Name string
	Dept, DeptName    string
	Lead, Leader      string // of its project
	Type, Text        string
	Order             bool // a leader asks for it (领导要求)
	Request           string
	Units             []string // short names of those asked
	Deadline          string   // ISO day; "" when none was given
	Opened            state.Week
	New               bool
	Reported          bool // said again this week
	Moved             bool // of an earlier week and said again (推进)
	Overdue           bool
	Colour            state.Colour // of its project
	Asked             time.Time    // when its request was last handed over; zero when never
	Answered          time.Time    // when that was answered last; zero while it is not
	Answerer          string       // who answered
	ByOffice          bool         // nobody who could be written to was asked: the office asks
}

// Who is one department in a list of reporting.
type Who struct {
	ID, Name string // Name is the short name
	First    *time.Time
	At       *time.Time // when its figures were complete; nil while they are not
	State    state.DeptState
	Projects int
	Weeks    int // 无变化: for how many weeks in a row; 0 elsewhere
}

// View joins a digest with the roster and the reports of its week. past holds the digests
// of earlier weeks, the week before first; what they do not tell stays unknown. It is a
// pure function.
func View(d state.Digest, roster *state.Roster, depts map[string]*state.DeptWeek, past ...*state.Digest) Summary {
	v := viewer{d: d, roster: roster.On(d.Due).Edition(d.Period.Monday(d.Due.Location())), depts: depts, past: known(past)}
	s := Summary{
		Week: d.Period, Due: d.Due, SummaryAt: d.SummaryAt, TimePct: d.TimePct,
		Counts: d.Counts, HasPrev: len(v.past) > 0,
		New: len(d.Issues.New), Closed: len(d.Issues.Closed), Overdue: len(d.Issues.Overdue),
		Expected: d.Reporting.Expected,
	}
	s.AsOf, _ = time.ParseInLocation("2006-01-02", d.AsOf, d.Due.Location()) // our own digest: a bad day shows as the zero day
	s.Projects = v.projects()
	s.Overall = v.line("", "合计", d.Overall, s.Projects)
	s.Classes = v.classes(s.Projects)
	s.Depts = v.departments(s.Projects)
	s.Red, s.Yellow = lit(s.Projects, state.Red), lit(s.Projects, state.Yellow)
	for _, p := range s.Projects {
		if p.Stale {
			s.Stale = append(s.Stale, p)
		}
	}
	s.Issues, s.Done = v.issues(s.Projects, d.Issues.List), v.issues(s.Projects, d.Issues.Done)
	s.Decisions = pressing(s.Issues)
	r := d.Reporting
	s.OnTime, s.Late, s.Unreported = v.who(r.OnTime), v.who(r.Late), v.who(r.Unreported)
	s.Returned, s.ResubmitLate, s.NotInSummary = v.who(r.Returned), v.who(r.ResubmitLate), v.who(r.NotInSummary)
	s.Exempt, s.Unverified = v.who(r.Exempt), v.who(r.Unverified)
	for _, dept := range roster.Depts {
		if weeks := r.Unchanged[dept.ID]; weeks > 0 {
			who := v.who([]string{dept.ID})[0]
			who.Weeks = weeks
			s.Unchanged = append(s.Unchanged, who)
		}
	}
	for _, p := range roster.Projects {
		if d.Projects[p.ID].Amended {
			s.Amended = append(s.Amended, p.Name)
		}
	}
	return s
}

// known drops what is nil, so that a caller may pass "no earlier week" as it has it.
func known(past []*state.Digest) []*state.Digest {
	return slices.DeleteFunc(slices.Clone(past), func(d *state.Digest) bool { return d == nil })
}

// lit lists the projects of one colour, the smallest ratio first and those without a
// ratio (milestones, not started) behind them.
func lit(projects []Project, c state.Colour) []Project {
	var out []Project
	for _, p := range projects {
		if p.Light.Colour == c {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Project) int { return cmp.Compare(ratio(a), ratio(b)) })
	return out
}

func ratio(p Project) float64 {
	if p.Light.Ratio == nil {
		return 9 // behind every real ratio
	}
	return *p.Light.Ratio
}

// pressing orders the open issues that ask for something: overdue first, then red and
// yellow projects, then the nearest day.
func pressing(issues []Issue) []Issue {
	var out []Issue
	for _, i := range issues {
		if strings.TrimSpace(i.Request) != "" {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(day(a.Deadline), day(b.Deadline)))
	})
	return out
}

func urgency(i Issue) int {
	switch {
	case i.Overdue:
		return 0
	case i.Colour == state.Red:
		return 1
	case i.Colour == state.Yellow:
		return 2
	}
	return 3
}

// day sorts an issue without a day behind all that have one.
func day(iso string) string {
	if iso == "" {
		return "9999"
	}
	return iso
}
