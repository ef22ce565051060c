package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// use says who fills a column in.
type use int

const (
	byDept    use = iota // the department; what it said last may stand there already
	byOffice             // the office: locked
	byFormula            // a formula, open to be overwritten
)

// use is the use of a column. One the office adds to form.yaml is for the department.
func (s *formSheet) use(c state.Column) use {
	switch c.ID {
	case "seq", "project_id", "project_name", "project_class", "total_invest", "year_plan", "last_ytd", "cum_to_last_year",
		"owner", "scope", "year_target", "lead_leader", "responsible_dept", "land_need_mu", "demo_need":
		return byOffice
	case "ytd_rate":
		if s.at("ytd_invest") >= 0 && s.at("year_plan") >= 0 {
			return byFormula
		}
	case "cum_invest":
		if s.at("ytd_invest") >= 0 {
			return byFormula
		}
	}
	return byDept
}

// entry is what stands in the cell of a project: a value (nil for none) and, where it is
// worked out, its formula.
func (s *formSheet) entry(i int, p state.Project, c state.Column) (v any, formula string) {
	row := s.first() + i
	switch s.use(c) {
	case byOffice:
		return s.known(i, p, c), ""
	case byFormula:
		ytd := s.ref("ytd_invest", row)
		if c.ID == "ytd_rate" {
			plan := s.ref("year_plan", row)
			return "", fmt.Sprintf(`IF(OR(%s="",%s=0),"",ROUND(%s/%s*100,1))`, ytd, plan, ytd, plan)
		}
		base := s.base(p)
		return "", fmt.Sprintf(`IF(%s="","",%s+%s)`, ytd, (base.Cum - base.YTD).Wan(), ytd)
	}
	return s.carried(p, c), ""
}

// base is the project's last accepted figures; a new year counts from nought.
func (b Blank) base(p state.Project) state.Base {
	base, there := b.Bases[p.ID]
	if !there {
		return state.Base{Cum: p.CumBefore}
	}
	if !base.Week.IsZero() && base.Week.Year < b.Week.Year {
		base.YTD = 0
	}
	return base
}

// known is what the registry says of a project.
func (s *formSheet) known(i int, p state.Project, c state.Column) any {
	switch c.ID {
	case "seq":
		return i + 1
	case "project_id":
		return clean(p.ID)
	case "project_name":
		return clean(p.Name)
	case "project_class":
		return string(p.Class)
	case "total_invest":
		return plain(p.Total)
	case "year_plan":
		if plan, planned := p.PlanOf(s.Week.Year); planned {
			return plain(plan)
		}
		return nil // the department knows this year's better than last year's registry
	case "last_ytd":
		return plain(s.base(p).YTD)
	case "cum_to_last_year":
		return plain(p.CumBefore)
	case "owner":
		return clean(p.Owner)
	case "scope":
		return clean(p.Content)
	case "year_target":
		return clean(p.YearTarget)
	case "land_need_mu":
		return figure(p.LandNeed)
	case "demo_need":
		return figure(p.DemoNeed)
	case "responsible_dept":
		return clean(s.Dept.Short)
	case "lead_leader":
		if l := s.Roster.Leader(p.LeadLeader); l != nil {
			return clean(l.Name)
		}
	}
	return nil
}

// figure is a plain number, nil for anything else.
func figure(text string) any {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return nil
}

// lasting lists the columns that hold what was last reported until it is changed; beside
// them every choice does. What is new every week (this week's figures, progress, plan) stays
// empty: last week's words must not come back by themselves.
var lasting = []string{
	"funds_in", "funding_source", "permit_all", "land_done_mu", "demo_done", "land_text", "responsible_person", "liaison", "phone",
	"planned_start", "planned_finish", "actual_start", "actual_finish",
	"permit_approval_date", "permit_eia_date", "permit_planning_date", "permit_land_date", "permit_construction_date",
}

// issueColumns hold an open issue.
var issueColumns = []string{"problems", "coordination_request", "coordination_units", "request_deadline", "urgency"}

// carried is what a column the department fills in begins with.
func (s *formSheet) carried(p state.Project, c state.Column) any {
	last := s.base(p).Counted
	switch {
	case slices.Contains(issueColumns, c.ID):
		return canonical(s.Open(p)[c.ID], c.Kind)
	case last == nil, c.Kind != state.KindChoice && !slices.Contains(lasting, c.ID):
		return nil
	}
	return canonical(last.Values[c.ID], c.Kind)
}

// Open is a project's open issue as its cells hold it, by column: as the last accepted row put
// it, or, for a project of which there is no row, as the ledger has it. Nil when none is open.
func (b Blank) Open(p state.Project) map[string]state.Value {
	if last := b.base(p).Counted; last != nil {
		if v := last.Values["problems"]; !v.Sure() || state.SaysNothing(v.Text) {
			return nil
		}
		return last.Values
	}
	i := slices.IndexFunc(b.Issues, func(i state.Issue) bool { return i.Project == p.ID && i.Leader == "" && i.Closed.IsZero() })
	if i < 0 {
		return nil
	}
	issue := b.Issues[i]
	return map[string]state.Value{
		"problems": {Text: issue.Text}, "coordination_request": {Text: issue.Request},
		"coordination_units": {Text: b.units(issue.Units)}, "request_deadline": {Text: issue.Deadline},
	}
}

// units names units by their ids.
func (b Blank) units(ids []string) string {
	var names []string
	for _, id := range ids {
		if d := b.Roster.Dept(id); d != nil {
			names = append(names, d.Short)
		} else if i := slices.IndexFunc(b.Roster.Units, func(u state.Unit) bool { return u.ID == id }); i >= 0 {
			names = append(names, b.Roster.Units[i].Name)
		}
	}
	return strings.Join(names, "、")
}

// canonical turns a stored value into what a cell of its kind holds; nil for none.
func canonical(v state.Value, kind state.ColumnKind) any {
	if !v.Sure() {
		return nil
	}
	switch kind {
	case state.KindMoney, state.KindNumber, state.KindPercent:
		return figure(v.Text)
	case state.KindDate:
		if day, err := time.Parse(time.DateOnly, v.Text); err == nil {
			return day
		}
	}
	return clean(v.Text)
}
