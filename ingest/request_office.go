package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// The office's word on a request by mail, as by `duban issue`: 答复 I07 区财政局:资金已安排 enters an
// answer somebody gave by telephone, 转办 I07 区财政局 asks that unit, 销号 I07 closes, 未解决,原因
// hands over once more. In a reply
// to a letter about the issue the number may be left out. It counts from the office's own
// addresses, checked like any other sender.

var (
	// officeLine is such a first line, after width was folded.
	officeLine = regexp.MustCompile(`^["'“‘「『【\[]?(答复|转办|销号|已解决|未解决)["'”’」』】\]]?[\s:,]*(?:[\[【(]?(?i:(I\d{2,4}))[\]】)]?)?[\s:,。.;]*(.*)$`)
	// answerer is who answered and what: 区财政局:资金已安排.
	answerer = regexp.MustCompile(`^([^:,。;\s]{2,20}?)(?:的)?(?:答复|回复|反馈)?\s*:\s*(.*)$`)
)

// officeWord is what such a mail says of which issue.
type officeWord struct {
	kind  state.WordKind
	issue string // "" when the line names none
	rest  string // of the first line
}

// readOfficeWord reads the first line. Without a number an answer needs a colon and everything
// else a line that says no more than that: 已解决了吗 closes nothing.
func readOfficeWord(m Message) (officeWord, bool) {
	first, _, _ := strings.Cut(strings.TrimSpace(m.Text), "\n")
	first = strings.TrimSpace(norm.NFKC.String(first))
	found := officeLine.FindStringSubmatch(first)
	if found == nil {
		return officeWord{}, false
	}
	w := officeWord{issue: strings.ToUpper(found[2]), rest: found[3]}
	bare := strings.TrimLeft(first, "\"'“‘「『【[")
	switch found[1] {
	case "答复":
		w.kind = state.WordAnswer
		return w, w.issue != "" || strings.Contains(first, ":")
	case "转办":
		w.kind = state.WordAssign
		return w, w.issue != "" || strings.Contains(first, ":")
	case "未解决":
		w.kind = state.WordUnsolved
		return w, w.issue != "" || unsolved.MatchString(bare)
	}
	w.kind = state.WordSolved
	return w, w.issue != "" || solved.MatchString(bare) && !hedged.MatchString(first)
}

// officeWord takes a mail in which the office speaks of a request. mine is false for every
// other mail, among them one that went to others too and names no number: the office talks to
// them.
func (d Desk) officeWord(r *state.Records, a Arrival) (v Verdict, mine bool, err error) {
	if a.Poison != "" || r == nil || d.Schedule == nil {
		return v, false, nil
	}
	m := a.Opened.Message
	p := Place{Kind: state.MailAnswer, Sender: Identify(m, d.Roster, a.Mail.Received), Week: d.Schedule.Running(a.Mail.Received)}
	s, reads := readOfficeWord(m)
	if !reads || !d.ofOffice(p.Sender.Addr) || m.Header("x-duban-key") != "" || Automatic(m, OwnIdentity{}).Kind != "" {
		return v, false, nil
	}
	ids := []string{s.issue}
	if s.issue == "" {
		if ids, err = d.issuesMeant(r, Place{}, m); err != nil || len(ids) == 0 || !d.amongOurselves(m) {
			return v, false, err
		}
	}
	d.authenticate(&p, a.Opened)
	v.Mail = a.Mail
	d.head(&v.Mail, a.Opened, p)
	if p.forged {
		v.Mail.Decision, v.Mail.Findings = state.DecisionQuarantine, p.Findings
		return v, true, nil
	}
	rule := "request-several"
	if len(ids) == 1 {
		if rule, v.Word, err = d.officeSays(r, s, ids[0], a, p.Sender.Addr); err != nil {
			return v, true, err
		}
	}
	if v.Word == nil {
		v.Mail.Decision = state.DecisionHold
		v.Mail.Findings = []state.Finding{d.Rules.Tell(rule, state.Finding{Found: strings.Join(ids, "、")}, "")}
		return v, true, nil
	}
	v.Mail.Decision, v.Mail.Reason = state.DecisionAccept, "the office's word on "+v.Word.Issue+": "+string(v.Word.Kind)
	return v, true, nil
}

// amongOurselves tells whether a mail went to the office and nobody else.
func (d Desk) amongOurselves(m Message) bool {
	return !slices.ContainsFunc(slices.Concat(m.To, m.Cc), func(to Address) bool { return !d.ofOffice(to.Addr) })
}

// officeSays is the word on an issue, or the rule that tells why it cannot be taken.
func (d Desk) officeSays(r *state.Records, s officeWord, id string, a Arrival, by string) (rule string, word *state.Word, err error) {
	i, err := issueMeant(r, []string{id}, "")
	if err != nil {
		return "", nil, err
	}
	ask := i.LastAsk()
	switch {
	case len(i.History) == 0 || !i.Open() && s.kind != state.WordAnswer:
		return "request-office-unknown", nil, nil
	case s.kind == state.WordAnswer && ask == nil, s.kind == state.WordUnsolved && (ask == nil || len(ask.Answers) == 0):
		return "request-office-early", nil, nil
	}
	_, below, _ := strings.Cut(strings.TrimSpace(a.Opened.Message.Text), "\n")
	w := state.Word{
		Issue: i.ID, Kind: s.kind, Mail: a.Mail.ID, By: by, Staff: true, At: a.Mail.Received,
		Week: d.Schedule.Running(a.Mail.Received), Text: cutRunes(strings.TrimSpace(s.rest), longestReason),
	}
	switch s.kind {
	case state.WordAnswer:
		if w.Dept, w.Text = d.answererOf(*ask, s.rest); w.Dept == "" {
			return "request-office-unit", nil, nil
		}
		w.Text = cutRunes(strings.TrimSpace(w.Text+"\n"+below), longestAnswer)
		w.Files = enclosedNames(a.Opened.Message)
		if w.Text == "" && len(w.Files) == 0 {
			return "request-unclear", nil, nil
		}
	case state.WordAssign:
		if w.Units = d.unitsListed(s.rest); len(w.Units) == 0 {
			return "request-office-unit", nil, nil
		}
	case state.WordUnsolved:
		if w.Text = strings.Trim(w.Text, " 。,.;:、!"); w.Text == "" {
			w.Text = "没有写明原因"
		}
	}
	return "", &w, nil
}

// answererOf tells who answered from the beginning of what the office wrote: the unit it names
// before a colon, or the only one that was asked where no name stands there.
func (d Desk) answererOf(ask state.Ask, text string) (unit, rest string) {
	if found := answerer.FindStringSubmatch(text); found != nil {
		return d.Roster.UnitCalled(found[1]), found[2]
	}
	if first, after, _ := strings.Cut(text, " "); utf8.RuneCountInString(first) > 1 && d.Roster.UnitCalled(first) != "" {
		return d.Roster.UnitCalled(first), after
	}
	if asked := slices.Concat(ask.Units, ask.Others); len(asked) == 1 {
		return asked[0], text
	}
	return "", text
}

// unitsListed are the units a line names, the one that leads first; none when one of them is
// not known.
func (d Desk) unitsListed(line string) []string {
	var ids []string
	for _, name := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("、,;: 。和及", r) }) {
		id := d.Roster.UnitCalled(name)
		if id == "" {
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}
