// Package memkv is the storage engine of tests and of the demo: everything in memory,
// nothing on disk.
//
// It keeps the promises of state.KV exactly: a View reads one immutable version of the
// whole store, Updates run one after another and replace that version only when their
// function succeeded. memkv.go holds the transactions, tree.go the immutable tree.
package memkv

import (
	"bytes"
	"context"
	"sync/atomic"

	"duban/state"
)

type store struct {
	root   atomic.Pointer[node] // the current version; nil when empty
	writer chan struct{}        // holds one token; whoever has it may update
	closed atomic.Bool
}

// New returns an empty store.
func New() state.KV {
	return &store{writer: make(chan struct{}, 1)}
}

func (s *store) View(ctx context.Context, fn func(state.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return fn(&tx{root: s.root.Load(), readOnly: true})
}

func (s *store) Update(ctx context.Context, fn func(state.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	t := &tx{root: s.root.Load()}
	if err := fn(t); err != nil {
		return err
	}
	if err := s.usable(ctx); err != nil { // as badgerkv: no commit after a cancel or a Close
		return err
	}
	s.root.Store(t.root)
	return nil
}

// Close makes every later View and Update fail with state.ErrClosed.
func (s *store) Close() error {
	s.closed.Store(true)
	return nil
}

func (s *store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return state.ErrClosed
	}
	return ctx.Err()
}

// tx works on its own version of the tree; only Update publishes it.
type tx struct {
	root     *node
	readOnly bool
	quota    state.Quota
}

func (t *tx) Get(key string) ([]byte, error) {
	n := t.root.find(key)
	if n == nil {
		return nil, state.ErrNotFound
	}
	return bytes.Clone(n.value), nil
}

func (t *tx) Set(key string, value []byte) error {
	if err := t.mayWrite(key, value); err != nil {
		return err
	}
	t.root = t.root.with(&node{key: key, value: append([]byte{}, value...), rank: rank(key)})
	return nil
}

func (t *tx) Delete(key string) error {
	if err := t.mayWrite(key, nil); err != nil {
		return err
	}
	t.root = t.root.without(key)
	return nil
}

func (t *tx) mayWrite(key string, value []byte) error {
	if t.readOnly {
		return state.ErrReadOnly
	}
	return t.quota.Take(key, value)
}

func (t *tx) Each(prefix string, fn func(key string, value []byte) error) error {
	return t.root.each(prefix, func(n *node) error { return fn(n.key, bytes.Clone(n.value)) })
}
