package report

import (
	"fmt"
	"slices"
	"strconv"

	"duban/state"
)

// classes draws one sheet for each class with its projects and their total. A column the
// office added to its form stands behind the usual ones.
func (b *book) classes() error {
	for i, c := range state.Classes() {
		t := table{
			name: string(c), words: "class", about: b.pageOf(c),
			columns: []column{
				{width: 12, kind: asText},
				{width: 22, kind: asWrapped},
				{width: 10, kind: asWrapped},
				{width: 12, kind: asWrapped},
				{width: 12, kind: asMoney, sum: true},
				{width: 12, kind: asMoney, sum: true},
				{width: 12, kind: asMoney, sum: true},
				{width: 10, kind: asMoney, sum: true},
				{width: 12, kind: asMoney, sum: true},
				{width: 8, kind: asPercent},
				{width: 6, kind: asColour},
				{width: 6, kind: asColour},
				{width: 8, kind: asNumber},
				{width: 10, kind: asWrapped},
				{width: 24, kind: asWrapped},
				{width: 32, kind: asWrapped},
				{width: 24, kind: asWrapped},
				{width: 24, kind: asWrapped},
				{width: 24, kind: asWrapped},
				{width: 12, kind: asWrapped},
			},
		}
		extra := b.added(c)
		for _, col := range extra {
			t.columns = append(t.columns, column{title: title(col), width: 16, kind: asWrapped})
		}
		var sum Line
		for _, p := range b.Projects {
			if p.Class != c {
				continue
			}
			row := []any{
				p.ID, p.Name, p.DeptName, p.Leader, p.Total, p.YearPlan, p.Week, p.CatchUp, p.YTD, p.Rate, p.Shown, p.Was, idle(p), joined(p.Marks), p.Light.Why,
				p.Progress, p.Problems, p.Request, p.NextPlan, b.phrase(from(p)),
			}
			for _, col := range extra {
				row = append(row, p.reported(col))
			}
			t.rows = append(t.rows, row)
			sum.Total, sum.YearPlan, sum.Week, sum.CatchUp, sum.YTD = sum.Total+p.Total, sum.YearPlan+p.YearPlan, sum.Week+p.Week, sum.CatchUp+p.CatchUp, sum.YTD+p.YTD
		}
		t.total = []any{"合计", "", "", "", sum.Total, sum.YearPlan, sum.Week, sum.CatchUp, sum.YTD, b.rateOf(i)}
		for len(t.total) < len(t.columns) {
			t.total = append(t.total, "")
		}
		if err := b.draw(t); err != nil {
			return err
		}
	}
	return nil
}

// familiar are the columns of the form that have their place in the consolidated workbook
// already, or that only the department's own table shows. Any other was added by the office.
var familiar = []string{
	"seq", "project_id", "project_name", "project_class", "owner", "scope", "year_target", "total_invest", "year_plan", "last_ytd",
	"week_invest", "ytd_invest", "ytd_rate", "cum_invest", "cum_to_last_year", "funds_in", "funding_source", "progress", "next_plan",
	"permit_all", "permit_approval", "permit_eia", "permit_planning", "permit_land", "permit_construction",
	"permit_approval_date", "permit_eia_date", "permit_planning_date", "permit_land_date", "permit_construction_date",
	"land_need_mu", "land_done_mu", "demo_need", "demo_done", "land_text",
	"problems", "coordination_request", "coordination_units", "request_deadline", "urgency",
	"lead_leader", "responsible_dept", "responsible_person", "liaison", "phone",
	"planned_start", "planned_finish", "actual_start", "actual_finish", "light", "remark",
}

// added lists the columns the office added to its form for projects of a class: those on a
// sheet that holds the class, and those on no sheet that somebody filled in all the same.
func (b *book) added(c state.Class) []state.Column {
	if b.Form == nil {
		return nil
	}
	var out []state.Column
	for _, col := range b.Form.Columns {
		if slices.Contains(familiar, col.ID) {
			continue
		}
		listed, here := false, false
		for _, s := range b.Form.Sheets {
			if slices.Contains(s.Columns, col.ID) {
				listed, here = true, here || slices.Contains(s.Classes, c)
			}
		}
		if !listed {
			here = slices.ContainsFunc(b.Projects, func(p Project) bool { return p.Class == c && p.reported(col) != nil })
		}
		if here {
			out = append(out, col)
		}
	}
	return out
}

func title(c state.Column) string {
	if c.Unit == "" {
		return c.Title
	}
	return fmt.Sprintf("%s(%s)", c.Title, c.Unit)
}

// reported is what a project's report has in a column, for a cell: a number where the column
// holds numbers and the report gave a certain one; nil for nothing.
func (p Project) reported(c state.Column) any {
	if p.Origin == nil {
		return nil
	}
	v := p.Origin.Values[c.ID]
	if v.Text == "" || v.Doubt != "" {
		if v.Raw == "" {
			return nil
		}
		return v.Raw
	}
	switch c.Kind {
	case state.KindMoney, state.KindNumber, state.KindPercent:
		if n, err := strconv.ParseFloat(v.Text, 64); err == nil {
			return n
		}
	}
	return v.Text
}

// idle is the number of weeks in a row without investment, nil for none.
func idle(p Project) any {
	if p.Idle == 0 {
		return nil
	}
	return p.Idle
}

// rateOf is the share of the year's plan a class has done, as the digest says.
func (b *book) rateOf(class int) *float64 {
	for _, l := range b.Classes {
		if l.Name == string(state.Classes()[class]) {
			return l.Rate
		}
	}
	return nil
}
