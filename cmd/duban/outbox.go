package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"duban/notify"
	"duban/state"
)

// outboxCmd lists the letters and settles those in doubt.
type outboxCmd struct {
	List   outboxListCmd   `cmd:"" default:"withargs" help:"列出每封信和它走到哪一步。"`
	Resend outboxResendCmd `cmd:"" help:"重发存疑或被拒的信。"`
	Drop   outboxDropCmd   `cmd:"" help:"作废还没发出或存疑的信。"`
}

type outboxListCmd struct {
	JSON bool `help:"输出一份 JSON。"`
}

// outboxLine is one letter as `duban outbox --json` prints it (contract).
type outboxLine struct {
	Key       string      `json:"key"`
	Kind      state.Topic `json:"kind"`
	Phase     state.Phase `json:"phase"`
	To        []string    `json:"to"`
	Subject   string      `json:"subject"`
	InReplyTo string      `json:"in_reply_to"`
	QueuedAt  time.Time   `json:"queued_at"`
	SentAt    *time.Time  `json:"sent_at"`
	Attempts  int         `json:"attempts"`
	LastError string      `json:"last_error"`
}

func (c *outboxListCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		letters, err := o.letters(ctx)
		if err != nil {
			return err
		}
		lines := make([]outboxLine, 0, len(letters))
		for _, l := range letters {
			lines = append(lines, lineOf(l))
		}
		if c.JSON {
			return in.printJSON(lines)
		}
		t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
		for _, l := range lines {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.Phase, l.QueuedAt.In(o.cfg.Schedule.Zone).Format("01-02 15:04"), l.Key, l.Subject)
		}
		return t.Flush()
	})
}

// letters lists every letter of the outbox.
func (o *office) letters(ctx context.Context) ([]state.Letter, error) {
	var letters []state.Letter
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		letters, err = r.Letters()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list outbox: %w", err)
	}
	return letters, nil
}

func lineOf(l state.Letter) outboxLine {
	line := outboxLine{Key: l.Key, Kind: l.Kind, Phase: l.Phase(), To: []string{}, Subject: l.Subject, InReplyTo: l.InReplyTo, QueuedAt: l.QueuedAt}
	for _, d := range l.Deliveries {
		line.To = append(line.To, d.To)
		line.Attempts = max(line.Attempts, d.Attempts)
		if d.Error != "" {
			line.LastError = d.Error
		}
	}
	if at := l.SentAt(); !at.IsZero() && line.Phase == state.PhaseSent {
		line.SentAt = &at
	}
	return line
}

type outboxResendCmd struct {
	Keys []string `arg:"" placeholder:"编号" help:"信的编号,如 correction/2026-W41/D05/1;可写几个。"`
}

func (c *outboxResendCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		for _, key := range c.Keys {
			if err := notify.Resend(ctx, o.archive.store, key); err != nil {
				return err
			}
			fmt.Fprintf(in.stdout, "%s 已重新排队,下一轮发出。\n", key)
		}
		return nil
	})
}

type outboxDropCmd struct {
	Keys []string `arg:"" placeholder:"编号" help:"信的编号;可写几个。"`
}

func (c *outboxDropCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		for _, key := range c.Keys {
			if err := notify.Drop(ctx, o.archive.store, key); err != nil {
				return err
			}
			fmt.Fprintf(in.stdout, "%s 已作废,不再发出。\n", key)
		}
		return nil
	})
}
