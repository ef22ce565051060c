package badgerkv_test

import (
	"errors"
	"log/slog"
	"os"
	"testing"

	"duban/state"
	"duban/state/badgerkv"
	"duban/state/kvtest"
)

func open(t *testing.T, dir string) state.KV {
	t.Helper()
	kv, err := badgerkv.Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func TestConformance(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) state.KV { return open(t, t.TempDir()) })
}

func TestReopen(t *testing.T) { kvtest.Reopen(t, open) }

func TestASecondOpenerIsToldWhoIsThere(t *testing.T) {
	dir := t.TempDir()
	kv := open(t, dir)
	if _, err := badgerkv.Open(dir, slog.New(slog.DiscardHandler)); !errors.Is(err, state.ErrLocked) {
		t.Errorf("second open: %v, want ErrLocked", err)
	}
	if err := kv.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Close(); err != nil {
		t.Errorf("after the first closed: %v", err)
	}
}

func TestFolderIsPrivate(t *testing.T) {
	dir := t.TempDir() + "/store"
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v; want 0700", info.Mode(), err)
	}
}
