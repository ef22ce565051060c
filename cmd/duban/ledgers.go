package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"duban/state"
)

// visitsCmd shows a month's visits by lead leader.
type visitsCmd struct {
	Month string `arg:"" optional:"" placeholder:"月份" help:"月份,如 2026-09;不写就是本月。"`
	JSON  bool   `help:"输出一份 JSON。"`
}

func (c *visitsCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		m, err := o.month(c.Month, 0)
		if err != nil {
			return err
		}
		var leaders []state.LeaderVisits
		err = o.archive.store.View(ctx, func(r *state.Records) (err error) {
			leaders, err = r.Visits(o.roster(), o.cfg.Schedule, m, o.now())
			return err
		})
		if err != nil {
			return fmt.Errorf("gather the visits of %s: %w", m, err)
		}
		if c.JSON {
			return in.printJSON(map[string]any{"month": m, "leaders": leaders})
		}
		t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
		for _, l := range leaders {
			fmt.Fprintf(t, "%s %s:%d个项目,到场%d个\n", l.Title, l.Name, len(l.Projects), l.Visited())
			for _, p := range l.Projects {
				fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", p.Project, p.Name, o.short(p.Dept), cmp.Or(strings.Join(p.Days, "、"), "没有记录"))
			}
		}
		return flushed(t)
	})
}

// visitedCmd enters days a leader was on site that no weekly report told of.
type visitedCmd struct {
	Project string   `arg:"" placeholder:"项目" help:"项目编号或名称。"`
	Days    []string `arg:"" placeholder:"日期" help:"到场日期,如 2026-09-12;可写几个。"`
	Reason  string   `required:"" placeholder:"原因" help:"从哪里得知。"`
	By      string   `required:"" placeholder:"姓名" help:"谁登记的。"`
}

func (c *visitedCmd) Run(ctx context.Context, in *invocation) error {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.By) == "" {
		return usage{"请写明原因(--reason)和登记人(--by)。"}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		p, err := o.projectNamed(c.Project, o.cfg.Schedule.Current(o.now()))
		if err != nil {
			return err
		}
		zone := o.cfg.Schedule.Zone
		for _, word := range c.Days {
			day, err := time.ParseInLocation(time.DateOnly, word, zone)
			if err != nil || day.After(o.now()) {
				return usage{fmt.Sprintf("“%s”不是过去的日期,应写成 2026-09-12。", word)}
			}
		}
		err = o.archive.store.Update(ctx, func(r *state.Records) error {
			for _, day := range c.Days {
				if err := r.PutVisit(state.Visit{Project: p.ID, Day: day, By: c.By, Why: c.Reason, At: o.now()}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("record visits: %w", err)
		}
		fmt.Fprintf(in.stdout, "已登记 %s %s 到场:%s。\n", p.ID, p.Name, strings.Join(c.Days, "、"))
		return nil
	})
}

// permitsCmd shows the running permits with their clocks, and the milestones that are due.
type permitsCmd struct {
	JSON bool `help:"输出一份 JSON。"`
}

// permitLine is a permit as the ledger shows it.
type permitLine struct {
	state.Permit
	Name  string             `json:"permit_name"`
	Dept  string             `json:"handling_dept"`
	Usual int                `json:"usual_days"` // 0 when not known
	Clock *state.PermitClock `json:"clock"`      // null when none runs
}

func (c *permitsCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		var known []state.Permit
		var moves map[string]state.Move
		err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
			if known, err = r.PermitsNow(o.roster(), o.cfg.Schedule, o.cfg.Schedule.Current(o.now())); err != nil {
				return err
			}
			moves, err = r.Moves()
			return err
		})
		if err != nil {
			return fmt.Errorf("gather the permits: %w", err)
		}
		lines := o.permitLines(known)
		due := state.MilestonesDue(o.roster().Projects, moves, o.now().In(o.cfg.Schedule.Zone), state.MilestoneView)
		if c.JSON {
			return in.printJSON(map[string]any{"permits": lines, "milestones": due})
		}
		t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
		fmt.Fprintln(t, "项目\t手续\t状态\t起算\t已办工作日\t绿色通道时限\t惯常时限\t承办")
		for _, l := range lines {
			if l.Status != state.PermitRunning {
				continue
			}
			gone, limit, usual := "—", "—", "天数未定"
			if l.Clock != nil {
				gone, limit, usual = fmt.Sprint(l.Clock.Gone), l.Clock.Limit.Format("1月2日"), l.Clock.Usual.Format("1月2日")
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Project, l.Name, l.Status, l.Since, gone, limit, usual, o.short(l.Dept))
		}
		fmt.Fprintf(t, "\n两周内到期和已过期的节点\n项目\t节点\t计划\t还有\t报过几次改期\n")
		for _, m := range due {
			left := fmt.Sprintf("%d天", m.Days)
			if m.Overdue() {
				left = fmt.Sprintf("过期%d天", -m.Days)
			}
			fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%d\n", m.Project, m.Name, m.What, m.Plan, left, m.Moved)
		}
		return flushed(t)
	})
}

