package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// The permit clock (articles 7 and 8): the department that handles a permit and the
// project's agent are told once when two thirds of the usual days are reached, the green
// channel's limit, and once when all of them are. Nobody is told of a permit whose usual
// days are not known, or of which the last reports say nothing.

const (
	permitSpan = 10 // working days after the end of the usual days; later the ledger shows it, no letter
	// maxPermits is how many warnings a department gets a day; the others follow on the next
	// working days.
	maxPermits = 5
)

// permitStep is a warning of a permit: 1 at two thirds of the usual days, 2 at their end.
type permitStep struct {
	permit state.Permit
	rule   state.PermitRule
	clock  state.PermitClock
	round  int
}

func (s permitStep) occasion() state.Occasion {
	return state.Occasion{Topic: state.TopicPermit, Target: s.permit.Project + "/" + strings.TrimPrefix(s.permit.Column, "permit_"), Round: s.round}
}

// permitsDue lists the warnings whose day has come. It is a pure function; of the two steps
// only the last one is due.
func (f facts) permitsDue(limits state.PermitLimits, known []state.Permit) []permitStep {
	if !f.permitHour() {
		return nil
	}
	return f.permitsReached(limits, known)
}

// permitsReached lists the warnings whose day has come, whatever the hour.
func (f facts) permitsReached(limits state.PermitLimits, known []state.Permit) []permitStep {
	at, today := ledgerAt(), f.schedule.Calendar
	var out []permitStep
	for _, p := range known {
		rule, project := limits.Rule(p.Column), f.roster.Project(p.Project)
		if rule == nil || f.roster.Dept(rule.Dept) == nil || project == nil || !project.Active(f.now) {
			continue
		}
		clock, runs := p.Clock(*rule, f.schedule, f.now)
		step := permitStep{permit: p, rule: *rule, clock: clock}
		switch {
		case !runs || f.now.After(today.AddWorkdays(clock.Usual, permitSpan)):
			continue
		case !f.now.Before(at.On(clock.Usual)):
			step.round = 2
		case !f.now.Before(at.On(clock.Limit)):
			step.round = 1
		default:
			continue
		}
		out = append(out, step)
	}
	slices.SortStableFunc(out, func(a, b permitStep) int { return a.clock.Usual.Compare(b.clock.Usual) })
	return out
}

// permitHour reports whether warnings may leave now: on working days that are no guess, when
// the mailbox was read since the hour.
func (f facts) permitHour() bool {
	at, today := ledgerAt().On(f.now), f.schedule.Calendar
	return !f.quiet() && !f.now.Before(at) && today.Workday(f.now) && !today.Provisional(f.now.Year()) &&
		!f.sweep.Before(at) && f.now.Sub(f.sweep) <= freshSweep
}

// permits queues the warnings that are due.
func (p *Planner) permits(ctx context.Context, f facts) error {
	if !f.permitHour() {
		return nil
	}
	var steps []permitStep
	err := p.Store.View(ctx, func(r *state.Records) error {
		known, err := r.Permits()
		if err != nil {
			return err
		}
		steps, err = p.untoldPermits(r, f, known)
		if err != nil || len(steps) == 0 {
			return err
		}
		// Somebody would be warned: not without what came since the last freeze.
		var depts []string
		for _, s := range steps {
			depts = append(depts, f.roster.Project(s.permit.Project).Dept)
		}
		current := f.schedule.Current(f.now)
		if known, err = r.PermitsNow(f.roster, f.schedule, current, depts...); err != nil {
			return err
		}
		oldest := f.schedule.Previously(f.schedule.Previously(current))
		known = slices.DeleteFunc(known, func(k state.Permit) bool { return k.Seen.Before(oldest) })
		steps, err = p.untoldPermits(r, f, known)
		if err != nil || len(steps) == 0 {
			return err
		}
		steps, err = rationed(r, steps, current, f.now)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the permits: %w", err)
	}
	pack, err := drafts(p, f.now, steps, func(s permitStep) (Draft, error) {
		return p.Composer.PermitWarning(s, p.Permits.Approved, f.now)
	})
	return errors.Join(err, p.queuePacks(ctx, pack, f.now))
}

// untoldPermits are the warnings due that were not queued before.
func (p *Planner) untoldPermits(r *state.Records, f facts, known []state.Permit) ([]permitStep, error) {
	var out []permitStep
	for _, s := range f.permitsDue(p.Permits, known) {
		l, err := r.Letter(s.occasion().Key())
		if err != nil {
			return nil, err
		}
		if l == nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// rationed keeps of the warnings what their departments are to get today, the oldest first.
func rationed(r *state.Records, steps []permitStep, week state.Week, now time.Time) ([]permitStep, error) {
	letters, err := r.LettersOf(week)
	if err != nil {
		return nil, err
	}
	today := map[string]int{}
	for _, l := range letters {
		if l.Kind == state.TopicPermit && l.QueuedAt.In(now.Location()).Format(time.DateOnly) == now.Format(time.DateOnly) {
			today[l.Dept]++
		}
	}
	return slices.DeleteFunc(steps, func(s permitStep) bool {
		today[s.rule.Dept]++
		return today[s.rule.Dept] > maxPermits
	}), nil
}
