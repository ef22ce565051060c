package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"duban/state"
)

// calendarCmd prints the year's plan. It reads the configuration only, so it works before
// there is any state.
type calendarCmd struct {
	Year int  `arg:"" optional:"" placeholder:"年" help:"哪一年;不写就是今年。"`
	JSON bool `help:"输出一份 JSON。"`
}

// The years a calendar file may be about.
const firstYear, lastYear = 2000, 2100

func (c *calendarCmd) Run(_ context.Context, in *invocation) error {
	cfg, _, err := in.configuration()
	if err != nil {
		return err
	}
	year := c.Year
	if year == 0 {
		year = cfg.Schedule.Current(in.now()).Year
	}
	if year < firstYear || year > lastYear {
		return usage{fmt.Sprintf("“%d”不是年份,应写成 2026。", year)}
	}
	plan := cfg.Schedule.Plan(year)
	if c.JSON {
		return in.printJSON(plan)
	}
	return printPlan(in.stdout, plan)
}

// printPlan tells first what the office must see, then the weeks one a line.
func printPlan(w io.Writer, plan state.YearPlan) error {
	var asked, moved []state.PlanWeek
	for _, p := range plan.Weeks {
		if p.Attention != "" {
			asked = append(asked, p)
		}
		if p.Moved != "" {
			moved = append(moved, p)
		}
	}
	fmt.Fprintf(w, "%d年报送计划:%d周,其中%d周不在通常的日子截止。\n", plan.Year, len(plan.Weeks), len(moved))
	for _, year := range plan.Missing {
		fmt.Fprintf(w, "!!! 没有%d年正式的放假安排:以下标“推算”的日子只按周末和固定的法定节日推算,放假通知公布后会变;推算的日子不抄送负责人催报。请尽快把%d年的日期补进 calendar.yaml。\n", year, year)
	}
	for _, p := range asked {
		fmt.Fprintf(w, "请办公室定:%s %s(在 duban.yaml 的 overrides 里写明截止时间和原因,并入下一周的 deadline 写 off)。\n", p.Week, p.Attention)
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "周次\t周一至周五\t截止\t预览\t汇总\t更正版\t说明")
	for _, p := range plan.Weeks {
		monday := p.Week.Monday(p.Nominal.Location())
		span := monday.Format("1.2") + "-" + monday.AddDate(0, 0, 4).Format("1.2")
		if p.Skipped {
			fmt.Fprintf(t, "%s\t%s\t不报送\t\t\t\t%s\n", p.Week, span, remarks(p))
			continue
		}
		corrected := "无"
		if p.Corrected.After(p.Summary) {
			corrected = state.DayAndHour(p.Corrected)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Week, span, state.DayAndHour(p.Due), state.DayAndHour(p.Preview), state.DayAndHour(p.Summary), corrected, remarks(p))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// remarks says why a week is not like the others.
func remarks(p state.PlanWeek) string {
	var out []string
	if p.Provisional {
		out = append(out, "推算")
	}
	switch {
	case p.Override:
		out = append(out, "办公室另定:"+p.Moved)
	case p.Moved != "":
		out = append(out, p.Moved)
	}
	if p.Attention != "" {
		out = append(out, "请办公室定")
	}
	return strings.Join(out, ";")
}
