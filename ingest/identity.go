package ingest

import (
	"strings"
	"time"

	"duban/state"
)

// Sender is who a mail is from, as far as its head says so.
type Sender struct {
	Addr  string   // lower case; "" when it is not certain
	Name  string   // anybody can write anything here
	Depts []string // departments the address is registered for; several share some addresses
	Doubt string   // English, for `duban why`: why there is no certain address
}

// Identify names the sender: a mail has one only when it has exactly one From header with
// exactly one address (RFC 5322 allows more, and forgeries use that). A nil roster knows no
// departments.
func Identify(m Message, roster *state.Roster, at time.Time) Sender {
	var s Sender
	switch {
	case m.FromHeaders > 1:
		s.Doubt = "more than one From header"
	case m.FromGroup:
		s.Doubt = "a group in From"
	case len(m.From) > 1:
		s.Doubt = "more than one address in From"
	case len(m.From) == 0 || m.From[0].Addr == "":
		s.Doubt = "no address in From"
	default:
		s.Addr, s.Name = strings.ToLower(m.From[0].Addr), m.From[0].Name
	}
	if roster != nil && s.Addr != "" {
		s.Depts = roster.ByMail(s.Addr, at)
	}
	return s
}

// authenticate asks whether a registered sender is who he says. An explicit failure sets the
// mail aside in every mode but off; without a word either way, strict does too and warn
// tells the office.
func (d Desk) authenticate(p *Place, o Opened) {
	if !d.Auth.on() {
		return
	}
	v := d.Auth.judge(&o.Message, o.Signed, p.Sender.Addr)
	note := state.Finding{Found: p.Sender.Addr}
	switch {
	case v.outcome == failed:
		p.forged, p.Reason = true, v.reason
		p.Findings = []state.Finding{d.Rules.Tell("sender-auth-failed", note, "")}
	case v.outcome == unknown && d.Auth.Mode == AuthStrict:
		p.forged, p.Reason = true, v.reason
		p.Findings = []state.Finding{d.Rules.Tell("sender-unverified", note, "")}
	case v.outcome == unknown && p.Kind == state.MailSubmission:
		p.Findings = append(p.Findings, d.Rules.Tell("sender-unverified", note, ""))
	}
}
