package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duban/state"
)

// The journal is cut at every byte of its last three records. Over the engine that has
// seen them all, the loss is counted and the engine set aside; over a new engine, the
// witness beside the journal counts it. Records before the cut are never lost.
func TestCutAtEveryByteOfTheLastThreeRecords(t *testing.T) {
	const records = 8
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	states := []string{mustCanon(t, j)}
	for i := range records {
		write(t, j, string(rune('a'+i)), strings.Repeat("v", 10*i))
		states = append(states, mustCanon(t, j))
	}
	shut(t, j)
	data, err := os.ReadFile(o.journal())
	if err != nil {
		t.Fatal(err)
	}
	end := ends(t, o.journal())
	for cut := end[records-3]; cut < end[records]; cut++ {
		whole := records - 3
		for end[whole+1] <= cut {
			whole++
		}
		for _, witness := range []bool{true, false} {
			c := office{t.TempDir()}
			if err := os.WriteFile(c.journal(), data[:cut], 0o600); err != nil {
				t.Fatal(err)
			}
			missing := 0
			if witness {
				missing = records - whole
				if err := copyFile(string(headFileOf(o.journal())), string(headFileOf(c.journal()))); err != nil {
					t.Fatal(err)
				}
			}
			j, report := c.openMemory(t)
			if mustCanon(t, j) != states[whole] {
				t.Fatalf("cut at %d: content is not that of record %d", cut, whole)
			}
			if report.DroppedTail != cut-end[whole] || report.Missing != uint64(missing) || report.Records != uint64(whole) {
				t.Fatalf("cut at %d, witness %t: report %+v", cut, witness, report)
			}
			fill(t, j, 0, 2) // the chain goes on
			shut(t, j)
			if s, err := Verify(c.journal()); err != nil || s.Records != uint64(whole+2) {
				t.Fatalf("cut at %d: verify %+v, %v", cut, s, err)
			}
		}
	}
}

// An engine that knows more than the journal is set aside, and the loss is counted.
func TestEngineAheadOfTheJournal(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 20)
	shut(t, j)
	end := ends(t, o.journal())
	for name, cut := range map[string]int64{"between records": end[17], "within a record": end[17] + 9} {
		t.Run(name, func(t *testing.T) {
			c := o.killed(t)
			if err := errors.Join(os.Truncate(c.journal(), cut), os.Remove(string(headFileOf(c.journal())))); err != nil {
				t.Fatal(err)
			}
			j, report := c.mustOpen(t)
			defer shut(t, j)
			if !report.Rebuilt || report.Missing != 3 || report.DroppedTail != cut-end[17] || !report.Attention() {
				t.Errorf("report %+v", report)
			}
			if _, err := os.Stat(filepath.Join(report.SetAside, "MANIFEST")); err != nil {
				t.Errorf("the engine set aside is not there: %v", err)
			}
			wantSame(t, c, j)
		})
	}
}

// A journal of another history stands in the place of ours.
func TestForeignJournal(t *testing.T) {
	ours, theirs := office{t.TempDir()}, office{t.TempDir()}
	for o, n := range map[office]int{ours: 6, theirs: 9} {
		j, _ := o.mustOpen(t)
		write(t, j, "whose", o.dir)
		fill(t, j, 0, n)
		shut(t, j)
	}
	if err := copyFile(theirs.journal(), ours.journal()); err != nil {
		t.Fatal(err)
	}
	var damage *DamageError
	if _, _, err := ours.open(); !errors.As(err, &damage) || damage.Record != 7 {
		t.Fatalf("with our head file: %v, want a DamageError at record 7", err)
	}
	if err := os.Remove(string(headFileOf(ours.journal()))); err != nil {
		t.Fatal(err)
	}
	j, report := ours.mustOpen(t)
	defer shut(t, j)
	if report.SetAside == "" || content(t, j)["whose"] != theirs.dir {
		t.Errorf("report %+v", report)
	}
}

// A journal that vanished is never begun anew over an engine or head file that knows it.
func TestJournalGone(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 3)
	shut(t, j)
	for name, vanish := range map[string]func(office) error{
		"removed":                func(c office) error { return os.Remove(c.journal()) },
		"emptied":                func(c office) error { return os.Truncate(c.journal(), 0) },
		"removed with head file": func(c office) error { return errors.Join(os.Remove(c.journal()), os.Remove(c.journal()+".head")) },
		"removed with engine":    func(c office) error { return errors.Join(os.Remove(c.journal()), os.RemoveAll(c.engine())) },
	} {
		c := o.killed(t)
		if err := vanish(c); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the refusal must not be forgotten by the next start
			if _, _, err := c.open(); !errors.Is(err, ErrGone) {
				t.Errorf("%s: %v, want ErrGone", name, err)
			}
		}
	}
	c := o.killed(t)
	var damage *DamageError
	if err := os.Truncate(c.journal(), 7); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.open(); !errors.As(err, &damage) || damage.Record != 0 {
		t.Errorf("cut within the first line: %v, want a DamageError", err)
	}
}

