package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook written again for marking.
const (
	maxSheetName   = 31     // characters, as Excel allows
	maxKeptMerges  = 2_000  // merged ranges of one sheet
	maxFormats     = 500    // different number formats
	maxMarkedCells = 60_000 // beyond, columns keep their ordinary width
	maxExcelText   = 32_767 // characters of one cell
)

// Markable writes the cells of a workbook as an .xlsx: the same values at the same addresses under the same sheet names,
// with merged ranges, number formats and hidden rows, columns and sheets. It is for files that cannot be marked as they
// are (.xls, .et, .csv, HTML). Formulas become their results; nothing in the file is ever written as a formula.
func Markable(f File) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // nothing but temporary files is left to fail
	if f.Date1904 {
		if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &f.Date1904}); err != nil {
			return nil, fmt.Errorf("set date system: %w", err)
		}
	}
	m := &marker{book: book, styles: map[string]int{}}
	names := sheetNames(f.Grids)
	for i := range f.Grids {
		if err := m.grid(&f.Grids[i], names[i], i == 0); err != nil {
			return nil, fmt.Errorf("write sheet %d again: %w", i+1, err)
		}
	}
	visible := slices.IndexFunc(f.Grids, func(g Grid) bool { return !g.Hidden })
	if visible < 0 {
		visible = 0 // a workbook must show something
	}
	book.SetActiveSheet(visible)
	for i, g := range f.Grids {
		if !g.Hidden || i == visible {
			continue
		}
		if err := book.SetSheetVisible(names[i], false); err != nil {
			return nil, fmt.Errorf("hide sheet %d again: %w", i+1, err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook again: %w", err)
	}
	return inOrder(out.Bytes())
}

// inOrder puts the entries of a zip file in the order of their names. The library writes the
// sheets in that of a map, and the same file must become the same copy: it is kept under its
// digest, and a mail read again after a crash must lead to the same record.
func inOrder(data []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("read workbook written again: %w", err)
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if err := w.Copy(f); err != nil {
			return nil, fmt.Errorf("order workbook written again: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("order workbook written again: %w", err)
	}
	return out.Bytes(), nil
}

// sheetNames are the names of the sheets as Excel allows them: they are kept where it does, which for workbooks is always.
func sheetNames(grids []Grid) []string {
	names := make([]string, len(grids))
	taken := map[string]bool{}
	for i, g := range grids {
		name := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' || r == utf8.RuneError {
				return '_'
			}
			return r
		}, g.Name)
		name = strings.Trim(shorten(name, maxSheetName), "'")
		for n := 2; name == "" || taken[strings.ToLower(name)]; n++ {
			tail := strconv.Itoa(n)
			name = shorten(orSheet(name), maxSheetName-len(tail)) + tail
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

func orSheet(name string) string {
	if name == "" {
		return "Sheet"
	}
	return name
}

// shorten cuts a text to so many UTF-16 units, as Excel counts them.
func shorten(s string, units int) string {
	n := 0
	for i, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
		if n > units {
			return s[:i]
		}
	}
	return s
}

// marker writes grids into one workbook.
type marker struct {
	book   *excelize.File
	styles map[string]int // by number format
}

func (m *marker) grid(g *Grid, name string, first bool) error {
	if first {
		if err := m.book.SetSheetName("Sheet1", name); err != nil {
			return fmt.Errorf("name sheet: %w", err)
		}
	} else if _, err := m.book.NewSheet(name); err != nil {
		return fmt.Errorf("add sheet: %w", err)
	}
	w, err := m.book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("open sheet: %w", err)
	}
	if err := columnsAgain(w, g); err != nil {
		return err
	}
	for _, row := range g.Rows {
		if len(row.Cells) == 0 {
			continue
		}
		start := row.Cells[0].Col
		values := make([]any, row.Cells[len(row.Cells)-1].Col-start+1)
		for _, c := range row.Cells {
			values[c.Col-start] = m.cell(c)
		}
		if err := w.SetRow(CellName(row.Num, start), values, excelize.RowOpts{Hidden: row.Hidden}); err != nil {
			return fmt.Errorf("write row %d: %w", row.Num, err)
		}
	}
	for _, r := range keptMerges(g.Merges) {
		if err := w.MergeCell(CellName(r.FirstRow, r.FirstCol), CellName(r.LastRow, r.LastCol)); err != nil {
			return fmt.Errorf("merge cells: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("finish sheet: %w", err)
	}
	return nil
}

// columnsAgain sets widths that fit the text, and hides what was hidden.
func columnsAgain(w *excelize.StreamWriter, g *Grid) error {
	widths := map[int]float64{}
	seen := 0
	for _, row := range g.Rows {
		for _, c := range row.Cells {
			if seen++; seen > maxMarkedCells || len(c.Text) > 400 {
				continue
			}
			widths[c.Col] = max(widths[c.Col], min(36, float64(textWidth(c.Text))+2))
		}
	}
	cols := make([]int, 0, len(widths))
	for c := range widths {
		cols = append(cols, c)
	}
	slices.Sort(cols)
	for _, c := range cols {
		if err := w.SetColWidth(c+1, c+1, max(8, widths[c])); err != nil {
			return fmt.Errorf("set width: %w", err)
		}
	}
	for _, s := range g.HiddenCols {
		last := min(s.Last, excelize.MaxColumns-1)
		if s.First > last {
			continue
		}
		if err := w.SetColVisible(s.First+1, last+1, false); err != nil {
			return fmt.Errorf("hide columns: %w", err)
		}
	}
	return nil
}

// textWidth counts a text in half-width characters; Chinese ones count two.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFF {
			n++
		}
	}
	return n
}

// cell is a stored cell as a value to write.
func (m *marker) cell(c Cell) any {
	out := excelize.Cell{StyleID: m.style(c)}
	switch c.Kind {
	case KindNumber:
		f, err := strconv.ParseFloat(c.Text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			out.Value = c.Text
			break
		}
		out.Value = f
	case KindBool:
		out.Value = c.Text == "TRUE"
	case KindPending:
		out.Value = nil
	default:
		out.Value = shorten(c.Text, maxExcelText)
	}
	return out
}

// style keeps the number format, so that a percentage or a day is shown as it was.
func (m *marker) style(c Cell) int {
	if c.Code == "" || c.Kind != KindNumber || len(c.Code) > 200 {
		return 0
	}
	if id, ok := m.styles[c.Code]; ok || len(m.styles) >= maxFormats {
		return id
	}
	id, err := m.book.NewStyle(&excelize.Style{CustomNumFmt: &c.Code})
	if err != nil {
		id = 0 // a format that no program accepts shows the plain number
	}
	m.styles[c.Code] = id
	return id
}

// keptMerges are the merged ranges without those that overlap an earlier one, which no program accepts.
func keptMerges(merges []Range) []Range {
	var kept []Range
	for _, r := range merges {
		apart := !slices.ContainsFunc(kept, func(k Range) bool {
			return r.FirstRow <= k.LastRow && k.FirstRow <= r.LastRow && r.FirstCol <= k.LastCol && k.FirstCol <= r.LastCol
		})
		single := r.FirstRow == r.LastRow && r.FirstCol == r.LastCol
		if apart && !single && len(kept) < maxKeptMerges {
			kept = append(kept, r)
		}
	}
	return kept
}
