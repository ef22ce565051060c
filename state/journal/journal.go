// Package journal makes any state.KV tell its whole history and notice its own damage.
//
// Every Update's writes are appended to one file, chained by SHA-256 and synced, before
// the engine commits them; the engine keeps, in the same transaction, a mark of how far it
// is in that chain and a checksum of all it holds. The journal is the truth and the engine
// a fast copy: Open compares the two, replays what the engine lacks, and rebuilds the
// engine from the first record when it is gone, damaged or of another history. A backup is
// therefore the journal (with the blobs), and the chain is the audit trail.
//
// What a crash means at each step of an Update:
//
//	before the append      nothing happened
//	within the append      the file ends in an incomplete record; Open drops it and says so
//	before the sync ends   the caller has no answer; the record is there whole, or dropped
//	before the commit      Open replays the record
//	after the commit       nothing is left to do
//
// Read journal.go (the open journal), open.go (what happens at start-up), engine.go (is
// the engine fit), replay.go (records into the engine), file.go, record.go and read.go
// (the file), mark.go and headfile.go (how far the engine and a witness beside the journal
// are), tx.go (what is recorded), audit.go (reading the file without an engine).
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"duban/state"
)

// ErrBroken is returned by every Update after a write or sync of the journal failed, or
// after the engine refused a recorded update. It stays until the process ends, because a
// file whose sync failed once can no longer be trusted to keep what it is given. The
// update that met the failure is in doubt: the next Open applies it or drops it whole. A
// View still works and shows the state before that update.
var ErrBroken = errors.New("journal: unusable until reopened")

// ErrReserved is returned by Tx.Set and Tx.Delete for the key of the engine's mark.
var ErrReserved = errors.New("journal: key is reserved")

// settleTries bounds how often a recorded update is offered to an engine that refuses it.
const settleTries = 3

// headEvery is the number of records after which the head file is renewed.
const headEvery = 256

// Journal is a state.KV over another one. Updates run one after another, so a conflict
// cannot happen and prefix walks see no phantoms.
type Journal struct {
	kv       state.KV
	file     file
	headFile headFile
	now      func() time.Time
	log      *slog.Logger
	pack     packer

	mark   atomic.Pointer[mark] // of the last record the engine has committed
	writer chan struct{}        // holds one token; guards the fields below
	broken error
	closed bool
	saved  uint64 // the record the head file names
}

var _ state.KV = (*Journal)(nil)

// Head names the last record.
type Head struct {
	Seq  uint64    // 0 before the first record
	Hash Hash      // of the chain up to and including that record
	Time time.Time // of that record; zero before the first
	Keys uint64    // keys the store holds
	Sum  Sum       // checksum of all keys and values: equal contents have equal sums
}

// Head returns the last record the engine has committed.
func (j *Journal) Head() Head { return j.mark.Load().Head }

// View reads straight from the engine.
func (j *Journal) View(ctx context.Context, fn func(state.Tx) error) error {
	return j.kv.View(ctx, func(tx state.Tx) error { return fn(veiled{tx}) })
}

// Update records what fn writes, then commits it. An Update that writes nothing leaves no
// record.
func (j *Journal) Update(ctx context.Context, fn func(state.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case j.writer <- struct{}{}:
		defer func() { <-j.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case j.closed:
		return state.ErrClosed
	case j.broken != nil:
		return j.broken
	}
	done, err := j.commit(ctx, fn)
	if done == nil {
		return err
	}
	if err != nil {
		if err = j.settle(ctx, done, err); err != nil {
			return j.fail(fmt.Errorf("record %d is written but not applied: %w", done.mark.Seq, err))
		}
	}
	j.mark.Store(&done.mark)
	j.renewHeadFile(headEvery)
	return nil
}

// commit runs fn in an engine transaction and appends its record before that transaction
// commits. It returns the record once it is on disk, whatever the engine said afterwards.
func (j *Journal) commit(ctx context.Context, fn func(state.Tx) error) (*sealed, error) {
	var done *sealed
	// The engine must not give up between record and commit because a caller went away.
	err := j.kv.Update(context.WithoutCancel(ctx), func(tx state.Tx) error {
		if done != nil {
			// The engine runs us again after a conflict. The record is the decision now.
			return done.apply(tx)
		}
		r := newRecorder(tx, j.mark.Load())
		if err := fn(r); err != nil {
			return err
		}
		if r.err != nil {
			return r.err
		}
		if len(r.writes) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		s, err := j.seal(r)
		if err != nil {
			return err
		}
		// The mark goes in before the append: should the engine find it one write too many,
		// nothing has been recorded yet.
		if err := tx.Set(markKey, s.mark.encode()); err != nil {
			return err
		}
		if err := j.append(s.frame); err != nil {
			return j.fail(err)
		}
		done = s // from here on the update has happened, whatever becomes of the engine
		return nil
	})
	return done, err
}

// seal makes the record of what r saw.
func (j *Journal) seal(r *recorder) (*sealed, error) {
	at := r.mark
	entry := Entry{Seq: at.Seq + 1, Time: j.now().UTC().Round(0), Note: r.note(), Writes: r.writes}
	frame, hash, err := j.pack.frame(entry, at.Hash)
	if err != nil {
		return nil, err
	}
	at.Seq, at.Hash, at.Time = entry.Seq, hash, entry.Time
	at.start, at.end = at.end, at.end+int64(len(frame))
	return &sealed{frame: frame, writes: entry.Writes, mark: at}, nil
}

func (j *Journal) append(frame []byte) error {
	if _, err := j.file.Write(frame); err != nil { // a crash here leaves part of the record
		return fmt.Errorf("append: %w", err)
	}
	if err := j.file.Sync(); err != nil { // a crash here leaves all of it, or part, or nothing
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}

// settle brings a recorded update into an engine whose commit reported cause. The commit
// may have taken effect all the same; applying the record twice changes nothing.
func (j *Journal) settle(ctx context.Context, done *sealed, cause error) error {
	for range settleTries {
		err := j.kv.Update(context.WithoutCancel(ctx), done.apply)
		if err == nil {
			j.log.Warn("engine took a recorded update only when asked again", "record", done.mark.Seq, "err", cause)
			return nil
		}
		cause = err
	}
	return cause
}

// fail makes the journal unusable.
func (j *Journal) fail(cause error) error {
	j.broken = fmt.Errorf("%w: %w", ErrBroken, cause)
	j.log.Error("journal is unusable until the program is started again", "err", cause)
	return j.broken
}

// renewHeadFile writes the head file when it is at least lag records old. The file is a
// second witness only; when it cannot be written, the older one still tells the truth.
func (j *Journal) renewHeadFile(lag uint64) {
	m := j.mark.Load()
	if m.Seq < j.saved+lag {
		return
	}
	if err := j.headFile.write(m.place); err != nil {
		j.log.Warn("head file of the journal could not be renewed", "err", err)
		return
	}
	j.saved = m.Seq
}

// Close waits for a running Update, then closes the engine and the file.
func (j *Journal) Close() error {
	j.writer <- struct{}{}
	defer func() { <-j.writer }()
	if j.closed {
		return nil
	}
	j.closed = true
	if j.broken == nil {
		j.renewHeadFile(1)
	}
	return errors.Join(j.kv.Close(), j.file.Close())
}
