package main

import (
	"context"
	"fmt"

	"duban/state"
)

// rectifiedCmd records that a department put right what a circular named (整改到位).
type rectifiedCmd struct {
	Dept string `arg:"" placeholder:"单位" help:"单位编号或名称。"`
	decision
}

func (c *rectifiedCmd) Run(ctx context.Context, in *invocation) error {
	if err := c.complete(); err != nil {
		return err
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		dept := o.cfg.Roster.FindDept(c.Dept)
		if dept == nil {
			return usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D04)或名称。", c.Dept)}
		}
		closed := 0
		err := o.archive.store.Update(ctx, func(r *state.Records) error {
			closed = 0
			all, err := r.Rectifications()
			if err != nil {
				return err
			}
			for _, t := range all {
				if t.Dept != dept.ID || !t.Done.IsZero() || c.Week != "" && t.Week.String() != c.Week {
					continue
				}
				t.Done, t.Reason, t.By = o.now(), c.Reason, c.By
				if err := r.PutRectification(t); err != nil {
					return err
				}
				r.Note(fmt.Sprintf("rectification of %s after %s found done by %s: %s", t.Dept, t.Circular, c.By, c.Reason))
				closed++
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("record the rectification: %w", err)
		}
		if closed == 0 {
			return usage{fmt.Sprintf("%s没有待整改的通报事项。", dept.Short)}
		}
		fmt.Fprintf(in.stdout, "%s的通报事项已记为整改到位,不再催办。\n", dept.Short)
		return nil
	})
}
