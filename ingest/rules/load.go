package rules

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"duban/state"
)

// Fault is one thing wrong in rules.yaml, told so that the office can repair it.
type Fault struct {
	File         string
	Line, Column int    // from 1; 0 when the fault is about the whole file
	Where        string // the rule and the key: "arith-ytd-mismatch.when"
	Message      string // a Chinese sentence: what is wrong
	Remedy       string // a Chinese sentence: how to put it right
}

// String gives "rules.yaml:12:5 arith-ytd-mismatch.when:…。改法:…".
func (f Fault) String() string {
	s := f.File
	if f.Line > 0 {
		s += fmt.Sprintf(":%d:%d", f.Line, f.Column)
	}
	if f.Where != "" {
		s += " " + f.Where
	}
	s += ":" + f.Message
	if f.Remedy != "" {
		s += " 改法:" + f.Remedy
	}
	return s
}

// Bounds on a catalogue; the shipped one has some 90 rules and 50 KB.
const (
	maxFile  = 1 << 20 // bytes
	maxRules = 500
	maxText  = 4000 // bytes of one condition or sentence
)

// loader reads one file and goes on after a fault, so that all are told at once.
type loader struct {
	file   string
	form   *state.Form
	faults []Fault
	// remember is how many weeks an explanation is remembered for where its rule says nothing.
	remember int
	members  map[string]bool // what conditions and sentences ask for, as "past.progress"
}

// Load reads a catalogue of rules for a form; file names it in the faults. The set is nil
// when there are any.
func Load(data []byte, file string, form *state.Form) (*Set, []Fault) {
	l := &loader{file: file, form: form, remember: 4, members: map[string]bool{}}
	set := l.load(data)
	if len(l.faults) > 0 {
		slices.SortStableFunc(l.faults, func(a, b Fault) int { return a.Line - b.Line })
		return nil, l.faults
	}
	return set, nil
}

func (l *loader) load(data []byte) *Set {
	if len(data) > maxFile {
		l.faults = append(l.faults, Fault{File: l.file, Message: fmt.Sprintf("文件超过%d兆字节,不像规则文件。", maxFile>>20)})
		return nil
	}
	list := l.list(data)
	if len(list) > maxRules {
		l.wrong(list[maxRules], "", "删去用不到的规则。", "规则超过%d条。", maxRules)
		list = list[:maxRules]
	}
	set := &Set{byName: map[string]*Rule{}, reasons: map[string]*Rule{}, form: l.form}
	places := map[string]ast.Node{}
	for _, n := range list {
		r := l.rule(n)
		if r == nil {
			continue
		}
		if first := set.byName[r.Name]; first != nil {
			l.wrong(n, r.Name, "只留一处,或换一个名称。", "规则 %s 写了两次,前一次在第%d行。", r.Name, first.line)
			continue
		}
		set.rules = append(set.rules, r)
		set.names = append(set.names, r.Name)
		set.byName[r.Name], places[r.Name] = r, n
		for reason := range r.Reasons {
			set.reasons[reason] = r
		}
	}
	l.relate(set, places)
	set.asks = l.members
	return set
}

// relate checks that rules named by other rules exist, and marks those that others follow.
func (l *loader) relate(set *Set, places map[string]ast.Node) {
	for _, r := range set.rules {
		for _, other := range slices.Concat(r.Silences, r.Follows) {
			if set.byName[other] == nil {
				l.wrong(places[r.Name], r.Name, isIt(other, set.names)+"检查 silences、follows 里的规则名。", "没有名为 %s 的规则。", other)
			}
		}
		for _, other := range r.Follows {
			if lead := set.byName[other]; lead != nil {
				lead.Leads = true
			}
		}
	}
}

// list finds the sequence under the one top key `rules`.
func (l *loader) list(data []byte) []ast.Node {
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		f := Fault{File: l.file, Message: "这里不符合YAML的写法。", Remedy: "检查这一行的缩进(用空格,不用Tab)、冒号后的空格和引号是否成对。"}
		var ye yaml.Error
		if errors.As(err, &ye) && ye.GetToken() != nil {
			f.Line, f.Column = ye.GetToken().Position.Line, ye.GetToken().Position.Column
		}
		l.faults = append(l.faults, f)
		return nil
	}
	var list []ast.Node
	docs := 0
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if docs++; docs > 1 {
			l.wrong(doc.Body, "", "删去“---”及其后的内容,或并入前面。", "一个文件只能有一份内容。")
			continue
		}
		for _, e := range l.entries(doc.Body, "", []string{"remember", "rules"}) {
			if e.Key.GetToken().Value == "remember" {
				l.remember = l.weeks(e.Value, "remember")
				continue
			}
			seq, ok := e.Value.(*ast.SequenceNode)
			if !ok {
				l.wrong(e.Value, "rules", "每条规则以“- rule: 名称”开头。", "rules 下面要一个列表。")
				continue
			}
			list = append(list, seq.Values...)
		}
	}
	if len(list) == 0 && len(l.faults) == 0 {
		l.faults = append(l.faults, Fault{File: l.file, Message: "文件里没有一条规则。", Remedy: "可用 duban init 生成一份带注释的样例。"})
	}
	return list
}

// wrong notes a fault at a node.
func (l *loader) wrong(n ast.Node, where, remedy, format string, args ...any) {
	f := Fault{File: l.file, Where: where, Message: fmt.Sprintf(format, args...), Remedy: remedy}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key // the node's own token is the first colon
	}
	if n != nil && n.GetToken() != nil {
		f.Line, f.Column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	l.faults = append(l.faults, f)
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}
