package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/ingest"
	"duban/state"
)

// decision is what every command of the office's hand must say beside what it does.
type decision struct {
	Week   string `placeholder:"周次" help:"周次;不写就是正在报送的周。"`
	Reason string `placeholder:"原因" help:"为什么,谁核实的;写进流水账。"`
	By     string `placeholder:"姓名" help:"谁决定的。"`
}

// complete refuses a decision without its reason and its author.
func (d decision) complete() error {
	if strings.TrimSpace(d.Reason) == "" || strings.TrimSpace(d.By) == "" {
		return usage{"要写明原因和决定人:--reason 原因 --by 姓名。"}
	}
	return nil
}

// inOffice carries fn out for a decision that says everything, in the week it is about.
func (d decision) inOffice(ctx context.Context, in *invocation, fn func(context.Context, *office, state.Week) error) error {
	if err := d.complete(); err != nil {
		return err
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(d.Week)
		if err != nil {
			return err
		}
		return fn(ctx, o, w)
	})
}

// projectNamed finds a project by its number or its name, as it stands in a week: there, or
// today, or as soon as it joins the list.
func (o *office) projectNamed(word string, w state.Week) (*state.Project, error) {
	for _, roster := range []*state.Roster{o.rosterOf(w), o.roster(), o.cfg.Roster.On(o.now().AddDate(0, 1, 0))} {
		for i := range roster.Projects {
			if p := &roster.Projects[i]; p.ID == word || p.Name == word {
				return p, nil
			}
		}
	}
	return nil, usage{fmt.Sprintf("项目库里没有“%s”,请写编号(如 LC2026-009)或完整名称。", word)}
}

// columnNamed finds a column by its id or its title.
func (o *office) columnNamed(word string) (*state.Column, error) {
	if c := o.cfg.Form.Column(word); c != nil {
		return c, nil
	}
	for i := range o.cfg.Form.Columns {
		if c := &o.cfg.Form.Columns[i]; c.Title == word {
			return c, nil
		}
	}
	return nil, usage{fmt.Sprintf("表样里没有列“%s”,请写列名或 form.yaml 里的 id,如 年度累计完成投资、ytd_invest。", word)}
}

