package journal

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"duban/state"
	"duban/state/badgerkv"
	"duban/state/kvtest"
	"duban/state/memkv"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func inMemory(string) (state.KV, error) { return memkv.New(), nil }

func inBadger(dir string) (state.KV, error) { return badgerkv.Open(dir, quiet()) }

// noon is a clock that stands still.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// office is a journal with its engine in one folder.
type office struct{ dir string }

func (o office) journal() string { return filepath.Join(o.dir, "journal") }
func (o office) engine() string  { return filepath.Join(o.dir, "badger") }

func (o office) open() (*Journal, Report, error) {
	return Open(o.journal(), inBadger, o.engine(), noon, quiet())
}

func (o office) mustOpen(t *testing.T) (*Journal, Report) {
	t.Helper()
	j, report, err := o.open()
	if err != nil {
		t.Fatal(err)
	}
	return j, report
}

// openMemory opens the journal of o over an empty engine in memory.
func (o office) openMemory(t *testing.T) (*Journal, Report) {
	t.Helper()
	j, report, err := Open(o.journal(), inMemory, "", noon, quiet())
	if err != nil {
		t.Fatal(err)
	}
	return j, report
}

func TestConformanceOverMemory(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) state.KV {
		j, _ := office{t.TempDir()}.openMemory(t)
		return j
	})
}

func TestConformanceOverBadger(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) state.KV {
		j, _ := office{t.TempDir()}.mustOpen(t)
		return j
	})
}

func TestReopen(t *testing.T) {
	t.Run("over badger", func(t *testing.T) {
		kvtest.Reopen(t, func(t *testing.T, dir string) state.KV {
			j, _ := office{dir}.mustOpen(t)
			return j
		})
	})
	t.Run("over memory, everything from the journal", func(t *testing.T) {
		kvtest.Reopen(t, func(t *testing.T, dir string) state.KV {
			j, _ := office{dir}.openMemory(t)
			return j
		})
	})
}

// write commits one key.
func write(t *testing.T, kv state.KV, key, value string) {
	t.Helper()
	if err := kv.Update(context.Background(), func(tx state.Tx) error { return tx.Set(key, []byte(value)) }); err != nil {
		t.Fatalf("write %s: %v", key, err)
	}
}

// content is all that kv holds.
func content(t *testing.T, kv state.KV) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := kv.View(context.Background(), func(tx state.Tx) error {
		return tx.Each("", func(key string, value []byte) error {
			all[key] = string(value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func shut(t *testing.T, kv state.KV) {
	t.Helper()
	if err := kv.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}
