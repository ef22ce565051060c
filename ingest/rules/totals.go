package rules

import (
	"slices"

	"duban/state"
)

// totals compares every total row of a sheet with the rows above it, column by column. A
// column in which any row has no certain value is not compared: its sum is not known.
func (r *run) totals(b *state.Book, s *state.Sheet, at map[string]state.ColumnAt, lines []*line, hits []hit) {
	for _, rule := range r.rules {
		if rule.Scope != ScopeSheet || rule.when == nil || !rule.applies(nil, r.Dept, r.day()) {
			continue
		}
		for t := range s.Totals {
			for i := range r.form.Columns {
				def := &r.form.Columns[i]
				if v := s.Totals[t].Values[def.ID]; def.Sum && v.Sure() {
					r.total1(rule, totalCell{b, s, def, at[def.ID], v, s.Totals[t].No}, lines, hits)
				}
			}
		}
	}
}

// totalCell is one cell of a total row.
type totalCell struct {
	book  *state.Book
	sheet *state.Sheet
	def   *state.Column
	at    state.ColumnAt
	value state.Value
	no    int
}

// total1 judges one cell of a total row, as the sheet stands and as it will stand when the
// rows are put right.
func (r *run) total1(rule *Rule, t totalCell, lines []*line, hits []hit) {
	unit, word := unitOf(t.at, t.def)
	if t.def.Kind != state.KindMoney {
		unit, word = milli, t.def.Unit
	}
	silenced := slices.ContainsFunc(hits, func(h hit) bool {
		return h.Column == t.def.ID && slices.Contains(h.rule.Silences, rule.Name)
	})
	before, known := r.offBy(rule, t, unit, lines, false)
	after, _ := r.offBy(rule, t, unit, lines, true)
	lead := r.leadIn(rule, t, lines)
	if !known || (before == nil && after == nil) || (lead == nil && before == nil) {
		return
	}
	expected := func(f *totalFacts) string { return inUnit(state.Fen(f.Sum), unit) }
	if before == nil || silenced {
		if after != nil && lead != nil {
			mention(lead, "合计行的"+orElse(t.at.Title, t.def.Title), t.value.Cell, expected(after))
		}
		return
	}
	f := state.Finding{
		Book: t.book.Name, Sheet: t.sheet.Name, Cell: t.value.Cell, Column: t.def.ID, Name: "合计",
		Found: orElse(t.value.Raw, t.value.Text), Title: orElse(t.at.Title, t.def.Title), Unit: word, Expected: expected(before),
	}
	if after != nil {
		f.Expected = expected(after)
	}
	r.env["column"] = t.def.ID
	f = r.tell(rule, f, "", "", unit)
	if after == nil && lead != nil {
		trail(&f, lead)
	}
	r.hits = append(r.hits, hit{f, rule, nil})
}

// leadIn finds the leading finding of a row whose repair changes the column, the one about
// that very column first.
func (r *run) leadIn(rule *Rule, t totalCell, lines []*line) *state.Finding {
	var lead *state.Finding
	for i := range r.hits {
		h := &r.hits[i]
		if h.line == nil || !slices.Contains(rule.Follows, h.Rule) || !slices.Contains(lines, h.line) {
			continue
		}
		if h.line.has(t.def.ID) && (lead == nil || h.Column == t.def.ID) {
			lead = &h.Finding
		}
	}
	return lead
}

// offBy asks the rule about the cell for every reading of which rows it covers, and returns
// the facts of the likeliest when none of them fits. known is false when a row's value is
// not certain.
func (r *run) offBy(rule *Rule, t totalCell, unit state.Fen, lines []*line, fixed bool) (off *totalFacts, known bool) {
	for _, rows := range covered(t.sheet, t.no, lines) {
		facts, ok := sum(t, unit, rows, fixed)
		if !ok {
			return nil, false
		}
		r.total = facts
		r.env["p"] = rule.Params
		if !r.holds(rule.when) {
			return nil, true
		}
		if off == nil {
			off = &facts
		}
	}
	return off, true
}

// covered lists the sets of rows a total row may stand for, the likeliest first: all rows;
// those since the total before it; those down to the next total; the visible ones of all.
func covered(s *state.Sheet, no int, lines []*line) [][]*line {
	prev, next := 0, 1<<31-1
	for _, t := range s.Totals {
		if t.No < no {
			prev = max(prev, t.No)
		}
		if t.No > no {
			next = min(next, t.No)
		}
	}
	pick := func(keep func(*line) bool) []*line {
		return slices.DeleteFunc(slices.Clone(lines), func(l *line) bool { return !keep(l) })
	}
	sets := [][]*line{lines, pick(func(l *line) bool { return !l.Hidden })}
	if len(s.Totals) > 1 {
		sets = append(sets,
			pick(func(l *line) bool { return l.No > prev && l.No < no }),
			pick(func(l *line) bool { return l.No > no && l.No < next }),
			pick(func(l *line) bool { return l.No < no }))
	}
	return sets
}

// sum adds the column over rows; ok is false when a cell has no certain value.
func sum(t totalCell, unit state.Fen, rows []*line, fixed bool) (totalFacts, bool) {
	money := t.def.Kind == state.KindMoney
	kept := state.Wan
	if !money {
		kept = milli
	}
	total, err := parse(t.value.Text, kept)
	if err != nil {
		return totalFacts{}, false
	}
	facts := totalFacts{Money: money, Fen: int(total), Rows: len(rows), Half: int(halfDigit(t.value, unit))}
	finest := state.Fen(facts.Half)
	for _, l := range rows {
		v := l.Values[t.def.ID]
		if fixed {
			v = l.value(t.def.ID)
		}
		if v.Doubt == ruleNotStated && l.Class != "" && !needed(t.def, l.Class) {
			continue // the class owes no such figure: the dash is nought
		}
		if v.Doubt != "" || (blank(v) && needed(t.def, l.Class)) {
			return totalFacts{}, false
		}
		if v.Text == "" {
			continue
		}
		f, err := parse(v.Text, kept)
		if err != nil {
			return totalFacts{}, false
		}
		facts.Sum += int(f)
		half := halfDigit(v, unit)
		finest = min(finest, half)
		if unit != state.Yi && half > state.Wan/2 && money { // one rounded figure among exact ones: 1.2亿元
			facts.Half += int(half)
		}
	}
	if unit == state.Yi { // rounded figures add up their rounding: one of the last digit a row
		facts.Half = max(facts.Half, int(2*finest)*len(rows))
	}
	return facts, true
}
