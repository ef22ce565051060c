package journal

import (
	"context"
	"errors"
	"slices"
	"testing"

	"duban/state"
)

var errFault = errors.New("the fault of this test")

// badFile is the end of the journal with one step failing.
type badFile struct {
	file
	step  string // write, sync
	after int    // bytes written, or whether synced (1), before the failure
}

func (f badFile) Write(b []byte) (int, error) {
	if f.step != "write" {
		return f.file.Write(b)
	}
	n, err := f.file.Write(b[:min(f.after, len(b))])
	return n, errors.Join(err, errFault)
}

func (f badFile) Sync() error {
	if f.step != "sync" {
		return f.file.Sync()
	}
	if f.after > 0 {
		return errors.Join(f.file.Sync(), errFault)
	}
	return errFault
}

// Each step of the file is broken before and after it took effect. The update is refused,
// so is every later one, and the next start drops the record whole or applies it whole.
func TestJournalStepsBrokenTwice(t *testing.T) {
	const whole = 1 << 20
	for _, c := range []struct {
		name     string
		bad      badFile
		applied  bool // by the next start
		dropping bool // an incomplete record
	}{
		{"write fails at once", badFile{step: "write"}, false, false},
		{"write fails within the header", badFile{step: "write", after: 5}, false, true},
		{"write fails within the body", badFile{step: "write", after: 40}, false, true},
		{"write fails after all is written", badFile{step: "write", after: whole}, true, false},
		{"sync fails at once", badFile{step: "sync"}, true, false},
		{"sync fails after it is done", badFile{step: "sync", after: 1}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := office{t.TempDir()}
			j, _ := o.mustOpen(t)
			write(t, j, "a", "1")
			before := mustCanon(t, j)
			c.bad.file = j.file
			j.file = c.bad
			set := func(tx state.Tx) error { return tx.Set("a", []byte("2")) }
			if err := j.Update(t.Context(), set); !errors.Is(err, ErrBroken) || !errors.Is(err, errFault) {
				t.Fatalf("update: %v, want ErrBroken and its cause", err)
			}
			if err := j.Update(t.Context(), set); !errors.Is(err, ErrBroken) {
				t.Errorf("next update: %v, want ErrBroken for ever", err)
			}
			if mustCanon(t, j) != before || j.Head().Seq != 1 {
				t.Error("a refused update is visible")
			}
			shut(t, j)
			j, report := o.mustOpen(t)
			defer shut(t, j)
			if got := content(t, j)["a"]; (got == "2") != c.applied {
				t.Errorf("after the next start a = %s, applied should be %t", got, c.applied)
			}
			if (report.DroppedTail > 0) != c.dropping || report.Missing != 0 || report.SetAside != "" {
				t.Errorf("report %+v", report)
			}
		})
	}
}

// badEngine fails its Updates from the one numbered from, as many times as given.
type badEngine struct {
	state.KV
	how   string // rolled back, committed, conflict
	times int
}

func (b *badEngine) Update(ctx context.Context, fn func(state.Tx) error) error {
	if b.times == 0 {
		return b.KV.Update(ctx, fn)
	}
	b.times--
	if b.how == "committed" {
		return errors.Join(b.KV.Update(ctx, fn), errFault)
	}
	err := b.KV.Update(ctx, func(tx state.Tx) error { return errors.Join(fn(tx), errFault) })
	if b.how == "conflict" { // the engine itself tries again
		return b.KV.Update(ctx, fn)
	}
	return err
}

// The engine's commit is broken before and after it took effect, once and for good.
func TestEngineCommitBrokenTwice(t *testing.T) {
	const forGood = 1000
	for _, c := range []struct {
		name  string
		bad   badEngine
		fails bool
	}{
		{"rolled back once", badEngine{how: "rolled back", times: 1}, false},
		{"committed, but says no, once", badEngine{how: "committed", times: 1}, false},
		{"conflict, and the engine runs it again", badEngine{how: "conflict", times: 1}, false},
		{"rolled back for good", badEngine{how: "rolled back", times: forGood}, true},
		{"committed, but says no, for good", badEngine{how: "committed", times: forGood}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := office{t.TempDir()}
			j, _ := o.mustOpen(t)
			fill(t, j, 0, 3)
			c.bad.KV = j.kv
			j.kv = &c.bad
			runs := 0
			err := j.Update(t.Context(), func(tx state.Tx) error {
				runs++
				return fillOne(tx, 3)
			})
			if (err != nil) != c.fails || (c.fails && !errors.Is(err, ErrBroken)) {
				t.Fatalf("update: %v, to fail %t", err, c.fails)
			}
			if runs != 1 {
				t.Errorf("the function ran %d times though its record stood", runs)
			}
			if err := j.Update(t.Context(), func(tx state.Tx) error { return tx.Set("later", nil) }); (err != nil) != c.fails {
				t.Errorf("next update: %v", err)
			}
			shut(t, j)
			j, report := o.mustOpen(t)
			defer shut(t, j)
			wantSame(t, o, j)
			if content(t, j)["last"] != "3" || report.SetAside != "" {
				t.Errorf("last = %s, report %+v", content(t, j)["last"], report)
			}
		})
	}
}

