package report

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// districtBook is one workbook of the fictional district with what the office found in it.
type districtBook struct {
	file     string
	part     string // of the sheet with the defects
	findings []state.Finding
	marked   map[string]string // sheet!cell -> fill
}

func districtBooks() []districtBook {
	return []districtBook{
		{
			file: "W38-D05-1.xlsx", part: "xl/worksheets/sheet1.xml",
			findings: []state.Finding{
				{
					Rule: "rate-mismatch", Level: state.LevelError, Sheet: "在建项目", Cell: "H4", Project: "LC2026-006", Name: "文峰路北延道路工程",
					Found: "42.1", Title: "完成年度计划比例(%)", Unit: "%", Follows: "arith-ytd-mismatch",
					Message: "今年以来累计完成投资(万元)(G4)改好后,此处即相符,请一并核对。",
				},
				{
					Rule: "arith-ytd-mismatch", Level: state.LevelError, Sheet: "在建项目", Cell: "G4", Project: "LC2026-006", Name: "文峰路北延道路工程",
					Found: "4540", Expected: "4420", Last: "4300", Title: "今年以来累计完成投资(万元)", Unit: "万元",
					Message: "上次累计4300加本周120,应为4420,与您填的4540不等。如是本周完成投资填错,请改本周数;如有核减等调整,请在“备注”写明。",
				},
				{
					Rule: "total-row-mismatch", Level: state.LevelError, Sheet: "在建项目", Cell: "G5", Name: "合计",
					Found: "4420", Title: "今年以来累计完成投资(万元)", Unit: "万元", Follows: "arith-ytd-mismatch",
					Message: "今年以来累计完成投资(万元)(G4)改好后,此处即相符,请一并核对。",
				},
			},
			marked: map[string]string{"在建项目!G4": colours[red], "在建项目!H4": colours[red], "在建项目!G5": colours[red]},
		},
		{
			file: "W38-D09-1.xlsx", part: "xl/worksheets/sheet1.xml",
			findings: []state.Finding{
				{
					Rule: "not-a-number", Level: state.LevelError, Sheet: "Sheet1", Cell: "F5", Project: "LC2026-004", Name: "区人民医院门急诊综合楼",
					Found: "约210", Example: "210", Title: "投资情况(万元)/本周完成", Unit: "万元",
					Message: "“投资情况(万元)/本周完成”要填一个确定的数,不带“约、左右、余”等字,也不写算式和几个数。",
				},
				{Rule: "fullwidth-digits", Level: state.LevelNote, Sheet: "Sheet1", Cell: "G5", Found: "９８１０", Message: "全角数字,已按半角读取。"},
			},
			marked: map[string]string{"Sheet1!F5": colours[red]},
		},
		{
			file: "W38-D16-1.xlsx", part: "xl/worksheets/sheet1.xml",
			findings: []state.Finding{
				{
					Rule: "unit-suspect", Level: state.LevelError, Sheet: "在建项目", Cell: "G6", Cells: []string{"G6", "G8"}, Project: "LC2026-024", Name: "医用耗材智造基地",
					Found: "0.033", Example: "330", Title: "本周完成投资", Unit: "万元",
					Message: "“本周完成投资”的单位是万元,您填的0.033与上周或项目库的数相差约一万倍,像是按别的单位填的。请以万元计填写,例如330。",
				},
				{
					Rule: "unit-suspect", Level: state.LevelError, Sheet: "在建项目", Cell: "H6", Cells: []string{"H6", "H8"}, Project: "LC2026-024", Name: "医用耗材智造基地",
					Found: "1.123", Example: "11230", Last: "10900", Title: "年度累计完成投资", Unit: "万元",
					Message: "“年度累计完成投资”的单位是万元,您填的1.123与上周或项目库的数相差约一万倍,像是按别的单位填的。请以万元计填写,例如11230。",
				},
				{
					Rule: "visit-outside-week", Level: state.LevelWarning, Sheet: "在建项目", Cell: "N4", Project: "LC2026-022",
					Message: "领导到场日期不在本周,请核对或说明。", Title: "领导到场日期",
				},
			},
			marked: map[string]string{
				"在建项目!G6": colours[red], "在建项目!G8": colours[red], "在建项目!H6": colours[red], "在建项目!H8": colours[red], "在建项目!N4": colours[yellow],
			},
		},
	}
}

