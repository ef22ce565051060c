package ingest

import (
	"regexp"
	"slices"
	"strings"

	"duban/ingest/rules"
	"duban/state"
)

// The law of round two: after a letter of correction a department is asked only for what the
// letter listed, what it declared uncheckable, and what the new version made wrong. Anything
// else we should have told the first time: it is our fault, the row counts, and the office
// hears of it.

// Told is what the last letter of correction of a week told, and of which version.
type Told struct {
	Letter *state.Letter
	Mail   *state.Mail // the version it answered
}

// recallTold finds the last letter of correction to the department.
func recallTold(r *state.Records, p Place) (Told, error) {
	var t Told
	for round := 1; ; round++ {
		key := state.Occasion{Topic: state.TopicCorrection, Week: p.Week, Target: p.Dept, Round: round}.Key()
		l, err := r.Letter(key)
		if err != nil {
			return t, err
		}
		if l == nil {
			break
		}
		t.Letter = l
	}
	if t.Letter == nil || t.Letter.Cause == "" {
		return t, nil
	}
	var err error
	t.Mail, err = r.Mail(t.Letter.Cause)
	return t, err
}

// promised turns the findings we may not ask about any more into notes that are our own
// fault. c is the case the findings stem from.
func (d Desk) promised(findings []state.Finding, c rules.Case, told Told) []state.Finding {
	if told.Letter == nil || told.Mail == nil {
		return findings
	}
	v := d.versions(c, told)
	for i := range findings {
		f := &findings[i]
		if f.Level != state.LevelNote && v.ours(*f) {
			f.Level, f.Ours, f.Follows, f.Deferred = state.LevelNote, true, "", false
		}
	}
	return findings
}

// versions compares the version a letter told of with the one that follows it.
type versions struct {
	told     []state.Finding // what the letter listed, and what it said would follow
	found    []state.Finding // what today's rules find in the version it told of
	was, is  map[string]state.Row
	old, now []state.Book
	listed   map[string]bool // "sheet!H6": the cells the letter asked to change
	later    map[string]bool // projects of which it said that figures are still to be checked
}

func (d Desk) versions(c rules.Case, told Told) versions {
	v := versions{now: c.Books, was: map[string]state.Row{}, is: map[string]state.Row{}, listed: map[string]bool{}, later: map[string]bool{}}
	wrong := map[string]bool{}
	for _, f := range told.Mail.Findings {
		if f.Rule == rulePeriod {
			wrong[f.Book] = true
		}
		if f.Follows != "" {
			v.told = append(v.told, f)
		}
	}
	for _, b := range told.Mail.Books {
		if !wrong[b.Name] {
			v.old = append(v.old, b)
		}
	}
	v.told = append(v.told, told.Letter.Findings...)
	for _, f := range v.told {
		for _, cell := range append(cellName.FindAllString(f.Message, -1), append(f.Cells, f.Cell)...) {
			v.listed[f.Sheet+"!"+cell] = true
		}
		if f.Deferred || strings.Contains(f.Message, checkedLater) {
			v.later[f.Project] = true
			v.later[""] = true // and the totals with it
		}
	}
	before := c
	before.Books = v.old
	v.found = append(d.attribute(v.old, c.Dept), d.Rules.Judge(before)...)
	byProject(v.was, v.old)
	byProject(v.is, v.now)
	return v
}

// cellName is a cell as a sentence names it: (H6)相应应为4420.
var cellName = regexp.MustCompile(`[A-Z]{1,3}[1-9][0-9]*`)

// checkedLater is how a sentence of rules.yaml declares what cannot be checked yet.
const checkedLater = "再核对与它有关的"

func byProject(rows map[string]state.Row, books []state.Book) {
	for _, b := range books {
		for _, row := range b.Rows() {
			if row.Project != "" {
				rows[row.Project] = row
			}
		}
	}
}

// ours tells whether a finding of the new version should have stood in the letter.
func (v versions) ours(f state.Finding) bool {
	same := func(g state.Finding) bool { return sameDefect(f, g) }
	is, still := v.cell(v.now, f)
	if still && v.obeyed(f, is) {
		return true
	}
	if f.Rule == "project-missing" || slices.ContainsFunc(v.told, same) {
		return false // what is missing stands in the letter's own list
	}
	known := slices.ContainsFunc(v.found, func(g state.Finding) bool { return same(g) && g.Level != state.LevelNote })
	if known || f.Cell == "" {
		return known // it was there to be found, whatever became of the cell since
	}
	was, there := v.cell(v.old, f)
	if !there || !still || changed(was, is) {
		return false
	}
	return !v.later[f.Project] && v.editedAsListed(f)
}

// sameDefect reports whether two findings of different versions are the same complaint.
func sameDefect(a, b state.Finding) bool {
	return a.Rule == b.Rule && a.Project == b.Project && a.Column == b.Column
}

// cell finds what a finding speaks of in a version: by project and column, or, where no
// project is known, at the cell's own place.
func (v versions) cell(books []state.Book, f state.Finding) (state.Value, bool) {
	for _, b := range books {
		for _, s := range b.Sheets {
			for _, row := range slices.Concat(s.Rows, s.Totals) {
				value, has := row.Values[f.Column]
				if has && (f.Project != "" && row.Project == f.Project || f.Project == "" && s.Name == f.Sheet && value.Cell == f.Cell) {
					return value, true
				}
			}
		}
	}
	return state.Value{}, false
}

// obeyed tells whether a cell now holds exactly what the letter said it should: then
// whatever is found in it now is of our making.
func (v versions) obeyed(f state.Finding, is state.Value) bool {
	return slices.ContainsFunc(v.told, func(g state.Finding) bool {
		says := func(text string) bool { return text != "" && (text == is.Raw || text == is.Text) }
		return g.Project == f.Project && g.Column == f.Column && (says(g.Expected) || says(g.Example))
	})
}

// editedAsListed tells whether nothing was edited around a finding but what the letter
// listed: in its row, or, for a total, in any row.
func (v versions) editedAsListed(f state.Finding) bool {
	if f.Project != "" {
		return v.rowAsListed(v.was[f.Project], v.is[f.Project])
	}
	if len(v.was) != len(v.is) {
		return false
	}
	for project, was := range v.was {
		is, there := v.is[project]
		if !there || !v.rowAsListed(was, is) {
			return false
		}
	}
	return true
}

func (v versions) rowAsListed(was, is state.Row) bool {
	for id, value := range is.Values {
		old := was.Values[id]
		if changed(old, value) && !v.listed[was.Sheet+"!"+old.Cell] {
			return false
		}
	}
	return true
}

// changed reports whether a department would say that it edited the cell.
func changed(was, is state.Value) bool {
	if was.Sure() && is.Sure() {
		return was.Text != is.Text
	}
	return was.Sure() != is.Sure() || was.Raw != is.Raw
}
