package notify

import (
	"strconv"
	"time"
)

// permitPage is the data of permit.*.tmpl.
type permitPage struct {
	Frame    frame
	To       addressed
	Agent    string // who looks after the project: the agency, else the responsible department
	ID, Name string // of the project
	Permit   string // 环评
	Since    string // 9月1日
	Given    bool   // Since is an acceptance a report gave; else the day a report first said so
	Gone     string // working days since
	Limit    string // the green channel's, in working days
	LimitDay string
	Usual    string // the usual working days
	UsualDay string
	Over     bool   // all usual days are reached
	Seen     string // the week of the last report, by its number
	Approved string
}

// PermitWarning tells the handling department and the agent of a permit that reached a step
// of its clock (mails, row 26).
func (c *Composer) PermitWarning(s permitStep, approved string, now time.Time) (Draft, error) {
	project := c.Roster.Project(s.permit.Project)
	agent := project.Dept
	if c.Roster.Dept(project.Agency) != nil {
		agent = project.Agency
	}
	to := c.toDept(s.rule.Dept, nil)
	for _, d := range c.toDept(agent, nil) {
		to = addTo(to, d.To, d.Copy)
	}
	d := c.letter(s.occasion(), to, now)
	d.Week, d.Dept, d.NotBefore = c.Schedule.Current(now), s.rule.Dept, c.quiet(now)
	return c.render(d, "permit", permitPage{
		Frame: c.frame(d, s.rule.Dept), To: c.addressed(s.rule.Dept), Agent: c.addressed(agent).Unit, ID: project.ID, Name: project.Name,
		Permit: s.rule.Name, Since: isoDay(s.permit.Since), Given: s.permit.Accepted, Gone: count(s.clock.Gone),
		Limit: strconv.Itoa(s.rule.Limit()), LimitDay: c.onDay(s.clock.Limit), Usual: strconv.Itoa(s.rule.Days), UsualDay: c.onDay(s.clock.Usual),
		Over: s.round == 2, Seen: s.permit.Seen.Spoken(), Approved: approved,
	})
}
