package main

import (
	"context"
	"fmt"
	"path/filepath"

	"duban/state/journal"
)

// auditCmd looks after the tamper-evident record.
type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"从头核验流水账:每一笔都在,一字未改。"`
}

type auditVerifyCmd struct {
	JSON bool `help:"输出一份 JSON。"`
}

// Run reads the journal's file itself: it is append-only, so a running daemon is no hindrance.
func (c *auditVerifyCmd) Run(_ context.Context, in *invocation) error {
	cfg, _, err := in.configuration()
	if err != nil {
		return err
	}
	sum, err := journal.Verify(filepath.Join(cfg.StateDir, journalFile))
	if err != nil {
		return fmt.Errorf("流水账核验没有通过:%w", err)
	}
	if c.JSON {
		return in.printJSON(sum)
	}
	fmt.Fprintf(in.stdout, "流水账完好:共%d笔,%s至%s,最后一笔的摘要 %s。\n",
		sum.Records, sum.First.Format("2006-01-02 15:04"), sum.Last.Format("2006-01-02 15:04"), sum.Hash)
	return nil
}
