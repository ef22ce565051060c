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

// Scores (article 19): the office gets the month's sheet as a draft, with the question
// whether the departments may have their own; nothing goes to a department before it said 同意.

const (
	scoreAsk    = 10 // working days the office has to answer
	scoreObject = 5  // working days a department has to object (K3)
)

// scoreAt is when the month sheet is drawn up, on the month's first working day.
func scoreAt() state.Clock { return state.Clock{Hour: 10} }

func scoreSheet(m state.Month, target string) state.Occasion {
	return state.Occasion{Topic: state.TopicScore, Target: m.String() + "/" + target}
}

// scoreKey is the proposal of a month.
func scoreKey(m state.Month) string { return string(state.ProposalScore) + "/" + m.String() }

// scoreDue finds the month whose sheet is due: the last one, from its hour on, when all of
// its weeks are frozen. It waits for no later than the next month's.
func (f facts) scoreDue() (state.Month, bool) {
	m := state.MonthOf(f.now).Add(-1)
	weeks := f.schedule.WeeksOf(m)
	if len(weeks) == 0 {
		return m, false
	}
	at := f.schedule.FirstWorkday(m.Add(1), scoreAt())
	if freeze := f.schedule.FreezeAt(weeks[len(weeks)-1]); freeze.After(at) {
		at = freeze
	}
	return m, !f.now.Before(at) && !f.sweep.Before(at)
}

// scores queues the month's draft, and what follows from the office's word on one.
func (p *Planner) scores(ctx context.Context, f facts) error {
	m, due := f.scoreDue()
	var errs []error
	if due {
		errs = append(errs, p.draftScores(ctx, f, m))
	}
	for _, month := range []state.Month{m.Add(-1), m} {
		errs = append(errs, p.sendScores(ctx, f, month))
	}
	return errors.Join(errs...)
}

// draftScores sends the office the sheet. The question lands with the letter, and holds
// exactly what the letter shows.
func (p *Planner) draftScores(ctx context.Context, f facts, m state.Month) error {
	var sheet state.MonthScore
	err := p.Store.View(ctx, func(r *state.Records) error {
		sheet = state.MonthScore{}
		sent, err := r.Letter(scoreSheet(m, "office").Key())
		if err != nil || sent != nil {
			return err
		}
		weeks := f.schedule.WeeksOf(m)
		if done, err := r.Frozen(weeks[len(weeks)-1]); err != nil || !done {
			return err
		}
		sheet, err = p.Composer.MonthScore(r, p.Score, f.roster, m)
		return err
	})
	if err != nil || len(sheet.Weeks) == 0 {
		return err
	}
	body, err := json.Marshal(sheet)
	if err != nil {
		return fmt.Errorf("keep the scores of %s: %w", m, err)
	}
	expires := f.schedule.At.On(f.schedule.Calendar.AddWorkdays(f.now, scoreAsk))
	q, err := p.Composer.scoreProposal(sheet, body, expires, f.now)
	if err != nil {
		return err
	}
	draft, err := p.Composer.Scores(sheet, q.Title, expires, f.now)
	if err != nil {
		return err
	}
	in, err := p.ready(draft, f.now, func(r *state.Records) error {
		_, err := r.Propose(q)
		return err
	})
	if err != nil {
		return err
	}
	return p.queue(ctx, []intent{in}, f.now)
}

// sendScores sends every department its own part of a sheet the office agreed to, word for
// word as it was proposed. A crash between two packs costs nothing: what is queued stays
// queued, and the proposal is done with the last.
func (p *Planner) sendScores(ctx context.Context, f facts, m state.Month) error {
	var q *state.Proposal
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		q, err = r.Proposal(scoreKey(m))
		return err
	})
	if err != nil || q == nil || q.Answer != state.AnswerYes || !q.Done.IsZero() || f.quiet() {
		return err
	}
	var sheet state.MonthScore
	if err := json.Unmarshal(q.Body, &sheet); err != nil {
		return fmt.Errorf("read the scores of %s: %w", m, err)
	}
	told := slices.DeleteFunc(slices.Clone(sheet.Depts), func(d state.DeptScore) bool {
		dept := f.roster.Dept(d.Dept)
		return dept == nil || !dept.Valid(f.now) || len(d.Weeks) == 0
	})
	pack, err := drafts(p, f.now, told, func(d state.DeptScore) (Draft, error) { return p.Composer.DeptScore(sheet, d, f.now) })
	if err != nil {
		return err // that it is carried out may not be recorded while one is missing
	}
	return p.queuePacks(ctx, append(pack, intent{also: carriedOut(q.Key, f.now)}), f.now)
}

// carriedOut records that what follows from a proposal is queued.
func carriedOut(key string, now time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		q, err := r.Proposal(key)
		if err != nil || q == nil {
			return err
		}
		q.Done = now
		return r.PutProposal(*q)
	}
}
