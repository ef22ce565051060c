package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// claims carries out what the office claimed by mail (认领 D05 and the code), the same as
// `duban accept`, and what departments agreed to (adopt.go). A claim that cannot be carried out
// is told with its reason, once.
func (c *Collector) claims(ctx context.Context, now time.Time) error {
	agreed, err := c.agreed(ctx, state.ProposalClaim, state.ProposalAdopt)
	if err != nil {
		return fmt.Errorf("read what was claimed: %w", err)
	}
	var errs []error
	for _, q := range agreed {
		claim := Claim{Mail: string(q.Body), Dept: q.Chosen, Why: cmp.Or(q.Reason, "claimed by mail"), By: q.By, Proposal: q.Key, At: now}
		if q.Kind == state.ProposalAdopt {
			if claim, err = adoption(q, now); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		_, err := c.Accept(ctx, claim)
		if rule := badClaim(err); rule != "" {
			outcome := c.Desk.Rules.Tell(rule, state.Finding{}, "").Message
			err = c.Store.Update(ctx, func(r *state.Records) error { return carriedOut(r, q.Key, outcome, now) })
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("carry out %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// agreed lists the proposals of some kinds that were agreed to and of which nothing followed yet.
func (c *Collector) agreed(ctx context.Context, kinds ...state.ProposalKind) ([]state.Proposal, error) {
	var out []state.Proposal
	err := c.Store.View(ctx, func(r *state.Records) error {
		pending, err := r.Pending()
		out = slices.DeleteFunc(pending, func(q state.Proposal) bool {
			return !slices.Contains(kinds, q.Kind) || q.Answer != state.AnswerYes || !q.Done.IsZero()
		})
		return err
	})
	return out, err
}

// badClaim names the rule that tells the office why a claim cannot be carried out; "" when
// it was, or may be at the next turn.
func badClaim(err error) string {
	switch {
	case errors.Is(err, ErrNotAside):
		return "claim-not-aside"
	case errors.Is(err, ErrNoReport):
		return "claim-no-report"
	case errors.Is(err, ErrOvertaken):
		return "claim-overtaken"
	}
	return ""
}

// carriedOut records what came of a proposal.
func carriedOut(r *state.Records, key, outcome string, now time.Time) error {
	q, err := r.Proposal(key)
	if err != nil {
		return err
	}
	if q == nil {
		return fmt.Errorf("proposal %s: %w", key, state.ErrNoProposal)
	}
	q.Done, q.Outcome = now, outcome
	return r.PutProposal(*q)
}
