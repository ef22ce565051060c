package templates

import (
	"fmt"
	"strings"
	"text/template/parse"
)

// Fault is one thing wrong with a template file, with its remedy, in Chinese.
type Fault struct {
	File    string // as the office named it
	Line    int    // 0 when the fault is the whole file's
	Message string
}

// Error gives "correction.txt.tmpl:12: …".
func (f Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// allowed are the functions a template may use. printf is not among them: a width of a
// thousand million is one.
var allowed = map[string]bool{"and": true, "or": true, "not": true, "eq": true, "ne": true}

// maxLoops bounds how deep {{range}} may nest, shared parts included: what the longest page
// can cost grows with its power.
const maxLoops = 3

// checker walks the parse tree of one page, shared parts included.
type checker struct {
	trees  map[string]*parse.Tree // every file's tree, by name without .tmpl
	within []string               // the page and the parts being walked
	loops  int
	at     scope
	faults []Fault
}

// check lists what the named page does that a template may not, and the names in it that
// shape does not have.
func check(trees map[string]*parse.Tree, name string, shape any) []Fault {
	c := &checker{trees: trees, at: scope{dot: shape, root: shape, vars: map[string]any{}}}
	c.file(name)
	return c.faults
}

func (c *checker) file(name string) {
	c.within = append(c.within, name)
	if t := c.trees[name]; t != nil && t.Root != nil {
		c.list(t.Root)
	}
	c.within = c.within[:len(c.within)-1]
}

func (c *checker) fault(at parse.Node, format string, args ...any) {
	name := c.within[len(c.within)-1]
	c.faults = append(c.faults, Fault{name + ".tmpl", lineOf(c.trees[name], at), fmt.Sprintf(format, args...)})
}

func (c *checker) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		c.node(n)
	}
}

func (c *checker) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.TextNode, *parse.CommentNode, *parse.BreakNode, *parse.ContinueNode:
	case *parse.ActionNode:
		c.pipe(n.Pipe)
	case *parse.IfNode:
		c.pipe(n.Pipe)
		c.list(n.List)
		c.list(n.ElseList)
	case *parse.WithNode:
		c.dataOnly(n.Pipe, "with")
		value := c.piped(n.Pipe)
		c.declare(n.Pipe, value)
		c.inside(value, func() { c.list(n.List) })
		c.list(n.ElseList)
	case *parse.RangeNode:
		c.loop(n)
	case *parse.TemplateNode:
		c.part(n)
	default:
		c.fault(n, "这里的写法 %s 不能用在信里,请删去。可用的写法见 templates/README.md", n)
	}
}

func (c *checker) loop(n *parse.RangeNode) {
	c.dataOnly(n.Pipe, "range")
	if c.loops++; c.loops > maxLoops {
		c.fault(n, "{{range}} 套得太深(最多 %d 层),请减少一层", maxLoops)
	} else {
		elem := element(c.piped(n.Pipe))
		c.declare(n.Pipe, elem)
		c.inside(elem, func() { c.list(n.List) })
	}
	c.loops--
	c.list(n.ElseList)
}

func (c *checker) part(n *parse.TemplateNode) {
	switch {
	case !strings.HasPrefix(n.Name, "part-"):
		c.fault(n, "{{template %q}} 只能引用名为 part-… 的公用片段", n.Name)
		return
	case c.trees[n.Name] == nil:
		c.fault(n, "没有名为 %s.tmpl 的公用片段,请核对名字", n.Name)
		return
	}
	for _, name := range c.within {
		if name == n.Name {
			c.fault(n, "片段 %s 引用了自己,信会写不完。请删去这一处引用", n.Name)
			return
		}
	}
	var given any
	if n.Pipe != nil {
		c.dataOnly(n.Pipe, "template")
		given = c.piped(n.Pipe)
	}
	outer := c.at
	c.at = scope{dot: given, root: given, vars: map[string]any{}}
	c.file(n.Name)
	c.at = outer
}

// declare notes what a pipeline's last variable stands for; the first of two is a counter.
func (c *checker) declare(p *parse.PipeNode, value any) {
	for i, v := range p.Decl {
		c.at.vars[v.Ident[0]] = nil
		if i == len(p.Decl)-1 {
			c.at.vars[v.Ident[0]] = value
		}
	}
}

// pipe checks an expression: fields, texts and the allowed functions.
func (c *checker) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	if len(p.Decl) > 0 {
		c.dataOnly(p, "变量")
		c.declare(p, c.piped(p))
		return
	}
	for _, cmd := range p.Cmds {
		for i, arg := range cmd.Args {
			c.argument(arg, i == 0 && len(cmd.Args) > 1)
		}
	}
}

// argument checks one word of an expression; called says that words follow it, so that it
// must be a function.
func (c *checker) argument(n parse.Node, called bool) {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		if !allowed[n.Ident] {
			c.fault(n, "不能使用 %s。可用的只有 and、or、not、eq、ne", n.Ident)
		}
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.FieldNode, *parse.VariableNode, *parse.DotNode, *parse.StringNode, *parse.BoolNode:
		if called {
			c.fault(n, "%s 后面不能再跟别的内容。请只写 {{%s}}", n, n)
		}
		c.value(n)
	default:
		c.fault(n, "这里的写法 %s 不能用在信里,请删去。可用的写法见 templates/README.md", n)
	}
}

// dataOnly makes sure that range, with, template and variables take a field of the data
// and nothing computed, so that nothing can be counted up or called.
func (c *checker) dataOnly(p *parse.PipeNode, word string) {
	if p != nil && len(p.Cmds) == 1 && len(p.Cmds[0].Args) == 1 {
		switch p.Cmds[0].Args[0].(type) {
		case *parse.FieldNode, *parse.VariableNode, *parse.DotNode:
			return
		}
	}
	c.fault(p, "%s 后面只能写一个栏目名,例如 {{range .Items}}", word)
}

// lineOf is the line a node stands in, found in the text the tree was parsed from.
func lineOf(t *parse.Tree, n parse.Node) int {
	if t == nil || n == nil {
		return 0
	}
	location, _ := t.ErrorContext(n)
	_, line := splitPlace(location)
	return line
}
