//go:build corpus

package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"duban/state"
)

// bookTruth is one line of workbooks/TRUTH.jsonl.
type bookTruth struct {
	ID, File, Expect string
	Department       string
	Special          string // what is planted, in words; it names the sheet's unit of money
	Tables           []tableTruth
}

type tableTruth struct {
	Sheet   string
	Columns map[string]string
	Rows    []rowTruth
	Totals  *struct {
		Row    int
		Values map[string]struct {
			Cell   string
			Stored any
		}
	} `json:"totals_row"`
	Planted []struct {
		Cell, Code, Column string
		OK                 *bool
	}
}

type rowTruth struct {
	Row    int
	Values map[string]valueTruth
}

// valueTruth is one cell: what the file holds and what a right reader ends with.
type valueTruth struct {
	Cell   string
	Stored any
	Value  any // nil: no certain value
	Code   string
	OK     *bool // false: the department must be asked
}

// columnOf are the truth's keys (README of the corpus). A key that is not here stands for
// no column of the form.
var columnOf = map[string]string{
	"seq": "seq", "name": "project_name", "cat": "project_class", "scale": "scope", "total": "total_invest", "plan": "year_plan",
	"week": "week_invest", "ytd": "ytd_invest", "progress": "progress", "issue": "problems", "coord": "coordination_request",
	"unit": "responsible_dept", "leader": "lead_leader", "filler": "liaison", "phone": "phone", "start": "planned_start", "end": "planned_finish",
}

var amounts = []string{"total", "plan", "week", "ytd"}

func checkBooks(t *testing.T, dir string) {
	c := newTally(t, "workbooks")
	list := truths[bookTruth](t, filepath.Join(dir, "workbooks", "TRUTH.jsonl"))
	var files []string
	for _, b := range list {
		files = append(files, filepath.Join(dir, "workbooks", b.File))
	}
	found := inspectFiles(t, files)
	cells := 0
	for _, b := range list {
		f, ok := found[b.File]
		if !ok {
			c.faulty(b.ID, "not handled")
			continue
		}
		c.add(f)
		c.sentences(b.ID, f)
		c.book(b, f)
		for _, table := range b.Tables {
			for _, r := range table.Rows {
				cells += len(r.Values)
			}
		}
	}
	t.Logf("workbooks: %d cells with a truth", cells)
	c.print()
}

// book holds one workbook against its truth.
func (c *tally) book(b bookTruth, f inspected) {
	if len(f.Rows) == 0 && refusal(f) != "" {
		if strings.HasPrefix(b.Expect, "accept") && b.Expect != "accept_or_reject" {
			c.faulty(b.ID, "refused as %s", refusal(f))
		}
		return
	}
	c.rows(b, f.Rows)
	c.unit(b, f)
	c.planted(b, f)
	c.accused(b, f)
	asked := slices.ContainsFunc(f.Findings, func(x state.Finding) bool { return x.Level != state.LevelNote })
	switch {
	case b.Expect == "reject" && f.Decision != state.DecisionCorrect:
		c.faulty(b.ID, "must go back, got %s", f.Decision)
	case b.Expect == "human" && !asked && len(f.Findings) == 0:
		c.faulty(b.ID, "a person must hear of it, got nothing")
	}
}

// unit checks that a sheet's department is read as it stands there.
func (c *tally) unit(b bookTruth, f inspected) {
	for _, w := range f.Workbooks {
		if w.Rows > 0 && w.Unit != "" && b.Department != "" && w.Unit != b.Department {
			c.faulty(b.ID, "is of %s, got %s", b.Department, w.Unit)
		}
		if w.Rows > 0 && w.Unit != "" {
			c.units++
		}
	}
}

// rows checks that every row of the truth is there with every value at its cell, and none
// besides.
func (c *tally) rows(b bookTruth, rows []inspectedRow) {
	type place struct {
		sheet string
		row   int
	}
	got := map[place]inspectedRow{}
	for _, r := range rows {
		got[place{sheetOf(b, r.Sheet), r.Row}] = r
	}
	if len(got) != len(rows) {
		c.faulty(b.ID, "a row is listed twice")
	}
	for _, table := range b.Tables {
		for _, want := range table.Rows {
			at := place{table.Sheet, want.Row}
			r, ok := got[at]
			if !ok {
				c.faulty(b.ID, "row %s!%d is missing", at.sheet, at.row)
				continue
			}
			delete(got, at)
			c.values(b, table, want, r)
		}
	}
	for at := range got {
		if !incomplete(b, at.sheet, at.row) {
			c.faulty(b.ID, "row %s!%d is none of the truth", at.sheet, at.row)
		}
	}
}

