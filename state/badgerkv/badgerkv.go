// Package badgerkv is the storage engine of production: state.KV on badger, the only
// place in duban that knows badger.
//
// It promises what state.KV promises, with every commit synced to disk before Update
// returns. What badger itself does not promise is held elsewhere: damage badger hides is
// found by state/journal, which compares heads and content and rebuilds; large values
// live in state/blobs, so badger's value log stays empty.
//
// badgerkv.go is the open store, tx.go one transaction, open.go the profile and the
// checks before badger may touch a folder, table.go the check of one table file,
// logger.go the bridge to slog.
package badgerkv

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"duban/state"

	"github.com/dgraph-io/badger/v4"
)

// conflictTries bounds how often one Update runs its function before the caller is told
// of the conflict.
const conflictTries = 64

type store struct {
	db *badger.DB

	mu     sync.Mutex // guards closed and the moment inUse grows
	closed bool
	inUse  sync.WaitGroup // transactions running; Close waits for them, badger would not
}

// enter admits one transaction, unless the store is closed. The caller ends with leave.
func (s *store) enter(ctx context.Context) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, state.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.inUse.Add(1)
	return s.inUse.Done, nil
}

func (s *store) View(ctx context.Context, fn func(state.Tx) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	return fn(&tx{txn: txn, readOnly: true})
}

func (s *store) Update(ctx context.Context, fn func(state.Tx) error) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	for range conflictTries {
		err := s.once(ctx, fn)
		if !errors.Is(err, badger.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("update given up after %d tries: %w", conflictTries, state.ErrConflict)
}

// once runs fn in one transaction and commits it. badger.ErrConflict comes back only from
// the commit, and then nothing was written.
func (s *store) once(ctx context.Context, fn func(state.Tx) error) error {
	txn := s.db.NewTransaction(true)
	defer txn.Discard()
	if err := fn(&tx{txn: txn}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	switch err := txn.Commit(); {
	case err == nil, errors.Is(err, badger.ErrConflict):
		return err
	case errors.Is(err, badger.ErrTxnTooBig):
		return fmt.Errorf("commit: %w", state.ErrTooBig)
	default:
		return fmt.Errorf("commit: %w", err)
	}
}

// Close waits for running transactions, writes what badger holds in memory and frees the
// folder. A second Close does nothing.
func (s *store) Close() error {
	s.mu.Lock()
	done := s.closed
	s.closed = true
	s.mu.Unlock()
	if done {
		return nil
	}
	s.inUse.Wait()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close badger: %w", err)
	}
	return nil
}
