package ingest

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// ruleForeign is a row of a project the sender may not report for.
const ruleForeign = "not-your-project"

// Attribution: whose a row is. A project is known by its code, then its name, then an alias;
// what only resembles one is suggested and never taken.

// index finds projects by what a sheet writes.
type index struct {
	roster *state.Roster
	code   map[string]*state.Project
	name   map[string]*state.Project // by folded name
	alias  map[string]*state.Project // by folded alias; nil where two projects share one
	folded [][]rune                  // the names of roster.Projects
}

func newIndex(roster *state.Roster) *index {
	x := &index{roster: roster, code: map[string]*state.Project{}, name: map[string]*state.Project{}, alias: map[string]*state.Project{}}
	for i := range roster.Projects {
		p := &roster.Projects[i]
		name := foldName(p.Name)
		x.code[foldName(p.ID)] = p
		x.name[name] = p
		x.folded = append(x.folded, []rune(name))
		for _, a := range p.Aliases {
			key := foldName(a)
			if _, shared := x.alias[key]; shared {
				x.alias[key] = nil
				continue
			}
			x.alias[key] = p
		}
	}
	return x
}

// index is the one made for the desk, or a new one.
func (d Desk) index() *index {
	if d.names != nil {
		return d.names
	}
	return newIndex(d.Roster)
}

// foldName folds what does not tell one project from another: width, case, spaces, brackets,
// dashes and full stops. Words and figures stay.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("()[]{}<>《》【】〔〕「」“”\"'‘’·-—–_.。,,、:;", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// match is what a row's code and name lead to.
type match struct {
	project *state.Project
	rule    string // what must be said of it; "" when code and name are the registry's own
	column  string // the column that is about
	near    *state.Project
}

// find matches one row.
func (x *index) find(code, name string) match {
	byCode := x.code[foldName(code)]
	byName, rule := x.named(name)
	switch {
	case byCode != nil && (byName == byCode || name == ""):
		return match{project: byCode, rule: rule, column: "project_name"}
	case byCode != nil && byName != nil:
		return match{rule: "project-conflict", column: "project_name", near: byCode}
	case byCode != nil:
		return match{project: byCode, rule: "name-differs", column: "project_name"}
	case byName != nil && code != "":
		return match{project: byName, rule: "project-unknown", column: "project_id", near: byName}
	case byName != nil:
		return match{project: byName, rule: rule, column: "project_name"}
	}
	return match{rule: "project-unknown", column: "project_name", near: x.nearest(name)}
}

// named finds a project by name or alias, and how.
func (x *index) named(name string) (*state.Project, string) {
	key := foldName(name)
	if key == "" {
		return nil, ""
	}
	if p := x.name[key]; p != nil {
		if p.Name == strings.TrimSpace(name) {
			return p, ""
		}
		return p, "name-normalized"
	}
	if p := x.alias[key]; p != nil {
		return p, "name-alias"
	}
	return nil, ""
}

// nearest is the project whose name most resembles the one written: one in three letters may
// differ, or one name holds the other. Nil when none or several do.
func (x *index) nearest(name string) *state.Project {
	key := []rune(foldName(name))
	if len(key) < 3 {
		return nil
	}
	var best *state.Project
	least, ties := len(key)/3+1, 0
	for i, other := range x.folded {
		p := &x.roster.Projects[i]
		d := state.Slips(string(key), string(other))
		if strings.Contains(string(other), string(key)) || strings.Contains(string(key), string(other)) {
			d = min(d, 1)
		}
		switch {
		case d < least:
			best, least, ties = p, d, 0
		case d == least && best != nil:
			ties++
		}
	}
	if ties > 0 {
		return nil
	}
	return best
}

