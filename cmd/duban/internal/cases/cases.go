// Package cases holds one small mail for every rule: the report of an invented department
// with exactly the defect the rule is about. `duban preview rules` judges them with the real
// judge and shows how the letters read; the golden letters of the tests are made of the same.
//
// cases.go says what a case is, district.go whose reports they are and what stands in a good
// one, table_*.go names the defects, report.go types them into a report, workbook.go draws it
// as an .xlsx and mail.go puts it into a mail.
package cases

import (
	"time"

	"duban/state"
)

// Case is one mail and the rule that must speak of it.
type Case struct {
	Rule string
	// Name tells the cases of one rule apart, in Chinese; "" for its plain one.
	Name string
	// Also are rules that speak too, because the one defect is theirs as well.
	Also []string

	change func(*Report)
}

// Key names the case: "arith-ytd-mismatch", "not-a-spreadsheet/照片".
func (c Case) Key() string {
	if c.Name == "" {
		return c.Rule
	}
	return c.Rule + "/" + c.Name
}

// also is the case with rules that follow from the same defect.
func (c Case) also(rules ...string) Case {
	c.Also = rules
	return c
}

// Report is what the department sends, typed as the form asks for it.
func (c Case) Report(form *state.Form) *Report {
	r := newReport(form)
	if c.change != nil {
		c.change(r)
	}
	return r
}

// LastWeek is the department's report of the week before: what "上周" means in the case.
func (r *Report) LastWeek() *Report {
	before := r.Before
	r = newReport(r.form)
	r.Period = "2026年第37周"
	r.Received = r.Received.AddDate(0, 0, -7)
	for project, values := range lastWeek {
		for id, text := range values {
			r.Row(project).put(id, text)
		}
	}
	if before != nil {
		before(r)
	}
	return r
}

// Group is the cases of one part of rules.yaml.
type Group struct {
	Title string
	Cases []Case
}

// Groups lists the cases in the order of the parts of rules.yaml.
func Groups() []Group {
	return []Group{
		{"来信", mails()},
		{"打不开的文件", files()},
		{"工作表和列", layouts()},
		{"一格之内", cells()},
		{"是哪个项目", projects()},
		{"一行之内", rows()},
		{"与往周相比", weeks()},
		{"连续几周", streaks()},
		{"各类项目", classes()},
	}
}

// All lists every case.
func All() []Case {
	var out []Case
	for _, g := range Groups() {
		out = append(out, g.Cases...)
	}
	return out
}

// Week is the reporting week of the cases.
var Week = state.Week{Year: 2026, No: 38}

// received is when a report comes: the Friday before its deadline, in time.
var received = time.Date(2026, 9, 18, 10, 5, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))
