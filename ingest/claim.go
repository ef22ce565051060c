package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Claim is the office's word that a mail it was told of is a department's report.
type Claim struct {
	Mail    string // the mail's id, or enough of its beginning
	Dept    string // department id
	Why, By string // as they are kept in the journal
	// Adopt says that the department itself agreed to rows of its projects in somebody else's mail.
	Adopt bool
	// Proposal is the key of the word by mail that this carries out, at At; "" from the command
	// line.
	Proposal string
	At       time.Time
}

// Why a claim is not carried out. Nothing is recorded then.
var (
	ErrNoMail    = errors.New("there is no such mail")
	ErrAmbiguous = errors.New("several mails begin like that")
	ErrNotAside  = errors.New("the mail was not set aside")
	ErrNoReport  = errors.New("nothing in the mail can be taken as a report")
	ErrOvertaken = errors.New("the department sent a later version of its own")
)

// shortestID is how much of a mail's id names it; notices print twelve letters.
const shortestID = 8

// Accept judges a mail that was set aside as if the department had sent it, with the time
// it was received: late is decided as on that day. What follows is recorded in one
// transaction with who decided it and why; the letter that answers goes to the department's
// registered contact, never to the address the mail came from.
func (c *Collector) Accept(ctx context.Context, claim Claim) (state.Mail, error) {
	aside, err := c.aside(ctx, claim)
	if err != nil {
		return state.Mail{}, err
	}
	raw, err := c.Blobs.Get(aside.ID)
	if err != nil {
		return state.Mail{}, fmt.Errorf("read mail %.12s: %w", aside.ID, err)
	}
	opened, err := c.Opener.Open(ctx, Job{Data: raw, Year: c.Desk.year(aside.Received)})
	if err != nil {
		return state.Mail{}, fmt.Errorf("open mail %.12s: %w", aside.ID, err)
	}
	var v Verdict
	err = c.Store.Update(ctx, func(r *state.Records) error {
		judge := c.Desk.claimed
		if !isAside(aside) {
			judge = c.Desk.adopted
		}
		if v, err = judge(r, aside, opened, claim); err != nil {
			return err
		}
		return c.recordClaim(r, aside, v, opened, claim)
	})
	return v.Mail, err
}

// isAside reports whether a mail was set aside whole.
func isAside(m state.Mail) bool {
	return m.Decision == state.DecisionQuarantine || m.Decision == state.DecisionHold
}

// aside finds the mail a claim names.
func (c *Collector) aside(ctx context.Context, claim Claim) (state.Mail, error) {
	if len(claim.Mail) < shortestID {
		return state.Mail{}, ErrAmbiguous
	}
	var found []state.Mail
	err := c.Store.View(ctx, func(r *state.Records) (err error) {
		found, err = r.MailsNamed(claim.Mail, 2)
		return err
	})
	switch {
	case err != nil:
		return state.Mail{}, err
	case len(found) == 0:
		return state.Mail{}, ErrNoMail
	case len(found) > 1:
		return state.Mail{}, ErrAmbiguous
	case !isAside(found[0]) && (!claim.Adopt || found[0].Of(claim.Dept)):
		return state.Mail{}, ErrNotAside
	}
	return found[0], nil
}

// claimed is the verdict on a mail as the department's own.
func (d Desk) claimed(r *state.Records, aside state.Mail, o Opened, claim Claim) (Verdict, error) {
	d = d.on(aside.Received)
	p := Place{Books: reports(o), Dept: claim.Dept, wrong: map[string]bool{}}
	p.Sender = Identify(o.Message, d.Roster, aside.Received)
	p.Sender.Depts = []string{claim.Dept} // whoever sent it, the office's word is about this one
	var failed error
	d.placeOf(&p, o, aside.Received, func(dept string, week state.Week) *state.DeptWeek {
		w, err := r.DeptWeek(week, dept)
		failed = errors.Join(failed, err)
		return w
	})
	if failed != nil {
		return Verdict{}, failed
	}
	v, err := d.judgedAgain(r, aside, o, p)
	if err != nil {
		return Verdict{}, err
	}
	v.Mail.Reason = fmt.Sprintf("accepted for %s by %s: %s", claim.Dept, claim.By, claim.Why)
	return v, nil
}

// judgedAgain judges a mail that was set aside in the place it has now, unless the department has
// reported since.
func (d Desk) judgedAgain(r *state.Records, aside state.Mail, o Opened, p Place) (Verdict, error) {
	d = d.of(p.Week)
	k, err := d.Recall(r, p, o)
	if err != nil {
		return Verdict{}, err
	}
	if k.Dept != nil && slices.ContainsFunc(k.Dept.Tries, func(t state.Try) bool { return t.Received.After(aside.Received) }) {
		return Verdict{}, ErrOvertaken
	}
	v := d.Judge(state.Mail{ID: aside.ID, Folder: aside.Folder, Received: aside.Received, Size: aside.Size}, o, p, k)
	if len(v.Depts) == 0 {
		return Verdict{}, ErrNoReport
	}
	return v, nil
}

// recordClaim records the verdict on a claimed mail and the decision behind it.
func (c *Collector) recordClaim(r *state.Records, aside state.Mail, v Verdict, o Opened, claim Claim) error {
	r.Note(fmt.Sprintf("accept mail %s for %s by %s: %s", aside.ID, claim.Dept, claim.By, claim.Why))
	if err := r.Refile(aside, v.Mail); err != nil {
		return err
	}
	if err := r.AttendedMail(aside.ID); err != nil {
		return err
	}
	for _, w := range v.Depts {
		if err := r.PutDeptWeek(w); err != nil {
			return err
		}
	}
	if claim.Proposal != "" { // in the same transaction: a crash cannot take the mail and forget that it did
		if err := carriedOut(r, claim.Proposal, "", claim.At); err != nil {
			return err
		}
	}
	if v.Mail.Decision != state.DecisionCorrect {
		return nil
	}
	var files [][]byte // the workbook that goes back marked
	for _, f := range o.Files {
		files = append(files, f.Data)
	}
	if _, err := c.Blobs.PutAll(files); err != nil {
		return fmt.Errorf("keep workbooks: %w", err)
	}
	return nil
}
