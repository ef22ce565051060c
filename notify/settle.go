package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// result is what became of one delivery.
type result struct {
	key   string
	index int
	err   error // of Send; nil when accepted
	at    time.Time
	stop  bool // we were told to stop before the letter was handed over
}

// payUp records the results an earlier call could not. Until it succeeds nothing is sent.
func (d *Dispatcher) payUp(ctx context.Context) error {
	for len(d.owed) > 0 {
		if err := d.settle(ctx, d.owed[0]); err != nil {
			return err
		}
		d.owed = d.owed[1:]
	}
	return nil
}

// settle records what became of a delivery.
func (d *Dispatcher) settle(ctx context.Context, res result) error {
	_, err := d.record(ctx, res.key, res.index, func(to *state.Delivery) bool {
		if to.Phase != state.PhaseSending {
			return false
		}
		res.apply(to)
		if to.Phase == state.PhaseDoubtful && d.Filed != nil {
			to.Next = res.at.Add(doubtWait)
		}
		return true
	}, res.lost, res.server)
	return err
}

// server records whether the server was found out of order, or answered.
func (res result) server(r *state.Records, _ state.Delivery) error {
	se := new(SendError)
	switch failed := errors.As(res.err, &se); {
	case res.stop:
		return nil
	case failed && se.beforeLetter():
		return r.FindServer(res.at)
	case failed && se.Session:
		return nil // it let us in, and no more is known
	}
	return r.FindServer(time.Time{})
}

// lost marks the address the server does not know, so that the department's next letters
// go to whoever stands in.
func (res result) lost(r *state.Records, to state.Delivery) error {
	se := new(SendError)
	if !errors.As(res.err, &se) || !se.unknownAddress() {
		return nil
	}
	return r.Lost(to.To, res.key, "", res.at)
}

// apply is the law of verdicts: accepted is sent, temporary waits, permanent failed, and
// no answer to a letter handed over whole is doubt, which only a person or a proof settles. A
// server that is out of order costs no letter its turn: the first to be tried in a long outage,
// which is the one most waited for, would else leave hours behind all others, or never.
func (res result) apply(to *state.Delivery) {
	verdict, se := Temporary, new(SendError)
	outOfOrder := false
	if errors.As(res.err, &se) {
		verdict, outOfOrder = se.Verdict, se.beforeLetter()
	}
	if res.err == nil {
		to.Phase, to.SentAt, to.Error, to.Next = state.PhaseSent, res.at, "", time.Time{}
		return
	}
	to.Error = Scrub(res.err.Error())
	switch {
	case verdict == Doubtful:
		to.Phase = state.PhaseDoubtful
	case verdict == Permanent:
		to.Phase = state.PhaseFailed
	case res.stop: // our own stop costs no attempt
		to.Phase, to.Error = state.PhaseQueued, ""
		to.Attempts--
	case outOfOrder:
		to.Phase, to.Next = state.PhaseQueued, time.Time{}
		to.Attempts--
	case to.Attempts >= maxAttempts:
		to.Phase, to.Error = state.PhaseFailed, fmt.Sprintf("given up after %d attempts: %s", to.Attempts, to.Error)
	default:
		to.Phase, to.Next = state.PhaseQueued, res.at.Add(backOff(to.Attempts))
	}
}

// errHeld leaves a delivery as it was, because the letter must not leave now.
var errHeld = errors.New("held back")

// record changes one delivery in one transaction, on the letter as it is then. change
// returns false to leave it alone; also records what else follows from the change, or forbids it. Trouble
// is put on the office's list with it.
func (d *Dispatcher) record(ctx context.Context, key string, index int, change func(*state.Delivery) bool, also ...func(*state.Records, state.Delivery) error) (changed bool, err error) {
	err = d.Store.Update(ctx, func(r *state.Records) error {
		changed = false
		l, err := r.Letter(key)
		if err != nil || l == nil || index >= len(l.Deliveries) {
			return err
		}
		to := &l.Deliveries[index]
		if changed = change(to); !changed {
			return nil
		}
		if to.Phase == state.PhaseFailed || to.Phase == state.PhaseDoubtful && !to.LookedFor() {
			if err := r.RaiseLetter(key); err != nil {
				return err
			}
		}
		for _, f := range also {
			err := f(r, *to)
			if errors.Is(err, errHeld) {
				changed = false
				return nil
			}
			if err != nil {
				return err
			}
		}
		return r.PutLetter(*l)
	})
	if err != nil {
		return false, fmt.Errorf("letter %s: record its progress: %w", key, err)
	}
	return changed, nil
}
