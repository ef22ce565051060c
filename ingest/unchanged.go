package ingest

import (
	"slices"
	"strconv"

	"duban/ingest/rules"
	"duban/state"
)

// 无变化. It is a report and is accepted every time, for as many weeks as it takes: a project
// of which there is nothing to tell is no reason to refuse a report. Twice in a row nothing is
// asked (feature R7); from the third time on the department is asked for the reason, as for
// figures that stand still (W04, W05), and is accepted all the same.

// quietWeeks is how often in a row 无变化 is taken without a question.
const quietWeeks = 2

// The rules about weeks that stand still, by their numbers in the office's list: no money and
// no progress, and the same words again.
const (
	standsStill = "W04"
	sameWords   = "W05"
)

// nothingNew takes 本周无变化 for a report, unless rows or open items say otherwise; then a
// person looks.
func (d Desk) nothingNew(m state.Mail, p Place, k Known) Verdict {
	if p.Week.IsZero() || p.Dept == "" {
		m.Decision = state.DecisionAccept
		return Verdict{Mail: m}
	}
	w := d.weekOf(p, k)
	if len(w.Rows) > 0 || len(w.Open) > 0 {
		m.Decision, m.Reason = state.DecisionHold, "says that nothing changed, but figures of the week have come already"
		return Verdict{Mail: m}
	}
	m.Decision = state.DecisionAccept
	w.State, w.Unchanged = state.NilReturn, 1
	if k.Before != nil && k.Before.State == state.NilReturn {
		w.Unchanged += max(1, k.Before.Unchanged)
	}
	m.Findings = append(m.Findings, d.standing(m, p, k, w.Unchanged)...)
	said := d.explain(m.Findings, nil, m, p, k)
	try := d.try(m, p, &w, k)
	m.Findings = append(m.Findings, d.timely(m, try, &w)...)
	try.Decision, try.Findings = m.Decision, m.Findings
	w.Tries = append(w.Tries, try)
	return Verdict{Mail: m, Depts: []state.DeptWeek{w}, Said: said}
}

// standing is what the rules about weeks that stand still say of a report without change: last
// week's row of every project, without new money, is held against the weeks before. It never
// makes anybody correct anything: there is no cell to correct.
func (d Desk) standing(m state.Mail, p Place, k Known, weeks int) []state.Finding {
	sheet := state.Sheet{}
	for _, project := range d.Roster.ProjectsOf(p.Dept, d.Schedule.Deadline(p.Week).AsOf()) {
		if base := k.Bases[project.ID]; base.Counted != nil && !k.Exempt.Has(project.ID) {
			sheet.Rows = append(sheet.Rows, unchanged(project, *base.Counted))
		}
	}
	found := d.Rules.Judge(rules.Case{
		Roster: d.Roster, Week: p.Week, AsOf: d.Schedule.Deadline(p.Week).AsOf(), Received: m.Received, Dept: p.Dept,
		Books: []state.Book{{Sheets: []state.Sheet{sheet}}}, Bases: k.Bases, Past: k.Past, Lamp: d.Lamp,
	})
	asked := false
	found = slices.DeleteFunc(found, func(f state.Finding) bool {
		rule := d.Rules.Rule(f.Rule)
		switch {
		case rule == nil || f.Project == "":
			return true
		case slices.Contains(rule.Codes, standsStill):
			asked = asked || f.Level != state.LevelNote
			return false
		}
		// That the words are last week's is what 无变化 says; the office hears of it all the same.
		return !slices.Contains(rule.Codes, sameWords) || f.Level != state.LevelNote
	})
	for i := range found {
		f := &found[i]
		f.Book, f.Sheet, f.Cell, f.Found = "", "", "", ""
		if f.Level == state.LevelError {
			f.Level = state.LevelWarning
		}
	}
	if weeks > quietWeeks && !asked {
		f := d.Rules.Tell("nil-again", state.Finding{Found: strconv.Itoa(weeks)}, "")
		f.Found = "" // it stands in no cell
		found = append(found, f)
	}
	return found
}

// unchanged is a project's row as it stands when nothing changed: the one before it, without
// new money.
func unchanged(p state.Project, before state.Counted) state.Row {
	row := state.Row{Project: p.ID, Class: p.Class, Values: make(map[string]state.Value, len(before.Values))}
	for id, v := range before.Values {
		v.Cell, v.Notes, v.ByOffice = "", nil, false
		row.Values[id] = v
	}
	row.Values["week_invest"] = state.Value{Text: "0", Raw: "0"}
	return row
}
