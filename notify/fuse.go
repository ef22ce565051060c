package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Fuse bounds the letters of any 24 hours, so that a mistake of ours or a loop between two
// machines ends as a full outbox and not as a flood. Zero values mean the defaults.
type Fuse struct {
	PerAddress int // letters to one address; beyond it that address waits. 20
	Overall    int // letters altogether; beyond it nothing leaves. 500
}

const (
	fusePerAddress = 20
	fuseOverall    = 500
	fuseSpan       = 24 * time.Hour
)

// FuseError says that the mail fuse tripped. It is the office's or the operator's to find
// out why; letters leave again when fewer lie within 24 hours, or with a larger fuse.
type FuseError struct {
	Address string // the address that waits; "" when nothing leaves
	Count   int    // letters of the last 24 hours
}

func (e *FuseError) Error() string {
	if e.Address != "" {
		return fmt.Sprintf("mail fuse: an address got %d letters in 24 hours; it gets no more for now", e.Count)
	}
	return fmt.Sprintf("mail fuse: %d letters left in 24 hours; none leaves for now", e.Count)
}

// tally is what the fuse has seen: letters of the last 24 hours, by address.
type tally struct {
	fuse   Fuse
	office string // exempt per address: in shadow mode it gets everything
	all    int
	to     map[string]int
}

// countLetters reads them from the weeks a letter sent within 24 hours can belong to, so
// that neither a restart nor a new configuration resets the fuse.
func countLetters(r *state.Records, f Fuse, office string, now time.Time) (*tally, error) {
	if f.PerAddress <= 0 {
		f.PerAddress = fusePerAddress
	}
	if f.Overall <= 0 {
		f.Overall = fuseOverall
	}
	c := &tally{fuse: f, office: strings.ToLower(office), to: map[string]int{}}
	since := now.Add(-fuseSpan)
	for w := state.WeekOf(now).Add(-3); w.Before(state.WeekOf(now).Add(2)); w = w.Add(1) {
		letters, err := r.LettersOf(w)
		if err != nil {
			return nil, err
		}
		for _, l := range letters {
			for _, d := range l.Deliveries {
				maybe := (d.Phase == state.PhaseDoubtful || d.Phase == state.PhaseSending) && l.QueuedAt.After(since)
				if maybe || d.Phase == state.PhaseSent && d.SentAt.After(since) {
					c.add(d.To)
				}
			}
		}
	}
	return c, nil
}

// limitNear and limitFar are from how many percent of Fuse.Overall on the office is told that
// the limit is near, and below how many that it is not any more.
const limitNear, limitFar = 80, 60

// Load tells, while letters wait or the office knows of it already, that the letters of the
// last 24 hours come near the limit: a provider's daily quota or the fuse's own. Nil when
// they do not.
func (d *Dispatcher) Load(ctx context.Context, now time.Time) (*Ill, error) {
	var ill *Ill
	err := d.Store.View(ctx, func(r *state.Records) error {
		ill = nil
		told, err := r.Ailments()
		if err != nil {
			return err
		}
		since, percent := now, limitNear
		if at := slices.IndexFunc(told, func(a state.Ailment) bool { return a.Kind == IllLimit }); at >= 0 {
			since, percent = told[at].Since, limitFar
		} else if open, err := r.OpenLetters(); err != nil || len(open) == 0 {
			return err
		}
		c, err := countLetters(r, d.Fuse, d.From, now)
		if err != nil || c.all*100 < c.fuse.Overall*percent {
			return err
		}
		ill = &Ill{Ailment: state.Ailment{Kind: IllLimit, Since: since}, Detail: fmt.Sprintf("%d letters left within 24 hours, %d may", c.all, c.fuse.Overall)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the letters of the last day: %w", err)
	}
	return ill, nil
}

func (c *tally) add(addr string) {
	c.all++
	c.to[strings.ToLower(addr)]++
}

// check reports whether one more letter to addr is too many.
func (c *tally) check(addr string) *FuseError {
	addr = strings.ToLower(addr)
	switch {
	case c.all >= c.fuse.Overall:
		return &FuseError{Count: c.all}
	case addr != c.office && c.to[addr] >= c.fuse.PerAddress:
		return &FuseError{Address: addr, Count: c.to[addr]}
	}
	return nil
}
