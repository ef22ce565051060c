package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/notify/report"
	"duban/state"
)

// ledgers are the office's ledgers as sheets: issues and how each request was handed over, as of
// now; the visits and scores of the month a week's deadline lies in; permits and milestones.
func (o *office) ledgers(ctx context.Context, w state.Week) ([]report.Table, error) {
	lines, err := o.issueLines(ctx, true)
	if err != nil {
		return nil, err
	}
	month := state.MonthOf(o.cfg.Schedule.Deadline(w).AsOf())
	var visits []state.LeaderVisits
	var known []state.Permit
	var moves map[string]state.Move
	var sheet state.MonthScore
	err = o.archive.store.View(ctx, func(r *state.Records) (err error) {
		if visits, err = r.Visits(o.roster(), o.cfg.Schedule, month, o.now()); err != nil {
			return err
		}
		if known, err = r.PermitsNow(o.roster(), o.cfg.Schedule, o.cfg.Schedule.Current(o.now())); err != nil {
			return err
		}
		if moves, err = r.Moves(); err != nil {
			return err
		}
		sheet, err = o.planner.Composer.MonthScore(r, o.cfg.Score, o.cfg.Roster, month)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gather the ledgers: %w", err)
	}
	return []report.Table{
		o.issueTable(lines), o.askTable(lines), o.visitTable(month, visits), o.permitTable(o.permitLines(known)), o.milestoneTable(moves), o.scoreTable(sheet),
	}, nil
}

// moment is a time as a sheet shows it; "" for none.
func (o *office) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(o.cfg.Schedule.Zone).Format("2006-01-02 15:04")
}

func (o *office) issueTable(lines []issueLine) report.Table {
	t := report.Table{
		Name:   "问题台账",
		Heads:  []string{"编号", "项目编号", "项目名称", "责任单位", "紧急程度", "存在问题", "需协调事项", "协调单位", "要求时限", "情况", "答复期限", "提出周次", "最近提出", "销号周次", "历次(条)"},
		Widths: []float64{8, 14, 28, 14, 9, 40, 40, 20, 12, 16, 18, 11, 11, 11, 9},
	}
	week := func(w state.Week) string {
		if w.IsZero() {
			return ""
		}
		return w.String()
	}
	for _, l := range lines {
		due := ""
		if l.Due != nil {
			due = o.moment(*l.Due)
		}
		t.Rows = append(t.Rows, []any{
			l.ID, l.Project, l.Name, o.askedBy(l.Issue), string(l.Urgency), l.Text, l.Request, o.unitNames(l.Units), l.Deadline, l.standing(), due,
			week(l.Opened), week(l.Seen), week(l.Closed), len(l.History),
		})
	}
	return t
}

// askedBy is who an issue of the ledger is to be solved for: the leader who asks, else the
// department that answers for the project now.
func (o *office) askedBy(i state.Issue) string {
	if i.Leader != "" {
		return o.raisedBy(i)
	}
	return o.unitName(i.Asker(o.roster()))
}

// askTable has one row for each round of a request, and one for each answer to it.
func (o *office) askTable(lines []issueLine) report.Table {
	t := report.Table{
		Name:   "协调事项",
		Heads:  []string{"编号", "项目名称", "提出单位", "第几次", "转办时间", "转办内容", "承办单位(牵头在前)", "由办公室联系的", "答复单位", "答复时间", "答复内容", "附件", "登记人", "提出单位反馈"},
		Widths: []float64{8, 28, 14, 8, 18, 40, 22, 18, 14, 18, 44, 24, 16, 30},
	}
	for _, l := range lines {
		for _, a := range l.Asks {
			row := []any{l.ID, l.Name, o.unitName(l.Asker(o.roster())), a.Round, o.moment(a.At), a.Text, o.unitNames(a.Units), o.unitNames(a.Others)}
			if len(a.Answers) == 0 {
				t.Rows = append(t.Rows, append(row, "", "", "没有答复", "", "", ""))
			}
			for _, x := range a.Answers {
				t.Rows = append(t.Rows, append(row[:len(row):len(row)], o.unitName(x.Dept), o.moment(x.At), x.Text, strings.Join(x.Files, "、"), x.By, x.Unsolved))
			}
		}
	}
	return t
}

