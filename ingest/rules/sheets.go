package rules

import (
	"slices"
	"strings"

	"duban/state"
)

// refused tells why a workbook was not read. Beside one that was read, a picture or a letter
// in another format is only noted.
func (r *run) refused(b *state.Book, read bool) {
	rule := r.Refusal(b.Refused)
	switch {
	case rule == nil || rule.Name == ruleBookIgnored:
	case read && rule.Name == "not-a-spreadsheet":
		rule = r.byName[ruleBookIgnored]
	default:
		r.bad++
	}
	if h := r.raiseRule(rule, b.Refused, state.Finding{Book: b.Name, Found: b.Name}, nil, ""); h != nil && read {
		h.Deferred = h.Level == state.LevelError
	}
}

// reported passes on what the reader found about a workbook, in the words and at the level
// of rules.yaml; where the reader thought a thing lighter, it stays so.
func (r *run) reported(b *state.Book) {
	for _, f := range b.Findings {
		f.Book = orElse(f.Book, b.Name)
		if rule := r.byName[f.Rule]; rule != nil && weight(rule.level()) <= weight(f.Level) {
			f.Level = ""
		}
		if f.Rule == ruleNoHeader {
			r.bad++
			f.Found = b.Name
		}
		r.raise(f.Rule, f, nil, "")
	}
}

// weight orders levels by what they ask; an unknown one weighs most.
func weight(l state.Level) int {
	return slices.Index([]state.Level{state.LevelNote, state.LevelWarning, state.LevelError, ""}, l)
}

// told reports whether the reader raised one of the rules for the workbook already.
func told(b *state.Book, rules ...string) bool {
	return slices.ContainsFunc(b.Findings, func(f state.Finding) bool { return slices.Contains(rules, f.Rule) })
}

// layout tells of sheets without a header, of a workbook without a row, and of columns the
// form does not know.
func (r *run) layout(b *state.Book) {
	readable := slices.DeleteFunc(slices.Clone(b.Sheets), func(s state.Sheet) bool { return s.Skipped != "" })
	if len(readable) == 0 {
		if told(b, ruleNoHeader) {
			return
		}
		r.bad++
		sheet := ""
		if len(b.Sheets) > 0 {
			sheet = b.Sheets[0].Name
		}
		r.raise(ruleNoHeader, state.Finding{Book: b.Name, Sheet: sheet, Found: b.Name}, nil, "")
		return
	}
	for _, s := range b.Sheets {
		if s.Skipped == "no-header" && !s.Hidden && len(s.Classes) > 0 {
			r.bad++
			if h := r.raise(ruleNoHeader, state.Finding{Book: b.Name, Sheet: s.Name, Found: s.Name}, nil, ""); h != nil {
				h.Deferred = true
			}
		}
	}
	rows := 0
	for i, s := range readable {
		rows += len(s.Rows)
		if i > 0 && readable[i-1].Name == s.Name {
			r.raise(ruleTwoTables, state.Finding{Book: b.Name, Sheet: s.Name}, nil, "")
		}
		var extra []string
		for _, c := range s.Extra {
			if t := strings.TrimSpace(c.Title); t != "" {
				extra = append(extra, t)
			}
		}
		if len(extra) > 0 {
			r.raise(ruleExtra, state.Finding{Book: b.Name, Sheet: s.Name, Found: strings.Join(extra, "、")}, nil, "")
		}
		r.units(b, &s)
	}
	if rows == 0 && !told(b, ruleNoRows, ruleNil) {
		r.raise(ruleNoRows, state.Finding{Book: b.Name, Sheet: readable[0].Name}, nil, "")
	}
}

// columnsOf tells which needed columns a sheet lacks, once per sheet. Without an essential one
// the figures cannot count; any other is asked for.
func (r *run) columnsOf(b *state.Book, s *state.Sheet, at map[string]state.ColumnAt) {
	rule := r.byName[ruleNoColumn]
	if rule == nil || len(s.Rows) == 0 {
		return
	}
	essential, _ := rule.Params["essential"].([]string)
	for i := range r.form.Columns {
		def := &r.form.Columns[i]
		if _, here := at[def.ID]; here || !mustHave(def, s, at, essential) {
			continue
		}
		f := state.Finding{Book: b.Name, Sheet: s.Name, Column: def.ID, Title: def.Title, Unit: def.Unit}
		if !slices.Contains(essential, def.ID) {
			f.Level = state.LevelWarning
		}
		r.raise(ruleNoColumn, f, nil, "")
	}
}

