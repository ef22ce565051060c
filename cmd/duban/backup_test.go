package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A backup of Friday evening, restored after the store was lost, gives the same week, sends
// nothing until somebody has looked, and then goes on.
func TestRestoredBackupSendsNothingByItself(t *testing.T) {
	d := newDistrict(t)
	rest := d.deliver(week(t, "2026-W38"), mustTime("2026-09-18T17:35:00+08:00"))
	d.must("once", "--at", "2026-09-18T17:35:00+08:00")
	before := d.must("week", "2026-W38", "--json")
	file := filepath.Join(d.dir, "friday.tar.gz")
	d.must("backup", file)

	d.deliver(rest, mustTime("2026-09-18T19:30:00+08:00"))
	d.must("once", "--at", "2026-09-18T19:30:00+08:00")
	sent := len(d.post.Letters())

	if _, code := d.duban("restore", file); code != exitUsage {
		t.Errorf("restore over data ended with %d", code)
	}
	state := filepath.Join(d.dir, "state")
	if err := os.RemoveAll(state); err != nil {
		t.Fatal(err)
	}
	d.must("restore", file)
	if after := d.must("week", "2026-W38", "--json"); after != before {
		t.Errorf("the restored week differs:\n%s\nwas\n%s", after, before)
	}
	if _, code := d.duban("once", "--at", "2026-09-18T19:40:00+08:00"); code != exitFailed {
		t.Errorf("a turn after a restore ended with %d, want a word about letters held back", code)
	}
	if now := len(d.post.Letters()); now != sent {
		t.Errorf("%d letters left after the restore", now-sent)
	}
	if err := os.Remove(filepath.Join(state, heldFile)); err != nil {
		t.Fatal(err)
	}
	d.must("once", "--at", "2026-09-18T19:50:00+08:00")
	if len(d.post.Letters()) == sent {
		t.Error("nothing was sent after the hold was lifted")
	}
}

func TestDamagedBackupIsNotRestored(t *testing.T) {
	d := newDistrict(t)
	d.deliver(week(t, "2026-W38"), mustTime("2026-09-18T12:00:00+08:00"))
	d.must("once", "--at", "2026-09-18T12:00:00+08:00")
	file := filepath.Join(d.dir, "backup.tar.gz")
	d.must("backup", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(d.dir, "state")); err != nil {
		t.Fatal(err)
	}
	if out, code := d.duban("restore", file); code != exitFailed {
		t.Errorf("a damaged backup was restored (%d): %s", code, out)
	}
}
