package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/state"
	"duban/templates"
)

func aSummary() Summary {
	at := time.Date(2026, 9, 18, 18, 0, 0, 0, time.FixedZone("", 8*3600))
	rate, gap := 64.1, -7.4
	line := Line{Name: "续建", Count: 2, Total: 300 * state.Wan, YearPlan: 200 * state.Wan, Week: 5*state.Wan + 500_000, YTD: 128 * state.Wan, Rate: &rate, Gap: &gap, Red: 1}
	bad := Project{
		ID: "P1", Name: `=HYPERLINK("http://x","滨河路")`, Class: state.ClassContinuing, DeptName: "区交通局", Total: 100 * state.Wan, YearPlan: 100 * state.Wan,
		Week: 5*state.Wan + 500_000, YTD: 28 * state.Wan, Shown: state.Red, Light: state.Light{Colour: state.Red, Why: "完成率28.0%"},
		Progress: strings.Repeat("长", 40_000), Problems: "@SUM(1)",
	}
	stale := Project{ID: "P2", Name: "白鹭供水", Class: state.ClassContinuing, DeptName: "白鹭镇", Total: 200 * state.Wan, YearPlan: 100 * state.Wan, YTD: 100 * state.Wan, Shown: state.Grey, Stale: true, Source: state.Week{Year: 2026, No: 37}}
	return Summary{
		Week: state.Week{Year: 2026, No: 38}, AsOf: at, Due: at, SummaryAt: at.AddDate(0, 0, 3), TimePct: 71.5,
		Overall: line, Classes: []Line{line, {Name: "新开工"}, {Name: "前期"}, {Name: "招商"}}, Depts: []Line{{Name: "区交通局", Rate: &rate}, {Name: "白鹭镇"}},
		Projects: []Project{bad, stale}, Red: []Project{bad}, Stale: []Project{stale},
		Issues:     []Issue{{ID: "I01", Name: "滨河路", Text: "未交地", Units: []string{"自规分局"}, New: true}},
		Unreported: []Who{{Name: "白鹭镇", Projects: 1}}, Expected: 2,
	}
}

// words are the built-in ones.
func words(t *testing.T) Words {
	t.Helper()
	set, faults := templates.Load("")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return set.Say
}

func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestWorkbookHasEverySheetWithRealNumbers(t *testing.T) {
	data, err := Workbook(aSummary(), words(t))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, data)
	want := []string{"总表", "续建", "新开工", "前期", "招商", "红黄灯", "问题清单", "未报及退回", "变动说明"}
	if got := f.GetSheetList(); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("sheets: got %v, want %v", got, want)
	}
	for at, want := range map[string]string{"G4": "5.5", "I4": "28", "I6": "128", "G6": "5.5"} {
		got, err := f.GetCellValue("续建", at, excelize.Options{RawCellValue: true})
		if err != nil || got != want {
			t.Errorf("续建!%s: got %q (%v), want %s", at, got, err, want)
		}
		if kind, _ := f.GetCellType("续建", at); kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
			t.Errorf("续建!%s is a text, not a number", at)
		}
	}
	if formula, _ := f.GetCellFormula("续建", "G6"); formula != "SUM(G4:G5)" {
		t.Errorf("total: got formula %q", formula)
	}
	if panes, err := f.GetPanes("续建"); err != nil || !panes.Freeze || panes.YSplit != headRow {
		t.Errorf("the head is not frozen: %+v %v", panes, err)
	}
}

