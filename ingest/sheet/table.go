package sheet

import (
	"slices"
	"strings"

	"duban/state"
)

// tableReader reads the rows of one table into a sheet.
type tableReader struct {
	*reader
	*table
	sheet    state.Sheet
	findings []state.Finding
	class    state.Class // of the section the rows stand in
}

// newTableReader begins a table. units are what the head lines declare for the amounts whose own header declares none; where
// they contradict each other those amounts are in doubt.
func newTableReader(r *gridReader, v *view, h head, s state.Sheet, p period, units []string) *tableReader {
	for i := range h.columns {
		c := &h.columns[i]
		if len(units) > 0 && c.column.Kind == state.KindMoney && moneyUnits[c.unit] == 0 {
			c.unit = units[0]
			if disagree(units) && c.doubt == "" {
				c.doubt = ruleUnclear
			}
		}
	}
	t := &tableReader{
		reader: &reader{lexicon: r.lexicon, view: v, about: aboutDay(p), date1904: r.date1904, untyped: r.untyped},
		sheet:  s,
	}
	h.columns = t.duplicates(h)
	t.table = newTable(h)
	for _, c := range h.columns {
		t.sheet.Columns = append(t.sheet.Columns, columnAt(c))
		if c.doubt == ruleDuplicate || c.note == noteSplit {
			t.findings = append(t.findings, t.columnFinding(c))
		}
	}
	for _, c := range h.extra {
		t.sheet.Extra = append(t.sheet.Extra, columnAt(c))
	}
	return t
}

func columnAt(c column) state.ColumnAt {
	at := state.ColumnAt{Title: c.title, Col: ColName(c.col), Unit: c.unit}
	if c.column != nil {
		at.ID = c.column.ID
		if c.rank > 0 {
			at.Via = "alias"
		}
	}
	return at
}

// columnFinding names what is doubtful about a header.
func (t *tableReader) columnFinding(c column) state.Finding {
	f := state.Finding{Rule: ruleAmbiguous, Level: state.LevelWarning, Sheet: t.sheet.Name, Cell: c.cell, Column: c.column.ID, Title: c.title, Found: c.title}
	if c.doubt != "" {
		f.Rule, f.Level = c.doubt, state.LevelError
	}
	return f
}

// duplicates decides between columns that mean the same: the visible one before the hidden one, else the first if all say
// the same in every row; where they differ the first stays and every value of it is in doubt.
func (t *tableReader) duplicates(h head) []column {
	var out []column
	for _, c := range h.columns {
		i := slices.IndexFunc(out, func(o column) bool { return o.column == c.column })
		if i < 0 {
			out = append(out, c)
			continue
		}
		keep := &out[i]
		hiddenFirst, hiddenSecond := t.view.grid.ColHidden(keep.col), t.view.grid.ColHidden(c.col)
		switch {
		case hiddenFirst && !hiddenSecond:
			t.tellHidden(h, *keep, c)
			*keep = c
		case hiddenSecond && !hiddenFirst:
			t.tellHidden(h, c, *keep)
		case !t.agree(h, keep.col, c.col):
			keep.doubt = ruleDuplicate
		}
	}
	return out
}

// tellHidden tells of a hidden column beside a visible one that means the same and says otherwise.
func (t *tableReader) tellHidden(h head, hidden, shown column) {
	if !t.agree(h, hidden.col, shown.col) {
		t.findings = append(t.findings, state.Finding{
			Rule: ruleHiddenColumn, Level: state.LevelWarning, Sheet: t.sheet.Name, Cell: hidden.cell, Column: shown.column.ID, Title: hidden.title, Found: hidden.title,
		})
	}
}

// agree tells whether two columns show the same in every row below the header.
func (t *tableReader) agree(h head, a, b int) bool {
	for _, row := range t.view.grid.Rows {
		if row.Num <= h.bottom {
			continue
		}
		ca, _, _ := t.view.shown(row.Num, a)
		cb, _, _ := t.view.shown(row.Num, b)
		if trimText(display(ca, t.date1904)) != trimText(display(cb, t.date1904)) {
			return false
		}
	}
	return true
}

// rows reads the rows from..to, both included.
func (t *tableReader) rows(from, to int) {
	for _, row := range t.view.grid.Rows {
		if row.Num < from || row.Num > to {
			continue
		}
		t.row(row)
	}
	t.noted(from, to)
	t.finish()
}

func (t *tableReader) row(row GridRow) {
	cells := t.view.filled(row)
	switch kind := t.kindOf(t.table, row, cells); kind {
	case lineProject:
		t.project(row)
	case lineTotal:
		t.total(row, cells)
	case lineSection:
		title := cells[0].Text
		if len(cells) > 1 && cells[1].Kind == KindText { // its ordinal stands in a cell of its own
			title += cells[1].Text
		}
		t.class = t.sectionClass(title)
	case lineMore:
		t.more(row)
	case lineNote:
		t.stray(row, cells[0])
	case lineExample:
		t.find(ruleExample, state.LevelError, row, cells[0])
	case lineNil:
		t.find(ruleNilReturn, state.LevelNote, row, cells[0])
	}
}

