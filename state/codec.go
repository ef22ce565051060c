package state

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
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

// deflateFrom is the size in bytes from which a record is worth deflating: a compressor
// takes more than a megabyte to set up, which made sending 1,000 letters 2.5 times slower
// when each of their small records had one.
const deflateFrom = 4 << 10

// maxRecord bounds what a stored record may inflate to.
const maxRecord = 64 << 20

func encode(v any) ([]byte, error) {
	plain, codec, err := plainly(v)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	if len(plain) < deflateFrom {
		return append([]byte{codec}, plain...), nil
	}
	var out bytes.Buffer
	out.WriteByte(codec + 1)
	w, err := flate.NewWriter(&out, flate.BestSpeed)
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

func decode(b []byte, v any) error {
	if len(b) == 0 {
		return fmt.Errorf("decode record: it is empty")
	}
	codec, plain := b[0], b[1:]
	if codec == codecDeflate || codec == codecDeflated {
		var err error
		if plain, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain)), maxRecord)); err != nil {
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
	if err := json.Unmarshal(text, v); err != nil {
		return err
	}
	return readCells(cells, rows.cells())
}
