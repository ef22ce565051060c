package sheet_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/configs"
	"duban/ingest/sheet"
	"duban/state"
)

func builtinForm(t testing.TB) *state.Form {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// read reads a workbook of testdata as the only book of an attachment.
func read(t testing.TB, path string) state.Book {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	books, err := sheet.Read(filepath.Base(path), data, builtinForm(t), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if len(books) != 1 || books[0].Refused != "" {
		t.Fatalf("got %d books, refused %q", len(books), books[0].Refused)
	}
	return books[0]
}

// truthSheet is what a sheet of the fictional district says: the columns in order and every value with its cell; null
// where no certain value can be read.
type truthSheet struct {
	Name    string                  `json:"name"`
	HeadRow int                     `json:"head_row"`
	Columns []string                `json:"columns"`
	Rows    []map[string][2]*string `json:"rows"`
}

// Every value of the district's workbooks is read exactly, with its cell, from .xlsx, .xls and .et, with one and two
// header rows, in 万元 and in 亿元.
func TestReadsTheDistrictsWorkbooks(t *testing.T) {
	raw, err := os.ReadFile("testdata/world-truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string][]truthSheet
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	for name, sheets := range truth {
		t.Run(name, func(t *testing.T) {
			book := read(t, "testdata/world/"+name)
			if book.Week != (state.Week{Year: 2026, No: 38}) || book.WeekCell != "A1" {
				t.Errorf("week %v from %s %q", book.Week, book.WeekCell, book.WeekText)
			}
			if len(book.Findings) != 0 {
				t.Errorf("findings in a clean layout: %+v", book.Findings)
			}
			if len(book.Sheets) != len(sheets) {
				t.Fatalf("%d sheets, want %d", len(book.Sheets), len(sheets))
			}
			for i, want := range sheets {
				compareSheet(t, want, book.Sheets[i])
			}
		})
	}
}

func compareSheet(t *testing.T, want truthSheet, got state.Sheet) {
	t.Helper()
	var columns []string
	for _, c := range got.Columns {
		columns = append(columns, c.ID)
	}
	if diff := cmp.Diff(want.Columns, columns); diff != "" || got.Name != want.Name || got.HeadRow != want.HeadRow || len(got.Extra) != 0 {
		t.Fatalf("%s (want %s): header row %d, extra %v, columns %s", got.Name, want.Name, got.HeadRow, got.Extra, diff)
	}
	if len(got.Rows) != len(want.Rows) || len(got.Totals) != 1 {
		t.Fatalf("%s: %d rows and %d totals, want %d and 1", got.Name, len(got.Rows), len(got.Totals), len(want.Rows))
	}
	for r, row := range want.Rows {
		for id, cell := range row {
			v := got.Rows[r].Values[id]
			switch {
			case v.Cell != *cell[0]:
				t.Errorf("%s %s: at %s, want %s", got.Name, id, v.Cell, *cell[0])
			case cell[1] == nil && v.Doubt == "":
				t.Errorf("%s %s: read %q as %q, which is not certain", got.Name, v.Cell, v.Raw, v.Text)
			case cell[1] != nil && (v.Doubt != "" || v.Text != *cell[1]):
				t.Errorf("%s %s: read %q as %q (%s), want %q", got.Name, v.Cell, v.Raw, v.Text, v.Doubt, *cell[1])
			}
		}
	}
}

// Who filled the form in, for which unit and when, stands in the head line.
func TestReadsTheHeadLine(t *testing.T) {
	b := read(t, "testdata/world/W38-D09-1.xlsx")
	got := []string{b.UnitName, b.Filler, b.Reviewer, b.Dated}
	if want := []string{"区卫健委", "戚拟宜", "白拟康", "2026年9月18日"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The sheet's name tells the class where no column does, and several classes leave it to the column.
func TestClassOfARow(t *testing.T) {
	b := read(t, "testdata/world/W38-D03-1.xls")
	var got []state.Class
	for _, r := range b.Rows() {
		got = append(got, r.Class)
	}
	if want := []state.Class{state.ClassContinuing, state.ClassContinuing, state.ClassInvestment}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A total row is kept apart, with its label and its sums in 万元.
func TestTotalRowIsNoProject(t *testing.T) {
	b := read(t, "testdata/world/W38-D18-1.xlsx")
	total := b.Sheets[0].Totals[0]
	if total.No != 7 && total.No != 8 {
		t.Errorf("total row %d", total.No)
	}
	got := map[string]string{}
	for id, v := range total.Values {
		got[id] = v.Text
	}
	want := map[string]string{
		"project_name": "合计", "total_invest": "101300", "year_plan": "40900", "week_invest": "730", "ytd_invest": "24930",
		"cum_invest": "46730", "funds_in": "45230",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, c := range b.Sheets[0].Columns {
		if c.ID == "total_invest" && c.Unit != "亿元" {
			t.Errorf("the sheet declares 亿元, read %q", c.Unit)
		}
	}
}

// What cannot be read is refused by name and is no error; an archive yields each of its members.
func TestRefusalsAreBooks(t *testing.T) {
	form := builtinForm(t)
	for _, c := range []struct{ name, data, reason string }{
		{"a.xlsx", "", "empty"},
		{"a.xlsx", "%PDF-1.7 ...", "pdf"},
		{"a.xls", strings.Repeat("\x00", 100), "empty"},
	} {
		books, err := sheet.Read(c.name, []byte(c.data), form, 2026)
		if err != nil || len(books) != 1 || books[0].Refused != c.reason || books[0].Name != c.name {
			t.Errorf("%q: got %+v, %v; want %s", c.data, books, err, c.reason)
		}
	}
}

// A form without the project's name is a fault of ours and an error.
func TestFormMustNameTheProject(t *testing.T) {
	for _, form := range []*state.Form{nil, {}} {
		if books, err := sheet.Read("a.xlsx", []byte("x"), form, 2026); err == nil || errors.Unwrap(err) == nil || len(books) != 0 {
			t.Errorf("got %v, %v", books, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	form := builtinForm(b)
	data := sixtyRows(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		books, err := sheet.Read("周报.xlsx", data, form, 2026)
		if err != nil || len(books[0].Rows()) != 60 {
			b.Fatal(err, books[0].Refused)
		}
	}
}

// sixtyRows is a weekly form of sixty projects, written again from the district's own.
func sixtyRows(b *testing.B) []byte {
	b.Helper()
	raw, err := os.ReadFile("testdata/world/W38-D03-1.xls")
	if err != nil {
		b.Fatal(err)
	}
	f, err := sheet.Open("a.xls", raw)
	if err != nil {
		b.Fatal(err)
	}
	g := f.Grids[0]
	model := g.Rows[3] // the first project, under title, head line and header
	g.Rows = g.Rows[:3]
	for n := range 60 {
		g.Rows = append(g.Rows, sheet.GridRow{Num: 4 + n, Cells: model.Cells})
	}
	f.Grids = []sheet.Grid{g}
	out, err := sheet.Markable(f)
	if err != nil {
		b.Fatal(err)
	}
	return out
}
