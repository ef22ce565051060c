package ingest

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// The office's say by mail: a reply whose first line is a word of the office and the one-time
// code of the letter it answers. 暂缓 and 发送 hold the leaders' letter back or let it go,
// 同意 and 不同意 answer a proposal, 认领 D05 takes a mail that was set aside as that
// department's report. It counts only from the office's own addresses, checked like any
// other sender; from anybody else it is set aside and told. Whatever is quoted below the
// first line decides nothing.

// The words of the office.
const (
	wordHold  = "暂缓"
	wordSend  = "发送"
	wordYes   = "同意"
	wordNo    = "不同意"
	wordClaim = "认领"
)

// sayLine and claimLine are that first line, after width was folded: 暂缓 48217730 数字还要核;
// 认领 D05 48217730. People copy the quotation marks of the letter along.
var (
	sayLine   = regexp.MustCompile(`^["'“‘「『【\[]?(暂缓|发送|不同意|同意)["'”’」』】\]]?[\s::,,]*([0-9]{8})\b["'”’」』】\]]?[\s。,.,;;::]*(.*)$`)
	claimLine = regexp.MustCompile(`^["'“‘「『【\[]?认领["'”’」』】\]]?[\s::,,]*(.{0,40}?)[\s::,,]*([0-9]{8})\b["'”’」』】\]]?[\s。,.,;;::]*(.*)$`)
)

// longestReason bounds the reason kept with a decision, in characters.
const longestReason = 200

// saying is what such a mail says.
type saying struct {
	word         string
	dept         string // whose report it is, as written after 认领; "" when nothing was
	code, reason string
}

// readSaying reads the first line a person wrote; the lines below it go on with the reason.
func readSaying(m *Message) (saying, bool) {
	lines := strings.Split(strings.TrimSpace(m.Text), "\n")
	first := strings.TrimSpace(norm.NFKC.String(lines[0]))
	var s saying
	if found := sayLine.FindStringSubmatch(first); found != nil {
		s = saying{word: found[1], code: found[2], reason: found[3]}
	} else if found := claimLine.FindStringSubmatch(first); found != nil {
		s = saying{word: wordClaim, dept: found[1], code: found[2], reason: found[3]}
	} else {
		return saying{}, false
	}
	reason := []string{s.reason}
	for _, line := range lines[1:] {
		if line = strings.TrimSpace(line); line == "" || line == "--" {
			break // a blank line or a dash parts the reason from a signature
		}
		reason = append(reason, line)
	}
	s.reason = cutRunes(strings.TrimSpace(strings.Join(reason, " ")), longestReason)
	return s, true
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
		p.Kind, p.Reason = state.MailOther, "a word of the office from an address that is not the office's"
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
	return v, true, d.heed(r, &v, s, p.Sender.Addr)
}

// heed finds what the office's word is about and takes it, or says why it cannot: then
// nothing follows and the code stays as it was.
func (d Desk) heed(r *state.Records, v *Verdict, s saying, by string) error {
	e, err := r.CodeErrand(s.code, v.Mail.Received)
	if !e.Week.IsZero() {
		v.Mail.Week = e.Week
	}
	refuse := func(rule, reason, found string) {
		v.Mail.Reason = reason
		v.Mail.Findings = []state.Finding{d.Rules.Tell(rule, state.Finding{Found: found}, "")}
	}
	if rule := badCode(err); rule != "" {
		refuse(rule, err.Error(), s.code)
		return nil
	}
	if err != nil {
		return err
	}
	chosen := ""
	switch {
	case !fits(e, s.word):
		refuse("office-code-word", "the code is good for another word", s.code)
		return nil
	case s.word == wordClaim:
		if chosen = d.claimant(s.dept, v.Mail.Received); chosen == "" {
			refuse("office-code-claimant", "no department of that name", s.dept)
			return nil
		}
	}
	v.Mail.Decision = state.DecisionAccept
	if e.Proposal == nil {
		v.Mail.Reason = "the office's say on the leaders' letter"
		v.Say = &state.Say{Week: e.Week, Held: s.word == wordHold, Reason: s.reason, By: by, Code: s.code, At: v.Mail.Received}
		return nil
	}
	v.Mail.Reason = "the office's word on " + e.Proposal.Key
	v.Proposal = e.Proposal.Key
	v.Decided = state.Decided{Answer: state.AnswerYes, Chosen: chosen, Reason: s.reason, By: by, At: v.Mail.Received}
	if s.word == wordNo {
		v.Decided.Answer = state.AnswerNo
	}
	return nil
}

// claimant is the department a claim names, by id or by any of its names; "" when none or
// several have it.
func (d Desk) claimant(name string, at time.Time) string {
	if dept := d.Roster.FindDept(strings.ToUpper(name)); dept != nil {
		return dept.ID
	}
	if dept := d.Roster.FindDept(name); dept != nil {
		return dept.ID
	}
	if ids := d.Roster.Named(name, at, foldName); len(ids) == 1 {
		return ids[0]
	}
	return ""
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

// fits reports whether a word is one a code may come with: which of them depends on what
// the office was asked.
func fits(e state.Errand, word string) bool {
	switch {
	case e.Proposal == nil:
		return word == wordHold || word == wordSend
	case e.Proposal.Kind == state.ProposalClaim:
		return word == wordClaim
	}
	return word == wordYes || word == wordNo
}
