package sheet

import (
	"regexp"
	"slices"
	"strings"
)

// Bounds of a header: a table's header is at most so many rows deep, and a row needs so many known headers to be one.
const (
	maxHeadRows = 3
	minHits     = 3
	maxFigures  = 2 // cells of a header row that may be numbers, such as a year
)

// head is the header of one table on a sheet.
type head struct {
	top, bottom int // rows, 1-based, both included
	columns     []column
	extra       []column // headers the form does not know
}

// column is one column of a table as its header reads.
type column struct {
	match
	col   int    // 0-based
	title string // the header as written, parents joined with "/"
	unit  string // the unit the header declares, "" when it does not
	key   string // the folded header, to tell two equal ones
	cell  string // where the header stands
	doubt string // the rule that makes every value of the column doubtful
	note  string // said of every value of the column
}

// findHeads finds the headers of a sheet, top to bottom: rows in which enough cells are known headers, with the rows of
// groups above and of sub-headers below.
func (x *lexicon) findHeads(v *view) []head {
	var heads []head
	last := 0
	for i, row := range v.grid.Rows {
		if hits, named := x.hitsIn(row); row.Num <= last || hits < minHits && !named {
			continue
		}
		h, ok := x.headAt(v, i, last)
		if !ok {
			continue
		}
		heads = append(heads, h)
		last = h.bottom
	}
	return heads
}

// hitsIn counts the different columns a row's cells name, and tells whether the project's name or code is among them.
func (x *lexicon) hitsIn(row GridRow) (hits int, named bool) {
	if len(row.Cells) < 2 {
		return 0, false
	}
	var seen []string
	figures := 0
	for _, c := range row.Cells {
		if c.Kind != KindText {
			if figures++; figures > maxFigures { // a row of data
				return 0, false
			}
			continue
		}
		if m, ok := x.lookup(c.Text); ok && !slices.Contains(seen, m.column.ID) {
			seen = append(seen, m.column.ID)
		}
	}
	return len(seen), slices.Contains(seen, colName) || slices.Contains(seen, colID)
}

// headAt reads the header around row i of the grid. Rows up to `after` belong to the table before it.
func (x *lexicon) headAt(v *view, i, after int) (head, bool) {
	rows := v.grid.Rows
	top, bottom := i, i
	for bottom+1 < len(rows) && bottom-top+1 < maxHeadRows && rows[bottom+1].Num == rows[bottom].Num+1 && x.isSubHeader(v, rows[top].Num, rows[bottom+1]) {
		bottom++
	}
	for top > 0 && bottom-top+1 < maxHeadRows && rows[top-1].Num == rows[top].Num-1 && rows[top-1].Num > after && x.isGroups(v, rows[top-1], rows[top]) {
		top--
	}
	if bottom+1 < len(rows) && bottom-top+1 < maxHeadRows && rows[bottom+1].Num == rows[bottom].Num+1 && isUnits(v.filled(rows[bottom+1])) {
		bottom++
	}
	h := head{top: rows[top].Num, bottom: rows[bottom].Num}
	for _, m := range v.merges[h.top] { // a header cell merged down reaches as far as it is merged
		if m.FirstRow == h.top && m.LastRow > h.bottom && m.LastRow < h.top+maxHeadRows && onlyWords(v, h.bottom+1, m.LastRow) {
			h.bottom = m.LastRow
		}
	}
	x.readColumns(v, &h)
	named := false
	for _, c := range h.columns {
		named = named || c.column.ID == colName || c.column.ID == colID
	}
	return h, named && len(h.columns) >= minHits && !x.isCard(v, &h)
}

var unitAlone = regexp.MustCompile(`^[(\[]?(` + unitWords + `)[)\]]?$`)

// isUnits tells whether a row gives nothing but the units of the columns above.
func isUnits(cells []Cell) bool {
	for _, c := range cells {
		if c.Kind != KindText || !unitAlone.MatchString(dropBlanks(foldWidth(c.Text))) {
			return false
		}
	}
	return len(cells) > 0
}

// isCard tells whether what looks like a header is the first line of a card: labels and values side by side, labels again
// below.
func (x *lexicon) isCard(v *view, h *head) bool {
	below, ok := v.row(h.bottom + 1)
	if !ok {
		return false
	}
	labels := 0
	for _, c := range h.columns {
		if cell, _, ok := v.shown(below.Num, c.col); ok && cell.Kind == KindText && !v.covered(below.Num, c.col) {
			if _, known := x.lookup(cell.Text); known {
				labels++
			}
		}
	}
	return labels >= 2 && labels*2 >= len(h.columns)
}

// onlyWords tells whether the rows hold no figures, so that they can be the lower part of a merged header.
func onlyWords(v *view, from, to int) bool {
	for r := from; r <= to; r++ {
		row, ok := v.row(r)
		if !ok {
			continue
		}
		for _, c := range v.filled(row) {
			if c.Kind != KindText {
				return false
			}
		}
	}
	return true
}

