package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The demo needs nothing but itself: a week is played, told line by line, and left on disk.
func TestDemoPlaysAWeek(t *testing.T) {
	dir := t.TempDir()
	var out, faults bytes.Buffer
	code := run(t.Context(), []string{"demo", "--dir", dir, "--listen", "off", "--pace", "1000000"}, strings.NewReader(""), &out, &faults)
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, faults.String())
	}
	told := out.String()
	for _, line := range []string{
		"区交通局:请补正", "不认识的发件人,留存待办公室认领", "【请补正】区交通局第38周项目周报",
		"【催报】请尽快报送第38周重大项目周报 [W38-D25]", "第38周重大项目进展:累计完成29.88亿元", "完。",
	} {
		if !strings.Contains(told, line) {
			t.Errorf("the play does not tell %q", line)
		}
	}
	for _, name := range []string{"correction_2026-W38_D05_1.eml", "correction_2026-W38_D05_1.html", "summary_2026-W38_leaders.eml", "summary_2026-W38_leaders.html", "summary_2026-W38_leaders.xlsx"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written: %v", name, err)
		}
	}
}