func (o *office) visitTable(m state.Month, visits []state.LeaderVisits) report.Table {
	t := report.Table{
		Name:   "领导到场",
		Heads:  []string{"月份", "牵头领导", "职务", "项目编号", "项目名称", "责任单位", "到场日期", "未销号问题(项)"},
		Widths: []float64{10, 12, 24, 14, 28, 14, 26, 12},
	}
	for _, l := range visits {
		for _, p := range l.Projects {
			t.Rows = append(t.Rows, []any{m.String(), l.Name, l.Title, p.Project, p.Name, o.short(p.Dept), strings.Join(p.Days, "、"), len(p.Issues)})
		}
	}
	return t
}

func (o *office) permitTable(lines []permitLine) report.Table {
	t := report.Table{
		Name:   "手续",
		Heads:  []string{"项目编号", "项目名称", "手续", "状态", "承办单位", "起算日", "已办(工作日)", "绿色通道时限", "惯常时限", "惯常天数", "最近报送"},
		Widths: []float64{14, 28, 22, 10, 16, 12, 12, 13, 12, 10, 11},
	}
	for _, l := range lines {
		name, gone, limit, usual := "", any(""), "", ""
		if p := o.roster().Project(l.Project); p != nil {
			name = p.Name
		}
		if l.Clock != nil {
			gone, limit, usual = l.Clock.Gone, l.Clock.Limit.Format(time.DateOnly), l.Clock.Usual.Format(time.DateOnly)
		}
		t.Rows = append(t.Rows, []any{l.Project, name, l.Name, string(l.Status), o.short(l.Dept), l.Since, gone, limit, usual, l.Usual, l.Seen.String()})
	}
	return t
}

func (o *office) milestoneTable(moves map[string]state.Move) report.Table {
	t := report.Table{
		Name:   "节点",
		Heads:  []string{"项目编号", "项目名称", "责任单位", "序号", "节点", "计划日期", "实际日期", "最近报送的日期", "改期次数"},
		Widths: []float64{14, 28, 14, 7, 24, 12, 12, 14, 9},
	}
	day := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format(time.DateOnly)
	}
	for _, p := range o.roster().Projects {
		for _, m := range p.Milestones {
			move := moves[p.ID+"/"+m.Name]
			t.Rows = append(t.Rows, []any{p.ID, p.Name, o.short(p.Dept), m.Seq, m.Name, day(m.Plan), day(m.Actual), move.Day, move.Count})
		}
	}
	return t
}

// scoreTable has one row for each department and week, and one for each line of evidence.
func (o *office) scoreTable(sheet state.MonthScore) report.Table {
	t := report.Table{
		Name:   "报送得分(草稿)",
		Heads:  []string{"单位", "月得分", "周次", "周得分", "按时", "质量", "完整", "扣分项", "扣分", "原因", "来信时间"},
		Widths: []float64{14, 9, 11, 9, 8, 8, 8, 10, 8, 60, 18},
	}
	points := func(p state.Points) float64 { return float64(p) / 10 }
	for _, d := range sheet.Depts {
		month := any("不计分")
		if d.Scored > 0 {
			month = points(d.Points)
		}
		for _, w := range d.Weeks {
			row := []any{d.Short, month, w.Week.String(), "不计分", "", "", ""}
			if w.Scored {
				row = []any{d.Short, month, w.Week.String(), points(w.Points), points(w.OnTime), points(w.Quality), points(w.Complete)}
			}
			if len(w.Lines) == 0 {
				t.Rows = append(t.Rows, append(row, "", "", "", ""))
			}
			for _, l := range w.Lines {
				t.Rows = append(t.Rows, append(row[:len(row):len(row)], string(l.Part), points(l.Points), l.Why, o.moment(l.MailAt)))
			}
		}
	}
	return t
}
