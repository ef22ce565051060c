package state

import (
	"context"
	"errors"
)

// ErrNotFound is returned by Tx.Get for a key that is not there.
var ErrNotFound = errors.New("state: key not found")

// ErrConflict is returned by KV.Update when a key the function read was changed by
// another transaction before the commit. Nothing was written; engines retry it a
// bounded number of times themselves, so a caller sees it only under heavy contention.
var ErrConflict = errors.New("state: transaction conflict")

// ErrReadOnly is returned by Tx.Set and Tx.Delete inside a View.
var ErrReadOnly = errors.New("state: view cannot write")

// ErrClosed is returned by View and Update after Close.
var ErrClosed = errors.New("state: store is closed")

// ErrLocked is returned when a store is opened that another process holds open.
var ErrLocked = errors.New("state: store is in use by another process")

// KV is an ordered key-value store with transactions: the one seam between duban and
// its storage engine. badgerkv is the engine of production, memkv serves tests and the
// demo, journal wraps either; all pass the same suite in kvtest.
//
// Promises every engine keeps:
//   - Update commits all of fn's writes or none; when it returns nil they survive the
//     death of the process and the loss of power.
//   - fn may run more than once (after a conflict) and must therefore have no effect
//     outside its transaction.
//   - An error from fn is returned as it is and nothing is written.
//   - View sees one consistent snapshot and cannot write.
type KV interface {
	View(ctx context.Context, fn func(Tx) error) error
	Update(ctx context.Context, fn func(Tx) error) error
	Close() error
}

// Tx is one transaction. It is valid only inside the function it was passed to and
// must not be used from two goroutines.
type Tx interface {
	// Get returns a copy of the value, or ErrNotFound.
	Get(key string) ([]byte, error)
	// Set stores value under key; the engine keeps its own copy. In a View it is an error.
	Set(key string, value []byte) error
	// Delete removes key; removing an absent key is not an error.
	Delete(key string) error
	// Each calls fn in ascending byte order of the keys that begin with prefix, writes of
	// this transaction included. It stops at fn's first error and returns it. fn must not
	// write; value is valid only during the call.
	Each(prefix string, fn func(key string, value []byte) error) error
}
