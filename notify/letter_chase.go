package notify

import "duban/state"

// chasePage is the data of due.*.tmpl and late.*.tmpl.
type chasePage struct {
	Frame     frame
	To        addressed
	State     string // "missing", "part" or "correcting"
	Stage     string // "1" at once after the deadline, "2" the next day, "3" with the head in copy
	Head      string // the head's name, when he gets a copy
	Due       string // with its year
	DueShort  string
	Today     bool   // the deadline is today
	Day       string // the day the letter leaves
	Moved     string // why the deadline is not the usual one
	Count     string // how many projects are still to come; "" when only totals wait for a correction
	Lack      []projectLine
	Polled    string // when the mailbox was last read
	Letter    string // subject of the letter of correction that waits
	ReplyBy   string
	ReplyPast bool // the time to answer it is over
	SummaryAt string
	Down, Up  string // from when to when our mailbox was out of reach around the deadline; "" when it never was
}

// Due reminds a department before the deadline.
func (c *Composer) Due(ch Chase) (Draft, error) { return c.chase(state.TopicDue, "due", ch) }

// Late chases a department after the deadline; from the step that says so its head gets a
// copy.
func (c *Composer) Late(ch Chase) (Draft, error) { return c.chase(state.TopicLate, "late", ch) }

// Resubmit reminds a department of its letter of correction, before the time it set and when
// that is over.
func (c *Composer) Resubmit(ch Chase) (Draft, error) {
	return c.chase(state.TopicResubmit, "resubmit", ch)
}

func (c *Composer) chase(topic state.Topic, page string, ch Chase) (Draft, error) {
	o := state.Occasion{Topic: topic, Week: ch.Week, Target: ch.DeptID, Round: ch.Round}
	to := c.toDept(ch.DeptID, nil)
	dept := c.Roster.Dept(ch.DeptID)
	if ch.Step.Head && dept != nil {
		to = addTo(to, dept.HeadMail, true)
	}
	d := c.letter(o, to, ch.Now)
	d.Dept = ch.DeptID
	d.NotBefore = c.quiet(ch.Now)

	due := c.Schedule.Deadline(ch.Week)
	p := chasePage{
		Frame: c.frame(d, ch.DeptID), To: c.addressed(ch.DeptID), State: string(state.Missing), Stage: stage(ch.Step),
		Due: c.fullAt(due.Due), DueShort: c.at(due.Due), Moved: due.Moved, Polled: c.at(ch.Polled),
		Day:       c.onDay(c.Schedule.AfterQuiet(ch.Now)),
		Today:     c.onDay(due.Due) == c.onDay(c.Schedule.AfterQuiet(ch.Now)),
		SummaryAt: c.at(c.Schedule.SummaryAt(ch.Week)),
	}
	if ch.Step.Head && dept != nil {
		p.Head = dept.Head
	}
	if !ch.Down.IsZero() {
		p.Down, p.Up = c.at(ch.Down), c.at(ch.Up)
	}
	c.outstanding(&p, ch, due)
	return c.render(d, page, p)
}

// stage is which of the three texts after the deadline a step calls for.
func stage(s state.Step) string {
	switch {
	case s.Head:
		return "3"
	case s.Workdays > 0:
		return "2"
	}
	return "1"
}

// outstanding names the projects that are still to come and why.
func (c *Composer) outstanding(p *chasePage, ch Chase, due state.Deadline) {
	for _, project := range c.Roster.ProjectsOf(ch.DeptID, due.AsOf()) {
		if !ch.Exempt.Has(project.ID) {
			p.Lack = append(p.Lack, projectLine{project.ID, project.Name})
		}
	}
	if ch.Dept != nil && len(ch.Dept.Tries) > 0 {
		p.State = string(ch.Dept.State)
		switch {
		case len(ch.Dept.Wait) > 0 || ch.Dept.State == state.Correcting:
			p.State, p.Lack = string(state.Correcting), c.named(ch.Dept.Wait)
		case len(ch.Dept.Lack) > 0:
			p.State, p.Lack = string(state.Part), c.named(ch.Dept.Lack)
		}
	}
	p.Count = count(len(p.Lack))
	if l := ch.Correction; l != nil {
		p.Letter = trim(l.Subject, quoteText)
		p.ReplyBy = c.at(l.ReplyBy)
		p.ReplyPast = !ch.Now.Before(l.ReplyBy)
	}
}
