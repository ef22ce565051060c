package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// District is everybody who lives through a year beside duban: the departments, which report as
// the script has it and answer what they are asked, and the office, which frees them and has its
// say. A performance and a test live through the same one.
type District struct {
	Agenda
	Script  *Year
	Books   *Books
	Deliver func(raw []byte) error // brings a mail to the office's mailbox
	// Free is the office freeing a department or a project from reporting, from one week to
	// another.
	Free func(from, to, subject string) error
	// Refuse has the mail server refuse letters to an address with a code, until it is called
	// with 0.
	Refuse func(to string, code int)
	// Halt has the mail server take no letter at all, or take them again.
	Halt func(halted bool)
	// Rectify is the office noting that a department put right what a week's circular named.
	Rectify func(week, dept string) error
	// Steps are what became of requests for help and of circulars, in order of time.
	Steps []Step
}

// Agenda is what is still to happen, in order of time.
type Agenda struct{ moments []Moment }

// Moment is something that happens.
type Moment struct {
	At   time.Time
	Last bool // it comes after all else of its instant
	Do   func(context.Context) error
}

// Add puts moments in their places of the agenda, behind their equals.
func (a *Agenda) Add(moments ...Moment) {
	for _, m := range moments {
		at, _ := slices.BinarySearchFunc(a.moments, m, func(known, m Moment) int {
			if c := known.At.Compare(m.At); c != 0 || known.Last == m.Last {
				return max(c*2-1, -1) // an equal one comes before
			} else if known.Last {
				return 1
			}
			return -1
		})
		a.moments = slices.Insert(a.moments, at, m)
	}
}

// Next takes the first moment off the agenda; ok is false when there is none.
func (a *Agenda) Next() (m Moment, ok bool) {
	if len(a.moments) == 0 {
		return m, false
	}
	m, a.moments = a.moments[0], a.moments[1:]
	return m, true
}

// Live puts on the agenda what the script says.
func (d *District) Live() {
	for week := range d.Script.Weeks {
		for _, dept := range d.Script.Depts {
			d.acts(week, dept)
		}
	}
	d.halts()
	for _, r := range d.Script.Refusals {
		to := d.Books.Roster.Dept(r.Dept).Mail
		for at, code := range map[time.Time]int{r.From: r.Code, r.To: 0} {
			d.Add(Moment{At: at, Do: func(context.Context) error { d.Refuse(to, code); return nil }})
		}
	}
}

// halts puts on the agenda when the mail server is out of order.
func (d *District) halts() {
	for _, h := range d.Script.Halts {
		for at, halted := range map[time.Time]bool{h.From: true, h.To: false} {
			d.does(at, func() error { d.Halt(halted); return nil })
		}
	}
}

// does puts on the agenda what somebody does at an instant.
func (d *District) does(at time.Time, do func() error) {
	d.Add(Moment{At: at, Do: func(context.Context) error { return do() }})
}

// acts puts on the agenda what a department's week brings.
func (d *District) acts(week int, id string) {
	w, dept := d.Script.Weeks[week], d.Books.Roster.Dept(id)
	act := d.Script.Act(w.Name, id)
	frees := func(weeks int, subject string) {
		if weeks > 0 && subject != "" {
			d.does(w.Form.AddDate(0, 0, -3), func() error { return d.Free(w.Name, d.Script.Weeks[week+weeks-1].Name, subject) })
		}
	}
	frees(act.Weeks, id)
	frees(act.Spares, d.Books.Spared(w.Name, id))
	if !act.Bounce.IsZero() {
		d.does(act.Bounce, func() error { return d.Deliver(returnedMail(dept.Mail, w.Name+"."+id)) })
	}
	for no, m := range act.Mails {
		d.does(m.At, func() error {
			if no == 0 {
				d.Books.CarryOver(d.Books.Roster.ProjectsOf(id, w.Due), week, id)
			}
			raw, err := d.Books.Raw(dept, w, week, no, m.Kind)
			if err != nil {
				return err
			}
			return d.Deliver(raw)
		})
	}
}

// Hear lets those who got a letter of duban's answer it, as the script has it: what they say is
// on the agenda then. word is the office's, where the letter asks for one.
func (d *District) Hear(sent Sent) (word *Word, err error) {
	switch kind := headerOf(sent.Raw, "X-Duban-Kind"); kind {
	case "preview", "notice", "proposal":
	case string(state.TopicRequest), string(state.TopicRequestDue), string(state.TopicAnswered):
		return nil, d.hearAsked(sent, kind)
	case string(state.TopicCircular):
		return nil, d.hearNamed(sent)
	case string(state.TopicVisit):
		return nil, d.hearReminded(sent)
	case string(state.TopicRectify):
		d.hearChased(sent)
		return nil, nil
	default:
		return nil, nil
	}
	if !slices.Contains(sent.To, d.Books.Office) {
		return nil, nil
	}
	l, err := OpenLetter(sent.Raw)
	if err != nil {
		return nil, fmt.Errorf("hear what was asked: %w", err)
	}
	if word = d.Script.Answer(d.Books.Office, l, sent.At); word != nil && word.Raw != nil {
		d.does(word.At, func() error { return d.Deliver(word.Raw) })
	}
	return word, nil
}

// headerOf is what a header of one of duban's own letters says, without opening it.
func headerOf(raw []byte, name string) string {
	_, rest, _ := bytes.Cut(raw, []byte(name+":"))
	value, _, _ := bytes.Cut(bytes.TrimSpace(rest[:min(len(rest), longestHeader)]), []byte("\r\n")) // a long one begins on a line of its own
	return string(value)
}

// longestHeader bounds the headers that are looked for in a letter, in bytes.
const longestHeader = 1 << 10

// KeyOf is the key of one of duban's own letters, which is not opened for it.
func KeyOf(raw []byte) string { return headerOf(raw, "X-Duban-Key") }