// decide carries out a decision on a project and draws it into its week, in one transaction
// with the words for the audit trail. It reports whether the week holds a report of it.
func (o *office) decide(ctx context.Context, w state.Week, project, note string, do func(*state.Records) error) (reported bool, err error) {
	err = o.archive.store.Update(ctx, func(r *state.Records) (err error) {
		if err := do(r); err != nil {
			return err
		}
		r.Note(note)
		reported, err = o.collector.Desk.Recount(r, w, project)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("decide on %s in %s: %w", project, w, err)
	}
	return reported, nil
}

// overrideCmd puts the office's value in place of a department's.
type overrideCmd struct {
	Project string `arg:"" placeholder:"项目" help:"项目编号或名称。"`
	Column  string `arg:"" optional:"" placeholder:"列" help:"列名或 id,如 年度累计完成投资、ytd_invest。"`
	Value   string `arg:"" optional:"" placeholder:"数值" help:"更正为;金额以万元计。"`
	// AsReported takes the whole row as it was sent.
	AsReported bool `name:"as-reported" help:"不改数:这个项目按单位所报采用(待补正或有异议时用)。"`
	Clear      bool `help:"取消以前的更正。"`
	decision
}

func (c *overrideCmd) Run(ctx context.Context, in *invocation) error {
	return c.inOffice(ctx, in, func(ctx context.Context, o *office, w state.Week) error {
		p, err := o.projectNamed(c.Project, w)
		if err != nil {
			return err
		}
		if c.AsReported {
			return c.asReported(ctx, in, o, w, p)
		}
		if c.Column == "" {
			return usage{"要写明更正哪一列、改成多少;整行按单位所报采用的,加 --as-reported。"}
		}
		col, err := o.columnNamed(c.Column)
		if err != nil {
			return err
		}
		if c.Clear {
			return c.clear(ctx, in, o, w, p, col)
		}
		value, err := canonical(*col, c.Value)
		if err != nil {
			return err
		}
		a := state.Amendment{Week: w, Project: p.ID, Column: col.ID, Value: value, Reason: c.Reason, By: c.By, At: o.now()}
		note := fmt.Sprintf("%s更正 %s %s %s 为 %s:%s", c.By, w, p.ID, col.ID, value, c.Reason)
		reported, err := o.decide(ctx, w, p.ID, note, func(r *state.Records) error {
			_, row, err := ingest.NewestReport(r, w, *p)
			if err != nil {
				return err
			}
			if a.Was = row.Values[col.ID].Raw; a.Was == "" {
				a.Was = row.Values[col.ID].Text
			}
			return r.PutAmendment(a)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(in.stdout, "%s %s %s 的“%s”更正为 %s,随下一封答复告知 %s,半小时内没有的单独告知。\n", w, p.ID, p.Name, col.Title, value, p.Dept)
		if !reported {
			fmt.Fprintln(in.stdout, "这个项目本周还没有报表,收到后按更正值采用。")
		}
		return nil
	})
}

func (c *overrideCmd) clear(ctx context.Context, in *invocation, o *office, w state.Week, p *state.Project, col *state.Column) error {
	var was *state.Amendment
	note := fmt.Sprintf("%s取消更正 %s %s %s:%s", c.By, w, p.ID, col.ID, c.Reason)
	_, err := o.decide(ctx, w, p.ID, note, func(r *state.Records) (err error) {
		if was, err = r.Amendment(w, p.ID, col.ID); err != nil || was == nil {
			return err
		}
		return r.ClearAmendment(*was)
	})
	if err != nil {
		return err
	}
	if was == nil {
		return usage{fmt.Sprintf("%s %s 的“%s”没有更正过。", w, p.ID, col.Title)}
	}
	fmt.Fprintf(in.stdout, "%s %s 的“%s”不再更正,恢复为单位所报。\n", w, p.ID, col.Title)
	return nil
}

// canonical reads a value as the store keeps it: 万元 as a plain decimal, dates ISO.
func canonical(col state.Column, text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", usage{"没有写数值;要取消以前的更正,加 --clear。"}
	}
	switch col.Kind {
	case state.KindMoney, state.KindNumber, state.KindPercent:
		plain := strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(text, ",", ""), "万元"), "%")
		f, err := state.ParseWan(plain)
		if err != nil {
			return "", usage{fmt.Sprintf("“%s”要填数,“%s”不是数;金额以万元计,如 4420。", col.Title, text)}
		}
		return f.Wan(), nil
	case state.KindDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "", usage{fmt.Sprintf("“%s”要填日期,写成 2026-09-30 这样。", col.Title)}
		}
	}
	return text, nil
}

// asReported takes a project's newest row as it was sent, whatever was found in it.
func (c *overrideCmd) asReported(ctx context.Context, in *invocation, o *office, w state.Week, p *state.Project) error {
	word := "按单位所报采用"
	if c.Clear {
		word = "不再按单位所报采用"
	}
	var mail string
	note := fmt.Sprintf("%s决定 %s %s %s:%s", c.By, w, p.ID, word, c.Reason)
	_, err := o.decide(ctx, w, p.ID, note, func(r *state.Records) (err error) {
		if mail, _, err = ingest.NewestReport(r, w, *p); err != nil || mail == "" {
			return err
		}
		a := state.Amendment{Week: w, Project: p.ID, Mail: mail, Reason: c.Reason, By: c.By, At: o.now()}
		if c.Clear {
			return r.ClearAmendment(a)
		}
		return r.PutAmendment(a)
	})
	if err != nil {
		return err
	}
	if mail == "" {
		return usage{fmt.Sprintf("%s 还没有 %s 的报表,无从采用。", w, p.ID)}
	}
	fmt.Fprintf(in.stdout, "%s %s %s:%s。\n", w, p.ID, p.Name, word)
	return nil
}
