package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"duban/state"
)

// weekCmd shows the state of a week.
type weekCmd struct {
	Week string `arg:"" optional:"" placeholder:"周次" help:"周次,如 2026-W41;不写就是办公室正在办的一周。"`
	JSON bool   `help:"输出一份 JSON。"`
}

func (c *weekCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		d, err := o.digest(ctx, w)
		if err != nil {
			return err
		}
		if c.JSON {
			return in.printJSON(d)
		}
		return in.printWeek(o, d)
	})
}

// digest draws a week's figures from what is stored now.
func (o *office) digest(ctx context.Context, w state.Week) (state.Digest, error) {
	var f state.Facts
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		f, err = r.Facts(o.cfg.Roster, o.cfg.Schedule, o.cfg.Lamp, w, o.now())
		return err
	})
	if err != nil {
		return state.Digest{}, fmt.Errorf("gather %s: %w", w, err)
	}
	return o.planner.Composer.Digest(f)
}

func (in *invocation) printWeek(o *office, d state.Digest) error {
	t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintf(t, "%s  截止 %s  汇总 %s  数据截至 %s\n", d.Period, d.Due.Format("1月2日15:04"), d.SummaryAt.Format("1月2日15:04"), d.AsOf)
	fmt.Fprintf(t, "%d个项目  年度累计 %s万元  本周 %s万元  追补 %s万元", d.Overall.Count, d.Overall.YTD.Wan(), d.Overall.Week.Wan(), d.Overall.CatchUp.Wan())
	if d.Overall.RatePct != nil {
		fmt.Fprintf(t, "  占年度计划 %.1f%%", *d.Overall.RatePct)
	}
	fmt.Fprintf(t, "\n红灯%d  黄灯%d  绿灯%d  不亮灯%d\n\n", d.Counts[state.Red], d.Counts[state.Yellow], d.Counts[state.Green], d.Counts[state.None])
	fmt.Fprintln(t, "单位\t名称\t状态\t首次收到\t采用\t退回")
	for _, dept := range o.cfg.Roster.Reporting() {
		detail, owes := d.DeptDetail[dept.ID]
		if !owes { // it does not exist in that week
			continue
		}
		first, accepted := "—", "—"
		if detail.FirstReceived != nil {
			first = detail.FirstReceived.In(o.cfg.Schedule.Zone).Format("1月2日15:04")
		}
		if detail.AcceptedAt != nil {
			accepted = detail.AcceptedAt.In(o.cfg.Schedule.Zone).Format("1月2日15:04")
		}
		returned := ""
		if detail.Returned {
			returned = "退回过"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", dept.ID, dept.Short, stateWord(detail.Status, detail.State), first, accepted, returned)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if len(d.Lights) > 0 {
		fmt.Fprintln(in.stdout)
	}
	for _, p := range o.rosterOf(d.Period).Projects {
		if l, lit := d.Lights[p.ID]; lit {
			fmt.Fprintf(in.stdout, "%s %s %s:%s\n", l.Colour, p.ID, p.Name, l.Why)
		}
	}
	return nil
}

// stateWord says where a department stands, as letters and the page say it.
func stateWord(status string, s state.DeptState) string {
	word := map[state.DeptState]string{
		state.Missing: "未报", state.Part: "部分", state.Correcting: "待补正",
		state.Accepted: "已采用", state.NilReturn: "无变化", state.Exempt: "免报", state.Unverified: "未核",
	}[s]
	if status == "late" {
		word += "(迟报)"
	}
	return strings.TrimSpace(word)
}
