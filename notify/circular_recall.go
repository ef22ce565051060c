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

// A circular the office agreed to may wait for days for a mail server out of reach. While no
// copy has begun to leave, its grounds are read again in every turn: nobody is named to others
// for what he has put right since. Once a copy left, all go: two readings would be worse.

// recallCirculars takes back what waits and does not stand any more.
func (p *Planner) recallCirculars(ctx context.Context, f facts) error {
	var open []state.Letter
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		open, err = r.OpenLetters()
		return err
	})
	if err != nil {
		return fmt.Errorf("read which circulars wait: %w", err)
	}
	var errs []error
	for i := range open {
		if open[i].Kind != state.TopicCircular || open[i].Begun() {
			continue
		}
		if err := p.recallCircular(ctx, f, open[i]); err != nil {
			errs = append(errs, fmt.Errorf("look at %s again: %w", open[i].Key, err))
		}
	}
	return errors.Join(errs...)
}

// recallCircular takes a circular back if its grounds are others now. That it does not leave,
// that nothing of it is to be put right, what the office is told and the new draft land in one
// transaction: a crash before it leaves the circular waiting and the next turn takes it back.
func (p *Planner) recallCircular(ctx context.Context, f facts, l state.Letter) error {
	var q *state.Proposal
	var body circulated
	var now []state.Ground
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if q, err = r.Proposal(circularKey(l.Week, l.Round)); err != nil || q == nil {
			return err
		}
		body = circulated{}
		if err := json.Unmarshal(q.Body, &body); err != nil {
			return fmt.Errorf("read the draft: %w", err)
		}
		now, err = p.grounds(r, f, l.Week)
		return err
	})
	if err != nil || q == nil {
		return err
	}
	if sameGrounds(now, body.Grounds) {
		return p.putOffRectifying(ctx, f, l, body.Named)
	}
	q.Closed = time.Time{} // what came of it is told once more
	anew, err := p.redraft(f, *q, body, now)
	if err != nil {
		return err
	}
	return p.queue(ctx, []intent{{also: func(r *state.Records) error {
		waiting, err := r.Letter(l.Key)
		if err != nil || waiting == nil || waiting.Begun() {
			return err
		}
		for i := range waiting.Deliveries {
			waiting.Deliveries[i].Phase, waiting.Deliveries[i].Error = state.PhaseDropped, WhyRegrounded
		}
		errs := []error{r.PutLetter(*waiting)}
		for _, dept := range body.Named {
			errs = append(errs, r.RemoveRectification(l.Key, dept))
		}
		return errors.Join(append(errs, anew.also(r))...)
	}}}, f.now)
}

// putOffRectifying lets the time to put things right begin when a circular that still stands can
// leave, not when it began to wait.
func (p *Planner) putOffRectifying(ctx context.Context, f facts, l state.Letter, named []string) error {
	due := p.Composer.rectifyBy(p.Circulars, f.schedule.AfterQuiet(f.now))
	if !due.After(p.Composer.rectifyBy(p.Circulars, l.QueuedAt)) {
		return nil
	}
	return p.Store.Update(ctx, func(r *state.Records) error {
		for _, dept := range named {
			if err := r.PutOffRectification(l.Key, dept, due); err != nil {
				return err
			}
		}
		return nil
	})
}

// redraft ends a proposal whose grounds have changed, and proposes what is left of them.
func (p *Planner) redraft(f facts, q state.Proposal, body circulated, now []state.Ground) (intent, error) {
	in, err := p.Composer.ends(q, f.now, outcome{Case: "grounds-changed"})
	if err != nil || len(now) == 0 {
		return in, err
	}
	again, err := p.Composer.circularProposal(q.Week, body.Round+1, now, p.Circulars, f.now)
	if err != nil {
		return intent{}, err
	}
	first, then := in.also, proposing(again, q.Week, body.Round+1)
	in.also = func(r *state.Records) error { return errors.Join(first(r), then(r)) }
	return in, nil
}

func sameGrounds(a, b []state.Ground) bool {
	return slices.EqualFunc(a, b, func(x, y state.Ground) bool {
		return x.Dept == y.Dept && x.Kind == y.Kind && x.Project == y.Project && x.Issue == y.Issue && slices.Equal(x.Weeks, y.Weeks) && slices.Equal(x.How, y.How) && x.Due.Equal(y.Due)
	})
}
