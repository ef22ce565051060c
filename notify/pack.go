package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// drafts writes a letter about each of all. One that cannot be written does not hold up the
// others; the errors come back joined.
func drafts[T any](p *Planner, now time.Time, all []T, write func(T) (Draft, error)) ([]intent, error) {
	var pack []intent
	var errs []error
	for _, about := range all {
		draft, err := write(about)
		if err == nil {
			var in intent
			if in, err = p.ready(draft, now, nil); err == nil {
				pack = append(pack, in)
			}
		}
		errs = append(errs, err)
	}
	return pack, errors.Join(errs...)
}

// queuePacks queues letters in packs of a size one transaction takes.
func (p *Planner) queuePacks(ctx context.Context, all []intent, now time.Time) error {
	for len(all) > 0 {
		n := min(len(all), packSize)
		if err := p.queue(ctx, all[:n], now); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// queue makes intents durable. The bytes are stored first: a crash before the transaction
// leaves blobs nobody refers to, and the letters are due again; a crash after it leaves
// letters that wait with all they need.
func (p *Planner) queue(ctx context.Context, pack []intent, now time.Time) error {
	var raws [][]byte
	for _, in := range pack {
		if in.draft != nil {
			raws = append(raws, in.raw)
		}
	}
	sums, err := p.Keep(raws)
	if err != nil {
		return fmt.Errorf("keep %d letters: %w", len(raws), err)
	}
	var fresh []string
	err = p.Store.Update(ctx, func(r *state.Records) error {
		fresh = fresh[:0]
		next := 0
		for _, in := range pack {
			if in.draft != nil {
				l := in.draft.Letter
				l.Blob, l.QueuedAt = sums[next], now
				next++
				if held, err := heldBack(r, l); err != nil || held {
					if err != nil {
						return err
					}
					continue // the office said 暂缓 while the letter was being written
				}
				isNew, err := r.Enqueue(l)
				if err != nil {
					return err
				}
				if isNew {
					fresh = append(fresh, l.Key)
				}
			}
			if in.also != nil {
				if err := in.also(r); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue %d letters: %w", len(pack), err)
	}
	for _, key := range fresh {
		p.Log.Info("letter queued", "letter", key)
	}
	return nil
}

// ready renders a draft.
func (p *Planner) ready(d Draft, now time.Time, also func(*state.Records) error) (intent, error) {
	raw, err := Render(d, p.Composer.Office, now)
	if err != nil {
		return intent{}, err
	}
	return intent{&d, raw, also}, nil
}
