package notify

import "duban/state"

// lateOKPage is the data of lateok.*.tmpl.
type lateOKPage struct {
	Frame   frame
	To      addressed
	When    string // when the report came
	Due     string
	Head    string   // by name, where he was told
	Leaders []string // by name
	Nil     bool     // it said 本周无变化
}

// LateOK tells the sender of a late report, and everybody who was told that it is missing,
// that it came and was taken.
func (c *Composer) LateOK(l LateOK) (Draft, error) {
	to := addTo(c.toDept(l.Dept.Dept, l.Mail), l.Head, true)
	for _, leader := range l.Leaders {
		to = addTo(to, leader.Mail, true)
	}
	d := c.letter(lateOK(l.Dept.Week, l.Dept.Dept), to, l.Now)
	d.Dept = l.Dept.Dept
	d.NotBefore = c.quiet(l.Now)
	p := lateOKPage{
		Frame: c.frame(d, l.Dept.Dept), To: c.addressed(l.Dept.Dept), When: c.at(l.Dept.Tries[lastToAnswer(l.Dept)].Received),
		Due: c.at(c.Schedule.Deadline(l.Dept.Week).Due), Nil: l.Dept.State == state.NilReturn,
	}
	if dept := c.Roster.Dept(l.Dept.Dept); l.Head != "" {
		p.Head = dept.Head
	}
	for _, leader := range l.Leaders {
		p.Leaders = append(p.Leaders, leader.Name)
	}
	return c.render(d, "lateok", p)
}
