package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/state"
)

// fill commits updates from..to-1: several keys each, some overwritten, some deleted, some
// long enough to be deflated.
func fill(t *testing.T, kv state.KV, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		err := kv.Update(context.Background(), func(tx state.Tx) error { return fillOne(tx, i) })
		if err != nil {
			t.Fatalf("update %d: %v", i, err)
		}
	}
}

func fillOne(tx state.Tx, i int) error {
	state.Note(tx, fmt.Sprintf("第 %d 步", i))
	err := errors.Join(
		tx.Set(fmt.Sprintf("rep/%04d", i), []byte(strings.Repeat(fmt.Sprint("项目", i, " "), 1+i%40))),
		tx.Set("last", []byte(fmt.Sprint(i))),
		tx.Set(fmt.Sprintf("seen/%02d", i%17), []byte{byte(i), byte(i >> 8)}),
	)
	if i%5 == 4 {
		err = errors.Join(err, tx.Delete(fmt.Sprintf("rep/%04d", i-2)))
	}
	return err
}

// canon is a hash of all that kv holds.
func canon(kv state.KV) (string, error) {
	h := sha256.New()
	err := kv.View(context.Background(), func(tx state.Tx) error {
		return tx.Each("", func(key string, value []byte) error {
			fmt.Fprintf(h, "%q=%q\n", key, value)
			return nil
		})
	})
	return fmt.Sprintf("%x", h.Sum(nil)), err
}

func mustCanon(t *testing.T, kv state.KV) string {
	t.Helper()
	sum, err := canon(kv)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// copyTree copies a folder file by file, leaving holes where the source has zeros: badger's
// files are mostly holes.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil || e.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(to, rel), 0o700))
		}
		return copyFile(path, filepath.Join(to, rel))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	buf, zero := make([]byte, 64<<10), make([]byte, 64<<10)
	size := int64(0)
	for {
		n, err := io.ReadFull(src, buf)
		if n > 0 && !bytes.Equal(buf[:n], zero[:n]) {
			if _, err := dst.WriteAt(buf[:n], size); err != nil {
				return err
			}
		}
		size += int64(n)
		if err != nil {
			break
		}
	}
	return errors.Join(dst.Truncate(size), dst.Close())
}

// killed is a copy of o as a kill -9 would leave it: taken while it is open, without the
// file that only Close or many records would have written.
func (o office) killed(t *testing.T) office {
	t.Helper()
	c := office{t.TempDir()}
	copyTree(t, o.dir, c.dir)
	return c
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// ends lists the end of every record of the journal at path, in bytes; ends[0] is where
// the first begins.
func ends(t *testing.T, path string) []int64 {
	t.Helper()
	all := []int64{beginning().end}
	if _, _, err := eachPlace(path, func(_ Entry, at place) error { all = append(all, at.end); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}
