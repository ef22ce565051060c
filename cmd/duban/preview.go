package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"duban/state"
	"duban/templates"
)

// previewCmd shows a letter without sending it.
type previewCmd struct {
	Kind   string `arg:"" placeholder:"种类" help:"信的种类:如 correction、receipt、due、late、summary。"`
	Week   string `placeholder:"周次" help:"周次;不写就是当前周。"`
	Dept   string `placeholder:"单位" help:"单位编号或名称;写给单位的信要写。"`
	Dir    string `default:"." placeholder:"目录" help:"信写到这个目录。"`
	Sample bool   `help:"用样例内容,不看已存的数据。"`
}

func (c *previewCmd) Run(ctx context.Context, in *invocation) error {
	if !slices.Contains(templates.Names(), c.Kind) {
		return usage{fmt.Sprintf("没有“%s”这种信,可以是:%s。", c.Kind, strings.Join(templates.Names(), "、"))}
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
		draft, err := o.planner.Preview(ctx, state.Topic(c.Kind), w, dept)
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(draft.Key, "/", "_")
		if err := c.write(in, name, draft.Subject, draft.Text, draft.HTML); err != nil {
			return err
		}
		for _, f := range draft.Files {
			if err := c.save(in, filepath.Base(f.Name), f.Data); err != nil {
				return err
			}
		}
		return nil
	})
}

// sample renders the page from its sample data, with the office's own wording if there is a
// configuration.
func (c *previewCmd) sample(in *invocation) error {
	dir := ""
	if path, err := in.configPath(); err == nil {
		cfg, _, _, err := load(path, in.now())
		if err != nil {
			return err
		}
		dir = cfg.Templates
	}
	pages, faults := templates.Load(dir)
	if len(faults) > 0 {
		return fmt.Errorf("%v", faults)
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
