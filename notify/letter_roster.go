package notify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// registryPage is the data of registry.*.tmpl: what changed in the registry, for a department
// that reports something else from a week on.
type registryPage struct {
	Frame        frame
	To           addressed
	Since, Due   string // the first week it holds for, and its deadline
	Before       string // the week before it; "" when it was not told to any
	Takes, Gives []handedLine
	Joins        []joinedLine
	Refused      string // a new project that does not join the list
	When         string // then: the receipt of the report that named it
}

// handedLine is one project that changes hands.
type handedLine struct {
	ID, Name string
	Other    string // who reported it, or does from now on
}

// joinedLine is one project that joins the list.
type joinedLine struct {
	ID, Name string
	Taken    bool // the row that was sent counts
}

// Registry tells a department what it reports from a week on, and what no more.
func (c *Composer) Registry(g registration, round int, now time.Time) (Draft, error) {
	to := c.toDept(g.dept, nil)
	if len(g.takes) > 0 {
		to = addTo(to, c.Office.Mail, true)
	}
	d := c.letter(state.Occasion{Topic: state.TopicRegistry, Week: g.from, Target: g.dept, Round: round}, to, now)
	d.Dept, d.NotBefore = g.dept, c.quiet(now)
	p := registryPage{
		Frame: c.frame(d, g.dept), To: c.addressed(g.dept), Since: g.from.Spoken(), Due: c.at(c.Schedule.Deadline(g.from).Due),
		Before: c.Schedule.Previously(g.from).Spoken(), Takes: c.handed(g.takes, false), Gives: c.handed(g.gives, true),
	}
	for _, x := range g.joins {
		p.Joins = append(p.Joins, joinedLine{ID: x.Project, Name: trim(x.Entry.Name, quoteText), Taken: g.counted[x.Project]})
	}
	return c.render(d, "registry", p)
}

// handed are the projects that change hands, with the other department.
func (c *Composer) handed(changes []state.Change, given bool) []handedLine {
	var out []handedLine
	for _, x := range changes {
		l := c.named([]string{x.Project})[0]
		other := x.Old
		if given {
			other = x.New
		}
		out = append(out, handedLine{ID: l.ID, Name: l.Name, Other: c.addressed(other).Unit})
	}
	slices.SortFunc(out, func(a, b handedLine) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// NotTaken tells a department that its new project does not join the list. The draft is empty
// when there is nobody to tell.
func (c *Composer) NotTaken(q state.Proposal, now time.Time) (Draft, error) {
	var a state.Addition
	if err := json.Unmarshal(q.Body, &a); err != nil {
		return Draft{}, fmt.Errorf("read the project: %w", err)
	}
	dept := c.Roster.Dept(a.Entry.Dept)
	if dept == nil || !dept.Valid(now) {
		return Draft{}, nil
	}
	d := c.letter(state.Occasion{Topic: state.TopicRegistry, Week: q.Week, Target: proposalName(q)}, c.toDept(dept.ID, nil), now)
	d.Dept, d.NotBefore = dept.ID, c.quiet(now)
	return c.render(d, "registry", registryPage{
		Frame: c.frame(d, dept.ID), To: c.addressed(dept.ID), Refused: trim(a.Entry.Name, quoteText), When: q.Week.Spoken(),
	})
}
