package configs

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// word is a scalar as written, with its place; a key that is absent has Set false. All
// meaning (numbers, durations, addresses) is read from words later, so that every wrong
// one is reported together with its line instead of the decoder stopping at the first.
type word struct {
	Text string
	Set  bool
	At   place
}

// pair is one entry of a mapping whose keys the office chooses.
type pair struct {
	Key   word `yaml:",key"`
	Value word `yaml:",scalar"`
}

// maxFile bounds a configuration file, maxDepth the nesting inside one.
const (
	maxFile  = 4 << 20
	maxDepth = 12
)

// strict reads a YAML document into a raw struct of words, slices, pairs and further raw
// structs. Unlike yaml.Strict it goes on after a fault: unknown keys, doubled keys and
// misplaced lists are all reported in one pass.
type strict struct {
	*inbox
	file string
}

func (s strict) read(data []byte, into any) {
	at := place{File: s.file}
	if len(data) > maxFile {
		s.wrong(at, "", "文件超过%d兆字节,不像配置文件。", maxFile>>20)
		return
	}
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		s.syntax(err)
		return
	}
	docs := 0
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if docs++; docs > 1 {
			s.wrong(s.at(doc.Body, ""), "删去“---”及其后的内容,或并入前面。", "一个文件只能有一份内容,这里开始了第二份。")
			continue
		}
		s.value(doc.Body, "", reflect.ValueOf(into).Elem(), 0)
	}
	if docs == 0 {
		s.wrong(at, "可用 duban init 生成一份带注释的样例。", "文件是空的。")
	}
}

// syntax tells of text that is no YAML. The parser's own words are English and about
// tokens; where it stopped is what helps.
func (s strict) syntax(err error) {
	at := place{File: s.file}
	var broken yaml.Error
	if errors.As(err, &broken) && broken.GetToken() != nil {
		t := broken.GetToken()
		if p := t.Prev; p != nil && p.Position.Line < t.Position.Line && strings.Contains(p.Origin, "\n") && p.Indicator == token.QuotedScalarIndicator {
			t = p // a quote left open swallows lines up to the next one: it began here
		}
		at.Line, at.Column = t.Position.Line, t.Position.Column
	}
	if strings.Contains(err.Error(), "'\t'") {
		s.wrong(at, "把行首的 Tab 换成空格。", "这一行用了 Tab 缩进。")
		return
	}
	s.wrong(at, "检查这一行和前面几行:引号、括号是否成对,冒号后有没有空格,缩进是否对齐。", "从这里起读不下去,不符合 YAML 的写法。")
}

func (s strict) at(n ast.Node, where string) place {
	p := place{File: s.file, Where: where}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key // the node's own token is the first colon
	}
	if t := n.GetToken(); t != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	return p
}

var (
	wordType  = reflect.TypeFor[word]()
	placeType = reflect.TypeFor[place]()
)

// value reads one node into v, whose type says what is expected there.
func (s strict) value(n ast.Node, where string, v reflect.Value, depth int) {
	switch n.(type) {
	case *ast.NullNode:
		return // "key:" with nothing after it is as good as absent
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		s.wrong(s.at(n, where), "把内容直接写在这里。", "配置不使用YAML的引用(&、*)和标签(!)。")
		return
	}
	if depth > maxDepth {
		s.wrong(s.at(n, where), "", "层次太多。")
		return
	}
	switch {
	case v.Type() == wordType:
		s.scalar(n, where, v)
	case v.Kind() == reflect.Interface:
		return // known, and of no use here
	case v.Kind() == reflect.Slice:
		s.list(n, where, v, depth)
	default:
		s.mapping(n, where, v, depth)
	}
}