// wantSame compares the open j with a rebuild of o's journal in memory.
func wantSame(t *testing.T, o office, j *Journal) {
	t.Helper()
	c := office{t.TempDir()}
	if err := copyFile(o.journal(), c.journal()); err != nil {
		t.Fatal(err)
	}
	m, _ := c.openMemory(t)
	defer shut(t, m)
	if a, b := mustCanon(t, j), mustCanon(t, m); a != b {
		t.Errorf("the engine differs from a replay of the journal")
	}
	if a, b := j.Head(), m.Head(); a != b {
		t.Errorf("heads differ: %+v and %+v", a, b)
	}
}

// A replay that dies between two commits is taken up by the next start.
func TestReplayBroken(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	for i := range 6 {
		write(t, j, string(rune('a'+i)), string(make([]byte, 300<<10)))
	}
	want := mustCanon(t, j)
	shut(t, j)
	for _, how := range []string{"rolled back", "committed"} {
		bad := func(dir string) (state.KV, error) {
			kv, err := inBadger(dir)
			return &failThird{KV: kv, how: how}, err
		}
		if _, _, err := Open(o.journal(), bad, o.engine(), noon, quiet()); !errors.Is(err, errFault) {
			t.Fatalf("%s: open: %v, want the fault", how, err)
		}
	}
	j, report := o.mustOpen(t)
	defer shut(t, j)
	if mustCanon(t, j) != want || report.SetAside != "" || report.Replayed == 6 {
		t.Errorf("report %+v", report)
	}
}

// failThird lets two Updates pass.
type failThird struct {
	state.KV
	how  string
	seen int
}

func (f *failThird) Update(ctx context.Context, fn func(state.Tx) error) error {
	if f.seen++; f.seen < 3 {
		return f.KV.Update(ctx, fn)
	}
	return (&badEngine{KV: f.KV, how: f.how, times: 1}).Update(ctx, fn)
}

// An update the engine refuses for its size leaves nothing in the journal.
func TestRefusedUpdateIsNotRecorded(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	defer shut(t, j)
	write(t, j, "a", "1")
	size := fileSize(t, o.journal())
	full := func(tx state.Tx) error { // leaves no room for the mark, which fn cannot see
		var err error
		for i := 0; i < state.MaxTxWrites && err == nil; i++ {
			err = tx.Set("k"+string(rune(0x4e00+i)), nil)
		}
		return err
	}
	overlooked := func(tx state.Tx) error {
		_ = tx.Set("b", make([]byte, state.MaxValue+1))
		return tx.Set("c", nil)
	}
	for i, fn := range []func(state.Tx) error{full, overlooked} {
		if err := j.Update(t.Context(), fn); !errors.Is(err, state.ErrTooBig) {
			t.Errorf("update %d: %v, want ErrTooBig", i, err)
		}
	}
	for _, fn := range []func(state.Tx) error{
		func(tx state.Tx) error { return tx.Set(markKey, nil) },
		func(tx state.Tx) error { return tx.Delete(markKey) },
	} {
		if err := j.Update(t.Context(), fn); !errors.Is(err, ErrReserved) {
			t.Errorf("write of the mark: %v, want ErrReserved", err)
		}
	}
	if err := j.Update(t.Context(), func(state.Tx) error { return nil }); err != nil {
		t.Error(err)
	}
	if now := fileSize(t, o.journal()); now != size {
		t.Errorf("journal grew from %d to %d bytes", size, now)
	}
	write(t, j, "a", "2")
	if got := content(t, j); len(got) != 1 || got["a"] != "2" {
		t.Errorf("content %v", got)
	}
	if got := ends(t, o.journal()); len(got) != 3 || !slices.IsSorted(got) {
		t.Errorf("records end at %v", got)
	}
}

// leaving is a file whose caller goes away while it syncs.
type leaving struct {
	file
	leave func()
}

func (l leaving) Sync() error {
	l.leave()
	return l.file.Sync()
}

// Once a record stands, the update is carried through although its caller has gone.
func TestCallerLeavesAfterTheRecord(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	defer shut(t, j)
	ctx, cancel := context.WithCancel(t.Context())
	j.file = leaving{j.file, cancel}
	runs := 0
	err := j.Update(ctx, func(tx state.Tx) error {
		runs++
		return tx.Set("a", []byte("1"))
	})
	if err != nil || runs != 1 || content(t, j)["a"] != "1" || j.Head().Seq != 1 {
		t.Errorf("update: %v after %d runs, content %v", err, runs, content(t, j))
	}
}
