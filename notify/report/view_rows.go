package report

import (
	"math"

	"duban/state"
)

// viewer holds what View joins.
type viewer struct {
	d      state.Digest
	roster *state.Roster
	depts  map[string]*state.DeptWeek
	past   []*state.Digest // the week before first
}

// projects lists every project the digest holds.
func (v viewer) projects() []Project {
	open := map[string][]string{}
	for _, i := range v.d.Issues.List {
		open[i.Project] = append(open[i.Project], i.ID)
	}
	var out []Project
	for _, p := range v.roster.Projects {
		f, counted := v.d.Projects[p.ID]
		if !counted {
			continue
		}
		if f.Unplanned {
			p.YearPlan = 0
		}
		row := Project{
			ID: p.ID, Name: p.Name, Class: p.Class, Dept: p.Dept, DeptName: v.short(p.Dept), Lead: p.LeadLeader, Leader: v.leader(p.LeadLeader),
			Total: p.Total, CumBefore: p.CumBefore, YearPlan: p.YearPlan,
			Week: f.Week, CatchUp: f.CatchUp, YTD: f.YTD, Rate: state.Percent(f.YTD, p.YearPlan),
			Light: light(v.d, p), Stale: f.Stale, Marks: marks(f), Source: f.Source, Issues: open[p.ID],
		}
		if f.Unplanned && row.Light.Colour == state.None && p.Class != state.ClassInvestment {
			row.Light.Reason = state.LightReason{Case: state.LightUnplanned, Year: v.d.Period.Year}
		}
		row.Shown, row.Finished, row.Unplanned, row.Paused = shown(row.Light.Colour, f.Stale), f.Finished, f.Unplanned, f.Paused
		if f.Paused != "" {
			row.Light.Reason = state.LightReason{Case: state.LightPaused, Paused: f.Paused}
		}
		if f.Finished {
			row.Light.Reason = state.LightReason{Case: state.LightFinished}
		}
		if c := v.roster.RowOf(p, v.depts); c != nil && !f.Stale && !f.Finished {
			row.Origin = c
			row.Progress, row.Problems = said(c, "progress"), said(c, "problems")
			row.Request, row.NextPlan = said(c, "coordination_request"), said(c, "next_plan")
		}
		v.compare(&row, p)
		out = append(out, row)
	}
	return out
}

// marks are the words that tell how a project's figures came about, when not as usual.
func marks(f state.ProjectFigures) []string {
	var out []string
	for _, m := range []struct {
		is   bool
		word string
	}{{f.Finished, "已完工"}, {f.Paused != "", "暂停"}, {f.Unplanned, "无本年计划"}, {f.Stale, "沿用"}, {f.Exempt, "免报"}, {f.Unverified, "未核"}, {f.Amended, "办公室更正"}} {
		if m.is {
			out = append(out, m.word)
		}
	}
	return out
}

// compare adds what the earlier digests tell of a project.
func (v viewer) compare(row *Project, p state.Project) {
	if row.Finished || row.Paused != "" {
		if len(v.past) > 0 {
			row.PrevWeek = v.past[0].Projects[row.ID].Week
		}
		return
	}
	if row.YearPlan > 0 && row.Week == 0 && !row.Stale {
		row.Idle = 1
	}
	for n, old := range v.past {
		f, there := old.Projects[row.ID]
		if !there {
			break
		}
		if n == 0 {
			row.PrevWeek = f.Week
			row.Was = shown(light(*old, p).Colour, f.Stale)
		}
		if row.Idle != n+1 || f.Week != 0 || f.Stale {
			break
		}
		row.Idle++
	}
}

// light is a project's light: a digest lists the red and the yellow ones only.
func light(d state.Digest, p state.Project) state.Light {
	if l, ok := d.Lights[p.ID]; ok {
		return l
	}
	paced := p.Class == state.ClassContinuing || p.Class == state.ClassNewStart
	if f := d.Projects[p.ID]; p.Class == state.ClassInvestment || f.Finished || f.Paused != "" || f.Unplanned && paced {
		return state.Light{Colour: state.None, Stale: d.Projects[p.ID].Stale}
	}
	return state.Light{Colour: state.Green, Stale: d.Projects[p.ID].Stale}
}

// shown is the colour a page prints: no report is never green.
func shown(c state.Colour, stale bool) state.Colour {
	if stale && c == state.Green {
		return state.Grey
	}
	return c
}

func said(c *state.Counted, column string) string {
	if v := c.Values[column]; v.Doubt == "" {
		return v.Text
	}
	return ""
}

