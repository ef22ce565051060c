package notify

import (
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// quoteAnswer is how much of an answer is passed on, in characters; the whole stays in the
// office's mailbox.
const quoteAnswer = 1500

// requestPage is the data of request.*.tmpl, requestnote.*.tmpl and urgent.*.tmpl.
type requestPage struct {
	Frame    frame
	To       addressed
	Project  projectLine
	Problem  string
	Ask      string // "" when the report asks for nothing
	Level    string // 紧急 or 特急
	Wanted   string // the day whoever asked hopes for, 9月30日
	Asker    string
	Person   string // who may be called there
	Phone    string
	Units    string // the departments asked, the lead one first
	With     string // the other departments asked, when there are several
	Others   string // units the registry has no address of
	Unnamed  bool   // nobody was named, or nobody but whoever asked
	Again    bool   // it reads otherwise than when it was handed over before
	Reason   string // why the answer before did not do
	ReplyBy  string
	Number   string // I07
	Informed string // the lead leader, as "副区长 柏拟松"
}

// occasion is the identity of an errand's letter.
func (e errand) occasion() state.Occasion {
	o := state.Occasion{Topic: e.topic, Target: e.issue.ID}
	switch e.topic {
	case state.TopicRequestDue:
		o.Target, o.Round = fmt.Sprintf("%s/%d", e.issue.ID, e.ask.Round), e.step
	case state.TopicRequest:
		o.Target, o.Round = e.issue.ID+"/"+e.ask.Units[0], e.ask.Round
	default:
		o.Target = e.issue.ID + "/" + e.key
	}
	return o
}

// matter begins a letter about an issue. It is filed under the running week; its subject
// carries the issue's number, by which an answer is recognised.
func (c *Composer) matter(o state.Occasion, to []state.Delivery, e errand, now time.Time) (Draft, frame) {
	d := c.letter(o, to, now)
	d.Week = c.Schedule.Running(now)
	f := c.frame(d, "")
	f.Token = "[" + e.issue.ID + "]"
	return d, f
}

func (c *Composer) requestPage(e errand, f frame) requestPage {
	i := e.issue
	p := requestPage{
		Frame: f, Project: c.named([]string{i.Project})[0], Problem: trim(i.Text, quoteAnswer), Ask: trim(i.Request, quoteAnswer),
		Level: string(i.Urgency), Wanted: isoDay(i.Deadline), Units: c.units(e.ask.Units), Others: c.units(e.ask.Others),
		Unnamed: len(e.ask.Units)+len(e.ask.Others) == 0, Again: changed(e), Reason: trim(e.ask.Reason, quoteAnswer),
		ReplyBy: c.at(e.due), Number: i.ID,
	}
	if len(e.ask.Units) > 1 {
		p.With = c.units(e.ask.Units[1:])
	}
	var askers []string
	for n, id := range e.askers {
		dept := c.Roster.Dept(id)
		if dept == nil {
			continue
		}
		askers = append(askers, dept.Short)
		if n == 0 {
			p.Person, p.Phone = dept.Contact, dept.Phone
		}
	}
	p.Asker = strings.Join(askers, "、")
	return p
}

// changed reports whether a request reads otherwise than in the round before.
func changed(e errand) bool {
	last := e.issue.LastAsk()
	return last != nil && !state.SameWords(last.Text, e.ask.Text)
}

// units names departments and external units.
func (c *Composer) units(ids []string) string {
	var names []string
	for _, id := range ids {
		name := id
		if d := c.Roster.Dept(id); d != nil {
			name = d.Short
		}
		for _, u := range c.Roster.Units {
			if u.ID == id {
				name, _, _ = strings.Cut(u.Name, "(")
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

// Request hands a request over to the department that leads; the others have it in copy.
func (c *Composer) Request(e errand, now time.Time) (Draft, error) {
	lead := e.ask.Units[0]
	to := c.toDept(lead, nil)
	for _, id := range e.ask.Units[1:] {
		if dept := c.Roster.Dept(id); dept != nil {
			to = addTo(to, c.Contacts.Reach(*dept), true)
		}
	}
	d, f := c.matter(e.occasion(), to, e, now)
	d.Dept, d.NotBefore, d.ReplyBy = lead, c.quiet(now), e.due
	p := c.requestPage(e, f)
	p.To = c.addressed(lead)
	return c.render(d, "request", p)
}

// RequestNote tells the office of a request that names nobody, or somebody it alone can reach.
func (c *Composer) RequestNote(e errand, now time.Time) (Draft, error) {
	o := state.Occasion{Topic: state.TopicRequest, Target: e.issue.ID + "/office", Round: e.ask.Round}
	d, f := c.matter(o, c.toOffice(), e, now)
	return c.render(d, "requestnote", c.requestPage(e, f))
}

// Urgent tells an urgent problem to the lead leader and the departments asked, the office in
// copy.
func (c *Composer) Urgent(e errand, now time.Time) (Draft, error) {
	var to []state.Delivery
	informed := ""
	if e.project != nil {
		if l := c.Roster.Leader(e.project.LeadLeader); l != nil {
			to = addTo(to, l.Mail, false)
			informed = strings.TrimSpace(l.Title + " " + l.Name)
		}
	}
	for _, id := range e.ask.Units {
		if dept := c.Roster.Dept(id); dept != nil {
			to = addTo(to, c.Contacts.Reach(*dept), false)
		}
	}
	d, f := c.matter(e.occasion(), addTo(to, c.Office.Mail, len(to) > 0), e, now)
	p := c.requestPage(e, f)
	p.Informed = informed
	return c.render(d, "urgent", p)
}

// requestDuePage is the data of requestdue.*.tmpl.
type requestDuePage struct {
	Frame   frame
	To      addressed
	Project projectLine
	Ask     string
	Asker   string
	Sent    string // when the request was delivered
	Letter  string // its subject
	ReplyBy string
	Past    bool
	Left    string // working days left, when it is not past; "" on the last day
	Head    string // the head's name, when he gets a copy
	Polled  string
}

// RequestDue reminds the department that leads of a request it has not answered.
func (c *Composer) RequestDue(e errand, now time.Time) (Draft, error) {
	lead := e.ask.Units[0]
	to := c.toDept(lead, nil)
	dept := c.Roster.Dept(lead)
	head := ""
	if e.step == askHead && dept != nil {
		to = addTo(to, dept.HeadMail, true)
		head = dept.Head
	}
	d, f := c.matter(e.occasion(), to, e, now)
	d.Dept, d.NotBefore = lead, c.quiet(now)
	d.InReplyTo, d.References = e.letter.MessageID, []string{e.letter.MessageID}
	p := requestDuePage{
		Frame: f, To: c.addressed(lead), Project: c.named([]string{e.issue.Project})[0], Ask: trim(e.ask.Text, quoteAnswer),
		Asker: c.units(e.askers), Sent: c.at(e.letter.Delivered()), Letter: trim(e.letter.Subject, quoteText), ReplyBy: c.at(e.due),
		Past: e.step != askWarning, Head: head, Polled: c.at(e.polled),
	}
	if !p.Past {
		p.Left = count(c.Schedule.Calendar.Workdays(now.In(c.Schedule.Zone), e.due))
	}
	return c.render(d, "requestdue", p)
}

// answeredPage is the data of answered.*.tmpl.
type answeredPage struct {
	Frame   frame
	To      addressed
	Project projectLine
	Problem string
	Ask     string
	Unit    string // who answered
	When    string
	By      string // who of the office entered it; "" for the department's own mail
	ByMail  bool   // the office entered it by mail
	Answer  []string
	Cut     bool // there is more of it in the office's mailbox
	// Files are the names of what was attached: what the letter passes on, what it does not
	// because it may run or cannot be looked into, and what is too much for a letter.
	Files   string
	Held    string
	TooMuch string
}

// toAskers addresses a letter to whoever asked, the office in copy.
func (c *Composer) toAskers(e errand, now time.Time) (Draft, frame) {
	var to []state.Delivery
	for _, id := range e.askers {
		for _, t := range c.toDept(id, nil) {
			to = addTo(to, t.To, t.Copy)
		}
	}
	d, f := c.matter(e.occasion(), addTo(to, c.Office.Mail, len(to) > 0), e, now)
	d.Dept, d.NotBefore = e.askers[0], c.quiet(now)
	return d, f
}

// Answered passes an answer on to whoever asked, the office in copy, and asks whether the
// problem is solved.
func (c *Composer) Answered(e errand, now time.Time) (Draft, error) {
	a := e.ask.Answers[e.answer]
	d, f := c.toAskers(e, now)
	p := answeredPage{
		Frame: f, To: c.addressed(e.askers[0]), Project: c.named([]string{e.issue.Project})[0],
		Problem: trim(e.issue.Text, quoteText), Ask: trim(e.ask.Text, quoteText), Unit: c.units([]string{a.Dept}),
		When: c.at(a.At), By: trim(a.By, quoteCell), ByMail: strings.Contains(a.By, "@"),
	}
	d.Files = p.enclosed(e, a)
	text := []rune(a.Text)
	if p.Cut = len(text) > quoteAnswer; p.Cut {
		text = text[:quoteAnswer]
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			p.Answer = append(p.Answer, line)
		}
	}
	return c.render(d, "answered", p)
}

// enclosed names what was attached to an answer and gives the files that go with the letter.
// Where the mail could not be opened again, all of them are held.
func (p *answeredPage) enclosed(e errand, a state.Reaction) []File {
	var passed []File
	var names, held, large []string
	for _, f := range e.files {
		switch name := fileName(f.Name); {
		case len(f.Data) > 0:
			passed, names = append(passed, f.File), append(names, name)
		case f.Large:
			large = append(large, name)
		default:
			held = append(held, name)
		}
	}
	if len(e.files) == 0 {
		held = a.Files
	}
	list := func(names []string) string { return trim(strings.Join(names, "、"), quoteText) }
	p.Files, p.Held, p.TooMuch = list(names), list(held), list(large)
	return passed
}
