package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// Exemptions end by themselves (R8): the office hears of it once, on the working day before
// the last day, early enough to look again and to extend it.

// expirySpan is how long after an exemption's last day the office is still told that it
// ended, after an outage for instance.
const expirySpan = 7 * 24 * time.Hour

// expiryAt is when the office is told that an exemption ends.
func (f facts) expiryAt(e state.Exemption) time.Time {
	return ledgerAt().On(f.schedule.Calendar.AddWorkdays(e.Until.In(f.schedule.Zone), -1))
}

// expires reports whether the office is to be told now that an exemption ends: not of one
// granted so late that it has the day before its eyes, nor of one a later decision replaced.
func (f facts) expires(e state.Exemption) bool {
	at := f.expiryAt(e)
	return e.Before.IsZero() && e.At.Before(at) && !f.now.Before(at) && f.now.Before(e.Until.Add(expirySpan))
}

// expiry names the notice; an exemption that is extended ends on another day.
func expiry(e state.Exemption, week state.Week) state.Occasion {
	return state.Occasion{Topic: state.TopicNotice, Week: week, Target: "exempt-" + e.Subject + "-" + e.Until.Format("0102")}
}

// expiries queues the notices of exemptions that end.
func (p *Planner) expiries(ctx context.Context, f facts) error {
	var ending []state.Exemption
	err := p.Store.View(ctx, func(r *state.Records) error {
		ending = nil
		all, err := r.Exemptions()
		if err != nil {
			return fmt.Errorf("list exemptions: %w", err)
		}
		for _, e := range all {
			if !f.expires(e) {
				continue
			}
			told, err := r.Letter(expiry(e, f.schedule.Current(e.Until)).Key())
			if err != nil {
				return err
			}
			if told == nil {
				ending = append(ending, e)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range ending {
		draft, err := p.Composer.Expiry(e, f.now)
		if err == nil && draft.Key != "" {
			var in intent
			if in, err = p.ready(draft, f.now, nil); err == nil {
				err = p.queue(ctx, []intent{in}, f.now)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("exemption of %s: %w", e.Subject, err))
		}
	}
	return errors.Join(errs...)
}
