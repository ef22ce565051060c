package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"duban/notify/report"
)

// formsCmd writes the pre-filled workbooks of a week, as Thursday's letters carry them.
type formsCmd struct {
	Week string `placeholder:"周次" help:"周次,如 2026-W41;不写就是当前周。"`
	Dir  string `default:"." placeholder:"目录" help:"表写到这个目录;同名的旧文件会被换掉。"`
}

func (c *formsCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		if d := o.cfg.Schedule.Deadline(w); d.Skipped {
			return usage{fmt.Sprintf("%s:%s。", w, d.Moved)}
		}
		dir := in.path(c.Dir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make the folder for the forms: %w", err)
		}
		taken := map[string]bool{}
		for _, dept := range o.cfg.Roster.Reporting() {
			b, err := o.planner.Blank(ctx, w, dept.ID, o.now())
			if err != nil {
				return err
			}
			data, err := report.Form(b)
			if errors.Is(err, report.ErrNoProjects) {
				fmt.Fprintf(in.stderr, "%s %s:这一周没有要报的项目,不出表。\n", dept.ID, dept.Short)
				continue
			}
			if err != nil {
				return err
			}
			name := b.File()
			if taken[name] { // two departments of one short name
				name = dept.ID + name
			}
			taken[name] = true
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
				return fmt.Errorf("write the form of %s: %w", dept.ID, err)
			}
			fmt.Fprintln(in.stdout, filepath.Join(dir, name))
		}
		return nil
	})
}
