package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Summary is what Verify proved.
type Summary struct {
	Records uint64    // all of them whole and in one chain
	Hash    Hash      // of the last record: who keeps it elsewhere can prove the history
	First   time.Time // of the first record; zero without one
	Last    time.Time // of the last record
	Bytes   int64     // length of the file up to the last record's end
	Torn    int64     // bytes of an incomplete record after it: being written, or left by a crash
}

// Verify proves the chain from the first record to the last, and that it reaches the
// record the head file names. It needs no engine and may run beside the daemon. What does
// not hold is a DamageError.
func Verify(path string) (s Summary, err error) {
	head := headFileOf(path)
	witness, err := head.read() // before the journal, which only grows
	switch {
	case errors.Is(err, fs.ErrNotExist):
		witness = place{}
	case err != nil:
		return s, fmt.Errorf("verify journal: %w", err)
	}
	last, torn, err := eachPlace(path, func(e Entry, at place) error {
		if e.Seq == 1 {
			s.First = e.Time
		}
		if e.Seq == witness.Seq && e.Hash != witness.Hash {
			return &DamageError{Path: path, Record: e.Seq, Offset: at.start, Reason: "it is not the record the head file names"}
		}
		return nil
	})
	s.Records, s.Hash, s.Last, s.Bytes, s.Torn = last.Seq, last.Hash, last.Time, last.end, torn
	if err == nil && witness.Seq > last.Seq {
		err = &DamageError{Path: path, Record: last.Seq + 1, Offset: last.end, Reason: fmt.Sprintf("the journal ends, the head file names record %d", witness.Seq)}
	}
	if err != nil {
		return s, fmt.Errorf("verify journal: %w", err)
	}
	return s, nil
}

// Each calls fn for every record in order, holding one at a time, and proves the chain on
// the way. An incomplete last record is passed over. The entry's values are valid only
// during the call.
func Each(path string, fn func(Entry) error) error {
	_, _, err := eachPlace(path, func(e Entry, _ place) error { return fn(e) })
	return err
}

func eachPlace(path string, fn func(Entry, place) error) (place, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return beginning(), 0, err
	}
	defer f.Close()
	first := make([]byte, len(magic))
	if n, _ := f.ReadAt(first, 0); !strings.HasPrefix(string(first[:n]), magic) {
		return beginning(), 0, &DamageError{Path: path, Reason: "it does not begin as a journal does"}
	}
	return walk(f, beginning(), fn)
}
