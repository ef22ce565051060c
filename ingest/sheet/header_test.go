package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/state"
)

// columnsOf spells a sheet's columns: "C=year_plan(万元)".
func columnsOf(s state.Sheet) string {
	var out []string
	for _, c := range s.Columns {
		text := c.Col + "=" + c.ID
		if c.Unit != "" {
			text += "(" + c.Unit + ")"
		}
		out = append(out, text)
	}
	for _, c := range s.Extra {
		out = append(out, c.Col+"~"+c.Title)
	}
	return strings.Join(out, " ")
}

// Headers in every shape seen: one to three rows, merged or not, spelt with blanks, breaks, ornaments, units, in
// traditional script, with look-alike characters or a translation.
func TestHeaders(t *testing.T) {
	data := row(1, "甲", 1, 2, 3, 4)
	for _, c := range []struct {
		name, merges, want string
		rows               [][]any
	}{
		{
			name: "plain with units of their own",
			rows: [][]any{row("序号", "项目名称", "总投资（亿元）", "2026年计划投资(万元)", "本周完成投资:万元", "年度累计完成投资【元】"), data},
			want: "A=seq B=project_name C=total_invest(亿元) D=year_plan(万元) E=week_invest(万元) F=ytd_invest(元)",
		},
		{
			name: "one unit for all on the head line",
			rows: [][]any{row("周报"), row("填报单位：区住建局", nil, nil, "（单位：亿元）"), row("序号", "项目名称", "总投资", "年度计划投资(万元)", "本周完成投资", "完成率"), data},
			want: "A=seq B=project_name C=total_invest(亿元) D=year_plan(万元) E=week_invest(亿元) F=ytd_rate",
		},
		{
			name: "breaks, blanks and ornaments",
			rows: [][]any{row("序\n号", "*项 目 名 称", "1.总\u200b投资\n（万元）", "年度计\r\n划投资", "★本周完成投资", "形象　进度"), data},
			want: "A=seq B=project_name C=total_invest(万元) D=year_plan E=week_invest F=progress",
		},
		{
			name: "traditional script, radicals and a translation",
			rows: [][]any{row("序號", "項目名稱", "總投資", "年度計劃投資", "本週完成投資", "需協調解決事項"), data},
			want: "A=seq B=project_name C=total_invest D=year_plan E=week_invest F=coordination_request",
		},
		{
			name: "look-alikes",
			rows: [][]any{row("序号", "项⽬名称", "总投\u2060资", "责任⼈", "⻓度", "存在问题"), data},
			want: "A=seq B=project_name C=total_invest D=responsible_person F=problems E~⻓度",
		},
		{
			name: "translated",
			rows: [][]any{row("序号\nNo.", "项目名称\nProject Name", "总投资\nTOTAL", "年度计划投资 PLAN", "本周完成投资 Week", "形象进度\nPROGRESS"), data},
			want: "A=seq B=project_name C=total_invest D=year_plan E=week_invest F=progress",
		},
		{
			name:   "two rows merged",
			merges: "A1:A2 B1:B2 C1:E1 F1:F2",
			rows:   [][]any{row("序号", "项目名称", "投资完成情况（万元）", nil, nil, "形象进度"), row(nil, nil, "总投资", "年度计划", "本周完成"), data},
			want:   "A=seq B=project_name C=total_invest(万元) D=year_plan(万元) E=week_invest(万元) F=progress",
		},
		{
			name: "two rows not merged",
			rows: [][]any{row("序号", "项目名称", "投资情况(亿元)", nil, nil, "下周计划"), row(nil, nil, "总投资", "年度计划", "本周完成"), data},
			want: "A=seq B=project_name C=total_invest(亿元) D=year_plan(亿元) E=week_invest(亿元) F=next_plan",
		},
		{
			name:   "three rows, the year over groups over columns",
			merges: "A1:A3 B1:B3 C1:E1 C2:C3 D2:E2 F1:F3",
			rows: [][]any{
				row("序号", "项目名称", "2026年", nil, nil, "总投资"),
				row(nil, nil, "计划投资", "完成投资情况"), row(nil, nil, nil, "本周完成投资", "累计完成投资"), data,
			},
			want: "A=seq B=project_name C=year_plan D=week_invest E=ytd_invest F=total_invest",
		},
		{
			name:   "the name below a group",
			merges: "A1:B1 C1:E1",
			rows:   [][]any{row("项目基本情况", nil, "投资情况", nil, nil, "备注"), row("项目编号", "项目名称", "总投资", "年度计划投资", "本周完成投资"), data},
			want:   "A=project_id B=project_name C=total_invest D=year_plan E=week_invest F=remark",
		},
		{
			name:   "permits under a group",
			merges: "C1:F1",
			rows:   [][]any{row("序号", "项目名称", "手续办理"), row(nil, nil, "立项", "环评", "规划", "用地"), row(1, "甲", "√", "已取得", "办理中", "/")},
			want:   "A=seq B=project_name C=permit_approval D=permit_eia E=permit_planning F=permit_land",
		},
		{
			name: "months in the header",
			rows: [][]any{row("编号", "重点项目名称", "项目总投资", "今年投资计划", "1-9月累计完成投资额", "9月完成投资"), data},
			want: "A=seq B=project_name C=total_invest D=year_plan E=ytd_invest F~9月完成投资",
		},
		{
			name: "another year is another column",
			rows: [][]any{row("2026年重点项目周报"), row("序号", "项目名称", "2025年完成投资", "2026年完成投资", "截至2025年底完成投资", "2027年计划投资"), data},
			want: "A=seq B=project_name D=ytd_invest E=cum_to_last_year C~2025年完成投资 F~2027年计划投资",
		},
		{
			name:   "a group of last year lends nothing to this year's columns",
			merges: "C1:D1 E1:F1",
			rows:   [][]any{row("序号", "项目名称", "上年情况", nil, "本年情况"), row(nil, nil, "年计划投资", "年累计完成", "年计划投资", "年累计完成"), data},
			want:   "A=seq B=project_name E=year_plan F=ytd_invest C~上年情况/年计划投资 D~上年情况/年累计完成",
		},
		{
			name: "close spellings",
			rows: [][]any{row("序号", "项目名称", "本周投资完成额", "存在的困难和问题", "提请协调事项", "省级领导"), data},
			want: "A=seq B=project_name C=week_invest D=problems E=coordination_request F=lead_leader",
		},
		{
			name: "a unit that contradicts the column",
			rows: [][]any{row("序号", "项目名称", "总投资", "年度完成投资(%)", "完成率(%)", "应征地(公顷)"), row(1, "甲", 10, 20, 30, 40)},
			want: "A=seq B=project_name C=total_invest E=ytd_rate(%) F=land_need_mu(公顷) D~年度完成投资(%)",
		},
		{
			name: "the better of two words for one thing",
			rows: [][]any{row("序号", "项目名称", "项目类别", "建设性质", "总投资", "年度计划投资"), data},
			want: "A=seq B=project_name C=project_class E=total_invest F=year_plan D~建设性质",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := readGrids(t, gridOf("在建", c.merges, c.rows...))
			if b.Sheets[0].Skipped != "" || len(b.Sheets[0].Rows) != 1 {
				t.Fatalf("skipped %q, rows %v", b.Sheets[0].Skipped, b.Sheets[0].Rows)
			}
			if diff := cmp.Diff(c.want, columnsOf(b.Sheets[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A table is found wherever it stands: below blank rows, beside notes, under a head line without colons.
func TestHeaderAnywhere(t *testing.T) {
	b := readGrids(t, gridOf("Sheet1", "D5:I5",
		nil,
		row("内部资料 注意保管"),
		nil,
		nil,
		row(nil, nil, nil, "重点项目周报(第38周)"),
		row(nil, "核", nil, "填报单位", "区住建局", nil, "联系电话", "000-0000"),
		row(nil, nil, nil, "序号", "项目名称", "年度计划投资", "本周完成投资", "年度累计完成投资", "形象进度"),
		row(nil, "√", nil, 1, "甲", 100, 10, 20, "封顶"),
		row(nil, nil, nil, "合计", nil, 100, 10, 20),
	))
	expect(t, b, []string{colWeek}, "8 甲 week_invest=10", "9 =合计 week_invest=10")
	if v := b.Sheets[0].Rows[0].Values[colWeek]; v.Cell != "G8" || b.Sheets[0].HeadRow != 7 || b.Sheets[0].Title != "重点项目周报(第38周)" {
		t.Errorf("cell %s, header row %d, title %q", v.Cell, b.Sheets[0].HeadRow, b.Sheets[0].Title)
	}
}

// Nothing that only resembles a header is one: prose, a list of contacts, a sheet of other columns.
func TestNoHeader(t *testing.T) {
	for _, g := range []Grid{
		gridOf("封面", "", row("澜川区重大项目周报"), row("区住建局"), row("2026年9月18日")),
		gridOf("通讯录", "", row("姓名", "联系电话", "责任单位", "备注"), row("张三", "000", "住建局", "")),
		gridOf("数据", "", row("项目名称", "金额", "数量"), row("甲", 1, 2)),
		gridOf("登记表", "", row("项目名称", "甲", "责任单位", "住建局", "联系人", "张三"), row("总投资", 500, "开工时间", "2026年3月", "联系电话", "000")),
		gridOf("说明", "", row("请填写项目名称、总投资、本周完成投资等内容,填报人和联系电话必填。")),
	} {
		if b := readGrids(t, g); b.Sheets[0].Skipped != "no-header" {
			t.Errorf("%s: read as a table: %s", g.Name, columnsOf(b.Sheets[0]))
		}
	}
}

// Two columns of one name: the visible one counts, equal ones are one, different ones are asked about.
func TestDuplicateColumns(t *testing.T) {
	head := row("序号", "项目名称", "本周完成投资", "本周完成投资", "总投资")
	different := gridOf("在建", "", head, row(1, "甲", 10, 20, 5), row(2, "乙", 30, 30, 5))
	expect(t, readGrids(t, different), []string{colWeek}, "2 甲 duplicate-column?10", "3 乙 duplicate-column?30", "duplicate-column C1")

	equal := gridOf("在建", "", head, row(1, "甲", 10, 10, 5))
	expect(t, readGrids(t, equal), []string{colWeek}, "2 甲 week_invest=10")

	hidden := gridOf("在建", "", head, row(1, "甲", 10, 20, 5))
	hidden.HiddenCols = []Span{{2, 2}}
	b := readGrids(t, hidden)
	expect(t, b, []string{colWeek}, "2 甲 week_invest=20", "hidden-column C1") // the hidden one says otherwise
	if v := b.Sheets[0].Rows[0].Values[colWeek]; v.Cell != "D2" {
		t.Errorf("taken from %s", v.Cell)
	}
	words := gridOf("在建", "", row("序号", "项目名称", "本周投资", "本周完成投资", "总投资"), row(1, "甲", 10, 20, 5))
	expect(t, readGrids(t, words), []string{colWeek}, "2 甲 duplicate-column?10", "duplicate-column C1")
}

// 累计完成投资 alone can count from the year's or the building's start: the columns beside it decide, then the figures;
// what stays open is asked.
func TestAmbiguousCumulative(t *testing.T) {
	for _, title := range []string{"累计完成投资", "累计完成投资额(万元)", "累计投资"} {
		read := func(other string, plan, done int) state.Book {
			return readGrids(t, gridOf("在建", "", row("序号", "项目名称", "年度计划投资", title, other), row(1, "甲", plan, done, 7)))
		}
		ids := []string{colYTD, colCum}
		expect(t, read("自开工累计完成投资", 100, 50), ids, "2 甲 ytd_invest=50 cum_invest=7")
		expect(t, read("年度累计完成投资", 100, 50), ids, "2 甲 ytd_invest=7 cum_invest=50")
		expect(t, read("备注", 100, 500), ids, "2 甲 ytd_invest:none cum_invest=500")
		b := read("备注", 100, 50)
		expect(t, b, ids, "2 甲 ambiguous-header?50 cum_invest:none", "ambiguous-header D1")
	}
}

// Last week's figure is never taken for this week's, and a column for problems and requests together is said to be one.
func TestOtherAmbiguousHeaders(t *testing.T) {
	b := readGrids(t, gridOf("在建", "",
		row("序号", "项目名称", "上周完成投资", "存在问题及需协调解决的问题", "责任领导", "总投资"),
		row(1, "甲", 10, "缺地", "张三", 5)))
	expect(t, b, []string{colWeek, "problems", "coordination_request", colLeader},
		"2 甲 week_invest:none problems=缺地 coordination_request:none lead_leader=张三", "ambiguous-header D1")
}

// A word of the permit columns is brought to the form's; one the form does not know stays and is noted.
func TestChoices(t *testing.T) {
	b := readGrids(t, gridOf("在建", "",
		row("项目名称", "立项", "环评", "规划", "用地", "施工许可"),
		row("甲", "√", "已取得", "在办", "/", "正在补正")))
	expect(t, b, []string{"permit_approval", "permit_eia", "permit_planning", "permit_land", "permit_construction"},
		"2 甲 permit_approval=已办结 permit_eia=已办结 permit_planning=办理中 permit_land=不涉及 permit_construction=正在补正")
	if v := b.Sheets[0].Rows[0].Values["permit_construction"]; len(v.Notes) != 1 || v.Notes[0] != "not-a-choice" {
		t.Errorf("notes %v", v.Notes)
	}
}
