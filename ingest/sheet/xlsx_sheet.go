package sheet

import "slices"

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
