package notify

import (
	"fmt"
	"time"

	"duban/state"
)

// ownerPage is the data of owner.*.tmpl and ask-adopt.txt.tmpl.
type ownerPage struct {
	Frame    frame
	To       addressed
	From     string // the department that sent the table, or the address nobody registered
	Stranger bool   // it is such an address
	When     string
	Rows     []ownerRow
	More     string // how many are not shown; "" when all are
	Due      string // the week's deadline; "" when it is past
	Until    string // the figures of the week stop changing
}

// ownerRow is one project as somebody else reported it, in 万元; "" for what he left out.
type ownerRow struct{ ID, Name, Sheet, Row, Week, YTD string }

// Owner asks a department about rows of its projects somebody else sent (edge cases: many
// departments in one workbook, sent from a personal mailbox).
func (c *Composer) Owner(a alien, now, until time.Time) (Draft, state.Proposal, error) {
	d := c.letter(a.occasion(), c.toDept(a.dept, nil), now)
	d.Dept, d.NotBefore, d.Cause = a.dept, c.quiet(now), a.mail.ID
	p := ownerPage{
		Frame: c.frame(d, a.dept), To: c.addressed(a.dept), Stranger: a.stranger(), From: trim(a.mail.From, quoteText),
		When: c.at(a.mail.Received), Until: c.at(until),
	}
	if !p.Stranger {
		p.From = c.addressed(a.mail.Dept).Unit
	}
	if due := c.Schedule.Deadline(a.mail.Week).Due; now.Before(due) {
		p.Due = c.at(due)
	}
	for _, row := range a.rows {
		if len(p.Rows) == maxItems {
			p.More = count(len(a.rows) - maxItems)
			break
		}
		p.Rows = append(p.Rows, c.ownerRow(row))
	}
	q, err := c.adoptProposal(a, p, now, until)
	if err != nil {
		return Draft{}, q, err
	}
	d, err = c.render(d, "owner", p)
	return d, q, err
}

func (c *Composer) ownerRow(row alienRow) ownerRow {
	named := c.named([]string{row.Project})[0]
	out := ownerRow{ID: named.ID, Name: named.Name, Sheet: trim(row.sheet, quoteCell), Row: fmt.Sprint(row.No)}
	if f, ok := row.Money("week_invest"); ok {
		out.Week = wan(f)
	}
	if f, ok := row.Money("ytd_invest"); ok {
		out.YTD = wan(f)
	}
	return out
}