// mustHave tells whether a sheet must show the column: some project on it must fill it. On a
// sheet whose projects' classes are not known, only the essential figures are asked for, and
// only where it has others of them.
func mustHave(def *state.Column, s *state.Sheet, at map[string]state.ColumnAt, essential []string) bool {
	if slices.ContainsFunc(s.Rows, func(row state.Row) bool { return row.Class != "" && def.Needs(row.Class) }) {
		return true
	}
	if !slices.Contains(essential, def.ID) || slices.ContainsFunc(s.Rows, func(row state.Row) bool { return row.Class != "" }) {
		return false
	}
	return slices.ContainsFunc(essential, func(id string) bool { _, here := at[id]; return here })
}

// notes gathers what was tidied on reading and what was hidden: one finding a sheet and kind.
func (r *run) notes(lines []*line) {
	type key struct{ rule, sheet string }
	var order []key
	cells := map[key][]string{}
	first := map[key]state.Finding{}
	add := func(rule string, l *line, column, cell string) {
		k := key{rule, l.sheet.Name}
		if cells[k] == nil {
			order = append(order, k)
			first[k] = r.about(l, column)
		}
		cells[k] = append(cells[k], cell)
	}
	for _, l := range lines {
		for i := range r.form.Columns {
			id := r.form.Columns[i].ID
			for _, n := range l.Values[id].Notes {
				add(n, l, id, l.Values[id].Cell)
			}
		}
		if l.Hidden {
			add(ruleHidden, l, "project_name", l.Values["project_name"].Cell)
		}
	}
	for _, k := range order {
		f := first[k]
		if r.byName[k.rule] == nil {
			f.Level = state.LevelNote
		}
		f.Last = ""
		if len(cells[k]) > 1 {
			f.Cells, f.Project, f.Name = cells[k], "", ""
		}
		r.raise(k.rule, f, nil, "")
	}
}

// duplicates tells of projects that stand on more than one row of the mail.
func (r *run) duplicates(lines []*line) {
	first := map[string]*line{}
	for _, l := range lines {
		key := l.Project
		if name := plain(l.Text("project_name")); key == "" && name != "" {
			key = "name " + name
		}
		if key == "" {
			continue
		}
		before := first[key]
		if before != nil && l.Project == "" && twoUnits(l.book, before.book) {
			continue // two departments' projects may bear one name
		}
		if before == nil {
			first[key] = l
			continue
		}
		f := r.about(l, "project_name")
		f.Last = ""
		where := before.Values["project_name"].Cell
		if before.sheet != l.sheet {
			where = before.sheet.Name + " " + where
		} else {
			f.Cells = []string{f.Cell, where}
		}
		r.raise(ruleDuplicate, f, l, where)
	}
}

// twoUnits tells whether two workbooks name two departments as the ones that fill them in.
func twoUnits(a, b *state.Book) bool {
	return a.UnitName != "" && b.UnitName != "" && a.UnitName != b.UnitName
}

// missing tells which of the department's projects no mail of the week has brought. Rows
// whose project is not known may be the missing ones, so as many are left unsaid.
func (r *run) missing(lines []*line) {
	if r.Roster == nil || r.Dept == "" || r.AsOf.IsZero() {
		return
	}
	here := map[string]bool{}
	unknown := r.bad
	for _, l := range lines {
		here[l.Project] = true
		if l.Project == "" {
			unknown++
		}
	}
	for _, id := range r.Reported {
		here[id] = true
	}
	var lack []state.Project
	for _, p := range r.Roster.ProjectsOf(r.Dept, r.AsOf) {
		if !here[p.ID] {
			lack = append(lack, p)
		}
	}
	if len(lack) <= unknown {
		return
	}
	for _, p := range lack {
		f := state.Finding{Project: p.ID, Name: p.Name}
		if !r.Closed {
			f.Level = state.LevelWarning
		}
		r.raise(ruleMissing, f, nil, string(p.Class))
	}
}
