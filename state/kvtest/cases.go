package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"duban/state"

	"github.com/google/go-cmp/cmp"
)

func same(t *testing.T, what string, got, want []entry) {
	t.Helper()
	if d := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func absentKey(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a/1", "x"}, entry{"a/2", "y"})
	update(t, kv, func(tx state.Tx) error { return tx.Delete("a/2") })
	for _, key := range []string{"a", "a/", "a/2", "a/11", "b"} {
		view(t, kv, func(tx state.Tx) error {
			if v, err := tx.Get(key); !errors.Is(err, state.ErrNotFound) {
				t.Errorf("Get(%q) = %q, %v; want ErrNotFound", key, v, err)
			}
			return nil
		})
	}
	update(t, kv, func(tx state.Tx) error { return tx.Delete("never/there") })
}

func roundTrip(t *testing.T, kv state.KV) {
	values := map[string][]byte{
		"v/nil": nil, "v/empty": {}, "v/zero": {0}, "v/bytes": {0xff, 0, 0xfe, '\n'}, "v/汉字": []byte("项目"),
		"v/large": bytes.Repeat([]byte("0123456789abcdef"), 8000), strings.Repeat("长", 10_000): []byte("long key"), "\x00\xff": []byte("raw key"),
	}
	update(t, kv, func(tx state.Tx) error {
		for k, v := range values {
			if err := tx.Set(k, v); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, kv, func(tx state.Tx) error {
		for k, want := range values {
			if got, err := tx.Get(k); err != nil || !bytes.Equal(got, want) {
				t.Errorf("Get(%.20q) = %d bytes, %v; want %d bytes", k, len(got), err, len(want))
			}
		}
		return nil
	})
	if n := len(dump(t, kv, "")); n != len(values) {
		t.Errorf("Each(\"\") saw %d keys, want %d", n, len(values))
	}
}

func prefixOrder(t *testing.T, kv state.KV) {
	for _, k := range []string{"rep/2", "rep/10", "rep/1", "rep", "req/1", "rep/1/x", "rep/\xff", "rep0", "reo/9", "项/2", "项/1"} {
		put(t, kv, entry{k, k})
	}
	same(t, "under rep/", dump(t, kv, "rep/"), []entry{{"rep/1", "rep/1"}, {"rep/1/x", "rep/1/x"}, {"rep/10", "rep/10"}, {"rep/2", "rep/2"}, {"rep/\xff", "rep/\xff"}})
	same(t, "under 项/", dump(t, kv, "项/"), []entry{{"项/1", "项/1"}, {"项/2", "项/2"}})
	same(t, "under rep/1 and nothing else", dump(t, kv, "rep/1/x"), []entry{{"rep/1/x", "rep/1/x"}})
	same(t, "under an absent prefix", dump(t, kv, "zzz"), nil)
	if all := dump(t, kv, ""); len(all) != 11 || all[0].key != "reo/9" || all[10].key != "项/2" {
		t.Errorf("Each(\"\") = %v", all)
	}
}

func eachStops(t *testing.T, kv state.KV) {
	put(t, kv, entry{"k/1", ""}, entry{"k/2", ""}, entry{"k/3", ""})
	stop := errors.New("enough")
	seen := 0
	err := kv.View(context.Background(), func(tx state.Tx) error {
		return tx.Each("k/", func(string, []byte) error {
			seen++
			if seen == 2 {
				return stop
			}
			return nil
		})
	})
	if !errors.Is(err, stop) || seen != 2 {
		t.Errorf("saw %d keys, err %v; want 2 and the function's own error", seen, err)
	}
}

// nested: two walks at once, inside an Update, with writes between them.
func nested(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a/1", "b/1"}, entry{"a/2", "b/2"}, entry{"b/1", "x"}, entry{"b/2", "y"})
	update(t, kv, func(tx state.Tx) error {
		if err := tx.Set("b/3", []byte("z")); err != nil {
			return err
		}
		return tx.Each("a/", func(_ string, value []byte) error {
			got, err := dumpTx(tx, "b/")
			same(t, "the inner walk", got, []entry{{"b/1", "x"}, {"b/2", "y"}, {"b/3", "z"}})
			if string(value) != "b/1" && string(value) != "b/2" {
				t.Errorf("the outer walk reads %q after the inner one", value)
			}
			return err
		})
	})
}

func ownWrites(t *testing.T, kv state.KV) {
	put(t, kv, entry{"k/1", "old"}, entry{"k/3", "old"}, entry{"k/5", "old"})
	update(t, kv, func(tx state.Tx) error {
		if err := errors.Join(setAll(tx, entry{"k/2", "new"}, entry{"k/3", "first"}, entry{"k/3", "new"}, entry{"k/9", "gone"}), tx.Delete("k/5"), tx.Delete("k/9")); err != nil {
			return err
		}
		inside, err := dumpTx(tx, "k/")
		same(t, "inside the transaction", inside, []entry{{"k/1", "old"}, {"k/2", "new"}, {"k/3", "new"}})
		if v, err := tx.Get("k/3"); err != nil || string(v) != "new" {
			t.Errorf("own write reads %q, %v", v, err)
		}
		if _, err := tx.Get("k/5"); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("own delete reads %v", err)
		}
		return err
	})
	same(t, "after the commit", dump(t, kv, "k/"), []entry{{"k/1", "old"}, {"k/2", "new"}, {"k/3", "new"}})
}

func rollback(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a", "1"}, entry{"b", "2"})
	no := fmt.Errorf("the office says no: %w", state.ErrNotFound)
	err := kv.Update(context.Background(), func(tx state.Tx) error {
		if err := errors.Join(setAll(tx, entry{"a", "9"}, entry{"c", "9"}), tx.Delete("b")); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("update returned %v, want the function's own error", err)
	}
	same(t, "after the rollback", dump(t, kv, ""), []entry{{"a", "1"}, {"b", "2"}})
}

func copies(t *testing.T, kv state.KV) {
	value := []byte("kept")
	update(t, kv, func(tx state.Tx) error {
		err := tx.Set("k", value)
		value[0] = 'X' // before the commit
		return err
	})
	value[1] = 'X' // and after it
	view(t, kv, func(tx state.Tx) error {
		got, err := tx.Get("k")
		if err != nil {
			return err
		}
		got[0] = 'Y'
		return tx.Each("", func(_ string, v []byte) error {
			v[0] = 'Z'
			return nil
		})
	})
	same(t, "after callers scribbled over their copies", dump(t, kv, ""), []entry{{"k", "kept"}})
}

func snapshot(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a", "1"}, entry{"b", "1"})
	view(t, kv, func(old state.Tx) error {
		put(t, kv, entry{"a", "2"}, entry{"c", "2"})
		update(t, kv, func(tx state.Tx) error { return tx.Delete("b") })
		seen, err := dumpTx(old, "")
		same(t, "the view begun before", seen, []entry{{"a", "1"}, {"b", "1"}})
		if v, err := old.Get("a"); err != nil || string(v) != "1" {
			t.Errorf("old view reads %q, %v", v, err)
		}
		return err
	})
	same(t, "a view begun after", dump(t, kv, ""), []entry{{"a", "2"}, {"c", "2"}})
}

func readOnlyView(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a", "1"})
	view(t, kv, func(tx state.Tx) error {
		if err := tx.Set("a", []byte("2")); !errors.Is(err, state.ErrReadOnly) {
			t.Errorf("Set in a view: %v, want ErrReadOnly", err)
		}
		if err := tx.Delete("a"); !errors.Is(err, state.ErrReadOnly) {
			t.Errorf("Delete in a view: %v, want ErrReadOnly", err)
		}
		return nil
	})
	same(t, "after the attempts", dump(t, kv, ""), []entry{{"a", "1"}})
}

func limits(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a", "1"})
	for name, c := range map[string]struct {
		write func(state.Tx) error
		want  error
	}{
		"empty key":      {func(tx state.Tx) error { return tx.Set("", nil) }, state.ErrKey},
		"empty delete":   {func(tx state.Tx) error { return tx.Delete("") }, state.ErrKey},
		"key too long":   {func(tx state.Tx) error { return tx.Set(strings.Repeat("k", state.MaxKey+1), nil) }, state.ErrTooBig},
		"value too long": {func(tx state.Tx) error { return tx.Set("k", make([]byte, state.MaxValue+1)) }, state.ErrTooBig},
		"too many bytes": {func(tx state.Tx) error {
			return errors.Join(tx.Set("k/1", make([]byte, 700_000)), tx.Set("k/2", make([]byte, 700_000)))
		}, state.ErrTooBig},
		"too many writes": {func(tx state.Tx) error {
			for i := range state.MaxTxWrites + 1 {
				if err := tx.Set(fmt.Sprintf("k/%d", i), nil); err != nil {
					return err
				}
			}
			return nil
		}, state.ErrTooBig},
	} {
		if err := kv.Update(context.Background(), c.write); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	same(t, "after the refusals", dump(t, kv, ""), []entry{{"a", "1"}})
}

func largest(t *testing.T, kv state.KV) {
	value := strings.Repeat("大", state.MaxValue/3)
	put(t, kv, entry{strings.Repeat("k", state.MaxKey), value})
	update(t, kv, func(tx state.Tx) error {
		for i := range state.MaxTxWrites - 1 { // one place is left for a wrapper's own mark
			if err := tx.Set(fmt.Sprintf("many/%05d", i), []byte("x")); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(dump(t, kv, "many/")); n != state.MaxTxWrites-1 {
		t.Errorf("%d of %d writes are there", n, state.MaxTxWrites-1)
	}
	if big := dump(t, kv, "kkk"); len(big) != 1 || big[0].value != value {
		t.Error("the largest value did not come back")
	}
}

func cancelled(t *testing.T, kv state.KV) {
	ctx, cancel := context.WithCancel(context.Background())
	err := kv.Update(ctx, func(tx state.Tx) error {
		cancel() // while the function runs
		return tx.Set("a", []byte("1"))
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("update whose context was cancelled inside: %v", err)
	}
	ran := func(state.Tx) error { t.Error("the function ran although the context was cancelled"); return nil }
	if err := kv.Update(ctx, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("update with a cancelled context: %v", err)
	}
	if err := kv.View(ctx, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("view with a cancelled context: %v", err)
	}
	same(t, "after the cancels", dump(t, kv, ""), nil)
}

func closed(t *testing.T, kv state.KV) {
	put(t, kv, entry{"a", "1"})
	closeStore(t, kv)
	ran := func(state.Tx) error { t.Error("the function ran on a closed store"); return nil }
	if err := kv.Update(context.Background(), ran); !errors.Is(err, state.ErrClosed) {
		t.Errorf("update after close: %v, want ErrClosed", err)
	}
	if err := kv.View(context.Background(), ran); !errors.Is(err, state.ErrClosed) {
		t.Errorf("view after close: %v, want ErrClosed", err)
	}
}