func TestDistrictsWorkbooksComeBackWithNothingButTheirMarks(t *testing.T) {
	for _, d := range districtBooks() {
		t.Run(d.file, func(t *testing.T) {
			before, err := os.ReadFile(filepath.Join("testdata", d.file))
			if err != nil {
				t.Fatal(err)
			}
			after, err := Mark(before, d.file, d.findings)
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for at := range d.marked {
				cells = append(cells, at[strings.IndexByte(at, '!')+1:])
			}
			onlyMarked(t, before, after, map[string][]string{d.part: cells})
			sameCells(t, before, after, d.marked)
			comments := commentsOf(t, after, strings.Split(firstKey(d.marked), "!")[0])
			if len(comments) != len(d.marked) {
				t.Errorf("%d comments for %d marked cells", len(comments), len(d.marked))
			}
			again, err := Mark(before, d.file, d.findings)
			if err != nil || string(again) != string(after) {
				t.Errorf("marked a second time it differs (%v): a letter composed again would not be the same", err)
			}
		})
	}
}

func firstKey(m map[string]string) string {
	for k := range m {
		return k
	}
	return ""
}

// commentsOf gives the comments of a sheet by cell, as another reader shows them.
func commentsOf(t *testing.T, data []byte, sheet string) map[string]string {
	t.Helper()
	list, err := opened(t, data).GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, c := range list {
		text := c.Text
		for _, run := range c.Paragraph {
			if !strings.Contains(text, run.Text) {
				text += run.Text
			}
		}
		out[c.Cell] += text
	}
	return out
}

func TestCommentTellsWhatWasFoundAndWhatBelongsThere(t *testing.T) {
	d := districtBooks()[0]
	before, err := os.ReadFile(filepath.Join("testdata", d.file))
	if err != nil {
		t.Fatal(err)
	}
	after, err := Mark(before, d.file, d.findings)
	if err != nil {
		t.Fatal(err)
	}
	comments := commentsOf(t, after, "在建项目")
	for at, want := range map[string][]string{
		"G4": {"区重大项目办", "第1项 必须改", "应为4420", "您填的:4540", "上周:4300", "应填:4420"},
		"H4": {"区重大项目办", "随第1项核对", "改好后,此处即相符"},
		"G5": {"随第1项核对"},
	} {
		for _, words := range want {
			if !strings.Contains(comments[at], words) {
				t.Errorf("the comment of %s lacks %q: %q", at, words, comments[at])
			}
		}
	}
	if strings.Contains(comments["H4"], "您填的") {
		t.Errorf("a cell that comes right by itself asks for a value: %q", comments["H4"])
	}
}

