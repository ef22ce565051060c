package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"duban/notify"
	"duban/state"
	"duban/templates"
)

// previewCmd shows a letter without sending it.
type previewCmd struct {
	Kind   string `arg:"" placeholder:"种类" help:"信的种类:如 correction、receipt、due、late、summary;all 各种信排在一页,rules 每条规则的信排在一页(都要加 --sample)。"`
	Week   string `placeholder:"周次" help:"周次;不写就是当前周。"`
	Dept   string `placeholder:"单位" help:"单位编号或名称;写给单位的信要写。"`
	Leader string `placeholder:"领导" help:"牵头领导的编号或姓名;分管版(own)、督导提醒(visit)要写。"`
	Dir    string `default:"." placeholder:"目录" help:"信写到这个目录。"`
	Sample bool   `help:"用样例内容,不看已存的数据。"`
}

func (c *previewCmd) Run(ctx context.Context, in *invocation) error {
	switch {
	case c.Kind == "rules" && c.Sample:
		return c.rules(ctx, in)
	case c.Kind == "all" && c.Sample:
		return c.all(in)
	case c.Sample && slices.Contains(templates.Sayings(), c.Kind):
		return c.saying(in)
	case !slices.Contains(templates.Names(), c.Kind):
		return usage{fmt.Sprintf("没有“%s”这种信,可以是:%s。加 --sample 时还可以是 all(各种信排在一页)、rules(每条规则的信排在一页)。", c.Kind, strings.Join(templates.Names(), "、"))}
	}
	if c.Sample {
		return c.sample(in)
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		dept := ""
		if c.Dept != "" {
			d := o.cfg.Roster.FindDept(c.Dept)
			if d == nil {
				return usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D04)或名称。", c.Dept)}
			}
			dept = d.ID
		}
		drafts, err := c.drafts(ctx, o, w, dept)
		if errors.Is(err, notify.ErrNothingToShow) {
			return usage{fmt.Sprintf("按现在存的数据,没有这样的信可看(%s)。加 --sample 可看样例。", w)}
		}
		if err != nil {
			return err
		}
		for _, draft := range drafts {
			if err := c.show(in, draft); err != nil {
				return err
			}
		}
		return nil
	})
}

// drafts composes what would leave now: one letter, or each of a ledger that is due.
func (c *previewCmd) drafts(ctx context.Context, o *office, w state.Week, dept string) ([]notify.Draft, error) {
	switch c.Kind {
	case notify.PageScore:
		if dept == "" {
			return nil, usage{"请用 --dept 写明单位。"}
		}
		return o.planner.PreviewLedger(ctx, c.Kind, w, dept)
	case notify.PageRequest, notify.PagePermit, notify.PageScores, notify.PageCircular, notify.PageDaily:
		return o.planner.PreviewLedger(ctx, c.Kind, w, dept)
	}
	draft, err := c.draft(ctx, o, w, dept)
	return []notify.Draft{draft}, err
}

// show prints a letter and saves it with its attachments.
func (c *previewCmd) show(in *invocation, draft notify.Draft) error {
	if err := c.write(in, strings.ReplaceAll(draft.Key, "/", "_"), draft.Subject, draft.Text, draft.HTML); err != nil {
		return err
	}
	for _, f := range draft.Files {
		if err := c.save(in, filepath.Base(f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}

// draft composes the letter from the stored state.
func (c *previewCmd) draft(ctx context.Context, o *office, w state.Week, dept string) (notify.Draft, error) {
	switch who := dept; c.Kind {
	case notify.PageOwn, notify.PageVisit:
		for _, l := range o.cfg.Roster.Leaders {
			if c.Leader == l.ID || c.Leader == l.Name {
				return o.planner.PreviewReader(ctx, c.Kind, w, l.ID)
			}
		}
		return notify.Draft{}, usage{fmt.Sprintf("请用 --leader 写明是哪位牵头领导(编号或姓名,如 L05),名册里没有“%s”。", c.Leader)}
	case notify.PageStanding:
		if who == "" {
			return notify.Draft{}, usage{"请用 --dept 写明单位。"}
		}
		return o.planner.PreviewReader(ctx, c.Kind, w, who)
	case notify.PageFormal, notify.PageMeeting, notify.PageVisits:
		return o.planner.PreviewReader(ctx, c.Kind, w, "")
	}
	switch state.Topic(c.Kind) {
	case state.TopicForm, state.TopicDue, state.TopicLate, state.TopicReceipt, state.TopicCorrection:
		if dept == "" {
			return notify.Draft{}, usage{"请用 --dept 写明单位。"}
		}
	}
	return o.planner.Preview(ctx, state.Topic(c.Kind), w, dept)
}

// sample renders the page from its sample data, with the office's own wording if there is a
// configuration.
func (c *previewCmd) sample(in *invocation) error {
	pages, err := in.pages()
	if err != nil {
		return err
	}
	data, err := templates.Sample(c.Kind)
	if err != nil {
		return err
	}
	subject, text, html, err := pages.Render(c.Kind, data)
	if err != nil {
		return err
	}
	return c.write(in, c.Kind+"-sample", subject, text, html)
}

// saying prints the words that stand inside another letter, once for each of their samples.
func (c *previewCmd) saying(in *invocation) error {
	pages, err := in.pages()
	if err != nil {
		return err
	}
	samples, err := templates.Samples(c.Kind)
	if err != nil {
		return err
	}
	for _, data := range samples {
		lines, err := pages.Say(c.Kind, data)
		if err != nil {
			return err
		}
		fmt.Fprintf(in.stdout, "%s\n\n", strings.Join(lines, "\n"))
	}
	return nil
}

// pages are the office's own wording if there is a configuration, else the built-in one.
func (in *invocation) pages() (*templates.Set, error) {
	dir := ""
	if path, err := in.configPath(); err == nil {
		cfg, _, _, err := load(path, in.now())
		if err != nil {
			return nil, err
		}
		dir = cfg.Templates
	}
	pages, faults := templates.Load(dir)
	if len(faults) > 0 {
		return nil, fmt.Errorf("%v", faults)
	}
	return pages, nil
}

func (c *previewCmd) write(in *invocation, name, subject, text, html string) error {
	fmt.Fprintf(in.stdout, "主题:%s\n\n%s\n", subject, text)
	return c.save(in, name+".html", []byte(html))
}

func (c *previewCmd) save(in *invocation, name string, data []byte) error {
	path := filepath.Join(in.path(c.Dir), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("save preview: %w", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("save preview: %w", err)
	}
	fmt.Fprintln(in.stderr, "已写", path)
	return nil
}
