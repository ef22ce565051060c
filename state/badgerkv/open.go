package badgerkv

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"duban/state"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Open opens the store in dir, creating the folder (mode 0700) if need be.
//
// A folder another process holds gives state.ErrLocked. Lack of space, of file handles or
// of permission comes back as the syscall error it is; any other error means that the
// files are not a whole store. Damage that badger answers with a panic or the end of the
// process is looked for first and is an error like the rest.
func Open(dir string, log *slog.Logger) (state.KV, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make store folder: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("close store folder to others: %w", err)
	}
	db, err := open(dir, log)
	if err != nil && strings.Contains(err.Error(), "Create a new file") {
		// A kill between creating and filling a file leaves it empty; badger gives up on
		// it once, and has then given it its size (badger #2207). Nothing is lost by it.
		log.Warn("store opened again after an empty file", "err", err)
		db, err = open(dir, log)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", mapped(err))
	}
	return &store{db: db}, nil
}

func open(dir string, log *slog.Logger) (db *badger.DB, err error) {
	// A file shorter than its map is a memory fault, which Go can turn into a panic of this
	// goroutine; badger panics on some damage by itself.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			db, err = nil, fmt.Errorf("badger panicked: %v", p)
		}
	}()
	if err := checkTables(dir); err != nil {
		return nil, err
	}
	return badger.Open(profile(dir, log))
}

// profile is the small profile: a few MB of memory, synced commits, checksums verified.
func profile(dir string, log *slog.Logger) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithMemTableSize(8 << 20).
		WithNumMemtables(2).
		WithNumLevelZeroTables(2).
		WithNumLevelZeroTablesStall(4).
		WithNumCompactors(2).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		WithValueLogFileSize(16 << 20).
		WithMetricsEnabled(false).
		WithCompactL0OnClose(true).
		WithChecksumVerificationMode(options.OnTableAndBlockRead).
		WithLogger(logger{log})
}

// checkTables verifies every table before badger opens it: badger parses tables in
// goroutines of its own, where a damaged index ends the process.
func checkTables(dir string) error {
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return fmt.Errorf("list tables: %w", err)
	}
	for _, path := range tables {
		if err := checkTable(path); err != nil {
			return fmt.Errorf("table %s: %w", filepath.Base(path), err)
		}
	}
	return nil
}

// mapped restores what badger flattens into text: who holds the lock, and errors that say
// something of the machine and nothing of the files.
func mapped(err error) error {
	text := err.Error()
	if strings.Contains(text, "Cannot acquire directory lock") {
		return state.ErrLocked
	}
	for _, no := range []syscall.Errno{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE,
		syscall.ENOMEM, syscall.EACCES, syscall.EPERM, syscall.EROFS,
	} {
		if strings.Contains(text, no.Error()) {
			return fmt.Errorf("%s: %w", text, no)
		}
	}
	return err
}
