package badgerkv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"
)

var errTableCut = errors.New("file is cut or its footer damaged")

// checkTable verifies the footer, the index and every block of one table file.
func checkTable(path string) error {
	if err := checkFooter(path); err != nil {
		return err
	}
	mapping, err := z.OpenMmapFile(path, os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("map: %w", err)
	}
	// OpenTable reads every block under this mode and closes the mapping on error.
	t, err := table.OpenTable(mapping, table.Options{ChkMode: options.OnTableAndBlockRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return t.Close(-1)
}

// checkFooter follows the lengths at the end of a table (index, its length, checksum, its
// length: both lengths big-endian uint32) and makes sure they stay inside the file.
// badger follows them unchecked and ends the process when they do not.
func checkFooter(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	for range 2 { // the checksum, then the index
		var length [4]byte
		if end < 4 {
			return errTableCut
		}
		if _, err := f.ReadAt(length[:], end-4); err != nil {
			return err
		}
		end -= 4 + int64(binary.BigEndian.Uint32(length[:]))
	}
	if end < 0 {
		return errTableCut
	}
	return nil
}