func TestListNamesEveryFindingAndLeadsToItsCell(t *testing.T) {
	d := districtBooks()[2]
	before, err := os.ReadFile(filepath.Join("testdata", d.file))
	if err != nil {
		t.Fatal(err)
	}
	whole := state.Finding{Rule: "project-missing", Level: state.LevelError, Message: "缺少项目“甲”,请补上。"}
	other := state.Finding{Rule: "x", Level: state.LevelError, Book: "别的表.xlsx", Sheet: "在建项目", Cell: "A1", Message: "不该出现"}
	after, err := Mark(before, d.file, append(d.findings, whole, other))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, after)
	rows, err := f.GetRows(listName)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, r := range rows {
		text.WriteString(strings.Join(r, "|") + "\n")
	}
	want := regexp.MustCompile(`(?s)^补正清单\n本表共列3项必须改\(红色\)、1项请改或说明\(黄色\)。.*\n序号\|工作表\|单元格\|项目\|栏目\|您填的\|上周\|应填/例如\|要求\n` +
		`1\|在建项目\|G6、G8\|LC2026-024 医用耗材智造基地\|本周完成投资\(万元\)\|0\.033\|\|例如:330\|必须改:.*\n` +
		`2\|在建项目\|H6、H8\|LC2026-024 医用耗材智造基地\|年度累计完成投资\(万元\)\|1\.123\|10900\|例如:11230\|必须改:.*\n` +
		`3\|\|\|\|\|\|\|\|必须改:缺少项目“甲”,请补上。\n` +
		`4\|在建项目\|N4\|LC2026-022\|领导到场日期\|\(空\)\|\|\|请改或说明:领导到场日期不在本周,请核对或说明。\n$`)
	if !want.MatchString(text.String()) {
		t.Errorf("the list reads\n%s", text.String())
	}
	for at, to := range map[string]string{"C4": "'在建项目'!G6", "C5": "'在建项目'!H6", "C6": "", "C7": "'在建项目'!N4"} {
		_, link, err := f.GetCellHyperLink(listName, at)
		if err != nil || link != to {
			t.Errorf("%s leads to %q (%v), want %q", at, link, err, to)
		}
	}
	if panes, err := f.GetPanes(listName); err != nil || !panes.Freeze || panes.YSplit != listHead {
		t.Errorf("the head is not frozen: %+v %v", panes, err)
	}
	layout, err := f.GetPageLayout(listName)
	if err != nil || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("the list prints badly: %+v %v", layout, err)
	}
	if n := f.GetActiveSheetIndex(); f.GetSheetList()[n] != "在建项目" {
		t.Errorf("the workbook opens on sheet %d", n)
	}
}

