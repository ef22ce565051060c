package report

import (
	"fmt"
	"slices"
	"strings"

	"duban/state"
)

// How many characters of a foreign text a cell of the list or a comment shows.
const (
	textCell = 200
	textLong = 1_000
)

// markItem is one finding as the marked workbook shows it.
type markItem struct {
	state.Finding
	no      int // its item's number
	paint   paint
	follows bool // it comes right by itself when its item is repaired
	cells   []ref
}

// itemsOf chooses the findings of a book that a department is told, in the order of the
// letter and with its numbers where it gave some: what must be changed, what should be
// explained, what could not be checked; what follows from an item stands below it.
func itemsOf(book string, findings []state.Finding) []markItem {
	var own []state.Finding
	for _, f := range findings {
		if f.Level != state.LevelNote && (f.Book == "" || f.Book == book) {
			own = append(own, f)
		}
	}
	var out []markItem
	for part := range 3 {
		for _, f := range own {
			if f.Follows != "" || partOf(f) != part {
				continue
			}
			no := f.Item
			if no == 0 {
				no = len(out) + 1
			}
			out = append(out, itemOf(f, no))
		}
	}
	slices.SortStableFunc(out, func(a, b markItem) int { return a.no - b.no })
	for _, f := range own {
		if f.Follows == "" {
			continue
		}
		it := itemOf(f, 0)
		it.paint, it.follows = red, true
		at := len(out)
		if i := slices.IndexFunc(out, func(main markItem) bool { return causes(main, f) }); i >= 0 {
			it.no = out[i].no
			at = i + 1
			for at < len(out) && out[at].no == it.no {
				at++
			}
		}
		out = slices.Insert(out, at, it)
	}
	return out
}

// partOf is the part of the letter a finding stands in.
func partOf(f state.Finding) int {
	switch {
	case f.Deferred:
		return 2
	case f.Level == state.LevelError:
		return 0
	}
	return 1
}

// causes reports whether repairing main repairs f.
func causes(main markItem, f state.Finding) bool {
	return !main.follows && main.Rule == f.Follows && (f.Project == "" || main.Project == f.Project)
}

func itemOf(f state.Finding, no int) markItem {
	it := markItem{Finding: f, no: no}
	if f.Level != state.LevelError {
		it.paint = yellow
	}
	for _, name := range append([]string{f.Cell}, f.Cells...) {
		if r, ok := parseRef(name); ok && !slices.Contains(it.cells, r) {
			it.cells = append(it.cells, r)
		}
	}
	return it
}

// demand says what the finding asks for.
func (it markItem) demand() string {
	switch {
	case it.follows && it.no > 0:
		return fmt.Sprintf("随第%d项核对", it.no)
	case it.follows:
		return "请一并核对"
	case it.Deferred:
		return "这次没能核对"
	case it.paint == yellow:
		return "请改或说明"
	}
	return "必须改"
}

// places names the cells, the first few of many.
func (it markItem) places() string {
	const some = 12
	var names []string
	for i, r := range it.cells {
		if i == some {
			return strings.Join(names, "、") + fmt.Sprintf("等%d处", len(it.cells))
		}
		names = append(names, r.String())
	}
	return strings.Join(names, "、")
}

// project names the project by number and name.
func (it markItem) project() string {
	return strings.TrimSpace(plainText(it.Project, textCell) + " " + plainText(it.Name, textCell))
}

// column is the column's title with its unit, unless the title says it already.
func (it markItem) column() string {
	title, unit := plainText(it.Title, textCell), plainText(it.Unit, textCell)
	if unit == "" || title == "" || strings.Contains(title, unit) {
		return title
	}
	return title + "(" + unit + ")"
}

// found is what the department filled in.
func (it markItem) found() string {
	if s := plainText(it.Found, textCell); s != "" || len(it.cells) == 0 {
		return s
	}
	return "(空)"
}

// wanted is what belongs there.
func (it markItem) wanted() string {
	var lines []string
	if s := plainText(it.Expected, textCell); s != "" {
		lines = append(lines, "应填:"+s)
	}
	if s := plainText(it.Example, textCell); s != "" {
		lines = append(lines, "例如:"+s)
	}
	return strings.Join(lines, "\n")
}

// note is the text of the comment.
func (it markItem) note() string {
	head := fmt.Sprintf("第%d项 %s", it.no, it.demand())
	if it.follows {
		head = it.demand()
	}
	lines := []string{head, plainText(it.Message, textLong)}
	if !it.follows {
		lines = append(lines, "您填的:"+it.found())
		if s := plainText(it.Last, textCell); s != "" {
			lines = append(lines, "上周:"+s)
		}
		lines = append(lines, it.wanted())
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}
