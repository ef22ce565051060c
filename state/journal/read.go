package journal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// DamageError says that the journal is not what was written. Nothing is repaired: the
// file must come from a backup, or a person decides.
type DamageError struct {
	Path   string
	Record uint64 // the number the damaged record should have; 0 for the file's first bytes
	Offset int64  // in bytes from the beginning of the file
	Reason string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("journal %s: record %d at byte %d: %s", e.Path, e.Record, e.Offset, e.Reason)
}

// errTorn: the file ends inside a record.
var errTorn = errors.New("incomplete record")

// reader walks the chain record by record, holding one at a time.
type reader struct {
	path string
	in   *bufio.Reader
	at   place // of the record read last
	body []byte
}

// readFrom reads on after the record at from.
func readFrom(f *os.File, from place) (*reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("size of journal: %w", err)
	}
	section := io.NewSectionReader(f, from.end, max(0, info.Size()-from.end))
	return &reader{path: f.Name(), in: bufio.NewReaderSize(section, 64<<10), at: from}, nil
}

// next returns the next record. At the end of the file it returns io.EOF, inside an
// incomplete record errTorn, and a DamageError for everything else that does not follow
// from the record before. The entry's values are valid until the next call.
func (r *reader) next() (Entry, error) {
	var header [headerSize]byte
	switch _, err := io.ReadFull(r.in, header[:]); {
	case errors.Is(err, io.EOF):
		return Entry{}, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Entry{}, errTorn
	case err != nil:
		return Entry{}, fmt.Errorf("read journal at byte %d: %w", r.at.end, err)
	}
	size := int(binary.BigEndian.Uint32(header[0:]))
	if castagnoli(header[:8]) != binary.BigEndian.Uint32(header[8:]) || size < fixedSize || size > maxBody {
		if header == [headerSize]byte{} && r.restIsZero() {
			return Entry{}, errTorn
		}
		return Entry{}, r.damage("its header is damaged")
	}
	if cap(r.body) < size {
		r.body = make([]byte, size)
	}
	body := r.body[:size]
	switch _, err := io.ReadFull(r.in, body); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Entry{}, errTorn
	case err != nil:
		return Entry{}, fmt.Errorf("read journal at byte %d: %w", r.at.end, err)
	}
	if castagnoli(body) != binary.BigEndian.Uint32(header[4:]) {
		return Entry{}, r.damage("its bytes are damaged")
	}
	return r.follow(body)
}

// follow makes sure that body is the record after the last one and steps onto it.
func (r *reader) follow(body []byte) (Entry, error) {
	prev, e, err := decodeBody(body)
	switch {
	case err != nil:
		return Entry{}, r.damage(err.Error())
	case e.Seq != r.at.Seq+1:
		return Entry{}, r.damage(fmt.Sprintf("it is numbered %d", e.Seq))
	case prev != r.at.Hash:
		return Entry{}, r.damage("it does not continue the chain")
	}
	r.at.Seq, r.at.Hash, r.at.Time = e.Seq, e.Hash, e.Time
	r.at.start, r.at.end = r.at.end, r.at.end+int64(headerSize+len(body))
	return e, nil
}

// restIsZero: a loss of power can leave a file its new length without its new bytes.
func (r *reader) restIsZero() bool {
	for {
		b, err := r.in.ReadByte()
		if err != nil || b != 0 {
			return errors.Is(err, io.EOF)
		}
	}
}

func (r *reader) damage(reason string) error {
	return &DamageError{Path: r.path, Record: r.at.Seq + 1, Offset: r.at.end, Reason: reason}
}

// walk reads every record after from and returns the place of the last whole one and the
// number of bytes after it that belong to an incomplete record.
func walk(f *os.File, from place, each func(Entry, place) error) (last place, torn int64, err error) {
	r, err := readFrom(f, from)
	if err != nil {
		return from, 0, err
	}
	for {
		e, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return r.at, 0, nil
		case errors.Is(err, errTorn):
			info, err := f.Stat()
			if err != nil {
				return r.at, 0, fmt.Errorf("size of journal: %w", err)
			}
			return r.at, info.Size() - r.at.end, nil
		case err != nil:
			return r.at, 0, err
		}
		if err := each(e, r.at); err != nil {
			return r.at, 0, err
		}
	}
}

// holds reports whether the record at p, and no other, lies at p in the file. It looks at
// that one record; the place before the first is always held.
func holds(f *os.File, p place) bool {
	if p.Seq == 0 {
		return p.start == beginning().start && p.end == beginning().end && p.Hash == genesis()
	}
	if p.start < beginning().end || p.end-p.start < headerSize+fixedSize || p.end-p.start > headerSize+maxBody {
		return false
	}
	frame := make([]byte, p.end-p.start)
	if _, err := f.ReadAt(frame, p.start); err != nil {
		return false
	}
	body := frame[headerSize:]
	if int(binary.BigEndian.Uint32(frame)) != len(body) {
		return false
	}
	_, e, err := decodeBody(body)
	return err == nil && e.Seq == p.Seq && e.Hash == p.Hash
}
