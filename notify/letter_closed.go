package notify

import (
	"strings"
	"time"
)

// closedPage is the data of closed.*.tmpl.
type closedPage struct {
	Frame    frame
	To       addressed
	Project  projectLine
	Problem  string
	Ask      string // what was asked; "" when nothing was
	When     string
	Own      bool   // the department itself said that it is solved
	By       string // who of the office closed it; "" when the mail address is all that is known
	Why      string
	Unit     string // who answered last; "" when nobody did
	Answered string // when
	Into     string // the number it goes on under; "" when it is closed
}

// Closed tells whoever reported an issue that it is closed, or goes on under another number, the
// office in copy.
func (c *Composer) Closed(e errand, now time.Time) (Draft, error) {
	d, f := c.toAskers(e, now)
	p := closedPage{
		Frame: f, To: c.addressed(e.askers[0]), Project: c.named([]string{e.issue.Project})[0],
		Problem: trim(e.issue.Text, quoteText), Ask: trim(e.issue.Request, quoteText), When: c.at(e.closing.At),
		Own: e.own, Into: e.closing.Merge, Why: trim(e.closing.Why, quoteText),
	}
	if by := e.closing.By; !strings.Contains(by, "@") {
		p.By = trim(by, quoteCell)
	}
	if ask := e.issue.LastAsk(); ask != nil && len(ask.Answers) > 0 {
		last := ask.Answers[len(ask.Answers)-1]
		p.Unit, p.Answered = c.units([]string{last.Dept}), c.at(last.At)
	}
	return c.render(d, "closed", p)
}