// attribute sets the project of every row and says what must be said of how it was found.
// Rows of projects of other departments than those given are named, and count for nobody;
// with none given nothing is said of them.
func (d Desk) attribute(books []state.Book, depts ...string) []state.Finding {
	if d.Roster == nil {
		return nil
	}
	x := d.index()
	var out []state.Finding
	for i := range books {
		for j := range books[i].Sheets {
			s := &books[i].Sheets[j]
			for k := range s.Rows {
				if f, ok := d.attributeRow(x, &books[i], s, &s.Rows[k], depts); ok {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

func (d Desk) attributeRow(x *index, b *state.Book, s *state.Sheet, row *state.Row, depts []string) (state.Finding, bool) {
	m := x.find(row.Text("project_id"), row.Text("project_name"))
	if m.project == nil && row.Text("project_id") == "" && row.Text("project_name") == "" {
		return state.Finding{}, false // a blank or doubtful name is a finding of its own
	}
	if m.project != nil {
		row.Project = m.project.ID
		if row.Class == "" {
			row.Class = m.project.Class
		}
	}
	v := row.Values[m.column]
	f := state.Finding{
		Book: b.Name, Sheet: s.Name, Cell: v.Cell, Column: m.column, Project: row.Project,
		Found: v.Raw, Name: row.Text("project_name"), Title: titleIn(s, m.column),
	}
	detail := ""
	switch {
	case m.project != nil && len(depts) > 0 && !slices.Contains(depts, m.project.Dept):
		m.rule = ruleForeign
		if slices.ContainsFunc(m.project.Collab, func(id string) bool { return slices.Contains(depts, id) }) {
			m.rule = "two-departments"
		}
		if d.Roster.Handed(*m.project, depts) {
			m.rule = "handed-over"
		}
		f.Expected = d.nameOf(m.project.Dept)
		f.Found = m.project.Name
	case m.rule == "project-unknown" && m.column == "project_id":
		f.Expected = m.near.ID
		detail = "这个名称在项目库的编号是" + m.near.ID + "。"
	case m.rule == "project-unknown" && m.near != nil:
		f.Example = m.near.Name
		detail = "是不是“" + m.near.Name + "”(" + m.near.ID + ")?"
	case m.rule == "project-conflict":
		f.Last = m.near.Name
	case m.project != nil:
		f.Expected = m.project.Name
	case m.rule == "project-unknown" && x.newcomer(*row):
		m.rule = ruleNew
	}
	if m.rule == "" {
		return state.Finding{}, false
	}
	f = d.Rules.Tell(m.rule, f, detail)
	if slices.Contains([]string{ruleForeign, "two-departments", "handed-over", "project-conflict"}, m.rule) {
		f.Expected, f.Last = "", "" // the sentence names them: neither is what to write here, nor last week's
	}
	return f, true
}

func titleIn(s *state.Sheet, column string) string {
	i := slices.IndexFunc(s.Columns, func(c state.ColumnAt) bool { return c.ID == column })
	if i < 0 {
		return ""
	}
	return s.Columns[i].Title
}

// nameOf is how letters call a department.
func (d Desk) nameOf(dept string) string {
	if d.Roster == nil {
		return dept
	}
	if x := d.Roster.Dept(dept); x != nil {
		if x.Short != "" {
			return x.Short
		}
		return x.Name
	}
	return dept
}

// whose decides between the departments that share an address: by the unit the sheet names,
// else by whose projects it reports. "" when neither tells.
func (d Desk) whose(books []state.Book, depts []string, at time.Time) string {
	if len(depts) == 1 {
		return depts[0]
	}
	for _, b := range books {
		for _, id := range d.Roster.Named(b.UnitName, at, foldName) {
			if slices.Contains(depts, id) {
				return id
			}
		}
		if id := d.Roster.Heir(b.FormDept, at); slices.Contains(depts, id) {
			return id
		}
	}
	x := d.index()
	count := map[string]int{}
	for _, b := range books {
		for _, row := range b.Rows() {
			if m := x.find(row.Text("project_id"), row.Text("project_name")); m.project != nil && slices.Contains(depts, m.project.Dept) {
				count[m.project.Dept]++
			}
		}
	}
	best := ""
	for _, id := range depts {
		if count[id] > 0 && count[id] > count[best] {
			best = id
		}
	}
	return best
}
