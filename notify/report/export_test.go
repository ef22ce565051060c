package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A long text is read whole on paper: wrapped, in a row high enough, below a head that stands on
// every page; a number does not run into the text beside it.
func TestAnExportCanBePrinted(t *testing.T) {
	long := strings.Repeat("年度形象目标", 10)
	data, err := Export([]Table{{Name: "节点", Heads: []string{"序号", "节点", "空"}, Widths: []float64{6, 30, 6}, Rows: [][]any{{3, "6亩未交地", nil}, {4, long, nil}}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	titled := false
	for _, n := range f.GetDefinedName() {
		titled = titled || n.Name == "_xlnm.Print_Titles" && n.Scope == "节点" && n.RefersTo == "'节点'!$1:$1"
	}
	if !titled {
		t.Errorf("the head is not on every page: %+v", f.GetDefinedName())
	}
	for cell, want := range map[string]string{"A2": "center", "B2": "", "B3": ""} {
		id, err := f.GetCellStyle("节点", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if style.Alignment == nil || style.Alignment.Horizontal != want || style.Alignment.WrapText != (want == "") {
			t.Errorf("%s is set %+v", cell, style.Alignment)
		}
	}
	low, err := f.GetRowHeight("节点", 2)
	if err != nil {
		t.Fatal(err)
	}
	if high, err := f.GetRowHeight("节点", 3); err != nil || high < 3*low {
		t.Errorf("sixty characters in thirty half ones stand in %v points, a short text in %v (%v)", high, low, err)
	}
	if got, err := f.GetCellValue("节点", "A2"); err != nil || got != "3" {
		t.Errorf("the number reads %q (%v)", got, err)
	}
}
