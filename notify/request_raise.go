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

// A request nobody answered is told to the lead leader of its project, one list a leader, and
// only when the office agrees to it (principle 6). What was answered by then is left out.

// raiseClock is when that is proposed: on the working day after the answer was due.
var raiseClock = state.Clock{Hour: 18}

// raiseWithin is how long the office has to agree.
const raiseWithin = 2 // working days

// raised is the body of such a proposal.
type raised struct {
	Leader string     `json:"leader"`
	Asks   []askRound `json:"asks"`
	Sent   []askRound `json:"sent,omitempty"` // what the letter told in the end
}

type askRound struct {
	Issue string `json:"issue"`
	Round int    `json:"round"`
}

// raise proposes what is overdue and carries out what the office agreed to.
func (p *Planner) raise(ctx context.Context, f facts) error {
	var lists map[string][]errand
	var agreed []state.Proposal
	var open []errand
	err := p.Store.View(ctx, func(r *state.Records) error {
		issues, err := r.OpenIssues()
		if err != nil {
			return err
		}
		var failed error
		d := docket{facts: f, issues: issues, contacts: p.Composer.Contacts, letter: func(key string) *state.Letter {
			l, err := r.Letter(key)
			if err != nil {
				failed = err
			}
			return l
		}}
		open = d.unanswered()
		lists = d.toRaise(open)
		if agreed, err = p.agreed(r, state.ProposalRequest); err != nil {
			return err
		}
		return failed
	})
	if err != nil {
		return fmt.Errorf("read requests left unanswered: %w", err)
	}
	for leader, list := range lists {
		if err := p.proposeRaise(ctx, f, leader, list); err != nil {
			return err
		}
	}
	if f.quiet() {
		return nil // by the morning somebody may have answered
	}
	for _, q := range agreed {
		if err := p.carryRaise(ctx, f, q, open); err != nil {
			return fmt.Errorf("carry out %s: %w", q.Key, err)
		}
	}
	return nil
}

// agreed lists the proposals of a kind the office agreed to and nothing was done about.
func (p *Planner) agreed(r *state.Records, kind state.ProposalKind) ([]state.Proposal, error) {
	pending, err := r.Pending()
	return slices.DeleteFunc(pending, func(q state.Proposal) bool {
		return q.Kind != kind || q.Answer != state.AnswerYes || !q.Done.IsZero()
	}), err
}

// unanswered lists the rounds whose clock has run out without an answer, of projects that have
// a lead leader who can be written to.
func (d docket) unanswered() []errand {
	var out []errand
	for _, i := range d.issues {
		ask := i.LastAsk()
		if !i.Open() || ask == nil || len(ask.Units) == 0 || len(ask.Answers) > 0 {
			continue
		}
		l := d.letter(ask.Letter)
		if _, lost := d.lost(*ask); lost || l == nil || l.Delivered().IsZero() {
			continue
		}
		e := d.about(state.TopicRequestDue, i)
		e.ask, e.letter, e.due = *ask, l, d.schedule.AnswerDue(l.Delivered())
		if e.project != nil && d.roster.Leader(e.project.LeadLeader) != nil && !d.now.Before(e.due) {
			out = append(out, e)
		}
	}
	return out
}

// toRaise sorts those whose time has come by lead leader. Nothing is raised by a calendar that
// is a guess, nor before the mailbox was read.
func (d docket) toRaise(open []errand) map[string][]errand {
	lists := map[string][]errand{}
	for _, e := range open {
		at := raiseClock.On(d.schedule.Calendar.AddWorkdays(e.due, 1))
		if e.ask.Raised != "" || d.now.Before(at) || d.sweep.Before(at) || d.now.Sub(d.sweep) > freshSweep || d.quiet() || d.schedule.Calendar.Provisional(at.Year()) {
			continue
		}
		lists[e.project.LeadLeader] = append(lists[e.project.LeadLeader], e)
	}
	return lists
}

