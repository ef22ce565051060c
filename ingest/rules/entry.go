package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"duban/state"
)

// The keys of one rule in rules.yaml.
var ruleKeys = []string{
	"rule", "level", "scope", "at", "classes", "when", "milder", "params", "say", "expected", "last", "example",
	"code", "silences", "follows", "from", "trial", "deferred", "remember", "except", "reasons",
}

var (
	levels = []string{string(state.LevelError), string(state.LevelWarning), string(state.LevelNote)}
	scopes = []string{
		string(ScopeFile), string(ScopeSheet), string(ScopeCell), string(ScopeRow),
		string(ScopeClass), string(ScopeRegistry), string(ScopeProject),
	}
)

// rule reads one entry; nil when it has not even a name.
func (l *loader) rule(n ast.Node) *Rule {
	nodes := map[string]ast.Node{}
	for _, e := range l.entries(n, "", ruleKeys) {
		nodes[e.Key.GetToken().Value] = e.Value
	}
	text := func(key string) string {
		if nodes[key] == nil {
			return ""
		}
		s, _ := l.scalar(nodes[key], key)
		return s
	}
	r := &Rule{Name: text("rule"), Level: state.Level(text("level")), Scope: Scope(text("scope")), Say: text("say")}
	if n.GetToken() != nil {
		r.line = n.GetToken().Position.Line
	}
	if r.Name == "" {
		l.wrong(n, "", "每条规则以“- rule: 名称”开头。", "这条规则没有名称。")
		return nil
	}
	if strings.Trim(r.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		l.wrong(nodes["rule"], r.Name, "例如 arith-ytd-mismatch。", "规则名“%s”只能用小写字母、数字和连字符。", r.Name)
	}
	l.oneOf(n, nodes, r.Name, "level", string(r.Level), levels)
	l.oneOf(n, nodes, r.Name, "scope", string(r.Scope), scopes)
	l.lists(r, nodes)
	l.flags(r, nodes)
	l.code(r, n, nodes, text)
	return r
}

// oneOf tells of a missing or unknown word.
func (l *loader) oneOf(n ast.Node, nodes map[string]ast.Node, rule, key, got string, known []string) {
	if nodes[key] == nil {
		l.wrong(n, rule+"."+key, "可用:"+strings.Join(known, "、")+"。", "规则 %s 没有写 %s。", rule, key)
	} else if !slices.Contains(known, got) {
		l.wrong(nodes[key], rule+"."+key, isIt(got, known)+"可用:"+strings.Join(known, "、")+"。", "%s 不能是“%s”。", key, got)
	}
}

func (l *loader) lists(r *Rule, nodes map[string]ast.Node) {
	for key, into := range map[string]*[]string{"code": &r.Codes, "at": &r.At, "silences": &r.Silences, "follows": &r.Follows} {
		if nodes[key] != nil {
			*into = l.words(nodes[key], r.Name+"."+key)
		}
	}
	for _, id := range r.At {
		at := slices.Index(columnIDs(l.form), id)
		if at < 0 {
			l.wrong(nodes["at"], r.Name+".at", isIt(id, columnIDs(l.form))+"列的 id 见 form.yaml。", "表样里没有列“%s”。", id)
			continue
		}
		r.places = append(r.places, at)
	}
	r.Classes = l.classes(nodes["classes"], r.Name+".classes")
	if r.Scope == ScopeClass && len(r.Classes) == 0 {
		l.wrong(nodes["scope"], r.Name+".classes", "写 classes: [续建, 新开工] 这样。", "scope 是 class 的规则要写明哪几类项目。")
	}
}

func (l *loader) classes(n ast.Node, where string) []state.Class {
	if n == nil {
		return nil
	}
	var out []state.Class
	for _, w := range l.words(n, where) {
		if !slices.Contains(state.Classes(), state.Class(w)) {
			l.wrong(n, where, "写 续建、新开工、前期 或 招商。", "没有“%s”这一类项目。", w)
			continue
		}
		out = append(out, state.Class(w))
	}
	return out
}

