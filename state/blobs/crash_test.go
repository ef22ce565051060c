package blobs

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

var errDisk = errors.New("the disk says no")

// failing is a disk of which one step fails once: before it does anything, or after.
type failing struct {
	*disk
	step   string
	nth    int // counted from 1
	after  bool
	failed bool
}

func (f *failing) run(step string, do func() error) error {
	if step != f.step || f.failed {
		return do()
	}
	if f.nth--; f.nth > 0 {
		return do()
	}
	f.failed = true
	if f.after {
		return errors.Join(do(), errDisk)
	}
	return errDisk
}

func (f *failing) create(name string, data []byte) error {
	return f.run("create", func() error { return f.disk.create(name, data) })
}

func (f *failing) syncFiles(names []string) error {
	return f.run("sync files", func() error { return f.disk.syncFiles(names) })
}

func (f *failing) rename(from, to string) error {
	return f.run("rename", func() error { return f.disk.rename(from, to) })
}

func (f *failing) syncFolders(names []string) error {
	return f.run("sync folders", func() error { return f.disk.syncFolders(names) })
}

// Every step is broken before and after it took effect. Whatever remains, no wrong bytes
// can be read, a failed sync closes the store for writing, and a new start can put the
// pack again.
func TestEveryStepBrokenTwice(t *testing.T) {
	const size = 5
	for step, times := range map[string]int{"create": size, "sync files": 1, "rename": size, "sync folders": 1} {
		for nth := 1; nth <= times; nth++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %d after=%t", step, nth, after), func(t *testing.T) {
					breakStep(t, step, nth, after, pack(size))
				})
			}
		}
	}
}

func breakStep(t *testing.T, step string, nth int, after bool, mails [][]byte) {
	dir := t.TempDir()
	s := openIn(t, dir)
	f := s.backing.(*folder)
	f.at = &failing{disk: f.disk, step: step, nth: nth, after: after}
	if _, err := s.PutAll(mails); !errors.Is(err, errDisk) {
		t.Fatalf("put: %v, want the fault", err)
	}
	readable(t, s, mails)
	sync := step == "sync files" || step == "sync folders"
	if _, err := s.PutAll(mails); errors.Is(err, ErrBroken) != sync || (err != nil) != sync {
		t.Errorf("put again in the same process: %v; want ErrBroken %t", err, sync)
	}
	again := openIn(t, dir)
	readable(t, again, mails)
	if _, err := again.PutAll(mails); err != nil {
		t.Fatalf("put again after a new start: %v", err)
	}
	if n := readable(t, again, mails); n != len(mails) {
		t.Errorf("%d of %d blobs readable", n, len(mails))
	}
	if n := len(list(t, again)); n != len(mails) {
		t.Errorf("%d blobs listed, want %d", n, len(mails))
	}
}

// readable counts the blobs that are there, each of which must be right.
func readable(t *testing.T, s *Store, mails [][]byte) (n int) {
	t.Helper()
	for _, data := range mails {
		got, err := s.Get(Sum(data))
		if errors.Is(err, ErrMissing) {
			continue
		}
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%q reads as %q, %v", data, got, err)
		}
		n++
	}
	return n
}
