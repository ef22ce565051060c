package sheet

import (
	"errors"
	"fmt"
	"testing"
)

func TestPlacesAreSpelledAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct {
		row, col int
		want     string
	}{{1, 0, "A1"}, {6, 7, "H6"}, {200, 25, "Z200"}, {3, 26, "AA3"}, {9, 701, "ZZ9"}, {9, 702, "AAA9"}, {1048576, 16383, "XFD1048576"}} {
		if got := CellName(c.row, c.col); got != c.want {
			t.Errorf("row %d col %d: %s, want %s", c.row, c.col, got, c.want)
		}
		row, col, ok := parseRef([]byte(c.want))
		if !ok || row != c.row || col != c.col {
			t.Errorf("%s reads as row %d col %d %v", c.want, row, col, ok)
		}
	}
	for _, bad := range []string{"", "A", "1", "A0", "A-1", "XFE1", "A1048577", "AAAA1", "A1B", "Ａ1", "A99999999999"} {
		if _, _, ok := parseRef([]byte(bad)); ok {
			t.Errorf("%q reads as a place", bad)
		}
	}
}

func TestStandingLeavesOutWhatIsStruckThrough(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{Cell{Text: "500"}, "500"},
		{Cell{Text: "500", Struck: true}, ""},
		{Cell{Text: "500600", Runs: []Run{{"500", true}, {"600", false}}}, "600"},
	} {
		if got := c.cell.Standing(); got != c.want {
			t.Errorf("%+v stands as %q, want %q", c.cell, got, c.want)
		}
	}
}

func TestARowFindsItsCells(t *testing.T) {
	row := GridRow{Cells: []Cell{{Col: 1, Text: "b"}, {Col: 4, Text: "e"}, {Col: 16383, Text: "xfd"}}}
	for col, want := range map[int]string{1: "b", 4: "e", 16383: "xfd"} {
		if c, ok := row.At(col); !ok || c.Text != want {
			t.Errorf("column %d holds %q %v, want %q", col, c.Text, ok, want)
		}
	}
	for _, col := range []int{0, 2, 5, 20000} {
		if _, ok := row.At(col); ok {
			t.Errorf("column %d holds something", col)
		}
	}
}

// flat spells a file in a few lines, so that a test shows what it expects.
func flat(f File) []string {
	var out []string
	for _, g := range f.Grids {
		head := "# " + g.Name
		if g.Hidden {
			head += " hidden"
		}
		for _, m := range g.Merges {
			head += fmt.Sprintf(" %s:%s", CellName(m.FirstRow, m.FirstCol), CellName(m.LastRow, m.LastCol))
		}
		for _, s := range g.HiddenCols {
			head += fmt.Sprintf(" -%s:%s", ColName(s.First), ColName(s.Last))
		}
		out = append(out, head)
		for _, r := range g.Rows {
			for _, c := range r.Cells {
				out = append(out, flatCell(r, c))
			}
		}
	}
	return out
}

var kindNames = map[Kind]string{KindNumber: "n", KindText: "t", KindBool: "b", KindError: "e", KindDate: "d", KindPending: "pending"}

var classNames = map[Class]string{ClassPercent: "percent", ClassDate: "date", ClassTime: "time", ClassText: "astext"}

func flatCell(r GridRow, c Cell) string {
	s := fmt.Sprintf("%s %s %q", CellName(r.Num, c.Col), kindNames[c.Kind], c.Text)
	for _, note := range []struct {
		on   bool
		text string
	}{
		{c.Class != ClassGeneral, classNames[c.Class]},
		{c.Formula, "formula"},
		{c.Expr != "", "=" + c.Expr},
		{c.External, "external"},
		{c.Struck, "struck"},
		{c.Runs != nil, fmt.Sprintf("stands as %q", c.Standing())},
		{c.Quoted, "quoted"},
		{c.Cut, "cut"},
		{r.Hidden, "hidden"},
	} {
		if note.on {
			s += " " + note.text
		}
	}
	return s
}

// reasonOf is the reason of a refusal; "" for none, and the error itself when it is something else.
func reasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	if err != nil {
		return Reason("not a refusal: " + err.Error())
	}
	return ""
}
