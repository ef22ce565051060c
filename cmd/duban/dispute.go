package main

import (
	"context"
	"errors"
	"fmt"

	"duban/ingest"
	"duban/state"
)

// disputeCmd decides what a department disputes (异议) about a project.
type disputeCmd struct {
	Word    string `arg:"" enum:"accept,reject" placeholder:"accept|reject" help:"accept 异议成立,按单位所报采用;reject 不成立,仍请补正。"`
	Project string `arg:"" placeholder:"项目" help:"项目编号或名称。"`
	decision
}

func (c *disputeCmd) Run(ctx context.Context, in *invocation) error {
	return c.inOffice(ctx, in, func(ctx context.Context, o *office, w state.Week) error {
		p, err := o.projectNamed(c.Project, w)
		if err != nil {
			return err
		}
		word := "不成立"
		if c.Word == "accept" {
			word = "成立"
		}
		err = o.archive.store.Update(ctx, func(r *state.Records) error {
			r.Note(fmt.Sprintf("%s认定 %s %s 的异议%s:%s", c.By, w, p.ID, word, c.Reason))
			return o.collector.Desk.Rule(r, w, p.ID, state.Ruling{Upheld: c.Word == "accept", Reason: c.Reason, By: c.By, At: o.now()})
		})
		if errors.Is(err, ingest.ErrNoDispute) {
			return usage{fmt.Sprintf("%s 在 %s 没有待核实的异议。", p.ID, w)}
		}
		if err != nil {
			return fmt.Errorf("decide on a dispute: %w", err)
		}
		fmt.Fprintf(in.stdout, "%s %s 的异议%s,下一轮告知 %s。\n", p.ID, p.Name, word, p.Dept)
		return nil
	})
}
