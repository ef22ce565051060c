package report

import (
	"cmp"
	"fmt"
	"slices"

	"duban/state"
)

// Words puts what a workbook says into words: templates' Say, handed on by whoever draws.
type Words func(name string, data any) (lines []string, err error)

// page is the data of the words at the head of a sheet (book-*.txt.tmpl): its title, its note and
// the heading of each of its columns, a line each.
type page struct {
	Week, Class, AsOf, TimePct                   string
	Exempt, Unverified, Amended, CatchUp         bool // which marks stand among the figures
	HasPrev                                      bool
	Open, New, Moved, Silent, Closed, Overdue    int    // issues
	Expected, OnTime, Late, Unreported, Returned int    // departments
	Day                                          string // of the meeting
	Items                                        int    // on its agenda
}

// page is the week of the workbook as a sheet's head speaks of it.
func (b *book) page() page {
	marked := func(mark string) bool {
		return slices.ContainsFunc(b.Projects, func(p Project) bool { return slices.Contains(p.Marks, mark) })
	}
	moved := b.moved()
	return page{
		Week: b.Week.Spoken(), AsOf: b.AsOf.Format("2006年1月2日"), TimePct: fmt.Sprintf("%.1f", b.TimePct),
		Exempt: marked("免报"), Unverified: marked("未核"), Amended: marked("办公室更正"),
		CatchUp: slices.ContainsFunc(b.Projects, func(p Project) bool { return p.CatchUp != 0 }),
		HasPrev: b.HasPrev, Open: len(b.Issues), New: b.New, Moved: moved, Silent: len(b.Issues) - b.New - moved, Closed: b.Closed, Overdue: b.Overdue,
		Expected: b.Expected, OnTime: len(b.OnTime), Late: len(b.Late), Unreported: len(b.Unreported), Returned: len(b.Returned),
	}
}

func (b *book) pageOf(c state.Class) page {
	p := b.page()
	p.Class = string(c)
	return p
}

// headed gives a table its words. The columns that have no heading yet take one line each.
func (b *book) headed(t *table) error {
	lines, err := b.say("book-"+t.words, t.about)
	if err != nil {
		return err
	}
	for i, c := range t.columns {
		if c.title == "" && len(lines) > 2+i {
			t.columns[i].title = lines[2+i]
		}
	}
	if len(lines) < 2 || slices.ContainsFunc(t.columns, func(c column) bool { return c.title == "" }) {
		return fmt.Errorf("book-%s has %d lines, too few for %d columns", t.words, len(lines), len(t.columns))
	}
	t.title, t.note = lines[0], lines[1]
	return nil
}

// phrase is the data of book-cell.txt.tmpl: what a cell says in words of ours.
type phrase struct {
	Case             string
	Paused           string // until when and why
	Was, Is, Why     string // a light
	Weeks            string // in a row
	Standing, Handed string
	Day, Unit        string // of an answer
	Carried          bool   // from the report of Week; without one from the registry
	Week, Sheet, Row string // where figures come from
}

// from says where a project's figures come from, down to the cell's row.
func from(p Project) phrase {
	out := phrase{Case: "source", Carried: p.Stale}
	switch {
	case p.Stale && !p.Source.IsZero():
		out.Week = p.Source.Spoken()
	case !p.Stale && p.Origin != nil:
		out.Sheet, out.Row = p.Origin.Sheet, fmt.Sprint(p.Origin.No)
	}
	return out
}

// phrase words a cell. What cannot be worded fails the workbook when it is drawn.
func (b *book) phrase(p phrase) string {
	lines, err := b.say("book-cell", p)
	if b.wording = cmp.Or(b.wording, err); err != nil {
		return ""
	}
	return lines[0]
}