// What is set after a sheet's stream ended is lost without an error, so it is looked for in
// the finished file.
func TestWorkbookPrintsOnePageWideAndShowsItsCharts(t *testing.T) {
	data, err := Workbook(aSummary(), words(t))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, data)
	for _, sheet := range f.GetSheetList() {
		layout, err := f.GetPageLayout(sheet)
		if err != nil || layout.Orientation == nil || *layout.Orientation != "landscape" || layout.FitToHeight == nil || *layout.FitToHeight != 0 {
			t.Errorf("%s: page layout %+v %v", sheet, layout, err)
		}
		props, err := f.GetSheetProps(sheet)
		if err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s is not fitted to the page: %+v %v", sheet, props, err)
		}
	}
	is := unzipped(t, data)
	charts, drawn := 0, 0
	for name, part := range is {
		if strings.HasPrefix(name, "xl/charts/chart") {
			charts++
		}
		if strings.HasPrefix(name, "xl/worksheets/sheet") && bytes.Contains(part, []byte("<drawing ")) {
			drawn++
		}
	}
	if charts != 2 || drawn != 1 {
		t.Errorf("%d charts, shown on %d sheets; want 2 on 总表", charts, drawn)
	}
}

func TestWholeAmountsShowNoDecimalPoint(t *testing.T) {
	data, err := Workbook(aSummary(), words(t))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, data)
	for at, want := range map[string]string{"G4": "#,##0.##", "I4": "#,##0", "G6": "#,##0.##", "I6": "#,##0"} {
		if got := style(t, f, "续建", at).CustomNumFmt; got == nil || *got != want {
			t.Errorf("续建!%s has the format %v, want %s", at, got, want)
		}
	}
	if high, err := f.GetRowHeight("续建", 4); err != nil || high < 100 {
		t.Errorf("a row with a long text is %g points high (%v)", high, err)
	}
}

func TestWorkbookWritesForeignTextAsText(t *testing.T) {
	data, err := Workbook(aSummary(), words(t))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, data)
	for _, at := range []string{"B4", "Q4"} {
		if formula, _ := f.GetCellFormula("续建", at); formula != "" {
			t.Errorf("续建!%s became the formula %q", at, formula)
		}
	}
	name, _ := f.GetCellValue("续建", "B4")
	if name != `=HYPERLINK("http://x","滨河路")` {
		t.Errorf("the name changed to %q", name)
	}
	if text, _ := f.GetCellValue("续建", "P4"); !strings.HasSuffix(text, "(太长,已截断)") {
		t.Errorf("a text of 40,000 characters was cut in silence: it ends %q", text[max(0, len(text)-30):])
	}
}

// A column the office added to its form stands on the sheet of the classes it is asked for,
// with the number as a number; a row whose figures did not come about as usual says so.
func TestTheClassSheetsShowAddedColumnsAndMarks(t *testing.T) {
	s := aSummary()
	s.Form = &state.Form{
		Columns: []state.Column{
			{ID: "progress", Title: "形象进度", Kind: state.KindText},
			{ID: "workers", Title: "现场人数", Kind: state.KindNumber, Unit: "人"},
		},
		Sheets: []state.FormSheet{{Name: "在建项目", Classes: []state.Class{state.ClassContinuing}, Columns: []string{"progress", "workers"}}},
	}
	s.Projects[0].Origin = &state.Counted{Sheet: "在建项目", No: 6, Values: map[string]state.Value{"workers": {Cell: "N6", Text: "35", Raw: "35人"}}}
	s.Projects[0].Marks = []string{"未核", "办公室更正"}
	s.Projects[1].Marks = []string{"沿用", "免报"}
	s.Classes[0].ID = string(state.ClassContinuing)
	data, err := Workbook(s, words(t))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, data)
	for _, c := range []struct{ sheet, at, want string }{
		{"续建", "U3", "现场人数(人)"},
		{"续建", "U4", "35"},
		{"续建", "U5", ""},
		{"新开工", "U3", ""},
		{"续建", "N4", "未核、办公室更正"},
		{"续建", "N5", "沿用、免报"},
		{"总表", "L4", "未核1个、办公室更正1个、沿用1个、免报1个"},
		{"总表", "L5", ""},
	} {
		if got, err := f.GetCellValue(c.sheet, c.at, excelize.Options{RawCellValue: true}); err != nil || got != c.want {
			t.Errorf("%s!%s: got %q (%v), want %q", c.sheet, c.at, got, err, c.want)
		}
	}
	if kind, _ := f.GetCellType("续建", "U4"); kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Error("a number of an added column is written as text")
	}
}
