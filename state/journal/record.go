package journal

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"duban/state"
)

// The file begins with magic; then one record follows another:
//
//	uint32   length of the body
//	uint32   CRC-32C of the body
//	uint32   CRC-32C of the eight bytes before, so that a damaged length is not taken for
//	         an incomplete record
//	body     [32]byte hash of the record before, uint64 number, int64 time (ns since 1970),
//	         byte flags, payload
//
// Numbers are big-endian. The payload is the note, the number of writes and the writes;
// with flagDeflated, the uvarint of its length and then its deflated bytes. The hash of a
// record is the SHA-256 of its body.
const (
	magic        = "duban journal 1\n"
	headerSize   = 12
	fixedSize    = sha256.Size + 8 + 8 + 1
	flagDeflated = 1
	deflateFrom  = 128 // bytes; shorter payloads hardly shrink

	// maxPayload bounds one record before deflating: twice what one transaction may write.
	maxPayload = 2 * state.MaxTxBytes
	maxBody    = fixedSize + binary.MaxVarintLen64 + maxPayload
)

const (
	opSet    = 1
	opDelete = 2
)

// Entry is one record: one Update.
type Entry struct {
	Seq    uint64    // 1, 2, 3 …
	Time   time.Time // when it was recorded, UTC
	Note   string    // what state.Note said, lines apart; often empty
	Writes []Write   // one per key, in the order of each key's first write
	Hash   Hash
}

// Write is one key set or deleted.
type Write struct {
	Key    string
	Value  []byte
	Delete bool
}

func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// packer encodes records. It keeps its compressor between them.
type packer struct{ deflate *flate.Writer }

// frame encodes e as it will stand in the file after the record hashed prev.
func (p *packer) frame(e Entry, prev Hash) ([]byte, Hash, error) {
	payload := appendPayload(nil, e)
	if len(payload) > maxPayload {
		return nil, Hash{}, fmt.Errorf("record of %d bytes: %w", len(payload), state.ErrTooBig)
	}
	packed, err := p.shrink(payload)
	if err != nil {
		return nil, Hash{}, fmt.Errorf("deflate record: %w", err)
	}
	frame := make([]byte, headerSize, headerSize+fixedSize+len(payload))
	frame = append(frame, prev[:]...)
	frame = binary.BigEndian.AppendUint64(frame, e.Seq)
	frame = binary.BigEndian.AppendUint64(frame, uint64(e.Time.UnixNano()))
	if packed != nil {
		frame = append(frame, flagDeflated)
		frame = append(frame, packed...)
	} else {
		frame = append(frame, 0)
		frame = append(frame, payload...)
	}
	body := frame[headerSize:]
	binary.BigEndian.PutUint32(frame[0:], uint32(len(body)))
	binary.BigEndian.PutUint32(frame[4:], castagnoli(body))
	binary.BigEndian.PutUint32(frame[8:], castagnoli(frame[:8]))
	return frame, sha256.Sum256(body), nil
}

// shrink returns the deflated form of payload, or nil where that is no gain.
func (p *packer) shrink(payload []byte) ([]byte, error) {
	if len(payload) < deflateFrom {
		return nil, nil
	}
	out := bytes.NewBuffer(binary.AppendUvarint(nil, uint64(len(payload))))
	if p.deflate == nil {
		w, err := flate.NewWriter(nil, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		p.deflate = w
	}
	p.deflate.Reset(out)
	if _, err := p.deflate.Write(payload); err != nil {
		return nil, err
	}
	if err := p.deflate.Close(); err != nil {
		return nil, err
	}
	if out.Len() >= len(payload) {
		return nil, nil
	}
	return out.Bytes(), nil
}

func appendPayload(b []byte, e Entry) []byte {
	b = appendBytes(b, []byte(e.Note))
	b = binary.AppendUvarint(b, uint64(len(e.Writes)))
	for _, w := range e.Writes {
		if w.Delete {
			b = appendBytes(append(b, opDelete), []byte(w.Key))
			continue
		}
		b = appendBytes(append(b, opSet), []byte(w.Key))
		b = appendBytes(b, w.Value)
	}
	return b
}

func appendBytes(b, data []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(data))), data...)
}

var errPayload = errors.New("its content cannot be read")

// decodeBody reads the body of a record, whose checksum has been verified.
func decodeBody(body []byte) (prev Hash, e Entry, err error) {
	e.Hash = sha256.Sum256(body)
	copy(prev[:], body)
	rest := body[sha256.Size:]
	e.Seq = binary.BigEndian.Uint64(rest)
	e.Time = time.Unix(0, int64(binary.BigEndian.Uint64(rest[8:]))).UTC()
	payload := body[fixedSize:]
	switch flags := rest[16]; flags {
	case 0:
	case flagDeflated:
		if payload, err = inflate(payload); err != nil {
			return prev, e, err
		}
	default:
		return prev, e, fmt.Errorf("flags %#x are unknown: %w", flags, errPayload)
	}
	return prev, e, e.decodePayload(payload)
}

func inflate(packed []byte) ([]byte, error) {
	size, n := binary.Uvarint(packed)
	if n <= 0 || size > maxPayload {
		return nil, errPayload
	}
	payload := make([]byte, size)
	r := flate.NewReader(bytes.NewReader(packed[n:]))
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, fmt.Errorf("inflate: %w: %w", err, errPayload)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return nil, errPayload
	}
	return payload, nil
}

func (e *Entry) decodePayload(b []byte) error {
	note, b, ok := cutBytes(b)
	count, n := binary.Uvarint(b)
	if !ok || n <= 0 || count > uint64(len(b)) {
		return errPayload
	}
	e.Note = string(note)
	e.Writes = make([]Write, 0, count)
	b = b[n:]
	for range count {
		if len(b) == 0 {
			return errPayload
		}
		op := b[0]
		var key, value []byte
		key, b, ok = cutBytes(b[1:])
		if ok && op == opSet {
			value, b, ok = cutBytes(b)
		}
		if !ok || (op != opSet && op != opDelete) {
			return errPayload
		}
		e.Writes = append(e.Writes, Write{Key: string(key), Value: value, Delete: op == opDelete})
	}
	if len(b) != 0 {
		return errPayload
	}
	return nil
}

// cutBytes takes one length and that many bytes off b.
func cutBytes(b []byte) (data, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	return b[n : n+int(size)], b[n+int(size):], true
}
