package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duban/notify"
)

// Below the reserve nothing is fetched and nothing sent; the mail stays in the mailbox, the
// alert file says so, and when there is room again everything goes on by itself.
func TestAFullDiskStopsEverythingUntilThereIsRoom(t *testing.T) {
	d := newDistrict(t)
	alert := filepath.Join(d.dir, "alert.txt")
	text, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	reserve := func(size string) {
		t.Helper()
		full := strings.Replace(string(text), "state:    {dir:", "alert:    {file: alert.txt}\nstate:    {reserve: "+size+", dir:", 1)
		if err := os.WriteFile(d.config, []byte(full), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reserve("1000000GB")
	at := mustTime("2026-09-18T18:12:00+08:00")
	d.deliver(week(t, "2026-W38"), at)
	if _, code := d.duban("once", "--at", at.Format(time.RFC3339)); code != exitFailed {
		t.Errorf("a turn without room ended with %d", code)
	}
	if n := len(d.letters()); n > 0 {
		t.Errorf("%d letters left without room", n)
	}
	if said, err := os.ReadFile(alert); err != nil || !strings.Contains(string(said), "磁盘空间低于预留") {
		t.Errorf("the alert file says %q: %v", said, err)
	}
	reserve("1MB")
	d.must("once", "--at", at.Format(time.RFC3339))
	if len(d.letters()) == 0 {
		t.Error("with room again nothing was sent")
	}
	if _, err := os.Stat(alert); !os.IsNotExist(err) {
		t.Errorf("the alert file is still there: %v", err)
	}
}

// A clock behind the last poll, or one that jumped ahead of the time that passed, stops
// turns; what stopped them is told as over once it does no more.
func TestAWrongClockStopsTurns(t *testing.T) {
	now := mustTime("2026-09-18T10:00:00+08:00")
	head := now
	g := &guard{polled: func() (time.Time, error) { return head, nil }}
	if stops := g.stops(now.Add(-4*time.Minute), 0); len(stops) > 0 {
		t.Errorf("four minutes behind: %v", stops)
	}
	stops := g.stops(now.Add(-6*time.Minute), 0)
	if stops[notify.IllClock] == nil {
		t.Error("six minutes behind the last poll goes on")
	}
	if over := g.past(stops, now); len(over) > 0 {
		t.Errorf("over while it lasts: %v", over)
	}
	over := g.past(g.stops(now.Add(time.Minute), 0), now.Add(time.Minute))
	if len(over) != 1 || over[0].Kind != notify.IllClock || !over[0].Since.Equal(now) || !over[0].Past {
		t.Errorf("when the clock is right again: %+v", over)
	}

	// A reading without a monotonic part cannot jump: a simulated clock may run as it likes.
	if stops := g.stops(now.AddDate(0, 1, 0), 0); len(stops) > 0 {
		t.Errorf("a simulated month: %v", stops)
	}
}

// Looking into an empty store at today's hour does not hinder a rehearsal of a past week.
func TestLookingDoesNotHinderARehearsal(t *testing.T) {
	d := newDistrict(t)
	d.must("week")
	d.must("inspect", writeMail(t, week(t, "2026-W38")[0].Raw))
	d.deliver(week(t, "2026-W38"), mustTime("2026-09-18T12:00:00+08:00"))
	d.must("once", "--at", "2026-09-18T12:00:00+08:00")
	if len(d.post.Letters()) == 0 {
		t.Error("the rehearsal sent nothing")
	}
}

func writeMail(t *testing.T, raw []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
