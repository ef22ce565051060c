package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	exprast "github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
	"github.com/goccy/go-yaml/ast"
)

// maxNodes bounds one expression; the longest shipped has some 60 nodes.
const maxNodes = 400

// allowedBuiltins are the functions of the expression language itself that rules may use.
var allowedBuiltins = []string{"abs", "max", "min", "len", "any", "all", "none", "trim", "int", "float", "string"}

func (l *loader) options(env types.Map) []expr.Option {
	opts := []expr.Option{expr.Env(env), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins()}
	for _, name := range allowedBuiltins {
		opts = append(opts, expr.EnableBuiltin(name))
	}
	return append(opts, functions(l.form)...)
}

// condition compiles an expression that must be yes or no; nil when there is none.
func (l *loader) condition(n ast.Node, where, text string, env types.Map) *condition {
	if n == nil {
		return nil
	}
	if len(text) > maxText {
		l.wrong(n, where, "拆成几条规则。", "条件太长。")
		return nil
	}
	program, err := expr.Compile(text, append(l.options(env), expr.AsBool(), expr.WarnOnAny())...)
	if err != nil {
		l.badExpression(n, where, text, err, env)
		return nil
	}
	c := &condition{program: program}
	l.reads(c, text, l.options(env))
	return c
}

// badExpression turns the compiler's complaint into a fault with its place and remedy.
func (l *loader) badExpression(n ast.Node, where, text string, err error, env types.Map) {
	remedy := "条件里可用的名称和写法见 rules.yaml 开头的说明。"
	what, column := err.Error(), 0
	var fe *file.Error
	if errors.As(err, &fe) {
		what, column = fe.Message, fe.Column+1
	}
	if name, ok := strings.CutPrefix(what, "unknown name "); ok {
		known := slices.Collect(maps.Keys(env))
		slices.Sort(known)
		l.wrong(n, where, isIt(name, known)+remedy, "第%d个字符处:没有名为“%s”的列或名称。", column, name)
		return
	}
	l.wrong(n, where, remedy, "第%d个字符处写法有误(%s):%.80s", column, what, strings.Join(strings.Fields(text), " "))
}

// reads notes whose value an expression asks for. Asking only whether a cell is set, here or
// blank asks for no value.
func (l *loader) reads(c *condition, text string, options []expr.Option) {
	config := conf.CreateNew()
	for _, option := range options {
		option(config)
	}
	tree, err := checker.ParseCheck(text, config)
	if err != nil {
		return // the compiler has told of it already
	}
	r := &reader{asked: map[string]bool{}, members: l.members, exempt: map[exprast.Node]bool{}}
	exprast.Walk(&tree.Node, r)
	c.cell, c.blank = r.asked["cell"], onlyBlank(tree.Node)
	for _, name := range slices.Sorted(maps.Keys(r.asked)) {
		if at := slices.Index(columnIDs(l.form), name); at >= 0 {
			c.needs, c.places = append(c.needs, name), append(c.places, at)
		}
	}
}

// onlyBlank tells whether cell.blank is one of the things that must all hold.
func onlyBlank(n exprast.Node) bool {
	switch n := n.(type) {
	case *exprast.BinaryNode:
		return (n.Operator == "&&" || n.Operator == "and") && (onlyBlank(n.Left) || onlyBlank(n.Right))
	case *exprast.MemberNode:
		id, ok := n.Node.(*exprast.IdentifierNode)
		property, named := n.Property.(*exprast.StringNode)
		return ok && named && id.Value == "cell" && property.Value == "blank"
	}
	return false
}

// reader walks an expression's tree, children before parents.
type reader struct {
	asked   map[string]bool
	members map[string]bool // "past.progress": what is asked of each name
	exempt  map[exprast.Node]bool
	order   []*exprast.IdentifierNode
}

// Visit implements the walk.
func (r *reader) Visit(node *exprast.Node) {
	switch n := (*node).(type) {
	case *exprast.IdentifierNode:
		r.asked[n.Value] = true
		r.order = append(r.order, n)
	case *exprast.MemberNode:
		id, ok := n.Node.(*exprast.IdentifierNode)
		property, named := n.Property.(*exprast.StringNode)
		if ok && named {
			r.members[id.Value+"."+property.Value] = true
		}
		if ok && named && slices.Contains([]string{"set", "here", "blank", "said", "required", "column", "kind", "title", "raw"}, property.Value) {
			r.exempt[id] = true
		}
	}
	r.settle()
}

// settle forgets a name that was only ever asked for its presence.
func (r *reader) settle() {
	clear(r.asked)
	for _, id := range r.order {
		if !r.exempt[id] {
			r.asked[id.Value] = true
		}
	}
}

// template is a sentence with expressions in braces: "应为{money(base.ytd)}".
type template []piece

type piece struct {
	text    string
	program *vm.Program // nil for plain text
}

// sentenceEnv is what sentences may name beside what the condition may.
func sentenceEnv(env types.Map) types.Map {
	out := maps.Clone(env)
	for _, name := range []string{"found", "expected", "near", "was", "title", "unit", "name", "sheet", "place", "book", "detail"} {
		out[name] = types.String
	}
	out["money"] = types.TypeOf(func(int) string { return "" })
	return out
}

func (l *loader) template(n ast.Node, where, text string, env types.Map) template {
	if text == "" {
		return nil
	}
	if len(text) > maxText {
		l.wrong(n, where, "写短一些。", "这句话太长。")
		return nil
	}
	env = sentenceEnv(env)
	var t template
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			t = append(t, piece{text: before})
		}
		if !found {
			break
		}
		code, after, closed := strings.Cut(rest, "}")
		if !closed {
			l.wrong(n, where, "补上右花括号“}”。", "花括号没有成对。")
			return nil
		}
		program, err := expr.Compile(code, l.options(env)...)
		if err != nil {
			l.badExpression(n, where, code, err, env)
		} else {
			t = append(t, piece{program: program})
			l.reads(&condition{}, code, l.options(env))
		}
		text = after
	}
	return t
}

// fill writes the sentence out. A piece that cannot be computed becomes "…": a sentence is
// never lost for one figure.
func (t template) fill(machine *vm.VM, env map[string]any) string {
	var b strings.Builder
	for _, p := range t {
		if p.program == nil {
			b.WriteString(p.text)
			continue
		}
		v, err := machine.Run(p.program, env)
		switch v := v.(type) {
		case string:
			b.WriteString(v)
		case int:
			b.WriteString(strconv.Itoa(v))
		case float64:
			b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		default:
			if err != nil || v == nil {
				b.WriteString("…")
			} else {
				fmt.Fprint(&b, v)
			}
		}
	}
	return b.String()
}
