package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// Workbook draws the consolidated workbook of a week as .xlsx: the sheets 总表, 续建, 新开工,
// 前期, 招商, 红黄灯, 问题清单, 未报及退回 and 变动说明. Amounts are real numbers in 万元, heads
// stay in sight while scrolling, totals are formulas over the rows above them with their
// result stored, and the charts are native. Every text is a value: nothing a department
// typed becomes a formula.
func Workbook(s Summary, say Words) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it holds temporary files at most
	b := &book{File: f, Summary: s, say: say}
	if err := b.makeStyles(); err != nil {
		return nil, fmt.Errorf("summary workbook: %w", err)
	}
	for _, draw := range []func() error{b.overview, b.classes, b.lights, b.issues, b.reporting, b.changes} {
		if err := draw(); err != nil {
			return nil, fmt.Errorf("summary workbook: %w", err)
		}
	}
	if err := b.finish(); err != nil {
		return nil, fmt.Errorf("summary workbook: %w", err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("summary workbook: %w", err)
	}
	return out.Bytes(), nil
}

// book is the workbook being drawn.
type book struct {
	*excelize.File
	Summary
	styles styles
	say    Words
	// heading is the title of the first sheet, which the whole workbook bears.
	heading string
	// wording is the first error of a cell's words.
	wording error
}

// column is one column of a sheet.
type column struct {
	title string // "" until headed gives it its own, except of a column the office added
	width float64
	kind  columnKind
	sum   bool // the total row adds it up
}

type columnKind int

const (
	asText columnKind = iota
	asWrapped
	asMoney
	asPercent
	asNumber
	asPoints // percentage points, with one decimal
	asColour
)

// table is one sheet: a title, a line about what is shown, a head and rows. A cell is a
// string, a state.Fen, a *float64 percentage, an int or a state.Colour.
type table struct {
	name        string
	words       string // which of templates/book-*.txt.tmpl has its title, its note and its headings
	about       page
	title, note string // taken from there
	columns     []column
	rows        [][]any
	strong      int          // 1 + the row that is set off as a total among the others; 0 for none
	total       []any        // the total row, with the sums as they are stored; nil for none
	charts      func() error // draws beside the table; nil for none
}

// headRow is where the head of every sheet stands: below title and note.
const headRow = 3