// list reads a sequence, or a mapping whose keys the office chooses into structs with a
// field tagged ",key".
func (s strict) list(n ast.Node, where string, v reflect.Value, depth int) {
	keyed := -1
	if v.Type().Elem().Kind() == reflect.Struct {
		for i := range v.Type().Elem().NumField() {
			if v.Type().Elem().Field(i).Tag.Get("yaml") == ",key" {
				keyed = i
			}
		}
	}
	if keyed >= 0 {
		for _, entry := range s.entries(n, where) {
			key, e := entry.Key.GetToken().Value, reflect.New(v.Type().Elem()).Elem()
			e.Field(keyed).Set(reflect.ValueOf(word{Text: key, Set: true, At: s.at(entry.Key, join(where, key))}))
			s.value(entry.Value, join(where, key), e, depth+1)
			v.Set(reflect.Append(v, e))
		}
		return
	}
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		if n.GetToken().Value != notYet {
			s.wrong(s.at(n, where), "写成 [甲, 乙],或每行以“- ”开头。", "这里要一个列表。")
		}
		return
	}
	for i, item := range seq.Values {
		e := reflect.New(v.Type().Elem()).Elem()
		s.value(item, fmt.Sprintf("%s[%d]", where, i+1), e, depth+1)
		v.Set(reflect.Append(v, e))
	}
}

// notYet stands where a list is not known yet, such as next year's make-up days.
const notYet = "unknown"

func (s strict) scalar(n ast.Node, where string, v reflect.Value) {
	var text string
	switch n := n.(type) {
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.StringNode:
		text = n.Value
	case ast.ScalarNode:
		text = n.GetToken().Value // as written: 0.6, 012, yes
	default:
		s.wrong(s.at(n, where), "只写一个值。", "这里要一个值,不是列表或下级栏目。")
		return
	}
	v.Set(reflect.ValueOf(word{Text: strings.TrimSpace(text), Set: true, At: s.at(n, where)}))
}

// entries lists a mapping's entries once each; a doubled key is reported and its second
// value is not read.
func (s strict) entries(n ast.Node, where string) []*ast.MappingValueNode {
	var all []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		all = n.Values
	case *ast.MappingValueNode:
		all = []*ast.MappingValueNode{n}
	default:
		s.wrong(s.at(n, where), "写成“名称: 值”,下级栏目比上级多缩进两格。", "这里要下级栏目。")
		return nil
	}
	first := map[string]int{}
	var out []*ast.MappingValueNode
	for _, e := range all {
		key := e.Key.GetToken().Value
		if line, seen := first[key]; seen {
			s.wrong(s.at(e.Key, join(where, key)), "只留一处。", "“%s”写了两次,前一次在第%d行。", key, line)
			continue
		}
		first[key] = e.Key.GetToken().Position.Line
		out = append(out, e)
	}
	return out
}

// mapping reads into a raw struct; its fields carry their keys in `yaml` tags, and a field
// of type place learns where the mapping stands. A field tagged ",scalar" takes a lone word
// written in the mapping's stead; one tagged "key,hidden" is known but never suggested; the
// fields of a struct tagged ",inline" count as the mapping's own.
func (s strict) mapping(n ast.Node, where string, v reflect.Value, depth int) {
	fields, known := map[string]reflect.Value{}, []string{}
	_, single := n.(ast.ScalarNode)
	for i := range v.NumField() {
		if v.Type().Field(i).Type == placeType {
			v.Field(i).Set(reflect.ValueOf(s.at(n, where)))
		}
	}
	for key, field := range keyed(v) {
		name, option, _ := strings.Cut(key, ",")
		switch {
		case option == "scalar" && single:
			s.scalar(n, where, field)
			return
		case name == "":
			continue
		case option == "":
			known = append(known, name)
		}
		fields[name] = field
	}
	for _, e := range s.entries(n, where) {
		key := e.Key.GetToken().Value
		field, ok := fields[key]
		if !ok {
			s.unknown(s.at(e.Key, join(where, key)), where, key, known)
			continue
		}
		s.value(e.Value, join(where, key), field, depth+1)
	}
}

// keyed walks the fields of a raw struct by their `yaml` tags, in their order.
func keyed(v reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag.Get("yaml")
			if tag != ",inline" {
				if !yield(tag, v.Field(i)) {
					return
				}
				continue
			}
			for tag, field := range keyed(v.Field(i)) {
				if !yield(tag, field) {
					return
				}
			}
		}
	}
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}
