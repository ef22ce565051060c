package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/configs"
	"duban/state"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is what a department may once have typed: a formula, markup, a control sign.
const hostile = "=HYPERLINK(\"http://x\",\"点\")&<b>甲</b>\x0b乙"

// blank is a department with a project of every class: one with an open issue and figures of
// last week, one silent since the turn of the year, one the ledger alone knows an issue of, one
// with nothing.
func blank(t *testing.T) Blank {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]state.Value{
		"problems": {Text: hostile}, "coordination_request": {Text: "请文峰街道完成签约"}, "coordination_units": {Text: "文峰街道"},
		"request_deadline": {Text: "2026-09-30"}, "permit_approval": {Text: "已办结"}, "funds_in": {Text: "12750.5"}, "land_done_mu": {Text: "178"},
		"progress": {Text: "上周的进展不该再出现"}, "remark": {Text: "上周的备注也不该"}, "responsible_person": {Text: "路拟通 000-0000-0105"},
		"permit_eia": {Text: "胡写", Doubt: "not-a-choice"},
	}
	return Blank{
		Form:   form,
		Roster: &state.Roster{Leaders: []state.Leader{{ID: "L1", Name: "卓拟行"}}, Depts: []state.Dept{{ID: "D09", Short: "文峰街道"}}, Units: []state.Unit{{ID: "E01", Name: "区供电中心"}}},
		Dept:   state.Dept{ID: "D05", Short: "区交通局", Contact: "严拟辰"},
		Projects: []state.Project{
			{ID: "P-1", Name: "文峰路<北延>&道路", Class: state.ClassContinuing, Total: 23500 * state.Wan, YearPlan: 10500 * state.Wan, LeadLeader: "L1", LandNeed: "210", DemoNeed: "58"},
			{ID: "P-2", Name: "新桥", Class: state.ClassNewStart, Total: 100 * state.Wan, YearPlan: 0, CumBefore: 5 * state.Wan},
			{ID: "P-3", Name: "码头", Class: state.ClassPreliminary, Total: 47000 * state.Wan, YearPlan: 800 * state.Wan},
			{ID: "P-4", Name: "综合体", Class: state.ClassInvestment, Owner: "=某公司", Total: 9000 * state.Wan},
		},
		Bases: map[string]state.Base{
			"P-1": {Week: state.Week{Year: 2026, No: 38}, Fresh: true, YTD: 4420*state.Wan + 500_000, Cum: 13020*state.Wan + 500_000, Counted: &state.Counted{Values: last}},
			"P-2": {Week: state.Week{Year: 2025, No: 52}, YTD: 30 * state.Wan, Cum: 35 * state.Wan},
			"P-3": {Week: state.Week{Year: 2026, No: 37}, YTD: 360 * state.Wan, Cum: 360 * state.Wan},
		},
		Issues: []state.Issue{
			{ID: "I01", Project: "P-3", Text: "岸线手续未批", Request: "请协调加快", Units: []string{"D09", "E01"}, Deadline: "2026-10-15"},
			{ID: "I02", Project: "P-4", Text: "早已解决", Closed: state.Week{Year: 2026, No: 30}},
		},
		Week: state.Week{Year: 2026, No: 39}, Due: time.Date(2026, 9, 28, 18, 0, 0, 0, time.UTC), Made: time.Date(2026, 9, 24, 9, 0, 0, 0, time.UTC),
	}
}

func drawn(t *testing.T, b Blank) *excelize.File {
	t.Helper()
	data, err := Form(b)
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, data)
}

// rawPart is one part of a workbook as it is stored.
func rawPart(t *testing.T, xlsx []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(xlsx), int64(len(xlsx)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// widest is more columns than any sheet of the form has.
const widest = 40

// TestTheFormCellByCell holds every cell of the form, what stands in it and whether it is
// open, against the golden table.
func TestTheFormCellByCell(t *testing.T) {
	f := drawn(t, blank(t))
	var out strings.Builder
	for _, sheet := range f.GetSheetList() {
		shown, err := f.GetSheetVisible(sheet)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "== %s shown=%v\n", sheet, shown)
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range widest {
				if line := described(t, f, sheet, cell(c, r+1)); line != "" {
					fmt.Fprintln(&out, line)
				}
			}
		}
	}
	path := filepath.Join("testdata", "form.txt")
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("the form differs from %s; look at it, then run go test ./notify/report -update. Got:\n%s", path, out.String())
	}
}

