package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"duban/state"
	"duban/state/badgerkv"
	"duban/state/blobs"
	"duban/state/journal"
)

// archive is what survives the process: the records and the raw mails.
type archive struct {
	store  *state.Store
	blobs  *blobs.Store
	heal   journal.Report // what opening it had to repair
	opened time.Time
	guard  *guard      // what makes a turn unsafe
	turn   *sync.Mutex // held during a turn: two turns at once would poll and send twice
	close  func() error
}

// The parts of the state folder.
const (
	journalFile = "journal"
	engineDir   = "badger"
	blobsDir    = "blobs"
	socketFile  = "duban.sock"
	heldFile    = "held" // while it is there, letters are planned and none is sent
)

// leastFree is the room below which the store is not even opened, in bytes.
const leastFree = 48 << 20

// openArchive opens the state folder for this process alone. A damaged or deleted engine
// is rebuilt from the journal here.
func openArchive(ctx context.Context, dir string, now func() time.Time, log *slog.Logger) (archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return archive{}, fmt.Errorf("open state folder: %w", err)
	}
	if free, err := freeSpace(dir); err == nil && free < leastFree {
		// Opening the engine on a full disk kills the process instead of failing.
		return archive{}, fmt.Errorf("only %d KB free in %s: the store is not opened before there is room", free>>10, dir)
	}
	engine := func(d string) (state.KV, error) { return badgerkv.Open(d, log) }
	open := func() (state.KV, journal.Report, error) {
		return journal.Open(filepath.Join(dir, journalFile), engine, filepath.Join(dir, engineDir), now, log)
	}
	kv, heal, err := open()
	// A child that is just being started holds its parent's locks until it has become
	// another program, so a lock is believed only after it was seen for a while.
	for tries := 0; errors.Is(err, state.ErrLocked) && tries < 20; tries++ {
		time.Sleep(50 * time.Millisecond)
		kv, heal, err = open()
	}
	if err != nil {
		return archive{}, fmt.Errorf("open store: %w", err)
	}
	b, err := blobs.Open(filepath.Join(dir, blobsDir))
	if err != nil {
		return archive{}, errors.Join(err, kv.Close())
	}
	store, err := state.NewStore(ctx, kv)
	if err != nil {
		return archive{}, errors.Join(err, b.Close(), kv.Close())
	}
	a := newArchive(store, b, func() error { return errors.Join(b.Close(), kv.Close()) })
	a.heal, a.opened = heal, now()
	a.guard.free = func() (uint64, error) { return freeSpace(dir) }
	a.guard.polled = func() (at time.Time, err error) {
		err = store.View(ctx, func(r *state.Records) error {
			at, err = r.Sweep()
			return err
		})
		return at, err
	}
	return a, nil
}

func newArchive(store *state.Store, b *blobs.Store, close func() error) archive {
	return archive{store: store, blobs: b, turn: new(sync.Mutex), guard: new(guard), close: close}
}
