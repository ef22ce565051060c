package sheet

import (
	"cmp"
	"slices"
)

// xlsGrid collects the cells of one sheet.
type xlsGrid struct {
	x       *xlsFile
	g       *Grid
	line    []Cell
	row     int              // of the cells in line, 0-based; -1 before the first
	rows    map[int]rowLimit // rows described
	hidden  map[int]bool
	mixed   bool // rows came out of order
	notes   xlsNotes
	waiting int  // place in line of a formula whose text result comes next; -1 is none
	began   bool // the cell table has begun
	over    bool // and ended
	beyond  int  // the first row after the last, as the sheet says; -1 before it does
	window  bool // the record that always follows the cells was seen
	last    int  // the last row that is not described and holds nothing but formats; -1 is none
	begin   int  // of the sheet in the stream

	// told: the rows say how far they reach, as Excel, WPS and LibreOffice write them. Then every promise of order holds, and
	// a cell that fell out is missed. Simple writers leave the reach at zero and write cells as they come.
	told bool
}

// maxBare is the length in bytes up to which a sheet may be nothing but a window: empty ones beside macros are written so.
const maxBare = 200

// rowLimit is how far a row reaches as it says itself, and as its cells do.
type rowLimit struct{ first, end, reached int }

// The kinds of sheet, as the beginning of each says ([MS-XLS] 2.4.21).
const (
	beginsCells = 0x0010
	beginsChart = 0x0020
	beginsMacro = 0x0040
	beginsBasic = 0x0006
)

// sheetKinds are the same as the list of sheets says, in its own numbers.
var sheetKinds = map[int]int{0: beginsCells, 1: beginsMacro, 2: beginsChart, 6: beginsBasic}

// sheet reads one sheet of the list; false tells that it is a sheet without cells.
func (x *xlsFile) sheet(listed xlsSheet, g *Grid) (bool, error) {
	x.c.pos = listed.offset
	if err := x.c.next(); err != nil {
		return false, err
	}
	if x.c.id != recBOF || len(x.c.data) < 4 || u16(x.c.data) != 0x0500 && u16(x.c.data) != 0x0600 {
		return false, refuse(ReasonDamaged, "a sheet that does not begin")
	}
	if kind := u16(x.c.data[2:]); kind != sheetKinds[listed.kind] {
		return false, refuse(ReasonDamaged, "a sheet of another kind than listed")
	} else if kind != beginsCells {
		return false, nil
	}
	s := &xlsGrid{x: x, g: g, row: -1, waiting: -1, rows: make(map[int]rowLimit), beyond: -1, last: -1, begin: listed.offset, hidden: make(map[int]bool)}
	for depth := 1; depth > 0; {
		if err := x.c.next(); err != nil {
			return false, err
		}
		switch {
		case x.c.id == recBOF: // a chart within the sheet
			depth++
		case x.c.id == recEOF:
			depth--
		case depth == 1:
			if err := s.record(x.c.id, x.c.data); err != nil {
				return false, err
			}
		}
	}
	return true, s.close()
}

// record reads one record of the sheet.
func (s *xlsGrid) record(id int, d []byte) error {
	if err := s.inTurn(id); err != nil {
		return err
	}
	s.notes.record(s.x, s.g, id, d)
	switch id {
	case recDimensions:
		switch {
		case s.x.biff5 && len(d) == 10:
			s.beyond = u16(d[2:])
		case !s.x.biff5 && len(d) == 14:
			s.beyond = u32(d[4:])
		default:
			return refuse(ReasonDamaged, "dimensions of a wrong length")
		}
	case recWindow:
		s.window = true
	case recDBCell:
		if len(d) > 4+2*32 {
			return refuse(ReasonDamaged, "a block of rows of a wrong length")
		}
	case recColInfo:
		if len(d) >= 10 && d[8]&1 != 0 && u16(d) <= u16(d[2:]) && len(s.g.HiddenCols) < maxRowCells {
			s.g.HiddenCols = append(s.g.HiddenCols, Span{u16(d), min(u16(d[2:]), 255)})
		}
	case recRow:
		if len(d) != 16 {
			return refuse(ReasonDamaged, "a row of a wrong length")
		}
		if _, twice := s.rows[u16(d)]; twice {
			return refuse(ReasonDamaged, "a row described twice")
		}
		s.rows[u16(d)] = rowLimit{first: u16(d[2:]), end: u16(d[4:])}
		s.told = s.told || u16(d[4:]) > u16(d[2:])
		if d[12]&0x20 != 0 {
			s.hidden[u16(d)] = true
		}
	case recMerge:
		s.merge(d)
	case recString:
		return s.result()
	case recMulRK, recMulBlank:
		return s.several(id, d)
	case recBlank, recNumber, recLabel, recBoolErr, recRK, recFormula, recRString, recLabelSST:
		if len(d) < 6 {
			return refuse(ReasonDamaged, "a cell that is none")
		}
		return s.single(id, d)
	}
	return nil
}

