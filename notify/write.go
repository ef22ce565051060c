package notify

import (
	"context"
	"fmt"
	"slices"

	"duban/state"
)

// maxPast is how many earlier digests the readers' letters look back on.
const maxPast = 8

// write gathers what one letter says and composes it.
func (p *Planner) write(ctx context.Context, f facts, j job) (intent, error) {
	switch j.topic {
	case state.TopicReceipt, state.TopicCorrection, state.TopicFault:
		if j.ruling > 0 {
			return p.writeRuling(ctx, f, j)
		}
		if j.reply > 0 {
			return p.writeReply(ctx, f, j)
		}
		return p.writeAnswer(ctx, f, j)
	case state.TopicSummary, state.TopicPreview:
		return p.writeEdition(ctx, f, j)
	case state.TopicForm:
		return p.writeOffer(ctx, f, j)
	case topicSay:
		return p.writeSay(f, j)
	}
	return p.writeReminder(f, j)
}

func (p *Planner) writeAnswer(ctx context.Context, f facts, j job) (intent, error) {
	d := j.week.depts[j.dept]
	a := Answer{Try: d.Tries[j.try], Round: j.round, Now: f.now}
	before := ""
	if j.try > 0 {
		before = d.Tries[j.try-1].Mail
	}
	if l := j.week.lastCorrection(j.dept); l != nil {
		if j.topic == state.TopicCorrection {
			before = l.Cause // what the letter told was of that version, not of one that got no letter
		}
		a.Prior = l.Findings
		if a.Prior == nil {
			a.Prior = []state.Finding{} // there was a letter, though it named no cell
		}
	}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if a.Dept, err = r.DeptWeek(d.Week, d.Dept); err != nil { // its cells too
			return err
		}
		if a.Mail, err = r.Mail(a.Try.Mail); err != nil {
			return err
		}
		if before != "" {
			if a.Before, err = r.Mail(before); err != nil {
				return err
			}
		}
		if a.Amended, err = untold(r, f.roster, j); err != nil {
			return err
		}
		if a.Down, err = turnedDown(r, a.Try, f.now); err != nil {
			return err
		}
		own := f.roster.ProjectsOf(j.dept, j.week.deadline.AsOf())
		a.Bases, err = r.Bases(f.roster, f.schedule, d.Week, own)
		return err
	})
	if err != nil {
		return intent{}, err
	}
	if a.Mail == nil || a.Dept == nil {
		return intent{}, fmt.Errorf("mail %.12s of the try is not in the store", a.Try.Mail)
	}
	compose := p.Composer.Receipt
	switch j.topic {
	case state.TopicCorrection:
		compose = p.Composer.Correction
	case state.TopicFault:
		compose, a.Amended = p.Composer.Fault, nil
	}
	draft, err := compose(a)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, toldBy(draft.Key, a.Amended))
}

// writeReply answers a department's answer by number.
func (p *Planner) writeReply(ctx context.Context, f facts, j job) (intent, error) {
	d := j.week.depts[j.dept]
	a := ReplyAnswer{Dept: d, Reply: d.Replies[j.reply-1], Correction: j.week.lastCorrection(j.dept), Round: j.round, Now: f.now}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if a.Mail, err = r.Mail(a.Reply.Mail); err != nil {
			return err
		}
		a.Amended, err = untold(r, f.roster, j)
		return err
	})
	if err != nil {
		return intent{}, err
	}
	if a.Mail == nil {
		return intent{}, fmt.Errorf("mail %.12s of the reply is not in the store", a.Reply.Mail)
	}
	draft, err := p.Composer.Reply(a)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, toldBy(draft.Key, a.Amended))
}

// untold lists the figures of a department's projects the office changed by hand without
// another letter having said so yet.
func untold(r *state.Records, roster *state.Roster, j job) ([]state.Amendment, error) {
	all, err := r.Amendments(state.Week{})
	if err != nil {
		return nil, fmt.Errorf("list what the office changed: %w", err)
	}
	key := state.Occasion{Topic: j.topic, Week: j.week.deadline.Week, Target: j.dept, Round: j.round}.Key()
	return slices.DeleteFunc(all, func(a state.Amendment) bool {
		p := roster.Project(a.Project)
		return a.Told != "" && a.Told != key || a.Column == "" || p == nil || p.Dept != j.dept
	}), nil
}

// toldBy records which letter told the amendments, with the letter itself. One that was
// cleared or changed meanwhile is left as it is.
func toldBy(key string, amendments []state.Amendment) func(*state.Records) error {
	if len(amendments) == 0 {
		return nil
	}
	return func(r *state.Records) error {
		for _, a := range amendments {
			now, err := r.Amendment(a.Week, a.Project, a.Column)
			if err != nil {
				return err
			}
			if now == nil || !now.At.Equal(a.At) {
				continue
			}
			now.Told = key
			if err := r.PutAmendment(*now); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *Planner) writeReminder(f facts, j job) (intent, error) {
	ch := Chase{
		Week: j.week.deadline.Week, DeptID: j.dept, Dept: j.week.depts[j.dept], Step: j.step,
		Round: j.round, Polled: f.sweep, Exempt: j.week.exempt, Correction: j.week.lastCorrection(j.dept), Now: f.now,
	}
	ch.Down, ch.Up = f.outage(j.week.deadline.Due)
	compose := p.Composer.Late
	switch j.topic {
	case state.TopicDue:
		compose = p.Composer.Due
	case state.TopicResubmit:
		compose = p.Composer.Resubmit
	}
	draft, err := compose(ch)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, nil)
}

// writeEdition draws the digest and composes the preview, or the summary with which the
// digest is frozen: both land in one transaction, so what the leaders read and what the
// next week counts from are the same.
func (p *Planner) writeEdition(ctx context.Context, f facts, j job) (intent, error) {
	week := j.week.deadline.Week
	var known state.Facts
	var past []*state.Digest
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if known, err = r.Facts(f.roster, f.schedule, p.Lamp, week, j.asOf); err != nil {
			return err
		}
		past, err = pastDigests(r, f.schedule, week)
		return err
	})
	if err != nil {
		return intent{}, err
	}
	if j.round == correctedRound {
		return p.writeCorrected(ctx, f, j, known, past)
	}
	digest, err := p.Composer.Digest(known)
	if err != nil {
		return intent{}, err
	}
	e := Edition{Digest: digest, Depts: known.Depts, Past: past, Now: j.asOf}
	if j.topic == state.TopicPreview {
		return p.writePreview(f, j, e)
	}
	if j.mute {
		return intent{also: freeze(known, e.Digest)}, nil
	}
	draft, err := p.Composer.Summary(e)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, freeze(known, e.Digest))
}

// freeze records what the readers are told as what the next week counts from.
func freeze(known state.Facts, d state.Digest) func(*state.Records) error {
	return func(r *state.Records) error {
		if err := r.Carry(known); err != nil {
			return err
		}
		return r.PutDigest(d)
	}
}
