package journal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// headFile stands beside the journal and names one of its latest records. A journal cut
// exactly between two records looks whole by itself; this witness tells.
//
// Its one line: number, first byte, last byte and hash of the record, CRC-32C of all that.
type headFile string

func headFileOf(journal string) headFile { return headFile(journal + ".head") }

// errHeadFile: the line is not what was written.
var errHeadFile = errors.New("head file is damaged")

// read returns the record named, fs.ErrNotExist where there is no file, or errHeadFile.
func (h headFile) read() (p place, err error) {
	data, err := os.ReadFile(string(h))
	if err != nil {
		return p, err
	}
	var hash string
	if _, err := fmt.Sscanf(string(data), "%d %d %d %64s", &p.Seq, &p.start, &p.end, &hash); err != nil {
		return p, errHeadFile
	}
	if n, err := hex.Decode(p.Hash[:], []byte(hash)); err != nil || n != len(p.Hash) || h.line(p) != string(data) {
		return p, errHeadFile
	}
	return p, nil
}

func (h headFile) line(p place) string {
	text := fmt.Sprintf("%d %d %d %s", p.Seq, p.start, p.end, p.Hash)
	return fmt.Sprintf("%s %08x\n", text, castagnoli([]byte(text)))
}

// write replaces the file. A crash anywhere in it leaves the old line or the new one.
func (h headFile) write(p place) error {
	next := string(h) + ".new"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(h.line(p))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(next, string(h))
}

func (h headFile) exists() bool {
	_, err := os.Stat(string(h))
	return !errors.Is(err, fs.ErrNotExist)
}

// syncFolder makes the names in path's folder durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
