package state

import (
	"fmt"
	"strings"
	"time"
)

// Contact is what is known of an address of the registry beside the registry itself: that
// letters to it come back, or that its owner is away. An accepted mail from the address
// clears it.
type Contact struct {
	Address string    // lower case
	Failing time.Time // since when letters to it do not arrive; zero while they do
	Letter  string    // the key of the letter that was lost first
	Cause   string    // the id of the bounce; "" when the server refused the address
	Away    time.Time // when an absence note last came from it; zero when its owner has written since
}

// Contacts is what is known of addresses, by address in lower case. A nil Contacts knows
// nothing.
type Contacts map[string]Contact

// absence is how long after an absence note the deputy gets a copy.
const absence = 7 * 24 * time.Hour

// Failing reports whether letters to addr come back.
func (c Contacts) Failing(addr string) bool { return !c[strings.ToLower(addr)].Failing.IsZero() }

// Away reports whether the owner of addr is away at now, as far as he let us know.
func (c Contacts) Away(addr string, now time.Time) bool {
	at := c[strings.ToLower(addr)].Away
	return !at.IsZero() && now.Before(at.Add(absence))
}

// Reach is where a department's letters go: to its contact; while letters to him come back,
// to his deputy, then to the head. When nobody can be reached it stays the contact.
func (c Contacts) Reach(d Dept) string {
	for _, addr := range []string{d.Mail, d.MailBackup, d.HeadMail} {
		if addr != "" && !c.Failing(addr) {
			return addr
		}
	}
	return d.Mail
}

// Contact is what is known of addr; the zero Contact, with its address, when nothing is.
func (r *Records) Contact(addr string) (Contact, error) {
	c := Contact{Address: strings.ToLower(addr)}
	_, err := get(r.tx, prefixContact+c.Address, &c)
	return c, err
}

// PutContact records what is known of an address, or takes the record away when that is
// nothing.
func (r *Records) PutContact(c Contact) error {
	if !c.Failing.IsZero() || !c.Away.IsZero() {
		return put(r.tx, prefixContact+c.Address, c)
	}
	if err := r.tx.Delete(prefixContact + c.Address); err != nil {
		return fmt.Errorf("clear contact: %w", err)
	}
	return nil
}

// Lost records that a letter did not reach addr: with the bounce's id, or "" when the
// server refused the address. What is known already stays, so the first loss is told.
func (r *Records) Lost(addr, letter, cause string, at time.Time) error {
	c, err := r.Contact(addr)
	if err != nil || !c.Failing.IsZero() {
		return err
	}
	c.Failing, c.Letter, c.Cause = at, letter, cause
	return r.PutContact(c)
}

// Contacts is what is known of every address.
func (r *Records) Contacts() (Contacts, error) {
	out := Contacts{}
	err := r.tx.Each(prefixContact, func(_ string, b []byte) error {
		var c Contact
		if err := decode(b, &c); err != nil {
			return err
		}
		out[c.Address] = c
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return out, nil
}
