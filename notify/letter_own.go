package notify

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"duban/notify/report"
	"duban/state"
)

// How much a lead leader's own edition shows: one phone screen first.
const (
	maxOwn        = 40 // projects; no leader has nearly as many
	maxMilestones = 8
	// comingDays is how far ahead a milestone is announced.
	comingDays = 30
)

// ownPage is the data of own.*.tmpl: the week of one lead leader's projects and of no others.
// A project's figures are 万元.
type ownPage struct {
	Frame           frame
	Leader          string // "副区长 柏拟松"
	AsOf            string
	Year            string
	Sum             progress
	Red, Yellow     string
	Changes         []recoloured
	Decisions       []decision
	AskCount        string
	AskMore         string
	Lamps           []lampRow // red and yellow
	Projects        []ownRow
	More            string // projects not shown
	Milestones      []milestoneRow
	MilestoneMore   string
	NewIssues       []issueRow
	MovedIssues     []issueRow
	DoneIssues      []issueRow
	Issues          string // open issues; "" for none
	IssueLate       string
	StaleNames      string // projects on carried-over figures
	UnverifiedNames string
	AmendedNames    string
	Visit           *visitPage // his projects without a visit this month; nil when there is none, or nothing is known
}

// progress is what a group of projects has done, as a sentence says it.
type progress struct {
	Count string
	YTD   string // with its unit
	Rate  string // "" without a plan
	// Unplanned tells that the registry holds another year's plan of some of them.
	Unplanned bool
	TimePct   string
	Gap       string // percentage points, without a sign
	Pace      string // "behind", "ahead", "even"
	Week      string // 万元
	HasPrev   bool
	Delta     string // 万元 against the week before, without a sign
	Trend     string // "up", "down", "even"
	Silent    bool   // all of it is carried over: there is nothing of this week
}

// recoloured is a project whose colour changed: 滨河路(黄灯转红灯).
type recoloured struct{ Name, Was, Is string }

// ownRow is one project.
type ownRow struct {
	Name, DeptName, Colour, Was string
	Week, YTD, Rate             string
	Idle                        string // weeks in a row without investment, from 2
	Paused                      string // until when and why; "" when it does not stand still
	Finished, Unplanned         bool   // why else there is no light
	Marks                       string
}

// milestoneRow is one step that is coming or overdue.
type milestoneRow struct {
	Name, Step, Day string
	Late            string // days overdue; "" while it is to come
}

// issueRow is one issue in a list of what is new, moved or closed.
type issueRow struct{ ID, Name, Text string }

// Own is a lead leader's own edition of the leaders' letter (牵头领导分管版): his projects,
// what changed with them, what he is asked to settle and what is coming.
func (c *Composer) Own(e Edition, l *state.Leader) (Draft, error) {
	o := state.Occasion{Topic: state.TopicSummary, Week: e.Digest.Period, Target: l.ID}
	d := c.letter(o, addTo(nil, l.Mail, false), e.Now)
	s, err := c.view(e)
	if err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	own := func(p report.Project) bool { return p.Lead == l.ID }
	projects := only(s.Projects, own)
	p := ownPage{
		Frame: c.frame(d, l.ID), Leader: l.Title + " " + l.Name, AsOf: c.onDay(s.AsOf), Year: fmt.Sprint(s.AsOf.Year()),
		Sum: progressOf(projects, s),
	}
	p.lights(projects)
	p.Lamps, _ = lamps(s, append(only(s.Red, own), only(s.Yellow, own)...), maxOwn, trim)
	asks := 0
	for _, i := range s.Decisions {
		if i.Lead != l.ID {
			continue
		}
		if asks++; asks <= maxDecisions {
			p.Decisions = append(p.Decisions, toSettle(i, asks, s.HasPrev, trim))
		}
	}
	p.AskCount, p.AskMore = count(asks), count(max(asks-maxDecisions, 0))
	p.issues(s, l.ID)
	p.milestones(c.Roster, projects, s.AsOf)
	p.Visit = c.visitsLeft(e.Visits, l.ID)
	return c.render(d, "own", p)
}

