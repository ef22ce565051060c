package ingest

import (
	"slices"

	"duban/state"
)

// Partial acceptance: a project's row counts as soon as it is right, whatever becomes of the
// others. The latest good row of the week wins; a row that is wrong now waits, and an
// earlier good one goes on counting until it is replaced.

// settle brings a department's week up to date with one try: its rows, what is open, waits
// and lacks, and the state that follows.
func (d Desk) settle(w *state.DeptWeek, try *state.Try, books []state.Book, k Known) {
	good, waiting := d.sort(books, try.Findings, w)
	try.Accepted = nil
	for _, c := range good {
		c.Mail, c.Received = try.Mail, try.Received
		carry(&c, try.Findings, k.Bases[c.Project], w.Week)
		w.Rows = slices.DeleteFunc(w.Rows, func(old state.Counted) bool { return old.Project == c.Project })
		w.Rows = append(w.Rows, c)
		try.Accepted = append(try.Accepted, c.Project)
	}
	touched := append(slices.Clone(try.Accepted), waiting...)
	w.Open = append(stillOpen(w.Open, touched, len(touched) > 0), errorsOf(try.Findings)...)
	w.Wait = slices.DeleteFunc(w.Wait, func(id string) bool { return slices.Contains(touched, id) })
	w.Wait = append(w.Wait, waiting...)
	parked := disputedIn(try.Findings)
	for _, f := range parked {
		touched = append(touched, f.Project)
	}
	w.Parked = append(stillOpen(w.Parked, touched, false), parked...)
	d.order(w, k.Exempt)
	w.State = stateOf(w)
}

// sort splits the rows of a mail into those that count and the projects that wait. A project that
// is off the list in the week does neither.
func (d Desk) sort(books []state.Book, findings []state.Finding, w *state.DeptWeek) (good []state.Counted, waiting []string) {
	wrong, parked := map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		if f.Level == state.LevelError && f.Project != "" {
			wrong[f.Project] = true
		}
		if f.Disputed {
			parked[f.Project] = true
		}
	}
	seen, day := map[string]bool{}, d.Schedule.Deadline(w.Week).AsOf()
	for _, b := range books {
		for _, row := range b.Rows() {
			p := d.Roster.Project(row.Project)
			if p == nil || p.Dept != w.Dept || !p.Active(day) || seen[p.ID] {
				continue
			}
			seen[p.ID] = true
			if wrong[p.ID] {
				waiting = append(waiting, p.ID)
				continue
			}
			if parked[p.ID] {
				continue
			}
			good = append(good, counted(p, b, row))
		}
	}
	return good, waiting
}

// counted is the row's figures. What the class does not report counts as nought; a
// cumulative the sheet does not show follows from the year's.
func counted(p *state.Project, b state.Book, row state.Row) state.Counted {
	c := state.Counted{Project: p.ID, Class: p.Class, Book: b.Name, Sheet: row.Sheet, No: row.No, Values: row.Values}
	c.Week, _ = row.Money("week_invest")
	c.YTD, _ = row.Money("ytd_invest")
	if cum, ok := row.Money("cum_invest"); ok {
		c.Cum = cum
	} else {
		c.Cum = p.CumBefore + c.YTD
	}
	return c
}

// carry puts last week's figures where a row counts although its own are in doubt: the
// department is not asked about them any more, and a guess is no figure.
func carry(c *state.Counted, findings []state.Finding, base state.Base, w state.Week) {
	if !base.Week.IsZero() && base.Week.Year < w.Year {
		base.YTD = 0
	}
	for _, f := range findings {
		v := c.Values[f.Column]
		if f.Project != c.Project || v.ByOffice || !f.Ours && !c.Unverified || v.Sure() && f.Rule != "unit-suspect" {
			continue
		}
		switch f.Column {
		case "week_invest":
			c.Week = 0
		case "ytd_invest":
			c.YTD = base.YTD
		case "cum_invest":
			c.Cum = base.Cum
		}
	}
}

// cumulative are the columns that do not go down from one version to the next.
var cumulative = []string{"ytd_invest", "cum_invest"}

// backwards asks about a project of which an earlier version of the week counts with a higher
// cumulative: the later version counts, and the department says whether it meant that.
func (d Desk) backwards(books []state.Book, k Known) []state.Finding {
	var out []state.Finding
	for _, b := range books {
		for _, s := range b.Sheets {
			for _, row := range s.Rows {
				before := k.Dept.Row(row.Project)
				if row.Project == "" || before == nil {
					continue
				}
				for _, id := range cumulative {
					was, known := state.Row{Values: before.Values}.Money(id)
					is, sure := row.Money(id)
					if !known || !sure || is >= was || row.Values[id].ByOffice || before.Values[id].ByOffice {
						continue
					}
					f := state.Finding{
						Book: b.Name, Sheet: s.Name, Cell: row.Values[id].Cell, Project: row.Project, Column: id,
						Found: row.Values[id].Raw, Name: row.Text("project_name"), Title: titleIn(&s, id),
					}
					day := before.Received.In(d.Schedule.Zone).Format("1月2日15:04")
					out = append(out, d.Rules.Tell("version-decreased", f, day+"报的"+before.Values[id].Raw))
					break // the others of the row fall with it
				}
			}
		}
	}
	return out
}

// stillOpen keeps the errors a new try has not touched: those of other projects, and those
// about a whole file or total row while no new table came. What is missing is found anew
// with every table.
func stillOpen(open []state.Finding, touched []string, table bool) []state.Finding {
	return slices.DeleteFunc(slices.Clone(open), func(f state.Finding) bool {
		if f.Project == "" || f.Rule == "project-missing" {
			return table
		}
		return slices.Contains(touched, f.Project)
	})
}

func errorsOf(findings []state.Finding) []state.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f state.Finding) bool { return f.Level != state.LevelError })
}

// disputedIn are the findings that wait for the office.
func disputedIn(findings []state.Finding) []state.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f state.Finding) bool { return !f.Disputed })
}

// order puts projects in the roster's order and names those not reported yet, without those
// that need not report.
func (d Desk) order(w *state.DeptWeek, exempt state.Exempted) {
	place := map[string]int{}
	w.Lack = nil
	for i, p := range d.Roster.ProjectsOf(w.Dept, d.Schedule.Deadline(w.Week).AsOf()) {
		place[p.ID] = i + 1
		parked := slices.ContainsFunc(w.Parked, func(f state.Finding) bool { return f.Project == p.ID })
		if w.Row(p.ID) == nil && !slices.Contains(w.Wait, p.ID) && !parked && !exempt.Has(p.ID) && !exempt.Has(w.Dept) {
			w.Lack = append(w.Lack, p.ID)
		}
	}
	slices.SortStableFunc(w.Rows, func(a, b state.Counted) int { return place[a.Project] - place[b.Project] })
	slices.SortStableFunc(w.Wait, func(a, b string) int { return place[a] - place[b] })
}

// stateOf reads the state off what counts, waits and lacks.
func stateOf(w *state.DeptWeek) state.DeptState {
	switch {
	case len(w.Open) > 0:
		return state.Correcting
	case len(w.Lack) == 0 && slices.ContainsFunc(w.Rows, func(c state.Counted) bool { return c.Unverified }):
		return state.Unverified
	case len(w.Lack) == 0:
		return state.Accepted
	case len(w.Rows) > 0:
		return state.Part
	}
	return state.Missing
}
