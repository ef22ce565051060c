package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/configs"
	"duban/state"
)

// gridOf builds a sheet: strings are text, numbers numbers, cells themselves, nil nothing; rows count from 1. Merged ranges
// are given as "A1:B2".
func gridOf(name string, merges string, rows ...[]any) Grid {
	g := Grid{Name: name}
	for i, values := range rows {
		row := GridRow{Num: i + 1}
		for col, v := range values {
			c := Cell{Col: col, Kind: KindText}
			switch v := v.(type) {
			case nil:
				continue
			case string:
				c.Text = v
			case int:
				c.Text, c.Kind = strconv.Itoa(v), KindNumber
			case float64:
				c.Text, c.Kind = strconv.FormatFloat(v, 'f', -1, 64), KindNumber
			case Cell:
				c = v
				c.Col = col
			}
			row.Cells = append(row.Cells, c)
		}
		if len(row.Cells) > 0 {
			g.Rows = append(g.Rows, row)
		}
	}
	for _, m := range strings.Fields(merges) {
		from, to, _ := strings.Cut(m, ":")
		var r Range
		r.FirstCol, r.FirstRow = place(from)
		r.LastCol, r.LastRow = place(to)
		g.Merges = append(g.Merges, r)
	}
	return g
}

func place(s string) (col, row int) {
	letters := strings.TrimRight(s, "0123456789")
	for _, r := range letters {
		col = col*26 + int(r-'A') + 1
	}
	row, _ = strconv.Atoi(s[len(letters):])
	return col - 1, row
}

func row(values ...any) []any { return values }

// readGrids reads sheets with the built-in form.
func readGrids(t *testing.T, grids ...Grid) state.Book {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	return readBook("a.xlsx", &File{Format: FormatXLSX, Grids: grids}, newLexicon(form), 2026)
}

// told writes a book's rows and findings in a line each: "5 name week=120 ytd?" with the doubtful marked.
func told(b state.Book, ids ...string) []string {
	var out []string
	for _, s := range b.Sheets {
		if s.Skipped != "" {
			out = append(out, s.Name+": "+s.Skipped)
			continue
		}
		for _, r := range s.Rows {
			out = append(out, fmt.Sprint(r.No)+" "+strings.TrimSpace(r.Text(colName)+values(r, ids)))
		}
		for _, r := range s.Totals {
			out = append(out, fmt.Sprint(r.No)+" ="+r.Text(colName)+values(r, ids))
		}
	}
	for _, f := range b.Findings {
		out = append(out, strings.TrimSpace(f.Rule+" "+f.Cell))
	}
	return out
}

func values(r state.Row, ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		v, ok := r.Values[id]
		switch {
		case !ok:
			fmt.Fprintf(&b, " %s:none", id)
		case v.Doubt != "":
			fmt.Fprintf(&b, " %s?%s", v.Doubt, v.Near)
		default:
			fmt.Fprintf(&b, " %s=%s", id, v.Text)
		}
	}
	return b.String()
}

func expect(t *testing.T, b state.Book, ids []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, told(b, ids...)); diff != "" {
		t.Error(diff)
	}
}

var head1 = row("序号", "项目名称", "年度计划投资", "本周完成投资", "年度累计完成投资", "形象进度")

// Rows that are no project are told apart: total rows above or below, sections, numbering, repeated headers, notes,
// signatures, empty numbered lines and blanks in between.
func TestRowsThatAreNoProject(t *testing.T) {
	b := readGrids(t, gridOf("在建", "A1:F1 A4:B4 A5:F5",
		row("重点项目周报(第38周)"),
		head1,
		row(1, 2, 3, 4, 5, 6),
		row("总 计", nil, 300, 30, 60),
		row("（一）续建项目（1个）"),
		row(1, "甲项目", 100, 10, 20, "封顶"),
		row("小计", nil, 100, 10, 20),
		row("二、新开工项目"),
		head1,
		row(2, "乙项目", 200, 20, 40, "桩基"),
		row(3),
		row(nil, "   "),
		row("合计：", nil, 300, 30, 60),
		row("注：1.投资单位为万元；2.无问题请填“无”。"),
		row("填报人：张三", nil, "审核人：李四", nil, "填报日期：2026年9月18日"),
		row("以上数据已经主要领导审核"),
	))
	expect(t, b, []string{colWeek}, "6 甲项目 week_invest=10", "10 乙项目 week_invest=20",
		"4 =总计 week_invest=30", "7 =小计 week_invest=10", "13 =合计： week_invest=30")
	if got := []state.Class{b.Sheets[0].Rows[0].Class, b.Sheets[0].Rows[1].Class}; !slices.Equal(got, []state.Class{state.ClassContinuing, state.ClassNewStart}) {
		t.Errorf("classes of the sections: %v", got)
	}
	if b.Filler != "张三" || b.Reviewer != "李四" {
		t.Errorf("signature: %q %q", b.Filler, b.Reviewer)
	}
}

