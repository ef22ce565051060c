package sheet

import (
	"regexp"
	"slices"
	"strings"

	"duban/state"
)

// otherPeriod marks a group of columns about another week, month or year: its sub-headers must not be taken for this one's.
var otherPeriod = regexp.MustCompile(`上年|去年|上周|上月|上期|上季|下年|明年|下月`)

// resolve finds the column for a header of one to three levels: the levels joined first, since they say most, then the
// innermost alone. The unit is the innermost level's, else a group's where the column can be counted in it.
func (x *lexicon) resolve(parts []string) (m match, key, unit string) {
	folded := make([]string, len(parts))
	own, group := "", ""
	for i, p := range parts {
		t := x.fold(p)
		folded[i] = t.text
		if t.unit != "" && i < len(parts)-1 {
			group = t.unit
		}
		own = t.unit
	}
	unitFor := func(c *state.Column) string {
		if own == "" && c.Kind != state.KindText && fits(c, group) {
			return group
		}
		return own
	}
	key = strings.Join(folded, "/")
	n := len(parts) - 1
	tries := make([]string, 0, 5)
	for up := n - 1; up >= 0; up-- {
		tries = append(tries, foldTokens(folded[up]+folded[n], x.year), folded[up]+"/"+folded[n])
	}
	if n == 0 || !otherPeriod.MatchString(strings.Join(parts[:n], "")) {
		tries = append(tries, folded[n])
	}
	for _, t := range tries {
		if m, ok := x.exact[t]; ok && fits(m.column, own) {
			return m, key, unitFor(m.column)
		}
	}
	for i := len(tries) - 1; i >= 0; i-- { // loosely, the innermost alone is the safest
		if m := x.loose[loosen(tries[i])]; m.column != nil && tries[i] != "" && fits(m.column, own) {
			return m, key, unitFor(m.column)
		}
	}
	return match{}, key, own
}

// fits tells whether a column can be counted in the unit its header declares: an amount not in percent, a percentage not
// in 万元.
func fits(c *state.Column, unit string) bool {
	_, money := moneyUnits[unit]
	switch c.Kind {
	case state.KindMoney:
		return unit == "" || money
	case state.KindPercent:
		return unit == "" || unit == "%"
	case state.KindNumber, state.KindDate:
		return !money && unit != "%"
	}
	return true
}

// settle decides what the headers mean together: which of two that mean the same counts, and what an ambiguous one stands
// for beside the others. What stays open is marked, never guessed.
func (x *lexicon) settle(h *head) {
	for i := range h.columns {
		c := &h.columns[i]
		if x.isAmbiguous(c.key) {
			x.disambiguate(h, c)
		}
	}
	kept := h.columns[:0]
	for _, c := range h.columns {
		if c.column == nil || x.outranked(h.columns, c) {
			c.match = match{}
			h.extra = append(h.extra, c)
			continue
		}
		kept = append(kept, c)
	}
	h.columns = kept
}

func (x *lexicon) isAmbiguous(key string) bool {
	last := key[strings.LastIndex(key, "/")+1:]
	return x.ambiguous[last] && (last == key || x.ambiguous[key] || !strings.Contains(key, "{年}"))
}

// outranked tells whether another header fits the same column better. Two amounts never outrank each other: two different
// figures under one name must be asked about.
func (x *lexicon) outranked(all []column, c column) bool {
	for _, o := range all {
		if o.column != c.column || o.col == c.col || o.key == c.key {
			continue
		}
		if o.rank < c.rank && (c.column.Kind != state.KindMoney || c.rank >= rankLoose && o.rank < rankLoose) {
			return true
		}
	}
	return false
}

// disambiguate decides an ambiguous header by the columns beside it, as the glossary prescribes.
func (x *lexicon) disambiguate(h *head, c *column) {
	beside := func(id string) bool {
		return slices.ContainsFunc(h.columns, func(o column) bool {
			return o.column != nil && o.column.ID == id && o.col != c.col
		})
	}
	last := c.key[strings.LastIndex(c.key, "/")+1:]
	switch {
	case strings.Contains(last, "累计"): // 累计完成投资, 累计投资
		switch {
		case beside(colCum) && !beside(colYTD):
			c.match = match{column: x.form.Column(colYTD)}
		case beside(colYTD) && !beside(colCum):
			c.match = match{column: x.form.Column(colCum)}
		case !beside(colYTD) && !beside(colCum):
			c.match, c.doubt = match{column: x.form.Column(colYTD)}, ruleAmbiguous // decided by the figures, see judgeCumulative
		}
	case strings.HasPrefix(last, "上周"), strings.HasPrefix(last, "本月"), strings.HasPrefix(last, "当月"), strings.HasPrefix(last, "{本月}"):
		c.match = match{} // another period's figure is no figure of this week
	case strings.Contains(last, "问题") && strings.Contains(last, "协调"):
		c.note = noteSplit
	case strings.HasPrefix(last, "责任领导"):
		if !beside(colLeader) {
			c.match = match{column: x.form.Column(colLeader), rank: rankLoose}
		}
	}
}
