package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// A department whose projects somebody else reported was asked by letter. Its reply 同意 takes
// those rows as its own report; the registered address needs no code for what it may as well
// send itself. 不同意 leaves them out, any other words are read by the office, and a table is a
// report like any other.

var (
	agreed = regexp.MustCompile(`^["'“‘「『【\[]?同意(采用|按(这份|此|该)表采用)?["'”’」』】\]]?([\s。,.,;;!!]|$)`)
	// withReserve is what makes 同意 doubtful: 同意,但有一个数不对.
	withReserve = regexp.MustCompile(`但|不过|除|部分|自己|自行|另|[?]`)
	disagree    = regexp.MustCompile(`^["'“‘「『【\[]?不同意`)
)

// adopts takes a reply to a letter that asked a department about its projects. mine is false
// for every other mail.
func (d Desk) adopts(r *state.Records, a Arrival, p Place) (v Verdict, mine bool, err error) {
	if p.forged || p.Auto.Kind != "" || d.Schedule == nil || weeklyForm(p.Books) || p.Kind == state.MailNil {
		return v, false, nil
	}
	l, err := ownerLetter(r, a.Opened.Message)
	if err != nil || l == nil || !slices.Contains(p.Sender.Depts, l.Dept) {
		return v, false, err
	}
	q, err := r.Proposal(state.Adoption{Mail: l.Cause, Dept: l.Dept}.Key())
	if err != nil {
		return v, false, err
	}
	p.Dept, p.Week, p.Findings, p.Books = l.Dept, l.Week, nil, nil
	p.Kind, p.Reason = state.MailAnswer, "answers "+l.Key
	first, _, _ := strings.Cut(strings.TrimSpace(norm.NFKC.String(a.Opened.Message.Text)), "\n")
	word := state.Decided{Chosen: l.Dept, By: p.Sender.Addr, At: a.Mail.Received}
	switch {
	case agreed.MatchString(first) && !withReserve.MatchString(first):
		word.Answer = state.AnswerYes
	case disagree.MatchString(first):
		word.Answer = state.AnswerNo
		word.Reason = cutRunes(strings.TrimLeft(disagree.ReplaceAllString(first, ""), ` "'”’」』】]。,.;:`), longestReason)
	}
	v.Mail = a.Mail
	d.head(&v.Mail, a.Opened, p)
	switch {
	case acknowledges(a.Opened.Message) && word.Answer == state.AnswerNone:
		v.Mail.Decision = state.DecisionAccept
	case word.Answer != state.AnswerNone && q != nil && q.Open(a.Mail.Received):
		v.Mail.Decision, v.Proposal, v.Decided = state.DecisionAccept, q.Key, word
	default: // other words, or a word that comes too late
		v.Mail.Kind, v.Mail.Decision = state.MailOther, state.DecisionHold
	}
	return v, true, nil
}

// ownerLetter is the letter about its projects that a mail answers; nil for none.
func ownerLetter(r *state.Records, m Message) (*state.Letter, error) {
	return referredTo(r, m, func(l *state.Letter) bool { return l.Kind == state.TopicOwner })
}

// adopted is the verdict on what a mail that counts as another department's report tells of
// the owner's projects: its rows alone, as if the two had shared an address.
func (d Desk) adopted(r *state.Records, aside state.Mail, o Opened, claim Claim) (Verdict, error) {
	d = d.on(aside.Received)
	p := Place{Books: reports(o), Dept: aside.Dept, wrong: map[string]bool{}}
	p.Sender = Identify(o.Message, d.Roster, aside.Received)
	p.Sender.Depts = append([]string{aside.Dept, claim.Dept}, aside.Besides...)
	var failed error
	d.placeOf(&p, o, aside.Received, func(dept string, week state.Week) *state.DeptWeek {
		w, err := r.DeptWeek(week, dept)
		failed = errors.Join(failed, err)
		return w
	})
	switch {
	case failed != nil:
		return Verdict{}, failed
	case slices.Contains(p.Besides, claim.Dept):
		p = p.next(claim.Dept)
	case p.Dept != claim.Dept:
		return Verdict{}, ErrNoReport
	}
	judged, err := d.judgedAgain(r, aside, o, p)
	if err != nil {
		return Verdict{}, err
	}
	sender, err := d.of(p.Week).unburdened(r, aside, judged.Depts[0])
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Mail: aside}
	v.Mail.Besides = append(slices.Clone(aside.Besides), claim.Dept)
	v.join(judged)
	if sender != nil {
		v.Depts = append(v.Depts, *sender)
	}
	return v, nil
}

// unburdened is the week of the department that sent the rows, without the findings that they
// are not its own: their owner took them. Nil where that changes nothing.
func (d Desk) unburdened(r *state.Records, aside state.Mail, owner state.DeptWeek) (*state.DeptWeek, error) {
	w, err := r.DeptWeek(owner.Week, aside.Dept)
	if err != nil || w == nil {
		return nil, err
	}
	theirs := func(f state.Finding) bool {
		return f.Rule == ruleForeign && (owner.Row(f.Project) != nil || slices.Contains(owner.Wait, f.Project))
	}
	if !slices.ContainsFunc(w.Open, theirs) {
		return nil, nil
	}
	w.Open = slices.DeleteFunc(slices.Clone(w.Open), theirs)
	exempt, err := r.ExemptIn(d.Schedule.Deadline(w.Week))
	if err != nil {
		return nil, err
	}
	d.order(w, exempt)
	w.State = stateOf(w)
	return w, nil
}

// adoption is the claim a department's 同意 makes.
func adoption(q state.Proposal, now time.Time) (Claim, error) {
	a, err := q.Adoption()
	return Claim{
		Mail: a.Mail, Dept: a.Dept, Adopt: true, By: q.By, Why: fmt.Sprintf("agreed to by %s", q.By), Proposal: q.Key, At: now,
	}, err
}
