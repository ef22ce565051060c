package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
}

// Load reads a catalogue of rules for a form; file names it in the faults. The set is nil
// when there are any.
func Load(data []byte, file string, form *state.Form) (*Set, []Fault) {
	l := &loader{file: file, form: form}
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
	return set
}

// relate checks that rules named by other rules exist, and marks those that others follow.
func (l *loader) relate(set *Set, places map[string]ast.Node) {
	for _, r := range set.rules {
		for _, other := range slices.Concat(r.Silences, r.Follows) {
			if set.byName[other] == nil {
				l.wrong(places[r.Name], r.Name, l.like(other, set.names)+"检查 silences、follows 里的规则名。", "没有名为 %s 的规则。", other)
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
		for _, e := range l.entries(doc.Body, "", []string{"rules"}) {
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

// entries lists a mapping's entries; unknown and doubled keys are told and passed over.
// known nil allows every key.
func (l *loader) entries(n ast.Node, where string, known []string) []*ast.MappingValueNode {
	var all []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		all = n.Values
	case *ast.MappingValueNode:
		all = []*ast.MappingValueNode{n}
	case nil:
		return nil
	default:
		l.wrong(n, where, "写成“名称: 值”,下级比上级多缩进两格。", "这里要下级栏目。")
		return nil
	}
	seen := map[string]bool{}
	var out []*ast.MappingValueNode
	for _, e := range all {
		key := e.Key.GetToken().Value
		switch {
		case seen[key]:
			l.wrong(e.Key, join(where, key), "只留一处。", "“%s”写了两次。", key)
			continue
		case known != nil && !slices.Contains(known, key):
			l.wrong(e.Key, join(where, key), l.like(key, known)+"可用的名称:"+strings.Join(known, "、")+"。", "不认识“%s”。", key)
			continue
		}
		seen[key] = true
		out = append(out, e)
	}
	return out
}

// scalar is a value's text as written; ok is false, and told, when it is no single value.
func (l *loader) scalar(n ast.Node, where string) (string, bool) {
	switch n := n.(type) {
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.StringNode:
		return strings.TrimSpace(n.Value), true
	case *ast.NullNode:
		return "", true
	case ast.ScalarNode:
		return n.GetToken().Value, true
	}
	l.wrong(n, where, "只写一个值。", "这里要一个值,不是列表或下级栏目。")
	return "", false
}

// words reads one value or a list of values.
func (l *loader) words(n ast.Node, where string) []string {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		if s, ok := l.scalar(n, where); ok && s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, v := range seq.Values {
		if s, ok := l.scalar(v, where); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (l *loader) yes(n ast.Node, where string) bool {
	switch s, _ := l.scalar(n, where); s {
	case "true", "是":
		return true
	case "false", "否", "":
		return false
	default:
		l.wrong(n, where, "写 true 或 false。", "“%s”要写成是或否。", s)
		return false
	}
}

func (l *loader) day(n ast.Node, where string) time.Time {
	s, _ := l.scalar(n, where)
	t, err := time.Parse("2006-01-02", s)
	if err != nil && s != "" {
		l.wrong(n, where, "写成 2026-09-01 这样。", "“%s”不是日期。", s)
	}
	return t
}

// params reads named thresholds: a whole number, a decimal, an amount such as 1万元 (in
// expressions: 分), or a list of words.
func (l *loader) params(n ast.Node, where string) map[string]any {
	out := map[string]any{}
	for _, e := range l.entries(n, where, nil) {
		key := e.Key.GetToken().Value
		at := join(where, key)
		if _, ok := e.Value.(*ast.SequenceNode); ok {
			out[key] = l.words(e.Value, at)
			continue
		}
		s, ok := l.scalar(e.Value, at)
		if !ok {
			continue
		}
		if v, ok := threshold(s); ok {
			out[key] = v
		} else {
			l.wrong(e.Value, at, "写数(2、0.05)、金额(1万元、500元)或词的列表([甲, 乙])。", "“%s”不能作参数。", s)
		}
	}
	return out
}

func threshold(s string) (any, bool) {
	for _, u := range []struct {
		word string
		unit state.Fen
	}{{"亿元", state.Yi}, {"万元", state.Wan}, {"元", state.Yuan}} {
		if rest, ok := strings.CutSuffix(s, u.word); ok {
			f, err := state.ParseFen(strings.TrimSpace(rest), u.unit)
			return int(f), err == nil
		}
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f > -1e12 && f < 1e12
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

// like suggests the known name nearest to the one written.
func (l *loader) like(written string, known []string) string {
	best, least := "", len(written)/3+1
	for _, k := range known {
		if d := slips(written, k); d <= least && d < max(len(k), len(written)) && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "是不是“" + best + "”?"
}

// slips counts the single-letter changes between two names (Levenshtein).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		diagonal := prev[0]
		prev[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = prev[j+1]
			prev[j+1] = min(cost, prev[j]+1, prev[j+1]+1)
		}
	}
	return prev[len(y)]
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}
