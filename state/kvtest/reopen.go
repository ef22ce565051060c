package kvtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"duban/state"
)

// Reopen proves what an engine with a disk promises across Close and Open of one folder.
func Reopen(t *testing.T, open func(t *testing.T, dir string) state.KV) {
	t.Run("what was committed is there after reopening", func(t *testing.T) { comesBack(t, open) })
	t.Run("what was given up is not", func(t *testing.T) { staysAway(t, open) })
	t.Run("many generations keep everything", func(t *testing.T) { generations(t, open) })
}

func comesBack(t *testing.T, open func(*testing.T, string) state.KV) {
	dir := t.TempDir()
	kv := open(t, dir)
	want := []entry{{"a", ""}, {"b/\xff\x00", "raw"}, {"c", strings.Repeat("大", 100_000)}}
	put(t, kv, append(want, entry{"d", "deleted"})...)
	update(t, kv, func(tx state.Tx) error { return tx.Delete("d") })
	closeStore(t, kv)
	kv = open(t, dir)
	same(t, "after reopening", dump(t, kv, ""), want)
	closeStore(t, kv)
}

func staysAway(t *testing.T, open func(*testing.T, string) state.KV) {
	dir := t.TempDir()
	kv := open(t, dir)
	put(t, kv, entry{"a", "1"})
	err := kv.Update(t.Context(), func(tx state.Tx) error {
		return errors.Join(setAll(tx, entry{"a", "2"}, entry{"b", "2"}), errors.New("given up"))
	})
	if err == nil {
		t.Fatal("the update was to fail")
	}
	closeStore(t, kv)
	kv = open(t, dir)
	same(t, "after reopening", dump(t, kv, ""), []entry{{"a", "1"}})
	closeStore(t, kv)
}

func generations(t *testing.T, open func(*testing.T, string) state.KV) {
	dir := t.TempDir()
	var want []entry
	for g := range 8 {
		kv := open(t, dir)
		same(t, fmt.Sprintf("generation %d", g), dump(t, kv, "g/"), want)
		for i := range 30 {
			e := entry{fmt.Sprintf("g/%02d/%02d", g, i), strings.Repeat("v", g*100+i)}
			put(t, kv, e, entry{"last", e.key})
			want = append(want, e)
		}
		closeStore(t, kv)
	}
	kv := open(t, dir)
	same(t, "at the end", dump(t, kv, "last"), []entry{{"last", "g/07/29"}})
	closeStore(t, kv)
}
