package rules

import (
	"slices"

	"duban/state"
)

// Rules raised by code in this package; rules.yaml holds their level and words.
const (
	ruleUnclear     = "value-unclear"
	ruleNotStated   = "amount-not-stated"
	ruleNoHeader    = "header-not-found"
	ruleNoRows      = "no-project-row"
	ruleNoColumn    = "column-missing"
	ruleExtra       = "extra-column"
	ruleNil         = "nil-return"
	ruleHidden      = "hidden-row"
	ruleDuplicate   = "duplicate-project"
	ruleMissing     = "project-missing"
	ruleBookIgnored = "attachment-unused"
	ruleHead        = "head-incomplete"
	ruleWeekNumber  = "week-number-differs"
	ruleMixedUnits  = "mixed-units"
	ruleTwoTables   = "two-tables"
)

// Judge finds everything wrong with a case in one pass: files, columns, cells, rows, the
// totals of sheets, then the mail as a whole. The order of findings is the order of the
// workbooks, sheets and rows.
func (s *Set) Judge(c Case) []state.Finding {
	r := newRun(s, c)
	var lines []*line
	read := slices.ContainsFunc(c.Books, func(b state.Book) bool { return b.Refused == "" })
	for i := range c.Books {
		lines = append(lines, r.judgeBook(&c.Books[i], read)...)
	}
	r.duplicates(lines)
	if read {
		r.missing(lines)
	}
	out := make([]state.Finding, len(r.hits))
	for i, h := range r.hits {
		out[i] = h.Finding
	}
	return out
}

// judgeBook judges one workbook and returns its rows.
func (r *run) judgeBook(b *state.Book, read bool) []*line {
	if b.Refused != "" {
		r.refused(b, read)
		return nil
	}
	r.reported(b)
	r.layout(b)
	r.head(b)
	r.weekNumber(b)
	var lines []*line
	for i := range b.Sheets {
		s := &b.Sheets[i]
		if s.Skipped != "" {
			continue
		}
		lines = append(lines, r.judgeSheet(b, s)...)
	}
	return lines
}

func (r *run) judgeSheet(b *state.Book, s *state.Sheet) []*line {
	at := make(map[string]state.ColumnAt, len(s.Columns))
	for _, c := range s.Columns {
		at[c.ID] = c
	}
	lines := make([]*line, len(s.Rows))
	var hits []hit
	for i := range s.Rows {
		lines[i] = &line{Row: &s.Rows[i], book: b, sheet: s, at: at}
		if r.foreign(&s.Rows[i]) {
			continue
		}
		hits = append(hits, r.judgeRow(lines[i])...)
	}
	r.columnsOf(b, s, at)
	r.notes(lines)
	r.totals(b, s, at, lines, hits)
	return lines
}

// foreign tells whether a row reports another department's project: the sender is asked to
// take the row out, so nothing else is asked about it.
func (r *run) foreign(row *state.Row) bool {
	if r.Roster == nil || r.Dept == "" {
		return false
	}
	p := r.Roster.Project(row.Project)
	return p != nil && p.Dept != r.Dept
}

// raise adds a finding of a rule named by code, or of "value-unclear" when rules.yaml has no
// such rule: nothing found is lost.
func (r *run) raise(name string, f state.Finding, l *line, detail string) *hit {
	rule := r.byName[name]
	if rule == nil {
		rule = r.byName[ruleUnclear]
	}
	return r.raiseRule(rule, "", f, l, detail)
}

// raiseRule adds a finding of a rule; nothing happens when the rule does not apply here.
func (r *run) raiseRule(rule *Rule, reason string, f state.Finding, l *line, detail string) *hit {
	var row *state.Row
	unit := state.Fen(0)
	if l != nil {
		row = l.Row
		if def := r.form.Column(f.Column); def != nil {
			unit, _ = unitOf(l.at[f.Column], def)
		}
	}
	if rule == nil || !rule.applies(row, r.Dept, r.day()) {
		return nil
	}
	if rule.Trial {
		f.Level = state.LevelNote
	}
	r.hits = append(r.hits, hit{r.tell(rule, f, reason, detail, unit), rule, l})
	return &r.hits[len(r.hits)-1]
}

// about is the bare finding about a cell of a row.
func (r *run) about(l *line, column string) state.Finding {
	f := state.Finding{
		Book: l.book.Name, Sheet: l.sheet.Name, Project: l.Project,
		Column: column, Name: l.Text("project_name"),
	}
	if f.Name == "" && r.Roster != nil {
		if p := r.Roster.Project(l.Project); p != nil {
			f.Name = p.Name
		}
	}
	def := r.form.Column(column)
	if def == nil {
		return f
	}
	v := l.Values[column]
	f.Cell, f.Found = v.Cell, orElse(v.Raw, v.Text)
	f.Title = orElse(l.at[column].Title, def.Title)
	unit, word := unitOf(l.at[column], def)
	f.Unit = word
	f.Last = r.lastOf(l, def, unit)
	return f
}

// lastOf is what the column held last week, as this sheet would count it.
func (r *run) lastOf(l *line, def *state.Column, unit state.Fen) string {
	base, known := r.Bases[l.Project]
	if !known || l.Project == "" {
		return ""
	}
	switch def.ID {
	case "ytd_invest":
		return inUnit(base.YTD, unit)
	case "cum_invest":
		return inUnit(base.Cum, unit)
	}
	if base.Counted == nil {
		return ""
	}
	v := base.Counted.Values[def.ID]
	if def.Kind == state.KindMoney && v.Sure() {
		if f, err := state.ParseWan(v.Text); err == nil {
			return inUnit(f, unit)
		}
	}
	return v.Text
}
