package rules

import (
	"fmt"
	"strconv"
	"testing"

	"duban/state"
)

// sixtyRows is a department with sixty projects, each with last week's row.
func sixtyRows(form *state.Form) Case {
	var rows []cells
	for i := range 60 {
		ytd := 4300 + i*10
		rows = append(rows, goodRow.with(cells{
			"project_id": "P" + strconv.Itoa(i), "project_name": fmt.Sprintf("第%d号道路工程", i), "ytd_invest": strconv.Itoa(ytd + 120),
			"ytd_rate": rateOf(ytd+120, 10500), "cum_invest": strconv.Itoa(8600 + ytd + 120),
		}))
	}
	c := goodCase(form, rows...)
	c.Past = map[string][]state.Past{}
	project, base := c.Roster.Projects[0], c.Bases["P1"]
	c.Roster.Projects, c.Bases = nil, map[string]state.Base{}
	for i, row := range rows {
		p, b := project, base
		p.ID, p.Name = row["project_id"], row["project_name"]
		b.YTD, b.Cum = state.Fen(4300+i*10)*state.Wan, state.Fen(12900+i*10)*state.Wan
		c.Roster.Projects = append(c.Roster.Projects, p)
		c.Bases[p.ID] = b
		for range maxPast {
			c.Past[p.ID] = append(c.Past[p.ID], state.Past{Of: b.Week, Counted: *b.Counted})
		}
	}
	return c
}

// BenchmarkJudge60Rows judges a workbook of sixty projects by the whole shipped catalogue,
// registry and the last eight weeks known.
func BenchmarkJudge60Rows(b *testing.B) {
	set := shipped(b)
	c := sixtyRows(set.form)
	if got := asked(set.Judge(c)); got != nil {
		b.Fatalf("the rows must be right: %v", got)
	}
	b.ReportAllocs()
	for b.Loop() {
		set.Judge(c)
	}
}

// BenchmarkJudge6000Projects judges a county: a hundred such workbooks, one after the other.
func BenchmarkJudge6000Projects(b *testing.B) {
	set := shipped(b)
	c := sixtyRows(set.form)
	b.ReportAllocs()
	for b.Loop() {
		for range 100 {
			set.Judge(c)
		}
	}
}

// BenchmarkLoad reads and compiles the shipped catalogue.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		shipped(b)
	}
}
