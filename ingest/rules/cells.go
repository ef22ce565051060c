package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"

	"duban/state"
)

// What expressions see of one cell. All three kinds share set, here and blank; asking for
// fen, num or text of a cell without a certain value keeps the whole rule silent. Words that
// say "nothing here" (无) are no value, as in a column of figures: the cell is neither set
// nor blank.
type (
	// amount is a money cell.
	amount struct {
		Fen   int  `expr:"fen"`   // 分
		Half  int  `expr:"half"`  // half of the last digit shown, in 分: what rounding may hide
		Set   bool `expr:"set"`   // holds a certain value
		Here  bool `expr:"here"`  // the sheet has the column
		Blank bool `expr:"blank"` // the sheet has the column and nothing stands in the cell
		Said  int  `expr:"said"`  // 分 like fen, 0 without a certain value: asking for it silences no rule
	}
	// number is a cell of 亩, 户 or percent.
	number struct {
		Num   float64 `expr:"num"`
		Milli int     `expr:"milli"` // thousandths, exact
		Half  int     `expr:"half"`  // half of the last digit shown, in thousandths
		Set   bool    `expr:"set"`
		Here  bool    `expr:"here"`
		Blank bool    `expr:"blank"`
		Said  float64 `expr:"said"` // like num, 0 without a certain value

		fraction bool // typed as 0.624 and read as 62.4
	}
	// words is a cell of text, a date (ISO) or a choice.
	words struct {
		Text  string `expr:"text"`
		Set   bool   `expr:"set"`
		Here  bool   `expr:"here"`
		Blank bool   `expr:"blank"`
		Said  string `expr:"said"` // like text, "" without a certain value
	}
	// anyCell is the cell a rule with `at`, or of scope cell, looks at.
	anyCell struct {
		Column   string  `expr:"column"`
		Kind     string  `expr:"kind"`
		Title    string  `expr:"title"`
		Text     string  `expr:"text"`
		Raw      string  `expr:"raw"`
		Fen      int     `expr:"fen"`
		Num      float64 `expr:"num"`
		Half     int     `expr:"half"`
		Set      bool    `expr:"set"`
		Here     bool    `expr:"here"`
		Blank    bool    `expr:"blank"`
		Required bool    `expr:"required"` // the project's class must fill this column
	}
	rowFacts struct {
		No     int    `expr:"no"`
		Class  string `expr:"class"`
		Hidden bool   `expr:"hidden"`
	}
	weekFacts struct {
		AsOf     string `expr:"as_of"`    // ISO day the figures are counted to
		From     string `expr:"from"`     // ISO day of the Friday before the week, when the last one ended
		Received string `expr:"received"` // ISO day of receipt
		Known    bool   `expr:"known"`
		Year     int    `expr:"year"`
	}
	// baseFacts are the last accepted figures.
	baseFacts struct {
		Known bool   `expr:"known"`
		Fresh bool   `expr:"fresh"` // from the week directly before
		YTD   int    `expr:"ytd"`   // 分
		Cum   int    `expr:"cum"`   // 分
		Week  string `expr:"week"`
	}
	projectFacts struct {
		Known     bool   `expr:"known"`
		Name      string `expr:"name"`
		Class     string `expr:"class"`
		Total     int    `expr:"total"`      // 分
		Plan      int    `expr:"plan"`       // 分
		CumBefore int    `expr:"cum_before"` // 分, to the end of last year
		PlanStart string `expr:"plan_start"` // "2024-09"
		PlanEnd   string `expr:"plan_end"`   // "2026-12"
		Started   bool   `expr:"started"`
		Active    bool   `expr:"active"`
		Leader    string `expr:"leader"` // 牵头领导's name
		Light     string `expr:"light"`  // the rule's colour for the last accepted figures: 红 黄 绿 —
		// Depts are the names its responsible department goes by.
		Depts []string `expr:"depts"`
	}
	totalFacts struct {
		Money bool `expr:"money"`
		Fen   int  `expr:"fen"`  // the total row's figure in 分 (money) or thousandths
		Sum   int  `expr:"sum"`  // of the rows it covers, likewise
		Half  int  `expr:"half"` // what rounding may hide, over all of them
		Rows  int  `expr:"rows"`
	}
)

// column is one form column bound to the cells expressions read; they are filled anew for
// every row, so that a row costs no allocation.
type column struct {
	def    *state.Column
	empty  []string // what means "nothing here" in a column of words: 无, —
	amount *amount
	number *number
	words  *words
}

