package sheet

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

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
	return NewReader(form).Readings(name, data, year)
}

// Reader reads many workbooks of one form, whose spellings it learns at the first. It serves one goroutine at a time.
type Reader struct {
	form *state.Form
	lex  *lexicon
}

// NewReader makes a reader of a form.
func NewReader(form *state.Form) *Reader { return &Reader{form: form} }

// Readings is as the function of that name.
func (r *Reader) Readings(name string, data []byte, year int) ([]Reading, error) {
	if r.form == nil || r.form.Column(colName) == nil {
		return nil, fmt.Errorf("read %s: %w", name, errForm)
	}
	members, err := Unpack(name, data)
	if err != nil {
		book, err := refused(name, err)
		return []Reading{{Book: book, Data: data}}, err
	}
	if r.lex == nil {
		r.lex = newLexicon(r.form)
	}
	out := make([]Reading, 0, len(members))
	for _, m := range members {
		read, err := readMember(m, r.lex, year)
		if err != nil {
			return nil, err
		}
		if len(members) > 1 || m.Name != name {
			read.Book.Way = "archive"
		}
		out = append(out, read)
	}
	return out, nil
}

var errForm = errors.New("the form has no column project_name")

func readMember(m Member, lex *lexicon, year int) (Reading, error) {
	if m.Refused != nil {
		book, err := refused(m.Name, m.Refused)
		return Reading{Book: book}, err
	}
	data := unsealed(m.Data)
	f, err := Open(m.Name, data)
	if err != nil {
		book, err := refused(m.Name, err)
		return Reading{Book: book, Data: m.Data}, err
	}
	return Reading{Book: readBook(m.Name, &f, lex, year), Data: data, File: f}, nil
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
	grids := readIdentity(&b, f.Grids)
	var drafts []sheetDraft
	visible := lex.hasVisibleTable(grids)
	for i := range grids {
		r := &gridReader{lexicon: lex, grid: &grids[i], date1904: f.Date1904, untyped: f.Format == FormatCSV || f.Format == FormatHTML, year: year, secondary: visible}
		drafts = append(drafts, r.read(&b)...)
	}
	collect(&b, drafts)
	agree(&b)
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
