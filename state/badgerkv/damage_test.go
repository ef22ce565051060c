package badgerkv_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"duban/state"
	"duban/state/badgerkv"
)

// filled is a store with enough keys for tables, closed.
func filled(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	kv := open(t, dir)
	for i := range 200 {
		err := kv.Update(t.Context(), func(tx state.Tx) error {
			return tx.Set(fmt.Sprintf("k/%04d", i), make([]byte, 500))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := kv.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func count(t *testing.T, kv state.KV) (n int) {
	t.Helper()
	if err := kv.View(t.Context(), func(tx state.Tx) error {
		return tx.Each("k/", func(string, []byte) error { n++; return nil })
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A kill can leave an empty log file, on which badger gives up once.
func TestEmptyFileDoesNotStopTheStart(t *testing.T) {
	for _, name := range []string{"00009.mem", "000009.vlog"} {
		dir := filled(t)
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		kv := open(t, dir)
		if n := count(t, kv); n != 200 {
			t.Errorf("%s: %d keys, want 200", name, n)
		}
		if err := kv.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A table cut or changed anywhere is an error of Open, never the end of the process and
// never a store with less in it.
func TestDamagedTableIsAnError(t *testing.T) {
	dir := filled(t)
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) != 1 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	good, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, bad []byte) {
		if err := os.WriteFile(tables[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if kv, err := badgerkv.Open(dir, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: opened with %d of 200 keys", what, count(t, kv))
			_ = kv.Close() // the test has failed already
		}
	}
	for i := range 64 { // the last bytes hold the lengths that badger follows blindly
		at := len(good) - 1 - i
		for _, b := range []byte{0, 0xff} {
			if good[at] != b {
				bad := slices.Clone(good)
				bad[at] = b
				try(fmt.Sprintf("byte %d from the end set to %#x", i, b), bad)
			}
		}
	}
	for at := 0; at < len(good); at += 997 {
		bad := slices.Clone(good)
		bad[at] ^= 0x10
		try(fmt.Sprintf("flipped at %d", at), bad)
		try(fmt.Sprintf("cut at %d", at), good[:at])
	}
	if err := os.WriteFile(tables[0], good, 0o600); err != nil {
		t.Fatal(err)
	}
	kv := open(t, dir)
	if n := count(t, kv); n != 200 {
		t.Errorf("%d keys with the good table back, want 200", n)
	}
	if err := kv.Close(); err != nil {
		t.Error(err)
	}
}
