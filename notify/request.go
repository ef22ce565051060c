package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// 问题交办 (articles 4, 7 and 9): a request of an accepted report is handed over to the
// departments it names, which have three working days to answer; whoever asked says whether
// the answer solves it. All of it follows from the ledger of issues, the letters and the
// calendar.

// The steps of an unanswered request. Only the newest whose time has come is told.
const (
	askWarning = iota + 1 // 15:00 of the second working day
	askOverdue            // when the time is over
	askHead               // noon of the next working day, the head in copy
)

var askHeadClock = state.Clock{Hour: 12}

// maxAsks is how many requests a department gets within askSpan, which leaves room under the
// mail fuse for its other letters.
const (
	maxAsks = 8
	askSpan = 24 * time.Hour
)

// urgentNews is how old an urgent word may be to be told as news.
const urgentNews = 7 * 24 * time.Hour

// errand is one letter about an issue that is due.
type errand struct {
	topic   state.Topic
	issue   state.Issue
	ask     state.Ask     // the round to hand over, or the one that runs
	letter  *state.Letter // the letter that handed it over
	due     time.Time     // until when it is to be answered
	step    int           // of a request left unanswered
	answer  int           // index in ask.Answers
	files   []Enclosure   // attached to that answer; nil when they could not be had
	closing *state.Said   // the word that closed it
	own     bool          // it is the word of a department that reported the issue
	// proposal is the office's consent that this follows from; moot says that nothing does.
	proposal *state.Proposal
	moot     bool
	key      string         // of an urgent word or an answer: the last part of the key
	askers   []string       // departments that reported the issue, its own first
	polled   time.Time      // when the mailbox was last read
	project  *state.Project // nil when the registry has it no more
}

// enter draws new reports into the ledger, so that whatever speaks of an issue in this tick
// knows its number.
func (p *Planner) enter(ctx context.Context) error {
	for {
		var waits bool
		err := p.Store.View(ctx, func(r *state.Records) (err error) {
			waits, err = r.ToEnter()
			return err
		})
		if err == nil && waits {
			err = p.Store.Update(ctx, func(r *state.Records) error { return r.EnterReports(p.Composer.Roster) })
		}
		if err != nil {
			return fmt.Errorf("enter reports into the ledger: %w", err)
		}
		if !waits {
			return nil
		}
	}
}

// requests hands requests over, reminds of them, passes answers on and tells what is urgent.
func (p *Planner) requests(ctx context.Context, f facts) error {
	var all []errand
	err := p.Store.View(ctx, func(r *state.Records) error {
		issues, err := r.OpenOrAsked(f.now.Add(-askSpan), f.now)
		if err != nil {
			return err
		}
		var failed error
		letter := func(key string) *state.Letter {
			l, err := r.Letter(key)
			if err != nil {
				failed = err
			}
			return l
		}
		asked := func(key string) bool {
			q, err := r.Proposal(key)
			if err != nil {
				failed = err
			}
			return q != nil
		}
		agreed, err := p.agreed(r, state.ProposalHandOver)
		if err != nil {
			return err
		}
		if all, err = errands(f, issues, p.Composer.Contacts, letter, consent{p.Confirm, asked, agreed}); err != nil {
			return err
		}
		done, err := closings(r, docket{facts: f, issues: issues})
		all = append(all, done...)
		return errors.Join(err, failed)
	})
	if err != nil {
		return fmt.Errorf("read the ledger of issues: %w", err)
	}
	for from := 0; from < len(all); from += packSize {
		var pack []intent
		for _, e := range all[from:min(from+packSize, len(all))] {
			err := p.enclose(ctx, &e)
			var in []intent
			if err == nil {
				in, err = p.errand(e, f.now)
			}
			if err != nil {
				return fmt.Errorf("%s of issue %s: %w", e.topic, e.issue.ID, err)
			}
			pack = append(pack, in...)
		}
		if err := p.queue(ctx, pack, f.now); err != nil {
			return err
		}
	}
	return nil
}

// errand composes one errand's letters, with what is recorded beside them.
func (p *Planner) errand(e errand, now time.Time) ([]intent, error) {
	c := p.Composer
	var drafts []Draft
	var also func(*state.Records) error
	var err error
	add := func(d Draft, failed error) {
		drafts = append(drafts, d)
		if err == nil {
			err = failed
		}
	}
	switch e.topic {
	case state.TopicProposal:
		q, err := c.handOverProposal(e, now)
		return []intent{{also: func(r *state.Records) error { _, err := r.Propose(q); return err }}}, err
	case state.TopicUrgent:
		add(c.Urgent(e, now))
	case state.TopicAnswered:
		add(c.Answered(e, now))
		key := drafts[0].Key
		also = func(r *state.Records) error { return r.Pass(e.issue.ID, e.ask.Round, e.answer, key) }
	case state.TopicClosed:
		also = func(r *state.Records) error { return r.TellClosing(e.issue.ID) }
		if e.moot {
			return []intent{{also: also}}, nil
		}
		add(c.Closed(e, now))
	case state.TopicRequestDue:
		add(c.RequestDue(e, now))
	default:
		if e.moot {
			in, err := c.ends(*e.proposal, now, outcome{Case: "request-changed"})
			return []intent{in}, err
		}
		if len(e.ask.Units) > 0 {
			add(c.Request(e, now))
		}
		if len(e.ask.Others) > 0 || len(e.ask.Units) == 0 {
			add(c.RequestNote(e, now))
		}
		e.ask.Letter = drafts[0].Key
		also = func(r *state.Records) error {
			if e.proposal != nil {
				if err := done(*e.proposal, now, "").also(r); err != nil {
					return err
				}
			}
			return r.Hand(e.issue.ID, e.ask)
		}
	}
	if err != nil {
		return nil, err
	}
	var pack []intent
	for _, d := range drafts {
		in, err := p.ready(d, now, also)
		if err != nil {
			return nil, err
		}
		also = nil // with the first of them, in the same transaction
		pack = append(pack, in)
	}
	return pack, nil
}

// enclose fetches what was attached to an answer. A mail that cannot be opened again holds the
// answer up no longer: its files are then only named.
func (p *Planner) enclose(ctx context.Context, e *errand) error {
	if e.topic != state.TopicAnswered || p.Enclosed == nil {
		return nil
	}
	a := e.ask.Answers[e.answer]
	if a.Mail == "" || len(a.Files) == 0 {
		return nil
	}
	files, err := p.Enclosed(ctx, a.Mail)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p.Log.Warn("open an answer again", "mail", a.Mail, "err", err)
		return nil
	}
	e.files = files
	return nil
}