// isSubHeader tells whether a row below a header row continues it: words only, none of them where the row above already
// names the project, and some under a group.
func (x *lexicon) isSubHeader(v *view, top int, row GridRow) bool {
	cells := v.filled(row)
	under := 0
	for _, c := range cells {
		if c.Kind != KindText || len(c.Text) > maxHeader {
			return false
		}
		named := false
		for r := top; r < row.Num; r++ {
			above, m, ok := v.shown(r, c.Col)
			if !ok {
				continue
			}
			if hit, known := x.lookup(above.Text); known && (hit.column.ID == colName || hit.column.ID == colID || hit.column.ID == colSeq) && m.FirstCol == m.LastCol {
				named = true
			}
		}
		if named {
			return false
		}
		if _, known := x.lookup(c.Text); known {
			under++
		}
	}
	return under > 0 && (len(cells) > 1 || v.belowGroup(row.Num, cells[0].Col))
}

// belowGroup tells whether the cell above a place is merged across columns.
func (v *view) belowGroup(row, col int) bool {
	m, ok := v.merge(row-1, col)
	return ok && m.LastCol > m.FirstCol
}

// isGroups tells whether a row above a header row names groups of its columns: words only, no head line of a form.
func (x *lexicon) isGroups(v *view, row, below GridRow) bool {
	cells := v.filled(row)
	if len(cells) == 0 {
		return false
	}
	first, last := below.Cells[0].Col, below.Cells[len(below.Cells)-1].Col
	for _, c := range cells {
		if c.Kind != KindText || len(c.Text) > maxHeader || c.Col < first-1 || c.Col > last+1 {
			return false
		}
		if folded := foldWidth(c.Text); strings.Contains(folded, ":") || x.labels.MatchString(folded) {
			return false
		}
	}
	if len(cells) > 1 {
		return true
	}
	m, merged := v.merge(row.Num, cells[0].Col)
	return merged && m.LastCol > m.FirstCol && m.LastCol-m.FirstCol < last-first
}

// readColumns reads the header column by column.
func (x *lexicon) readColumns(v *view, h *head) {
	first, last := x.extent(v, h)
	for col := first; col <= last; col++ {
		parts, row := x.parts(v, h, col)
		if len(parts) == 0 {
			continue
		}
		c := column{col: col, title: joinTitle(parts), cell: CellName(row, col)}
		c.match, c.key, c.unit = x.resolve(parts)
		if c.column == nil && !x.isAmbiguous(c.key) {
			h.extra = append(h.extra, c)
			continue
		}
		h.columns = append(h.columns, c)
	}
	x.settle(h)
}

// extent is the run of columns with header cells.
func (x *lexicon) extent(v *view, h *head) (first, last int) {
	first, last = 1<<30, -1
	for r := h.top; r <= h.bottom; r++ {
		row, ok := v.row(r)
		if !ok {
			continue
		}
		for _, c := range v.filled(row) {
			end := c.Col
			if m, merged := v.merge(r, c.Col); merged && m.LastCol-m.FirstCol < maxRowCells {
				end = m.LastCol
			}
			first, last = min(first, c.Col), max(last, end)
		}
	}
	return first, last
}

// parts lists the header cells above a column, outermost first, and the row of the innermost.
func (x *lexicon) parts(v *view, h *head, col int) (parts []string, row int) {
	for r := h.top; r <= h.bottom; r++ {
		c, m, ok := v.shown(r, col)
		if ok && m.FirstRow != 0 && m.FirstRow < h.top {
			ok = false // a title merged down over the header
		}
		if !ok && r < h.bottom {
			c, ok = v.groupLeft(h, r, col)
		}
		text := dropBlanks(trimText(c.Text))
		if !ok || c.Kind != KindText || text == "" {
			continue
		}
		if len(parts) > 0 && parts[len(parts)-1] == text {
			continue
		}
		if m := unitAlone.FindStringSubmatch(foldWidth(text)); m != nil && len(parts) > 0 {
			parts[len(parts)-1] += "(" + m[1] + ")"
			continue
		}
		parts, row = append(parts, text), r
		if m.FirstRow != 0 {
			row = m.FirstRow
		}
	}
	return parts, row
}

// groupLeft finds the group a sub-header stands under when the writer did not merge the group's cells: the nearest header
// to the left, provided that it too has a sub-header below it.
func (v *view) groupLeft(h *head, row, col int) (Cell, bool) {
	hasBelow := func(c int) bool {
		for r := row + 1; r <= h.bottom; r++ {
			if _, m, ok := v.shown(r, c); ok && (m.FirstRow == 0 || m.FirstRow > row) {
				return true
			}
		}
		return false
	}
	if !hasBelow(col) {
		return Cell{}, false
	}
	for c := col - 1; c >= 0 && col-c < 60; c-- {
		cell, m, ok := v.shown(row, c)
		if !ok {
			if !hasBelow(c) {
				return Cell{}, false
			}
			continue
		}
		if m.FirstRow != 0 && (m.LastRow > m.FirstRow || m.LastCol > m.FirstCol) {
			return Cell{}, false // merged: it says itself how far it reaches
		}
		return cell, hasBelow(c)
	}
	return Cell{}, false
}

func joinTitle(parts []string) string { return strings.Join(parts, "/") }
