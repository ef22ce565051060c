package journal

import (
	"os"
	"path/filepath"
	"testing"
)

// The engine's commits are not synced, so a power cut takes any of the pages its log has not
// written back: the last ones, or one before others. The journal has every record, and the
// engine is brought to the same content from any of it. Where it is merely behind nobody has
// to hear of it.
func TestAPowerCutTakesPagesOfTheEngine(t *testing.T) {
	const page = 4096
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 90)
	want := mustCanon(t, j)
	live := o.killed(t)
	shut(t, j)
	logs, err := filepath.Glob(filepath.Join(live.engine(), "*.mem"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("the engine's logs: %v, %v", logs, err)
	}
	whole, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	used := len(whole)
	for used > 0 && whole[used-1] == 0 {
		used--
	}
	if used < 3*page {
		t.Fatalf("only %d bytes of log", used)
	}
	behind := 0
	for from := 0; from < used; from += page {
		for _, to := range []int{len(whole), from + page} {
			c := live.killed(t)
			f, err := os.OpenFile(filepath.Join(c.engine(), filepath.Base(logs[0])), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(make([]byte, min(to, used)-from), int64(from)); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			j, report := c.mustOpen(t)
			if mustCanon(t, j) != want || report.Missing > 0 || report.DroppedTail > 0 {
				t.Errorf("pages from %d to %d lost: content differs, or %+v", from, to, report)
			}
			if report.Attention() && from > 0 { // without its first page the log is no log
				t.Errorf("pages from %d to %d lost: the office is alarmed: %+v", from, to, report)
			}
			if report.Replayed > 0 {
				behind++
			}
			shut(t, j)
		}
	}
	if behind < 2*(used/page) {
		t.Errorf("the engine was behind only %d times", behind)
	}
}
