package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// frame is what every page has: who writes, about which week, under which number.
type frame struct {
	Office  string
	Mail    string
	Contact string
	Week    string // "第38周", at the turn of the year with its year and days
	WeekNo  string // "38"
	Token   string // "[W38-D04]"
	Number  string // 编号, printed at the foot; "" for letters without one
	Shadow  string // whom the letter was for, in a trial run; "" otherwise
}

// addressed is the part of a page that speaks to a department.
type addressed struct {
	Unit   string // short name
	Person string // the contact; "" when the registry has none
}

// letter begins a draft: identity, threading and recipients of the occasion.
func (c *Composer) letter(o state.Occasion, to []state.Delivery, now time.Time) Draft {
	for i := range to {
		to[i].Phase = state.PhaseQueued
	}
	return Draft{Letter: state.Letter{
		Key: o.Key(), Kind: o.Topic, Week: o.Week, Round: o.Round, MessageID: o.MessageID(c.Domain),
		Deliveries: to, QueuedAt: now,
	}}
}

// answer begins a letter to a department that answers a mail of its own.
func (c *Composer) answer(topic state.Topic, dept *state.DeptWeek, m *state.Mail, round int, now time.Time) Draft {
	d := c.letter(state.Occasion{Topic: topic, Week: dept.Week, Target: dept.Dept, Round: round}, c.toDept(dept.Dept, m), now)
	d.Dept, d.NotBefore = dept.Dept, c.quiet(now)
	d.answering(m)
	return d
}

// maxReferences bounds the thread a letter names; the first and the newest are kept.
const maxReferences = 20

// answering threads the letter under the mail it answers.
func (d *Draft) answering(m *state.Mail) {
	if m == nil {
		return
	}
	d.Cause = m.ID
	if m.MessageID == "" {
		return
	}
	d.InReplyTo = m.MessageID
	refs := append(slices.Clone(m.References), m.MessageID)
	if n := len(refs); n > maxReferences {
		refs = append(refs[:1:1], refs[n-maxReferences+1:]...)
	}
	d.References = refs
}

// frame is the frame of a draft; target names it in the subject's token.
func (c *Composer) frame(d Draft, target string) frame {
	f := frame{Office: c.Office.Name, Mail: c.Office.Mail, Contact: c.Office.Contact, Token: token(d.Week, target)}
	if !d.Week.IsZero() {
		f.Week, f.WeekNo = d.Week.Spoken(), weekNo(d.Week)
	}
	if c.Shadow && d.Kind != state.TopicNotice && d.Kind != state.TopicPreview && d.Kind != state.TopicProposal {
		var names []string
		for _, to := range d.Deliveries {
			names = append(names, to.To)
		}
		f.Shadow = strings.Join(names, "、")
	}
	return f
}

// render fills the draft from its page and, in a trial run, turns it round to the office.
func (c *Composer) render(d Draft, page string, data any) (Draft, error) {
	var err error
	if d.Subject, d.Text, d.HTML, err = c.Pages.Render(page, data); err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	if c.Shadow {
		d.Deliveries = []state.Delivery{{To: c.Office.Mail, Phase: state.PhaseQueued}}
	}
	return d, nil
}

// toDept addresses a department: whoever sent the mail that is answered, if the registry
// knows the address as theirs, and the contact; while letters to him come back, whoever
// stands in for him. While he is away his deputy gets a copy.
func (c *Composer) toDept(id string, m *state.Mail) []state.Delivery {
	dept := c.Roster.Dept(id)
	if dept == nil {
		return nil
	}
	var to []state.Delivery
	if m != nil && !c.Contacts.Failing(m.From) && (strings.EqualFold(m.From, dept.Mail) || strings.EqualFold(m.From, dept.MailBackup)) {
		to = addTo(to, m.From, false)
	}
	to = addTo(to, c.Contacts.Reach(*dept), false)
	if !c.Contacts[strings.ToLower(dept.Mail)].Away.IsZero() {
		to = addTo(to, dept.MailBackup, true)
	}
	return to
}

// colleague adds to the recipients whoever of the department sent the version before, and
// names him: two people who report side by side must know of each other. "" when it was the
// same person, or nobody.
func (c *Composer) colleague(d *Draft, a Answer) string {
	if a.Before == nil || a.Mail == nil || strings.EqualFold(a.Before.From, a.Mail.From) {
		return ""
	}
	dept := c.Roster.Dept(d.Dept)
	if dept == nil || !strings.EqualFold(a.Before.From, dept.Mail) && !strings.EqualFold(a.Before.From, dept.MailBackup) {
		return ""
	}
	if !c.Contacts.Failing(a.Before.From) {
		d.Deliveries = addTo(d.Deliveries, a.Before.From, false)
		for i := range d.Deliveries {
			d.Deliveries[i].Phase = state.PhaseQueued
		}
	}
	who := trim(a.Before.FromName, quoteCell)
	if who == "" {
		return a.Before.From
	}
	return who + "(" + a.Before.From + ")"
}

// addTo adds a recipient once, whatever its case.
func addTo(to []state.Delivery, addr string, inCopy bool) []state.Delivery {
	addr = strings.TrimSpace(addr)
	if addr == "" || slices.ContainsFunc(to, func(d state.Delivery) bool { return strings.EqualFold(d.To, addr) }) {
		return to
	}
	return append(to, state.Delivery{To: addr, Copy: inCopy})
}

func (c *Composer) toOffice() []state.Delivery { return addTo(nil, c.Office.Mail, false) }

func (c *Composer) addressed(id string) addressed {
	d := c.Roster.Dept(id)
	if d == nil {
		return addressed{Unit: id}
	}
	return addressed{Unit: d.Short, Person: d.Contact}
}

// quiet is when a letter to a department composed at now may leave.
func (c *Composer) quiet(now time.Time) time.Time {
	if t := c.Schedule.AfterQuiet(now); t.After(now) {
		return t
	}
	return time.Time{}
}

// grace is how many minutes after the deadline still count as in time; "" for none.
func (c *Composer) grace() string { return count(int(c.Schedule.Grace.Minutes())) }

// projectLine is a project in a list of a letter.
type projectLine struct{ ID, Name string }

// named lists projects by id with the registry's names.
func (c *Composer) named(ids []string) []projectLine {
	out := make([]projectLine, 0, len(ids))
	for _, id := range ids {
		l := projectLine{ID: id, Name: id}
		if p := c.Roster.Project(id); p != nil {
			l.Name = p.Name
		}
		out = append(out, l)
	}
	return out
}
