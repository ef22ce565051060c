package ingest

import (
	"regexp"
	"slices"
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

// officeName is how offices and companies are called; people are not.
var officeName = regexp.MustCompile(`局|委员会|办公室|管委会|政府|公司|集团|中心|街道|专班|指挥部`)

// feigned tells a mail that shows one office's name over the address of another and wants its
// answers elsewhere: the address alone would pass. The names of the sender's own departments,
// and of the unit the mail itself reports for, are nobody else's.
func (d Desk) feigned(m Message, s Sender, books []state.Book) bool {
	shown := foldName(s.Name)
	if s.Addr == "" || !officeName.MatchString(shown) || len(m.ReplyTo) == 0 {
		return false
	}
	_, home, _ := strings.Cut(s.Addr, "@")
	for _, to := range m.ReplyTo {
		if _, domain, _ := strings.Cut(strings.ToLower(to.Addr), "@"); domain == home || d.registered(to.Addr) {
			return false
		}
	}
	names := []string{m.Subject}
	for _, b := range books {
		names = append(names, b.UnitName)
	}
	for _, id := range s.Depts {
		dept := d.Roster.Dept(id)
		names = append(append(names, dept.Name, dept.Short), dept.Aliases...)
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		own := foldName(name)
		return own != "" && (strings.Contains(shown, own) || strings.Contains(own, shown))
	})
}

func (d Desk) registered(addr string) bool {
	return d.Roster != nil && slices.ContainsFunc(d.Roster.Depts, func(x state.Dept) bool {
		return addr != "" && (strings.EqualFold(addr, x.Mail) || strings.EqualFold(addr, x.MailBackup) || strings.EqualFold(addr, x.HeadMail))
	})
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
