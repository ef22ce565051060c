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
		name: "总表", words: "overview", about: b.page(),
		columns: []column{
			{width: 20, kind: asText},
			{width: 8, kind: asNumber},
			{width: 14, kind: asMoney},
			{width: 14, kind: asMoney},
			{width: 14, kind: asMoney},
			{width: 12, kind: asMoney},
			{width: 14, kind: asMoney},
			{width: 11, kind: asPercent},
			{width: 15, kind: asPoints},
			{width: 7, kind: asNumber},
			{width: 7, kind: asNumber},
			{width: 26, kind: asWrapped},
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
	words, err := b.say("book-charts", b.page())
	if err != nil {
		return err
	}
	if len(words) < 2 {
		return fmt.Errorf("book-charts has %d lines, the charts have two titles", len(words))
	}
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
	err = b.AddChart(sheet, cell(0, below), &excelize.Chart{
		Type:  excelize.Col,
		Title: title(words[0]),
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
		Title:      title(words[1]),
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
		name: "红黄灯", words: "lights", about: b.page(),
		columns: []column{
			{width: 7, kind: asColour},
			{width: 28, kind: asWrapped},
			{width: 13, kind: asText},
			{width: 9, kind: asText},
			{width: 14, kind: asText},
			{width: 20, kind: asWrapped},
			{width: 36, kind: asWrapped},
			{width: 7, kind: asColour},
			{width: 10, kind: asNumber},
			{width: 36, kind: asWrapped},
			{width: 36, kind: asWrapped},
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
		name: "问题清单", words: "issues", about: b.page(),
		columns: []column{
			{width: 8, kind: asText},
			{width: 26, kind: asWrapped},
			{width: 14, kind: asText},
			{width: 20, kind: asWrapped},
			{width: 40, kind: asWrapped},
			{width: 40, kind: asWrapped},
			{width: 20, kind: asWrapped},
			{width: 12, kind: asText},
			{width: 18, kind: asText},
			{width: 7, kind: asText},
			{width: 22, kind: asWrapped},
			{width: 11, kind: asText},
		},
	}
	add := func(i Issue, standing string) {
		late := ""
		if i.Overdue {
			late = b.phrase(phrase{Case: "overdue"})
		}
		t.rows = append(t.rows, []any{i.ID, i.Name, i.DeptName, i.Leader, i.Text, i.Request, joined(i.Units), i.Deadline, b.standing(standing), late, b.handed(i), i.Opened})
	}
	for _, i := range b.Summary.Issues {
		add(i, i.listed(b.HasPrev))
	}
	for _, i := range b.Done {
		add(i, StandingClosed)
	}
	return b.draw(t)
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
func (b *book) handed(i Issue) string {
	zone := b.Due.Location()
	p := phrase{Case: "handed", Handed: "answered", Unit: i.Answerer}
	switch {
	case i.ByOffice && i.Answered.IsZero():
		p.Handed = "office"
	case i.Asked.IsZero():
		return ""
	case i.Answered.IsZero():
		p.Handed, p.Day = "asked", i.Asked.In(zone).Format("1月2日")
	default:
		p.Day = i.Answered.In(zone).Format("1月2日")
	}
	return b.phrase(p)
}

func (b *book) standing(s string) string { return b.phrase(phrase{Case: "standing", Standing: s}) }

// Where an open issue stands; part-standing has the words.
const (
	StandingOverdue  = "overdue"
	StandingNew      = "new"
	StandingFirst    = "first"    // listed in the first week there is: nothing to compare with
	StandingOpen     = "open"     // a leader's order
	StandingUnspoken = "unspoken" // not said again this week
	StandingMoving   = "moving"
	StandingClosed   = "closed"
)

// Standing is where an open issue stands; compared says that there is a week before to compare
// with.
func (i Issue) Standing(compared bool) string {
	if i.Overdue {
		return StandingOverdue
	}
	return i.listed(compared)
}

// listed is in which of the week's lists an open issue stands (新增, 推进).
func (i Issue) listed(compared bool) string {
	switch {
	case i.New && compared:
		return StandingNew
	case i.New:
		return StandingFirst
	case i.Order:
		return StandingOpen
	case !i.Reported:
		return StandingUnspoken
	}
	return StandingMoving
}

// reporting draws 未报及退回: every department that did not simply report in time.
func (b *book) reporting() error {
	t := table{
		name: "未报及退回", words: "reporting", about: b.page(),
		columns: []column{
			{width: 18, kind: asText}, {width: 16, kind: asText}, {width: 8, kind: asNumber}, {width: 16, kind: asText}, {width: 16, kind: asText}, {width: 40, kind: asWrapped},
		},
	}
	add := func(list []Who, what string, p phrase) {
		for _, w := range list {
			t.rows = append(t.rows, []any{w.Name, what, w.Projects, moment(w.First), moment(w.At), b.phrase(p)})
		}
	}
	add(b.Unreported, "未报", phrase{Case: "unreported"})
	add(b.Late, "迟报", phrase{Case: "late"})
	add(b.Returned, "退回补正", phrase{Case: "returned"})
	add(b.ResubmitLate, "补正逾期", phrase{Case: "resubmit-late"})
	add(b.Unverified, "未核", phrase{Case: "unverified"})
	for _, w := range b.Unchanged {
		weeks := ""
		if w.Weeks > 1 {
			weeks = fmt.Sprint(w.Weeks)
		}
		add([]Who{w}, "无变化", phrase{Case: "unchanged", Weeks: weeks})
	}
	add(b.Exempt, "免报", phrase{Case: "exempt"})
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
		name: "变动说明", words: "changes", about: b.page(),
		columns: []column{
			{width: 13, kind: asText},
			{width: 28, kind: asWrapped},
			{width: 14, kind: asText},
			{width: 14, kind: asWrapped},
			{width: 14, kind: asMoney},
			{width: 14, kind: asMoney},
			{width: 12, kind: asMoney},
			{width: 14, kind: asMoney},
			{width: 40, kind: asWrapped},
		},
	}
	for _, p := range b.Projects {
		what, why := b.changed(p)
		if len(what) == 0 {
			continue
		}
		t.rows = append(t.rows, []any{p.ID, p.Name, p.DeptName, joined(what), p.YTD - p.Week - p.CatchUp, p.Week, p.CatchUp, p.YTD, strings.Join(why, "")})
	}
	return b.draw(t)
}

// changed names what is not as usual with a project's figures or its light, and why.
func (b *book) changed(p Project) (what, why []string) {
	note := func(word string, of phrase) { what, why = append(what, word), append(why, b.phrase(of)) }
	cases := map[string]string{"已完工": "finished", "暂停": "paused", "无本年计划": "unplanned", "沿用": "stale", "免报": "exempt", "未核": "unverified", "办公室更正": "amended"}
	for _, m := range p.Marks {
		of := from(p)
		of.Case, of.Paused = cases[m], p.Paused
		note(m, of)
	}
	if p.CatchUp != 0 {
		note("追补", phrase{Case: "catch-up"})
	}
	if p.Was != "" && p.Was != p.Shown {
		note("亮灯变化", phrase{Case: "light", Was: string(p.Was), Is: string(p.Shown), Why: p.Light.Why})
	}
	return what, why
}
