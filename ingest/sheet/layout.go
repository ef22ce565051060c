package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"duban/state"
)

// lineKind is what one row below a header is.
type lineKind uint8

const (
	lineBlank   lineKind = iota // nothing, or only a running number
	lineProject                 // a project
	lineTotal                   // 合计, 小计
	lineSection                 // 一、续建项目(5个)
	lineHead                    // 填报人:张三, a signature
	lineNote                    // notes and stray text
	lineExample                 // the form's example
	lineNil                     // 本周无变化
	lineMore                    // a further line of the project above, whose name is merged down
)

var (
	section   = regexp.MustCompile(`^(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十]+[类批、]).*`)
	noteStart = regexp.MustCompile(`^(?:注|备注|说明|填表说明|填报说明|填写说明|注意|温馨提示)\d*[:.、]|^※|^\*`)
	example   = regexp.MustCompile(`^(?:示例|例如|样例|填写示例|例)(?:[:、].*|\d*)$|^\(?(?:示例|样例)\)`)
	ordinal   = regexp.MustCompile(`^(?:[一二三四五六七八九十]+[、.]?|\([一二三四五六七八九十]+\))$`)
	portion   = regexp.MustCompile(`^其中[:、,]?.{0,20}$`)
	nothing   = regexp.MustCompile(`(?:本周|本期)?(?:无变化|无更新|无进展|没有变化|无新增|无变动|无调整)`)
)

// maxNumber bounds the characters of a running number.
const maxNumber = 8

// table is one table of a sheet while it is read: its header and where its columns stand.
type table struct {
	head
	name, id, seq int  // columns, -1 when the table has none
	after         bool // a total row has been met
	lastProject   int  // the row of the last project
	lastFilled    int  // the row of the last project or total
}

func newTable(h head) *table {
	t := &table{head: h, name: -1, id: -1, seq: -1, lastProject: -1}
	for _, c := range h.columns {
		switch c.column.ID {
		case colName:
			t.name = c.col
		case colID:
			t.id = c.col
		case colSeq:
			t.seq = c.col
		}
	}
	return t
}

// kindOf says what a row is. cells are its visible cells.
func (x *reader) kindOf(t *table, row GridRow, cells []Cell) lineKind {
	if len(cells) == 0 {
		return lineBlank
	}
	first := cells[0]
	text := simplify(foldWidth(trimText(first.Text)))
	switch {
	case x.totalLabel(t, cells) != "":
		return lineTotal
	case x.isHeadLine(cells):
		return lineHead
	case first.Kind == KindText && noteStart.MatchString(text) && len(cells) <= 2:
		return lineNote
	case isNumbering(cells):
		return lineBlank
	}
	name := x.text(row.Num, t.name)
	id := x.text(row.Num, t.id)
	seq := x.text(row.Num, t.seq)
	said := text // the row's first words
	if first.Col == t.seq && len(cells) == 2 {
		said = simplify(foldWidth(name))
	}
	switch {
	case len(cells) <= 2 && len(name) < 60 && nothing.MatchString(said) && utf8.RuneCountInString(said) < 20 && id == "":
		return lineNil
	case isSection(text, cells, t) && !t.has(cells, id), x.isTitled(t, cells, text, name):
		return lineSection
	case example.MatchString(foldWidth(seq)) || example.MatchString(foldWidth(name)):
		return lineExample
	case name == "" && id == "" && !t.tells(cells):
		return lineBlank
	}
	return x.projectLine(t, row, cells, name, id)
}

// projectLine tells a project's row from one that is empty but for its number and from stray words.
func (x *reader) projectLine(t *table, row GridRow, cells []Cell, name, id string) lineKind {
	others := 0 // cells of the table beside number, name and code
	for _, c := range cells {
		if c.Col != t.name && c.Col != t.seq && c.Col != t.id && t.inside(c.Col) {
			others++
		}
	}
	merged := t.name >= 0 && x.view.covered(row.Num, t.name)
	if merged {
		if m, _ := x.view.merge(row.Num, t.name); m.FirstRow < row.Num && m.FirstRow > t.bottom && m.FirstRow == t.lastProject && !x.hasFigures(t, cells) {
			return lineMore
		}
	}
	switch {
	case name == "" && id == "" && others == 0:
		if len(cells) == 1 && cells[0].Kind == KindText && utf8.RuneCountInString(cells[0].Text) > maxNumber {
			return lineNote // words where a number would stand
		}
		return lineBlank
	case name == "" && id == "" && others == 1 && cells[len(cells)-1].Kind == KindText && len(cells) == 1:
		return lineNote // a single stray word beside the table
	case others == 0 && id == "" && len(cells) == 1 && (t.after || len(name) > 120):
		return lineNote
	}
	return lineProject
}

// inside tells whether a column belongs to the table.
func (t *table) inside(col int) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.col == col })
}

// has tells whether the cells of a row beside its first words fill the cells of a project: then it is one, however its name begins.
func (t *table) has(cells []Cell, id string) bool {
	words := 0
	for _, c := range cells[1:] {
		if c.Kind == KindText && t.inside(c.Col) {
			words++
		}
	}
	return id != "" || words > 0
}

