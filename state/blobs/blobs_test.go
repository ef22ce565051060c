package blobs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func openIn(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// onBoth runs a promise on files and in memory.
func onBoth(t *testing.T, prove func(t *testing.T, s *Store)) {
	t.Run("files", func(t *testing.T) { prove(t, openIn(t, filepath.Join(t.TempDir(), "blobs"))) })
	t.Run("memory", func(t *testing.T) { prove(t, Memory()) })
}

func pack(n int) (all [][]byte) {
	for i := range n {
		all = append(all, []byte(fmt.Sprintf("第 %d 封邮件", i)))
	}
	return all
}

func list(t *testing.T, s *Store) (sums []string) {
	t.Helper()
	if err := s.Each(func(sum string, _ int64) error { sums = append(sums, sum); return nil }); err != nil {
		t.Fatal(err)
	}
	return sums
}

func TestWhatIsPutComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		for _, data := range [][]byte{nil, {}, {0}, []byte("周报"), bytes.Repeat([]byte("x"), 3<<20)} {
			sum, err := s.Put(data)
			if err != nil || sum != Sum(data) {
				t.Fatalf("put %d bytes: %s, %v", len(data), sum, err)
			}
			if got, err := s.Get(sum); err != nil || !bytes.Equal(got, data) {
				t.Errorf("get %d bytes: %d, %v", len(data), len(got), err)
			}
			if there, err := s.Has(sum); err != nil || !there {
				t.Errorf("has: %t, %v", there, err)
			}
		}
		if n := len(list(t, s)); n != 4 { // nil and empty are one
			t.Errorf("%d blobs, want 4", n)
		}
	})
}

func TestPackComesBackInOrderAndOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		mails := append(pack(60), pack(3)...)
		sums, err := s.PutAll(mails)
		if err != nil || len(sums) != len(mails) {
			t.Fatalf("%d sums, %v", len(sums), err)
		}
		for i, sum := range sums {
			if got, err := s.Get(sum); err != nil || !bytes.Equal(got, mails[i]) {
				t.Errorf("blob %d: %q, %v", i, got, err)
			}
		}
		got := list(t, s)
		if len(got) != 60 || !slices.IsSorted(got) {
			t.Errorf("%d blobs listed, sorted %t; want 60 in order", len(got), slices.IsSorted(got))
		}
		if again, err := s.PutAll(mails); err != nil || !slices.Equal(again, sums) {
			t.Errorf("second time: %v", err)
		}
	})
}

func TestRefusals(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		if _, err := s.Get(Sum([]byte("never"))); !errors.Is(err, ErrMissing) {
			t.Errorf("absent: %v, want ErrMissing", err)
		}
		for _, name := range []string{"", "ab", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("/", 64), Sum(nil) + ".new"} {
			if _, err := s.Get(name); !errors.Is(err, ErrSum) {
				t.Errorf("get %q: %v, want ErrSum", name, err)
			}
			if _, err := s.Has(name); !errors.Is(err, ErrSum) {
				t.Errorf("has %q: %v, want ErrSum", name, err)
			}
		}
		if _, err := s.PutAll([][]byte{[]byte("small"), make([]byte, MaxSize+1)}); !errors.Is(err, ErrTooBig) {
			t.Errorf("too big: %v", err)
		}
		if n := len(list(t, s)); n != 0 {
			t.Errorf("%d blobs stored of a refused pack", n)
		}
		stop := errors.New("enough")
		if _, err := s.PutAll(pack(3)); err != nil {
			t.Fatal(err)
		}
		if err := s.Each(func(string, int64) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("each: %v, want the function's error", err)
		}
	})
}

func TestDamageIsNeverReturnedAndHealedByPutting(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	data := []byte("原始邮件")
	sum, err := s.Put(data)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, home(sum))
	for name, broken := range map[string][]byte{
		"flipped": append([]byte{data[0] ^ 1}, data[1:]...), "cut": data[:3], "empty": {}, "longer": append(slices.Clone(data), 'x'),
	} {
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(sum); !errors.Is(err, ErrDamaged) || got != nil {
			t.Errorf("%s: %q, %v; want ErrDamaged", name, got, err)
		}
		if _, err := s.Put(data); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(sum); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s, put again: %q, %v", name, got, err)
		}
	}
	if err := os.Truncate(path, MaxSize+1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(sum); !errors.Is(err, ErrDamaged) {
		t.Errorf("grown past the limit: %v, want ErrDamaged", err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	sum, err := openIn(t, dir).Put([]byte("姓名和电话"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, sum[:2]): 0o700, filepath.Join(dir, home(sum)): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for _, data := range pack(12) {
					if _, err := s.Put(data); err != nil {
						t.Errorf("put: %v", err)
					}
				}
			})
		}
		wg.Wait()
		for _, data := range pack(12) {
			if got, err := s.Get(Sum(data)); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%q: %q, %v", data, got, err)
			}
		}
	})
}