func (l *loader) flags(r *Rule, nodes map[string]ast.Node) {
	if nodes["trial"] != nil {
		r.Trial = l.yes(nodes["trial"], r.Name+".trial")
	}
	if nodes["deferred"] != nil {
		r.Deferred = l.yes(nodes["deferred"], r.Name+".deferred")
	}
	r.Remember = l.remember
	if nodes["remember"] != nil {
		r.Remember = l.weeks(nodes["remember"], r.Name+".remember")
	}
	if nodes["from"] != nil {
		r.From = l.day(nodes["from"], r.Name+".from")
	}
	if nodes["params"] != nil {
		r.Params, r.Limits = l.params(nodes["params"], r.Name+".params")
	}
	seq, ok := nodes["except"].(*ast.SequenceNode)
	if nodes["except"] != nil && !ok {
		l.wrong(nodes["except"], r.Name+".except", "每条例外以“- ”开头。", "except 要一个列表。")
		return
	}
	if seq == nil {
		return
	}
	for _, n := range seq.Values {
		r.Except = append(r.Except, l.exception(n, r.Name+".except"))
	}
}

func (l *loader) exception(n ast.Node, where string) Exception {
	var x Exception
	for _, e := range l.entries(n, where, []string{"projects", "depts", "classes", "until", "why"}) {
		switch key := e.Key.GetToken().Value; key {
		case "projects":
			x.Projects = l.words(e.Value, where)
		case "depts":
			x.Depts = l.words(e.Value, where)
		case "classes":
			x.Classes = l.classes(e.Value, where)
		case "until":
			x.Until = l.day(e.Value, where+".until")
		case "why":
			x.Why, _ = l.scalar(e.Value, where)
		}
	}
	if x.Why == "" {
		l.wrong(n, where+".why", "写明谁同意、为什么,例如 why: 区领导9月3日批示同意。", "例外没有写理由。")
	}
	return x
}

// code compiles the condition and the sentences.
func (l *loader) code(r *Rule, n ast.Node, nodes map[string]ast.Node, text func(string) string) {
	if text("say") == "" {
		l.wrong(n, r.Name+".say", "补上 say:部门读到的一句话,说明哪里不对、怎样改。", "规则 %s 没有写要说的话。", r.Name)
	}
	byCode := nodes["when"] == nil
	if byCode && r.Scope != ScopeFile && r.Scope != ScopeSheet && r.Scope != ScopeCell && r.Scope != ScopeRow && r.Scope != ScopeRegistry {
		l.wrong(n, r.Name+".when", "补上 when:什么情况下提出。", "规则 %s 没有写条件。", r.Name)
		return
	}
	if !slices.Contains(scopes, string(r.Scope)) {
		return // what may be named is unknown
	}
	env := visible(r.Scope, l.form, r.Params)
	if byCode {
		env = visible(ScopeFile, l.form, r.Params)
	}
	all := l.members
	l.members = map[string]bool{}
	defer func() {
		r.asks = l.members
		maps.Copy(all, r.asks)
		l.members = all
	}()
	r.when = l.condition(nodes["when"], r.Name+".when", text("when"), env)
	r.milder = l.condition(nodes["milder"], r.Name+".milder", text("milder"), env)
	r.say = l.template(nodes["say"], r.Name+".say", text("say"), env)
	r.expected = l.template(nodes["expected"], r.Name+".expected", text("expected"), env)
	r.last = l.template(nodes["last"], r.Name+".last", text("last"), env)
	r.near = l.template(nodes["example"], r.Name+".example", text("example"), env)
	if nodes["reasons"] == nil {
		return
	}
	r.Reasons = map[string]template{}
	for _, e := range l.entries(nodes["reasons"], r.Name+".reasons", nil) {
		reason := e.Key.GetToken().Value
		s, _ := l.scalar(e.Value, r.Name+".reasons."+reason)
		r.Reasons[reason] = l.template(e.Value, r.Name+".reasons."+reason, s, env)
	}
}

func columnIDs(f *state.Form) []string {
	ids := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		ids[i] = c.ID
	}
	return ids
}
