package main

import (
	"context"
	"fmt"

	"duban/state"
)

// ontimeCmd lets a department count as in time although its report came late (视同按时): its
// first file could not be read, or a server failed, and the fault was not its own.
type ontimeCmd struct {
	Dept  string `arg:"" placeholder:"单位" help:"单位编号或名称。"`
	Clear bool   `help:"取消,按实际收到的时间算。"`
	decision
}

func (c *ontimeCmd) Run(ctx context.Context, in *invocation) error {
	return c.inOffice(ctx, in, func(ctx context.Context, o *office, w state.Week) error {
		dept := o.cfg.Roster.FindDept(c.Dept)
		if dept == nil {
			return usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D04)或名称。", c.Dept)}
		}
		told := false
		err := o.archive.store.Update(ctx, func(r *state.Records) error {
			d, err := r.DeptWeek(w, dept.ID)
			if err != nil {
				return err
			}
			if d == nil {
				d = &state.DeptWeek{Week: w, Dept: dept.ID, State: state.Missing} // decided before anything came
			}
			if told, err = r.Frozen(w); err != nil {
				return err
			}
			verb := "视同按时"
			d.Excused, d.Late = &state.Excuse{Reason: c.Reason, By: c.By, At: o.now()}, false
			if c.Clear {
				verb, d.Excused = "取消视同按时", nil
				d.Late = !d.First.IsZero() && o.cfg.Schedule.Late(o.cfg.Schedule.Deadline(w), d.First)
			}
			r.Note(fmt.Sprintf("%s%s %s %s:%s", c.By, verb, w, dept.ID, c.Reason))
			return r.PutDeptWeek(*d)
		})
		if err != nil {
			return fmt.Errorf("count %s as in time in %s: %w", dept.ID, w, err)
		}
		if c.Clear {
			fmt.Fprintf(in.stdout, "%s %s 按实际收到的时间算。\n", w, dept.Short)
		} else {
			fmt.Fprintf(in.stdout, "%s %s 视同按时。\n", w, dept.Short)
		}
		if told {
			fmt.Fprintln(in.stdout, "这一周的汇总已经定稿,不再改动;以后的得分按这个决定算。")
		}
		return nil
	})
}
