package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"duban/state"
)

// deadlyOpens is how often in a row the process may end while it opens the engine before
// the folder is held to be the cause. Some damage ends the process inside the engine.
const deadlyOpens = 3

// engine is the engine's folder, before it has become a state.KV.
type engine struct {
	open func(dir string) (state.KV, error)
	dir  string // empty for an engine in memory
}

// unfitError: the engine cannot serve and is to be rebuilt.
type unfitError struct {
	reason string
	knew   uint64 // the last record it knew
}

func (e *unfitError) Error() string { return e.reason }

// exists reports whether the folder holds anything.
func (e engine) exists() bool {
	if e.dir == "" {
		return false
	}
	entries, err := os.ReadDir(e.dir)
	return len(entries) > 0 || (err != nil && !errors.Is(err, fs.ErrNotExist))
}

// start opens the engine and compares its mark with its content and with the journal. On
// an unfitError the engine is closed and the mark is the beginning.
func (e engine) start(journal *os.File) (state.KV, mark, error) {
	if err := e.tryOpen(); err != nil {
		return nil, mark{beginning()}, err
	}
	kv, err := e.open(e.dir)
	switch {
	case err != nil && ofMachine(err):
		return nil, mark{}, errors.Join(fmt.Errorf("open engine: %w", err), e.survived())
	case err != nil:
		return nil, mark{beginning()}, &unfitError{reason: "the engine could not be opened: " + err.Error()}
	}
	var m mark
	err = kv.View(context.Background(), func(tx state.Tx) (err error) {
		m, err = readMark(tx)
		return err
	})
	if err == nil {
		err = compare(journal, m)
	}
	if err != nil {
		// Its Close may fail on the same damage, or end the process; the third start then
		// does not open the folder any more.
		closing := kv.Close()
		return nil, mark{beginning()}, &unfitError{reason: errors.Join(err, closing).Error(), knew: m.Seq}
	}
	return kv, m, e.survived()
}

// compare makes sure that the journal holds the record of m.
func compare(journal *os.File, m mark) error {
	if holds(journal, m.place) {
		return nil
	}
	if info, err := journal.Stat(); err == nil && m.end > info.Size() {
		return fmt.Errorf("the engine is ahead: it knows record %d, which the journal does not hold", m.Seq)
	}
	return fmt.Errorf("the engine knows another record %d than the journal", m.Seq)
}

// setAside renames the folder, so that a new engine can be built in its place.
func (e engine) setAside(now time.Time) (aside string, err error) {
	if !e.exists() {
		return "", e.survived()
	}
	base := e.dir + ".aside-" + now.UTC().Format("20060102T150405Z")
	aside = base
	for i := 2; ; i++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s-%d", base, i)
	}
	if err := os.Rename(e.dir, aside); err != nil {
		return "", fmt.Errorf("set engine aside: %w", err)
	}
	return aside, errors.Join(syncFolder(e.dir), e.survived())
}

// tryOpen counts one attempt in a file beside the folder, one byte each; survived removes
// it again.
func (e engine) tryOpen() error {
	if e.dir == "" {
		return nil
	}
	if info, err := os.Stat(e.attempts()); err == nil && info.Size() >= deadlyOpens {
		return &unfitError{reason: fmt.Sprintf("the process ended %d times while opening the engine", info.Size())}
	}
	f, err := os.OpenFile(e.attempts(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("count attempt to open engine: %w", err)
	}
	_, err = f.WriteString("x")
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("count attempt to open engine: %w", err)
	}
	return nil
}

func (e engine) survived() error {
	if e.dir == "" {
		return nil
	}
	if err := os.Remove(e.attempts()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget attempts to open engine: %w", err)
	}
	return nil
}

func (e engine) attempts() string { return e.dir + ".opening" }
