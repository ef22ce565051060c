package notify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// After a restore from a backup the store does not know what left since. The folder of sent
// mail does, if it can be believed: what it holds and the store calls unsent is written down by
// Message-ID, which follows from a letter's cause, so that the letter is settled whenever it is
// planned again. What it does not hold has not left and may.

// WhyRestored stands in the outbox beside what waits for the office's word after a restore.
const WhyRestored = "not found in the folder of sent mail after a restore"

// ErrNoProof says that the folder of sent mail cannot tell what left: there is none, it is not
// looked into, or letters known to have left are not in it.
var ErrNoProof = errors.New("the folder of sent mail cannot tell which letters left")

// Reconcile looks once what left after the backup and writes it down. Nothing may leave before
// it succeeded. It may be repeated: a crash in it or after it changes nothing.
func (d *Dispatcher) Reconcile(ctx context.Context, now time.Time) error {
	if d.Filed == nil {
		return ErrNoProof
	}
	copies, err := d.Filed(ctx, now.Add(-copySpan))
	if err != nil {
		return fmt.Errorf("look for copies of letters: %w", err)
	}
	err = d.Store.Update(ctx, func(r *state.Records) error {
		known, err := lettersAround(r, d.Schedule, now)
		if err != nil {
			return err
		}
		e := weigh(copies, known, now)
		if !e.trusted {
			return ErrNoProof
		}
		last := 0
		for id, times := range copies {
			if !d.ours(id) {
				continue
			}
			l, err := r.LetterByMessageID(id)
			if err != nil {
				return err
			}
			if l == nil {
				last = max(last, issueNo(id))
			}
			if l == nil || slices.ContainsFunc(l.Deliveries, isQueued) {
				if err := r.PutFiled(id, state.Filed{Copies: len(times), At: latest(times, time.Time{}), Each: e.each}); err != nil {
					return err
				}
			}
		}
		return r.SkipIssues(last)
	})
	if err != nil {
		return fmt.Errorf("write down what left: %w", err)
	}
	return nil
}

// issueNo is the number of the issue a Message-ID of ours speaks of: 19 for "request.I19.D13…"; 0
// for none. Issues are numbered as they are found, which after a restore is another order: a
// number that left is not given again.
func issueNo(id string) int {
	found := issueInID.FindStringSubmatch(id)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return n
}

var issueInID = regexp.MustCompile(`^[a-z]+\.I([0-9]{1,6})\.`)

// isQueued reports whether a delivery waits.
func isQueued(d state.Delivery) bool { return d.Phase == state.PhaseQueued }

// SettleFiled settles what waits and is written down as having left, and says how many letters.
func (d *Dispatcher) SettleFiled(ctx context.Context, now time.Time) (settled int, err error) {
	var found []string
	err = d.Store.View(ctx, func(r *state.Records) error {
		found = nil
		open, err := r.OpenLetters()
		if err != nil {
			return err
		}
		for _, l := range open {
			f, err := r.Filed(l.MessageID)
			if err != nil {
				return err
			}
			if f.Copies > 0 && slices.ContainsFunc(l.Deliveries, isQueued) {
				found = append(found, l.Key)
			}
		}
		return nil
	})
	if err == nil && len(found) > 0 {
		err = d.Store.Update(ctx, func(r *state.Records) error {
			for _, key := range found {
				if err := settleFiled(r, key, now); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return 0, fmt.Errorf("settle what left before the restore: %w", err)
	}
	for _, key := range found {
		d.Log.Info("letter had left before the restore", "letter", key)
	}
	return len(found), nil
}

// settleFiled settles one letter, in one transaction with what was written down of it.
func settleFiled(r *state.Records, key string, now time.Time) error {
	l, err := r.Letter(key)
	if err != nil || l == nil {
		return err
	}
	f, err := r.Filed(l.MessageID)
	if err != nil {
		return err
	}
	if err := r.RemoveFiled(l.MessageID); err != nil {
		return err
	}
	if printsCode(*l) {
		return nil // the code it printed is not known here: the office gets the one that is
	}
	found, raise := fateOf(*l, f.Copies, f.Each, isQueued), false
	for i := range l.Deliveries {
		to := &l.Deliveries[i]
		switch {
		case to.Phase != state.PhaseQueued || found == fateAbsent:
		case found == fateLeft:
			to.Phase, to.SentAt, to.Next, to.Error = state.PhaseSent, latest([]time.Time{f.At}, now), time.Time{}, ""
		default:
			to.Phase, to.Next, to.Error, raise = state.PhaseDoubtful, time.Time{}, WhyRestored, true
		}
	}
	if raise {
		if err := r.RaiseLetter(key); err != nil {
			return err
		}
	}
	return r.PutLetter(*l)
}

// heldByRestore reports whether a letter waits for the office's word because of a restore.
func heldByRestore(l state.Letter) bool {
	return slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Phase == state.PhaseDoubtful && d.Error == WhyRestored })
}

// printsCode reports whether a letter asks the office with a one-time code.
func printsCode(l state.Letter) bool {
	return l.Kind == state.TopicProposal || l.Kind == state.TopicPreview || l.Kind == state.TopicNotice && strings.Contains(l.Key, "/"+string(MatterUnknown)+"-")
}

// HoldForOffice leaves to the office what waits after a restore and shames or moves people:
// leaders' letters and circulars, drafts of those included. So it does with requests handed over
// and urgent problems when such letters left under numbers the store does not know: they may be
// the same. It returns how many letters.
func (d *Dispatcher) HoldForOffice(ctx context.Context) (held int, err error) {
	err = d.Store.Update(ctx, func(r *state.Records) error {
		held = 0
		open, err := r.OpenLetters()
		if err != nil {
			return err
		}
		renumbered := map[state.Topic]bool{}
		for _, kind := range []state.Topic{state.TopicRequest, state.TopicUrgent} {
			if renumbered[kind], err = r.AnyFiled(kind); err != nil {
				return err
			}
		}
		for _, l := range open {
			if !waitsForOffice(l) && !renumbered[l.Kind] || !slices.ContainsFunc(l.Deliveries, isQueued) {
				continue
			}
			held++
			for i := range l.Deliveries {
				if to := &l.Deliveries[i]; to.Phase == state.PhaseQueued {
					to.Phase, to.Next, to.Error = state.PhaseDoubtful, time.Time{}, WhyRestored
				}
			}
			if err := r.RaiseLetter(l.Key); err != nil {
				return err
			}
			if err := r.PutLetter(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("hold letters for the office: %w", err)
	}
	return held, nil
}

// waitsForOffice are the readers' letters and circulars (mails.md, 14 to 17, 27 and 28).
func waitsForOffice(l state.Letter) bool {
	switch l.Kind {
	case state.TopicSummary, state.TopicStanding, state.TopicCircular:
		return true
	}
	return l.Kind == state.TopicProposal && strings.Contains(l.Key, "/"+string(state.ProposalCircular)+"-")
}