// permitLines joins the permits with their rules, by project.
func (o *office) permitLines(known []state.Permit) []permitLine {
	lines := []permitLine{}
	for _, p := range known {
		l := permitLine{Permit: p, Name: p.Column}
		if rule := o.cfg.Permits.Rule(p.Column); rule != nil {
			l.Name, l.Dept, l.Usual = rule.Name, rule.Dept, rule.Days
			if clock, runs := p.Clock(*rule, o.cfg.Schedule, o.now()); runs {
				l.Clock = &clock
			}
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b permitLine) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Column, b.Column))
	})
	return lines
}

// scoreCmd shows a month's scores with every line of evidence.
type scoreCmd struct {
	Month string `arg:"" optional:"" placeholder:"月份" help:"月份,如 2026-09;不写就是上个月。"`
	JSON  bool   `help:"输出一份 JSON。"`
}

func (c *scoreCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		m, err := o.month(c.Month, -1)
		if err != nil {
			return err
		}
		var sheet state.MonthScore
		err = o.archive.store.View(ctx, func(r *state.Records) (err error) {
			sheet, err = o.planner.Composer.MonthScore(r, o.cfg.Score, o.cfg.Roster, m)
			return err
		})
		if err != nil {
			return fmt.Errorf("score %s: %w", m, err)
		}
		if c.JSON {
			return in.printJSON(sheet)
		}
		fmt.Fprintf(in.stdout, "%s 报送质量得分(草稿),已定稿%d周,每周满分%s分\n", m, len(sheet.Weeks), sheet.Full)
		for _, d := range sheet.Depts {
			points := "不计分"
			if d.Scored > 0 {
				points = d.Points.String() + "分"
			}
			fmt.Fprintf(in.stdout, "%s %s  %s\n", d.Dept, d.Short, points)
			for _, w := range d.Weeks {
				for _, l := range w.Lines {
					fmt.Fprintf(in.stdout, "    %s  %s −%s  %s\n", w.Week, l.Part, l.Points, l.Why)
				}
			}
		}
		return nil
	})
}

// month reads a month, or gives the one so many months from now.
func (o *office) month(word string, from int) (state.Month, error) {
	if word == "" {
		return state.MonthOf(o.now().In(o.cfg.Schedule.Zone)).Add(from), nil
	}
	m, err := state.ParseMonth(word)
	if err != nil {
		return m, usage{fmt.Sprintf("“%s”不是月份,应写成 2026-09。", word)}
	}
	return m, nil
}

// short is a department's short name; "" when the roster has none.
func (o *office) short(dept string) string {
	if d := o.cfg.Roster.Dept(dept); d != nil {
		return d.Short
	}
	return ""
}

func flushed(t *tabwriter.Writer) error {
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
