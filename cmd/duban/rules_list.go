package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"duban/ingest/rules"
	"duban/state"
)

// rulesListCmd shows the catalogue in force, or one in a file, in the order of the office's
// own list of rules.
type rulesListCmd struct {
	File string `arg:"" optional:"" placeholder:"文件" help:"规则文件;不写就是现行的规则。"`
	JSON bool   `help:"输出一份 JSON。"`
}

// listedRule is a rule as the list shows it.
type listedRule struct {
	Codes  []string      `json:"codes"` // its numbers in the office's list, "X01"
	Name   string        `json:"rule"`
	Level  state.Level   `json:"level"`
	Trial  bool          `json:"trial"`
	Scope  rules.Scope   `json:"scope"`
	At     []string      `json:"at"` // column ids
	Class  []state.Class `json:"classes"`
	From   string        `json:"from,omitempty"` // the day it takes effect
	Limits []rules.Limit `json:"params"`
	Say    string        `json:"say"`
}

func (c *rulesListCmd) Run(_ context.Context, in *invocation) error {
	cfg, set, err := in.configuration()
	if err != nil {
		return err
	}
	if c.File != "" {
		if set, err = in.rulesIn(c.File, cfg.Form); err != nil {
			return err
		}
	}
	list := catalogue(set)
	if c.JSON {
		return in.printJSON(list)
	}
	_, err = fmt.Fprint(in.stdout, rulesTable(list, cfg.Form))
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// catalogue sorts a catalogue by its first number, F T R X W C G; what has none stands last.
func catalogue(set *rules.Set) []listedRule {
	var out []listedRule
	for _, r := range set.Rules() {
		l := listedRule{
			Codes: append([]string{}, r.Codes...), Name: r.Name, Level: r.Level, Trial: r.Trial, Scope: r.Scope,
			At: append([]string{}, r.At...), Class: append([]state.Class{}, r.Classes...), Limits: append([]rules.Limit{}, r.Limits...), Say: r.Say,
		}
		if !r.From.IsZero() {
			l.From = r.From.Format("2006-01-02")
		}
		out = append(out, l)
	}
	place := func(l listedRule) string {
		if len(l.Codes) == 0 {
			return "9"
		}
		return fmt.Sprintf("%d%s", strings.Index("FTRXWCG", l.Codes[0][:1]), l.Codes[0])
	}
	slices.SortStableFunc(out, func(a, b listedRule) int { return cmp.Compare(place(a), place(b)) })
	return out
}

var (
	levelWords = map[state.Level]string{state.LevelError: "必须改", state.LevelWarning: "改或说明", state.LevelNote: "只给办公室看"}
	scopeWords = map[rules.Scope]string{
		rules.ScopeFile: "邮件和文件", rules.ScopeSheet: "工作表", rules.ScopeCell: "每一格", rules.ScopeRow: "一行之内",
		rules.ScopeClass: "某类项目", rules.ScopeRegistry: "与项目库比", rules.ScopeProject: "与往周比",
	}
)

// rulesTable is the list as a table the manual can hold (Markdown).
func rulesTable(list []listedRule, form *state.Form) string {
	var b strings.Builder
	b.WriteString("| 编号 | 规则 | 轻重 | 看什么 | 门槛 | 怎样对部门讲 |\n|---|---|---|---|---|---|\n")
	for _, l := range list {
		level := levelWords[l.Level]
		if l.Trial {
			level += "(试行)"
		}
		if l.From != "" {
			level += "," + l.From + "起"
		}
		var at, limits []string
		for _, id := range l.At {
			if def := form.Column(id); def != nil {
				at = append(at, def.Title)
			}
		}
		where := scopeWords[l.Scope]
		if len(l.Class) > 0 {
			where += "(" + joined(l.Class) + ")"
		}
		if len(at) > 0 {
			where += ":" + strings.Join(at, "、")
		}
		for _, p := range l.Limits {
			limits = append(limits, p.Name+" "+p.Value)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", strings.Join(l.Codes, " "), l.Name, level, where, cell(strings.Join(limits, ";")), cell(l.Say))
	}
	return b.String()
}

// cell keeps a text inside one cell of the table.
func cell(s string) string { return strings.NewReplacer("|", "/", "\n", " ").Replace(s) }

func joined(classes []state.Class) string {
	words := make([]string, len(classes))
	for i, c := range classes {
		words[i] = string(c)
	}
	return strings.Join(words, "、")
}
