package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Up the line to the lead leaders: whoever is still missing when the ladder of reminders is
// at its end stands on one list per leader, which the office is asked about. Only with its
// 同意 a leader hears of it, and then of what is still missing at that moment: the list is
// never longer than the one the office saw.

// escalationTail is how long after the end of a proposal a word that came in time is still
// carried out: a mail of the last minute is read some minutes later.
const escalationTail = time.Hour

// patience is how long a department has had its last reminder before a list names it: after
// an outage the reminder and the list would come in one breath.
const patience = 2 * time.Hour

// escalated is the body of a proposal to tell a lead leader.
type escalated struct {
	Leader string
	Due    []overdue
	Sent   []overdue `json:",omitempty"` // what the letter told in the end
}

// escalations proposes the lists that are due and carries out those the office agreed to.
func (p *Planner) escalations(ctx context.Context, f facts) error {
	var errs []error
	for i := range f.weeks {
		errs = append(errs, p.proposeEscalations(ctx, f, &f.weeks[i]))
	}
	return errors.Join(append(errs, p.carryOut(ctx, f, state.ProposalEscalation, p.escalate))...)
}

// escalates reports whether the lists of a week may be drawn now: their hour has come, the
// week is not frozen, and everything that came before is known.
func (f facts) escalates(d state.Deadline) bool {
	at, ok := f.schedule.EscalationAt(d)
	return ok && f.upward(at) && !f.now.Before(at) && !f.sweep.Before(at) && f.now.Sub(f.sweep) <= freshSweep && f.now.Before(f.schedule.FreezeAt(d.Week))
}

// proposeEscalations asks the office about the lists of a week, once a leader and week.
func (p *Planner) proposeEscalations(ctx context.Context, f facts, w *weekFacts) error {
	if !f.escalates(w.deadline) || len(f.overdueBy(w, nil)) == 0 {
		return nil
	}
	var aside []state.Mail
	known := map[string]bool{}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		aside, err = setAside(r, w.deadline.Week)
		for _, leader := range f.roster.Leaders {
			q, also := r.Proposal(escalationKey(w.deadline.Week, leader.ID))
			known[leader.ID], err = q != nil, errors.Join(err, also)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is set aside: %w", err)
	}
	waits, remarks := p.Composer.aside(f.roster, aside)
	lists := f.overdueBy(w, append(waits, f.justReminded(w)...))
	var errs []error
	for _, leader := range f.roster.Leaders {
		list := lists[leader.ID]
		if len(list) == 0 || known[leader.ID] || leader.Mail == "" {
			continue
		}
		q, err := p.Composer.escalationProposal(f, w, leader, list, remarks)
		if err == nil {
			err = p.queue(ctx, []intent{{also: func(r *state.Records) error { _, err := r.Propose(q); return err }}}, f.now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("propose %s: %w", escalationKey(w.deadline.Week, leader.ID), err))
		}
	}
	return errors.Join(errs...)
}

func escalationKey(w state.Week, leader string) string {
	return string(state.ProposalEscalation) + "/" + w.String() + "/" + leader
}

// setAside lists the mails of a week that a person must still look at and that may be
// somebody's report: nobody is called missing whose report lies with us.
func setAside(r *state.Records, w state.Week) ([]state.Mail, error) {
	mails, err := r.MailsOf(w)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(mails, func(m state.Mail) bool {
		return misusedCode(m) || m.Decision != state.DecisionQuarantine && (m.Decision != state.DecisionHold || len(m.Books) == 0)
	}), nil
}

// carryOut acts on every proposal of a kind the office agreed to and of which nothing
// followed yet.
func (p *Planner) carryOut(ctx context.Context, f facts, kind state.ProposalKind, act func(context.Context, facts, state.Proposal) (intent, error)) error {
	var agreed []state.Proposal
	err := p.Store.View(ctx, func(r *state.Records) error {
		pending, err := r.Pending()
		agreed = slices.DeleteFunc(pending, func(q state.Proposal) bool {
			return q.Kind != kind || q.Answer != state.AnswerYes || !q.Done.IsZero()
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the office agreed to: %w", err)
	}
	var errs []error
	for _, q := range agreed {
		in, err := act(ctx, f, q)
		if err == nil && (in.draft != nil || in.also != nil) {
			err = p.queue(ctx, []intent{in}, f.now) // the letter and that it is done land together
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("carry out %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// escalate writes to a lead leader what of the list the office saw is still missing, or says
// why nothing is sent.
func (p *Planner) escalate(ctx context.Context, f facts, q state.Proposal) (intent, error) {
	var body escalated
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return intent{}, fmt.Errorf("read the list: %w", err)
	}
	leader := f.roster.Leader(body.Leader)
	i := slices.IndexFunc(f.weeks, func(w weekFacts) bool { return w.deadline.Week == q.Week })
	switch {
	case i < 0 || !f.now.Before(q.Expires.Add(escalationTail)):
		return p.Composer.ends(q, f.now, outcome{Case: "frozen"})
	case leader == nil || leader.Mail == "":
		return p.Composer.ends(q, f.now, outcome{Case: "no-address"})
	case f.now.Sub(f.sweep) > freshSweep || !f.upward(f.now) || f.quiet():
		return intent{}, nil // the mailbox is out of reach: their reports may lie in it; or the clock is astray; or it is night
	}
	w := &f.weeks[i]
	var aside []state.Mail
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		aside, err = setAside(r, q.Week)
		return err
	})
	if err != nil {
		return intent{}, fmt.Errorf("read what is set aside: %w", err)
	}
	waits, _ := p.Composer.aside(f.roster, aside)
	body.Sent = stillMissing(body.Due, f.overdueBy(w, waits)[body.Leader])
	if len(body.Sent) == 0 {
		return p.Composer.ends(q, f.now, outcome{Case: "all-reported"})
	}
	draft, err := p.Composer.Escalation(Escalation{Week: q.Week, Leader: *leader, Due: body.Sent, Letters: w.letters, Polled: f.sweep, Now: f.now})
	if err != nil {
		return intent{}, err
	}
	if q.Body, err = json.Marshal(body); err != nil {
		return intent{}, fmt.Errorf("write the list: %w", err)
	}
	sent, err := p.Composer.ends(q, f.now, p.Composer.changed(body))
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, sent.also)
}

// done records what came of a proposal, with the letter if there is one.
func done(q state.Proposal, now time.Time, outcome string) intent {
	return intent{also: func(r *state.Records) error {
		q.Done, q.Outcome = now, outcome
		return r.PutProposal(q)
	}}
}
