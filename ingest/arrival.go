package ingest

import (
	"context"
	"time"

	"duban/ingest/sheet"
	"duban/state"
)

// Arrival is a mail as it came to the desk: what the server says of it, and what it holds.
type Arrival struct {
	Mail   state.Mail // its identity and receipt; Judge fills in the rest
	UID    uint32     // its place in the folder
	Opened Opened
	Poison string // why it could not be opened, in English; "" when it was
}

// maxTries is how often a mail is opened before it is put aside for a person.
const maxTries = 3

// arrive opens a mail, at most maxTries times, each time in a fresh worker. A mail that
// cannot be opened is poison: it is put aside, the office gets its raw bytes, and it delays
// no other.
func (c *Collector) arrive(ctx context.Context, raw Raw, folder string, now time.Time) Arrival {
	a := Arrival{UID: raw.UID, Mail: state.Mail{ID: identity(raw), Folder: folder, Received: raw.Received, Size: raw.Size}}
	if a.Mail.Received.IsZero() {
		a.Mail.Received = now // the server cannot tell; now is the latest it can have been
	}
	if raw.Problem == RawUnreadable {
		a.Poison = "the server does not deliver it"
		return a
	}
	for a.Mail.Tries < maxTries {
		opened, err := c.Opener.Open(ctx, Job{Data: raw.Body, Year: c.Desk.year(a.Mail.Received)})
		if err == nil {
			a.Opened = opened
			a.Opened.Signed = c.signatures(ctx, raw.Body, &opened.Message, a.Mail.Received)
			break
		}
		if ctx.Err() != nil {
			return a
		}
		a.Mail.Tries++
		c.Log.Warn("open mail", "mail", a.Mail.ID, "attempt", a.Mail.Tries, "err", err)
	}
	switch {
	case a.Mail.Tries == maxTries:
		a.Poison = "it could not be opened in three tries"
	case raw.Problem == RawTooLarge:
		a.Opened.Books = []state.Book{{Name: a.Opened.Message.Subject, Refused: string(sheet.ReasonTooLarge)}}
	}
	return a
}

// year is the year of a receipt on the office's wall calendar.
func (d Desk) year(t time.Time) int {
	if d.Schedule == nil {
		return t.Year()
	}
	return t.In(d.Schedule.Zone).Year()
}

// Take judges an arrival against the records and returns what is to be recorded. r may be
// nil where there are none.
func (d Desk) Take(r *state.Records, a Arrival) (Verdict, error) {
	v, err := d.on(a.Mail.Received).take(r, a)
	if v.Mail.Week.IsZero() && d.Schedule != nil {
		v.Mail.Week = d.Schedule.Running(v.Mail.Received)
	}
	return v, err
}

func (d Desk) take(r *state.Records, a Arrival) (Verdict, error) {
	if v, mine, err := d.say(r, a); mine || err != nil {
		return v, err
	}
	if v, mine, err := d.officeWord(r, a); mine || err != nil {
		return v, err
	}
	if a.Poison != "" {
		m := a.Mail
		m.Kind, m.Decision, m.Reason = state.MailOther, state.DecisionQuarantine, a.Poison
		return Verdict{Mail: m}, nil
	}
	if r == nil {
		return d.Judge(a.Mail, a.Opened, d.Place(a.Opened, a.Mail.Received, nil), Known{}), nil
	}
	var failed error
	standing := func(dept string, week state.Week) *state.DeptWeek {
		w, err := r.DeptWeek(week, dept)
		if err != nil {
			failed = err
		}
		return w
	}
	p := d.Place(a.Opened, a.Mail.Received, standing)
	if failed != nil {
		return Verdict{}, failed
	}
	if v, mine, err := d.chosenWeek(r, a, p); mine || err != nil {
		return v, err
	}
	beside, err := d.besideReports(r, &p, a)
	if err == nil && !beside {
		err = d.answers(r, &p, a.Opened)
	}
	if err != nil {
		return Verdict{}, err
	}
	if v, mine, err := d.adopts(r, a, p); mine || err != nil {
		return v, err
	}
	if v, mine, err := d.visited(r, a, p); mine || err != nil {
		return v, err
	}
	if v, mine, err := d.ordered(r, a, p); mine || err != nil {
		return v, err
	}
	if v, mine, err := d.word(r, a, p); mine || err != nil {
		return v, err
	}
	v, err := d.of(p.Week).judgeAll(r, a, p)
	if err != nil {
		return Verdict{}, err
	}
	return v, d.contact(r, p, &v)
}
