package notify_test

import (
	"context"
	"testing"

	"duban/state"
	"duban/state/memkv"
)

// counted counts what is read of a store and how often it is updated.
type counted struct {
	state.KV
	reads, updates int
}

func (c *counted) View(ctx context.Context, fn func(state.Tx) error) error {
	return c.KV.View(ctx, func(tx state.Tx) error { return fn(countedTx{tx, c}) })
}

func (c *counted) Update(ctx context.Context, fn func(state.Tx) error) error {
	c.updates++
	return c.KV.Update(ctx, fn)
}

type countedTx struct {
	state.Tx
	c *counted
}

func (t countedTx) Get(key string) ([]byte, error) {
	t.c.reads++
	return t.Tx.Get(key)
}

func (t countedTx) Each(prefix string, fn func(string, []byte) error) error {
	return t.Tx.Each(prefix, func(key string, value []byte) error {
		t.c.reads++
		return fn(key, value)
	})
}

// A turn in which nothing is due reads as much after a year as after a few weeks, and writes
// nothing.
func TestAnIdleTurnReadsNoMoreAfterAYear(t *testing.T) {
	reads := map[int]int{}
	for _, weeks := range []int{10, 52} {
		kv := &counted{KV: memkv.New()}
		turn := idle(t, kv, weeks)
		kv.reads, kv.updates = 0, 0
		turn()
		reads[weeks] = kv.reads
		if kv.updates > 0 {
			t.Errorf("after %d weeks an idle turn writes %d times", weeks, kv.updates)
		}
	}
	if reads[10] == 0 || reads[52] != reads[10] {
		t.Errorf("an idle turn reads %d keys after ten weeks and %d after a year", reads[10], reads[52])
	}
}
