package sheet

import (
	"bytes"
	"slices"
)

// The edges of a sheet.
const (
	lastRow = 1 << 20 // 1-based
	lastCol = 1<<14 - 1
)

// tally counts what was read over all sheets of a workbook, against the bounds.
type tally struct{ rows, cells, passed int }

// maxPassed bounds the cell elements passed over, empty ones included: forms carry styled empty cells to row 65,536 and beyond.
const maxPassed = 8_000_000

// row counts a row of n cells with content.
func (t *tally) row(n int) error {
	t.rows++
	t.cells += n
	switch {
	case t.rows > maxRows:
		return refuse(ReasonTooLarge, "rows beyond the limit")
	case n > maxRowCells:
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	case t.cells > maxCells:
		return refuse(ReasonTooLarge, "cells beyond the limit")
	}
	return nil
}

// pass counts a cell seen, empty or not.
func (t *tally) pass() error {
	if t.passed++; t.passed > maxPassed {
		return refuse(ReasonTooLarge, "empty cells beyond the limit")
	}
	return nil
}

// sheet reads the part of one sheet; false tells that it is a sheet without cells.
func (x *xlsxFile) sheet(key string, g *Grid) (bool, error) {
	c, err := x.open(key)
	if err != nil {
		return false, err
	}
	defer c.Close()
	root, err := x.root()
	switch {
	case err != nil:
		return false, err
	case root == "chartsheet" || root == "dialogsheet" || root == "macrosheet":
		return false, x.xml.finish()
	case root != "worksheet":
		return false, refuse(ReasonDamaged, "the part of a sheet is none")
	}
	r := sheetReader{x: x, s: &x.xml, g: g}
	for {
		tok, err := x.xml.next()
		if err != nil {
			return false, err
		}
		if tok == tokEOF {
			return true, nil
		}
		if tok != tokStart {
			continue
		}
		switch string(x.xml.local) {
		case "cols":
			err = r.cols()
		case "sheetData":
			err = r.rows()
		case "mergeCells":
			err = r.merges()
		default:
			err = x.xml.skip()
		}
		if err != nil {
			return false, err
		}
	}
}

// sheetReader reads the cells of one sheet part. It insists on the order the format prescribes: rows ascending, cells ascending,
// each cell in its own row. A file that breaks it has been tampered with or cut together, and readers differ in what they show.
type sheetReader struct {
	x     *xlsxFile
	s     *xmlScanner
	g     *Grid
	twice bool // a second sheetData would be one too many

	row, col int // of the last cell or row read; row 0, col -1 before the first
	line     []Cell
	raw      []byte          // text being collected
	expr     []byte          // formula being collected
	linked   map[string]bool // shared formulas by their index: reads another workbook
}

// rows reads the sheetData element.
func (r *sheetReader) rows() error {
	if r.twice {
		return refuse(ReasonDamaged, "cells given twice")
	}
	r.twice = true
	for {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokEnd:
			return nil
		case tokStart:
			if !r.s.own || string(r.s.local) != "row" {
				return refuse(ReasonDamaged, "something among the rows that is none")
			}
			if err := r.readRow(); err != nil {
				return err
			}
		}
	}
}

func (r *sheetReader) readRow() error {
	num := r.row + 1
	if ref := r.s.attr("r"); ref != nil {
		num = number(ref)
	}
	if num <= r.row || num > lastRow {
		return refuse(ReasonDamaged, "rows out of order")
	}
	hidden := r.s.on("hidden", false) || string(r.s.attr("ht")) == "0"
	r.row, r.col, r.line = num, -1, r.line[:0]
	for {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		if tok == tokEnd {
			break
		}
		if tok != tokStart {
			continue
		}
		switch {
		case r.s.own && string(r.s.local) == "c":
			err = r.readCell()
		case string(r.s.local) == "extLst":
			err = r.s.skip()
		default:
			err = refuse(ReasonDamaged, "something among the cells that is none")
		}
		if err != nil {
			return err
		}
	}
	if len(r.line) == 0 {
		return nil
	}
	if err := r.x.tally.row(len(r.line)); err != nil {
		return err
	}
	r.g.Rows = append(r.g.Rows, GridRow{Num: num, Hidden: hidden, Cells: slices.Clone(r.line)})
	return nil
}

// cellType is the t attribute of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeString
	typeInline
	typeBool
	typeError
	typeDate
	typeUnknown
)

func typeOf(t []byte) cellType {
	switch string(t) {
	case "", "n":
		return typeNumber
	case "s":
		return typeShared
	case "str":
		return typeString
	case "inlineStr":
		return typeInline
	case "b":
		return typeBool
	case "e":
		return typeError
	case "d":
		return typeDate
	}
	return typeUnknown
}

