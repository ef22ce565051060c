package notify

import (
	"context"
	"fmt"
	"strings"

	"duban/state"
)

// Resend queues again every delivery of a letter that failed, is in doubt or was dropped,
// by the decision of a person who knows that a letter in doubt may arrive twice. It is the
// same letter, byte for byte, so mail programs that know its Message-ID show it once.
func Resend(ctx context.Context, store *state.Store, key string) error {
	return decide(ctx, store, key, "nothing of it is failed, in doubt or dropped", func(to *state.Delivery) bool {
		switch to.Phase {
		case state.PhaseFailed, state.PhaseDoubtful, state.PhaseDropped:
			*to = state.Delivery{To: to.To, Copy: to.Copy, Phase: state.PhaseQueued, Doubted: to.Doubted || to.Phase == state.PhaseDoubtful}
			return true
		}
		return false
	})
}

// Drop gives up every delivery of a letter that has not left.
func Drop(ctx context.Context, store *state.Store, key string) error {
	return decide(ctx, store, key, "nothing of it is waiting, failed or in doubt", func(to *state.Delivery) bool {
		switch to.Phase {
		case state.PhaseQueued, state.PhaseFailed, state.PhaseDoubtful:
			to.Phase = state.PhaseDropped
			return true
		}
		return false
	})
}

func decide(ctx context.Context, store *state.Store, key, nothing string, change func(*state.Delivery) bool) error {
	err := store.Update(ctx, func(r *state.Records) error {
		l, err := r.Letter(key)
		if err != nil {
			return err
		}
		if l == nil {
			return fmt.Errorf("there is no letter %q", key)
		}
		changed := false
		for i := range l.Deliveries {
			changed = change(&l.Deliveries[i]) || changed
		}
		if !changed {
			return fmt.Errorf("letter %s: %s", key, nothing)
		}
		return r.PutLetter(*l)
	})
	if err != nil {
		return fmt.Errorf("change the outbox: %w", err)
	}
	return nil
}

// arrived settles a doubt by our own copy of a letter seen in the mailbox: the server took
// it. A letter with several recipients stays in doubt, for the copy may be another's.
func arrived(r *state.Records, copy state.Mail) error {
	l, err := r.Letter(copy.LetterID)
	if err != nil || l == nil || len(l.Deliveries) != 1 || l.Deliveries[0].Phase != state.PhaseDoubtful {
		return err
	}
	if copy.MessageID != l.MessageID {
		return nil // another office's duban names its letters alike; its Message-IDs are its own
	}
	to := &l.Deliveries[0]
	to.Phase, to.SentAt, to.Error = state.PhaseSent, copy.Received, ""
	return r.PutLetter(*l)
}

// cameBack records that a letter bounced for one recipient: it was accepted and yet not
// delivered. A bounce that names no recipient counts only for a letter with one.
func cameBack(r *state.Records, bounce state.Mail) error {
	l, err := r.Letter(bounce.LetterID)
	if err != nil || l == nil {
		return err
	}
	for i := range l.Deliveries {
		to := &l.Deliveries[i]
		named := strings.EqualFold(to.To, bounce.Failed) || bounce.Failed == "" && len(l.Deliveries) == 1
		if named && (to.Phase == state.PhaseSent || to.Phase == state.PhaseDoubtful) {
			to.Phase, to.Error = state.PhaseFailed, "it came back undelivered"
			return r.PutLetter(*l)
		}
	}
	return nil
}