// proposeRaise asks the office whether a leader may be told. The proposal and the mark on each
// request land together: none is proposed twice.
func (p *Planner) proposeRaise(ctx context.Context, f facts, leader string, list []errand) error {
	body := raised{Leader: leader}
	for _, e := range list {
		body.Asks = append(body.Asks, askRound{e.issue.ID, e.ask.Round})
	}
	q, err := p.Composer.raiseProposal(body, list, f.sweep, f.now)
	if err != nil {
		return err
	}
	err = p.Store.Update(ctx, func(r *state.Records) error {
		if isNew, err := r.Propose(q); err != nil || !isNew {
			return err
		}
		for _, a := range body.Asks {
			if err := r.Raise(a.Issue, a.Round, q.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("propose %s: %w", q.Key, err)
	}
	return nil
}

// carryRaise tells the leader what of the list is still unanswered. The letter lands together
// with the mark that it was done.
func (p *Planner) carryRaise(ctx context.Context, f facts, q state.Proposal, open []errand) error {
	var body raised
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return fmt.Errorf("read what was proposed: %w", err)
	}
	open = slices.DeleteFunc(slices.Clone(open), func(e errand) bool {
		return !slices.Contains(body.Asks, askRound{e.issue.ID, e.ask.Round})
	})
	came := outcome{}
	if len(open) == 0 {
		came.Case = "all-answered"
	}
	said, err := p.Composer.says(came)
	if err != nil {
		return err
	}
	for _, e := range open {
		body.Sent = append(body.Sent, askRound{e.issue.ID, e.ask.Round})
	}
	told, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write down what was told: %w", err)
	}
	done := func(r *state.Records) error {
		now, err := r.Proposal(q.Key)
		if err != nil || now == nil {
			return err
		}
		now.Done, now.Outcome, now.Body = f.now, said, told
		return r.PutProposal(*now)
	}
	in := intent{also: done}
	if len(open) > 0 {
		draft, err := p.Composer.RequestUp(q, body.Leader, open, f.sweep, f.now)
		if err != nil {
			return err
		}
		if in, err = p.ready(draft, f.now, done); err != nil {
			return err
		}
	}
	return p.queue(ctx, []intent{in}, f.now)
}

// raiseProposal is what the office is asked about one leader's list.
func (c *Composer) raiseProposal(body raised, list []errand, polled, now time.Time) (state.Proposal, error) {
	who := c.Roster.Leader(body.Leader)
	q := state.Proposal{
		Kind: state.ProposalRequest, Week: c.Schedule.Running(now), Made: now,
		Key:     "request/" + body.Leader + "/" + now.In(c.Schedule.Zone).Format("20060102T1504"),
		Expires: raiseClock.On(c.Schedule.Calendar.AddWorkdays(now.In(c.Schedule.Zone), raiseWithin)),
	}
	page := askRequest{Leader: who.Title + who.Name, Count: count(len(list)), Polled: c.at(polled)}
	for _, e := range list {
		page.Items = append(page.Items, c.requestUpItem(e))
	}
	var err error
	if q.Body, err = json.Marshal(body); err != nil {
		return state.Proposal{}, fmt.Errorf("write down %s: %w", q.Key, err)
	}
	return c.asked(q, "request", page)
}

// askRequest is the data of ask-request.txt.tmpl.
type askRequest struct {
	Leader, Count, Polled string
	Items                 []requestUpItem
}

// requestUpPage is the data of requestup.*.tmpl.
type requestUpPage struct {
	Frame  frame
	Leader string // "副区长 柏拟松"
	Count  string
	Polled string
	Items  []requestUpItem
}

type requestUpItem struct {
	No      string // I07
	Project projectLine
	Problem string
	Ask     string
	Asker   string
	Units   string
	Sent    string // when it reached them
	ReplyBy string
}

// RequestUp tells a lead leader which requests about the leader's projects nobody answered, the
// office in copy. It is written only when the office agreed to it.
func (c *Composer) RequestUp(q state.Proposal, leader string, open []errand, polled, now time.Time) (Draft, error) {
	o := state.Occasion{Topic: state.TopicRequestDue, Target: strings.TrimPrefix(q.Key, "request/")}
	var to []state.Delivery
	p := requestUpPage{Count: count(len(open)), Polled: c.at(polled)}
	if l := c.Roster.Leader(leader); l != nil {
		to = addTo(to, l.Mail, false)
		p.Leader = strings.TrimSpace(l.Title + " " + l.Name)
	}
	d := c.letter(o, addTo(to, c.Office.Mail, len(to) > 0), now)
	d.Week = q.Week
	p.Frame = c.frame(d, leader)
	for _, e := range open[:min(len(open), maxItems)] {
		p.Items = append(p.Items, c.requestUpItem(e))
	}
	return c.render(d, "requestup", p)
}

func (c *Composer) requestUpItem(e errand) requestUpItem {
	return requestUpItem{
		No: e.issue.ID, Project: c.named([]string{e.issue.Project})[0], Problem: trim(e.issue.Text, quoteText), Ask: trim(e.ask.Text, quoteText),
		Asker: c.units(e.askers), Units: c.units(e.ask.Units), Sent: c.at(e.letter.Delivered()), ReplyBy: c.at(e.due),
	}
}