func (v viewer) classes(projects []Project) []Line {
	var out []Line
	for _, c := range state.Classes() {
		var of []Project
		for _, p := range projects {
			if p.Class == c {
				of = append(of, p)
			}
		}
		l := v.line(string(c), string(c), v.d.ByClass[c], of)
		if len(v.past) > 0 {
			l.PrevWeek = v.past[0].ByClass[c].Week
		}
		out = append(out, l)
	}
	return out
}

func (v viewer) departments(projects []Project) []Line {
	var out []Line
	for _, d := range v.roster.Depts {
		f, there := v.d.ByDept[d.ID]
		if !there {
			continue
		}
		var of []Project
		for _, p := range projects {
			if p.Dept == d.ID {
				of = append(of, p)
			}
		}
		l := v.line(d.ID, d.Short, f.Figures, of)
		if len(v.past) > 0 {
			l.PrevWeek = v.past[0].ByDept[d.ID].Week
		}
		out = append(out, l)
	}
	return out
}

// line names a group's sums; PrevWeek is the whole district's until the caller knows better.
func (v viewer) line(id, name string, f state.Figures, of []Project) Line {
	l := Line{
		ID: id, Name: name, Count: f.Count, Finished: f.Finished, Unplanned: f.Unplanned, Total: f.Total, YearPlan: f.YearPlan,
		Week: f.Week, CatchUp: f.CatchUp, YTD: f.YTD, Rate: f.RatePct,
	}
	if len(v.past) > 0 {
		l.PrevWeek = v.past[0].Overall.Week
	}
	if l.Rate != nil {
		gap := math.Round((*l.Rate-v.d.TimePct)*10) / 10
		l.Gap = &gap
	}
	for _, p := range of {
		switch p.Light.Colour {
		case state.Red:
			l.Red++
		case state.Yellow:
			l.Yellow++
		}
	}
	return l
}

func (v viewer) issues(projects []Project, of []state.WeekIssue) []Issue {
	byID := make(map[string]*Project, len(projects))
	for i := range projects {
		byID[projects[i].ID] = &projects[i]
	}
	fresh := map[string]bool{}
	for _, id := range v.d.Issues.New {
		fresh[id] = true
	}
	var out []Issue
	moved := map[string]bool{}
	for _, id := range v.d.Issues.Moved {
		moved[id] = true
	}
	for _, w := range of {
		i := Issue{
			ID: w.ID, Project: w.Project, Name: w.Project, Dept: w.Dept, Type: w.Type, Text: w.Text, Order: w.Leader != "", Request: w.Request,
			Deadline: w.Deadline, Opened: w.Opened, New: fresh[w.ID], Moved: moved[w.ID], Reported: w.Reported, Overdue: w.Overdue,
		}
		if p := byID[w.Project]; p != nil {
			i.Name, i.Lead, i.Leader, i.Colour = p.Name, p.Lead, p.Leader, p.Shown
			i.Dept = p.Dept
		}
		i.DeptName = v.short(i.Dept)
		if ask := w.LastAsk(); ask != nil && !ask.At.After(v.d.SummaryAt) {
			i.Asked, i.ByOffice = ask.At, len(ask.Units) == 0
			if n := len(ask.Answers); n > 0 {
				i.Answered, i.Answerer = ask.Answers[n-1].At, v.unit(ask.Answers[n-1].Dept)
			}
		}
		for _, u := range w.Units {
			i.Units = append(i.Units, v.unit(u))
		}
		out = append(out, i)
	}
	return out
}

func (v viewer) who(ids []string) []Who {
	count := map[string]int{}
	for _, p := range v.roster.Projects {
		if f, counted := v.d.Projects[p.ID]; counted && !f.Finished {
			count[p.Dept]++
		}
	}
	var out []Who
	for _, id := range ids {
		d := v.d.DeptDetail[id]
		out = append(out, Who{ID: id, Name: v.short(id), First: d.FirstReceived, At: d.AcceptedAt, State: d.State, Projects: count[id]})
	}
	return out
}

func (v viewer) short(id string) string {
	if d := v.roster.Dept(id); d != nil {
		return d.Short
	}
	return id
}

func (v viewer) leader(id string) string {
	if l := v.roster.Leader(id); l != nil {
		return l.Title + " " + l.Name
	}
	return ""
}

// unit names a department or an external unit; what is neither stands as it was written.
func (v viewer) unit(id string) string {
	if d := v.roster.Dept(id); d != nil {
		return d.Short
	}
	for _, u := range v.roster.Units {
		if u.ID == id {
			return u.Name
		}
	}
	return id
}
