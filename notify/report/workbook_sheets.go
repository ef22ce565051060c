package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// overview draws 总表: the classes, then the departments, with two charts.
func (b *book) overview() error {
	t := table{
		name: "总表", title: b.Week.Spoken() + "重大项目进展汇总表",
		note: fmt.Sprintf("%s时间进度%.1f%%。%s", b.since(), b.TimePct, b.legend()),
		columns: []column{
			{"类别/单位", 20, asText, false},
			{"项目数", 8, asNumber, false},
			{"总投资(万元)", 14, asMoney, false},
			{"年度计划(万元)", 14, asMoney, false},
			{"本周完成(万元)", 14, asMoney, false},
			{"追补(万元)", 12, asMoney, false},
			{"年度累计(万元)", 14, asMoney, false},
			{"占年度计划", 11, asPercent, false},
			{"与时间进度比(百分点)", 15, asPoints, false},
			{"红灯", 7, asNumber, false},
			{"黄灯", 7, asNumber, false},
			{"状态", 26, asWrapped, false},
		},
	}
	add := func(l Line, of func(Project) bool) {
		t.rows = append(t.rows, []any{l.Name, l.Count, l.Total, l.YearPlan, l.Week, l.CatchUp, l.YTD, l.Rate, number(l.Gap), l.Red, l.Yellow, b.marked(of)})
	}
	for _, l := range b.Classes {
		add(l, func(p Project) bool { return string(p.Class) == l.ID })
	}
	all := b.Overall
	all.Name = "合计"
	add(all, func(Project) bool { return true })
	t.strong = len(t.rows)
	for _, l := range b.Depts {
		add(l, func(p Project) bool { return p.Dept == l.ID })
	}
	t.charts = func() error {
		first := headRow + 1
		return b.charts(t.name, first, first+len(b.Classes)-1, first+len(b.Classes)+1, headRow+len(t.rows))
	}
	return b.draw(t)
}

// marked counts the projects of a line whose figures did not come about as usual:
// "沿用2个、未核1个".
func (b *book) marked(of func(Project) bool) string {
	count := map[string]int{}
	var words []string
	for _, p := range b.Projects {
		if !of(p) {
			continue
		}
		for _, m := range p.Marks {
			if count[m]++; count[m] == 1 {
				words = append(words, m)
			}
		}
	}
	for i, m := range words {
		words[i] = fmt.Sprintf("%s%d个", m, count[m])
	}
	return joined(words)
}

// number is a plain number for a cell, nil for none.
func number(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

// charts puts the plan against what is done by class, and the share of the plan by
// department, below the table, so that a printed page is as wide as the table.
func (b *book) charts(sheet string, class1, class2, dept1, dept2 int) error {
	ref := func(col string, from, to int) string {
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, col, from, col, to)
	}
	title := func(s string) excelize.ChartTitle {
		return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: s, Font: &excelize.Font{Family: "微软雅黑", Size: 12, Bold: true, Color: "1F3864"}}}}
	}
	head := func(col string) string { return fmt.Sprintf("'%s'!$%s$%d", sheet, col, headRow) }
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	axis := func(format string) excelize.ChartAxis { // the library's own grey is too faint to read
		return excelize.ChartAxis{Font: excelize.Font{Family: "微软雅黑", Size: 9, Color: "404040"}, NumFmt: excelize.ChartNumFmt{CustomNumFmt: format}}
	}
	oneColour, below := false, max(class2, dept2)+2
	amounts := axis("#,##0")
	amounts.MajorGridLines = true
	if err := b.InsertPageBreak(sheet, cell(0, below)); err != nil { // no chart is cut in two
		return err
	}
	err := b.AddChart(sheet, cell(0, below), &excelize.Chart{
		Type:  excelize.Col,
		Title: title("各类别年度计划与年度累计(万元)"),
		Series: []excelize.ChartSeries{
			{Name: head("D"), Categories: ref("A", class1, class2), Values: ref("D", class1, class2), Fill: fill("A6B8D4")},
			{Name: head("G"), Categories: ref("A", class1, class2), Values: ref("G", class1, class2), Fill: fill("1F4E9E")},
		},
		Legend:    excelize.ChartLegend{Position: "bottom"},
		XAxis:     axis("General"),
		YAxis:     amounts,
		Dimension: excelize.ChartDimension{Width: 580, Height: 520},
	})
	if err != nil || dept2 < dept1 {
		return err
	}
	names, shares := axis("General"), axis("0%")
	names.ReverseOrder, shares.MajorGridLines = true, true
	return b.AddChart(sheet, cell(6, below), &excelize.Chart{
		Type:       excelize.Bar,
		Title:      title("各单位年度累计占年度计划"),
		Series:     []excelize.ChartSeries{{Name: head("H"), Categories: ref("A", dept1, dept2), Values: ref("H", dept1, dept2), Fill: fill("1F4E9E")}},
		Legend:     excelize.ChartLegend{Position: "none"},
		XAxis:      names,
		YAxis:      shares,
		VaryColors: &oneColour,
		Dimension:  excelize.ChartDimension{Width: 560, Height: 520},
	})
}

