package report

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// painter gives the marked cells of one sheet their format: the s attribute, and nothing
// else, of cells that are there; an empty cell, and its row, where none is.
type painter struct {
	b      []byte
	canvas *canvas
	styler *styler
	wanted map[int]map[int]paint // row -> column -> paint
	again  bool                  // marks of an earlier letter are taken off
	edits  []edit

	row      int // the row being read
	rowStyle int
	cols     []int // wanted in this row and not met yet, ascending
	rows     []int // wanted and not met yet, ascending
	col      int
}

// paintCells returns the edits that mark the cells of a sheet; again takes marks of an
// earlier letter off the others.
func paintCells(b []byte, c *canvas, marks map[ref]paint, st *styler, again bool) ([]edit, error) {
	p := painter{b: b, canvas: c, styler: st, wanted: map[int]map[int]paint{}, again: again}
	for r, how := range marks {
		if p.wanted[r.row] == nil {
			p.wanted[r.row] = map[int]paint{}
		}
		p.wanted[r.row][r.col] = how
	}
	p.rows = slices.Sorted(maps.Keys(p.wanted))
	s := tags{b: b}
	inData := false
	for p.again || len(p.rows) > 0 || len(p.cols) > 0 {
		t, depth, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if depth == 2 {
			inData = t.local() == "sheetData" && !t.closing
			if t.local() == "sheetData" && (t.closing || t.empty) {
				err = p.endOfData(t)
			}
		} else if inData {
			err = p.visit(t, depth)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(p.rows) > 0 || len(p.cols) > 0 {
		return nil, errors.New("the sheet has no place for cells")
	}
	return p.edits, nil
}

// visit looks at a tag among the cells.
func (p *painter) visit(t tag, depth int) error {
	switch {
	case depth == 3 && t.local() == "row":
		return p.atRow(t)
	case depth == 4 && t.local() == "c" && !t.closing:
		return p.atCell(t)
	}
	return nil
}

func (p *painter) atRow(t tag) error {
	if t.closing {
		cells, err := p.missing(t, lastCol+1)
		p.insert(t.from, cells)
		return err
	}
	list, err := attrs(p.b, t)
	if err != nil {
		return err
	}
	if p.row, err = rowNumber(list, p.row); err != nil {
		return err
	}
	for len(p.rows) > 0 && p.rows[0] < p.row {
		text, err := p.newRow(t)
		if err != nil {
			return err
		}
		p.insert(t.from, text)
	}
	p.col, p.cols, p.rowStyle = 0, nil, -1
	if len(p.rows) == 0 || p.rows[0] != p.row {
		return nil
	}
	p.rows = p.rows[1:]
	p.cols = slices.Sorted(maps.Keys(p.wanted[p.row]))
	if a := named(list, "customFormat"); a != nil && (a.value == "1" || a.value == "true") {
		p.rowStyle = int(numeric(list, "s"))
	}
	if t.empty {
		cells, err := p.missing(t, lastCol+1)
		p.edits = append(p.edits, edit{t.to - 2, t.to, ">" + cells + "</" + t.name + ">"})
		return err
	}
	return nil
}

func (p *painter) atCell(t tag) error {
	if len(p.cols) == 0 && !p.again {
		return nil
	}
	list, err := attrs(p.b, t)
	if err != nil {
		return err
	}
	col := p.col + 1
	if a := named(list, "r"); a != nil {
		r, ok := parseRef(a.value)
		if !ok || r.row != p.row || r.col <= p.col {
			return fmt.Errorf("cell %.20q stands behind column %d of row %d", a.value, p.col, p.row)
		}
		col = r.col
	}
	p.col = col
	cells, err := p.missing(t, col)
	if err != nil {
		return err
	}
	p.insert(t.from, cells)
	style := int(numeric(list, "s"))
	if len(p.cols) == 0 || p.cols[0] != col {
		if !p.again {
			return nil
		}
		n, marked, err := p.styler.bare(style)
		if marked {
			p.edits = append(p.edits, setAttr(list, t, "s", strconv.Itoa(n)))
		}
		return err
	}
	n, err := p.styler.marked(style, p.wanted[p.row][col])
	if err != nil {
		return err
	}
	p.cols = p.cols[1:]
	p.edits = append(p.edits, setAttr(list, t, "s", strconv.Itoa(n)))
	return nil
}

// insert puts text at a place of the sheet, if there is any.
func (p *painter) insert(at int, text string) {
	if text != "" {
		p.edits = append(p.edits, edit{at, at, text})
	}
}

// missing writes the wanted cells of this row that stand before column end and are not
// there. like is a tag of the sheet, for its prefix.
func (p *painter) missing(like tag, end int) (string, error) {
	text := ""
	for len(p.cols) > 0 && p.cols[0] < end {
		col := p.cols[0]
		base := p.rowStyle
		if base < 0 {
			base = p.canvas.columnStyle(col)
		}
		n, err := p.styler.marked(base, p.wanted[p.row][col])
		if err != nil {
			return "", err
		}
		text += fmt.Sprintf(`<%sc r="%s" s="%d"/>`, like.prefix(), ref{p.row, col}, n)
		p.cols = p.cols[1:]
	}
	return text, nil
}

// newRow writes the first wanted row, which the sheet lacks.
func (p *painter) newRow(like tag) (string, error) {
	row := p.row
	defer func() { p.row = row }()
	p.row, p.rows, p.rowStyle = p.rows[0], p.rows[1:], -1
	p.cols = slices.Sorted(maps.Keys(p.wanted[p.row]))
	cells, err := p.missing(like, lastCol+1)
	return fmt.Sprintf(`<%srow r="%d">%s</%srow>`, like.prefix(), p.row, cells, like.prefix()), err
}

// endOfData writes the wanted rows below the last one.
func (p *painter) endOfData(t tag) error {
	text := ""
	for len(p.rows) > 0 {
		row, err := p.newRow(t)
		if err != nil {
			return err
		}
		text += row
	}
	if t.empty && text != "" {
		p.edits = append(p.edits, edit{t.to - 2, t.to, ">" + text + "</" + t.name + ">"})
		return nil
	}
	p.insert(t.from, text)
	return nil
}
