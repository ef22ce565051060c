package report

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// Blank is what a department's pre-filled form follows from.
type Blank struct {
	Form     *state.Form
	Roster   *state.Roster
	Dept     state.Dept
	Projects []state.Project       // the department's, in the order of the registry
	Bases    map[string]state.Base // last accepted figures, by project
	Issues   []state.Issue         // the ledger; issues of other projects are passed over
	Week     state.Week
	Due      time.Time
	Made     time.Time // recorded in the file's properties; the only thing that differs between two of the same facts
}

// ErrNoProjects is returned for a department that has nothing to report on.
var ErrNoProjects = errors.New("the department has no project on any sheet of the form")

// Form draws the week's form of one department as .xlsx: a sheet for each group of classes it
// has projects of, as the form says, with everything the office knows filled in and locked,
// and the cells to be filled in open, each with its prompt; a sheet that says how; and, out of
// sight, the identity by which ingest/sheet knows the form when it comes back. Sheets are
// protected against slips only: there is no password. Every text is a value: nothing a
// department once typed becomes a formula.
func Form(b Blank) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it holds temporary files at most
	d := &formBook{File: f, Blank: b}
	if err := d.draw(); err != nil {
		return nil, fmt.Errorf("form of %s for %s: %w", b.Dept.ID, b.Week, err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("form of %s for %s: %w", b.Dept.ID, b.Week, err)
	}
	return out.Bytes(), nil
}

// File is the name the form goes out under.
func (b Blank) File() string {
	name := b.Dept.Short + b.Week.Spoken() + "重大项目周报表.xlsx"
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return -1
		}
		return r
	}, name)
}

// formBook is the form being drawn.
type formBook struct {
	*excelize.File
	Blank
	looks formLooks
}

func (d *formBook) draw() error {
	if err := d.makeLooks(); err != nil {
		return err
	}
	drawn := 0
	for _, s := range d.Form.Sheets {
		projects := slices.DeleteFunc(slices.Clone(d.Projects), func(p state.Project) bool { return !slices.Contains(s.Classes, p.Class) })
		if len(projects) == 0 {
			continue
		}
		sheet := &formSheet{formBook: d, FormSheet: s, projects: projects}
		if err := sheet.draw(); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
		drawn++
	}
	if drawn == 0 {
		return ErrNoProjects
	}
	if err := d.notes(); err != nil {
		return fmt.Errorf("sheet %s: %w", notesSheet, err)
	}
	return d.finish()
}

// notesSheet says how the form is filled in; the reader passes a sheet of that name over.
const notesSheet = "填报说明"

// notes draws it: the office's own lines, then how each column is filled in.
func (d *formBook) notes() error {
	if _, err := d.NewSheet(notesSheet); err != nil {
		return err
	}
	lines := [][]any{{notesSheet}, {fmt.Sprintf("请于%s前报送。", d.Due.Format("2006年1月2日15:04"))}}
	for i, n := range d.Form.Notes {
		lines = append(lines, []any{fmt.Sprintf("%d. %s", i+1, n)})
	}
	plain := len(lines)
	lines = append(lines, []any{"各列", "怎么填", "例如"})
	for _, c := range d.Form.Columns {
		if c.Help != "" && d.shown(c.ID) {
			lines = append(lines, []any{c.Title + inUnit(c.Unit), c.Help, c.Example})
		}
	}
	for i, line := range lines {
		row := i + 1
		if err := d.SetSheetRow(notesSheet, cell(0, row), &line); err != nil {
			return err
		}
		look := d.looks.note
		if i >= plain {
			look = d.looks.text
		}
		if err := d.SetCellStyle(notesSheet, cell(0, row), cell(2, row), look); err != nil {
			return err
		}
		if i < plain {
			if err := d.MergeCell(notesSheet, cell(0, row), cell(2, row)); err != nil {
				return err
			}
			if err := d.SetRowHeight(notesSheet, row, 34); err != nil { // a merged cell does not grow by itself
				return err
			}
		}
	}
	if err := d.SetCellStyle(notesSheet, "A1", "A1", d.looks.title); err != nil {
		return err
	}
	for i, width := range []float64{26, 52, 44} {
		if err := d.SetColWidth(notesSheet, column1(i), column1(i), width); err != nil {
			return err
		}
	}
	if err := d.guard(notesSheet); err != nil {
		return err
	}
	return d.onA4(notesSheet, 1)
}

// shown reports whether any sheet drawn has the column.
func (d *formBook) shown(id string) bool {
	return slices.ContainsFunc(d.Form.Sheets, func(s state.FormSheet) bool {
		return slices.Contains(s.Columns, id) && slices.ContainsFunc(d.Projects, func(p state.Project) bool { return slices.Contains(s.Classes, p.Class) })
	})
}

// The sheet of the identity and the word it begins with; ingest/sheet looks for the word.
const (
	identitySheet = "_duban"
	identityMark  = "duban-form"
)

// finish adds the identity, drops the empty first sheet and fixes what would differ from run
// to run. The identity is a very hidden sheet because that is what Excel, WPS and LibreOffice
// all keep when they save the file again.
func (d *formBook) finish() error {
	if _, err := d.NewSheet(identitySheet); err != nil {
		return err
	}
	if err := d.SetSheetRow(identitySheet, "A1", &[]any{identityMark, d.Form.Version, d.Week.String(), d.Dept.ID}); err != nil {
		return err
	}
	if err := d.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	d.SetActiveSheet(0)
	if err := d.SetSheetVisible(identitySheet, false, true); err != nil {
		return err
	}
	at := d.Made.UTC().Format("2006-01-02T15:04:05Z")
	return d.SetDocProps(&excelize.DocProperties{Title: d.title(), Creator: "duban", LastModifiedBy: "duban", Created: at, Modified: at})
}

// title is the line above every table: 澜川区2026年重大项目进展周报表(第39周).
func (d *formBook) title() string {
	year := fmt.Sprintf("%d年", d.Week.Year)
	name := strings.ReplaceAll(d.Form.Title, "{年}", year)
	if name == d.Form.Title {
		name = year + name
	}
	return fmt.Sprintf("%s(第%d周)", name, d.Week.No)
}

func inUnit(unit string) string {
	if unit == "" {
		return ""
	}
	return "(" + unit + ")"
}

// column1 names a column counted from 0: "H".
func column1(col int) string {
	name, err := excelize.ColumnNumberToName(col + 1)
	if err != nil {
		return "A" // no sheet here is that wide
	}
	return name
}
