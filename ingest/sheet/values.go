package sheet

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// reader is what reading a cell needs to know beside the cell.
type reader struct {
	*lexicon
	view     *view
	about    time.Time // the day the report is about, zero when unknown
	date1904 bool
	untyped  bool // the format knows no numbers: that all figures are text is no habit of the writer
}

// value reads the cell of a column in a row.
func (x *reader) value(c column, row int) state.Value {
	v := state.Value{Cell: CellName(row, c.col)}
	cell, m, ok := x.view.shown(row, c.col)
	if !ok {
		if stored, here := x.view.at(row, c.col); here && stored.Kind == KindText {
			v.Raw = stored.Text
			if c.column.Kind == state.KindMoney && stored.Text != "" && trimText(stored.Text) == "" {
				v.Doubt = ruleNotStated // somebody typed blanks over a figure
			}
		}
		return v
	}
	joint := m.LastRow > m.FirstRow && row > m.FirstRow
	if m.LastCol > m.FirstCol && m.FirstCol != c.col {
		if c.column.Kind != state.KindText {
			return v // a merge across columns gives its value to the first one
		}
	}
	v.Raw = display(cell, x.date1904)
	r := x.read(c, cell, row)
	v.Text, v.Doubt, v.Near, v.Notes = r.text, r.doubt, r.near, r.notes
	if joint {
		v = mergedDown(v, c.column.Kind)
	}
	if c.doubt != "" && v.Doubt == "" && v.Text != "" {
		v.Text, v.Doubt, v.Near = "", c.doubt, v.Text
	}
	if x.untyped {
		v.Notes = slices.DeleteFunc(v.Notes, func(n string) bool { return n == noteTextNumber })
	}
	if c.note != "" && v.Text != "" {
		v.Notes = append(v.Notes, c.note)
	}
	if cell.External {
		v.Notes = append(v.Notes, noteExternal)
	}
	return v
}

// mergedDown is the value of a cell under a merge that starts above: a word holds for every row of it, a figure is one
// figure for all of them and nobody can say how much of it is this row's.
func mergedDown(v state.Value, kind state.ColumnKind) state.Value {
	switch kind {
	case state.KindMoney, state.KindNumber, state.KindPercent:
		if v.Doubt == "" && v.Text != "" {
			v.Text, v.Doubt, v.Near = "", ruleJoint, "" // the joint figure is nobody's
		}
	}
	return v
}

// read reads a cell by the kind of its column.
func (x *reader) read(c column, cell Cell, row int) reading {
	kind := c.column.Kind
	switch {
	case cell.Kind == KindError:
		return reading{doubt: ruleErrorValue}
	case cell.Kind == KindPending:
		return reading{doubt: ruleNoResult, near: x.computed(c, cell, row)}
	case cell.Cut:
		return reading{doubt: ruleTooLong}
	case cell.Struck || cell.Runs != nil:
		if struck := cell.Standing(); struck != cell.Text {
			return x.struck(c, cell, row)
		}
	}
	if cell.Kind == KindText && kind != state.KindText && x.choice(c, cell.Text) == "" && x.blank(c.column, cell.Text) {
		if kind == state.KindMoney && trimText(cell.Text) != "" {
			return reading{doubt: ruleNotStated}
		}
		return reading{}
	}
	switch kind {
	case state.KindMoney:
		return x.checkFormula(cell, x.money(c, cell))
	case state.KindNumber:
		return x.checkFormula(cell, x.number(c, cell))
	case state.KindPercent:
		return x.percent(c, cell)
	case state.KindDate:
		return x.date(c, cell)
	case state.KindChoice:
		return x.choose(c, cell)
	}
	return x.words(c, cell)
}

// struck reads a cell in which words are struck through. A person sees both; what is left standing is only offered.
func (x *reader) struck(c column, cell Cell, row int) reading {
	left := cell
	left.Text, left.Runs, left.Struck = cell.Standing(), nil, false
	if trimText(left.Text) == "" {
		left.Text = cell.Text
	}
	r := x.read(c, left, row)
	near := r.text
	if near == "" {
		near = r.near
	}
	return reading{doubt: ruleStruck, near: near}
}

// unitOf is the unit the column's amounts are counted in.
func unitOf(c column) state.Fen {
	if u, ok := moneyUnits[c.unit]; ok {
		return u
	}
	return state.Wan
}

