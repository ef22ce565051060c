// Package kvtest is the one conformance suite of the storage engines: whatever passes it
// may stand behind state.KV.
//
// Run holds the promises of one open store (kvtest.go lists them, cases.go and
// concurrent.go prove them, model.go compares long random histories with a plain map).
// Reopen (reopen.go) adds what an engine with a disk promises across Close and Open.
package kvtest

import (
	"context"
	"testing"

	"duban/state"
)

// Run proves every promise of state.KV on fresh stores from open. The suite closes them.
func Run(t *testing.T, open func(t *testing.T) state.KV) {
	promises := []struct {
		name  string
		prove func(*testing.T, state.KV)
	}{
		{"a key that is absent is not found", absentKey},
		{"a value read is the value written, empty and nil included", roundTrip},
		{"each walks exactly the prefix in byte order", prefixOrder},
		{"each stops at the first error and returns it", eachStops},
		{"a walk inside a walk sees the same store", nested},
		{"a transaction sees its own writes", ownWrites},
		{"an error from the function rolls everything back", rollback},
		{"engine and caller never share bytes", copies},
		{"a view keeps its snapshot while updates commit", snapshot},
		{"a view refuses to write", readOnlyView},
		{"limits are refused and leave the store whole", limits},
		{"the largest allowed transaction commits", largest},
		{"a cancelled context commits nothing", cancelled},
		{"a closed store refuses, a second close is harmless", closed},
		{"concurrent counters stay exact", counters},
		{"of two that find a key missing exactly one decides", onceDecisions},
		{"no write skew through keys that were read", writeSkew},
		{"readers never see half an update", wholeUpdates},
		{"random histories match a map", model},
	}
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			kv := open(t)
			t.Cleanup(func() { closeStore(t, kv) })
			p.prove(t, kv)
		})
	}
}

func closeStore(t *testing.T, kv state.KV) {
	t.Helper()
	if err := kv.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

type entry struct{ key, value string }

// put commits the entries in one Update.
func put(t *testing.T, kv state.KV, entries ...entry) {
	t.Helper()
	update(t, kv, func(tx state.Tx) error { return setAll(tx, entries...) })
}

func setAll(tx state.Tx, entries ...entry) error {
	for _, e := range entries {
		if err := tx.Set(e.key, []byte(e.value)); err != nil {
			return err
		}
	}
	return nil
}

func update(t *testing.T, kv state.KV, fn func(state.Tx) error) {
	t.Helper()
	if err := kv.Update(context.Background(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t *testing.T, kv state.KV, fn func(state.Tx) error) {
	t.Helper()
	if err := kv.View(context.Background(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// dump reads everything under prefix in one View, in the engine's order.
func dump(t *testing.T, kv state.KV, prefix string) (all []entry) {
	t.Helper()
	view(t, kv, func(tx state.Tx) (err error) {
		all, err = dumpTx(tx, prefix)
		return err
	})
	return all
}

func dumpTx(tx state.Tx, prefix string) (all []entry, err error) {
	err = tx.Each(prefix, func(key string, value []byte) error {
		all = append(all, entry{key, string(value)})
		return nil
	})
	return all, err
}
