package templates

import (
	"fmt"
	"text/template/parse"
)

// shapeOf merges the samples of a page into one example of everything a template may name:
// every field of every record, one element for every list. Rendering the samples finds a
// wrong name only in the branches they take; the shape finds it in all of them.
func shapeOf(page string) (any, error) {
	all, err := Samples(page)
	if err != nil {
		return nil, err
	}
	var shape any
	for _, s := range all {
		given, err := plain(s)
		if err != nil {
			return nil, fmt.Errorf("sample of page %s: %w", page, err)
		}
		shape = merge(shape, given)
	}
	return shape, nil
}

// merge unites two shapes; nil is one that nothing is known of.
func merge(a, b any) any {
	switch b := b.(type) {
	case map[string]any:
		old, _ := a.(map[string]any)
		out := map[string]any{}
		for k, v := range old {
			out[k] = v
		}
		for k, v := range b {
			out[k] = merge(out[k], v)
		}
		return out
	case []any:
		elem := element(a)
		for _, v := range b {
			elem = merge(elem, v)
		}
		return []any{elem}
	}
	return b
}

// element is the shape of a list's elements; nil when it is not known.
func element(list any) any {
	if l, ok := list.([]any); ok && len(l) > 0 {
		return l[0]
	}
	return nil
}

// scope is what names mean at one place of a template.
type scope struct {
	dot, root any
	vars      map[string]any
}

// value resolves a field, a variable or the dot and faults a name that does not exist.
func (c *checker) value(n parse.Node) any {
	switch n := n.(type) {
	case *parse.DotNode:
		return c.at.dot
	case *parse.FieldNode:
		return c.follow(n, c.at.dot, n.Ident)
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			return c.follow(n, c.at.root, n.Ident[1:])
		}
		return c.follow(n, c.at.vars[n.Ident[0]], n.Ident[1:])
	}
	return nil
}

func (c *checker) follow(n parse.Node, from any, names []string) any {
	for _, name := range names {
		if from == nil {
			return nil // nothing known: no sample has an element here
		}
		record, ok := from.(map[string]any)
		if _, there := record[name]; !ok || !there {
			c.fault(n, noField, name)
			return nil
		}
		from = record[name]
	}
	return from
}

// noField tells of a name that does not exist.
const noField = "没有叫 .%s 的栏目。请核对拼写(区分大小写),可用的栏目见 templates/README.md"

// piped is the value of a pipeline that dataOnly let pass.
func (c *checker) piped(p *parse.PipeNode) any {
	if p != nil && len(p.Cmds) == 1 && len(p.Cmds[0].Args) == 1 {
		return c.value(p.Cmds[0].Args[0])
	}
	return nil
}

// inside walks a part of the tree with another meaning of the dot and restores the old one.
func (c *checker) inside(dot any, walk func()) {
	old := c.at.dot
	c.at.dot = dot
	walk()
	c.at.dot = old
}
