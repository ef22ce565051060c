package report

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Table is one sheet of a plain export: its name, its headings and its rows. Cells are
// strings, integers or decimals; a string is always written as text, never as a formula.
type Table struct {
	Name   string
	Heads  []string
	Widths []float64 // in characters
	Rows   [][]any
}

// maxExport bounds the rows of one sheet.
const maxExport = 200_000

// Export writes tables as a workbook for the office's own use: headings that stay in sight, on
// every printed page too, a filter, and texts wrapped in their cells; nothing else.
func Export(tables []Table) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on disk
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	middle, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}})
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	for i, t := range tables {
		if err := exportSheet(f, i, t, exportLooks{bold, wrap, middle}); err != nil {
			return nil, fmt.Errorf("export sheet %s: %w", t.Name, err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

func exportSheet(f *excelize.File, at int, t Table, looks exportLooks) error {
	if len(t.Rows) > maxExport {
		return fmt.Errorf("%d rows are more than %d", len(t.Rows), maxExport)
	}
	if at == 0 {
		if err := f.SetSheetName("Sheet1", t.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(t.Name); err != nil {
		return err
	}
	landscape, a4, one, many, fit := "landscape", 9, 1, 0, true // printed, a sheet is as wide as the page
	if err := f.SetPageLayout(t.Name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	if err := f.SetSheetProps(t.Name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	for i, width := range t.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(t.Heads))
	for i, h := range t.Heads {
		head[i] = excelize.Cell{StyleID: looks.head, Value: h}
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range t.Rows {
		if err := w.SetRow(cell(0, i+2), looks.on(row), excelize.RowOpts{Height: t.height(row)}); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: t.Name, RefersTo: fmt.Sprintf("'%s'!$1:$1", t.Name)}); err != nil {
		return err
	}
	return f.AutoFilter(t.Name, fmt.Sprintf("A1:%s", cell(len(t.Heads)-1, len(t.Rows)+1)), nil)
}

// exportLooks are an export's styles by excelize's numbers.
type exportLooks struct{ head, text, number int }

// on gives a row's texts and numbers their styles; what is empty stays so.
func (l exportLooks) on(row []any) []any {
	out := make([]any, len(row))
	for i, v := range row {
		switch v.(type) {
		case nil:
		case string:
			out[i] = excelize.Cell{StyleID: l.text, Value: v}
		default:
			out[i] = excelize.Cell{StyleID: l.number, Value: v}
		}
	}
	return out
}

// height is how high a row must be, in points, for its texts to be read whole.
func (t Table) height(row []any) float64 {
	lines := 1
	for i, v := range row {
		if text, ok := v.(string); ok && i < len(t.Widths) {
			lines = max(lines, linesOf(text, t.Widths[i]))
		}
	}
	return min(float64(lines)*13.5+2, 400)
}
