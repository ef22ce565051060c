package configs

import (
	"path/filepath"
	"testing"
	"time"

	"duban/state"
)

// started is the starter written to a fresh folder.
func started(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "duban.yaml")
}

func TestStarterPassesLoad(t *testing.T) {
	c, faults := Load(started(t), Options{Now: time.Date(2026, 9, 14, 9, 0, 0, 0, time.UTC)})
	if faults != nil {
		t.Fatal(faults)
	}
	if n := len(c.Roster.Depts); n != 25 {
		t.Errorf("%d departments", n)
	}
	if n := len(c.Roster.Reporting()); n != 22 {
		t.Errorf("%d departments report", n)
	}
	if n := len(c.Roster.Projects); n != 60 {
		t.Errorf("%d projects", n)
	}
	p := c.Roster.Project("LC2026-001")
	if p.Total != 86_000*state.Wan || p.CumBefore != 41_000*state.Wan || p.YearPlan != 30_000*state.Wan || p.OpeningYTD != 21_800*state.Wan {
		t.Errorf("amounts of the first project: %+v", p)
	}
	if p.OpeningWeek != (state.Week{Year: 2026, No: 37}) || len(p.Milestones) != 3 || len(p.Curve) != 12 || len(p.Collab) != 2 {
		t.Errorf("first project: %+v", p)
	}
	for _, w := range c.Warnings {
		if w.Where != "mailbox.password_file" && w.Where != "outgoing.password_file" {
			t.Errorf("the starter must raise no warning but for the passwords to be filled in: %v", w)
		}
	}
}
