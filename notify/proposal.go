package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// Proposals: what only the office may let happen. A family of letters proposes (state.Propose)
// and acts on the answer in its own pass; here the office is asked, each of its decisions is
// confirmed once, and what nobody answered lapses.

// confirmAnyway is how long a confirmation waits for what the office agreed to, so that one
// letter tells both; after it the decision alone is confirmed.
const confirmAnyway = time.Hour

// proposals asks, confirms and closes. It stands behind every family that proposes, so that
// what a tick proposes or carries out is told in the same tick.
func (p *Planner) proposals(ctx context.Context, f facts) error {
	var pending []state.Proposal
	told := map[string]*state.Letter{} // by key, the letters already queued about them
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if pending, err = r.Pending(); err != nil {
			return err
		}
		if err = p.Composer.takenIn(r, pending); err != nil {
			return err
		}
		for _, q := range pending {
			for _, o := range []state.Occasion{asking(q), confirming(q, 1), confirming(q, 2)} {
				if told[o.Key()], err = r.Letter(o.Key()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what is proposed: %w", err)
	}
	var errs []error
	for _, q := range pending {
		in, err := p.aboutProposal(q, told, f.now)
		if err == nil && (in.draft != nil || in.also != nil) {
			err = p.queue(ctx, []intent{in}, f.now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("proposal %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// aboutProposal is the next letter to the office about a proposal; the zero intent for none.
func (p *Planner) aboutProposal(q state.Proposal, told map[string]*state.Letter, now time.Time) (intent, error) {
	asked := told[asking(q).Key()] != nil || q.Kind == state.ProposalClaim || q.Kind == state.ProposalAdopt // its notice, or letter, asked
	settled := q.Answer == state.AnswerNo || !q.Done.IsZero()
	first := told[confirming(q, 1).Key()]
	switch {
	case q.Answer == state.AnswerNone && !now.Before(q.Expires):
		return intent{also: closing(q, now)}, nil // in silence, as the letter said
	case q.Answer == state.AnswerNone && !asked:
		return p.writeAsk(q, now)
	case q.Answer == state.AnswerNone:
		return intent{}, nil
	case first == nil && (settled || now.After(q.At.Add(confirmAnyway))):
		return p.writeConfirm(q, 1, settled, now)
	case first != nil && settled && q.Outcome != "" && first.QueuedAt.Before(q.Done):
		return p.writeConfirm(q, 2, settled, now)
	case first != nil && settled:
		return intent{also: closing(q, now)}, nil
	}
	return intent{}, nil
}

// writeAsk asks the office. The code is given out in the transaction that queues the letter,
// so one that was never printed is good for nothing.
func (p *Planner) writeAsk(q state.Proposal, now time.Time) (intent, error) {
	var give func(*state.Records) error
	if p.Code != nil {
		code, err := p.Code()
		if err != nil {
			return intent{}, fmt.Errorf("draw a one-time code: %w", err)
		}
		q.Code = code
		give = func(r *state.Records) error { return r.AskWith(q.Key, code) }
	}
	draft, err := p.Composer.Ask(q, now)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, now, give)
}

// writeConfirm tells the office that its decision was taken and what came of it.
func (p *Planner) writeConfirm(q state.Proposal, round int, settled bool, now time.Time) (intent, error) {
	draft, err := p.Composer.Confirm(q, round, now)
	if err != nil {
		return intent{}, err
	}
	var also func(*state.Records) error
	if settled {
		also = closing(q, now)
	}
	return p.ready(draft, now, also)
}

// closing takes a proposal off the list of pending ones, unless the office's word came since
// it was read.
func closing(read state.Proposal, now time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		q, err := r.Proposal(read.Key)
		if err != nil || q == nil || q.Answer != read.Answer {
			return err
		}
		q.Closed = now
		return r.PutProposal(*q)
	}
}

// asking is the letter that asks about a proposal.
func asking(q state.Proposal) state.Occasion {
	return state.Occasion{Topic: state.TopicProposal, Week: q.Week, Target: proposalName(q)}
}

// confirming is the letter that confirms the office's decision; the second of them tells an
// outcome that came later.
func confirming(q state.Proposal, round int) state.Occasion {
	return state.Occasion{Topic: state.TopicNotice, Week: q.Week, Target: "decided-" + proposalName(q), Round: round}
}

// proposalName names a proposal within its week: "escalation-L05".
func proposalName(q state.Proposal) string {
	parts := strings.Split(q.Key, "/")
	kept := parts[:0]
	for _, part := range parts {
		if part != q.Week.String() {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "-")
}
