package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// What the office corrects by hand (办公室更正) stands in the next answer to the department. Where
// none is due soon it hears by a letter of its own, so that nobody learns from the next week's
// letter of correction that the figure he goes on from is no longer his.

// oneSitting is how long after a correction by hand another one is still waited for: what the
// office corrects in one sitting is told in one letter.
const oneSitting = 30 * time.Minute

// amends is what one department is told about one week.
type amends struct {
	week  state.Week
	dept  string
	all   []state.Amendment
	round int // of the letter
}

// amendments queues the letters about what the office corrected by hand.
func (p *Planner) amendments(ctx context.Context, f facts) error {
	if f.quiet() {
		return nil
	}
	var due []amends
	err := p.Store.View(ctx, func(r *state.Records) error {
		due = nil
		for i := range f.weeks {
			found, err := f.amended(r, &f.weeks[i])
			if err != nil {
				return err
			}
			due = append(due, found...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what the office corrected: %w", err)
	}
	var errs []error
	for _, a := range due {
		if err := p.amend(ctx, f, a); err != nil {
			errs = append(errs, fmt.Errorf("tell %s what the office corrected in %s: %w", a.dept, a.week, err))
		}
	}
	return errors.Join(errs...)
}

// amended are the corrections of a week no letter told yet, by department, where the office is
// done with them. A department that reported nothing of the week has nothing that was corrected.
func (f facts) amended(r *state.Records, w *weekFacts) ([]amends, error) {
	all, err := r.Amendments(w.deadline.Week)
	if err != nil {
		return nil, err
	}
	var out []amends
	for _, dept := range f.roster.Depts {
		if d := w.depts[dept.ID]; d == nil || len(d.Tries) == 0 {
			continue
		}
		mine := slices.DeleteFunc(slices.Clone(all), func(a state.Amendment) bool {
			p := f.roster.Project(a.Project)
			return a.Told != "" || a.Column == "" || p == nil || p.Dept != dept.ID
		})
		if len(mine) == 0 || slices.ContainsFunc(mine, func(a state.Amendment) bool { return f.now.Sub(a.At) < oneSitting }) {
			continue
		}
		out = append(out, amends{week: w.deadline.Week, dept: dept.ID, all: mine, round: w.freeRound(state.TopicAmended, dept.ID)})
	}
	return out, nil
}

// amend queues one department's letter. That its corrections are told lands with it.
func (p *Planner) amend(ctx context.Context, f facts, a amends) error {
	draft, err := p.Composer.Amended(a, f.now)
	if err != nil {
		return err
	}
	in, err := p.ready(draft, f.now, toldBy(draft.Key, a.all))
	if err != nil {
		return err
	}
	return p.queue(ctx, []intent{in}, f.now)
}
