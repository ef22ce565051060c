package notify

import (
	"fmt"

	"duban/notify/report"
	"duban/state"
)

// maxShown is how many issues a department's standing lists.
const maxShown = 20

// standingPage is the data of standing.*.tmpl: where a department stands, for its information.
// Of the others it tells numbers, never a name. A project's figures are 万元.
type standingPage struct {
	Frame    frame
	To       addressed
	AsOf     string
	Sum      progress
	Rank     string // among the departments with a plan, by rate; "" without one
	Ranked   string // how many those are
	AllRate  string // the district's rate
	Projects []ownRow
	More     string
	Lamps    []lampRow
	Wait     []projectLine // corrections still open
	Lack     []projectLine // not reported
	Status   string        // "on_time", "late", "unreported", "exempt", or "" when it owes no report
	Returned bool
	Issues   []standingIssue
	IssueAll string // open issues; "" for none
	// The district as a whole.
	Expected, InTime, LateN, UnreportedN, ReturnedN string
	Red, Yellow                                     string
}

// standingIssue is one open issue of the department's own.
type standingIssue struct{ ID, Name, Text, Where, Deadline string }

// Standing tells a department where it stands (部门进展通报): its figures and their rank, its
// own items, and how many of its peers reported how.
func (c *Composer) Standing(e Edition, dept string) (Draft, error) {
	o := state.Occasion{Topic: state.TopicStanding, Week: e.Digest.Period, Target: dept}
	d := c.letter(o, c.toDept(dept, nil), e.Now)
	d.Dept = dept
	s, err := c.view(e)
	if err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	own := func(p report.Project) bool { return p.Dept == dept }
	projects := only(s.Projects, own)
	p := standingPage{
		Frame: c.frame(d, dept), To: c.addressed(dept), AsOf: c.onDay(s.AsOf), Sum: progressOf(projects, s), AllRate: rate(s.Overall.Rate),
		Expected: fmt.Sprint(s.Expected), InTime: fmt.Sprint(len(s.OnTime)), LateN: fmt.Sprint(len(s.Late)),
		UnreportedN: fmt.Sprint(len(s.Unreported)), ReturnedN: fmt.Sprint(len(s.Returned)),
		Red: fmt.Sprint(s.Counts[state.Red]), Yellow: fmt.Sprint(s.Counts[state.Yellow]),
	}
	p.Rank, p.Ranked = placeOf(s, dept)
	p.Projects, p.More = ownRows(projects)
	p.Lamps, _ = lamps(s, append(only(s.Red, own), only(s.Yellow, own)...), maxOwn, trim)
	for i := range p.Projects {
		p.Projects[i].DeptName = "" // all are its own
	}
	for i := range p.Lamps {
		p.Lamps[i].DeptName = ""
	}
	if detail, owes := e.Digest.DeptDetail[dept]; owes {
		p.Status, p.Returned = detail.Status, detail.Returned
	}
	if w := e.Depts[dept]; w != nil {
		p.Wait, p.Lack = c.named(w.Wait), c.named(w.Lack)
	}
	for _, i := range s.Issues {
		if i.Dept == dept && !i.Order && len(p.Issues) < maxShown {
			p.Issues = append(p.Issues, standingIssue{i.ID, i.Name, trim(i.Text, 60), i.Standing(s.HasPrev), isoDay(i.Deadline)})
		}
	}
	p.IssueAll = count(len(only(s.Issues, func(i report.Issue) bool { return i.Dept == dept && !i.Order })))
	return c.render(d, "standing", p)
}

// placeOf is a department's place by what it has done of its year's plan, equals sharing one,
// and how many departments have a plan.
func placeOf(s report.Summary, dept string) (place, of string) {
	var mine *float64
	for _, l := range s.Depts {
		if l.ID == dept {
			mine = l.Rate
		}
	}
	if mine == nil {
		return "", ""
	}
	n, all := 1, 0
	for _, l := range s.Depts {
		if l.Rate == nil {
			continue
		}
		all++
		if *l.Rate > *mine {
			n++
		}
	}
	return fmt.Sprint(n), fmt.Sprint(all)
}
