package sheet

import (
	"slices"
	"sort"
)

// view looks cells of one grid up by place, merged ranges included.
type view struct {
	grid   *Grid
	merges map[int][]Range // by row
	wide   []Range         // ranges over too many rows to be listed by row
	last   int             // index of the row looked up last: the next look is mostly at the same or the one after
}

// Bounds of the merge index. A merge over the whole sheet is stored once, not once for each row.
const (
	maxMergeRows  = 300
	maxMergeIndex = 200_000
)

func newView(g *Grid) *view {
	v := &view{grid: g, merges: map[int][]Range{}}
	listed := 0
	for _, m := range g.Merges {
		rows := m.LastRow - m.FirstRow + 1
		if rows > maxMergeRows || listed+rows > maxMergeIndex {
			if len(v.wide) < maxMergeRows {
				v.wide = append(v.wide, m)
			}
			continue
		}
		listed += rows
		for r := m.FirstRow; r <= m.LastRow; r++ {
			v.merges[r] = append(v.merges[r], m)
		}
	}
	return v
}

// row finds a row by its number.
func (v *view) row(num int) (GridRow, bool) {
	rows := v.grid.Rows
	for i := v.last; i < len(rows) && i <= v.last+1; i++ {
		if rows[i].Num == num {
			v.last = i
			return rows[i], true
		}
	}
	i := sort.Search(len(rows), func(i int) bool { return rows[i].Num >= num })
	if i < len(rows) && rows[i].Num == num {
		v.last = i
		return rows[i], true
	}
	return GridRow{}, false
}

// at is the cell stored at a place.
func (v *view) at(row, col int) (Cell, bool) {
	r, ok := v.row(row)
	if !ok {
		return Cell{}, false
	}
	return r.At(col)
}

// merge is the merged range over a place.
func (v *view) merge(row, col int) (Range, bool) {
	for _, m := range v.merges[row] {
		if m.FirstCol <= col && col <= m.LastCol {
			return m, true
		}
	}
	for _, m := range v.wide {
		if m.Holds(row, col) {
			return m, true
		}
	}
	return Range{}, false
}

// shown is what a person sees at a place: under a merge only the cell at its corner shows, whatever else is stored there.
// The range is the zero Range where nothing is merged.
func (v *view) shown(row, col int) (Cell, Range, bool) {
	m, merged := v.merge(row, col)
	if merged {
		row, col = m.FirstRow, m.FirstCol
	}
	c, ok := v.at(row, col)
	return c, m, ok && !isBlank(c)
}

// covered tells whether a place lies under a merge whose corner is elsewhere.
func (v *view) covered(row, col int) bool {
	m, merged := v.merge(row, col)
	return merged && (m.FirstRow != row || m.FirstCol != col)
}

// isBlank tells whether a cell shows nothing: blanks typed into it, or no text at all.
func isBlank(c Cell) bool {
	return c.Kind == KindText && trimText(c.Text) == ""
}

// filled lists the cells of a row that show something.
func (v *view) filled(r GridRow) []Cell {
	if !slices.ContainsFunc(r.Cells, isBlank) && len(v.merges[r.Num]) == 0 && len(v.wide) == 0 {
		return r.Cells
	}
	out := make([]Cell, 0, len(r.Cells))
	for _, c := range r.Cells {
		if !isBlank(c) && !v.covered(r.Num, c.Col) {
			out = append(out, c)
		}
	}
	return out
}
