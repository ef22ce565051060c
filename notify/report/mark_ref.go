package report

import (
	"strconv"
	"strings"
)

// The last column and row of a sheet.
const (
	lastCol = 16_384
	lastRow = 1_048_576
)

// ref is a cell's place, both counted from 1.
type ref struct{ row, col int }

// parseRef reads "H6" or "$H$6".
func parseRef(s string) (ref, bool) {
	s = strings.ReplaceAll(s, "$", "")
	i := 0
	col := 0
	for ; i < len(s) && i < 4; i++ {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	if i == 0 || len(s)-i > 7 || col > lastCol {
		return ref{}, false
	}
	row, err := strconv.ParseUint(s[i:], 10, 32)
	if err != nil || row < 1 || row > lastRow {
		return ref{}, false
	}
	return ref{int(row), col}, true
}

// String gives "H6".
func (r ref) String() string {
	name := ""
	for n := r.col; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + strconv.Itoa(r.row)
}

// area is a rectangle of cells, as a merged range is.
type area struct{ from, to ref }

// parseArea reads "A1:F1".
func parseArea(s string) (area, bool) {
	first, last, two := strings.Cut(s, ":")
	if !two {
		last = first
	}
	from, ok := parseRef(first)
	to, ok2 := parseRef(last)
	return area{from, to}, ok && ok2
}

func (a area) has(r ref) bool {
	return r.row >= a.from.row && r.row <= a.to.row && r.col >= a.from.col && r.col <= a.to.col
}
