package notify

import (
	"context"
	"fmt"

	"duban/state"
)

// maxChanges is how many changes of the configuration one letter names; the rest is counted.
const maxChanges = 40

// termsChanged tells the office what changed in the configuration, once, as soon as duban goes
// by it: who gets what, and which rules hold, from now on. What was there at the first start
// is only remembered.
func (p *Planner) termsChanged(ctx context.Context, f facts) error {
	if len(p.Terms) == 0 {
		return nil
	}
	var told *state.Terms
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		told, err = r.Terms()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the office knows of the configuration: %w", err)
	}
	now := state.Terms{List: p.Terms}
	in := intent{also: func(r *state.Records) error { return r.PutTerms(now) }}
	if told != nil {
		changes := now.Since(*told)
		if len(changes) == 0 {
			return nil
		}
		now.Round = told.Round + 1
		draft, err := p.Composer.TermsChanged(now.Round, changes, f)
		if err != nil {
			return err
		}
		if in, err = p.ready(draft, f.now, in.also); err != nil {
			return err
		}
	}
	if err := p.queue(ctx, []intent{in}, f.now); err != nil {
		return fmt.Errorf("changes of the configuration: %w", err)
	}
	return nil
}

// termsPage is the data of terms.*.tmpl.
type termsPage struct {
	Frame   frame
	Count   int
	Changes []state.TermChange
	More    string // how many are not named; "" for none
}

// TermsChanged writes what changed in the configuration.
func (c *Composer) TermsChanged(round int, changes []state.TermChange, f facts) (Draft, error) {
	o := state.Occasion{Topic: state.TopicTerms, Week: f.schedule.Current(f.now), Target: "office", Round: round}
	d := c.letter(o, c.toOffice(), f.now)
	p := termsPage{Frame: c.frame(d, ""), Count: len(changes), More: count(max(len(changes)-maxChanges, 0))}
	for _, ch := range changes[:min(len(changes), maxChanges)] {
		p.Changes = append(p.Changes, state.TermChange{Subject: trim(ch.Subject, quoteCell), Was: trim(ch.Was, quoteText), Now: trim(ch.Now, quoteText)})
	}
	return c.render(d, "terms", p)
}