// readCell reads the c element just opened.
func (r *sheetReader) readCell() error {
	if err := r.x.tally.pass(); err != nil {
		return err
	}
	style, kind := -1, typeNumber
	col := r.col + 1
	for i := range r.s.attrs {
		a := &r.s.attrs[i]
		switch string(a.name) {
		case "r":
			row, at, ok := parseRef(a.value)
			if !ok || row != r.row {
				return refuse(ReasonDamaged, "a cell outside its row")
			}
			col = at
		case "s":
			style = number(a.value)
		case "t":
			kind = typeOf(a.value)
		}
	}
	if col <= r.col || col > lastCol || kind == typeUnknown {
		return refuse(ReasonDamaged, "cells out of order or of no known type")
	}
	r.col = col
	cell := Cell{Col: col}
	valued, inline, err := r.content(&cell)
	if err != nil {
		return err
	}
	var st xlsxStyle
	if style >= 0 && style < len(r.x.styles) {
		st = r.x.styles[style]
	} else if style > 0 && len(r.x.styles) > 0 {
		return refuse(ReasonDamaged, "a cell style that is not there")
	}
	cell.Code, cell.Class, cell.Struck, cell.Quoted = st.code, st.class, st.struck, st.quoted
	if inline != nil {
		cell.Kind = KindText
		inline.into(&cell)
	} else if err := r.value(&cell, kind, valued); err != nil {
		return err
	}
	if cell.Kind == 0 || cell.Kind == KindText && cell.Text == "" && !cell.Formula {
		return nil
	}
	if len(r.line) == maxRowCells {
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	}
	r.line = append(r.line, cell)
	return nil
}

// content collects what the cell holds: its value in raw, its formula in the cell, its inline text.
func (r *sheetReader) content(cell *Cell) (valued bool, inline *sharedText, err error) {
	for {
		tok, err := r.s.next()
		if err != nil {
			return false, nil, err
		}
		if tok == tokEnd {
			return valued, inline, nil
		}
		if tok != tokStart {
			continue
		}
		local := string(r.s.local)
		switch {
		case !r.s.own && local != "extLst":
			err = refuse(ReasonDamaged, "something in a cell that does not belong there")
		case local == "v" && !valued:
			valued = true
			r.raw, err = r.x.characters(r.raw[:0])
		case local == "f" && !cell.Formula:
			err = r.formula(cell)
		case local == "is" && inline == nil:
			var t sharedText
			t, r.raw, err = r.x.richText(r.raw)
			inline = &t
		case local == "v" || local == "f" || local == "is":
			err = refuse(ReasonDamaged, "a cell with two values")
		default:
			err = r.s.skip()
		}
		if err != nil {
			return false, nil, err
		}
	}
}

// formula reads the f element just opened.
func (r *sheetReader) formula(cell *Cell) error {
	cell.Formula = true
	shared := ""
	if string(r.s.attr("t")) == "shared" {
		shared = string(r.s.attr("si"))
	}
	var err error
	if r.expr, err = r.x.characters(r.expr[:0]); err != nil {
		return err
	}
	cell.External = readsOtherFile(r.expr)
	if shared != "" {
		if len(r.expr) > 0 && cell.External {
			if r.linked == nil {
				r.linked = make(map[string]bool)
			}
			r.linked[shared] = true
		}
		cell.External = cell.External || r.linked[shared]
	}
	cell.Expr, err = r.x.text.keep(r.expr[:min(len(r.expr), maxExpr)])
	return err
}

// value makes the cell's value of its raw text. The kind stays 0 for an empty cell.
func (r *sheetReader) value(cell *Cell, kind cellType, valued bool) error {
	raw := r.raw
	if !valued {
		raw = nil
	}
	if kind == typeNumber || kind == typeShared || kind == typeBool {
		raw = bytes.TrimSpace(raw)
	}
	if len(raw) == 0 && !(valued && kind == typeString) {
		if cell.Formula {
			cell.Kind = KindPending
		}
		return nil
	}
	switch kind {
	case typeNumber:
		cell.Kind = KindNumber
	case typeShared:
		i := number(raw)
		if i < 0 || i >= len(r.x.shared) {
			return refuse(ReasonDamaged, "a shared string that is not there")
		}
		cell.Kind = KindText
		r.x.shared[i].into(cell)
		return nil
	case typeBool:
		cell.Kind = KindBool
		raw = boolText(string(raw) == "1" || string(raw) == "true")
	case typeError:
		cell.Kind = KindError
	case typeDate:
		cell.Kind = KindDate
	default:
		cell.Kind = KindText
		raw = unescape(raw)
	}
	raw, cell.Cut = cut(raw)
	var err error
	cell.Text, err = r.x.text.keep(raw)
	return err
}

func boolText(on bool) []byte {
	if on {
		return []byte("TRUE")
	}
	return []byte("FALSE")
}

// into puts a text into its cell. Runs without properties are struck when the cell's own font strikes.
func (t *sharedText) into(c *Cell) {
	c.Text, c.Cut = t.text, t.cut
	if t.rich != nil {
		view := &t.rich[0]
		if c.Struck {
			view = &t.rich[1]
		}
		c.Runs, c.Struck = view.runs, view.all
	}
}

// readsOtherFile finds a reference into another workbook: [1]Sheet!A1, '[1]2026计划'!$C$3, 'D:\[年报.xlsx]表'!A1. Brackets
// of table columns are none.
func readsOtherFile(expr []byte) bool {
	for {
		open := bytes.IndexByte(expr, '[')
		if open < 0 {
			return false
		}
		expr = expr[open+1:]
		shut := bytes.IndexByte(expr, ']')
		if shut < 0 {
			return false
		}
		book, after := expr[:shut], expr[shut+1:]
		bang := bytes.IndexByte(after, '!')
		if bang < 0 {
			return false
		}
		named := bytes.IndexByte(book, '.') >= 0 || number(book) >= 0
		if named && !bytes.ContainsAny(after[:bang], "[](),") {
			return true
		}
	}
}
