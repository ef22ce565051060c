package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"duban/ingest"
	"duban/state"
)

// acceptCmd claims a mail that was set aside for a department.
type acceptCmd struct {
	Mail   string `arg:"" placeholder:"来信编号" help:"通知里写的来信编号。"`
	Dept   string `required:"" placeholder:"单位" help:"是哪个单位的,编号或名称,如 D05、交通局。"`
	Reason string `required:"" placeholder:"原因" help:"怎样核实的。"`
	By     string `default:"办公室" placeholder:"姓名" help:"谁定的。"`
}

func (c *acceptCmd) Run(ctx context.Context, in *invocation) error {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.By) == "" {
		return usage{"请写明怎样核实的(--reason)和谁定的(--by)。"}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		dept := o.cfg.Roster.FindDept(c.Dept)
		if dept == nil {
			return usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D04)或名称。", c.Dept)}
		}
		o.archive.turn.Lock()
		defer o.archive.turn.Unlock()
		m, err := o.collector.Accept(ctx, ingest.Claim{Mail: strings.ToLower(c.Mail), Dept: dept.ID, Why: c.Reason, By: c.By})
		if err != nil {
			return c.refused(err)
		}
		next := "没有需要改的,下一轮发出回执"
		if m.Decision == state.DecisionCorrect {
			next = "有需要改的,下一轮发出补正通知"
		}
		fmt.Fprintf(in.stdout, "已采用《%s》,作为%s %s 的报送,收到时间 %s。%s,发给登记的联系人 %s。\n",
			m.Subject, dept.Short, m.Week, m.Received.In(o.cfg.Schedule.Zone).Format("1月2日15:04"), next, dept.Mail)
		return nil
	})
}

// refused tells why a claim was not carried out.
func (c *acceptCmd) refused(err error) error {
	for known, words := range map[error]string{
		ingest.ErrNoMail:    "没有编号以“" + c.Mail + "”开头的来信,请核对通知里的来信编号。",
		ingest.ErrAmbiguous: "编号“" + c.Mail + "”太短,请写全通知里的来信编号。",
		ingest.ErrNotAside:  "这封来信没有单独存放,不用认领;办理经过可用 duban why 查看。",
		ingest.ErrNoReport:  "这封来信里没有可以采用的周报。",
		ingest.ErrOvertaken: "该单位后来已经自行报送,以后报的为准,没有采用这封。",
	} {
		if errors.Is(err, known) {
			return usage{words}
		}
	}
	return fmt.Errorf("accept mail: %w", err)
}
