package rules

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"duban/configs"
	"duban/state"
)

// shipped loads the catalogue and form the office starts with.
func shipped(t testing.TB) *Set {
	t.Helper()
	data, err := os.ReadFile("../../configs/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, faults := Load(data, "rules.yaml", shippedForm(t))
	for _, f := range faults {
		t.Error(f)
	}
	if set == nil {
		t.FailNow()
	}
	return set
}

func shippedForm(t testing.TB) *state.Form {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// cells is one row as a department types it, by column id.
type cells map[string]string

// with is the row with some cells typed differently.
func (c cells) with(changes cells) cells {
	out := cells{}
	for k, v := range c {
		out[k] = v
	}
	for k, v := range changes {
		out[k] = v
	}
	return out
}

// goodRow fits the registry and last week of goodCase: 4300 + 120 = 4420, 42.1 % of 10500.
var goodRow = cells{
	"project_id": "P1", "project_name": "文峰路北延道路工程", "project_class": "续建",
	"total_invest": "23500", "year_plan": "10500", "week_invest": "120", "ytd_invest": "4420", "ytd_rate": "42.1", "cum_invest": "13020",
	"progress": "路基完成86%;跨沟桥下部结构完成45%", "permit_approval": "已办结", "land_need_mu": "210", "land_done_mu": "176",
	"demo_need": "58", "demo_done": "41", "problems": "北段34亩未交地", "coordination_request": "请文峰街道9月30日前完成签约",
	"coordination_units": "文峰街道", "request_deadline": "2026-09-30", "next_plan": "南段路基完成至89%", "lead_leader": "卓拟行", "remark": "",
}

// order is the order of the columns in the sheets of these tests.
func order(form *state.Form, row cells) []string {
	var ids []string
	for _, c := range form.Columns {
		if _, ok := row[c.ID]; ok {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// bookOf is a workbook with one sheet: rows from row 4 on, then a total row that fits unless
// totals says otherwise.
func bookOf(form *state.Form, unit string, totals cells, rows ...cells) state.Book {
	s := state.Sheet{Name: "在建项目", Classes: []state.Class{state.ClassContinuing, state.ClassNewStart}, HeadRow: 3}
	ids := order(form, rows[0])
	sums := map[string]state.Fen{}
	for i, id := range ids {
		def := form.Column(id)
		at := state.ColumnAt{ID: id, Title: def.Title, Col: string(rune('A' + i))}
		if def.Kind == state.KindMoney {
			at.Unit = unit
		}
		s.Columns = append(s.Columns, at)
	}
	for n, row := range rows {
		r := state.Row{Sheet: s.Name, No: 4 + n, Class: state.Class(row["project_class"]), Project: row["project_id"], Values: map[string]state.Value{}}
		for i, id := range ids {
			r.Values[id] = valueOf(form.Column(id), row[id], string(rune('A'+i))+strconv.Itoa(r.No), unit)
			if f, ok := r.Money(id); ok {
				sums[id] += f
			}
		}
		s.Rows = append(s.Rows, r)
	}
	t := state.Row{Sheet: s.Name, No: 4 + len(rows), Values: map[string]state.Value{}}
	for i, id := range ids {
		if def := form.Column(id); def.Sum && def.Kind == state.KindMoney {
			typed := inUnit(sums[id], worth(unit))
			if other, ok := totals[id]; ok {
				typed = other
			}
			t.Values[id] = valueOf(def, typed, string(rune('A'+i))+strconv.Itoa(t.No), unit)
		}
	}
	s.Totals = append(s.Totals, t)
	return state.Book{Name: "周报.xlsx", Format: "xlsx", Sheets: []state.Sheet{s}}
}

func worth(unit string) state.Fen {
	if unit == "亿元" {
		return state.Yi
	}
	return state.Wan
}

// valueOf reads a typed cell as ingest/sheet does: 约210 is no number, 无 is nothing.
func valueOf(def *state.Column, typed, cell, unit string) state.Value {
	v := state.Value{Cell: cell, Raw: typed, Text: typed}
	switch {
	case def.Kind != state.KindText && slices.Contains([]string{"无", "—"}, typed):
		v.Text = ""
		if def.Kind == state.KindMoney {
			v.Doubt = "amount-not-stated"
		}
	case typed == "":
	case def.Kind == state.KindMoney:
		f, err := state.ParseFen(typed, worth(unit))
		if err != nil {
			v.Text, v.Doubt = "", "not-a-number"
			break
		}
		v.Text = f.Wan()
	case def.Kind == state.KindDate:
		if _, err := time.Parse(time.DateOnly, typed); err != nil {
			v.Text, v.Doubt = "", "deadline-not-a-date"
		}
	}
	return v
}

// goodCase is a week of one department with one project, W38 after an accepted W37.
func goodCase(form *state.Form, rows ...cells) Case {
	c := Case{
		Roster: &state.Roster{
			Depts: []state.Dept{{ID: "D05", Short: "区交通局", Reports: true}, {ID: "D04", Short: "区住建局"}},
			Projects: []state.Project{{
				ID: "P1", Name: "文峰路北延道路工程", Class: state.ClassContinuing, Dept: "D05",
				Total: 23500 * state.Wan, YearPlan: 10500 * state.Wan, CumBefore: 8600 * state.Wan, LeadLeader: "L1",
			}},
			Leaders: []state.Leader{{ID: "L1", Name: "卓拟行"}},
		},
		Week: state.Week{Year: 2026, No: 38}, Dept: "D05",
		AsOf:     time.Date(2026, 9, 18, 0, 0, 0, 0, time.UTC),
		Received: time.Date(2026, 9, 18, 9, 0, 0, 0, time.UTC),
	}
	last := bookOf(form, "万元", nil, goodRow.with(cells{
		"week_invest": "100", "ytd_invest": "4300", "ytd_rate": "41", "cum_invest": "12900",
		"progress": "路基完成80%;跨沟桥下部结构完成40%", "next_plan": "路基完成至86%", "land_done_mu": "170", "demo_done": "40",
	})).Sheets[0].Rows[0]
	c.Bases = map[string]state.Base{"P1": {
		Week: state.Week{Year: 2026, No: 37}, Fresh: true, YTD: 4300 * state.Wan, Cum: 12900 * state.Wan,
		Counted: &state.Counted{Project: "P1", YTD: 4300 * state.Wan, Cum: 12900 * state.Wan, Week: 100 * state.Wan, Values: last.Values},
	}}
	c.Books = []state.Book{bookOf(form, "万元", nil, rows...)}
	return c
}

// found picks the findings of one rule.
func found(all []state.Finding, rule string) []state.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f state.Finding) bool { return f.Rule != rule })
}

// asked lists what a department would be asked: everything above a note.
func asked(all []state.Finding) []string {
	var out []string
	for _, f := range all {
		if f.Level != state.LevelNote {
			out = append(out, f.Rule+" "+f.Column)
		}
	}
	return out
}
