package notify

import (
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// maxAskLines is how many lines of a proposal its letter shows; `duban proposals` shows all.
const maxAskLines = 60

// proposalPage is the data of proposal.*.tmpl and decided.*.tmpl.
type proposalPage struct {
	Frame frame
	Kind  string   // "escalation", "circular", "change", "claim", "adopt": what 同意 leads to
	Title string   // what it is about
	Lines []string // exactly what was proposed
	More  string   // how many lines are not shown; "" when all are
	Until string   // a word received from then on is not taken
	Code  string   // good once; "" when none is given out
	Key   string   // for `duban approve`

	Yes     bool   // decided: 同意
	Unit    string // whose report it is, by a claim or an adoption
	By      string
	When    string
	Reason  string
	Pending bool   // what follows is still to be carried out
	Outcome string // what came of it beside what was proposed; "" when it went as proposed
}

// asked gives a proposal the words the office reads: the first line of ask-NAME is its title,
// the others are its points.
func (c *Composer) asked(q state.Proposal, name string, data any) (state.Proposal, error) {
	lines, err := c.Pages.Say("ask-"+name, data)
	if err != nil {
		return state.Proposal{}, fmt.Errorf("word %s: %w", q.Key, err)
	}
	q.Title, q.Lines = lines[0], lines[1:]
	return q, nil
}

// outcome is the data of outcome.txt.tmpl: what came of a proposal beside what was proposed.
type outcome struct {
	Case       string
	Week       string // "counts", "closed", "handed", "joined": from which week on
	Gone, Less string // "fewer": who is not on the list any more, or with less
	// "closed": the project's number, and the day from which it is expected no more, ISO; "joined":
	// from which it is.
	Project, Day string
	Taken        bool   // "joined": the row that was sent counts
	Unit, Former string // "handed": who answers for the project now, and who did
}

// ends is what is recorded of a proposal of which nothing is to be sent: that it is done, and
// why in words.
func (c *Composer) ends(q state.Proposal, now time.Time, o outcome) (intent, error) {
	said, err := c.says(o)
	return done(q, now, said), err
}

// says is an outcome in words; "" for the zero one: it went as proposed.
func (c *Composer) says(o outcome) (string, error) {
	if o.Case == "" {
		return "", nil
	}
	lines, err := c.Pages.Say("outcome", o)
	if err != nil {
		return "", fmt.Errorf("word the outcome %s: %w", o.Case, err)
	}
	return strings.Join(lines, ""), nil
}

// Ask asks the office about a proposal.
func (c *Composer) Ask(q state.Proposal, now time.Time) (Draft, error) {
	d := c.letter(asking(q), c.toOffice(), now)
	return c.render(d, "proposal", c.proposalPage(d, q))
}

// Confirm tells the office that its decision on a proposal was taken.
func (c *Composer) Confirm(q state.Proposal, round int, now time.Time) (Draft, error) {
	d := c.letter(confirming(q, round), c.toOffice(), now)
	p := c.proposalPage(d, q)
	p.Yes, p.By, p.When, p.Reason = q.Answer == state.AnswerYes, trim(q.By, quoteCell), c.at(q.At), trim(q.Reason, quoteText)
	if q.Chosen != "" {
		p.Unit = c.addressed(q.Chosen).Unit
	}
	p.Pending, p.Outcome = p.Yes && q.Done.IsZero(), q.Outcome
	return c.render(d, "decided", p)
}

func (c *Composer) proposalPage(d Draft, q state.Proposal) proposalPage {
	p := proposalPage{
		Frame: c.frame(d, ""), Kind: string(q.Kind), Title: q.Title, Lines: q.Lines, Until: c.at(q.Expires), Code: q.Code, Key: q.Key,
	}
	if n := len(q.Lines); n > maxAskLines {
		p.Lines, p.More = q.Lines[:maxAskLines], count(n-maxAskLines)
	}
	return p
}
