package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"duban/state"
)

// Outgoing is how letters leave.
type Outgoing struct {
	From    string // the envelope's sender: the office's address
	Allow   Allow
	Pace    time.Duration // pause between two letters
	PerTick int           // letters of one call at most; 0 for 100, fewer when the pace is slow
	Fuse    Fuse
}

// paceBudget bounds how long one call pauses in all, so that mail is read in between.
const paceBudget = 2 * time.Minute

const perTick = 100

// Dispatcher takes the open letters of the outbox to the mail server. One goroutine uses it.
type Dispatcher struct {
	Outgoing
	Store    *state.Store
	Schedule *state.Schedule                  // for the quiet hours
	Blob     func(sum string) ([]byte, error) // blobs.Store.Get
	Sender   Sender
	// Filed looks for copies of our letters in the folder of sent mail, filed since an instant;
	// nil when nobody looks.
	Filed func(ctx context.Context, since time.Time) (Copies, error)
	Log   *slog.Logger

	owed    []result // what the server said and the store did not take yet
	tripped atomic.Pointer[FuseError]
}

// Dispatch sends what is due at now, in the order of the queue, and returns when nothing is
// left, ctx is done (between two letters, never inside one), enough left for one call or
// the server is in trouble. Each delivery passes three durable steps:
//
//	queued  -- a crash here costs nothing: it is sent after the restart
//	sending -- synced before the server is asked; a crash from here on leaves it in doubt
//	sent, queued again with a later Next, failed or doubtful
//
// A refused letter is recorded and no error; errors are ours, the server's being out of
// reach and the fuse, the last two told once.
func (d *Dispatcher) Dispatch(ctx context.Context, now time.Time) error {
	if err := d.payUp(ctx); err != nil {
		return err
	}
	parcels, err := d.turn(ctx, now)
	if err != nil {
		return err
	}
	if len(parcels) == 0 {
		d.tripped.Store(nil)
		return nil
	}
	var counted *tally
	err = d.Store.View(ctx, func(r *state.Records) error {
		counted, err = countLetters(r, d.Fuse, d.From, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("count the letters of the last day: %w", err)
	}
	defer d.Sender.Hangup()
	return d.send(ctx, parcels, counted, now)
}

// Tripped is the fuse that holds letters back; nil when none does.
func (d *Dispatcher) Tripped() *FuseError { return d.tripped.Load() }

// turn lists what is due. A delivery found in phase sending belongs to a run that ended
// inside the dialogue: only this goroutine sends, and it is not sending now. What a copy proves
// to have left is settled first.
func (d *Dispatcher) turn(ctx context.Context, now time.Time) ([]parcel, error) {
	open, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	stopped := slices.ContainsFunc(open, func(l state.Letter) bool {
		return slices.ContainsFunc(l.Deliveries, func(to state.Delivery) bool { return to.Phase == state.PhaseSending })
	})
	if stopped {
		err = d.Doubt(ctx, now)
	}
	doubts, also := d.settleDoubts(ctx, open, now)
	filed := 0
	if err = errors.Join(err, also); err == nil && len(open) > 0 {
		filed, err = d.SettleFiled(ctx, now)
	}
	if err != nil {
		return nil, err
	}
	if doubts || filed > 0 {
		if open, err = d.open(ctx); err != nil {
			return nil, err
		}
	}
	return waiting(open, d.From, d.Schedule, now), nil
}

func (d *Dispatcher) open(ctx context.Context) (open []state.Letter, err error) {
	err = d.Store.View(ctx, func(r *state.Records) (err error) {
		open, err = r.OpenLetters()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return open, nil
}

func (d *Dispatcher) send(ctx context.Context, parcels []parcel, counted *tally, now time.Time) error {
	limit := d.PerTick
	if limit <= 0 {
		limit = perTick
	}
	if d.Pace > 0 {
		limit = min(limit, max(1, int(paceBudget/d.Pace)))
	}
	var errs []error
	var fuse *FuseError
	for sent, i := 0, 0; i < len(parcels) && sent < limit && ctx.Err() == nil; i++ {
		p := parcels[i]
		if !d.Allow.Permits(p.to()) {
			errs = append(errs, d.refuse(ctx, p))
			continue
		}
		if blown := counted.check(p.to()); blown != nil {
			if fuse == nil || fuse.Address != "" {
				fuse = blown // that nothing leaves at all is the greater news
			}
			if !passes(p, d.From) {
				continue
			}
		}
		if sent > 0 && !pause(ctx, d.Pace) {
			break
		}
		went, err := d.deliver(ctx, p, now)
		errs = append(errs, err)
		if went {
			counted.add(p.to())
			sent++
		}
		var session *SendError
		if errors.As(err, &session) || len(d.owed) > 0 {
			break
		}
	}
	if before := d.tripped.Swap(fuse); fuse != nil && before == nil {
		errs = append(errs, fuse)
	}
	return errors.Join(errs...)
}

// refuse settles a delivery to an address outside outgoing.allow without asking anybody.
func (d *Dispatcher) refuse(ctx context.Context, p parcel) error {
	d.Log.Warn("address outside outgoing.allow", "letter", p.letter.Key)
	_, err := d.record(ctx, p.letter.Key, p.index, func(to *state.Delivery) bool {
		if to.Phase != state.PhaseQueued {
			return false
		}
		to.Phase, to.Error = state.PhaseFailed, "the address is outside outgoing.allow"
		return true
	})
	return err
}

// deliver takes one parcel through its durable steps. went reports that the server was
// asked; the error is ours or a *SendError of the session, after which no other letter
// would fare better.
func (d *Dispatcher) deliver(ctx context.Context, p parcel, now time.Time) (went bool, err error) {
	raw, err := d.Blob(p.letter.Blob)
	if err != nil {
		return false, fmt.Errorf("letter %s: read its bytes: %w", p.letter.Key, err)
	}
	mine, err := d.record(ctx, p.letter.Key, p.index, func(to *state.Delivery) bool {
		if to.Phase != state.PhaseQueued { // dropped by the office in the meantime
			return false
		}
		to.Phase = state.PhaseSending // from here on a crash leaves the delivery in doubt
		to.Attempts++
		return true
	}, func(r *state.Records, _ state.Delivery) error {
		held, err := heldBack(r, p.letter)
		if err == nil && !held && !p.letter.Begun() {
			held, err = outOfTime(r, p.letter, d.Schedule, now)
		}
		if err == nil && held {
			err = errHeld
		}
		return err
	})
	if err != nil || !mine {
		return false, err
	}
	err = d.Sender.Send(ctx, d.From, p.to(), raw)
	res := result{key: p.letter.Key, index: p.index, err: err, at: now, stop: ctx.Err() != nil}
	// The server's word is recorded even while we are being stopped. A crash before it is
	// leaves the delivery in doubt; a store that refuses it is asked again before the next
	// letter, because a lost "accepted" would cost a second copy.
	if rerr := d.settle(context.WithoutCancel(ctx), res); rerr != nil {
		d.owed = append(d.owed, res)
		return true, rerr
	}
	d.tell(p, err)
	if se := new(SendError); errors.As(err, &se) && se.Session && !res.stop {
		return true, fmt.Errorf("mail server: %w", se)
	}
	return true, nil
}

func (d *Dispatcher) tell(p parcel, err error) {
	se := new(SendError)
	switch {
	case err == nil:
		d.Log.Info("letter sent", "letter", p.letter.Key)
	case errors.As(err, &se) && se.Verdict == Doubtful:
		d.Log.Warn("letter in doubt: it may be delivered more than once if sent again", "letter", p.letter.Key, "err", se)
	case errors.As(err, &se) && se.Verdict == Permanent:
		d.Log.Warn("letter refused", "letter", p.letter.Key, "err", se)
	default:
		d.Log.Info("letter put off", "letter", p.letter.Key, "err", Scrub(err.Error()))
	}
}

// pause waits between two letters; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
