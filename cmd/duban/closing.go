package main

import (
	"context"
	"fmt"
	"time"

	"duban/state"
)

// closeCmd takes a project off the list of what is expected (销号, 撤销).
type closeCmd struct {
	Project   string `arg:"" placeholder:"项目" help:"项目编号或名称。"`
	Withdrawn bool   `help:"撤销(不是完工):本年完成的也不再计入汇总。"`
	decision
}

// reopenCmd puts it back.
type reopenCmd struct {
	Project string `arg:"" placeholder:"项目" help:"项目编号或名称。"`
	decision
}

func (c *closeCmd) Run(ctx context.Context, in *invocation) error {
	return c.expect(ctx, in, c.Project, func(o *office, p *state.Project, w state.Week) (state.Change, string, error) {
		if !p.ActiveTo.IsZero() {
			return state.Change{}, "", usage{fmt.Sprintf("%s %s 从%s起已经不要求报送;要恢复的,用 duban reopen。", p.ID, p.Name, p.Registered(state.ChangeEnd))}
		}
		kept := "本年完成的仍计入汇总,注明已完工"
		if c.Withdrawn {
			kept = "本年完成的也不再计入汇总"
		}
		day := o.cfg.Schedule.FirstDay(w).Format(time.DateOnly)
		return state.Change{New: day, Withdrawn: c.Withdrawn},
			fmt.Sprintf("从 %s 起不再要求报送,%s。请同时在登记表的 active_to 写 %s。", w, kept, day), nil
	})
}

func (c *reopenCmd) Run(ctx context.Context, in *invocation) error {
	return c.expect(ctx, in, c.Project, func(_ *office, p *state.Project, w state.Week) (state.Change, string, error) {
		if p.ActiveTo.IsZero() {
			return state.Change{}, "", usage{fmt.Sprintf("%s %s 没有销号,照常要报。", p.ID, p.Name)}
		}
		return state.Change{Old: p.Registered(state.ChangeEnd)}, fmt.Sprintf("从 %s 起照常要报。登记表的 active_to 写了日期的,请同时删去。", w), nil
	})
}

// expect records from when on a project is expected, or no more: from the week the office names,
// else from the first one its department has not reported for. decided says what changes, on the
// project as it then stands.
func (d decision) expect(ctx context.Context, in *invocation, name string, decided func(*office, *state.Project, state.Week) (state.Change, string, error)) error {
	if err := d.complete(); err != nil {
		return err
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		if err := o.amend(ctx); err != nil { // what was decided since the registry was loaded
			return err
		}
		named, err := o.week(d.Week)
		if err != nil {
			return err
		}
		p, err := o.projectNamed(name, named)
		if err != nil {
			return err
		}
		told := ""
		err = o.archive.store.Update(ctx, func(r *state.Records) error {
			w := named
			if d.Week == "" {
				var err error
				if w, err = r.Unreported(o.cfg.Schedule, o.now(), p.Dept); err != nil {
					return err
				}
			}
			w = o.cfg.Roster.Behind(p.ID, state.ChangeEnd, w)
			was := o.rosterOf(w).Project(p.ID)
			if was == nil {
				return usage{fmt.Sprintf("%s 在 %s 还没有列入。", p.ID, w)}
			}
			c, says, err := decided(o, was, w)
			if err != nil {
				return err
			}
			c.Project, c.Field, c.From, c.By, c.At = p.ID, state.ChangeEnd, w, d.By, o.now()
			c.Proposal = fmt.Sprintf("command/%s/%s", p.ID, o.now().UTC().Format("20060102T150405"))
			r.Note(fmt.Sprintf("%s:%s", d.By, d.Reason))
			told = says
			return r.PutChange(c)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(in.stdout, "%s %s %s\n", p.ID, p.Name, told)
		return nil
	})
}
