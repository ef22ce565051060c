package notify

import (
	"strings"
	"time"

	"duban/state"
)

// Escalation is what the letter to a lead leader follows from.
type Escalation struct {
	Week    state.Week
	Leader  state.Leader
	Due     []overdue
	Letters []state.Letter // of the week, for who was reminded when
	Polled  time.Time
	Now     time.Time
}

// escalationPage is the data of escalation.*.tmpl.
type escalationPage struct {
	Frame     frame
	Leader    string // "副区长 卓拟行"
	Due       string // the deadline with its year
	Polled    string
	Count     string
	Depts     []overdueDept
	SummaryAt string // "" when the leaders' letter has left
}

// overdueDept is one department of the list.
type overdueDept struct {
	Unit     string
	Nothing  bool // nothing came; else some of its projects
	Projects []projectLine
	Times    string // how often it was reminded
	Last     string // when last
	Copied   bool   // its head had a copy of a reminder
	Head     string // then his name; "" when the registry has none
	Person   string
	Phone    string
}

// Escalation tells a lead leader which departments owe a report of the projects he leads.
func (c *Composer) Escalation(e Escalation) (Draft, error) {
	to := append(addTo(nil, e.Leader.Mail, false), state.Delivery{To: c.Office.Mail, Copy: true})
	d := c.letter(state.Occasion{Topic: state.TopicEscalation, Week: e.Week, Target: e.Leader.ID}, to, e.Now)
	p := escalationPage{
		Frame: c.frame(d, e.Leader.ID), Leader: strings.TrimSpace(e.Leader.Title + " " + e.Leader.Name), Due: c.fullAt(c.Schedule.Deadline(e.Week).Due),
		Polled: c.at(e.Polled), Count: count(len(e.Due)),
	}
	if at := c.Schedule.SummaryAt(e.Week); e.Now.Before(at) {
		p.SummaryAt = c.at(at)
	}
	for _, o := range e.Due {
		p.Depts = append(p.Depts, c.overdueDept(e.Letters, o))
	}
	return c.render(d, "escalation", p)
}

// overdueDept is what a list says of one department.
func (c *Composer) overdueDept(letters []state.Letter, o overdue) overdueDept {
	dept := c.Roster.Dept(o.Dept)
	line := overdueDept{Unit: dept.Short, Nothing: o.Nothing, Projects: c.named(o.Projects), Person: dept.Contact, Phone: dept.Phone}
	times, last, head := reminded(letters, o.Dept)
	line.Times, line.Last, line.Copied = count(times), c.at(last), head
	if head {
		line.Head = dept.Head
	}
	return line
}
