package sheet_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/ingest/sheet"
)

// A workbook written again for marking holds the same cells at the same addresses, in sheets of the same names.
func TestMarkableKeepsEveryCell(t *testing.T) {
	files, err := filepath.Glob("testdata/world/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workbooks to read: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			was, err := sheet.Open(name, data)
			if err != nil {
				t.Fatal(err)
			}
			again, err := sheet.Markable(was)
			if err != nil {
				t.Fatal(err)
			}
			got, err := sheet.Open("again.xlsx", again)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(was), plain(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// plainCell is what must survive: place, kind, text and what the format makes of it.
type plainCell struct {
	Cell, Text string
	Kind       sheet.Kind
	Class      sheet.Class
}

type plainGrid struct {
	Name   string
	Hidden bool
	Cells  []plainCell
	Rows   map[int]bool // hidden rows
	Merges map[sheet.Range]bool
	Cols   map[int]bool // hidden columns
}

func plain(f sheet.File) []plainGrid {
	var out []plainGrid
	for _, g := range f.Grids {
		p := plainGrid{Name: g.Name, Hidden: g.Hidden, Rows: map[int]bool{}, Merges: map[sheet.Range]bool{}, Cols: map[int]bool{}}
		for _, s := range g.HiddenCols {
			for c := s.First; c <= s.Last; c++ {
				p.Cols[c] = true
			}
		}
		for _, r := range g.Rows {
			if r.Hidden {
				p.Rows[r.Num] = true
			}
			for _, c := range r.Cells {
				if f, err := strconv.ParseFloat(c.Text, 64); err == nil && c.Kind == sheet.KindNumber {
					c.Text = strconv.FormatFloat(f, 'g', 15, 64) // Excel itself keeps fifteen digits
				}
				p.Cells = append(p.Cells, plainCell{sheet.CellName(r.Num, c.Col), c.Text, c.Kind, c.Class})
			}
		}
		for _, m := range g.Merges {
			p.Merges[m] = true
		}
		out = append(out, p)
	}
	return out
}

// Whatever a cell holds, nothing is written as a formula, and what no program accepts is left out.
func TestMarkableWritesOnlyValues(t *testing.T) {
	f := sheet.File{Format: sheet.FormatCSV, Grids: []sheet.Grid{
		{
			Name: `a/b*c:[d] a name of far more than thirty-one characters`,
			Rows: []sheet.GridRow{
				{Num: 1, Cells: []sheet.Cell{{Text: "=1+1", Kind: sheet.KindText, Col: 0}, {Text: "NaN", Kind: sheet.KindNumber, Col: 1}}},
				{Num: 3, Hidden: true, Cells: []sheet.Cell{
					{Text: "0.85", Kind: sheet.KindNumber, Class: sheet.ClassPercent, Code: "0.00%", Col: 2},
					{Text: "TRUE", Kind: sheet.KindBool, Col: 3},
					{Text: "#REF!", Kind: sheet.KindError, Col: 4},
					{Kind: sheet.KindPending, Expr: "A1", Formula: true, Col: 5},
				}},
			},
			Merges:     []sheet.Range{{FirstRow: 1, LastRow: 2, FirstCol: 0, LastCol: 1}, {FirstRow: 2, LastRow: 3, FirstCol: 1, LastCol: 2}},
			HiddenCols: []sheet.Span{{First: 2, Last: 3}},
		},
		{Name: "", Hidden: true, Rows: []sheet.GridRow{{Num: 2, Cells: []sheet.Cell{{Text: "x", Kind: sheet.KindText}}}}},
	}}
	data, err := sheet.Markable(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Open("x.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want := []plainGrid{
		{
			Name: "a_b_c__d_ a name of far more th",
			Cells: []plainCell{
				{"A1", "=1+1", sheet.KindText, sheet.ClassGeneral},
				{"B1", "NaN", sheet.KindText, sheet.ClassGeneral},
				{"C3", "0.85", sheet.KindNumber, sheet.ClassPercent},
				{"D3", "TRUE", sheet.KindBool, sheet.ClassGeneral},
				{"E3", "#REF!", sheet.KindText, sheet.ClassGeneral},
			},
			Rows:   map[int]bool{3: true},
			Merges: map[sheet.Range]bool{{FirstRow: 1, LastRow: 2, FirstCol: 0, LastCol: 1}: true},
			Cols:   map[int]bool{2: true, 3: true},
		},
		{
			Name: "Sheet2", Hidden: true, Cells: []plainCell{{"A2", "x", sheet.KindText, sheet.ClassGeneral}},
			Rows: map[int]bool{}, Merges: map[sheet.Range]bool{}, Cols: map[int]bool{},
		},
	}
	if diff := cmp.Diff(want, plain(got)); diff != "" {
		t.Error(diff)
	}
}

// The copy is kept under its digest: the same file must give the same bytes every time.
func TestAMarkableCopyIsAlwaysTheSame(t *testing.T) {
	data, err := os.ReadFile("testdata/world/W38-D07-1.et") // two sheets
	if err != nil {
		t.Fatal(err)
	}
	first := ""
	for range 20 {
		f, err := sheet.Open("a.et", data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := sheet.Markable(f)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(again)
		}
		if string(again) != first {
			t.Fatal("two copies of one file differ")
		}
	}
}
