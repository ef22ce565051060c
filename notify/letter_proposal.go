package notify

import (
	"time"

	"duban/state"
)

// maxAskLines is how many lines of a proposal its letter shows; `duban proposals` shows all.
const maxAskLines = 60

// proposalPage is the data of proposal.*.tmpl and decided.*.tmpl.
type proposalPage struct {
	Frame frame
	Kind  string   // "escalation", "circular", "change", "claim": what 同意 leads to
	Title string   // what it is about
	Lines []string // exactly what was proposed
	More  string   // how many lines are not shown; "" when all are
	Until string   // a word received from then on is not taken
	Code  string   // good once; "" when none is given out
	Key   string   // for `duban approve`

	Yes     bool   // decided: 同意
	Unit    string // whose report it is, by a claim
	By      string
	When    string
	Reason  string
	Pending bool   // what follows is still to be carried out
	Outcome string // what came of it beside what was proposed; "" when it went as proposed
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
