package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"

	"duban/state"
)

// What rules see of a project's earlier weeks: under the name `past`, every column as the list
// of its values in the weeks directly before this one, newest first, and `past.weeks`, how many
// they are. The list ends at the first week without an accepted row, so "three weeks in a row"
// means what it says.

// maxPast is how many earlier weeks rules may look at.
const maxPast = 8

// pastWeeks and pastCell are what `past` holds beside the columns.
const (
	pastWeeks = "weeks"
	pastCell  = "cell" // the column named by `at`, as texts
)

// Weeks is how many earlier weeks Case.Past must hold: none unless a rule asks for them.
func (s *Set) Weeks() int {
	for name := range s.asks {
		if strings.HasPrefix(name, "past.") {
			return maxPast
		}
	}
	return 0
}

// pastTypes lists what `past` offers, with types, for the check at load.
func pastTypes(form *state.Form) types.Map {
	past := types.Map{pastWeeks: types.Int, pastCell: types.TypeOf([]string(nil))}
	for i := range form.Columns {
		past[form.Columns[i].ID] = types.TypeOf(pastOf(&form.Columns[i], nil))
	}
	return past
}

// loadPast shows the earlier weeks of the row's project; columns no rule asks for are left out.
func (r *run) loadPast(l *line) {
	weeks := r.Past[l.Project]
	if l.Project == "" {
		weeks = nil
	}
	r.past[pastWeeks] = len(weeks)
	for i := range r.form.Columns {
		if def := &r.form.Columns[i]; r.asks["past."+def.ID] {
			r.past[def.ID] = pastOf(def, weeks)
		}
	}
}

// pastOf is one column over the weeks: amounts in 分, numbers, or texts. What was blank is 0 or "".
func pastOf(def *state.Column, weeks []state.Past) any {
	switch def.Kind {
	case state.KindMoney:
		out := make([]int, len(weeks))
		for i, w := range weeks {
			out[i] = int(amountOf(def.ID, w.Counted))
		}
		return out
	case state.KindNumber, state.KindPercent:
		out := make([]float64, len(weeks))
		for i, w := range weeks {
			if v := w.Values[def.ID]; v.Sure() {
				if m, err := parse(v.Text, milli); err == nil {
					out[i] = float64(m) / 1000
				}
			}
		}
		return out
	}
	return textsOf(def.ID, weeks)
}

// amountOf is an amount as it was counted, which for the three sums may differ from the cell.
func amountOf(column string, c state.Counted) state.Fen {
	switch column {
	case "week_invest":
		return c.Week
	case "ytd_invest":
		return c.YTD
	case "cum_invest":
		return c.Cum
	}
	f, _ := state.Row{Values: c.Values}.Money(column)
	return f
}

func textsOf(column string, weeks []state.Past) []string {
	out := make([]string, len(weeks))
	for i, w := range weeks {
		if v := w.Values[column]; v.Sure() {
			out[i] = v.Text
		}
	}
	return out
}

// loadLight works out the row's light where a rule asks for it.
func (r *run) loadLight(l *line) {
	if !r.asks["project.light"] || !r.project.Known || r.AsOf.IsZero() {
		return
	}
	lamp := r.Lamp
	if lamp == (state.LightRule{}) {
		lamp = state.DefaultLights()
	}
	ytd := state.Fen(r.base.YTD) // what was accepted: the row's own may be mistyped
	if c := r.columns["ytd_invest"]; !r.base.Known && c.amount != nil && c.amount.Set {
		ytd = state.Fen(c.amount.Fen)
	}
	r.project.Light = string(lamp.Judge(*r.Roster.Project(l.Project), ytd, r.AsOf, state.None).Colour)
}

// The functions over earlier weeks; lists are newest first.

// median is the middle of a list of amounts, of an even number the lower one; 0 of none.
func median(list []int) int {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[(len(sorted)-1)/2]
}

// noneFor counts the last weeks without money.
func noneFor(list []int) int {
	for i, v := range list {
		if v != 0 {
			return i
		}
	}
	return len(list)
}

// sameFor counts the last weeks that said the same as text.
func sameFor(text string, list []string) int {
	for i, v := range list {
		if !same(text, v) {
			return i
		}
	}
	return len(list)
}

// hasFor counts the last weeks that contained one of the words.
func hasFor(list, words []string) int {
	for i, v := range list {
		if !hasAny(v, words) {
			return i
		}
	}
	return len(list)
}

// moved counts how often a value changed over the weeks up to text; blanks are passed over.
func moved(text string, list []string) int {
	times, later := 0, text
	for _, v := range list {
		if v == "" {
			continue
		}
		if v != later && later != "" {
			times++
		}
		later = v
	}
	return times
}
