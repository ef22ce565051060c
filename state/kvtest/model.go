package kvtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"duban/state"

	"pgregory.net/rapid"
)

// model plays random histories of transactions, some of them given up, against the store
// and against a map, and compares every answer. All histories share one store: each
// begins by emptying it.
func model(t *testing.T, kv state.KV) {
	key := rapid.StringMatching(`[ab]{1,2}(/[ab]{0,3})?`)
	value := rapid.SliceOfN(rapid.Byte(), 0, 40)
	givenUp := errors.New("given up")
	rapid.Check(t, func(r *rapid.T) {
		wipe(t, kv)
		want := map[string]string{}
		for range rapid.IntRange(1, 6).Draw(r, "transactions") {
			inside := maps.Clone(want)
			fails := rapid.IntRange(0, 3).Draw(r, "give up") == 0
			err := kv.Update(context.Background(), func(tx state.Tx) error {
				inside = maps.Clone(want)
				for range rapid.IntRange(0, 8).Draw(r, "steps") {
					step(r, tx, inside, key, value)
				}
				if fails {
					return givenUp
				}
				return nil
			})
			switch {
			case fails && !errors.Is(err, givenUp), !fails && err != nil:
				r.Fatalf("update: %v", err)
			case !fails:
				want = inside
			}
			compare(r, "after the transaction", dump(t, kv, ""), want, "")
		}
	})
}

func step(r *rapid.T, tx state.Tx, want map[string]string, key *rapid.Generator[string], value *rapid.Generator[[]byte]) {
	k := key.Draw(r, "key")
	switch rapid.SampledFrom([]string{"set", "delete", "get", "each"}).Draw(r, "step") {
	case "set":
		v := value.Draw(r, "value")
		if err := tx.Set(k, v); err != nil {
			r.Fatalf("set %q: %v", k, err)
		}
		want[k] = string(v)
	case "delete":
		if err := tx.Delete(k); err != nil {
			r.Fatalf("delete %q: %v", k, err)
		}
		delete(want, k)
	case "get":
		v, err := tx.Get(k)
		if w, there := want[k]; there != (err == nil) || string(v) != w || (!there && !errors.Is(err, state.ErrNotFound)) {
			r.Fatalf("get %q = %q, %v; want %q, there %t", k, v, err, w, there)
		}
	case "each":
		got, err := dumpTx(tx, k)
		if err != nil {
			r.Fatalf("each %q: %v", k, err)
		}
		compare(r, "inside the transaction", got, want, k)
	}
}

func compare(r *rapid.T, when string, got []entry, want map[string]string, prefix string) {
	var expect []entry
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if strings.HasPrefix(k, prefix) {
			expect = append(expect, entry{k, want[k]})
		}
	}
	if !slices.Equal(got, expect) {
		r.Fatalf("%s, under %q: got %q, want %q", when, prefix, got, expect)
	}
}

func wipe(t *testing.T, kv state.KV) {
	update(t, kv, func(tx state.Tx) error {
		all, err := dumpTx(tx, "")
		for _, e := range all {
			err = errors.Join(err, tx.Delete(e.key))
		}
		return err
	})
}
