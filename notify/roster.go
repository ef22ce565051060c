package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Whoever reports a project from a week on, or no more, hears of it once: the department that
// takes it over and the one that gives it up, and the one whose new project joins the list, or
// does not. What changed at once is told in one letter. The letter to whoever takes over goes to
// the office in copy, which so sees from which week on.

// oldChange is how long after it was agreed to a change is still told, after an outage for
// instance: the week it counts from is long past then.
const oldChange = 14 * 24 * time.Hour

// registration is what one department is told about one week.
type registration struct {
	dept                string
	from                state.Week
	takes, gives, joins []state.Change
	counted             map[string]bool // of those that join, whose row counts already
}

// registrations queues the letters about what changed in the registry.
func (p *Planner) registrations(ctx context.Context, f facts) error {
	var due []registration
	var refused []state.Proposal
	err := p.Store.View(ctx, func(r *state.Records) error {
		all, err := r.Changes()
		if err != nil {
			return err
		}
		if due, err = f.registrations(r, all); err != nil {
			return err
		}
		refused, err = r.Pending()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what changed in the registry: %w", err)
	}
	var errs []error
	for _, g := range due {
		if err := p.register(ctx, f, g); err != nil {
			errs = append(errs, fmt.Errorf("tell %s what changed in the registry: %w", g.dept, err))
		}
	}
	for _, q := range refused {
		if q.Kind != state.ProposalAddition || q.Answer != state.AnswerNo {
			continue
		}
		draft, err := p.Composer.NotTaken(q, f.now)
		if err == nil && draft.Key != "" {
			var in intent
			if in, err = p.ready(draft, f.now, nil); err == nil {
				err = p.queue(ctx, []intent{in}, f.now)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("tell what became of %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// registrations are the changes no letter told yet, by department and week.
func (f facts) registrations(r *state.Records, all []state.Change) ([]registration, error) {
	var out []registration
	told := func(dept string, from state.Week) *registration {
		if d := f.roster.Dept(dept); d == nil || !d.Valid(f.now) {
			return nil // an ended department reports nothing any more; who goes on reads the registry's own letter
		}
		i := slices.IndexFunc(out, func(g registration) bool { return g.dept == dept && g.from == from })
		if i < 0 {
			i, out = len(out), append(out, registration{dept: dept, from: from, counted: map[string]bool{}})
		}
		return &out[i]
	}
	for _, c := range all {
		if f.now.Sub(c.At) > oldChange {
			continue
		}
		switch {
		case c.Field == state.ChangeJoin && c.Taker == "":
			g := told(c.Entry.Dept, c.From)
			if g == nil {
				continue
			}
			counted, err := counts(r, c)
			if err != nil {
				return nil, err
			}
			g.counted[c.Project], g.joins = counted, append(g.joins, c)
		case c.Field == state.ChangeDept:
			if g := told(c.New, c.From); g != nil && c.Taker == "" {
				g.takes = append(g.takes, c)
			}
			if g := told(c.Old, c.From); g != nil && c.Giver == "" {
				g.gives = append(g.gives, c)
			}
		}
	}
	return slices.DeleteFunc(out, func(g registration) bool { return len(g.takes)+len(g.gives)+len(g.joins) == 0 }), nil
}

// register queues one department's letter. That its changes are told lands with it.
func (p *Planner) register(ctx context.Context, f facts, g registration) error {
	var sent []state.Letter
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		sent, err = r.LettersOf(g.from)
		return err
	})
	if err != nil {
		return err
	}
	w := weekFacts{deadline: f.schedule.Deadline(g.from), letters: sent}
	draft, err := p.Composer.Registry(g, w.freeRound(state.TopicRegistry, g.dept), f.now)
	if err != nil {
		return err
	}
	in, err := p.ready(draft, f.now, func(r *state.Records) error {
		for _, c := range slices.Concat(g.takes, g.joins) {
			if err := r.ToldOf(c, func(c *state.Change) { c.Taker = draft.Key }); err != nil {
				return err
			}
		}
		for _, c := range g.gives {
			if err := r.ToldOf(c, func(c *state.Change) { c.Giver = draft.Key }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.queue(ctx, []intent{in}, f.now)
}
