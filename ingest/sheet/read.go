package sheet

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Reading is one workbook of an attachment: what was read, and the bytes it was read from.
type Reading struct {
	Book state.Book
	Data []byte // of the workbook itself, also where it came in an archive; nil when the archive would not yield it
	File File   // its cells, for Markable; empty when the workbook was refused
}

// Read opens an attachment by its content, takes archives apart and reads every workbook in it as the form describes.
// year is the year the report is about where the sheets do not name one; 0 when it is not known. A file that could not be
// read is a Book with Refused set; an error is a fault of ours.
func Read(name string, data []byte, form *state.Form, year int) ([]state.Book, error) {
	readings, err := Readings(name, data, form, year)
	books := make([]state.Book, len(readings))
	for i, r := range readings {
		books[i] = r.Book
	}
	return books, err
}

// Readings is Read for whoever keeps the files too: each book comes with the bytes and cells it was read from.
func Readings(name string, data []byte, form *state.Form, year int) ([]Reading, error) {
	if form == nil || form.Column(colName) == nil {
		return nil, fmt.Errorf("read %s: %w", name, errForm)
	}
	members, err := Unpack(name, data)
	if err != nil {
		book, err := refused(name, err)
		return []Reading{{Book: book, Data: data}}, err
	}
	lex := newLexicon(form)
	out := make([]Reading, 0, len(members))
	for _, m := range members {
		r, err := readMember(m, lex, year)
		if err != nil {
			return nil, err
		}
		if len(members) > 1 || m.Name != name {
			r.Book.Way = "archive"
		}
		out = append(out, r)
	}
	return out, nil
}

var errForm = errors.New("the form has no column project_name")

func readMember(m Member, lex *lexicon, year int) (Reading, error) {
	if m.Refused != nil {
		book, err := refused(m.Name, m.Refused)
		return Reading{Book: book}, err
	}
	f, err := Open(m.Name, m.Data)
	if err != nil {
		book, err := refused(m.Name, err)
		return Reading{Book: book, Data: m.Data}, err
	}
	return Reading{Book: readBook(m.Name, &f, lex, year), Data: m.Data, File: f}, nil
}

// refused is the book of a file that was not read.
func refused(name string, cause error) (state.Book, error) {
	var r *Refusal
	if !errors.As(cause, &r) {
		return state.Book{}, fmt.Errorf("open %s: %w", name, cause)
	}
	return state.Book{Name: name, Refused: string(r.Reason)}, nil
}

// sheetDraft is one table of a sheet on its way into the book.
type sheetDraft struct {
	sheet    state.Sheet
	period   period
	heads    []labelled
	findings []state.Finding
}

func readBook(name string, f *File, lex *lexicon, year int) state.Book {
	b := state.Book{Name: name, Format: string(f.Format)}
	names := sheetNames(f.Grids)
	for i := range f.Grids {
		f.Grids[i].Name = names[i]
	}
	var drafts []sheetDraft
	visible := lex.hasVisibleTable(f.Grids)
	for i := range f.Grids {
		r := &gridReader{lexicon: lex, grid: &f.Grids[i], date1904: f.Date1904, year: year, secondary: visible}
		drafts = append(drafts, r.read(&b)...)
	}
	collect(&b, drafts)
	return b
}

// hasVisibleTable tells whether a sheet that counts holds a table; with a single sheet nobody asks.
func (x *lexicon) hasVisibleTable(grids []Grid) bool {
	return len(grids) > 1 && slices.ContainsFunc(grids, func(g Grid) bool {
		x.about(0)
		return !g.Hidden && !isInstruction(g.Name) && len(x.findHeads(newView(&g))) > 0
	})
}

var instructions = regexp.MustCompile(`说明|示例|样例|样表|范例|示范|模板|字典|参数|下拉|选项|数据源|填报要求`)

func isInstruction(text string) bool { return instructions.MatchString(simplify(foldWidth(text))) }

// collect gathers what the sheets say together: the week they agree on, who filled them in.
func collect(b *state.Book, drafts []sheetDraft) {
	var clash *period
	for i := range drafts {
		d := &drafts[i]
		b.Sheets = append(b.Sheets, d.sheet)
		if d.sheet.Skipped != "" {
			continue
		}
		b.UnitName = firstOf(b.UnitName, entry(d.heads, "填报单位", "报送单位", "报送部门", "填报部门", "填表单位"))
		b.Filler = firstOf(b.Filler, entry(d.heads, "填报人", "填表人", "制表人", "经办人", "联系人"))
		b.Reviewer = firstOf(b.Reviewer, entry(d.heads, "审核人", "审核", "单位负责人"))
		b.Dated = firstOf(b.Dated, entry(d.heads, fillLabels...))
		switch {
		case d.period.clash:
			clash = &d.period
		case d.period.week.IsZero():
		case b.Week.IsZero():
			b.Week, b.WeekText, b.WeekCell = d.period.week, d.period.text, d.period.cell
		case b.Week != d.period.week && clash == nil:
			clash = &period{text: b.WeekText + " / " + d.period.text, cell: d.period.cell}
		}
	}
	if clash != nil {
		b.Week, b.WeekText, b.WeekCell = state.Week{}, clash.text, clash.cell
		b.Findings = append(b.Findings, state.Finding{Rule: rulePeriod, Level: state.LevelError, Cell: clash.cell, Found: clash.text})
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// gridReader reads one sheet.
type gridReader struct {
	*lexicon
	grid      *Grid
	date1904  bool
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
			said := names // of unit and period
			if endOfTable(heads[i:]) != endOfSheet {
				said = above // below stand the head lines of the next table
			}
			if len(drafts) > 0 {
				said = slices.Concat(said, drafts[0].heads)
			}
			s := base
			s.HeadRow = h.bottom
			if i > 0 {
				if own := r.title(between(titles, from, h.top), h.top); own != "" {
					s.Title = own
				}
			}
			p := findPeriod(said, between(titles, from, h.top), r.grid.Name, r.year)
			t = newTableReader(r, v, h, s, p, declaredUnit(said, s.Title))
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
