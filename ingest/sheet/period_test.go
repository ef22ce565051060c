package sheet

import (
	"testing"

	"duban/state"
)

// The reported week, as head lines, titles and sheet names say it: the week of its Friday.
func TestReportedWeek(t *testing.T) {
	table := [][]any{head1, row(1, "甲", 1, 2, 3, "x")}
	for _, c := range []struct {
		sheet string
		above [][]any
		want  string
		cell  string
	}{
		{above: [][]any{row("澜川区2026年重大项目进展周报表(第38周)")}, want: "2026-W38", cell: "A1"},
		{above: [][]any{row("重大项目周报"), row("报告期：2026年第38周")}, want: "2026-W38", cell: "A2"},
		{above: [][]any{row("周报"), row("填报单位：甲局", nil, "填报周期：2026年9月14日—2026年9月20日")}, want: "2026-W38", cell: "C2"},
		{above: [][]any{row("周报"), row("报告期:2026年9月12日至9月18日")}, want: "2026-W38"},
		{above: [][]any{row("周报"), row("报告期:9月14日—18日")}, want: "2026-W38"},
		{above: [][]any{row("周报"), row("统计周期：2026.9.14-2026.9.18")}, want: "2026-W38"},
		{above: [][]any{row("周报"), row("报告期", "2026年9月14日—9月18日")}, want: ""}, // no colon: a label nobody wrote as one
		{above: [][]any{row("周报"), row("报告期：", "2026年9月14日—9月18日")}, want: "2026-W38", cell: "B2"},
		{above: [][]any{row("重大项目周报(9月14日-9月18日)")}, want: "2026-W38"},
		{above: [][]any{row("周报"), row("此表统计时间截止：2026年9月18日")}, want: "2026-W38"},
		{above: [][]any{row("重点項目週報（第三十八週）")}, want: "2026-W38"},
		{above: [][]any{row("2026-W38 weekly")}, want: "2026-W38"},
		{sheet: "第38周", want: "2026-W38"},
		{sheet: "2026年第38周", above: [][]any{row("重大项目周报")}, want: "2026-W38"},
		{above: [][]any{row("周报"), row("填报人：张三   填报日期：2026年9月18日")}, want: "2026-W38", cell: "A2"},
		{above: [][]any{row("周报"), row("填报日期：2026年9月21日")}, want: ""}, // a Monday: for which week?
		{above: [][]any{row("周报"), row("报告期：2026年9月1日—9月30日")}, want: ""},
		{above: [][]any{row("周报"), row("报告期：2026年2月30日—3月5日")}, want: ""},
		{above: [][]any{row("2026年重大项目周报(第60周)")}, want: ""},
		{above: [][]any{row("重大项目周报")}, want: ""},

		{above: [][]any{row("明州市周报（2027年第1周）"), row("填报周期：2026年12月28日—2027年1月3日")}, want: "2026-W53"},
		{above: [][]any{row("明州市周报"), row("填报周期：12月28日—1月3日")}, want: "2026-W53"},
		{above: [][]any{row("2027年第1周周报")}, want: "2027-W01"},
	} {
		rows := append(append([][]any{}, c.above...), table...)
		name := c.sheet
		if name == "" {
			name = "在建项目"
		}
		b := readGrids(t, gridOf(name, "", rows...))
		if b.Week.String() != c.want || c.cell != "" && b.WeekCell != c.cell {
			t.Errorf("%s %v: got %v at %q, want %v at %q", name, c.above, b.Week, b.WeekCell, c.want, c.cell)
		}
		if len(b.Findings) != 0 {
			t.Errorf("%v: findings %v", c.above, b.Findings)
		}
	}
}

// Places that name different weeks leave the week open and are asked about, within a sheet and between sheets.
func TestContradictingWeeks(t *testing.T) {
	table := [][]any{head1, row(1, "甲", 1, 2, 3, "x")}
	b := readGrids(t, gridOf("在建", "", append([][]any{row("周报（第47周）"), row("填报周期：2026年1月5日—2026年1月11日")}, table...)...))
	expect(t, b, nil, "4 甲", "period-conflict A2")
	if !b.Week.IsZero() || b.Findings[0].Level != state.LevelError {
		t.Errorf("week %v, findings %+v", b.Week, b.Findings)
	}
	b = readGrids(t,
		gridOf("一", "", append([][]any{row("周报（第38周）")}, table...)...),
		gridOf("二", "", append([][]any{row("周报（第39周）")}, table...)...))
	expect(t, b, nil, "3 甲", "3 甲", "period-conflict A1")
	if !b.Week.IsZero() {
		t.Errorf("week %v", b.Week)
	}
}

// The year of a sheet is what its title says, then the one given: last year's sheet that comes in January is last year's.
func TestYearOfTheSheet(t *testing.T) {
	b := readGrids(t, gridOf("在建", "", row("2025年重大项目周报(第52周)"), row("项目名称", "2025年计划投资", "2026年计划投资", "本周投资", "备注"), row("甲", 10, 20, 3, 4)))
	expect(t, b, []string{colPlan}, "3 甲 year_plan=10")
	if b.Week != (state.Week{Year: 2025, No: 52}) {
		t.Errorf("week %v", b.Week)
	}
}
