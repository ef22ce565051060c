package sheet

import (
	"bytes"
	"cmp"
	"slices"
)

// parseRef reads "H6" as row 6, column 7.
func parseRef(b []byte) (row, col int, ok bool) {
	i := 0
	for ; i < len(b) && i < 4; i++ {
		c := b[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		col = col*26 + int(c-'a') + 1
	}
	letters := i
	for ; i < len(b) && i-letters < 8; i++ {
		if b[i] < '0' || b[i] > '9' {
			return 0, 0, false
		}
		row = row*10 + int(b[i]-'0')
	}
	ok = i == len(b) && letters > 0 && i > letters && row >= 1 && row <= lastRow && col-1 <= lastCol
	return row, col - 1, ok
}

// merges reads the mergeCells element. Ranges that make no sense are dropped: they hold no data.
func (r *sheetReader) merges() error {
	for {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		if tok == tokEnd {
			return nil
		}
		if tok != tokStart {
			continue
		}
		if m, ok := parseRange(r.s.attr("ref")); ok && len(r.g.Merges) < maxMerges {
			r.g.Merges = append(r.g.Merges, m)
		}
		if err := r.s.skip(); err != nil {
			return err
		}
	}
}

// parseRange reads "A1:C2"; a range of one cell is none.
func parseRange(ref []byte) (Range, bool) {
	a, b, _ := bytes.Cut(ref, []byte(":"))
	row1, col1, ok1 := parseRef(bytes.ReplaceAll(a, []byte("$"), nil))
	row2, col2, ok2 := parseRef(bytes.ReplaceAll(b, []byte("$"), nil))
	m := Range{min(row1, row2), max(row1, row2), min(col1, col2), max(col1, col2)}
	return m, ok1 && ok2 && (row1 != row2 || col1 != col2)
}

// cols reads the cols element for the columns it hides.
func (r *sheetReader) cols() error {
	for {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		if tok == tokEnd {
			slices.SortFunc(r.g.HiddenCols, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
			return nil
		}
		if tok != tokStart {
			continue
		}
		hidden := r.s.on("hidden", false) || string(r.s.attr("width")) == "0"
		first, last := number(r.s.attr("min"))-1, number(r.s.attr("max"))-1
		if hidden && first >= 0 && first <= last && last <= lastCol && len(r.g.HiddenCols) < maxRowCells {
			r.g.HiddenCols = append(r.g.HiddenCols, Span{first, last})
		}
		if err := r.s.skip(); err != nil {
			return err
		}
	}
}
