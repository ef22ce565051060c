package main

import (
	"context"
	"fmt"
	"time"

	"duban/state"
)

// exemptCmd frees a department or a project from reporting until a day (免报).
type exemptCmd struct {
	Subject string `arg:"" placeholder:"单位或项目" help:"单位编号、名称,或项目编号、名称。"`
	Until   string `placeholder:"日期" help:"免到哪一天(含),如 2026-10-31;过了就照常要报。"`
	Paused  bool   `help:"项目暂停:期间不报送、不亮灯,汇总里写明原因和到哪一天。"`
	Clear   bool   `help:"取消以前的免报或暂停。"`
	decision
}

func (c *exemptCmd) Run(ctx context.Context, in *invocation) error {
	return c.inOffice(ctx, in, func(ctx context.Context, o *office, w state.Week) error {
		e := state.Exemption{From: w, Paused: c.Paused, Reason: c.Reason, By: c.By, At: o.now()}
		subject, name, projects, err := o.exempted(c.Subject, w)
		if err != nil {
			return err
		}
		e.Subject = subject
		word := "免报"
		if c.Paused {
			word = "暂停"
			if o.roster().Project(subject) == nil {
				return usage{"只有项目可以暂停;单位用免报。"}
			}
		}
		note := fmt.Sprintf("%s取消免报 %s:%s", c.By, e.Subject, c.Reason)
		if !c.Clear {
			if e.Until, err = time.ParseInLocation(time.DateOnly, c.Until, o.cfg.Schedule.Zone); err != nil {
				return usage{"要写明免到哪一天:--until 2026-10-31。"}
			}
			if !e.Covers(o.cfg.Schedule.Deadline(w)) {
				return usage{fmt.Sprintf("免报到%s,%s 的数据截至%s,一周也没有免到。", c.Until, w, o.cfg.Schedule.Deadline(w).AsOf().Format(time.DateOnly))}
			}
			note = fmt.Sprintf("%s准予%s %s 至 %s:%s", c.By, word, e.Subject, c.Until, c.Reason)
		}
		err = o.archive.store.Update(ctx, func(r *state.Records) error {
			put := r.PutExemption(e)
			if c.Clear {
				put = r.ClearExemption(e.Subject, w)
			}
			if put != nil {
				return put
			}
			r.Note(note)
			for _, id := range projects {
				if _, err := o.collector.Desk.Recount(r, w, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("exempt %s: %w", e.Subject, err)
		}
		if c.Clear {
			fmt.Fprintf(in.stdout, "%s %s 照常要报。\n", e.Subject, name)
			return nil
		}
		fmt.Fprintf(in.stdout, "%s %s 自 %s 起%s,到%s(含);期间不催,汇总里注明%s。\n", e.Subject, name, w, word, c.Until, word)
		return nil
	})
}

// exempted is the department or project a word names, and its projects that are due in w.
func (o *office) exempted(word string, w state.Week) (id, name string, projects []string, err error) {
	if dept := o.cfg.Roster.FindDept(word); dept != nil {
		for _, p := range o.cfg.Roster.ProjectsOf(dept.ID, o.cfg.Schedule.Deadline(w).AsOf()) {
			projects = append(projects, p.ID)
		}
		return dept.ID, dept.Name, projects, nil
	}
	p, err := o.projectNamed(word, w)
	if err != nil {
		return "", "", nil, usage{fmt.Sprintf("名册里没有“%s”这个单位或项目,请写编号或名称。", word)}
	}
	return p.ID, p.Name, []string{p.ID}, nil
}
