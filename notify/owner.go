package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// A mail may report projects whose department did not send it: a table of several departments,
// or a report from an address nobody registered. Nothing of it is taken; the office is told
// (notices.go), and here the department itself is asked, once a week and sender: it reports as
// usual, or agrees by reply that these rows count as its own (state.Adoption).

// alien are the rows of one department's projects in a mail it did not send.
type alien struct {
	mail state.Mail
	dept string
	rows []alienRow
}

type alienRow struct {
	sheet string
	state.Row
}

// owners writes to the departments whose projects a mail reports that is not theirs, with the
// proposal each may agree to; asked are those that get a letter, or got it before.
func (p *Planner) owners(ctx context.Context, m state.Mail, now time.Time) (letters []intent, asked []string, err error) {
	c := p.Composer
	freeze := c.Schedule.FreezeAt(m.Week)
	if m.Week.IsZero() || !now.Before(freeze) {
		return nil, nil, nil
	}
	for _, a := range c.aliens(m) {
		known := false
		err := p.Store.View(ctx, func(r *state.Records) (err error) {
			l, err := r.Letter(a.occasion().Key())
			if known = l != nil; err != nil || known {
				return err
			}
			a.rows, err = unreported(r, c.Schedule.Deadline(m.Week), a)
			return err
		})
		if err != nil {
			return nil, nil, fmt.Errorf("read the week of %s: %w", a.dept, err)
		}
		if known {
			asked = append(asked, a.dept)
			continue
		}
		if len(a.rows) == 0 || len(c.toDept(a.dept, nil)) == 0 {
			continue
		}
		in, err := p.writeOwner(a, now, freeze)
		if err != nil {
			return nil, nil, fmt.Errorf("letter to %s: %w", a.dept, err)
		}
		letters, asked = append(letters, in), append(asked, a.dept)
	}
	return letters, asked, nil
}

// occasion names the letter: one to a department for each week and sender.
func (a alien) occasion() state.Occasion {
	sender := a.mail.Dept
	if a.stranger() {
		sender = digestOf(strings.ToLower(a.mail.From))
	}
	return state.Occasion{Topic: state.TopicOwner, Week: a.mail.Week, Target: a.dept + "/" + sender}
}

func (a alien) stranger() bool { return a.mail.Kind == state.MailUnknown }

// aliens finds the rows, by department in the order of the mail. What an address nobody
// registered sends is asked about only where all of it is one department's: a list of the whole
// district is nobody's report.
func (c *Composer) aliens(m state.Mail) []alien {
	if m.Kind != state.MailUnknown && m.Raise != state.RaiseForeign {
		return nil
	}
	var out []alien
	for _, b := range m.Books {
		if b.Refused != "" || !b.Week.IsZero() && b.Week != m.Week {
			continue
		}
		for _, s := range b.Sheets {
			for _, row := range s.Rows {
				project := c.Roster.Project(row.Project)
				if project == nil || m.Of(project.Dept) || m.Kind != state.MailUnknown && !heldAsForeign(m, project.ID) {
					continue
				}
				at := slices.IndexFunc(out, func(a alien) bool { return a.dept == project.Dept })
				if at < 0 {
					out, at = append(out, alien{mail: m, dept: project.Dept}), len(out)
				}
				out[at].rows = append(out[at].rows, alienRow{s.Name, row})
			}
		}
	}
	out = slices.DeleteFunc(out, func(a alien) bool {
		dept := c.Roster.Dept(a.dept)
		return dept == nil || !dept.Reports
	})
	if m.Kind == state.MailUnknown && len(out) > 1 {
		return nil
	}
	return out
}

func heldAsForeign(m state.Mail, project string) bool {
	return slices.ContainsFunc(m.Findings, func(f state.Finding) bool {
		return f.Rule == "not-your-project" && f.Level == state.LevelError && f.Project == project
	})
}

// unreported are the rows of projects of which the department itself has sent nothing yet and
// is to send something.
func unreported(r *state.Records, d state.Deadline, a alien) ([]alienRow, error) {
	week, err := r.DeptWeek(d.Week, a.dept)
	if err != nil {
		return nil, err
	}
	exempt, err := r.ExemptIn(d)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(a.rows, func(row alienRow) bool {
		return week.Row(row.Project) != nil || week != nil && slices.Contains(week.Wait, row.Project) ||
			exempt.Has(row.Project) || exempt.Has(a.dept)
	}), nil
}

// writeOwner is the letter and, in the same transaction, what the department may agree to.
func (p *Planner) writeOwner(a alien, now, until time.Time) (intent, error) {
	draft, q, err := p.Composer.Owner(a, now, until)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, now, func(r *state.Records) error {
		_, err := r.Propose(q)
		return err
	})
}

// adoptProposal is what the department may agree to.
func (c *Composer) adoptProposal(a alien, p ownerPage, now, until time.Time) (state.Proposal, error) {
	about := state.Adoption{Mail: a.mail.ID, Dept: a.dept}
	body, err := json.Marshal(about)
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write down %s: %w", about.Key(), err)
	}
	return c.asked(state.Proposal{
		Key: about.Key(), Kind: state.ProposalAdopt, Week: a.mail.Week, Made: now, Expires: until, Body: body,
	}, "adopt", p)
}
