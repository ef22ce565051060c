package sheet

import (
	"testing"

	"duban/state"
)

// Rows as forms of other offices have them: a section's ordinal in a cell of its own, parts of a total, columns numbered by
// letters, the form's example in full width, lines sent out half filled.
func TestMoreRowsThatAreNoProject(t *testing.T) {
	head := row("序号", "项目名称", "年度计划投资", "本周完成投资", "形象进度", "责任单位", "牵头领导", "联系电话")
	b := readGrids(t, gridOf("在建", "",
		head,
		row("A", "B", "C", "D", "E", "F", "G", "H"),
		row("甲", "乙", 1, 2, 3, "丁", "戊", "己"),
		row("合计", nil, 300, 30),
		row("其中：市政", nil, 100, 10),
		row("一", "续建项目（1个）", 100, 10),
		row("例", "示例：某某路改造", 1, 1, "完成路基", "住建局", "王强", "0571-00000001"),
		row(1, "甲项目", 100, 10, "封顶", "住建局", "王强", "0571-00000001"),
		row("二", "新开工项目", 200, 20),
		row(2, "乙项目", 200, 20, "桩基", "住建局", "王强", "0571-00000001"),
		row(3, nil, 0, 0, nil, "住建局", "王强", "0571-00000001"),
		row(4, nil, nil, nil, nil, "住建局", "王强"),
	))
	expect(t, b, []string{colWeek}, "8 甲项目 week_invest=10", "10 乙项目 week_invest=20", "4 =合计 week_invest=30", "example-row A7")
	if got := b.Sheets[0].Rows[1].Class; got != state.ClassNewStart {
		t.Errorf("class of the section: %q", got)
	}
	b = readGrids(t, gridOf("在建", "", head, row(1, "本周无变化")))
	expect(t, b, nil, "nil-return A2")
}

// Units in a row of their own below the header belong to it.
func TestUnitsBelowTheHeader(t *testing.T) {
	b := readGrids(t, gridOf("在建", "",
		row("序号", "项目名称", "总投资", "年度计划投资", "形象进度"),
		row(nil, nil, "（亿元）", "万元"),
		row(1, "甲项目", 1.2, 3000, "封顶"),
	))
	expect(t, b, []string{"total_invest", colPlan}, "3 甲项目 total_invest=12000 year_plan=3000")
}

// The head lines' unit holds for the amounts whose header names none. A department's name that begins like a unit is none,
// and two units that contradict each other are asked about.
func TestUnitsOfTheHeadLines(t *testing.T) {
	head := row("序号", "项目名称", "总投资(亿元)", "年度计划投资", "本周完成投资")
	read := func(first, second string) state.Book {
		return readGrids(t, gridOf("在建", "", row("重点项目周报", nil, nil, nil, first), row("填报单位：元氏县住建局", nil, nil, nil, second), head, row(1, "甲", 2, 50, 3)))
	}
	ids := []string{"total_invest", colPlan, colWeek}
	expect(t, read("", ""), ids, "4 甲 total_invest=20000 year_plan=50 week_invest=3")
	expect(t, read("", "单位：亿元"), ids, "4 甲 total_invest=20000 year_plan=500000 week_invest=30000")
	expect(t, read("", "金额单位：人民币万元"), ids, "4 甲 total_invest=20000 year_plan=50 week_invest=3")
	expect(t, read("单位：万元", "单位：亿元"), ids, "4 甲 total_invest=20000 value-unclear?50 value-unclear?3")
}
