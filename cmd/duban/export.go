package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"duban/notify/report"
	"duban/state"
)

// exportCmd writes the rows of a week, the ledgers and the statistics of the rules as a workbook.
type exportCmd struct {
	Week string `placeholder:"周次" help:"周次;不写就是正在报送的周。规则统计算到这一周为止的8周。"`
	File string `arg:"" placeholder:"文件" help:"写到哪个 .xlsx。"`
}

// exportWeeks is how many weeks the statistics cover.
const exportWeeks = 8

func (c *exportCmd) Run(ctx context.Context, in *invocation) error {
	if !strings.EqualFold(filepath.Ext(c.File), ".xlsx") {
		return usage{fmt.Sprintf("“%s”应以 .xlsx 结尾,例如 统计.xlsx。", c.File)}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		stats, rows := map[string]*ruleStats{}, [][]any(nil)
		err = o.archive.store.View(ctx, func(r *state.Records) error {
			clear(stats)
			for week, n := w, 0; n < exportWeeks; week, n = o.cfg.Schedule.Previously(week), n+1 {
				if err := countRules(r, week, stats); err != nil {
					return err
				}
			}
			rows, err = o.exportRows(r, w)
			return err
		})
		if err != nil {
			return fmt.Errorf("export %s: %w", w, err)
		}
		ledgers, err := o.ledgers(ctx, w)
		if err != nil {
			return err
		}
		data, err := report.Export(append([]report.Table{o.statsTable(stats), {
			Name:   "本周数据",
			Heads:  []string{"周次", "单位", "项目编号", "项目名称", "类别", "列", "采用的值", "单位所报", "办公室更正", "未核", "文件", "工作表", "格子", "来信", "收到时间"},
			Widths: []float64{10, 12, 14, 28, 8, 20, 16, 16, 10, 8, 28, 14, 8, 14, 18},
			Rows:   rows,
		}}, ledgers...))
		if err != nil {
			return err
		}
		if err := os.WriteFile(in.path(c.File), data, 0o600); err != nil {
			return fmt.Errorf("write export: %w", err)
		}
		fmt.Fprintf(in.stdout, "已写出 %s:%d条规则的统计,%s 的%d个数,%d本台账。\n", c.File, len(stats), w, len(rows), len(ledgers))
		return nil
	})
}

// ruleStats counts what became of a rule's findings.
type ruleStats struct {
	rule       string
	level      state.Level
	fired      int // findings of errors and questions, those of versions sent again included
	explained  int // answered by the department
	overturned int // set aside by the office, or disputed
	ours       int // told too late: our own fault
	depts      map[string]bool
}

// countRules adds the findings of a week's reports.
func countRules(r *state.Records, week state.Week, stats map[string]*ruleStats) error {
	depts, err := r.Standings(week)
	if err != nil {
		return err
	}
	amended, err := r.Amendments(week)
	if err != nil {
		return err
	}
	for _, d := range depts {
		for _, t := range d.Tries {
			for _, f := range t.Findings {
				s := stats[f.Rule]
				if s == nil {
					s = &ruleStats{rule: f.Rule, depts: map[string]bool{}}
					stats[f.Rule] = s
				}
				s.add(f, d, slices.ContainsFunc(amended, func(a state.Amendment) bool { return a.Settles(f, t.Mail) }))
			}
		}
	}
	return nil
}

func (s *ruleStats) add(f state.Finding, d *state.DeptWeek, byHand bool) {
	s.fired++
	s.depts[d.Dept] = true
	if s.level == "" || f.Level != state.LevelNote {
		s.level = f.Level
	}
	parked := slices.ContainsFunc(d.Parked, func(g state.Finding) bool {
		return g.Rule == f.Rule && g.Project == f.Project && g.Column == f.Column
	})
	if f.Explained != "" {
		s.explained++
	}
	if byHand || f.ByOffice || f.Disputed || parked {
		s.overturned++
	}
	if f.Ours {
		s.ours++
	}
}

func (o *office) statsTable(stats map[string]*ruleStats) report.Table {
	t := report.Table{
		Name: "规则统计", Heads: []string{"规则", "级别", "提出次数", "单位作了说明", "被推翻(更正、异议)", "我方漏列", "涉及单位"},
		Widths: []float64{30, 12, 10, 14, 20, 10, 10},
	}
	words := map[state.Level]string{state.LevelError: "必须改", state.LevelWarning: "改或说明", state.LevelNote: "只告办公室"}
	var all []*ruleStats
	for _, s := range stats {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *ruleStats) int { return cmp.Or(-cmp.Compare(a.fired, b.fired), cmp.Compare(a.rule, b.rule)) })
	for _, s := range all {
		t.Rows = append(t.Rows, []any{s.rule, words[s.level], s.fired, s.explained, s.overturned, s.ours, len(s.depts)})
	}
	return t
}

// exportRows lists every value that counts in a week, with where it stands in which file.
func (o *office) exportRows(r *state.Records, week state.Week) ([][]any, error) {
	depts, err := r.DeptWeeks(week)
	if err != nil {
		return nil, err
	}
	yes, roster := map[bool]string{true: "是"}, o.rosterOf(week)
	var out [][]any
	for _, dept := range o.cfg.Roster.Depts {
		d := depts[dept.ID]
		if d == nil {
			continue
		}
		for _, row := range d.Rows {
			name := ""
			if p := roster.Project(row.Project); p != nil {
				name = p.Name
			}
			for _, col := range o.cfg.Form.Columns {
				v, there := row.Values[col.ID]
				if !there || v.Cell == "" && !v.ByOffice {
					continue
				}
				out = append(out, []any{
					week.String(), dept.Short, row.Project, name, string(row.Class), col.Title, v.Text, v.Raw, yes[v.ByOffice], yes[row.Unverified],
					row.Book, row.Sheet, v.Cell, fmt.Sprintf("%.12s", row.Mail), row.Received.In(o.cfg.Schedule.Zone).Format("2006-01-02 15:04"),
				})
			}
		}
	}
	return out, nil
}
