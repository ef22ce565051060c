package journal

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"duban/state"

	"github.com/google/go-cmp/cmp"
)

func damaged(err error) bool {
	var d *DamageError
	return errors.As(err, &d)
}

// The journal tells who wrote what when, in order, also while it is open.
func TestEachTellsTheHistory(t *testing.T) {
	o := office{t.TempDir()}
	minute := 0
	clock := func() time.Time {
		minute++
		return noon().Add(time.Duration(minute) * time.Minute).In(time.FixedZone("CST", 8*3600))
	}
	j, _, err := Open(o.journal(), inMemory, "", clock, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, j)
	long := strings.Repeat("情况正常", 200)
	for _, fn := range []func(state.Tx) error{
		func(tx state.Tx) error {
			state.Note(tx, "accepted by the office")
			state.Note(tx, "reason: by telephone")
			return errors.Join(tx.Set("b", []byte("1")), tx.Set("a", []byte(long)), tx.Set("b", []byte("2")))
		},
		func(tx state.Tx) error { return errors.Join(tx.Delete("a"), tx.Set("e", nil), tx.Delete("never")) },
	} {
		if err := j.Update(context.Background(), fn); err != nil {
			t.Fatal(err)
		}
	}
	var got []Entry
	if err := Each(o.journal(), func(e Entry) error {
		e.Hash = Hash{}
		for i, w := range e.Writes {
			e.Writes[i].Value = append([]byte{}, w.Value...)
		}
		got = append(got, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []Entry{
		{
			Seq: 1, Time: noon().Add(time.Minute), Note: "accepted by the office\nreason: by telephone",
			Writes: []Write{{Key: "b", Value: []byte("2")}, {Key: "a", Value: []byte(long)}},
		},
		{
			Seq: 2, Time: noon().Add(2 * time.Minute),
			Writes: []Write{{Key: "a", Value: []byte{}, Delete: true}, {Key: "e", Value: []byte{}}, {Key: "never", Value: []byte{}, Delete: true}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("history (-want +got):\n%s", d)
	}
	s, err := Verify(o.journal())
	if err != nil || s.Records != 2 || s.Hash != j.Head().Hash || !s.First.Equal(want[0].Time) || !s.Last.Equal(want[1].Time) || s.Bytes != fileSize(t, o.journal()) {
		t.Errorf("verify: %+v, %v", s, err)
	}
	if s.Bytes > int64(len(long))/2 {
		t.Errorf("%d bytes for two records: the long value was not deflated", s.Bytes)
	}
	stop := errors.New("enough")
	if err := Each(o.journal(), func(Entry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("each: %v, want the function's error", err)
	}
}

func TestNotesAreCutAtACharacter(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	defer shut(t, j)
	if err := j.Update(t.Context(), func(tx state.Tx) error {
		state.Note(tx, "a"+strings.Repeat("长", maxNote))
		return tx.Set("k", nil)
	}); err != nil {
		t.Fatal(err)
	}
	if err := Each(o.journal(), func(e Entry) error {
		if len(e.Note) > maxNote || len(e.Note) < maxNote-6 || !strings.HasSuffix(e.Note, "长…") {
			t.Errorf("note of %d bytes ends in %q", len(e.Note), e.Note[len(e.Note)-9:])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A journal cut exactly between two records looks whole; the head file tells.
func TestCutBetweenRecordsIsNoticed(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	fill(t, j, 0, headEvery+10)
	killed := o.killed(t) // its head file is ten records old
	shut(t, j)
	for name, c := range map[string]struct {
		o       office
		cut     int
		missing uint64
	}{
		"after a close":                      {o, headEvery + 5, 5},
		"after a kill, below the head file":  {killed, headEvery - 6, 6},
		"after a kill, the head file's last": {killed, headEvery - 1, 1},
	} {
		end := ends(t, c.o.journal())
		cut := c.o.killed(t)
		if err := os.Truncate(cut.journal(), end[c.cut]); err != nil {
			t.Fatal(err)
		}
		if s, err := Verify(cut.journal()); !damaged(err) || s.Records != uint64(c.cut) {
			t.Errorf("%s: verify says %+v, %v", name, s, err)
		}
		j, report := cut.openMemory(t)
		if report.Missing != c.missing || !report.Attention() {
			t.Errorf("%s: report %+v", name, report)
		}
		shut(t, j)
		if _, err := Verify(cut.journal()); err != nil {
			t.Errorf("%s: verify after it was reported: %v", name, err)
		}
	}
}

// A head file that cannot be read is told of and written anew; it never stops a start.
func TestHeadFileDamaged(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.openMemory(t)
	fill(t, j, 0, 3)
	shut(t, j)
	path := string(headFileOf(o.journal()))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range good {
		bad := append([]byte{}, good...)
		bad[at] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(o.journal()); err == nil {
			t.Errorf("byte %d: verify finds nothing", at)
		}
		j, report := o.openMemory(t)
		if !report.HeadFileDamaged || report.Missing != 0 {
			t.Errorf("byte %d: report %+v", at, report)
		}
		shut(t, j)
		if again, err := os.ReadFile(path); err != nil || string(again) != string(good) {
			t.Errorf("byte %d: head file now %q, %v", at, again, err)
		}
	}
}

// A start after an ordinary Close reads the journal's last record and no other.
func TestOrdinaryStartReadsOnlyTheTail(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 50)
	want := mustCanon(t, j)
	shut(t, j)
	end := ends(t, o.journal())
	data, err := os.ReadFile(o.journal())
	if err != nil {
		t.Fatal(err)
	}
	clear(data[end[0]:end[49]]) // every record but the last
	if err := os.WriteFile(o.journal(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	j, report := o.mustOpen(t)
	defer shut(t, j)
	if mustCanon(t, j) != want || report != (Report{Records: 50}) {
		t.Errorf("report %+v", report)
	}
	if _, err := Verify(o.journal()); !damaged(err) {
		t.Errorf("verify reads everything, yet: %v", err)
	}
}

// Someone rewrites a record and makes all its checksums right again. The record after it,
// or for the last one the head file and the engine, still knows the old hash.
func TestForgedRecordBreaksTheChain(t *testing.T) {
	o := office{t.TempDir()}
	j, _ := o.mustOpen(t)
	fill(t, j, 0, 4)
	shut(t, j)
	var entries []Entry
	var prev []Hash
	last := genesis()
	if err := Each(o.journal(), func(e Entry) error {
		e.Writes = append([]Write{}, e.Writes...)
		for i, w := range e.Writes {
			e.Writes[i].Value = append([]byte{}, w.Value...)
		}
		entries, prev, last = append(entries, e), append(prev, last), e.Hash
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for n := range entries {
		c := o.killed(t)
		var p packer
		data := []byte(magic)
		for i, e := range entries {
			if i == n {
				e.Note += "，无误" // forged
			}
			frame, _, err := p.frame(e, prev[i])
			if err != nil {
				t.Fatal(err)
			}
			data = append(data, frame...)
		}
		if err := os.WriteFile(c.journal(), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(c.journal()); !damaged(err) {
			t.Errorf("record %d forged: verify says %v", n+1, err)
		}
		if n < len(entries)-1 {
			continue
		}
		if _, _, err := c.open(); !damaged(err) {
			t.Errorf("last record forged: %v, want a DamageError", err)
		}
		if err := os.Remove(string(headFileOf(c.journal()))); err != nil {
			t.Fatal(err)
		}
		j, report := c.mustOpen(t)
		if report.SetAside == "" || !report.Attention() {
			t.Errorf("last record forged, head file removed: %+v", report)
		}
		shut(t, j)
	}
}