func only[T any](list []T, keep func(T) bool) []T {
	var out []T
	for _, x := range list {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

// progressOf adds projects up.
func progressOf(projects []report.Project, s report.Summary) progress {
	var week, ytd, plan, before state.Fen
	unplanned, silent := false, len(projects) > 0
	for _, x := range projects {
		unplanned, silent = unplanned || x.Unplanned, silent && x.Stale
		week, ytd, plan, before = week+x.Week, ytd+x.YTD, plan+x.YearPlan, before+x.PrevWeek
	}
	p := progress{Count: fmt.Sprint(len(projects)), YTD: summed(ytd), TimePct: rate(&s.TimePct), Week: wan(week), HasPrev: s.HasPrev, Unplanned: unplanned, Silent: silent}
	if share := state.Percent(ytd, plan); share != nil && !unplanned {
		gap := *share - s.TimePct
		p.Rate, p.Gap, p.Pace = rate(share), points(&gap), pace(&gap)
	}
	p.Delta, p.Trend = wan((week - before).Abs()), "even"
	switch {
	case week > before:
		p.Trend = "up"
	case week < before:
		p.Trend = "down"
	}
	return p
}

// summed writes a sum in the unit it is read best in: 亿元 from one on, else 万元.
func summed(f state.Fen) string {
	if f >= 10_000*state.Wan {
		return f.Yi() + "亿元"
	}
	return wan(f) + "万元"
}

// lights counts the colours of projects, lists those that changed and draws every project.
func (p *ownPage) lights(projects []report.Project) {
	n := map[state.Colour]int{}
	by := map[string][]string{}
	for _, x := range projects {
		n[x.Shown]++
		if x.Was != "" && x.Was != x.Shown {
			p.Changes = append(p.Changes, recoloured{x.Name, string(x.Was), string(x.Shown)})
		}
		for _, m := range x.Marks {
			by[m] = append(by[m], x.Name)
		}
	}
	p.Projects, p.More = ownRows(projects)
	p.Red, p.Yellow = fmt.Sprint(n[state.Red]), fmt.Sprint(n[state.Yellow])
	p.StaleNames, p.UnverifiedNames, p.AmendedNames = list(by["沿用"]), list(by["未核"]), list(by["办公室更正"])
}

// ownRows draws projects one by one, and how many are not shown.
func ownRows(projects []report.Project) (rows []ownRow, more string) {
	for _, x := range projects[:min(len(projects), maxOwn)] {
		r := ownRow{Name: x.Name, DeptName: x.DeptName, Colour: string(x.Shown), Week: wan(x.Week), YTD: wan(x.YTD), Rate: rate(x.Rate), Marks: list(x.Marks), Paused: x.Paused, Finished: x.Finished, Unplanned: x.Unplanned}
		if x.Was != "" && x.Was != x.Shown {
			r.Was = string(x.Was)
		}
		if x.Idle > 1 {
			r.Idle = count(x.Idle)
		}
		rows = append(rows, r)
	}
	return rows, count(max(len(projects)-maxOwn, 0))
}

// issues lists what is new, moved and closed on a leader's projects.
func (p *ownPage) issues(s report.Summary, leader string) {
	open, late := 0, 0
	for _, i := range s.Issues {
		if i.Lead != leader {
			continue
		}
		open++
		if i.Overdue {
			late++
		}
		r := issueRow{i.ID, i.Name, trim(i.Text, 60)}
		switch {
		case i.New && s.HasPrev:
			p.NewIssues = append(p.NewIssues, r)
		case i.Moved:
			p.MovedIssues = append(p.MovedIssues, r)
		}
	}
	for _, i := range s.Done {
		if i.Lead == leader {
			p.DoneIssues = append(p.DoneIssues, issueRow{i.ID, i.Name, trim(i.Text, 60)})
		}
	}
	p.Issues, p.IssueLate = count(open), count(late)
}

// milestones lists the steps of projects that are not reached: those overdue, then those of
// the next thirty days, by day.
func (p *ownPage) milestones(roster *state.Roster, projects []report.Project, asOf time.Time) {
	type step struct {
		milestoneRow
		day time.Time
	}
	var steps []step
	for _, x := range projects {
		project := roster.Project(x.ID)
		if project == nil {
			continue
		}
		for _, m := range project.Milestones {
			reached := !m.Actual.IsZero() && !m.Actual.After(asOf)
			if m.Plan.IsZero() || reached || m.Plan.After(asOf.AddDate(0, 0, comingDays)) {
				continue
			}
			r := milestoneRow{Name: x.Name, Step: trim(m.Name, 40), Day: isoDay(m.Plan.Format(time.DateOnly))}
			if m.Plan.Before(asOf) {
				r.Late = count(int(asOf.Sub(m.Plan) / (24 * time.Hour)))
			}
			steps = append(steps, step{r, m.Plan})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.day.Unix(), b.day.Unix()) })
	for n, s := range steps {
		if n == maxMilestones {
			p.MilestoneMore = count(len(steps) - n)
			break
		}
		p.Milestones = append(p.Milestones, s.milestoneRow)
	}
}