// A crash while the very first bytes are written leaves nothing to be lost.
func TestCrashInTheFirstLine(t *testing.T) {
	for n := range len(magic) {
		o := office{t.TempDir()}
		if err := os.WriteFile(o.journal(), []byte(magic[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		j, _ := o.openMemory(t)
		write(t, j, "a", "1")
		shut(t, j)
		if s, err := Verify(o.journal()); err != nil || s.Records != 1 {
			t.Errorf("%d bytes: %+v, %v", n, s, err)
		}
	}
}

// Bytes that a loss of power left as zeros are an incomplete record; anything else is not.
func TestTailOfZeros(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	fill(t, j, 0, 3)
	shut(t, j)
	end := fileSize(t, o.journal())
	for _, n := range []int64{1, 11, 12, 13, 5000} {
		if err := os.Truncate(o.journal(), end+n); err != nil {
			t.Fatal(err)
		}
		j, report := o.openMemory(t)
		shut(t, j)
		if report.DroppedTail != n || report.Records != 3 || fileSize(t, o.journal()) != end {
			t.Errorf("%d zeros: %+v", n, report)
		}
	}
	f, err := os.OpenFile(o.journal(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(append(make([]byte, 40), 1))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	var damage *DamageError
	if _, _, err := Open(o.journal(), inMemory, "", noon, quiet()); !errors.As(err, &damage) || damage.Record != 4 || damage.Offset != end {
		t.Errorf("zeros and a one: %v, want a DamageError for record 4 at %d", err, end)
	}
}

// The engine's files vanish one by one, as a kill leaves them and as Close does.
func TestEngineFilesVanish(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 40)
	shut(t, j)
	j, _ = o.mustOpen(t) // so that there are tables and a log
	fill(t, j, 40, 60)
	want := mustCanon(t, j)
	killed := o.killed(t)
	shut(t, j)
	for _, from := range []office{o, killed} {
		for _, pattern := range []string{"MANIFEST", "*.mem", "*.vlog", "*.sst", "KEYREGISTRY", "DISCARD", "*"} {
			c := from.killed(t)
			files, err := filepath.Glob(filepath.Join(c.engine(), pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range files {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			wantAfter(t, c, want, "without "+pattern)
		}
		c := from.killed(t)
		if err := os.RemoveAll(c.engine()); err != nil {
			t.Fatal(err)
		}
		wantAfter(t, c, want, "without the folder")
	}
}

func wantAfter(t *testing.T, c office, want, when string) {
	t.Helper()
	j, report, err := c.open()
	if err != nil {
		t.Errorf("%s: %v", when, err)
		return
	}
	if mustCanon(t, j) != want {
		t.Errorf("%s: content differs; report %+v", when, report)
	}
	shut(t, j)
}

// Engines that cannot be opened are replaced; a machine that cannot open them is not.
func TestEngineThatCannotBeOpened(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 5)
	want := mustCanon(t, j)
	shut(t, j)

	locked := func(string) (state.KV, error) { return nil, state.ErrLocked }
	if _, _, err := Open(o.journal(), locked, o.engine(), noon, quiet()); !errors.Is(err, state.ErrLocked) {
		t.Errorf("locked engine: %v, want ErrLocked", err)
	}
	j, report := o.mustOpen(t)
	if report.Attention() || report.Rebuilt {
		t.Errorf("after a locked engine: %+v", report)
	}
	if _, _, err := o.open(); !errors.Is(err, state.ErrLocked) {
		t.Errorf("a second opener: %v, want ErrLocked", err)
	}
	shut(t, j)

	calls := 0
	broken := func(dir string) (state.KV, error) {
		if calls++; calls == 1 {
			return nil, errors.New("cannot read my own files")
		}
		return inBadger(dir)
	}
	j, report, err := Open(o.journal(), broken, o.engine(), noon, quiet())
	if err != nil || !report.Rebuilt || report.Replayed != 5 || !strings.Contains(report.Reason, "my own files") {
		t.Fatalf("report %+v, %v", report, err)
	}
	defer shut(t, j)
	if mustCanon(t, j) != want {
		t.Error("content differs after the rebuild")
	}
	if !strings.HasPrefix(report.SetAside, o.engine()+".aside-20261123T120000Z") {
		t.Errorf("set aside as %s", report.SetAside)
	}
}

// A folder in which the process died three times running is not opened a fourth time.
func TestEngineThatKillsTheProcess(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 5)
	want := mustCanon(t, j)
	shut(t, j)
	if err := os.WriteFile(o.engine()+".opening", []byte("xxx"), 0o600); err != nil {
		t.Fatal(err)
	}
	var opened []string
	open := func(dir string) (state.KV, error) {
		entries, err := os.ReadDir(dir)
		opened = append(opened, string(rune('0'+len(entries))))
		kv, openErr := inBadger(dir)
		if !os.IsNotExist(err) {
			return kv, errors.Join(err, openErr)
		}
		return kv, openErr
	}
	j, report, err := Open(o.journal(), open, o.engine(), noon, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(opened, []string{"0"}) || report.SetAside == "" || mustCanon(t, j) != want {
		t.Errorf("opened %v, report %+v", opened, report)
	}
	shut(t, j)
	j, report = o.mustOpen(t)
	defer shut(t, j)
	if report.Attention() {
		t.Errorf("the next start: %+v", report)
	}
}
