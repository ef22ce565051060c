package cases

import (
	"slices"
	"strconv"
	"time"

	"duban/state"
)

// Report is a department's mail: a workbook, typed cell by cell, and what lies around it.
type Report struct {
	From, Subject, Text string
	Received            time.Time
	Sent                time.Time // the Date header; zero for the time of receipt
	BookName            string    // "" sends no workbook
	Period, Unit        string    // the head line
	Filler              string    // likewise
	Moved               string    // 计划竣工时间 two weeks ago, where a case moves it twice
	Sheets              []*Sheet
	Files               []File
	Fields              []string  // further header lines
	Refused             string    // the reader could not open the workbook, for this reason
	Way                 string    // how the workbook came: "archive", "nested-message"
	Repeats             bool      // the workbook is the one of the week before, byte for byte
	Identity            [3]string // version, week and department of the form it was typed into
	Told                bool      // nothing in a report raises the rule; Found is what its sentence quotes
	Found               string
	Problem             string              // what the reader of mails found: "partial", "encrypted"
	First               bool                // nothing was ever accepted of the department
	Weeks               int                 // how many earlier weeks were like the last one, beside it
	Gap                 bool                // the report of the week before never came
	Before              func(*Report)       // what differs in the report of the week before
	Registry            func(*state.Roster) // what the registry says otherwise
	form                *state.Form
}

// File is an attachment beside the workbook. Refused says why the reader cannot read it.
type File struct {
	Name    string
	Data    []byte
	Refused string
}

// Sheet is one sheet of the workbook.
type Sheet struct {
	Name    string
	Hidden  bool
	Columns []*Column
	Rows    []*Row
	Totals  map[string]string // what stands in the total row instead of the sums
	Merged  []string          // further merged ranges
	NoHead  bool              // the header was deleted
	Below   string            // a line below the table
}

// Column is one column: its place in the form and its header.
type Column struct {
	ID, Title string
	Hidden    bool
	def       *state.Column // nil for a column the form does not know
}

// Row is one project's line.
type Row struct {
	Project string
	Hidden  bool
	cells   map[string]*Cell
}

// Cell is what is typed into a cell.
type Cell struct {
	Text    string
	Typed   bool   // a figure typed as words
	Formula string // with its result in Text; "" for none
	Pending bool   // the formula's result was not stored
	Failed  bool   // Text is an error value: #REF!
	Struck  bool
	Date    bool // Text is a serial the program shows as a date
	Note    string
}

// newReport is a good report of the week in the form's own layout.
func newReport(form *state.Form) *Report {
	r := &Report{
		form: form,
		From: Sender, Subject: "区交通局第38周重大项目周报", Text: "请查收。", Received: received,
		BookName: "区交通局第38周周报.xlsx", Period: "2026年第38周", Unit: "区交通局", Filler: "严拟辰",
	}
	for _, fs := range form.Sheets {
		s := &Sheet{Name: fs.Name, Totals: map[string]string{}}
		for _, id := range fs.Columns {
			if def := form.Column(id); def != nil {
				s.Columns = append(s.Columns, &Column{ID: id, Title: titleOf(def), def: def})
			}
		}
		for _, p := range Roster().Projects {
			if slices.Contains(fs.Classes, p.Class) && good[p.ID] != nil {
				s.Rows = append(s.Rows, s.row(p.ID))
			}
		}
		r.Sheets = append(r.Sheets, s)
	}
	return r
}

func titleOf(c *state.Column) string {
	if c.Unit == "" || c.Unit == "%" {
		return c.Title
	}
	return c.Title + "(" + c.Unit + ")"
}

// row is a project's line as the good report has it.
func (s *Sheet) row(project string) *Row {
	row := &Row{Project: project, cells: map[string]*Cell{}}
	values := good[project]
	for _, c := range s.Columns {
		text, known := values[c.ID]
		switch {
		case c.ID == "project_id":
			text = project
		case c.ID == "seq":
			text = strconv.Itoa(len(s.Rows) + 1)
		case c.ID == "lead_leader":
			text = "卓拟行"
		case c.ID == "responsible_dept":
			text = "区交通局"
		case !known:
			text = unfilled(*c.def)
		}
		row.put(c.ID, text)
	}
	return row
}

func (r *Row) put(id, text string) { r.cells[id] = &Cell{Text: text} }

// Row finds a project's line; nil when the report has none.
func (r *Report) Row(project string) *Row {
	for _, s := range r.Sheets {
		for _, row := range s.Rows {
			if row.Project == project {
				return row
			}
		}
	}
	return nil
}

// column finds a column of a sheet; nil when it has none.
func (s *Sheet) column(id string) *Column {
	i := slices.IndexFunc(s.Columns, func(c *Column) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return s.Columns[i]
}

// drop takes a column out of a sheet.
func (s *Sheet) drop(id string) {
	s.Columns = slices.DeleteFunc(s.Columns, func(c *Column) bool { return c.ID == id })
}

// add puts a column behind another one, with the texts of its rows.
func (s *Sheet) add(after, id, title string, texts ...string) *Column {
	at := len(s.Columns)
	if i := slices.IndexFunc(s.Columns, func(c *Column) bool { return c.ID == after }); i >= 0 {
		at = i + 1
	}
	c := &Column{ID: id, Title: title}
	s.Columns = slices.Insert(s.Columns, at, c)
	for i, row := range s.Rows {
		if i < len(texts) {
			row.put(id, texts[i])
		}
	}
	return c
}

// building is the sheet of projects in construction.
func (r *Report) building() *Sheet { return r.Sheets[0] }

// extra adds a line of a project the good report does not list.
func (r *Report) extra(project, name string, values map[string]string) *Row {
	s := r.building()
	row := s.row(project)
	row.put("project_name", name)
	for id, text := range values {
		row.put(id, text)
	}
	s.Rows = append(s.Rows, row)
	return row
}