// A project stays one however its name begins and however little is filled in.
func TestRowsThatAreProjects(t *testing.T) {
	b := readGrids(t, gridOf("在建", "",
		head1,
		row("一", "一、二期标准厂房", 100, 10, 20, "封顶"),
		row(2, "合计产业园", 100, 10, 20, "封顶"),
		row(3, "待报项目"),
		row(nil, "丙项目", nil, nil, nil, "停工"),
		row(5, nil, 100, 10, 20, "没写名称"),
		row(6, "说明书印刷厂", 1, 2, 3, "封顶"),
		row(7, "例外管理中心", 1, 2, 3, "封顶"),
	))
	expect(t, b, []string{colWeek}, "2 一、二期标准厂房 week_invest=10", "3 合计产业园 week_invest=10", "4 待报项目 week_invest=",
		"5 丙项目 week_invest=", "6 week_invest=10", "7 说明书印刷厂 week_invest=2", "8 例外管理中心 week_invest=2")
}

// The line that says nothing changed and the form's example are no projects, and are not passed over in silence.
func TestNilReturnAndExample(t *testing.T) {
	b := readGrids(t, gridOf("在建", "A2:F2", head1, row("本周无更新")))
	expect(t, b, nil, "nil-return A2")
	b = readGrids(t, gridOf("在建", "", head1, row("示例", "某某项目", 1, 1, 1, "x"), row(1, "甲", 1, 1, 1, "x")))
	expect(t, b, nil, "3 甲", "example-row A2")
}

// Words merged down hold for every row; a figure merged down is one figure for several projects.
func TestMergedDown(t *testing.T) {
	head := row("序号", "项目名称", "总投资", "责任单位", "存在问题")
	b := readGrids(t, gridOf("在建", "C2:C3 D2:D4 B5:B6",
		head,
		row(1, "甲", 500, "住建局", "无"),
		row(2, "乙", nil, "旧单位", "无"),
		row(3, "丙", 700, nil, "无"),
		row(4, "丁", 800, "水利局", "问题一"),
		row(nil, nil, nil, nil, "问题二"),
	))
	expect(t, b, []string{"total_invest", "responsible_dept", "problems"},
		"2 甲 total_invest=500 responsible_dept=住建局 problems=无",
		"3 乙 merged-value? responsible_dept=住建局 problems=无",
		"4 丙 total_invest=700 responsible_dept=住建局 problems=无",
		"5 丁 total_invest=800 responsible_dept=水利局 problems=问题一\n问题二")
}

// Two tables on one sheet are read apart, each by its own header.
func TestTwoTables(t *testing.T) {
	b := readGrids(t, gridOf("周报", "",
		row("2026年重点项目周报(第38周)"),
		head1,
		row(1, "甲", 1, 2, 3, "x"),
		row("合计", nil, 1, 2, 3),
		row("填报人：张三"),
		nil,
		row("附表：前期项目情况"),
		row("项目名称", "责任单位", "总投资(亿元)"),
		row("乙", "住建局", 1.5),
		row("合计", nil, 1.5),
	))
	expect(t, b, []string{"total_invest"}, "3 甲 total_invest:none", "4 =合计 total_invest:none", "9 乙 total_invest=15000", "10 =合计 total_invest=15000")
	if b.Week != (state.Week{Year: 2026, No: 38}) || b.Sheets[1].Title != "附表：前期项目情况" || b.Sheets[1].Rows[0].Class != "" {
		t.Errorf("week %v, second title %q, class %q", b.Week, b.Sheets[1].Title, b.Sheets[1].Rows[0].Class)
	}
}

// Of several sheets only those that report count: no instructions with an example table, no hidden leftovers, no empty
// ones. A single sheet is read whatever it is called.
func TestSheetsThatCount(t *testing.T) {
	table := func(name string, hidden bool) Grid {
		g := gridOf(name, "", head1, row(1, "甲"+name, 1, 2, 3, "x"))
		g.Hidden = hidden
		return g
	}
	b := readGrids(t, gridOf("封面", "", row("周报")), table("填表说明", false), table("本周", false), table("上周", true), Grid{Name: "Sheet3"})
	expect(t, b, nil, "封面: no-header", "填表说明: instructions", "2 甲本周", "上周: hidden", "Sheet3: empty", "hidden-sheet")
	b = readGrids(t, table("填表说明", false))
	expect(t, b, nil, "2 甲填表说明")
	b = readGrids(t, table("本周", true), Grid{Name: "Sheet2"})
	expect(t, b, nil, "2 甲本周", "Sheet2: empty")
	if !b.Sheets[0].Rows[0].Hidden {
		t.Error("the row of a hidden sheet is not marked")
	}
}

