package main

import (
	"context"
	"fmt"

	"duban/configs"
	"duban/ingest"
	"duban/notify"
)

// checkCmd judges everything the office wrote, and on request both servers.
type checkCmd struct {
	Connect bool `help:"再试登录收信和发信两台服务器。"`
}

func (c *checkCmd) Run(ctx context.Context, in *invocation) error {
	cfg, set, err := in.configuration()
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(in.stderr, "提醒:", w)
	}
	fmt.Fprintf(in.stdout, "配置没有问题:%d个单位(%d个每周报送),%d个项目,%d位领导,%d条规则。\n",
		len(cfg.Roster.Depts), len(cfg.Roster.Reporting()), len(cfg.Roster.Projects), len(cfg.Roster.Leaders), len(set.Names()))
	d := cfg.Schedule.Deadline(cfg.Schedule.Current(in.now()))
	fmt.Fprintf(in.stdout, "本周 %s:截止 %s,汇总 %s。%s\n", d.Week, d.Due.Format("2006年1月2日15:04"), cfg.Schedule.SummaryAt(d.Week).Format("1月2日15:04"), d.Moved)
	if cfg.Shadow {
		fmt.Fprintln(in.stdout, "现在是试运行(mode: shadow):所有信只发到", cfg.Office.Mail)
	}
	if a := cfg.Mailbox.Auth; a.Mode == configs.AuthOff {
		fmt.Fprintln(in.stdout, "来信的发件人不核验(mailbox.auth 没有打开):冒用登记邮箱的来信也会被采用。")
	} else {
		fmt.Fprintf(in.stdout, "来信的发件人按 %s 的核验结果判断(%s)。\n", a.Server, a.Mode)
	}
	if !c.Connect {
		return nil
	}
	mailbox := ingest.NewIMAP(imapConfig(cfg))
	for _, folder := range cfg.Mailbox.Folders {
		if err := mailbox.Check(ctx, folder); err != nil {
			return fmt.Errorf("收信服务器 %s 的文件夹 %s:%w", cfg.Mailbox.Addr(), folder, err)
		}
		fmt.Fprintf(in.stdout, "收信:已登录 %s,能读 %s。\n", cfg.Mailbox.Addr(), folder)
	}
	if sent := cfg.Mailbox.Sent; sent != "" && sent != configs.SentOff {
		if err := mailbox.Check(ctx, sent); err != nil {
			return fmt.Errorf("收信服务器 %s 存放已发送邮件的文件夹 %s(mailbox.sent):%w", cfg.Mailbox.Addr(), sent, err)
		}
		fmt.Fprintf(in.stdout, "核对:能读 %s。\n", sent)
	}
	sender, err := notify.NewSMTP(mailServer(cfg.Outgoing.Server, cfg.Office.Mail))
	if err != nil {
		return err
	}
	err = sender.Check(ctx)
	sender.Hangup()
	if err != nil {
		return fmt.Errorf("发信服务器 %s:%w", cfg.Outgoing.Addr(), err)
	}
	fmt.Fprintf(in.stdout, "发信:已登录 %s。\n", cfg.Outgoing.Addr())
	return nil
}
