package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"duban/state"
)

// Hash is the SHA-256 of one record, which begins with the hash of the record before it.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// genesis stands before the first record.
func genesis() Hash { return sha256.Sum256([]byte(magic)) }

// Sum is a checksum of a set of keys and values that can be kept up to date write by
// write: the sum, lane by lane, of their SHA-256. It finds what an engine lost or changed
// without telling; it is no proof against someone who forges the engine's files, who meets
// the chain instead.
type Sum [4]uint64

func (s Sum) String() string {
	return fmt.Sprintf("%016x%016x%016x%016x", s[0], s[1], s[2], s[3])
}

func (s *Sum) add(key string, value []byte) {
	for i, lane := range lanes(key, value) {
		s[i] += lane
	}
}

func (s *Sum) remove(key string, value []byte) {
	for i, lane := range lanes(key, value) {
		s[i] -= lane
	}
}

func lanes(key string, value []byte) (out [4]uint64) {
	buf := make([]byte, 0, 512) // on the stack: most entries fit
	buf = binary.AppendUvarint(buf, uint64(len(key)))
	buf = append(append(buf, key...), value...)
	h := sha256.Sum256(buf)
	for i := range out {
		out[i] = binary.BigEndian.Uint64(h[8*i:])
	}
	return out
}

// place is where a record lies in the file, in bytes.
type place struct {
	Head
	start, end int64
}

// beginning is the place before the first record.
func beginning() place {
	return place{Head: Head{Hash: genesis()}, start: int64(len(magic)), end: int64(len(magic))}
}

// mark is what the engine keeps under markKey: the last record it holds, and what it holds.
type mark struct{ place }

const (
	markVersion = 1
	markSize    = 1 + 4*8 + sha256.Size + 8 + 4*8
)

func (m mark) encode() []byte {
	b := make([]byte, 0, markSize)
	b = append(b, markVersion)
	b = binary.BigEndian.AppendUint64(b, m.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(m.start))
	b = binary.BigEndian.AppendUint64(b, uint64(m.end))
	b = binary.BigEndian.AppendUint64(b, uint64(m.Time.UnixNano()))
	b = append(b, m.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, m.Keys)
	for _, lane := range m.Sum {
		b = binary.BigEndian.AppendUint64(b, lane)
	}
	return b
}

func decodeMark(b []byte) (m mark, err error) {
	if len(b) != markSize || b[0] != markVersion {
		return m, fmt.Errorf("mark of %d bytes is not of version %d", len(b), markVersion)
	}
	next := func() (n uint64) {
		n, b = binary.BigEndian.Uint64(b), b[8:]
		return n
	}
	b = b[1:]
	m.Seq, m.start, m.end = next(), int64(next()), int64(next())
	m.Time = time.Unix(0, int64(next())).UTC()
	b = b[copy(m.Hash[:], b):]
	m.Keys = next()
	for i := range m.Sum {
		m.Sum[i] = next()
	}
	return m, nil
}

// errNoMark: the engine holds keys, but none of them says how far it is.
var errNoMark = errors.New("the engine does not know its place in the journal")

// readMark reads the engine's mark and everything else it holds, and compares the two.
// A store without any key stands before the first record.
func readMark(tx state.Tx) (mark, error) {
	held := Head{}
	var stored []byte
	err := tx.Each("", func(key string, value []byte) error {
		if key == markKey {
			stored = append([]byte{}, value...)
			return nil
		}
		held.Keys++
		held.Sum.add(key, value)
		return nil
	})
	if err != nil {
		return mark{}, fmt.Errorf("read everything: %w", err)
	}
	if stored == nil {
		if held.Keys > 0 {
			return mark{}, errNoMark
		}
		return mark{beginning()}, nil
	}
	m, err := decodeMark(stored)
	if err != nil {
		return mark{}, err
	}
	if m.Keys != held.Keys || m.Sum != held.Sum {
		return m, fmt.Errorf("the engine holds %d keys with sum %s, its mark says %d keys with sum %s", held.Keys, held.Sum, m.Keys, m.Sum)
	}
	return m, nil
}
