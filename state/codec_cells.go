package state

import (
	"encoding/binary"
	"errors"
	"slices"
)

// A report is mostly cells: sixty rows of thirty, each with its place and its text. As JSON
// they are three times as long and take five times as long to read, so they are stored
// behind the JSON of their record:
//
//	count, then so many column ids         the dictionary, in byte order
//	for each row, in the record's order    its cells + 1, or 0 for none at all
//	  for each cell                        its place in the dictionary, flags, Cell, Text
//	                                       and what the flags announce
//
// Numbers are uvarints; a text is its length in bytes and the bytes.

// celled is a record with rows of cells.
type celled interface {
	// bare is the record with the cells left out; it shares the rest.
	bare() any
	// cells lists where the cells of each row stand, in an order that follows from the rest
	// of the record.
	cells() []*map[string]Value
}

// What a cell has beside its place and its text.
const (
	cellRaw = 1 << iota // Raw differs from Text
	cellDoubt
	cellNear
	cellNotes
	cellByOffice
)

var errCells = errors.New("the cells of the record are cut or mixed up")

func appendCells(b []byte, rows []*map[string]Value) []byte {
	known := map[string]bool{}
	var dictionary []string
	for _, row := range rows {
		for id := range *row {
			if !known[id] {
				known[id] = true
				dictionary = append(dictionary, id)
			}
		}
	}
	slices.Sort(dictionary)
	b = appendTexts(b, dictionary)
	for _, row := range rows {
		if *row == nil {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(*row))+1)
		for i, id := range dictionary {
			if v, there := (*row)[id]; there {
				b = appendCell(binary.AppendUvarint(b, uint64(i)), v)
			}
		}
	}
	return b
}

func appendCell(b []byte, v Value) []byte {
	var flags byte
	if v.Raw != v.Text {
		flags |= cellRaw
	}
	if v.Doubt != "" {
		flags |= cellDoubt
	}
	if v.Near != "" {
		flags |= cellNear
	}
	if len(v.Notes) > 0 {
		flags |= cellNotes
	}
	if v.ByOffice {
		flags |= cellByOffice
	}
	b = appendText(appendText(append(b, flags), v.Cell), v.Text)
	if flags&cellRaw != 0 {
		b = appendText(b, v.Raw)
	}
	if flags&cellDoubt != 0 {
		b = appendText(b, v.Doubt)
	}
	if flags&cellNear != 0 {
		b = appendText(b, v.Near)
	}
	if flags&cellNotes != 0 {
		b = appendTexts(b, v.Notes)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTexts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

// readCells puts back what appendCells wrote for as many rows.
func readCells(b []byte, rows []*map[string]Value) error {
	r := cellReader{left: string(b)}
	dictionary := r.texts()
	for _, row := range rows {
		n := r.number()
		if n == 0 {
			continue
		}
		if n-1 > uint64(len(dictionary)) {
			return errCells
		}
		*row = make(map[string]Value, n-1)
		for range n - 1 {
			at := r.number()
			if r.cut || at >= uint64(len(dictionary)) {
				return errCells
			}
			(*row)[dictionary[at]] = r.cell()
		}
	}
	if r.cut || r.left != "" {
		return errCells
	}
	return nil
}

// cellReader reads on until something is missing; from then on it gives nothing. The texts
// it gives share the memory of the whole.
type cellReader struct {
	left string
	cut  bool
}

func (r *cellReader) cell() Value {
	if r.left == "" {
		r.cut = true
		return Value{}
	}
	flags := r.left[0]
	r.left = r.left[1:]
	v := Value{Cell: r.text(), Text: r.text()}
	v.Raw, v.ByOffice = v.Text, flags&cellByOffice != 0
	if flags&cellRaw != 0 {
		v.Raw = r.text()
	}
	if flags&cellDoubt != 0 {
		v.Doubt = r.text()
	}
	if flags&cellNear != 0 {
		v.Near = r.text()
	}
	if flags&cellNotes != 0 {
		v.Notes = r.texts()
	}
	return v
}

func (r *cellReader) number() uint64 {
	var n uint64
	for i := range min(len(r.left), binary.MaxVarintLen64) {
		n |= uint64(r.left[i]&0x7f) << (7 * i)
		if r.left[i] < 0x80 {
			r.left = r.left[i+1:]
			return n
		}
	}
	r.left, r.cut = "", true
	return 0
}

func (r *cellReader) text() string {
	n := r.number()
	if n > uint64(len(r.left)) {
		r.left, r.cut = "", true
		return ""
	}
	s := r.left[:n]
	r.left = r.left[n:]
	return s
}

func (r *cellReader) texts() []string {
	var list []string
	for range r.number() {
		if r.cut {
			break
		}
		list = append(list, r.text())
	}
	return list
}

func (m *Mail) cells() []*map[string]Value {
	var rows []*map[string]Value
	for i := range m.Books {
		for j := range m.Books[i].Sheets {
			s := &m.Books[i].Sheets[j]
			for k := range s.Rows {
				rows = append(rows, &s.Rows[k].Values)
			}
			for k := range s.Totals {
				rows = append(rows, &s.Totals[k].Values)
			}
		}
	}
	return rows
}

func (m *Mail) bare() any {
	b := *m
	b.Books = slices.Clone(m.Books)
	for i := range b.Books {
		b.Books[i].Sheets = slices.Clone(b.Books[i].Sheets)
		for j := range b.Books[i].Sheets {
			s := &b.Books[i].Sheets[j]
			s.Rows, s.Totals = slices.Clone(s.Rows), slices.Clone(s.Totals)
		}
	}
	drop(b.cells())
	return b
}

func (d *DeptWeek) cells() []*map[string]Value {
	rows := make([]*map[string]Value, len(d.Rows))
	for i := range d.Rows {
		rows[i] = &d.Rows[i].Values
	}
	return rows
}

func (d *DeptWeek) bare() any {
	b := *d
	b.Rows = slices.Clone(d.Rows)
	drop(b.cells())
	return b
}

// standing is a department's week whose cells are left unread.
type standing struct{ DeptWeek }

func drop(rows []*map[string]Value) {
	for _, row := range rows {
		*row = nil
	}
}