// lights draws 红黄灯, worst first.
func (b *book) lights() error {
	t := table{
		name: "红黄灯", title: b.Week.Spoken() + "红灯、黄灯项目", note: "亮灯按完成比例与序时进度之比;前期项目按节点;灰=未报。",
		columns: []column{
			{"亮灯", 7, asColour, false},
			{"项目名称", 28, asWrapped, false},
			{"项目编号", 13, asText, false},
			{"类别", 9, asText, false},
			{"责任单位", 14, asText, false},
			{"牵头领导", 20, asWrapped, false},
			{"原因", 36, asWrapped, false},
			{"上周", 7, asColour, false},
			{"连续无进展(周)", 10, asNumber, false},
			{"存在问题", 36, asWrapped, false},
			{"需协调事项", 36, asWrapped, false},
		},
	}
	for _, p := range append(append([]Project{}, b.Red...), b.Yellow...) {
		t.rows = append(t.rows, []any{p.Light.Colour, p.Name, p.ID, string(p.Class), p.DeptName, p.Leader, p.Light.Why, p.Was, p.Idle, p.Problems, p.Request})
	}
	return b.draw(t)
}

// issues draws 问题清单: every open issue.
func (b *book) issues() error {
	t := table{
		name: "问题清单", title: b.Week.Spoken() + "存在问题及需协调事项清单",
		note: b.ledgerNote(),
		columns: []column{
			{"编号", 8, asText, false},
			{"项目名称", 26, asWrapped, false},
			{"责任单位", 14, asText, false},
			{"牵头领导", 20, asWrapped, false},
			{"存在问题", 40, asWrapped, false},
			{"需协调事项", 40, asWrapped, false},
			{"协调单位", 20, asWrapped, false},
			{"要求时限", 12, asText, false},
			{"本周情况", 18, asText, false},
			{"逾期", 7, asText, false},
			{"转办答复", 22, asWrapped, false},
			{"提出周次", 11, asText, false},
		},
	}
	add := func(i Issue, standing string) {
		t.rows = append(t.rows, []any{i.ID, i.Name, i.DeptName, i.Leader, i.Text, i.Request, joined(i.Units), i.Deadline, standing, map[bool]string{true: "已逾期"}[i.Overdue], i.handed(b.Due.Location()), i.Opened})
	}
	for _, i := range b.Summary.Issues {
		add(i, i.listed(b.HasPrev))
	}
	for _, i := range b.Done {
		add(i, "本周销号")
	}
	return b.draw(t)
}

// ledgerNote sums the list up.
func (b *book) ledgerNote() string {
	lists := fmt.Sprintf(",其中本周新增%d项、推进%d项、本周未提及%d项", b.New, b.moved(), len(b.Issues)-b.New-b.moved())
	if !b.HasPrev {
		lists = "(首次汇总,不分新增和推进)"
	}
	return fmt.Sprintf("未销号%d项%s;本周销号%d项;已过要求时限%d项。没有明确销号的一直在册。", len(b.Issues), lists, b.Closed, b.Overdue)
}

// moved is how many open issues of earlier weeks were spoken of again.
func (s Summary) moved() (n int) {
	for _, i := range s.Issues {
		if i.Moved {
			n++
		}
	}
	return n
}

// handed is how far the request is, as the list says it.
func (i Issue) handed(zone *time.Location) string {
	switch {
	case i.ByOffice && i.Answered.IsZero():
		return "由办公室联系"
	case i.Asked.IsZero():
		return ""
	case i.Answered.IsZero():
		return i.Asked.In(zone).Format("1月2日") + "转办,未答复"
	}
	return i.Answered.In(zone).Format("1月2日") + " " + i.Answerer + "已答复"
}

// Standing is where an open issue stands, in a word; compared says that there is a week
// before to compare with.
func (i Issue) Standing(compared bool) string {
	if i.Overdue {
		return "已逾期"
	}
	return i.listed(compared)
}