func TestForeignTextIsOnlyText(t *testing.T) {
	before, err := os.ReadFile(filepath.Join("testdata", "W38-D05-1.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	hostile := "=HYPERLINK(\"http://x\")<b>&amp;]]>\u202e\u200b\x00\x07_x202E_\xff"
	want := `=HYPERLINK("http://x")<b>&amp;]]>_x202E_`
	after, err := Mark(before, "a.xlsx", []state.Finding{{
		Level: state.LevelError, Sheet: "在建项目", Cell: "G4", Project: hostile, Name: hostile, Title: hostile, Unit: hostile,
		Found: hostile, Expected: hostile, Example: hostile, Last: hostile, Message: hostile + strings.Repeat("长", 50_000),
	}})
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, after)
	for _, col := range []string{"D", "E", "F", "G", "H", "I"} {
		at := col + "4"
		if formula, _ := f.GetCellFormula(listName, at); formula != "" {
			t.Errorf("%s became the formula %q", at, formula)
		}
		got, _ := f.GetCellValue(listName, at)
		if !strings.Contains(got, want) || strings.ContainsAny(got, "\u202e\u200b\x00\x07") || len(got) > 5_000 {
			t.Errorf("%s reads %.200q, want it to hold %q", at, got, want)
		}
	}
	for name, part := range unzipped(t, after) {
		if strings.Contains(string(part), "\u202e") {
			t.Errorf("part %s holds a character that turns the text around", name)
		}
	}
}

func TestFileThatCannotBeMarkedIsRefused(t *testing.T) {
	one := []state.Finding{{Level: state.LevelError, Sheet: "表", Cell: "A1", Message: "改"}}
	whole, err := os.ReadFile(filepath.Join("testdata", "W38-D05-1.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	broken := append([]byte{}, whole...)
	broken[len(broken)/3] ^= 0xFF
	macros := oddBook(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	macros.more = map[string]string{"xl/vbaProject.bin": "x"}
	twice := oddBook(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	twice.more = map[string]string{"XL/Workbook.xml": "<x/>"}
	doctype := oddBook(``)
	doctype.workbook = `<!DOCTYPE x [<!ENTITY a "b">]>` + doctype.workbook
	disorder := oddBook(`<row r="3"/><row r="2"/>`)
	for name, tt := range map[string]struct {
		data     []byte
		findings []state.Finding
		why      string
	}{
		"no zip":         {[]byte("%PDF-1.4"), one, "not a valid zip"},
		"damaged":        {broken, one, "part"},
		"cut off":        {whole[:len(whole)/2], one, "zip"},
		"macros":         {macros.zip(t), one, "macros"},
		"two names":      {twice.zip(t), one, "two parts"},
		"document type":  {doctype.zip(t), one, "document type"},
		"rows disorder":  {disorder.zip(t), one, "stands behind"},
		"nothing to say": {whole, []state.Finding{{Level: state.LevelNote, Message: "x"}}, "no finding"},
		"another book":   {whole, []state.Finding{{Level: state.LevelError, Book: "b", Message: "x"}}, "no finding"},
	} {
		out, err := Mark(tt.data, "a", tt.findings)
		if err == nil || !strings.Contains(err.Error(), tt.why) || out != nil {
			t.Errorf("%s: got %d bytes and %v, want an error that says %q", name, len(out), err, tt.why)
		}
	}
}

func TestFindingWithoutKnownCellIsListedOnly(t *testing.T) {
	before, err := os.ReadFile(filepath.Join("testdata", "W38-D05-1.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := Mark(before, "a", []state.Finding{
		{Level: state.LevelError, Sheet: "没有这张表", Cell: "A1", Message: "甲"},
		{Level: state.LevelError, Sheet: "在建项目", Cell: "A0", Message: "乙"},
		{Level: state.LevelError, Sheet: "在建项目", Cell: "ZZZZ1", Message: "丙"},
	})
	if err != nil {
		t.Fatal(err)
	}
	onlyMarked(t, before, after, nil)
	sameCells(t, before, after, nil)
	if got, _ := opened(t, after).GetCellValue(listName, "I6", excelize.Options{}); got != "必须改:丙" {
		t.Errorf("got %q", got)
	}
}

func TestNumbersOfTheLetterAreKept(t *testing.T) {
	d := districtBooks()[0]
	before, err := os.ReadFile(filepath.Join("testdata", d.file))
	if err != nil {
		t.Fatal(err)
	}
	d.findings[1].Item = 7
	ask := state.Finding{Level: state.LevelError, Sheet: "在建项目", Cell: "B4", Message: "甲", Item: 4}
	after, err := Mark(before, "a", append(d.findings, ask))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, after)
	for at, want := range map[string]string{"A4": "4", "A5": "7", "A6": "7", "A7": "7"} {
		if got, _ := f.GetCellValue(listName, at); got != want {
			t.Errorf("%s reads %q, want item %s of the letter", at, got, want)
		}
	}
	if got := commentsOf(t, after, "在建项目")["H4"]; !strings.Contains(got, "随第7项核对") {
		t.Errorf("comment: %q", got)
	}
}

// The department corrects the marked workbook itself and sends it back.
func TestMarksOfTheLetterBeforeAreTakenOff(t *testing.T) {
	d := districtBooks()[2]
	before, err := os.ReadFile(filepath.Join("testdata", d.file))
	if err != nil {
		t.Fatal(err)
	}
	first, err := Mark(before, "a", d.findings)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Mark(first, "a", d.findings[1:2])
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, second)
	if list := f.GetSheetList(); len(list) != len(opened(t, first).GetSheetList()) || list[0] != listName {
		t.Errorf("sheets: %v, the list is written anew in its place", list)
	}
	rows, err := f.GetRows(listName)
	if err != nil || len(rows) != listHead+1 || rows[listHead][2] != "H6、H8" {
		t.Errorf("the list reads %q (%v)", rows, err)
	}
	own := opened(t, before)
	for at, red := range map[string]bool{"G6": false, "G8": false, "N4": false, "H6": true, "H8": true} {
		got, want := style(t, f, "在建项目", at), style(t, own, "在建项目", at)
		if red {
			if len(got.Fill.Color) != 1 || got.Fill.Color[0] != colours[paint(0)][2:] {
				t.Errorf("%s is filled %+v, it is still to be changed", at, got.Fill)
			}
			got.Fill = want.Fill
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s looks %+v, at first it was %+v", at, got, want)
		}
	}
	comments := commentsOf(t, second, "在建项目")
	if len(comments) != 5 || !strings.Contains(comments["G6"], settled) || strings.Contains(comments["G6"], "您填的:") || strings.Count(comments["H6"], "您填的:") != 1 {
		t.Errorf("comments: %q", comments)
	}
}