func (x *reader) hasFigures(t *table, cells []Cell) bool {
	for _, c := range t.columns {
		if c.column.Kind != state.KindMoney {
			continue
		}
		if slices.ContainsFunc(cells, func(cell Cell) bool { return cell.Col == c.col }) {
			return true
		}
	}
	return false
}

// isSection tells whether a row's first words open a section; they stand alone or with the section's sums.
func isSection(text string, cells []Cell, t *table) bool {
	if cells[0].Kind != KindText || utf8.RuneCountInString(text) > 150 {
		return false
	}
	if section.MatchString(text) {
		return len(cells) == 1 || cells[0].Col != t.seq || strings.ContainsAny(text, "项目个类")
	}
	return len(cells) == 1 && strings.HasSuffix(aside.ReplaceAllString(text, ""), "项目") && utf8.RuneCountInString(text) < 24 && cells[0].Col < t.name
}

// isTitled tells whether a row gives a section's ordinal and name in two cells (一 | 续建项目), or a part of a total
// (其中:市政), beside nothing but figures.
func (x *reader) isTitled(t *table, cells []Cell, text, name string) bool {
	words := 0
	for _, c := range cells {
		if c.Kind == KindText {
			words++
		}
	}
	if words == 1 {
		return portion.MatchString(text)
	}
	name = simplify(foldWidth(name))
	bare := aside.ReplaceAllString(name, "")
	return words == 2 && cells[0].Col == t.seq && ordinal.MatchString(text) &&
		(x.classIn(bare) != "" || strings.HasSuffix(bare, "类") || strings.HasSuffix(bare, "类项目"))
}

// givens are the columns that a form sent out for filling in has on every line.
var givens = []string{colSeq, colClass, colDept, colLeader, colLiaison, colPhone}

// tells tells whether a row without a project says anything: more than zeros and what stands on every line of the form.
func (t *table) tells(cells []Cell) bool {
	for _, c := range cells {
		i := slices.IndexFunc(t.columns, func(have column) bool { return have.col == c.Col })
		zero := c.Kind == KindNumber && strings.Trim(c.Text, "0.-") == ""
		if !zero && (i < 0 || !slices.Contains(givens, t.columns[i].column.ID)) {
			return true
		}
	}
	return false
}

// totalLabel is the label of a total row: the first words of the row, or its number or name.
func (x *reader) totalLabel(t *table, cells []Cell) string {
	for i, c := range cells {
		if i > 0 && c.Col != t.name && c.Col != t.seq && c.Col != t.id {
			continue
		}
		if c.Kind == KindText && x.isTotal(c.Text) {
			return trimText(c.Text)
		}
	}
	return ""
}

// isNumbering tells whether a row only numbers the columns: 1 2 3 4, (1) (2) (3), 甲 乙 1 2 or A B C.
func isNumbering(cells []Cell) bool {
	if len(cells) < 4 {
		return false
	}
	last, run := 0, 0
	for _, c := range cells {
		s := strings.Trim(dropBlanks(foldWidth(c.Text)), "()")
		if c.Kind == KindText && numbered.MatchString(s) {
			continue
		}
		if len(s) == 1 && s[0] == byte('A'+run) {
			last, run = run+1, run+1
			continue
		}
		if i := strings.IndexAny(s, "=＝"); i > 0 {
			s = s[:i]
		}
		n, err := strconv.Atoi(s)
		if err != nil || n != last+1 {
			return false
		}
		last, run = n, run+1
	}
	return run >= 3
}

var numbered = regexp.MustCompile(`^(?:[甲乙丙丁戊己庚辛壬癸]|栏次|序号)$`)

// text is the trimmed text shown at a place; "" when there is none.
func (x *reader) text(row, col int) string {
	if col < 0 {
		return ""
	}
	c, m, ok := x.view.shown(row, col)
	if !ok || m.LastCol > m.FirstCol && m.FirstCol != col {
		return ""
	}
	return trimText(display(c, x.date1904))
}

// classIn finds the class of projects a section title, sheet name or class cell names.
func (x *lexicon) classIn(text string) state.Class {
	s := dropBlanks(simplify(foldWidth(text)))
	if c, ok := x.form.ClassWords[s]; ok {
		return c
	}
	s = strings.TrimSuffix(s, "类")
	if c, ok := x.form.ClassWords[s]; ok {
		return c
	}
	for _, c := range state.Classes() {
		if s == string(c) || s == string(c)+"项目" {
			return c
		}
	}
	return ""
}

// sectionClass is the class a section's title names: exactly one of the four words in it.
func (x *lexicon) sectionClass(text string) state.Class {
	s := dropBlanks(simplify(foldWidth(text)))
	var got state.Class
	for _, c := range state.Classes() {
		if strings.Contains(s, string(c)) {
			if got != "" {
				return ""
			}
			got = c
		}
	}
	return got
}
