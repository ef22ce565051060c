package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"duban/state"
)

// Pages of the ledgers and of the office's day that duban previews beside the letters of the
// weekly round and the readers' editions.
const (
	PageRequest  = "request"
	PagePermit   = "permit"
	PageScore    = "score"
	PageScores   = "scores"
	PageCircular = "circular"
	PageDaily    = "daily"
)

// ErrNothingToShow says that no such letter follows from what is stored.
var ErrNothingToShow = errors.New("no such letter follows from what is stored")

// maxPreviews is how many letters of a kind are shown at once.
const maxPreviews = 20

// PreviewLedger composes the letters of a page as they would leave by what is stored now, and
// queues nothing: whatever the hour, and whether they were sent before or not. week is the
// reporting week (circular) or one of the month (score, scores); who is the department they
// speak to (score, and to choose among requests and permits), "" for any.
func (p *Planner) PreviewLedger(ctx context.Context, page string, week state.Week, who string) ([]Draft, error) {
	f := facts{}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		f.sweep, err = r.Sweep()
		return err
	})
	if err == nil && !f.sweep.IsZero() {
		f, err = p.snapshot(ctx, f.sweep)
	}
	if err != nil {
		return nil, fmt.Errorf("read what is known: %w", err)
	}
	if f.sweep.IsZero() {
		return nil, ErrNothingToShow
	}
	p = p.knowing(f)
	var out []Draft
	err = p.Store.View(ctx, func(r *state.Records) (err error) {
		out, err = p.ledgerPages(r, f, page, week, who)
		return err
	})
	if err == nil && len(out) == 0 {
		err = ErrNothingToShow
	}
	if err != nil {
		return nil, fmt.Errorf("preview %s of %s: %w", page, week, err)
	}
	return out[:min(len(out), maxPreviews)], nil
}

func (p *Planner) ledgerPages(r *state.Records, f facts, page string, week state.Week, who string) ([]Draft, error) {
	switch page {
	case PageRequest:
		return p.previewRequests(r, f, who)
	case PagePermit:
		return p.previewPermits(r, f, who)
	case PageScore, PageScores:
		return p.previewScores(r, f, page, week, who)
	case PageCircular:
		return p.previewCircular(r, f, week)
	case PageDaily:
		day := Day{At: f.now, Polled: f.sweep}
		if err := day.read(r, f); err != nil {
			return nil, err
		}
		return one(p.Composer.Daily(state.Occasion{Topic: state.TopicDaily, Week: f.schedule.Running(f.now), Target: f.now.Format("0102")}, day))
	}
	return nil, fmt.Errorf("%s is no page of a ledger", page)
}

// one is a single letter as a list.
func one(d Draft, err error) ([]Draft, error) {
	if err != nil {
		return nil, err
	}
	return []Draft{d}, nil
}

// previewRequests writes the requests that wait to be handed over; when none waits, the rounds
// that run.
func (p *Planner) previewRequests(r *state.Records, f facts, who string) ([]Draft, error) {
	issues, err := r.OpenIssues()
	if err != nil {
		return nil, err
	}
	d := docket{facts: f, issues: issues, contacts: p.Composer.Contacts}
	var waiting, running []errand
	for _, i := range issues {
		if !i.Open() || i.Request == "" {
			continue
		}
		e := d.about(state.TopicRequest, i)
		if last := i.LastAsk(); last != nil && last.Unsolved() == "" {
			e.ask, e.due = *last, f.schedule.AnswerDue(last.At)
			running = append(running, e)
			continue
		}
		e.ask = state.Ask{Round: len(i.Asks) + 1, Text: i.Request, At: f.now}
		e.ask.Units, e.ask.Others = d.asked(i)
		if last := i.LastAsk(); last != nil {
			e.ask.Reason = last.Unsolved()
		}
		e.due = f.schedule.AnswerDue(f.now)
		waiting = append(waiting, e)
	}
	if len(waiting) == 0 {
		waiting = running
	}
	var out []Draft
	for _, e := range waiting {
		lead := firstOf(e.ask.Units)
		if who != "" && lead != who {
			continue
		}
		write := p.Composer.RequestNote // nobody can be written to
		if lead != "" {
			write = p.Composer.Request
		}
		draft, err := write(e, f.now)
		if err != nil {
			return nil, err
		}
		out = append(out, draft)
	}
	return out, nil
}

// previewPermits writes the warnings of permits that have reached a limit.
func (p *Planner) previewPermits(r *state.Records, f facts, who string) ([]Draft, error) {
	var depts []string
	for _, d := range f.roster.Reporting() {
		depts = append(depts, d.ID)
	}
	known, err := r.PermitsNow(f.roster, f.schedule, f.schedule.Current(f.now), depts...)
	if err != nil {
		return nil, err
	}
	var out []Draft
	for _, s := range f.permitsReached(p.Permits, known) {
		if who != "" && s.rule.Dept != who && f.roster.Project(s.permit.Project).Dept != who {
			continue
		}
		draft, err := p.Composer.PermitWarning(s, p.Permits.Approved, f.now)
		if err != nil {
			return nil, err
		}
		out = append(out, draft)
	}
	return out, nil
}

// previewScores writes the sheet of the month a week belongs to, or a department's part of it:
// as the office was asked about it, else by what is frozen of the month so far.
func (p *Planner) previewScores(r *state.Records, f facts, page string, week state.Week, who string) ([]Draft, error) {
	m := state.MonthOf(f.schedule.Deadline(week).Due)
	q, err := r.Proposal(scoreKey(m))
	if err != nil {
		return nil, err
	}
	var sheet state.MonthScore
	expires := f.schedule.At.On(f.schedule.Calendar.AddWorkdays(f.now, scoreAsk))
	if q != nil {
		expires, err = q.Expires, json.Unmarshal(q.Body, &sheet)
	} else {
		sheet, err = p.Composer.MonthScore(r, p.Score, f.roster, m)
	}
	if err != nil {
		return nil, fmt.Errorf("read the scores of %s: %w", m, err)
	}
	if len(sheet.Weeks) == 0 {
		return nil, nil
	}
	if page == PageScores {
		asks, err := p.Composer.scoreProposal(sheet, nil, expires, f.now)
		if err != nil {
			return nil, err
		}
		return one(p.Composer.Scores(sheet, asks.Title, expires, f.now))
	}
	for _, d := range sheet.Depts {
		if d.Dept == who && len(d.Weeks) > 0 {
			return one(p.Composer.DeptScore(sheet, d, f.now))
		}
	}
	return nil, nil
}

// previewCircular writes what would be sent of a frozen week if the office agreed now.
func (p *Planner) previewCircular(r *state.Records, f facts, week state.Week) ([]Draft, error) {
	grounds, err := p.grounds(r, f, week)
	if err != nil || len(grounds) == 0 {
		return nil, err
	}
	q, err := p.Composer.circularProposal(week, 1, grounds, p.Circulars, f.now)
	if err != nil {
		return nil, err
	}
	var body circulated
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return nil, fmt.Errorf("read the draft: %w", err)
	}
	return one(p.Composer.Circular(week, body, p.Circulars, f.now))
}
