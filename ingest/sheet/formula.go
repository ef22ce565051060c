package sheet

import (
	"math"
	"strconv"
	"strings"
)

// maxSteps bounds the work of computing one formula, and maxNested how deep formulas may lean on formulas.
const (
	maxSteps  = 4000
	maxNested = 12
)

// checkFormula asks whether a formula of plain sums still gives what is stored. Programs that write a workbook without
// calculating it leave old results behind; then neither figure is certain.
func (x *reader) checkFormula(cell Cell, r reading) reading {
	if !cell.Formula || cell.Expr == "" || cell.External || cell.Kind != KindNumber || r.doubt != "" {
		return r
	}
	e := &evaluation{view: x.view, steps: maxSteps}
	got, ok := e.formula(cell.Expr)
	stored, err := strconv.ParseFloat(cell.Text, 64)
	if !ok || err != nil || math.Abs(got-stored) <= 0.005+1e-9*math.Abs(stored) {
		return r
	}
	return reading{doubt: ruleStale, near: r.text}
}

// computed is what a formula without a stored result would give, in the spelling of the column; "" when it is more than a
// sum of cells of this sheet.
func (x *reader) computed(c column, cell Cell, row int) string {
	if cell.Expr == "" || cell.External {
		return ""
	}
	e := &evaluation{view: x.view, steps: maxSteps}
	got, ok := e.formula(cell.Expr)
	if !ok {
		return ""
	}
	plain, ok := plainDecimal(strconv.FormatFloat(got, 'f', -1, 64))
	if !ok {
		return ""
	}
	result := Cell{Text: plain, Kind: KindNumber, Class: cell.Class, Col: cell.Col}
	return x.read(c, result, row).text
}

// evaluation computes a formula of figures, cells of the same sheet, + - * /, brackets, SUM and ROUND. Anything else makes
// it give up.
type evaluation struct {
	view  *view
	steps int
	depth int
	in    string
	at    int
}

func (e *evaluation) formula(expr string) (float64, bool) {
	sub := &evaluation{view: e.view, steps: e.steps, depth: e.depth, in: strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(expr, " ", ""), "$", ""))}
	got, ok := sub.sum()
	e.steps = sub.steps
	return got, ok && sub.at == len(sub.in) && !math.IsNaN(got) && !math.IsInf(got, 0)
}

func (e *evaluation) peek() byte {
	if e.at < len(e.in) {
		return e.in[e.at]
	}
	return 0
}

func (e *evaluation) take(c byte) bool {
	if e.peek() == c {
		e.at++
		return true
	}
	return false
}

func (e *evaluation) sum() (float64, bool) {
	got, ok := e.product()
	for ok {
		switch {
		case e.take('+'):
			var next float64
			next, ok = e.product()
			got += next
		case e.take('-'):
			var next float64
			next, ok = e.product()
			got -= next
		default:
			return got, true
		}
	}
	return 0, false
}

func (e *evaluation) product() (float64, bool) {
	got, ok := e.factor()
	for ok {
		switch {
		case e.take('*'):
			var next float64
			next, ok = e.factor()
			got *= next
		case e.take('/'):
			var next float64
			next, ok = e.factor()
			ok = ok && next != 0
			got /= next
		default:
			return got, true
		}
	}
	return 0, false
}

func (e *evaluation) factor() (float64, bool) {
	if e.steps--; e.steps < 0 || e.depth > maxNested {
		return 0, false
	}
	switch c := e.peek(); {
	case c == '(':
		e.at++
		e.depth++
		got, ok := e.sum()
		e.depth--
		return got, ok && e.take(')')
	case c == '-' || c == '+':
		e.at++
		e.depth++
		got, ok := e.factor()
		e.depth--
		if c == '-' {
			got = -got
		}
		return got, ok
	case c >= '0' && c <= '9' || c == '.':
		from := e.at
		for c := e.peek(); c >= '0' && c <= '9' || c == '.'; c = e.peek() {
			e.at++
		}
		got, err := strconv.ParseFloat(e.in[from:e.at], 64)
		return got, err == nil
	case strings.HasPrefix(e.in[e.at:], "SUM("):
		e.at += len("SUM(")
		return e.total()
	case strings.HasPrefix(e.in[e.at:], "ROUND("):
		e.at += len("ROUND(")
		return e.round()
	}
	row, col, ok := e.ref()
	if !ok {
		return 0, false
	}
	return e.cell(row, col)
}

// total reads the arguments of SUM.
func (e *evaluation) total() (float64, bool) {
	got := 0.0
	for {
		start := e.at
		row, col, ok := e.ref()
		if ok && e.take(':') {
			toRow, toCol, ok := e.ref()
			if !ok {
				return 0, false
			}
			part, ok := e.area(Range{min(row, toRow), max(row, toRow), min(col, toCol), max(col, toCol)})
			if !ok {
				return 0, false
			}
			got += part
		} else {
			e.at = start
			part, ok := e.sum()
			if !ok {
				return 0, false
			}
			got += part
		}
		if e.take(')') {
			return got, true
		}
		if !e.take(',') {
			return 0, false
		}
	}
}

func (e *evaluation) round() (float64, bool) {
	got, ok := e.sum()
	if !ok || !e.take(',') {
		return 0, false
	}
	places, ok := e.sum()
	if !ok || !e.take(')') || math.Abs(places) > 9 {
		return 0, false
	}
	scale := math.Pow(10, places)
	return math.Round(got*scale) / scale, true
}

// area adds the figures of a range; text in it counts nothing, as in SUM.
func (e *evaluation) area(r Range) (float64, bool) {
	got := 0.0
	for _, row := range e.view.grid.Rows {
		if row.Num < r.FirstRow || row.Num > r.LastRow {
			continue
		}
		for _, c := range row.Cells {
			if c.Col < r.FirstCol || c.Col > r.LastCol || c.Kind == KindText || c.Kind == KindBool {
				continue
			}
			if e.steps--; e.steps < 0 {
				return 0, false
			}
			v, ok := e.figure(c)
			if !ok {
				return 0, false
			}
			got += v
		}
	}
	return got, true
}

// ref reads a reference such as H6.
func (e *evaluation) ref() (row, col int, ok bool) {
	from := e.at
	for c := e.peek(); c >= 'A' && c <= 'Z' && e.at-from < 4; c = e.peek() {
		col = col*26 + int(c-'A') + 1
		e.at++
	}
	letters := e.at
	for c := e.peek(); c >= '0' && c <= '9' && e.at-letters < 8; c = e.peek() {
		row = row*10 + int(c-'0')
		e.at++
	}
	if letters == from || letters-from > 3 || e.at == letters {
		return 0, 0, false
	}
	return row, col - 1, true
}

func (e *evaluation) cell(row, col int) (float64, bool) {
	c, ok := e.view.at(row, col)
	if !ok || isBlank(c) {
		return 0, true // an empty cell counts nothing
	}
	return e.figure(c)
}

func (e *evaluation) figure(c Cell) (float64, bool) {
	switch c.Kind {
	case KindNumber:
		got, err := strconv.ParseFloat(c.Text, 64)
		return got, err == nil
	case KindPending:
		if e.depth++; e.depth > maxNested || c.Expr == "" {
			return 0, false
		}
		got, ok := e.formula(c.Expr)
		e.depth--
		return got, ok
	}
	return 0, false
}
