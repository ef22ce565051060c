package state

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Every stored value begins with one byte that says how the rest is written, so that a
// later version can read what this one wrote and an older one refuses what it cannot.
const (
	codecJSON     = 1 // JSON
	codecDeflate  = 2 // deflated JSON
	codecCells    = 3 // the length of the JSON as a uvarint, JSON, cells (codec_cells.go)
	codecDeflated = 4 // codecCells, deflated
)

// deflateFrom is the size in bytes from which a record is worth deflating.
const deflateFrom = 4 << 10

// maxRecord bounds what a stored record may inflate to.
const maxRecord = 64 << 20

// deflater packs and unpacks records. It keeps its compressor, which takes more than a
// megabyte to set up, from one record to the next, and serves one goroutine at a time.
type deflater struct {
	out *flate.Writer
	in  io.ReadCloser
}

// decode reads one record alone.
func decode(b []byte, v any) error { return new(deflater).decode(b, v) }

func (d *deflater) encode(v any) ([]byte, error) {
	plain, codec, err := plainly(v)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if len(plain) < deflateFrom {
		return append([]byte{codec}, plain...), nil
	}
	var out bytes.Buffer
	out.WriteByte(codec + 1)
	w, err := d.writer(&out)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return out.Bytes(), nil
}

// plainly is the record before it is deflated, and how that is written.
func plainly(v any) ([]byte, byte, error) {
	rows, hasCells := v.(celled)
	if !hasCells {
		plain, err := json.Marshal(v)
		return plain, codecJSON, err
	}
	text, err := json.Marshal(rows.bare())
	if err != nil {
		return nil, 0, err
	}
	plain := append(binary.AppendUvarint(nil, uint64(len(text))), text...)
	return appendCells(plain, rows.cells()), codecCells, nil
}

// writer compresses to out.
func (d *deflater) writer(out io.Writer) (*flate.Writer, error) {
	if d.out != nil {
		d.out.Reset(out)
		return d.out, nil
	}
	w, err := flate.NewWriter(out, flate.BestSpeed)
	d.out = w
	return w, err
}

// inflate unpacks b, as far as a record may be long.
func (d *deflater) inflate(b []byte) ([]byte, error) {
	in, err := d.reader(b)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(in)
}

// reader unpacks b bit by bit.
func (d *deflater) reader(b []byte) (io.Reader, error) {
	if d.in == nil {
		d.in = flate.NewReader(nil)
	}
	again, ok := d.in.(flate.Resetter)
	if !ok {
		return nil, errors.New("the inflater cannot be used again") // the library promises that it can
	}
	if err := again.Reset(bytes.NewReader(b), nil); err != nil {
		return nil, err
	}
	return io.LimitReader(d.in, maxRecord), nil
}

// decodeHead reads a deflated record up to its cells, which are nearly all of it, and unpacks
// no further.
func (d *deflater) decodeHead(b []byte, s *standing) error {
	in, err := d.reader(b)
	if err != nil {
		return err
	}
	head := bufio.NewReaderSize(in, 1<<10)
	n, err := binary.ReadUvarint(head)
	if err != nil || n > maxRecord {
		return errors.Join(errCells, err)
	}
	text, err := io.ReadAll(io.LimitReader(head, int64(n)))
	if err != nil || uint64(len(text)) < n {
		return errors.Join(errCells, err)
	}
	return json.Unmarshal(text, &s.DeptWeek)
}

func (d *deflater) decode(b []byte, v any) error {
	if len(b) == 0 {
		return fmt.Errorf("decode record: it is empty")
	}
	codec, plain := b[0], b[1:]
	if s, short := v.(*standing); short && codec == codecDeflated {
		if err := d.decodeHead(plain, s); err != nil {
			return fmt.Errorf("decode record: %w", err)
		}
		return nil
	}
	if codec == codecDeflate || codec == codecDeflated {
		var err error
		if plain, err = d.inflate(plain); err != nil {
			return fmt.Errorf("decode record: %w", err)
		}
		codec--
	}
	var err error
	switch codec {
	case codecJSON:
		err = json.Unmarshal(plain, v)
	case codecCells:
		err = readCelled(plain, v)
	default:
		return fmt.Errorf("decode record: written by a newer duban (format %d)", b[0])
	}
	if err != nil {
		return fmt.Errorf("decode record: %w", err)
	}
	return nil
}

func readCelled(plain []byte, v any) error {
	n, used := binary.Uvarint(plain)
	rows, hasCells := v.(celled)
	if used <= 0 || n > uint64(len(plain)-used) || !hasCells {
		return errCells
	}
	text, cells := plain[used:used+int(n)], plain[used+int(n):]
	if s, short := v.(*standing); short {
		return json.Unmarshal(text, &s.DeptWeek)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return err
	}
	return readCells(cells, rows.cells())
}
