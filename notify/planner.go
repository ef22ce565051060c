package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"duban/state"
)

// Planner finds out which letters are due, writes them and queues them. Its knowledge is
// the store's; it keeps none of its own, so a crash or a missed beat changes nothing but
// the hour.
type Planner struct {
	Store     *state.Store
	Composer  *Composer
	Lamp      state.LightRule
	Permits   state.PermitLimits
	Score     state.ScoreRule
	Keep      func(pack [][]byte) (sums []string, err error) // blobs.Store.PutAll
	Code      func() (string, error)                         // a new one-time code, hard to guess; nil prints none
	Tripped   func() *FuseError                              // the fuse that holds letters back: Dispatcher.Tripped; nil asks nobody
	Circulars state.CircularRule
	Confirm   bool // the office agrees before a request is handed over
	// Enclosed gives what was attached to a stored mail, by the mail's id; nil gives nothing.
	Enclosed func(ctx context.Context, mail string) ([]Enclosure, error)
	Terms    []state.Term // the configuration in words; nil tells of no change
	Log      *slog.Logger
}

const (
	maxWeeks  = 8  // how many weeks back are looked at after an outage
	packSize  = 32 // letters rendered and queued together
	clockSlip = 5 * time.Minute
)

// intent is a letter ready to be queued, and what is recorded with it.
type intent struct {
	draft *Draft // nil when only also is to be recorded
	raw   []byte
	also  func(*state.Records) error // nil for nothing
}

// Plan queues every letter that is due at now. A letter that cannot be written does not
// hold up the others; all errors come back joined. Before the first complete poll it does
// nothing, because nothing is known.
func (p *Planner) Plan(ctx context.Context, now time.Time) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	f, err := p.snapshot(ctx, now)
	if err != nil {
		return fmt.Errorf("read what is known: %w", err)
	}
	if f.sweep.IsZero() {
		return nil
	}
	if now.Before(f.sweep.Add(-clockSlip)) {
		return fmt.Errorf("the clock says %s, the last poll was at %s: no letters until it is right again",
			now.Format(time.RFC3339), f.sweep.Format(time.RFC3339))
	}
	p = p.knowing(f)
	errs := []error{p.drops(ctx, f)}
	var pack []intent
	flush := func() {
		if len(pack) > 0 {
			errs = append(errs, p.queue(ctx, pack, now))
		}
		pack = nil
	}
	for _, j := range due(f) {
		if ctx.Err() != nil {
			break
		}
		edition := j.topic == state.TopicSummary || j.topic == state.TopicPreview || j.topic == topicSay
		if edition || len(pack) == packSize {
			flush() // a week's digest must be in the store before the next week's is drawn
		}
		in, err := p.write(ctx, f, j)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s of %s %s: %w", j.topic, j.week.deadline.Week, j.dept, err))
			continue
		}
		if in.draft == nil && in.also == nil {
			continue // nothing changed that anybody was told
		}
		pack = append(pack, in)
		if edition {
			flush()
		}
	}
	flush()
	for _, beside := range p.besides() {
		if ctx.Err() != nil {
			break
		}
		errs = append(errs, beside(ctx, f))
	}
	return errors.Join(errs...)
}

// besides are the families of letters beside the weekly round. Each reads from the store
// what its letters follow from and queues those that are due; one that fails holds up no other.
func (p *Planner) besides() []func(context.Context, facts) error {
	return []func(context.Context, facts) error{
		p.requests,
		p.raise,
		p.readers,
		p.meeting,
		p.notices,
		p.escalations,
		p.changes,
		p.additions,
		p.registrations,
		p.amendments,
		p.closings,
		p.visits,
		p.expiries,
		p.permits,
		p.scores,
		p.circulars,
		p.rectifications,
		p.proposals, // after every family that proposes
		p.alarm,
		p.termsChanged,
		p.yearPlan,
		p.daily,
	}
}

// knowing is the planner of one tick: its letters go where, as of now, they arrive, and say
// what is registered now.
func (p *Planner) knowing(f facts) *Planner {
	for addr, c := range f.contacts {
		if !f.contacts.Away(addr, f.now) {
			c.Away = time.Time{}
			f.contacts[addr] = c
		}
	}
	composer, planner := *p.Composer, *p
	composer.Contacts, composer.Roster = f.contacts, p.Composer.Roster.Edition(f.now)
	planner.Composer = &composer
	return &planner
}

// snapshot reads what due follows from. In an ordinary tick that is the running week and
// the one before it, whatever the store holds besides.
func (p *Planner) snapshot(ctx context.Context, now time.Time) (facts, error) {
	s := p.Composer.Schedule
	f := facts{now: now.In(s.Zone), schedule: s, roster: p.Composer.Roster.On(now.In(s.Zone))}
	var begun time.Time
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		f.weeks = nil
		if f.sweep, err = r.Sweep(); err != nil || f.sweep.IsZero() {
			return err
		}
		if begun, err = r.Begun(); err != nil {
			return err
		}
		if f.contacts, err = r.Contacts(); err != nil {
			return err
		}
		if f.skew, err = r.Skew(); err != nil {
			return err
		}
		f.weeks, err = weeksInView(r, s, firstWeek(s, f.roster, begun, f.sweep), f.now)
		return err
	})
	if err == nil && begun.IsZero() && !f.sweep.IsZero() {
		err = p.Store.Update(ctx, func(r *state.Records) error { return r.PutBegun(f.sweep) })
	}
	return f, err
}

// firstWeek is the first week duban answers for: the oldest that was not yet frozen at its
// first complete poll, or whose summary was just due, and none the registry's opening
// balance already covers. Whoever installs it in autumn gets no letters about summer.
func firstWeek(s *state.Schedule, roster *state.Roster, begun, sweep time.Time) state.Week {
	if begun.IsZero() {
		begun = sweep
	}
	first := s.Current(begun)
	open := func(w state.Week) bool {
		return begun.Before(s.FreezeAt(w)) || begun.Before(s.SummaryAt(w).Add(summaryAnyway))
	}
	for w := s.Previously(first); open(w); w = s.Previously(w) {
		first = w
	}
	var opening state.Week
	for _, p := range roster.Projects {
		if o := p.OpeningWeek; !o.IsZero() && p.Active(o.Day(time.Friday, s.Zone)) && (opening.IsZero() || o.Before(opening)) {
			opening = o
		}
	}
	if !opening.IsZero() && first.Before(opening.Add(1)) {
		first = opening.Add(1)
	}
	return first
}

// weeksInView reads the weeks something may be due for, oldest first: the current one and
// those before it until one that is told and long frozen.
func weeksInView(r *state.Records, s *state.Schedule, first state.Week, now time.Time) ([]weekFacts, error) {
	var weeks []weekFacts
	for w, n := s.Current(now), 0; n < maxWeeks && !w.Before(first); w, n = s.Previously(w), n+1 {
		told, err := r.Frozen(w)
		if err != nil {
			return nil, err
		}
		if told && now.After(s.AnsweredUntil(w)) {
			break
		}
		wf := weekFacts{deadline: s.Deadline(w), told: told}
		if wf.depts, err = r.Standings(w); err != nil {
			return nil, err
		}
		if wf.exempt, err = r.ExemptIn(wf.deadline); err != nil {
			return nil, err
		}
		if wf.letters, err = r.LettersOf(w); err != nil {
			return nil, err
		}
		if wf.hold, err = r.Hold(w); err != nil {
			return nil, err
		}
		weeks = append([]weekFacts{wf}, weeks...)
	}
	return weeks, nil
}
