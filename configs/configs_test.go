package configs

import (
	"os"
	"path/filepath"
	"strings"
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

// Why a project left the list decides whether its year counts on; without a word it was finished.
func TestTheReasonOfAnEndIsRead(t *testing.T) {
	for reason, withdrawn := range map[string]bool{"": false, "完工": false, "竣工": false, "销号": false, "撤销": true, "退出": true, " 调出 ": true} {
		config := started(t)
		file := filepath.Join(filepath.Dir(config), "registry/projects.csv")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(string(data), "\n", 3)
		lines[0], lines[1] = lines[0]+",退出日期,end_reason", lines[1]+",2026/9/1,"+reason
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		c, faults := Load(config, Options{Now: newYear, Env: func(string) string { return "" }})
		if c == nil {
			t.Fatalf("%q: %v", reason, faults)
		}
		if p := c.Roster.Projects[0]; p.Withdrawn != withdrawn || p.ActiveTo.Format(time.DateOnly) != "2026-09-01" {
			t.Errorf("%q: withdrawn %v from %s on", reason, p.Withdrawn, p.ActiveTo)
		}
	}
}