// inTurn refuses a record where the format allows none: anything between a formula and its
// text, and a cell after the table of cells is over.
func (s *xlsGrid) inTurn(id int) error {
	if s.waiting >= 0 && id != recString && id != recShrFmla && id != recArray && id != recTable && id != recContinue {
		return refuse(ReasonDamaged, "a formula without its text")
	}
	switch id {
	case recRow, recBlank, recNumber, recLabel, recBoolErr, recString, recArray, recTable, recRK, recShrFmla, recFormula,
		recMulRK, recMulBlank, recRString, recDBCell, recLabelSST, recContinue:
		if s.over && id != recContinue {
			return refuse(ReasonDamaged, "cells after the cells")
		}
		s.began = s.began || id != recContinue
	case recMerge: // Perl's writer merges as it goes
		s.over = s.over || s.began && s.told
	default:
		s.over = s.began
	}
	return nil
}

// merge reads merged ranges.
func (s *xlsGrid) merge(d []byte) {
	if len(d) < 2 {
		return
	}
	for n, d := u16(d), d[2:]; n > 0 && len(d) >= 8 && len(s.g.Merges) < maxMerges; n, d = n-1, d[8:] {
		m := Range{u16(d) + 1, u16(d[2:]) + 1, u16(d[4:]), u16(d[6:])}
		if m.FirstRow <= m.LastRow && m.FirstCol <= m.LastCol && (m.FirstRow < m.LastRow || m.FirstCol < m.LastCol) {
			s.g.Merges = append(s.g.Merges, m)
		}
	}
}

// flush keeps the row collected.
func (s *xlsGrid) flush() error {
	if len(s.line) == 0 {
		return nil
	}
	if err := s.x.tally.row(len(s.line)); err != nil {
		return err
	}
	s.g.Rows = append(s.g.Rows, GridRow{Num: s.row + 1, Cells: slices.Clone(s.line)})
	s.line = s.line[:0]
	return nil
}

// close puts the rows in order and proves that none is missing.
func (s *xlsGrid) close() error {
	if s.waiting >= 0 {
		return refuse(ReasonDamaged, "a formula without its text")
	}
	if err := s.flush(); err != nil {
		return err
	}
	if err := s.complete(); err != nil {
		return err
	}
	if s.mixed {
		slices.SortStableFunc(s.g.Rows, func(a, b GridRow) int { return cmp.Compare(a.Num, b.Num) })
	}
	rows := s.g.Rows[:0]
	for _, r := range s.g.Rows {
		if n := len(rows); n > 0 && rows[n-1].Num == r.Num {
			rows[n-1].Cells = append(rows[n-1].Cells, r.Cells...)
			continue
		}
		r.Hidden = s.hidden[r.Num-1]
		rows = append(rows, r)
	}
	s.g.Rows = rows
	byCol := func(a, b Cell) int { return cmp.Compare(a.Col, b.Col) }
	for _, r := range rows {
		slices.SortFunc(r.Cells, byCol)
		for i := 1; i < len(r.Cells); i++ {
			if r.Cells[i].Col == r.Cells[i-1].Col {
				return refuse(ReasonDamaged, "a cell given twice")
			}
		}
	}
	slices.SortFunc(s.g.HiddenCols, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	return nil
}

// complete checks what the sheet says of itself against what it held: that the cells of each row reach as far as the row says,
// that the last row is there, and that the records go on behind the cells.
func (s *xlsGrid) complete() error {
	bare := s.x.c.pos-s.begin < maxBare
	if !s.x.biff5 && !bare && (s.beyond < 0 || !s.window) {
		return refuse(ReasonDamaged, "a sheet without its frame")
	}
	if !s.told {
		s.x.free = s.x.free || s.began
		return nil
	}
	last, short, uniform := s.last, 0, true
	var frame rowLimit // of a row described before
	for row, limit := range s.rows {
		last = max(last, row)
		if limit.end <= limit.first {
			continue
		}
		if limit.reached != limit.end {
			short++
		}
		uniform = uniform && (frame.end == 0 || limit.first == frame.first && limit.end == frame.end)
		frame = limit
	}
	// Gnumeric says of every row that it reaches as far as the sheet does. A last row that alone falls short has lost a cell.
	end := s.rows[last]
	if short > 0 && !uniform || short == 1 && end.reached != end.end {
		return refuse(ReasonDamaged, "a row that lacks cells")
	}
	s.x.free = s.x.free || short > 0
	if s.mixed || last+1 != s.beyond {
		return refuse(ReasonDamaged, "rows out of order or missing")
	}
	return nil
}