// sheetOf is the truth's name of a sheet; formats without sheets call the only one by
// another name.
func sheetOf(b bookTruth, name string) string {
	if len(b.Tables) == 1 && !slices.ContainsFunc(b.Tables, func(t tableTruth) bool { return t.Sheet == name }) &&
		strings.HasPrefix(b.File, name) {
		return b.Tables[0].Sheet
	}
	return name
}

// incomplete tells whether the truth plants a half-filled row there, which is asked about.
func incomplete(b bookTruth, sheet string, row int) bool {
	for _, t := range b.Tables {
		for _, p := range t.Planted {
			if t.Sheet == sheet && p.Code == "row_incomplete" && strings.TrimLeft(p.Cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strconv.Itoa(row) {
				return true
			}
		}
	}
	return false
}

func (c *tally) values(b bookTruth, table tableTruth, want rowTruth, got inspectedRow) {
	for key, w := range want.Values {
		id, known := columnOf[key]
		if !known {
			continue
		}
		v, ok := got.Values[id]
		switch {
		case !ok:
			c.faulty(b.ID, "%s %s has no value", w.Cell, id)
		case v.Cell != w.Cell:
			c.faulty(b.ID, "%s %s was read from %s", w.Cell, id, v.Cell)
		case !right(w, key, b.unit(table, key), v.Value):
			c.faulty(b.ID, "%s %s: %q (%s %v) must give %v, got %s", w.Cell, id, fmt.Sprint(w.Stored), w.Code, w.OK == nil || *w.OK, w.Value, said(v.Value))
		}
	}
}

func said(v *string) string {
	if v == nil {
		return "null"
	}
	return strconv.Quote(*v)
}

// unit is how many 万元 one of the column's figures is: the truth gives them as the sheet
// counts, the contract in 万元. Mixed headers state their own unit: a whole column of small
// totals beside plans in 万元 is in 亿元.
func (b bookTruth) unit(table tableTruth, key string) float64 {
	switch {
	case !slices.Contains(amounts, key):
		return 1
	case strings.Contains(b.Special, "单位：亿元"):
		return 10000
	case strings.Contains(b.Special, "单位：元"):
		return 0.0001
	case key == "total" && inYi(table):
		return 10000
	}
	return 1
}

// inYi tells whether the totals are counted in 亿元 beside plans in 万元: every total is
// below its own year's plan by a factor of at least 100.
func inYi(table tableTruth) bool {
	for _, r := range table.Rows {
		total, ok := r.Values["total"].Value.(float64)
		plan, also := r.Values["plan"].Value.(float64)
		if !ok || !also || total*100 > plan {
			return false
		}
	}
	return len(table.Rows) > 0
}

// right tells whether a value is the truth's. An empty cell is "" (contract), where the
// truth says that it has no value. A figure of a formula without a result may be left open:
// the department is asked. A 序号 that is no figure is what the cell says; the truth counts
// the rows.
func right(w valueTruth, key string, unit float64, got *string) bool {
	blank := w.Stored == nil || w.Code != "placeholder" && strings.TrimSpace(fmt.Sprint(w.Stored)) == ""
	switch {
	case blank && w.Code != "odd_seq" && w.Value == nil:
		return got == nil || *got == ""
	case w.Code == "formula_no_cache" && got == nil:
		return true
	case w.Code == "seq_became_date":
		return got == nil
	case w.Code == "odd_seq":
		return got != nil && (blank && *got == "" || *got == strings.TrimSpace(fmt.Sprint(w.Stored)))
	case strings.Contains(fmt.Sprint(w.Value), "?") && w.OK != nil && !*w.OK: // a day without a year, a month foreseen: the best guess, or open
		return got == nil || strings.Contains(*got, strings.Trim(fmt.Sprint(w.Value), "?"))
	case w.Value == nil || got == nil:
		return w.Value == nil && got == nil
	}
	if figure, ok := w.Value.(float64); ok {
		g, err := strconv.ParseFloat(*got, 64)
		return err == nil && close9(g, figure*unit)
	}
	return *got == fmt.Sprint(w.Value)
}

func close9(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// planted checks that the department is asked about every cell the truth says it must be
// asked about.
func (c *tally) planted(b bookTruth, f inspected) {
	for _, table := range b.Tables {
		for _, p := range table.Planted {
			if p.OK == nil || *p.OK || !inForm(p.Column) {
				continue
			}
			if !slices.ContainsFunc(f.Findings, func(x state.Finding) bool { return points(b, x, table.Sheet, p.Cell, p.Code) }) {
				c.faulty(b.ID, "planted %s at %s was not found", p.Code, p.Cell)
			}
		}
	}
}

func inForm(key string) bool {
	_, ok := columnOf[key]
	return ok || key == ""
}

// points tells whether a finding asks about a cell. A half-filled row is asked about at the
// cells that are blank; a note that contradicts its cell is shown to the office.
func points(b bookTruth, x state.Finding, sheet, cell, code string) bool {
	if sheetOf(b, x.Sheet) != sheet || x.Level == state.LevelNote && code != "note_contradicts" {
		return false
	}
	row := strings.TrimLeft(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if code == "row_incomplete" {
		return strings.TrimLeft(x.Cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == row
	}
	return x.Cell == cell || slices.Contains(x.Cells, cell)
}

// accused checks that nothing is called an error that is none: only planted cells, cells a
// row must not leave blank, and what the truth's own figures bear out.
func (c *tally) accused(b bookTruth, f inspected) {
	for _, x := range f.Findings {
		if x.Level == state.LevelError && x.Cell != "" && !borneOut(b, x) {
			c.faulty(b.ID, "%s accused at %s: %s", x.Rule, x.Cell, x.Found)
		}
	}
}

func borneOut(b bookTruth, x state.Finding) bool {
	if x.Rule == "period-conflict" {
		return b.Expect != "accept" && b.Expect != "accept_warn"
	}
	for _, table := range b.Tables {
		if sheetOf(b, x.Sheet) != table.Sheet {
			continue
		}
		if table.Totals != nil {
			for key, v := range table.Totals.Values {
				if v.Cell == x.Cell {
					return !addsUp(table, key, v.Stored)
				}
			}
		}
		for _, p := range table.Planted {
			if p.Cell == x.Cell && (p.OK == nil || !*p.OK) {
				return true
			}
		}
		for _, r := range table.Rows {
			for key, v := range r.Values {
				if v.Cell == x.Cell {
					return v.Value == nil || v.OK != nil && !*v.OK || b.contradicts(r, key, x)
				}
			}
		}
	}
	return false
}

// addsUp tells whether a total agrees with the certain figures of its column, to the rounding
// of a hundredth in each row.
func addsUp(table tableTruth, key string, stored any) bool {
	want, ok := stored.(float64)
	if !ok {
		return false
	}
	sum := 0.0
	for _, r := range table.Rows {
		figure, ok := r.Values[key].Value.(float64)
		if !ok {
			return true // one figure is open, so is the sum
		}
		sum += figure
	}
	return math.Abs(sum-want) <= 0.01*float64(len(table.Rows))+1e-9
}

// contradicts tells whether the truth's figures of a row bear out a rule between columns, or
// its name one about names.
func (b bookTruth) contradicts(r rowTruth, key string, x state.Finding) bool {
	figure := func(key string) float64 {
		v, ok := r.Values[key].Value.(float64)
		if !ok {
			return math.NaN()
		}
		return v
	}
	switch x.Rule {
	case "week-over-ytd":
		return figure("week") > figure("ytd")
	case "week-over-plan":
		return figure("week") > figure("plan")
	case "duplicate-project":
		n := 0
		for _, t := range b.Tables {
			for _, other := range t.Rows {
				if other.Values["name"].Value == r.Values[key].Value {
					n++
				}
			}
		}
		return n > 1
	}
	return false
}
