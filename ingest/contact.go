package ingest

import (
	"strings"
	"time"

	"duban/state"
)

// What a mail tells of the addresses we write to: that one of them does not work, that its
// owner is away, or that he is there again.

// bouncedWithin is how long after a letter left its bounce may come. Servers give up after
// five days (RFC 5321 4.5.4.1).
const bouncedWithin = 7 * 24 * time.Hour

// contact draws it from a verdict. A bounce counts only for a letter of ours that went to
// the address it names, so that nobody cuts a department off by writing one.
func (d Desk) contact(r *state.Records, p Place, v *Verdict) error {
	switch {
	case d.Roster == nil:
		return nil
	case v.Mail.Kind == state.MailBounce:
		return d.lost(r, p, v)
	case p.Auto.Away && len(p.Sender.Depts) > 0:
		c, err := r.Contact(p.Sender.Addr)
		if err != nil {
			return err
		}
		c.Away = v.Mail.Received
		v.Contact = &c
	case len(v.Depts) > 0 && len(p.Sender.Depts) > 0:
		c, err := r.Contact(p.Sender.Addr)
		if err != nil || c.Failing.IsZero() && c.Away.IsZero() {
			return err
		}
		if v.Mail.Received.After(c.Failing) {
			c.Failing, c.Letter, c.Cause = time.Time{}, "", ""
		}
		if v.Mail.Received.After(c.Away) {
			c.Away = time.Time{}
		}
		v.Contact = &c
	}
	return nil
}

// lost finds the letter a bounce is about, and marks the address when it went there.
func (d Desk) lost(r *state.Records, p Place, v *Verdict) error {
	m := &v.Mail
	l, err := returned(r, p, *m)
	if err != nil {
		return err
	}
	if l == nil && m.LetterID == "" && m.Failed != "" {
		if l, err = lastTo(r, m.Failed, m.Received); err != nil {
			return err
		}
	}
	if l == nil {
		return nil
	}
	m.LetterID = l.Key
	if m.Failed == "" || !wentTo(*l, m.Failed) {
		return nil
	}
	c, err := r.Contact(m.Failed)
	if err != nil || !c.Failing.IsZero() {
		return err
	}
	c.Failing, c.Letter, c.Cause = m.Received, l.Key, m.ID
	v.Contact = &c
	return nil
}

// returned is the letter of ours a bounce names, by its key or a Message-ID; nil when it
// names none.
func returned(r *state.Records, p Place, m state.Mail) (*state.Letter, error) {
	if m.LetterID != "" {
		if l, err := r.Letter(m.LetterID); l != nil || err != nil {
			return l, err
		}
	}
	for _, id := range append([]string{p.Auto.MessageID, m.InReplyTo}, m.References...) {
		if id == "" {
			continue
		}
		if l, err := r.LetterByMessageID(id); l != nil || err != nil {
			return l, err
		}
	}
	return nil, nil
}

// lastTo is the last letter that left for addr before a bounce that names no letter.
func lastTo(r *state.Records, addr string, bounced time.Time) (*state.Letter, error) {
	var last *state.Letter
	var lastAt time.Time
	for w := state.WeekOf(bounced).Add(-3); w.Before(state.WeekOf(bounced).Add(2)); w = w.Add(1) {
		letters, err := r.LettersOf(w)
		if err != nil {
			return nil, err
		}
		for i, l := range letters {
			for _, to := range l.Deliveries {
				if strings.EqualFold(to.To, addr) && to.SentAt.After(bounced.Add(-bouncedWithin)) && !to.SentAt.After(bounced.Add(time.Minute)) && to.SentAt.After(lastAt) {
					last, lastAt = &letters[i], to.SentAt
				}
			}
		}
	}
	return last, nil
}

func wentTo(l state.Letter, addr string) bool {
	for _, to := range l.Deliveries {
		if strings.EqualFold(to.To, addr) && (to.Phase == state.PhaseSent || to.Phase == state.PhaseDoubtful || to.Phase == state.PhaseFailed) {
			return true
		}
	}
	return false
}