// stray tells of words below the projects that are no remark on the form: the first of a sheet.
func (t *tableReader) stray(row GridRow, c Cell) {
	told := slices.ContainsFunc(t.findings, func(f state.Finding) bool { return f.Rule == ruleStray })
	if told || t.lastProject < 0 || noteStart.MatchString(simplify(foldWidth(trimText(c.Text)))) {
		return
	}
	t.find(ruleStray, state.LevelNote, row, c)
}

func (t *tableReader) find(rule string, level state.Level, row GridRow, c Cell) {
	t.findings = append(t.findings, state.Finding{
		Rule: rule, Level: level, Sheet: t.sheet.Name, Cell: CellName(row.Num, c.Col), Found: trimText(display(c, t.date1904)),
	})
}

func (t *tableReader) project(row GridRow) {
	out := state.Row{Sheet: t.sheet.Name, No: row.Num, Hidden: row.Hidden || t.sheet.Hidden, Values: make(map[string]state.Value, len(t.columns))}
	for _, c := range t.columns {
		out.Values[c.column.ID] = t.value(c, row.Num)
	}
	out.Class = t.classOf(out)
	t.sheet.Rows = append(t.sheet.Rows, out)
	t.lastProject, t.lastFilled = row.Num, row.Num
}

// classOf is the class of a row: what its own cell says, else its section, else its sheet where that holds one class only.
func (t *tableReader) classOf(row state.Row) state.Class {
	if c := t.classIn(row.Text(colClass)); c != "" {
		return c
	}
	if t.class != "" {
		return t.class
	}
	if len(t.sheet.Classes) == 1 {
		return t.sheet.Classes[0]
	}
	return ""
}

// more adds the words of a further line to the project above, whose name is merged down over it.
func (t *tableReader) more(row GridRow) {
	last := &t.sheet.Rows[len(t.sheet.Rows)-1]
	for _, c := range t.columns {
		if c.column.Kind != state.KindText || t.view.covered(row.Num, c.col) {
			continue
		}
		v := t.value(c, row.Num)
		have := last.Values[c.column.ID]
		if v.Text == "" || have.Doubt != "" || have.Text == v.Text {
			continue
		}
		have.Text = strings.TrimPrefix(have.Text+"\n"+v.Text, "\n")
		have.Raw = strings.TrimPrefix(have.Raw+"\n"+v.Raw, "\n")
		last.Values[c.column.ID] = have
	}
}

// total keeps a total row's sums, its label under project_name.
func (t *tableReader) total(row GridRow, cells []Cell) {
	label := t.totalLabel(t.table, cells)
	out := state.Row{Sheet: t.sheet.Name, No: row.Num, Hidden: row.Hidden || t.sheet.Hidden, Class: t.class, Values: map[string]state.Value{}}
	for _, c := range t.columns {
		if c.column.Sum {
			if v := t.value(c, row.Num); v.Raw != "" || v.Doubt != "" {
				out.Values[c.column.ID] = v
			}
		}
	}
	out.Values[colName] = state.Value{Cell: CellName(row.Num, cells[0].Col), Text: dropBlanks(label), Raw: label}
	t.sheet.Totals = append(t.sheet.Totals, out)
	t.after, t.lastFilled = true, row.Num
}

// finish settles what only the whole table tells.
func (t *tableReader) finish() {
	for i := range t.columns {
		if c := &t.columns[i]; c.doubt == ruleAmbiguous {
			t.judgeCumulative(c)
		}
	}
}

// judgeCumulative decides a bare 累计完成投资 by its figures: more than the year's plan in any row means that it counts from
// the start of building. Otherwise it stays in doubt and is asked.
func (t *tableReader) judgeCumulative(c *column) {
	since := t.form.Column(colCum)
	over := since != nil && slices.ContainsFunc(t.sheet.Rows, func(r state.Row) bool {
		plan, ok := r.Money(colPlan)
		done, err := state.ParseWan(r.Values[c.column.ID].Near)
		return ok && plan > 0 && err == nil && done > plan
	})
	if !over {
		if len(t.sheet.Rows) > 0 {
			t.findings = append(t.findings, t.columnFinding(*c))
		}
		return
	}
	for i := range t.sheet.Rows {
		values := t.sheet.Rows[i].Values
		v := values[c.column.ID]
		delete(values, c.column.ID)
		if v.Doubt == ruleAmbiguous {
			v.Text, v.Doubt, v.Near = v.Near, "", ""
		}
		values[colCum] = v
	}
	for i := range t.sheet.Columns {
		if t.sheet.Columns[i].ID == c.column.ID {
			t.sheet.Columns[i].ID = colCum
		}
	}
	c.column, c.doubt = since, ""
}