func newColumn(def *state.Column, empty []string) column {
	c := column{def: def}
	if def.Kind == state.KindText {
		c.empty = slices.Concat(empty, def.Empty)
	}
	switch def.Kind {
	case state.KindMoney:
		c.amount = &amount{}
	case state.KindNumber, state.KindPercent:
		c.number = &number{}
	default:
		c.words = &words{}
	}
	return c
}

// facade is what expressions hold under the column's name.
func (c column) facade() any {
	switch {
	case c.amount != nil:
		return c.amount
	case c.number != nil:
		return c.number
	}
	return c.words
}

// fill shows the cell v to expressions; unit is what one of the sheet's figures is worth in
// 分, for the rounding of amounts.
func (c column) fill(v state.Value, unit state.Fen) {
	here, blank, set := v.Cell != "", blank(v), v.Sure()
	switch {
	case c.amount != nil:
		a := amount{Here: here, Blank: blank}
		if !set {
			*c.amount = a
			return
		}
		if f, err := parse(v.Text, state.Wan); err == nil {
			a.Fen, a.Said, a.Set, a.Half = int(f), int(f), true, int(halfDigit(v, unit))
		}
		*c.amount = a
	case c.number != nil:
		n := number{Here: here, Blank: blank}
		if !set {
			*c.number = n
			return
		}
		if m, err := parse(v.Text, milli); err == nil {
			n.Milli, n.Num, n.Said, n.Set, n.Half = int(m), float64(m)/1000, float64(m)/1000, true, int(halfDigit(v, milli))
			n.fraction = slices.Contains(v.Notes, "percent-as-fraction")
		}
		*c.number = n
	default:
		*c.words = words{Here: here, Blank: blank}
		if set && !slices.Contains(c.empty, v.Text) {
			c.words.Text, c.words.Said, c.words.Set = v.Text, v.Text, true
		}
	}
}

// look is the cell just filled with v as rules of any column see it.
func (c column) look(v state.Value, title string, class state.Class) anyCell {
	seen := anyCell{
		Column: c.def.ID, Kind: string(c.def.Kind), Title: title, Text: v.Text, Raw: v.Raw,
		Set: v.Sure(), Here: v.Cell != "", Blank: blank(v), Required: needed(c.def, class),
	}
	switch {
	case c.amount != nil:
		seen.Fen, seen.Half = c.amount.Fen, c.amount.Half
	case c.number != nil:
		seen.Num, seen.Half = c.number.Num, c.number.Half
	}
	return seen
}

// set reports whether the cell holds a certain value.
func (c column) set() bool {
	switch {
	case c.amount != nil:
		return c.amount.Set
	case c.number != nil:
		return c.number.Set
	}
	return c.words.Set
}

// blank tells whether a column is there and nothing at all stands in the cell; a word such
// as 无 or a dash is an answer, not a blank.
func blank(v state.Value) bool {
	return v.Cell != "" && v.Doubt == "" && v.Text == "" && strings.TrimSpace(v.Raw) == ""
}

// visible lists what an expression of a scope may name, with types, for the check at load.
func visible(scope Scope, form *state.Form, params map[string]any) types.Map {
	env := types.Map{"p": paramTypes(params), "week": types.TypeOf(&weekFacts{})}
	if scope == ScopeSheet {
		env["total"] = types.TypeOf(&totalFacts{})
		env["column"] = types.String
		return env
	}
	if scope == ScopeFile {
		return env
	}
	last := types.Map{"known": types.Bool}
	for i := range form.Columns {
		def := &form.Columns[i]
		t := types.TypeOf(newColumn(def, nil).facade())
		env[def.ID], last[def.ID] = t, t
	}
	env["row"] = types.TypeOf(&rowFacts{})
	env["cell"] = types.TypeOf(&anyCell{})
	env["project"] = types.TypeOf(&projectFacts{})
	if scope == ScopeProject {
		env["base"] = types.TypeOf(&baseFacts{})
		env["last"] = last
		env["past"] = pastTypes(form)
		env["usual"] = types.TypeOf([]int(nil))
	}
	return env
}

func paramTypes(params map[string]any) types.Map {
	m := types.Map{}
	for k, v := range params {
		m[k] = types.TypeOf(v)
	}
	return m
}
