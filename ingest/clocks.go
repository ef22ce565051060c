package ingest

import (
	"context"
	"fmt"
	"time"

	"duban/state"
)

const (
	// slack is how far the mail server's clock and ours may be apart unsaid.
	slack = 2 * time.Minute
	// recent is how old a mail may be that still tells the time.
	recent = 10 * time.Minute
)

// clocks compares the mail server's clock with ours where mail just read can tell: a mail
// received in our future shows that the server's runs ahead, one of our own letters received
// before it left that it runs behind. Mail of the last minutes that shows neither takes the
// word back.
func (c *Collector) clocks(ctx context.Context, fresh []Raw, now time.Time) error {
	var by time.Duration
	var tells, told bool
	err := c.Store.View(ctx, func(r *state.Records) error {
		by, tells = 0, false
		old, err := r.Skew()
		if err != nil {
			return err
		}
		told = old.By != 0
		for _, raw := range fresh {
			if raw.Received.IsZero() || raw.Received.Before(now.Add(-recent)) {
				continue
			}
			tells = true
			by = max(by, raw.Received.Sub(now))
			behind, err := early(r, raw)
			if err != nil {
				return err
			}
			if by < slack && behind >= slack {
				by = -behind
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("compare clocks: %w", err)
	}
	if by > -slack && by < slack {
		by = 0
	}
	if !tells || by == 0 && !told {
		return nil
	}
	if err := c.Store.Update(ctx, func(r *state.Records) error { return r.PutSkew(state.Skew{By: by, At: now}) }); err != nil {
		return fmt.Errorf("record the clocks: %w", err)
	}
	return nil
}

// early is how long before we sent it a letter of our own was received; 0 for other mail.
func early(r *state.Records, raw Raw) (time.Duration, error) {
	m, err := r.Mail(identity(raw))
	if err != nil || m == nil || m.Kind != state.MailOwn || m.LetterID == "" {
		return 0, err
	}
	l, err := r.Letter(m.LetterID)
	if err != nil || l == nil || l.SentAt().IsZero() {
		return 0, err
	}
	return max(0, l.SentAt().Sub(raw.Received)), nil
}
