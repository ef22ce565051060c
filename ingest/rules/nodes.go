package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"duban/state"
)

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
			l.wrong(e.Key, join(where, key), isIt(key, known)+"可用的名称:"+strings.Join(known, "、")+"。", "不认识“%s”。", key)
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

// maxRemember bounds how long an explanation is remembered, in weeks.
const maxRemember = 52

// weeks reads a number of weeks.
func (l *loader) weeks(n ast.Node, where string) int {
	s, _ := l.scalar(n, where)
	weeks, err := strconv.Atoi(s)
	if err != nil || weeks < 0 || weeks > maxRemember {
		l.wrong(n, where, "写 0 到 52 的整数,单位是周;0 表示每周都要重新说明。", "“%s”不是周数。", s)
		return 0
	}
	return weeks
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
func (l *loader) params(n ast.Node, where string) (map[string]any, []Limit) {
	out := map[string]any{}
	var limits []Limit
	for _, e := range l.entries(n, where, nil) {
		key := e.Key.GetToken().Value
		at := join(where, key)
		if _, ok := e.Value.(*ast.SequenceNode); ok {
			words := l.words(e.Value, at)
			out[key] = words
			limits = append(limits, Limit{key, strings.Join(words, "、")})
			continue
		}
		s, ok := l.scalar(e.Value, at)
		if !ok {
			continue
		}
		if v, ok := threshold(s); ok {
			out[key] = v
			limits = append(limits, Limit{key, s})
		} else {
			l.wrong(e.Value, at, "写数(2、0.05)、金额(1万元、500元)或词的列表([甲, 乙])。", "“%s”不能作参数。", s)
		}
	}
	return out, limits
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

// isIt asks whether the known name nearest to the one written was meant; "" when none is near.
func isIt(written string, known []string) string {
	if near := state.Nearest(written, known); near != "" {
		return "是不是“" + near + "”?"
	}
	return ""
}
