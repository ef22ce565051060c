package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// The visit ledger (article 5): a lead leader's contact is reminded twice a month of the
// projects he has not been at yet, and the office gets the month's counts. Nothing of it is
// sent by a calendar that is a guess.

// visitSpan is after how many working days a reminder of visits is stale.
const visitSpan = 3

// ledgerAt is when the letters of the ledgers are due on their day.
func ledgerAt() state.Clock { return state.Clock{Hour: 9} }

// visitDue is what of the visit ledger is due.
type visitDue struct {
	month state.Month
	round int  // of the reminder; 0 when none is due
	list  bool // the list of the month before is due
}

// visitsDue finds out what is due at f.now. It is a pure function: the last step whose time
// has come, if it is not stale, and the list from the first working day of the next month on.
func (f facts) visitsDue() visitDue {
	due := visitDue{month: state.MonthOf(f.now)}
	if f.schedule.Calendar.Provisional(f.now.Year()) {
		return due
	}
	fresh := f.now.Sub(f.sweep) <= freshSweep
	for i, at := range f.schedule.VisitSteps(due.month, ledgerAt()) {
		switch {
		case at.After(f.now):
		case f.sweep.Before(at) || !fresh || f.quiet() || f.now.After(f.schedule.Calendar.AddWorkdays(at, visitSpan)):
			due.round = 0
		default:
			due.round = i + 1
		}
	}
	listed := f.schedule.FirstWorkday(due.month, ledgerAt())
	due.list = !f.now.Before(listed) && !f.sweep.Before(listed)
	return due
}

// visitReminder and visitList name the letters.
func visitReminder(m state.Month, leader string, round int) state.Occasion {
	return state.Occasion{Topic: state.TopicVisit, Target: m.String() + "/" + leader, Round: round}
}

func visitList(m state.Month) state.Occasion {
	return state.Occasion{Topic: state.TopicVisit, Target: m.String()}
}

// visits queues what is due of the visit ledger.
func (p *Planner) visits(ctx context.Context, f facts) error {
	due := f.visitsDue()
	return errors.Join(p.remindVisits(ctx, f, due), p.listVisits(ctx, f, due))
}

func (p *Planner) remindVisits(ctx context.Context, f facts, due visitDue) error {
	if due.round == 0 {
		return nil
	}
	var leaders []state.LeaderVisits
	var begun time.Time
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		waiting := map[string]bool{}
		for _, l := range f.roster.Leaders {
			sent, err := r.Letter(visitReminder(due.month, l.ID, due.round).Key())
			if err != nil {
				return err
			}
			waiting[l.ID] = sent == nil && l.Mail != ""
		}
		leaders = nil
		if begun, err = r.Begun(); err != nil || !anyOf(waiting) {
			return err
		}
		all, err := r.Visits(f.roster, f.schedule, due.month, f.now)
		for _, l := range all {
			if waiting[l.Leader] && len(l.Left()) > 0 {
				leaders = append(leaders, l)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read the visits of %s: %w", due.month, err)
	}
	pack, err := drafts(p, f.now, leaders, func(l state.LeaderVisits) (Draft, error) {
		return p.Composer.VisitReminder(Visits{Month: due.month, Leaders: []state.LeaderVisits{l}, Begun: begun, Now: f.now}, due.round)
	})
	return errors.Join(err, p.queuePacks(ctx, pack, f.now))
}

// anyOf reports whether one of them is.
func anyOf(set map[string]bool) bool {
	for _, is := range set {
		if is {
			return true
		}
	}
	return false
}

func (p *Planner) listVisits(ctx context.Context, f facts, due visitDue) error {
	if !due.list {
		return nil
	}
	v := Visits{Month: due.month.Add(-1), Now: f.now}
	known := false
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if v.Begun, err = r.Begun(); err != nil {
			return err
		}
		sent, err := r.Letter(visitList(v.Month).Key())
		known = sent != nil || v.Begun.IsZero() || !v.Begun.Before(due.month.First(f.schedule.Zone))
		if err != nil || known {
			return err
		}
		v.Leaders, err = r.Visits(f.roster, f.schedule, v.Month, f.now)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the visits of %s: %w", v.Month, err)
	}
	if known || len(v.Leaders) == 0 {
		return nil
	}
	draft, err := p.Composer.VisitList(v)
	if err != nil {
		return err
	}
	in, err := p.ready(draft, f.now, nil)
	if err != nil {
		return err
	}
	return p.queue(ctx, []intent{in}, f.now)
}