// draw writes one table on a sheet of its own.
func (b *book) draw(t table) error {
	if err := b.headed(&t); err != nil {
		return err
	}
	if b.wording != nil {
		return b.wording
	}
	if _, err := b.NewSheet(t.name); err != nil {
		return err
	}
	if b.heading == "" {
		b.heading = t.title
	}
	if err := b.printing(t); err != nil { // what stands before the cells is written when the stream opens
		return err
	}
	w, err := b.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	for i, c := range t.columns {
		if err := w.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRow, XSplit: 2, TopLeftCell: cell(2, headRow+1), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	head := make([]any, len(t.columns))
	for i, c := range t.columns {
		head[i] = excelize.Cell{StyleID: b.styles.head, Value: c.title}
	}
	if err := w.SetRow("A1", []any{excelize.Cell{StyleID: b.styles.title, Value: t.title}}, excelize.RowOpts{Height: 26}); err != nil {
		return err
	}
	if err := w.SetRow("A2", []any{excelize.Cell{StyleID: b.styles.note, Value: t.note}}); err != nil {
		return err
	}
	if err := w.SetRow(cell(0, headRow), head, excelize.RowOpts{Height: 34}); err != nil {
		return err
	}
	for i, row := range t.rows {
		if err := w.SetRow(cell(0, headRow+1+i), b.cells(t.columns, row, i+1 == t.strong), excelize.RowOpts{Height: t.height(row)}); err != nil {
			return err
		}
	}
	if t.total != nil {
		if err := w.SetRow(cell(0, headRow+1+len(t.rows)), b.totals(t)); err != nil {
			return err
		}
	}
	if last := len(t.columns) - 1; last > 0 {
		if err := w.MergeCell("A1", cell(last, 1)); err != nil {
			return err
		}
		if err := w.MergeCell("A2", cell(last, 2)); err != nil {
			return err
		}
	}
	if t.charts != nil {
		if err := t.charts(); err != nil {
			return err
		}
	}
	return w.Flush() // what is set after this is lost without an error
}

// height is how high a row must be, in points, for its longest text to be read whole:
// not every program that opens the workbook finds that out by itself.
func (t table) height(row []any) float64 {
	lines := 1
	for i, v := range row {
		if text, ok := v.(string); ok && t.columns[i].kind == asWrapped {
			lines = max(lines, linesOf(text, t.columns[i].width))
		}
	}
	return min(float64(lines)*13.5+4.5, 400)
}

// cells turns a row's values into styled cells.
func (b *book) cells(columns []column, row []any, strong bool) []any {
	out := make([]any, len(row))
	for i, v := range row {
		id := b.styleOf(columns[i].kind, v)
		if strong {
			id = b.totalStyle(columns[i].kind, v)
		}
		out[i] = excelize.Cell{StyleID: id, Value: plain(v)}
	}
	return out
}

// totals writes the total row: a formula over the rows above with its result beside it, so
// that a viewer that does not calculate shows it too.
func (b *book) totals(t table) []any {
	out := make([]any, len(t.total))
	for i, v := range t.total {
		c := excelize.Cell{StyleID: b.totalStyle(t.columns[i].kind, v), Value: plain(v)}
		if t.columns[i].sum && len(t.rows) > 0 {
			c.Formula = fmt.Sprintf("SUM(%s:%s)", cell(i, headRow+1), cell(i, headRow+len(t.rows)))
		}
		out[i] = c
	}
	return out
}

// maxText is the longest text a cell holds (ECMA-376 lets Excel read 32,767); what is longer
// is cut here and says so, instead of silently in the library.
const maxText = 32_000

// plain gives what is stored in a cell: numbers as numbers, text as text.
func plain(v any) any {
	switch v := v.(type) {
	case state.Fen:
		return float64(v) / float64(state.Wan) // below 2^53 分 the nearest number a cell can hold
	case *float64:
		if v == nil {
			return nil
		}
		return *v / 100
	case state.Colour:
		return string(v)
	case state.Week:
		return v.String()
	case string:
		if r := []rune(v); len(r) > maxText {
			return string(r[:maxText]) + "……(太长,已截断)"
		}
		return v
	default:
		return v
	}
}

// cell names a cell from its column, counted from 0, and its row as Excel shows it.
func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row)
	if err != nil {
		return "A1" // no sheet here is that wide
	}
	return name
}

// widestA4 is the width, in characters, up to which a sheet is still readable on A4.
const widestA4 = 220

// printing makes a sheet print as the office files it: landscape, as wide as the page, A3
// for the widest, the head on every page, pages numbered.
func (b *book) printing(t table) error {
	width := 0.0
	for _, c := range t.columns {
		width += c.width
	}
	landscape, paper, one, many := "landscape", 9, 1, 0
	if width > widestA4 {
		paper = 8
	}
	if err := b.SetPageLayout(t.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	fit, side, edge := true, 0.4, 0.6
	if err := b.SetSheetProps(t.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := b.SetPageMargins(t.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge}); err != nil {
		return err
	}
	if err := b.SetHeaderFooter(t.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + strings.ReplaceAll(b.heading, "&", "&&") + " &A&C第&P页 共&N页&R数据截至" + b.AsOf.Format("1月2日")}); err != nil {
		return err
	}
	return b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: t.name, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", t.name, headRow, headRow)})
}

// finish drops the empty first sheet, names the workbook and fixes what would differ from
// run to run.
func (b *book) finish() error {
	if err := b.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	b.SetActiveSheet(0)
	at := b.SummaryAt.UTC().Format("2006-01-02T15:04:05Z")
	return b.SetDocProps(&excelize.DocProperties{
		Title: b.heading, Creator: "duban", LastModifiedBy: "duban", Created: at, Modified: at,
	})
}

func joined(names []string) string { return strings.Join(names, "、") }
