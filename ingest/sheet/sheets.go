package sheet

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// gridReader reads one sheet.
type gridReader struct {
	*lexicon
	grid      *Grid
	date1904  bool
	untyped   bool
	year      int
	secondary bool // another, visible sheet holds a table: hidden ones and examples do not count
}

func (r *gridReader) read(b *state.Book) []sheetDraft {
	g := r.grid
	base := state.Sheet{Name: g.Name, Hidden: g.Hidden}
	if len(g.Rows) == 0 {
		base.Skipped = "empty"
		return []sheetDraft{{sheet: base}}
	}
	v := newView(g)
	titles := r.titles(v)
	lines := r.headLines(v)
	r.about(yearOf(lines, titles, r.year))
	heads := r.findHeads(v)
	if len(heads) == 0 {
		base.Skipped = "no-header"
		return []sheetDraft{{sheet: base}}
	}
	base.Title = r.title(titles, heads[0].top)
	switch {
	case r.secondary && (isInstruction(g.Name) || isInstruction(base.Title)):
		base.Skipped = "instructions"
		return []sheetDraft{{sheet: base}}
	case r.secondary && g.Hidden:
		base.Skipped = "hidden"
		b.Findings = append(b.Findings, state.Finding{Rule: ruleHiddenSheet, Level: state.LevelNote, Sheet: g.Name})
		return []sheetDraft{{sheet: base}}
	}
	base.Classes = r.sheetClasses(g.Name, base.Title)
	return r.tables(b, v, base, heads, titles, lines)
}

// tables reads the tables of a sheet; a header that only repeats the one before continues its table.
func (r *gridReader) tables(b *state.Book, v *view, base state.Sheet, heads []head, titles, lines []labelled) []sheetDraft {
	var drafts []sheetDraft
	var t *tableReader
	for i, h := range heads {
		end := endOfSheet
		if i+1 < len(heads) {
			end = heads[i+1].top - 1
		}
		if t == nil || !sameColumns(t.head, h) {
			from := 0
			if t != nil {
				from = t.lastFilled + 1
			}
			above, below := between(lines, from, h.top), between(lines, h.bottom+1, endOfTable(heads[i:])+1)
			names := slices.Concat(above, below)
			own := names // of unit and period
			if endOfTable(heads[i:]) != endOfSheet {
				own = above // below stand the head lines of the next table
			}
			said := own
			if len(drafts) > 0 {
				said = slices.Concat(own, drafts[0].heads)
			}
			s := base
			s.HeadRow = h.bottom
			if i > 0 {
				if own := r.title(between(titles, from, h.top), h.top); own != "" {
					s.Title = own
				}
			}
			p := findPeriod(said, between(titles, from, h.top), r.grid.Name, r.year)
			units := declaredUnits(own, s.Title)
			if len(units) == 0 {
				units = declaredUnits(said, "") // the first table's hold for those below
			}
			t = newTableReader(r, v, h, s, p, units)
			drafts = append(drafts, sheetDraft{period: p, heads: names})
		}
		t.rows(h.bottom+1, end)
		drafts[len(drafts)-1].sheet, drafts[len(drafts)-1].findings = t.sheet, t.findings
	}
	for _, d := range drafts {
		b.Findings = append(b.Findings, d.findings...)
	}
	return drafts
}

// endOfSheet is a row below every sheet.
const endOfSheet = 1 << 30

// endOfTable is the last row of the table under the first of the headers, past the repetitions of that header.
func endOfTable(heads []head) int {
	for _, next := range heads[1:] {
		if !sameColumns(heads[0], next) {
			return next.top - 1
		}
	}
	return endOfSheet
}

func sameColumns(a, b head) bool {
	if len(a.columns) != len(b.columns) {
		return false
	}
	for i := range a.columns {
		if a.columns[i].column != b.columns[i].column || a.columns[i].col != b.columns[i].col {
			return false
		}
	}
	return true
}

func between(entries []labelled, from, to int) []labelled {
	var out []labelled
	for _, e := range entries {
		if e.row >= from && e.row < to {
			out = append(out, e)
		}
	}
	return out
}

// titles lists the single lines of a sheet that are neither entries nor table: its title and subtitles.
func (r *gridReader) titles(v *view) []labelled {
	var out []labelled
	for _, row := range v.grid.Rows {
		cells := v.filled(row)
		if len(cells) == 0 || len(cells) > 3 || len(out) > 50 {
			continue
		}
		for _, c := range cells {
			if c.Kind == KindText && len(c.Text) < 400 && !r.isHeadLine([]Cell{c}) {
				out = append(out, labelled{value: trimText(c.Text), row: row.Num, col: c.Col})
			}
		}
	}
	return out
}

var titleWords = regexp.MustCompile(`表|周报|情况|进展|台账|附件|附表`)

// title picks the title above a header: the line that reads like one, else the longest.
func (r *gridReader) title(titles []labelled, top int) string {
	best := ""
	for _, t := range titles {
		if t.row >= top {
			break
		}
		switch better := titleWords.MatchString(t.value); {
		case better && !titleWords.MatchString(best), len(t.value) > len(best) && (better || !titleWords.MatchString(best)):
			best = t.value
		}
	}
	return dropBreaks(best)
}

func dropBreaks(s string) string { return strings.Join(strings.Fields(s), " ") }

// sheetClasses are the classes of projects a sheet is for: those of the form's sheet of that name, or the one its name or
// title tells.
func (r *gridReader) sheetClasses(name, title string) []state.Class {
	for _, s := range r.form.Sheets {
		if foldPeriod(s.Name) == foldPeriod(name) {
			return slices.Clone(s.Classes)
		}
	}
	for _, text := range []string{name, title} {
		if c := r.classIn(text); c != "" {
			return []state.Class{c}
		}
		if c := r.sectionClass(text); c != "" {
			return []state.Class{c}
		}
	}
	return nil
}

// aboutDay is the day values without a year are read by: the Friday of the reported week, or the middle of the year.
func aboutDay(p period) time.Time {
	switch {
	case !p.week.IsZero():
		return p.week.Day(time.Friday, time.UTC)
	case p.year != 0:
		return time.Date(p.year, 7, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Time{}
}
