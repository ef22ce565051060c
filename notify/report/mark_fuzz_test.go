package report

import (
	"os"
	"path/filepath"
	"testing"

	"duban/state"
)

// FuzzMark holds that whatever file comes in, the answer is an error or a package every
// part of which can be read, its workbook and the marked sheet as XML.
func FuzzMark(f *testing.F) {
	for _, name := range []string{"W38-D05-1.xlsx", "W38-D09-1.xlsx"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, "在建项目", "G4", "x")
	}
	small := oddBook(oddRows)
	f.Add(small.zip(f), "表", "B2", "=1")
	f.Fuzz(func(t *testing.T, data []byte, sheet, cell, text string) {
		out, err := Mark(data, "a", []state.Finding{{Level: state.LevelError, Sheet: sheet, Cell: cell, Found: text, Message: text}})
		if err != nil {
			return
		}
		p, err := unpack(out)
		if err != nil {
			t.Fatalf("the result does not open: %v", err)
		}
		b, err := readBook(p)
		if err != nil {
			t.Fatalf("the result is no workbook: %v", err)
		}
		part, err := p.text(b.sheets[0].part)
		if err == nil {
			err = wellFormed(part)
		}
		if err != nil {
			t.Fatalf("the list cannot be read: %v", err)
		}
	})
}

// FuzzMarkSheet puts the bytes where a zip's checksums keep them out of reach of FuzzMark:
// into the sheet, the styles and the workbook part.
func FuzzMarkSheet(f *testing.F) {
	small := oddBook(oddRows)
	f.Add(small.sheet, small.styles, small.workbook, "B2")
	f.Add(small.sheet, "", small.workbook, "XFD1048576")
	f.Fuzz(func(t *testing.T, sheet, styles, workbook, cell string) {
		o := oddBook("")
		o.sheet, o.styles, o.workbook = sheet, styles, workbook
		out, err := Mark(o.zip(t), "a", []state.Finding{{Level: state.LevelWarning, Sheet: "表", Cell: cell, Message: "x"}})
		if err != nil {
			return
		}
		for name, part := range unzipped(t, out) {
			if err := wellFormed(part); err != nil && string(part) != sheet && string(part) != styles {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
