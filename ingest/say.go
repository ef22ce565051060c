package ingest

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// The office's say by mail: a reply whose first line is 暂缓 or 发送 and the one-time code of
// the preview holds the leaders' letter or lets it go. It counts only from the office's own
// addresses, checked like any other sender; from anybody else it is set aside and told.

// sayLine is that first line, after width was folded: 暂缓 48217730 数字还要核.
var sayLine = regexp.MustCompile(`^["'“‘【\[]?(暂缓|发送)["'”’】\]]?[\s::,,]*([0-9]{8})\b[\s。,.,;;::]*(.*)$`)

// longestReason bounds the reason kept with a decision, in characters.
const longestReason = 200

// saying is what such a mail says.
type saying struct {
	held         bool
	code, reason string
}

// readSaying reads the first line a person wrote; the lines below it go on with the reason.
func readSaying(m *Message) (saying, bool) {
	lines := strings.Split(strings.TrimSpace(m.Text), "\n")
	found := sayLine.FindStringSubmatch(strings.TrimSpace(norm.NFKC.String(lines[0])))
	if found == nil {
		return saying{}, false
	}
	reason := []string{found[3]}
	for _, line := range lines[1:] {
		if line = strings.TrimSpace(line); line == "" || line == "--" {
			break // a blank line or a dash parts the reason from a signature
		}
		reason = append(reason, line)
	}
	return saying{found[1] == "暂缓", found[2], cutRunes(strings.TrimSpace(strings.Join(reason, " ")), longestReason)}, true
}

// say takes a mail that is the office's say, or looks like it. mine is false for every other
// mail. r may be nil where there are no records; then nothing is decided.
func (d Desk) say(r *state.Records, a Arrival) (v Verdict, mine bool, err error) {
	if a.Poison != "" || d.Schedule == nil {
		return v, false, nil
	}
	s, reads := readSaying(&a.Opened.Message)
	if !reads || a.Opened.Message.Header("x-duban-key") != "" || Automatic(a.Opened.Message, OwnIdentity{}).Kind != "" {
		return v, false, nil // our own letters and what programs write decide nothing
	}
	p := Place{Kind: state.MailAnswer, Sender: Identify(a.Opened.Message, d.Roster, a.Mail.Received), Week: d.filedUnder(nil, a.Mail.Received)}
	v.Mail = a.Mail
	if !d.ofOffice(p.Sender.Addr) {
		p.Kind, p.Reason = state.MailOther, "a word on the leaders' letter from an address that is not the office's"
		switch len(p.Sender.Depts) {
		case 0:
			p.Kind = state.MailUnknown
		case 1:
			p.Dept = p.Sender.Depts[0]
		}
		d.head(&v.Mail, a.Opened, p)
		v.Mail.Decision = state.DecisionQuarantine
		v.Mail.Findings = []state.Finding{d.Rules.Tell("office-code-stranger", state.Finding{Found: p.Sender.Addr}, "")}
		return v, true, nil
	}
	d.authenticate(&p, a.Opened)
	if p.forged {
		d.head(&v.Mail, a.Opened, p)
		v.Mail.Decision, v.Mail.Findings = state.DecisionQuarantine, p.Findings
		return v, true, nil
	}
	d.head(&v.Mail, a.Opened, p)
	v.Mail.Decision = state.DecisionHold
	if r == nil {
		return v, true, nil
	}
	week, err := r.CodeWeek(s.code)
	if !week.IsZero() {
		v.Mail.Week = week
	}
	if rule := badCode(err); rule != "" {
		v.Mail.Reason = err.Error()
		v.Mail.Findings = []state.Finding{d.Rules.Tell(rule, state.Finding{Found: s.code}, "")}
		return v, true, nil
	}
	if err != nil {
		return v, true, err
	}
	v.Mail.Decision, v.Mail.Reason = state.DecisionAccept, "the office's say on the leaders' letter"
	v.Say = &state.Say{Week: week, Held: s.held, Reason: s.reason, By: p.Sender.Addr, Code: s.code, At: a.Mail.Received}
	return v, true, nil
}

// badCode names the rule that tells the office why a code is good for nothing; "" when it
// is good, or not known to be bad.
func badCode(err error) string {
	switch {
	case errors.Is(err, state.ErrCodeUnknown):
		return "office-code-unknown"
	case errors.Is(err, state.ErrCodeUsed):
		return "office-code-used"
	case errors.Is(err, state.ErrCodeExpired):
		return "office-code-expired"
	}
	return ""
}

// ofOffice reports whether an address is one of those that decide for the office.
func (d Desk) ofOffice(addr string) bool {
	return addr != "" && (slices.Contains(d.Staff, addr) || slices.Contains(d.Own.Addresses, addr))
}
