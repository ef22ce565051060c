package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"duban/state"
	"duban/state/blobs"
)

// Collector turns the mail of the shared mailbox into facts. For each pack of mails it
// keeps the raw bytes first, then opens and judges them, and records all that follows from
// them together with the cursor in one transaction: what a crash cuts short is fetched and
// done again, with the same result.
type Collector struct {
	Store   *state.Store
	Blobs   *blobs.Store
	Mailbox Mailbox
	Folders []string
	Opener  Opener
	Desk    Desk
	Log     *slog.Logger
	// LookupTXT asks the DNS for a signature's key; nil checks no signature here.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
}

// rescanDays is how far a first or repeated reading of a folder goes back.
const rescanDays = 30

// maxPacks bounds one poll; what is left is read at the next.
const maxPacks = 1000

// Collect polls every folder once. A folder that cannot be read does not hold up the others.
// When all were read completely it records when the poll began: mail received before then
// is known, and only then may anybody be told that theirs is missing.
func (c *Collector) Collect(ctx context.Context, now time.Time) error {
	var errs []error
	for _, folder := range c.Folders {
		if err := c.folder(ctx, folder, now); err != nil {
			errs = append(errs, fmt.Errorf("collect %s: %w", folder, err))
		}
	}
	if err := c.Mailbox.Close(); err != nil {
		c.Log.Debug("hang up", "err", err) // the poll is over either way
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err := c.Store.Update(ctx, func(r *state.Records) error { return r.PutSweep(now) }); err != nil {
		return fmt.Errorf("record the poll: %w", err)
	}
	if err := errors.Join(c.claims(ctx, now), c.additions(ctx, now)); err != nil {
		return err
	}
	return c.overdue(ctx, now) // only now is everything known that could have been answered
}

func (c *Collector) folder(ctx context.Context, folder string, now time.Time) error {
	var cursor state.Cursor
	err := c.Store.View(ctx, func(r *state.Records) (err error) {
		cursor, err = r.Cursor(folder)
		return err
	})
	if err != nil {
		return err
	}
	since := now.AddDate(0, 0, -rescanDays)
	for range maxPacks {
		batch, err := c.Mailbox.After(ctx, folder, Cursor{UIDValidity: cursor.UIDValidity, UID: cursor.UID}, since)
		if err != nil {
			return err
		}
		next := state.Cursor{UIDValidity: batch.Next.UIDValidity, UID: batch.Next.UID, Read: cursor.Read + uint32(len(batch.Mails)), Moved: cursor.Moved}
		if was, is := cursor.UIDValidity, next.UIDValidity; was != 0 && is != 0 && was != is {
			next.Moved = now // the office hears of it; what is known already brings no second letter
		}
		if len(batch.Mails) > 0 || next != cursor {
			if err := c.take(ctx, folder, batch.Mails, next, now); err != nil {
				return err
			}
		}
		cursor = next
		if !batch.More {
			return c.count(ctx, folder, batch, cursor)
		}
	}
	return nil
}

// count holds what the folder contains against what was read of it, for whoever watches over
// the mailbox.
func (c *Collector) count(ctx context.Context, folder string, last Batch, cursor state.Cursor) error {
	var before state.Census
	err := c.Store.View(ctx, func(r *state.Records) (err error) {
		before, err = r.Census(folder)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the census: %w", err)
	}
	now := before.Next(cursor.UIDValidity, last.Exists, cursor.Read)
	now.Full = last.Full
	if now == before {
		return nil
	}
	if err := c.Store.Update(ctx, func(r *state.Records) error { return r.PutCensus(folder, now) }); err != nil {
		return fmt.Errorf("record the census: %w", err)
	}
	return nil
}

// take records one pack. From the moment the transaction lands the pack is done; before it,
// nothing but blobs nobody refers to was left behind.
func (c *Collector) take(ctx context.Context, folder string, raws []Raw, next state.Cursor, now time.Time) error {
	fresh, err := c.unknown(ctx, raws)
	if err != nil {
		return err
	}
	bodies := make([][]byte, len(fresh))
	for i, raw := range fresh {
		bodies[i] = raw.Body
	}
	if _, err := c.Blobs.PutAll(bodies); err != nil {
		return fmt.Errorf("keep raw mail: %w", err)
	}
	if len(fresh) > 0 {
		c.Desk = c.Desk.Prepared()
	}
	var arrivals []Arrival
	for _, raw := range fresh {
		a := c.arrive(ctx, raw, folder, now)
		if err := ctx.Err(); err != nil {
			return err
		}
		arrivals = append(arrivals, a)
	}
	return errors.Join(c.commit(ctx, folder, arrivals, next), c.clocks(ctx, fresh, now))
}

// commit records the arrivals and the cursor behind them in one transaction. A pack that is
// too large for one is recorded in halves, each with the cursor behind its last mail; a mail
// that is too large alone is put aside for a person.
func (c *Collector) commit(ctx context.Context, folder string, arrivals []Arrival, next state.Cursor) error {
	err := c.Store.Update(ctx, func(r *state.Records) error { return c.record(r, folder, arrivals, next) })
	switch n := len(arrivals); {
	case err == nil:
		for _, a := range arrivals {
			c.Log.Info("mail", "mail", a.Mail.ID, "poison", a.Poison)
		}
		return nil
	case !errors.Is(err, state.ErrTooBig) || n == 0:
		return fmt.Errorf("record a pack of mails: %w", err)
	case n == 1 && arrivals[0].Poison == "":
		arrivals[0].Poison = "it holds more rows than can be recorded"
		return c.commit(ctx, folder, arrivals, next)
	case n == 1:
		return fmt.Errorf("record a mail: %w", err)
	default:
		half := arrivals[:n/2]
		if err := c.commit(ctx, folder, half, state.Cursor{UIDValidity: next.UIDValidity, UID: half[len(half)-1].UID, Read: next.Read - uint32(n-n/2), Moved: next.Moved}); err != nil {
			return err
		}
		return c.commit(ctx, folder, arrivals[n/2:], next)
	}
}

// unknown leaves out the mails already recorded and the ones that vanished before they
// could be read. A mail is known by the digest of its bytes, never by its Message-ID.
func (c *Collector) unknown(ctx context.Context, raws []Raw) ([]Raw, error) {
	var fresh []Raw
	seen := map[string]bool{}
	err := c.Store.View(ctx, func(r *state.Records) error {
		fresh, seen = fresh[:0], map[string]bool{}
		for _, raw := range raws {
			id := identity(raw)
			if raw.Problem == RawGone || seen[id] {
				continue
			}
			seen[id] = true
			known, err := r.Mail(id)
			if err != nil {
				return err
			}
			if known == nil {
				fresh = append(fresh, raw)
			}
		}
		return nil
	})
	return fresh, err
}

// identity is the SHA-256 of a mail's bytes; for a mail whose bytes the server would not
// give, of its place in the mailbox.
func identity(raw Raw) string {
	if len(raw.Body) == 0 {
		return digest([]byte(fmt.Sprintf("%s\x00%d\x00%d", raw.Folder, raw.UIDValidity, raw.UID)))
	}
	return digest(raw.Body)
}

// record writes what follows from the arrivals, in the order of receipt, and the cursor
// behind them.
func (c *Collector) record(r *state.Records, folder string, arrivals []Arrival, next state.Cursor) error {
	var files [][]byte
	for _, a := range arrivals {
		verdict, err := c.Desk.Take(r, a)
		if err != nil {
			return fmt.Errorf("judge mail %s: %w", a.Mail.ID, err)
		}
		if err := r.PutMail(verdict.Mail); err != nil {
			return err
		}
		if err := r.PutColumns(verdict.Mail); err != nil {
			return err
		}
		if verdict.Contact != nil {
			if err := r.PutContact(*verdict.Contact); err != nil {
				return err
			}
		}
		for _, d := range verdict.Depts {
			if err := r.PutDeptWeek(d); err != nil {
				return err
			}
		}
		if verdict.Say != nil {
			if err := r.TakeSay(*verdict.Say); err != nil {
				return err
			}
		}
		for _, visit := range verdict.Visits {
			if err := r.PutVisit(visit); err != nil {
				return err
			}
		}
		if verdict.Order != nil {
			if err := r.PutIssue(*verdict.Order); err != nil {
				return err
			}
		}
		if verdict.Word != nil {
			if err := r.Speak(*verdict.Word); err != nil {
				return err
			}
		}
		if verdict.Proposal != "" {
			if err := r.Decide(verdict.Proposal, verdict.Decided); err != nil {
				return err
			}
		}
		for _, e := range verdict.Said {
			if err := r.PutExplanation(e); err != nil {
				return err
			}
		}
		if verdict.Mail.Decision == state.DecisionCorrect {
			for _, f := range a.Opened.Files {
				files = append(files, f.Data)
			}
		}
	}
	// Only a workbook that goes back marked is kept beside its mail. Keeping it twice, when
	// this function runs again, keeps it once.
	if _, err := c.Blobs.PutAll(files); err != nil {
		return fmt.Errorf("keep workbooks: %w", err)
	}
	return r.PutCursor(folder, next)
}
