package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duban/state"
)

// also is how a leading item names a further cell to change.
var also = regexp.MustCompile(`\(([A-Z]+[0-9]+)\)相应应为([0-9.]+)`)

// threeProjects are three right rows of one department.
func threeProjects(form *state.Form) (Case, []cells) {
	var rows []cells
	for i := range 3 {
		rows = append(rows, goodRow.with(cells{"project_id": "P" + strconv.Itoa(i), "project_name": fmt.Sprintf("第%d号道路工程", i)}))
	}
	c := goodCase(form, rows...)
	project, base := c.Roster.Projects[0], c.Bases["P1"]
	c.Roster.Projects, c.Bases = nil, map[string]state.Base{}
	for _, row := range rows {
		p := project
		p.ID, p.Name = row["project_id"], row["project_name"]
		c.Roster.Projects = append(c.Roster.Projects, p)
		c.Bases[p.ID] = base
	}
	return c, rows
}

// spoil changes a figure the way departments do.
func spoil(t *rapid.T, right string) string {
	n, _ := strconv.Atoi(right)
	switch rapid.IntRange(0, 5).Draw(t, "how") {
	case 0:
		return ""
	case 1:
		return "约" + right
	case 2:
		return strconv.FormatFloat(float64(n)/10_000, 'f', -1, 64)
	case 3:
		return strconv.Itoa(n + 100*rapid.IntRange(1, 9).Draw(t, "more"))
	case 4:
		return strconv.Itoa(max(n-100*rapid.IntRange(1, 9).Draw(t, "less"), 0))
	}
	return strconv.Itoa(n * 10)
}

// TestCorrectingWhatIsListedIsEnough is the law of one-shot correction: whoever changes exactly
// the cells a letter lists, to what it says, is not asked about any other cell afterwards.
func TestCorrectingWhatIsListedIsEnough(t *testing.T) {
	set := shipped(t)
	figures := []string{"week_invest", "ytd_invest", "cum_invest", "ytd_rate", "year_plan", "total_invest"}
	rapid.Check(t, func(t *rapid.T) {
		c, rows := threeProjects(set.form)
		typed := slices.Clone(rows)
		for range rapid.IntRange(1, 4).Draw(t, "mistakes") {
			row := rapid.IntRange(0, 2).Draw(t, "row")
			column := rapid.SampledFrom(figures).Draw(t, "column")
			typed[row] = typed[row].with(cells{column: spoil(t, rows[row][column])})
		}
		totals := cells{}
		if rapid.Bool().Draw(t, "total too") {
			totals["week_invest"] = "777"
		}
		c.Books = []state.Book{bookOf(set.form, "万元", totals, typed...)}
		first := set.Judge(c)
		changed := correct(&c.Books[0], first, rows, set.form)
		for _, f := range set.Judge(c) {
			if f.Level != state.LevelNote && !changed[f.Cell] {
				t.Fatalf("told first:\n%s\nthen asked of %s: %s %s", brief(first), f.Cell, f.Rule, f.Message)
			}
		}
	})
}

// correct does what the findings say, and what only the department knows it puts right. It
// returns the cells it changed and those a letter said could not be checked yet: the figures
// that depend on one that could not be read.
func correct(b *state.Book, findings []state.Finding, right []cells, form *state.Form) map[string]bool {
	changed := map[string]bool{}
	put := func(cell, text string) {
		changed[cell] = true
		for _, row := range append(slices.Clone(b.Sheets[0].Rows), b.Sheets[0].Totals...) {
			for id, v := range row.Values {
				if v.Cell == cell {
					row.Values[id] = valueOf(form.Column(id), text, cell, "万元")
				}
			}
		}
	}
	for _, f := range findings {
		if f.Level == state.LevelNote || f.Follows != "" {
			continue
		}
		for _, m := range also.FindAllStringSubmatch(f.Message, -1) {
			put(m[1], m[2])
		}
		if strings.Contains(f.Message, "再核对与它有关的") {
			later(b.Sheets[0], f, changed)
		}
		switch _, err := state.ParseWan(f.Expected); {
		case err == nil:
			put(f.Cell, f.Expected)
		case f.Rule == "unit-suspect":
			put(f.Cell, f.Example)
		case f.Project != "":
			i, _ := strconv.Atoi(f.Project[1:])
			put(f.Cell, right[i][f.Column])
		}
	}
	return changed
}

// later marks the figures of the row and of the column's totals as to be checked later.
func later(s state.Sheet, f state.Finding, changed map[string]bool) {
	for _, row := range s.Rows {
		for _, id := range []string{"week_invest", "ytd_invest", "cum_invest", "ytd_rate"} {
			if row.Project == f.Project {
				changed[row.Values[id].Cell] = true
			}
		}
	}
	for _, total := range s.Totals {
		for _, v := range total.Values {
			changed[v.Cell] = true
		}
	}
}

func brief(all []state.Finding) string {
	var lines []string
	for _, f := range all {
		if f.Level != state.LevelNote {
			lines = append(lines, fmt.Sprintf("%s %s found %s expected %s follows %s: %s", f.Cell, f.Rule, f.Found, f.Expected, f.Follows, f.Message))
		}
	}
	return strings.Join(lines, "\n")
}