// listed is in which of the week's lists an open issue stands (新增, 推进).
func (i Issue) listed(compared bool) string {
	switch {
	case i.New && compared:
		return "本周新增"
	case i.New:
		return "首次列入"
	case i.Order:
		return "未销号"
	case !i.Reported:
		return "本周未报,仍未销号"
	}
	return "推进中"
}

// reporting draws 未报及退回: every department that did not simply report in time.
func (b *book) reporting() error {
	t := table{
		name: "未报及退回", title: b.Week.Spoken() + "报送情况",
		note: fmt.Sprintf("应报%d个单位,按时%d个,迟报%d个,未报%d个,退回补正%d个。", b.Expected, len(b.OnTime), len(b.Late), len(b.Unreported), len(b.Returned)),
		columns: []column{
			{"单位", 18, asText, false}, {"情况", 16, asText, false}, {"项目数", 8, asNumber, false}, {"首次收到", 16, asText, false}, {"采用时间", 16, asText, false}, {"说明", 40, asWrapped, false},
		},
	}
	add := func(list []Who, what, note string) {
		for _, w := range list {
			t.rows = append(t.rows, []any{w.Name, what, w.Projects, moment(w.First), moment(w.At), note})
		}
	}
	add(b.Unreported, "未报", "本周数据沿用上次采用的数。")
	add(b.Late, "迟报", "截止时间之后收到。")
	add(b.Returned, "退回补正", "第一次报送有需补正的内容。")
	add(b.ResubmitLate, "补正逾期", "在补正时限之后收到。")
	add(b.Unverified, "未核", "我方没有按时核对,数据按所报采用。")
	for _, w := range b.Unchanged {
		note := "累计数沿用上周,本周完成投资按零计入。"
		if w.Weeks > 1 {
			note = fmt.Sprintf("连续%d周无变化。", w.Weeks) + note
		}
		add([]Who{w}, "无变化", note)
	}
	add(b.Exempt, "免报", "办公室同意本周不报。")
	return b.draw(t)
}

func moment(t *time.Time) string {
	if t == nil || t.IsZero() {
		return "—"
	}
	return t.Format("1月2日15:04")
}

// changes draws 变动说明: what makes this week's figures more or less than last week plus
// this week, and which are carried over.
func (b *book) changes() error {
	t := table{
		name: "变动说明", title: b.Week.Spoken() + "数据变动说明", note: "上周累计 + 本周完成 + 追补 = 本周累计。金额单位:万元。",
		columns: []column{
			{"项目编号", 13, asText, false},
			{"项目名称", 28, asWrapped, false},
			{"责任单位", 14, asText, false},
			{"情况", 14, asWrapped, false},
			{"上周累计(万元)", 14, asMoney, false},
			{"本周完成(万元)", 14, asMoney, false},
			{"追补(万元)", 12, asMoney, false},
			{"本周累计(万元)", 14, asMoney, false},
			{"说明", 40, asWrapped, false},
		},
	}
	for _, p := range b.Projects {
		what, why := p.changes()
		if len(what) == 0 {
			continue
		}
		t.rows = append(t.rows, []any{p.ID, p.Name, p.DeptName, joined(what), p.YTD - p.Week - p.CatchUp, p.Week, p.CatchUp, p.YTD, strings.Join(why, "")})
	}
	return b.draw(t)
}

// changes names what is not as usual with a project's figures or its light, and why.
func (p Project) changes() (what, why []string) {
	note := func(word, sentence string) { what, why = append(what, word), append(why, sentence) }
	for _, m := range p.Marks {
		switch m {
		case "已完工":
			note(m, "已完工销号,不再报送;本年完成的仍计入汇总。")
		case "暂停":
			note(m, "暂停"+p.Paused+"。")
		case "无本年计划":
			note(m, "本年的年度计划还没有登记,不计算完成率。")
		case "沿用":
			note(m, "本周没有可采用的数据,"+source(p)+"。")
		case "免报":
			note(m, "办公室同意本周不报。")
		case "未核":
			note(m, "我方没有按时核对,数据按所报采用。")
		default:
			note(m, "有的数由办公室核实后更正。")
		}
	}
	if p.CatchUp != 0 {
		note("追补", "累计数比上周累计加本周完成多出(或少)的部分,列为追补。")
	}
	if p.Was != "" && p.Was != p.Shown {
		note("亮灯变化", fmt.Sprintf("上周%s,本周%s:%s。", p.Was, p.Shown, p.Light.Why))
	}
	return what, why
}
