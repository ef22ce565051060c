package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// formHead is the row of the header: below the title and the line of who fills it in.
const formHead = 3

// formSheet is one sheet of the form being drawn.
type formSheet struct {
	*formBook
	state.FormSheet
	projects []state.Project
}

// draw sets what lies over the sheet (prompts, colours, locks), then writes it from top to
// bottom: once its rows are streamed excelize changes nothing else of a sheet any more.
func (s *formSheet) draw() error {
	if _, err := s.NewSheet(s.Name); err != nil {
		return err
	}
	for _, over := range []func() error{s.prompts, s.colours, s.examples, s.lock} {
		if err := over(); err != nil {
			return err
		}
	}
	w, err := s.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, id := range s.Columns {
		if err := w.SetColWidth(i+1, i+1, s.width(id)); err != nil {
			return err
		}
	}
	if err := s.freeze(w); err != nil {
		return err
	}
	if err := s.top(w); err != nil {
		return err
	}
	for i, p := range s.projects {
		if err := w.SetRow(cell(0, formHead+1+i), s.row(i, p)); err != nil {
			return err
		}
	}
	if err := w.SetRow(cell(0, s.last()+1), s.totals()); err != nil {
		return err
	}
	return w.Flush()
}

// first and last are the rows of the first and the last project.
func (s *formSheet) first() int { return formHead + 1 }

func (s *formSheet) last() int { return formHead + len(s.projects) }

// at is where a column stands, counted from 0; -1 when the sheet has none.
func (s *formSheet) at(id string) int { return slices.Index(s.Columns, id) }

// ref names the cell of a column in a row; "" when the sheet has no such column.
func (s *formSheet) ref(id string, row int) string {
	if i := s.at(id); i >= 0 {
		return cell(i, row)
	}
	return ""
}

// freeze keeps the head and everything up to the project's name in sight.
func (s *formSheet) freeze(w *excelize.StreamWriter) error {
	still := s.at("project_name") + 1
	return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: formHead, XSplit: still, TopLeftCell: cell(still, formHead+1), ActivePane: "bottomRight"})
}

// titleSpan is how many columns the title is merged over: not all, so that it stays in sight.
const titleSpan = 10

// top writes the title, the line of who fills it in, and the header.
func (s *formSheet) top(w *excelize.StreamWriter) error {
	look := func(style int, v any) excelize.Cell { return excelize.Cell{StyleID: style, Value: v} }
	if err := w.SetRow("A1", []any{look(s.looks.title, s.title())}, excelize.RowOpts{Height: 28}); err != nil {
		return err
	}
	label, open := s.looks.label, s.looks.open
	who := []any{
		look(label, "填报单位:"), look(label, nil), look(s.looks.text, clean(s.Dept.Short)),
		look(label, "填报人:"), look(open, clean(s.Dept.Contact)), look(label, "审核人:"), look(open, nil),
		look(label, "填报日期:"), look(s.looks.openDay, nil), look(label, "单位:万元、亩、户"),
	}
	if err := w.SetRow("A2", who, excelize.RowOpts{Height: 22}); err != nil {
		return err
	}
	head := make([]any, len(s.Columns))
	for i, id := range s.Columns {
		c, style := s.column(id), s.looks.head
		if s.must(c) {
			style = s.looks.must
		}
		head[i] = look(style, c.Title+inUnit(c.Unit))
	}
	if err := w.SetRow(cell(0, formHead), head, excelize.RowOpts{Height: 36}); err != nil {
		return err
	}
	if err := w.MergeCell("A1", cell(min(len(s.Columns), titleSpan)-1, 1)); err != nil {
		return err
	}
	return w.MergeCell("A2", "B2")
}

// column is a column of the sheet; configs refuses a sheet that names one the form has not.
func (s *formSheet) column(id string) state.Column {
	if c := s.Form.Column(id); c != nil {
		return *c
	}
	return state.Column{ID: id, Title: id, Kind: state.KindText}
}

// must reports whether some project on the sheet must fill the column, and not the office.
func (s *formSheet) must(c state.Column) bool {
	return s.use(c) == byDept && slices.ContainsFunc(s.projects, func(p state.Project) bool { return c.Needs(p.Class) })
}

// row is one project's cells.
func (s *formSheet) row(i int, p state.Project) []any {
	out := make([]any, len(s.Columns))
	for j, id := range s.Columns {
		c := s.column(id)
		v, formula := s.entry(i, p, c)
		out[j] = excelize.Cell{StyleID: s.look(c), Value: v, Formula: formula}
	}
	return out
}

func (s *formSheet) look(c state.Column) int {
	switch use := s.use(c); {
	case use == byFormula:
		return s.looks.derived
	case use == byDept && c.Kind == state.KindDate:
		return s.looks.openDay
	case use == byDept && s.must(c):
		return s.looks.todo
	case use == byDept:
		return s.looks.open
	case c.Kind == state.KindText && s.width(c.ID) > narrow:
		return s.looks.text
	}
	return s.looks.fixed
}

// totals is the row 合计: sums of the rows above, with what they give now stored beside, so
// that a program that does not calculate shows them too.
func (s *formSheet) totals() []any {
	out := make([]any, len(s.Columns))
	for j, id := range s.Columns {
		c := excelize.Cell{StyleID: s.looks.total}
		switch def := s.column(id); {
		case id == "project_name":
			c.Value = "合计"
		case def.Sum:
			sum := 0.0
			for i, p := range s.projects {
				if v, _ := s.entry(i, p, def); v != nil {
					n, _ := v.(float64)
					sum += n
				}
			}
			c.Value, c.Formula = math.Round(sum*100)/100, fmt.Sprintf("SUM(%s:%s)", cell(j, s.first()), cell(j, s.last()))
		}
		out[j] = c
	}
	return out
}

// lock protects the sheet and sets how it prints.
func (s *formSheet) lock() error {
	total := 0.0
	for _, id := range s.Columns {
		total += s.width(id)
	}
	if err := s.guard(s.Name); err != nil {
		return err
	}
	return s.onA4(s.Name, max(1, int(math.Ceil(total/pageWidth))))
}

// pageWidth is how much of the columns' widths an A4 page in landscape shows when it is shrunk
// to what can still be read.
const pageWidth = 220

// narrow is the width of a column that holds a word or a figure; longer texts get wide.
const (
	narrow = 12
	wide   = 28
)

// widths are those that the kind of the column does not tell.
var widths = map[string]float64{
	"seq": 5, "project_id": 13, "project_name": 24, "project_class": 8, "owner": 20,
	"lead_leader": narrow, "responsible_dept": narrow, "responsible_person": narrow, "liaison": narrow, "phone": 14, "urgency": 9,
	"coordination_units": 18, "remark": 20, "progress": 40,
}

func (s *formSheet) width(id string) float64 {
	if w, known := widths[id]; known {
		return w
	}
	switch s.column(id).Kind {
	case state.KindText:
		return wide
	case state.KindNumber, state.KindChoice:
		return 9
	}
	return narrow
}

// clean is text as a cell may hold it: without the control signs XML forbids.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	s, _ := plain(text).(string)
	return s
}
