package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"duban/configs"
	"duban/ingest"
	"duban/ingest/rules"
	"duban/state"
)

// rulesCmd is about the rules.
type rulesCmd struct {
	List rulesListCmd `cmd:"" help:"列出现行的全部规则:编号、名称、轻重、门槛、要说的话。"`
	Try  rulesTryCmd  `cmd:"" help:"用改动后的规则文件把近8周的报表再核一遍,只看不改。"`
}

// rulesTryCmd shows what changed rules would have found in the last eight weeks.
type rulesTryCmd struct {
	File string `arg:"" placeholder:"文件" help:"改动后的规则文件。"`
	Week string `placeholder:"周次" help:"试算到哪一周为止的8周;不写就是到当前周。"`
	JSON bool   `help:"输出一份 JSON。"`
}

// ruleChange counts what a rule would find more or less.
type ruleChange struct {
	Rule    string `json:"rule"`
	Found   int    `json:"newly_found"`
	NoMore  int    `json:"no_longer_found"`
	Depts   int    `json:"departments"`
	inDepts map[string]bool
}

func (c *rulesTryCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		set, err := in.rulesIn(c.File, o.cfg.Form)
		if err != nil {
			return err
		}
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		var diffs []ingest.Difference
		reports := 0
		err = o.archive.store.View(ctx, func(r *state.Records) (err error) {
			diffs, reports, err = o.collector.Desk.Compare(r, w, set)
			return err
		})
		if err != nil {
			return fmt.Errorf("try rules: %w", err)
		}
		changes := countChanges(diffs)
		if c.JSON {
			return in.printJSON(map[string]any{"reports": reports, "rules": changes, "differences": append([]ingest.Difference{}, diffs...)})
		}
		return in.printDifferences(reports, changes, diffs)
	})
}

// rulesIn reads a file of rules beside the ones in force.
func (in *invocation) rulesIn(file string, form *state.Form) (*rules.Set, error) {
	data, err := os.ReadFile(in.path(file))
	if err != nil {
		return nil, usage{unread(file, err).Error() + "。"}
	}
	set, wrong := rules.Load(data, filepath.Base(file), form)
	if len(wrong) > 0 {
		var faults configs.Faults
		for _, f := range wrong {
			faults = append(faults, configs.Fault(f))
		}
		return nil, faults
	}
	return set, nil
}

// countChanges sums the differences by rule, in their order.
func countChanges(diffs []ingest.Difference) []ruleChange {
	out := []ruleChange{}
	for _, d := range diffs {
		if len(out) == 0 || out[len(out)-1].Rule != d.Rule {
			out = append(out, ruleChange{Rule: d.Rule, inDepts: map[string]bool{}})
		}
		c := &out[len(out)-1]
		if d.New {
			c.Found++
		} else {
			c.NoMore++
		}
		c.inDepts[d.Dept] = true
		c.Depts = len(c.inDepts)
	}
	return out
}

func (in *invocation) printDifferences(reports int, changes []ruleChange, diffs []ingest.Difference) error {
	fmt.Fprintf(in.stdout, "近8周共%d份报表,用新规则再核一遍:", reports)
	if len(diffs) == 0 {
		fmt.Fprintln(in.stdout, "结果没有变化。")
		return nil
	}
	fmt.Fprintf(in.stdout, "有%d处不同。什么都没有改动。\n\n", len(diffs))
	t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "规则\t新提出\t不再提出\t涉及单位")
	for _, c := range changes {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", c.Rule, c.Found, c.NoMore, c.Depts)
	}
	fmt.Fprintln(t, "\n\t周次\t单位\t级别\t规则\t位置\t填的\t说明")
	for _, d := range diffs {
		mark := "−"
		if d.New {
			mark = "+"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s %s %s\t%s\t%s\n", mark, d.Week, d.Dept, d.Level, d.Rule, d.Project, d.Sheet, d.Cell, d.Found, d.Message)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
