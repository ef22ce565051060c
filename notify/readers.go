package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"duban/notify/report"
	"duban/state"
)

// The editions by reader: what follows from the leaders' letter once it is there. All of them
// are drawn from the digest the leaders read, so no reader is told another figure.

// reading is one reader's edition that is due.
type reading struct {
	occasion state.Occasion
	leader   *state.Leader    // own edition
	body     *state.Recipient // formal edition
	weeks    []state.Week     // formal edition: what it reports on, oldest first
	dept     string           // standing: the department's id
}

// readings lists the editions of a week that are due beside the leaders' letter and were not
// queued yet. It is a pure function. leaders is the letter itself: none of them leaves without
// it, none while the office holds it, and the departments hear only once it has left.
func (f facts) readings(r state.Readers, w *weekFacts, leaders *state.Letter) []reading {
	if leaders == nil || w.hold.Held {
		return nil
	}
	var out []reading
	add := func(topic state.Topic, target string, to reading) {
		to.occasion = state.Occasion{Topic: topic, Week: w.deadline.Week, Target: target}
		if !w.has(to.occasion.Key()) {
			out = append(out, to)
		}
	}
	led, kept := f.involved(w)
	for i := range f.roster.Leaders {
		if l := &f.roster.Leaders[i]; r.Own && l.Mail != "" && led[l.ID] {
			add(state.TopicSummary, l.ID, reading{leader: l})
		}
	}
	if weeks := f.schedule.Formal(r.Bodies, w.deadline.Week); weeks != nil {
		for i := range f.roster.Recipients {
			if b := &f.roster.Recipients[i]; !b.Copy {
				add(state.TopicSummary, b.ID, reading{body: b, weeks: weeks})
			}
		}
	}
	if !r.Standing || f.quiet() || !hasLeft(leaders) {
		return out
	}
	for _, d := range f.roster.Depts {
		if kept[d.ID] && d.Valid(f.now) {
			add(state.TopicStanding, d.ID, reading{dept: d.ID})
		}
	}
	return out
}

// involved are the lead leaders and the departments with a project on the list in the week.
func (f facts) involved(w *weekFacts) (leaders, depts map[string]bool) {
	leaders, depts = map[string]bool{}, map[string]bool{}
	for _, p := range f.roster.Projects {
		if p.Active(w.deadline.AsOf()) {
			leaders[p.LeadLeader], depts[p.Dept] = true, true
		}
	}
	return leaders, depts
}

// hasLeft reports whether any copy of a letter reached its server.
func hasLeft(l *state.Letter) bool {
	return slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Phase == state.PhaseSent })
}

// readers queues the editions of every week in view: first what a corrected edition changed
// for those who were told otherwise, then the editions that are due.
func (p *Planner) readers(ctx context.Context, f facts) error {
	var errs []error
	for i := range f.weeks {
		w := &f.weeks[i]
		if w.deadline.Skipped || f.now.Before(f.schedule.SummaryAt(w.deadline.Week)) {
			continue
		}
		if err := p.tellReaders(ctx, f, w); err != nil {
			errs = append(errs, fmt.Errorf("readers of %s: %w", w.deadline.Week, err))
		}
	}
	return errors.Join(errs...)
}

func (p *Planner) tellReaders(ctx context.Context, f facts, w *weekFacts) error {
	week := w.deadline.Week
	var leaders *state.Letter
	var told *state.Digest
	fresh := *w // the leaders' letter may have been queued in this very turn
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if leaders, err = r.Letter(leadersEdition(week, 0).Key()); err != nil || leaders == nil {
			return err
		}
		if fresh.hold, err = r.Hold(week); err != nil {
			return err
		}
		told, err = r.Told(week)
		return err
	})
	if err != nil || leaders == nil || fresh.hold.Held {
		return err
	}
	if told != nil {
		if err := p.correctReaders(ctx, f, &fresh, *told); err != nil {
			return err
		}
	}
	due := f.readings(p.Composer.Readers, &fresh, leaders)
	if len(due) == 0 {
		return nil
	}
	e, err := p.known(ctx, f, week)
	if err != nil {
		return err
	}
	var errs []error
	var pack []intent
	for _, to := range due {
		draft, err := p.compose(e, to)
		if err == nil {
			var in intent
			if in, err = p.ready(draft, f.now, nil); err == nil {
				pack = append(pack, in)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("edition %s: %w", to.occasion.Key(), err))
		}
	}
	for batch := range slices.Chunk(pack, packSize) {
		errs = append(errs, p.queue(ctx, batch, f.now))
	}
	return errors.Join(errs...)
}

func (p *Planner) compose(e Edition, to reading) (Draft, error) {
	switch {
	case to.leader != nil:
		return p.Composer.Own(e, to.leader)
	case to.body != nil:
		return p.Composer.Formal(e, to.body, to.weeks)
	}
	return p.Composer.Standing(e, to.dept)
}

// known reads what the readers' editions of a week follow from: the digest the leaders read.
func (p *Planner) known(ctx context.Context, f facts, week state.Week) (e Edition, err error) {
	err = p.Store.View(ctx, func(r *state.Records) error {
		d, err := r.Digest(week)
		if err != nil {
			return err
		}
		if d == nil {
			return fmt.Errorf("the digest of %s is not in the store", week)
		}
		e, err = p.drawn(r, f, *d)
		return err
	})
	return e, err
}

// drawn is the edition of a digest.
func (p *Planner) drawn(r *state.Records, f facts, d state.Digest) (e Edition, err error) {
	e.Digest, e.Now = d, f.now
	if e.Depts, err = r.DeptWeeks(d.Period); err != nil {
		return e, err
	}
	if e.Past, err = pastDigests(r, f.schedule, d.Period); err != nil {
		return e, err
	}
	e.Visits = Visits{Month: state.MonthOf(f.now.In(f.schedule.Zone)), Now: f.now}
	if e.Visits.Begun, err = r.Begun(); err != nil {
		return e, err
	}
	e.Visits.Leaders, err = r.Visits(f.roster, f.schedule, e.Visits.Month, f.now)
	return e, err
}

// pastDigests lists the digests of the weeks before one, the week before first, up to the
// first that is not there.
func pastDigests(r *state.Records, s *state.Schedule, week state.Week) ([]*state.Digest, error) {
	var past []*state.Digest
	for w := s.Previously(week); len(past) < maxPast; w = s.Previously(w) {
		d, err := r.Digest(w)
		if err != nil || d == nil {
			return past, err
		}
		past = append(past, d)
	}
	return past, nil
}

// view is a week as the readers' letters draw it, also the lights a digest does not list in words.
func (c *Composer) view(e Edition) (report.Summary, error) {
	s := report.View(e.Digest, c.Roster, e.Depts, e.Past...)
	s.Form = c.Form
	for i := range s.Projects {
		l := &s.Projects[i].Light
		if l.Why != "" {
			continue
		}
		var err error
		if l.Why, err = c.lightWhy(l.Reason); err != nil {
			return s, fmt.Errorf("word the light of %s: %w", s.Projects[i].ID, err)
		}
	}
	return s, nil
}