func (x *reader) money(c column, cell Cell) reading {
	switch {
	case cell.Kind == KindDate || cell.Kind == KindNumber && (cell.Class == ClassDate || cell.Class == ClassTime):
		return reading{doubt: ruleNotNumber}
	case cell.Kind == KindNumber && cell.Class == ClassPercent:
		return reading{doubt: ruleNotNumber}
	case cell.Kind == KindNumber:
		if text, ok := wan(cell.Text, unitOf(c)); ok {
			return sure(text)
		}
		return reading{doubt: ruleNotNumber}
	case cell.Kind == KindText:
		r := readMoney(cell.Text, unitOf(c))
		if cell.Formula { // the text a formula gives is no typing habit
			r.notes = nil
		}
		return r
	}
	return reading{doubt: ruleNotNumber}
}

func (x *reader) number(c column, cell Cell) reading {
	switch {
	case c.unit != "" && c.column.Unit != "" && c.unit != c.column.Unit: // 公顷 where the form counts 亩
		return reading{doubt: ruleUnclear}
	case cell.Kind == KindDate || cell.Kind == KindNumber && (cell.Class == ClassDate || cell.Class == ClassTime):
		return reading{doubt: ruleNotNumber}
	case cell.Kind == KindNumber && cell.Class != ClassPercent:
		if text, ok := plainDecimal(cell.Text); ok {
			return sure(text)
		}
	case cell.Kind == KindText:
		return readNumber(cell.Text, c.column.Unit)
	}
	return reading{doubt: ruleNotNumber}
}

// percent reads a percentage. A bare figure up to 1.5 is a fraction, as the glossary says, unless the header counts in
// percent: then it is what it shows.
func (x *reader) percent(c column, cell Cell) reading {
	if cell.Kind == KindText {
		r := readPercent(cell.Text)
		if r.text != "" && !strings.Contains(foldWidth(cell.Text), "%") && c.unit != "%" {
			return fraction(r.text, r.notes)
		}
		return r
	}
	if cell.Kind != KindNumber {
		return reading{doubt: ruleNotNumber}
	}
	if cell.Class == ClassDate || cell.Class == ClassTime {
		return reading{doubt: ruleNotNumber}
	}
	if cell.Class == ClassPercent {
		if text, ok := timesHundred(cell.Text); ok {
			return sure(text)
		}
		return reading{doubt: ruleNotNumber}
	}
	text, ok := plainDecimal(cell.Text)
	switch {
	case !ok:
		return reading{doubt: ruleNotNumber}
	case c.unit == "%":
		return sure(text)
	}
	return fraction(text, nil)
}

// fraction reads a bare figure of a percent column by its size.
func fraction(text string, notes []string) reading {
	size := strings.TrimPrefix(text, "-")
	whole, rest, _ := strings.Cut(size, ".")
	small := whole == "0" || whole == "1" && (rest == "" || rest <= "5")
	if !small || text == "0" {
		return sure(text, notes...)
	}
	hundred, ok := timesHundred(text)
	if !ok {
		return reading{doubt: ruleNotNumber}
	}
	return sure(hundred, append(notes, noteFraction)...)
}

// date reads a date column. A bare day number is the last thing a person can check, so it is asked about.
func (x *reader) date(c column, cell Cell) reading {
	rule := ruleNotDate
	if c.column.ID == colDeadline {
		rule = ruleDeadline
	}
	switch cell.Kind {
	case KindDate:
		return readDate(cell.Text, x.about, false, rule)
	case KindText:
		if spanTitle.MatchString(c.title) {
			return readSpan(cell.Text, x.about)
		}
		return readDate(cell.Text, x.about, c.column.ID == colDeadline, rule)
	case KindNumber:
		iso := serialDate(cell.Text, x.date1904)
		switch {
		case cell.Class == ClassDate && iso != "":
			return sure(iso)
		case tightDate.MatchString(cell.Text):
			if r := dateOf(cell.Text, x.about, false); r.text != "" {
				return r
			}
		}
		if monthFigure.MatchString(cell.Text) { // 2026.11 typed as a figure; 2026.1 may be January or October
			return offered(dateOf(cell.Text, x.about, false), rule)
		}
		if iso < "2000" {
			iso = ""
		}
		return reading{doubt: rule, near: iso}
	}
	return reading{doubt: rule}
}

var monthFigure = regexp.MustCompile(`^20\d\d\.\d\d$`)
