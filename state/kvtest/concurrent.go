package kvtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"duban/state"
)

// retry commits fn however often the engine reports a conflict.
func retry(t *testing.T, kv state.KV, fn func(state.Tx) error) {
	for {
		err := kv.Update(context.Background(), fn)
		if errors.Is(err, state.ErrConflict) {
			continue
		}
		if err != nil {
			t.Errorf("update: %v", err)
		}
		return
	}
}

func add(tx state.Tx, key string, delta int) error {
	v, err := tx.Get(key)
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		return err
	}
	n, _ := strconv.Atoi(string(v)) // an absent counter is zero
	return tx.Set(key, strconv.AppendInt(nil, int64(n+delta), 10))
}

func counters(t *testing.T, kv state.KV) {
	const workers, each = 6, 40
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				retry(t, kv, func(tx state.Tx) error {
					return errors.Join(add(tx, "shared", 1), add(tx, fmt.Sprint("own/", w), 1))
				})
			}
		})
	}
	wg.Wait()
	same(t, "the shared counter", dump(t, kv, "shared"), []entry{{"shared", strconv.Itoa(workers * each)}})
	for _, e := range dump(t, kv, "own/") {
		if e.value != strconv.Itoa(each) {
			t.Errorf("%s = %s, want %d", e.key, e.value, each)
		}
	}
}

func onceDecisions(t *testing.T, kv state.KV) {
	for round := range 20 {
		key := fmt.Sprint("out/reminder/", round)
		var wins atomic.Int32
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				won := false
				retry(t, kv, func(tx state.Tx) error {
					_, err := tx.Get(key)
					if won = errors.Is(err, state.ErrNotFound); !won {
						return err
					}
					return tx.Set(key, strconv.AppendInt(nil, int64(w), 10))
				})
				if won {
					wins.Add(1)
				}
			})
		}
		wg.Wait()
		if wins.Load() != 1 {
			t.Errorf("round %d: %d transactions decided, want 1", round, wins.Load())
		}
	}
}

// writeSkew: two transactions each read both keys and clear one if both are set; run one
// after the other, one key always stays.
func writeSkew(t *testing.T, kv state.KV) {
	for range 20 {
		put(t, kv, entry{"lead/a", "1"}, entry{"lead/b", "1"})
		var wg sync.WaitGroup
		for _, mine := range []string{"lead/a", "lead/b"} {
			wg.Go(func() {
				retry(t, kv, func(tx state.Tx) error {
					a, errA := tx.Get("lead/a")
					b, errB := tx.Get("lead/b")
					if errA != nil || errB != nil || string(a)+string(b) != "11" {
						return errors.Join(errA, errB)
					}
					return tx.Set(mine, []byte("0"))
				})
			})
		}
		wg.Wait()
		got := dump(t, kv, "lead/")
		if got[0].value == "0" && got[1].value == "0" {
			t.Fatal("both were cleared: the two transactions cannot have run one after the other")
		}
	}
}

func wholeUpdates(t *testing.T, kv state.KV) {
	put(t, kv, entry{"pair/a", "0"}, entry{"pair/b", "0"})
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		for i := 1; i <= 60; i++ {
			put(t, kv, entry{"pair/a", strconv.Itoa(i)}, entry{"pair/b", strconv.Itoa(i)})
		}
	})
	wg.Go(func() {
		for last := -1; ; {
			got := dump(t, kv, "pair/")
			n, err := strconv.Atoi(got[0].value)
			if got[0].value != got[1].value || err != nil || n < last {
				t.Errorf("saw %v after %d", got, last)
				return
			}
			last = n
			select {
			case <-done:
				return
			default:
			}
		}
	})
	wg.Wait()
}
