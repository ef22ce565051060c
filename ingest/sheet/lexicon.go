package sheet

import (
	"regexp"
	"slices"
	"strings"

	"duban/state"
)

// Columns whose meaning the reader itself must know: they say which rows are projects and which headers depend on others.
const (
	colSeq      = "seq"
	colID       = "project_id"
	colName     = "project_name"
	colClass    = "project_class"
	colPlan     = "year_plan"
	colWeek     = "week_invest"
	colYTD      = "ytd_invest"
	colCum      = "cum_invest"
	colDeadline = "request_deadline"
	colDept     = "responsible_dept"
	colLeader   = "lead_leader"
	colLiaison  = "liaison"
	colPhone    = "phone"
)

// match is a column a header stands for, and how well it fits: lower ranks are closer.
type match struct {
	column *state.Column
	rank   int // position of the spelling in the column's list; loose matches come after all exact ones
}

// rankLoose is added to the rank of a spelling that fitted only loosely.
const rankLoose = 1000

// lexicon is a form turned into tables, and what was folded for the workbook being read.
type lexicon struct {
	form      *state.Form
	year      int // the year the sheets are about, 0 when unknown
	exact     map[string]match
	loose     map[string]match // a nil column marks a spelling that several columns claim
	ambiguous map[string]bool
	totals    []string
	labels    *regexp.Regexp
	empty     map[string]bool
	choices   map[string]map[string]string // column id -> spelling -> word
	titles    map[string]title             // folded headers by what the cell says
	hits      map[string]match
}

func newLexicon(form *state.Form) *lexicon {
	x := &lexicon{
		form: form, exact: map[string]match{}, loose: map[string]match{}, ambiguous: map[string]bool{},
		empty: map[string]bool{}, choices: map[string]map[string]string{},
	}
	x.about(0)
	for i := range form.Columns {
		x.learn(&form.Columns[i])
	}
	for spelling := range form.Ambiguous {
		x.ambiguous[foldTitle(spelling, 0).text] = true
	}
	for _, w := range form.TotalLabels {
		x.totals = append(x.totals, foldTitle(w, 0).text)
	}
	for _, w := range form.EmptyMarkers {
		x.empty[markerKey(w)] = true
	}
	x.labels = labelPattern(form.MetaLabels)
	return x
}

// about sets the year of the sheets to be read; folded headers depend on it.
func (x *lexicon) about(year int) {
	x.year, x.titles, x.hits = year, map[string]title{}, map[string]match{}
}

func (x *lexicon) learn(c *state.Column) {
	for rank, spelling := range c.Headers {
		folded := foldTitle(spelling, 0).text
		if _, taken := x.exact[folded]; !taken {
			x.exact[folded] = match{c, rank}
		}
		wide := loosen(folded)
		if have, taken := x.loose[wide]; !taken {
			x.loose[wide] = match{c, rank + rankLoose}
		} else if have.column != c {
			x.loose[wide] = match{}
		}
	}
	if len(c.Choices) > 0 {
		words := map[string]string{}
		for _, entry := range c.Choices {
			spellings := strings.Split(entry, "=")
			for _, s := range spellings {
				words[markerKey(s)] = strings.TrimSpace(spellings[0])
			}
		}
		x.choices[c.ID] = words
	}
}

// markerKey folds a short word such as 无 or √ for comparison.
func markerKey(s string) string {
	return strings.TrimRight(strings.ToLower(dropBlanks(foldWidth(simplify(s)))), ".。,;")
}

// blank tells whether the text says "nothing here" in the column.
func (x *lexicon) blank(c *state.Column, text string) bool {
	if len(text) > 24 {
		return false
	}
	key := markerKey(text)
	return key == "" || x.empty[key] || slices.ContainsFunc(c.Empty, func(w string) bool { return markerKey(w) == key })
}

// fold folds a header for this sheet's year, remembering what it has seen.
func (x *lexicon) fold(raw string) title {
	t, seen := x.titles[raw]
	if !seen {
		t = foldTitle(raw, x.year)
		if len(x.titles) < maxRemembered {
			x.titles[raw] = t
		}
	}
	return t
}

// maxHeader bounds the bytes of a cell that can be a header: a long sentence is none.
const maxHeader = 180

// maxRemembered bounds the cells whose folded text is remembered: headers repeat, the words of projects do not.
const maxRemembered = 4000

// lookup finds the column a header stands for by its own words.
func (x *lexicon) lookup(raw string) (match, bool) {
	if len(raw) > maxHeader {
		return match{}, false
	}
	m, seen := x.hits[raw]
	if !seen {
		m = x.find(x.fold(raw).text)
		if len(x.hits) < maxRemembered {
			x.hits[raw] = m
		}
	}
	return m, m.column != nil
}

func (x *lexicon) find(folded string) match {
	if folded == "" {
		return match{}
	}
	if m, ok := x.exact[folded]; ok {
		return m
	}
	return x.loose[loosen(folded)]
}

// isTotal tells whether a label opens a total row: 合计, 总 计, 小计(5个项目).
func (x *lexicon) isTotal(raw string) bool {
	if len(raw) > maxHeader {
		return false
	}
	s := numbering.ReplaceAllString(dropBlanks(simplify(foldWidth(raw))), "$1")
	s = strings.TrimRight(aside.ReplaceAllString(s, ""), ":。")
	return s != "" && slices.Contains(x.totals, s)
}
