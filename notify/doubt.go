package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Doubts settled by the folder of sent mail: a while after the server's answer was lost, a copy
// of the letter is looked for there, once. Found, the letter left. Not found, where every other
// letter is, it leaves once more with the same bytes and Message-ID if it is of a family that
// may (resent). All else a person decides, as without such a folder.

const (
	doubtWait     = 15 * time.Minute // until a server that took a letter has filed its copy
	doubtPatience = 4 * time.Hour    // how long a mailbox out of reach is waited for
)

// Doubt puts deliveries in doubt that a run left in phase sending when it ended inside the
// dialogue.
func (d *Dispatcher) Doubt(ctx context.Context, now time.Time) error {
	var look time.Time
	if d.Filed != nil {
		look = now.Add(doubtWait)
	}
	var letters []state.Letter
	err := d.Store.Update(ctx, func(r *state.Records) (err error) {
		letters, err = r.InDoubt(look)
		return err
	})
	if err != nil {
		return fmt.Errorf("record letters in doubt: %w", err)
	}
	for _, l := range letters {
		d.Log.Warn("letter in doubt: stopped while sending", "letter", l.Key)
	}
	return nil
}

// settleDoubts looks for copies of what is in doubt for long enough, and reports whether
// anything is other than before. A mailbox out of reach is asked again in the next turn.
func (d *Dispatcher) settleDoubts(ctx context.Context, open []state.Letter, now time.Time) (changed bool, err error) {
	ripe := func(to state.Delivery) bool { return to.LookedFor() && !to.Next.After(now) }
	var keys []string
	oldest := now
	for _, l := range open {
		for _, to := range l.Deliveries {
			if ripe(to) {
				keys = append(keys, l.Key)
				if to.Next.Before(oldest) {
					oldest = to.Next
				}
			}
		}
	}
	if len(keys) == 0 {
		return false, nil
	}
	var copies Copies
	if d.Filed != nil {
		if copies, err = d.Filed(ctx, now.Add(-copySpan)); err != nil && now.Before(oldest.Add(doubtPatience)) {
			d.Log.Warn("no copies of letters in doubt can be looked for", "err", Scrub(err.Error()))
			return false, nil
		}
	}
	err = d.Store.Update(ctx, func(r *state.Records) error {
		known, err := lettersAround(r, d.Schedule, now)
		if err != nil {
			return err
		}
		e := weigh(copies, known, now.Add(-doubtWait))
		for _, key := range slices.Compact(keys) {
			l, err := r.Letter(key)
			if err != nil {
				return err
			}
			if l != nil {
				err = settleDoubt(r, l, e, ripe)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("settle letters in doubt: %w", err)
	}
	for _, key := range slices.Compact(keys) {
		d.Log.Info("letter in doubt looked for", "letter", key, "copies", len(copies))
	}
	return true, nil
}

// settleDoubt records what a look says of a letter in doubt. What it leaves open is put on the
// office's list.
func settleDoubt(r *state.Records, l *state.Letter, e evidence, ripe func(state.Delivery) bool) error {
	found := fateUnclear
	if e.trusted {
		found = fateOf(*l, len(e.copies[l.MessageID]), e.each, ripe)
	}
	raise := false
	for i := range l.Deliveries {
		to := &l.Deliveries[i]
		switch {
		case !ripe(*to):
		case found == fateLeft:
			to.Phase, to.SentAt, to.Next, to.Error = state.PhaseSent, latest(e.copies[l.MessageID], to.Next.Add(-doubtWait)), time.Time{}, ""
		case found == fateAbsent && resent[l.Kind] && !to.Doubted:
			to.Phase, to.Next, to.Doubted = state.PhaseQueued, time.Time{}, true
		default:
			to.Next, raise = time.Time{}, true
		}
	}
	if raise {
		if err := r.RaiseLetter(l.Key); err != nil {
			return err
		}
	}
	return r.PutLetter(*l)
}

// latest is the last of some times; otherwise where none is known.
func latest(times []time.Time, otherwise time.Time) time.Time {
	last := slices.MaxFunc(append([]time.Time{{}}, times...), time.Time.Compare)
	if last.IsZero() {
		return otherwise
	}
	return last
}

// lettersAround are the letters of the weeks that copies are looked for in.
func lettersAround(r *state.Records, s *state.Schedule, now time.Time) ([]state.Letter, error) {
	var out []state.Letter
	weeks := []state.Week{s.Next(s.Current(now))}
	for len(weeks) < 6 {
		weeks = append(weeks, s.Previously(weeks[len(weeks)-1]))
	}
	for _, w := range weeks {
		letters, err := r.LettersOf(w)
		if err != nil {
			return nil, err
		}
		out = append(out, letters...)
	}
	return out, nil
}

// ours reports whether a Message-ID is of the office's own making.
func (d *Dispatcher) ours(id string) bool {
	return strings.HasSuffix(strings.ToLower(id), strings.ToLower(d.From[strings.LastIndexByte(d.From, '@'):]))
}