// described is a cell as one line; "" for a locked one without content.
func described(t *testing.T, f *excelize.File, sheet, at string) string {
	t.Helper()
	value, err := f.GetCellValue(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	formula, err := f.GetCellFormula(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	id, err := f.GetCellStyle(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	open := style.Protection != nil && !style.Protection.Locked
	if value == "" && formula == "" && !open {
		return ""
	}
	line := fmt.Sprintf("%s %q", at, value)
	if formula != "" {
		line += " =" + formula
	}
	if open {
		line += " open"
	}
	return line
}

// Nothing a department or the registry wrote becomes a formula, however it begins; what XML
// cannot hold is left out.
func TestForeignTextStaysText(t *testing.T) {
	f := drawn(t, blank(t))
	for at, want := range map[string]string{"在建项目!C4": "文峰路<北延>&道路", "在建项目!W4": strings.ReplaceAll(hostile, "\x0b", ""), "招商项目!D4": "=某公司"} {
		sheet, place, _ := strings.Cut(at, "!")
		value, err := f.GetCellValue(sheet, place)
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := f.GetCellFormula(sheet, place); err != nil || formula != "" || value != want {
			t.Errorf("%s holds %q, formula %q (%v), want the text %q", at, value, formula, err, want)
		}
	}
}

// Every cell to be filled in has its prompt or check, none of which stops the clerk; sheets are
// protected without a password; the identity is out of sight of the menu too.
func TestFormsGuardAndPrompt(t *testing.T) {
	b := blank(t)
	f := drawn(t, b)
	for _, sheet := range []string{"在建项目", "前期项目", "招商项目"} {
		checks, err := f.GetDataValidations(sheet)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, c := range checks {
			kinds[c.Type]++
			if c.ErrorStyle != nil && *c.ErrorStyle != "warning" {
				t.Errorf("%s %s: a check of the style %q stops what may be right", sheet, c.Sqref, *c.ErrorStyle)
			}
			for _, text := range []*string{c.Prompt, c.Error} {
				if text != nil && (len([]rune(*text)) > 255 || *text == "") {
					t.Errorf("%s %s: a prompt of %d letters", sheet, c.Sqref, len([]rune(*text)))
				}
			}
		}
		if kinds["date"] == 0 || kinds["list"] == 0 || sheet != "招商项目" && (kinds["decimal"] == 0 || kinds["custom"] != 1) {
			t.Errorf("%s has the checks %v", sheet, kinds)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 3 || panes.XSplit != 3 {
			t.Errorf("%s: panes %+v (%v)", sheet, panes, err)
		}
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 {
			t.Errorf("%s prints %+v (%v)", sheet, layout, err)
		}
		notes, err := f.GetComments(sheet)
		if err != nil || len(notes) < 5 || !strings.Contains(notes[0].Text, "例如:") {
			t.Errorf("%s has %d comments (%v)", sheet, len(notes), err)
		}
	}
	raw, err := Form(b)
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]string{
		"xl/workbook.xml":          `state="veryHidden"`,
		"xl/worksheets/sheet2.xml": `<sheetProtection sheet="true"`,
		"xl/worksheets/sheet5.xml": `<sheetProtection sheet="true"`,
	} {
		if text := rawPart(t, raw, part); !strings.Contains(text, want) || strings.Contains(text, "password") {
			t.Errorf("%s lacks %s, or names a password", part, want)
		}
	}
}

// A department without a project, or with projects no sheet is for, gets no form.
func TestNoFormWithoutProjects(t *testing.T) {
	b := blank(t)
	b.Projects = nil
	if _, err := Form(b); !errors.Is(err, ErrNoProjects) {
		t.Errorf("no projects: %v", err)
	}
	b = blank(t)
	b.Projects = b.Projects[3:]
	b.Form.Sheets = b.Form.Sheets[:2]
	if _, err := Form(b); !errors.Is(err, ErrNoProjects) {
		t.Errorf("projects of no sheet: %v", err)
	}
}

// A column the office adds is shown, open, and prompted as it says.
func TestAColumnAddedIsShown(t *testing.T) {
	b := blank(t)
	b.Form.Columns = append(b.Form.Columns, state.Column{ID: "workers", Title: "现场人数", Kind: state.KindNumber, Unit: "人", Help: "本周平均每天在场多少人。"})
	b.Form.Sheets[0].Columns = append(b.Form.Sheets[0].Columns, "workers")
	f := drawn(t, b)
	if got := described(t, f, "在建项目", "AH3") + described(t, f, "在建项目", "AH4"); got != `AH3 "现场人数(人)"AH4 "" open` {
		t.Errorf("the new column reads %s", got)
	}
}

// The file's name holds nothing a file system minds.
func TestNameOfTheForm(t *testing.T) {
	b := Blank{Dept: state.Dept{Short: `区/交\通:局`}, Week: state.Week{Year: 2026, No: 9}}
	if got := b.File(); got != "区交通局第9周重大项目周报表.xlsx" {
		t.Errorf("named %s", got)
	}
}
