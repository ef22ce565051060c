package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"duban/state"
)

// ErrGone is returned by Open when the journal is missing or empty although the engine or
// the head file shows that there was one. Nothing is touched: going on would begin an
// empty office and write to everybody again. Bring the file back from a backup, or move
// the engine's folder and the head file away to begin anew.
var ErrGone = errors.New("journal: file is gone")

// file is the end of the journal being written.
type file interface {
	io.Writer
	Sync() error
	Close() error
}

// diskFile syncs data and length only; nobody reads its times.
type diskFile struct{ *os.File }

func (f diskFile) Sync() error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// openFile opens the journal at path and locks it, beginning a new one where there is
// none. witnessed tells whether anything shows that there must be one.
func openFile(path string, witnessed bool) (_ *os.File, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make folder of journal: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, fmt.Errorf("journal %s: %w", path, state.ErrLocked)
	case err != nil:
		return nil, fmt.Errorf("lock journal: %w", err)
	}
	first := make([]byte, len(magic))
	n, err := f.ReadAt(first, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	begun := string(first[:n])
	switch {
	case begun == magic:
		return f, nil
	case n == 0 && witnessed:
		return nil, ErrGone
	case witnessed || !strings.HasPrefix(magic, begun):
		return nil, &DamageError{Path: path, Reason: "it does not begin as a journal does"}
	}
	return f, begin(f)
}

// begin writes the first bytes of a new journal. A crash in it leaves a beginning that the
// next start writes again.
func begin(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("begin journal: %w", err)
	}
	_, err := f.WriteString(magic)
	if err := errors.Join(err, f.Sync(), syncFolder(f.Name())); err != nil {
		return fmt.Errorf("begin journal: %w", err)
	}
	return nil
}

// secure makes the journal end at end and puts everything from floor on to disk.
//
// The bytes are written over themselves first. After a sync that failed, the kernel may
// hold them in memory as clean though the disk never got them; a new sync alone would say
// yes and do nothing.
func secure(f *os.File, floor, end int64) error {
	if err := f.Truncate(end); err != nil {
		return fmt.Errorf("drop incomplete record: %w", err)
	}
	again, err := os.OpenFile(f.Name(), os.O_RDWR, 0) // f appends wherever it is told to write
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	buf := make([]byte, 64<<10)
	for off := floor; off < end && err == nil; {
		var n int
		n, err = again.ReadAt(buf[:min(int64(len(buf)), end-off)], off)
		if n > 0 {
			_, err = again.WriteAt(buf[:n], off)
		}
		off += int64(n)
	}
	if err := errors.Join(err, again.Sync(), again.Close()); err != nil {
		return fmt.Errorf("secure end of journal: %w", err)
	}
	return nil
}