// Hidden rows are read and marked.
func TestHiddenRowsAreMarked(t *testing.T) {
	g := gridOf("在建", "", head1, row(1, "甲", 1, 2, 3, "x"), row(2, "乙", 1, 2, 3, "x"))
	g.Rows[2].Hidden = true
	b := readGrids(t, g)
	if r := b.Sheets[0].Rows; len(r) != 2 || r[0].Hidden || !r[1].Hidden {
		t.Errorf("got %+v", r)
	}
}

// Formulas: a result that the formula does not give any more, or none at all, is no certain value.
func TestFormulas(t *testing.T) {
	formula := func(expr, text string, kind Kind) Cell {
		return Cell{Text: text, Kind: kind, Formula: true, Expr: expr}
	}
	b := readGrids(t, gridOf("在建", "",
		head1,
		row(1, "甲", 100, 10, formula("90+D2", "100", KindNumber), "x"),
		row(2, "乙", 100, 10, formula("90+D3", "99", KindNumber), "x"),
		row(3, "丙", 100, 10, formula("$D$4*2-(1+1)", "", KindPending), "x"),
		row(4, "丁", 100, 10, formula("VLOOKUP(B5,Sheet2!A:B,2,0)", "55", KindNumber), "x"),
		row(5, "戊", 100, formula("", "#REF!", KindError), formula("Sheet2!B1", "", KindPending), "x"),
		row(6, "己", 100, 10, Cell{Text: "1,234", Kind: KindText, Formula: true, Expr: `TEXT(1234,"#,##0")`}, "x"),
		row("合计", nil, formula("SUM(C2:C7)", "600", KindNumber), nil, formula("ROUND(SUM(E2:E3),0)", "190", KindNumber)),
	))
	expect(t, b, []string{colYTD},
		"2 甲 ytd_invest=100", "3 乙 formula-stale?99", "4 丙 formula-no-result?18", "5 丁 ytd_invest=55",
		"6 戊 formula-no-result?", "7 己 ytd_invest=1234", "8 =合计 formula-stale?190")
	if v := b.Sheets[0].Rows[4].Values[colWeek]; v.Doubt != "error-value" || v.Raw != "#REF!" {
		t.Errorf("error value: %+v", v)
	}
}

// Cells that are not what they seem: dates made of words, struck words, truth values, blanks.
func TestCellsThatAreNotWhatTheySeem(t *testing.T) {
	date := Cell{Text: "46085", Kind: KindNumber, Class: ClassDate, Code: "m-d"}
	struck := Cell{Text: "12721172", Kind: KindText, Runs: []Run{{"1272", true}, {"1172", false}}}
	b := readGrids(t, gridOf("在建", "",
		head1,
		row(date, "甲", date, struck, Cell{Text: "TRUE", Kind: KindBool}, date),
		row(2, Cell{Text: "乙项目", Kind: KindText, Struck: true}, "/", "　", "——", Cell{Text: "0.85", Kind: KindNumber, Class: ClassPercent, Code: "0%"}),
		row(3, "丙", Cell{Text: "0.5", Kind: KindNumber, Class: ClassPercent}, "未开工", "N/A", "无"),
	))
	ids := []string{colSeq, colPlan, colWeek, colYTD, "progress"}
	expect(t, b, ids,
		"2 甲 became-date?3-4 not-a-number? struck-through?1172 not-a-number? became-date?2026-03-04",
		"3 seq=2 amount-not-stated? amount-not-stated? amount-not-stated? progress=85%",
		"4 丙 seq=3 not-a-number? not-a-number? not-a-number? progress=无")
	if v := b.Sheets[0].Rows[1].Values[colName]; v.Doubt != "struck-through" || v.Near != "乙项目" {
		t.Errorf("a struck name: %+v", v)
	}
	if v := b.Sheets[0].Rows[1].Values[colYTD]; v.Raw != "——" || v.Cell != "E3" {
		t.Errorf("an empty marker keeps what was typed: %+v", v)
	}
}

// Where the format knows no numbers, figures as text are no habit worth a note; and a number in another unit than the
// form's is asked about.
func TestUntypedFormatsAndOtherUnits(t *testing.T) {
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	g := gridOf("在建", "", row("项目名称", "本周完成投资", "年度累计完成投资", "已征地(公顷)"), row("甲", "1,200", "３", "5"))
	for format, want := range map[Format]string{FormatCSV: " fullwidth-digits", FormatXLSX: "number-as-text fullwidth-digits"} {
		b := readBook("a", &File{Format: format, Grids: []Grid{g}}, newLexicon(form), 2026)
		v := b.Sheets[0].Rows[0].Values
		if got := strings.Join(v[colWeek].Notes, " ") + " " + strings.Join(v[colYTD].Notes, " "); got != want || v[colWeek].Text != "1200" {
			t.Errorf("%s: notes %q, want %q", format, got, want)
		}
		if v["land_done_mu"].Doubt != "value-unclear" {
			t.Errorf("公顷 for 亩: %+v", v["land_done_mu"])
		}
	}
}
