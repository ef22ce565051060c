package state

import (
	"fmt"
	"slices"
	"strings"
)

// ToEnter reports whether a report waits to be drawn into the ledger.
func (r *Records) ToEnter() (bool, error) {
	waits := false
	err := r.tx.Each(prefixEntry, func(string, []byte) error {
		waits = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for reports to enter: %w", err)
	}
	return waits, nil
}

// enterAtOnce bounds how many reports are drawn into the ledger in one transaction, which has
// room for so many writes only.
const enterAtOnce = 64

// EnterReports draws reports recorded since the last time into the ledger, in the order of
// their weeks, at most enterAtOnce of them: from here on their issues have their numbers.
func (r *Records) EnterReports(roster *Roster) error {
	var marks []string
	err := r.tx.Each(prefixEntry, func(key string, _ []byte) error {
		marks = append(marks, key[len(prefixEntry):])
		return nil
	})
	if err != nil || len(marks) == 0 {
		return err
	}
	marks = marks[:min(len(marks), enterAtOnce)]
	var rows []entry
	projects, speaking := map[string]bool{}, map[string]bool{}
	for _, mark := range marks {
		marked, err := r.marked(roster, mark)
		if err != nil {
			return fmt.Errorf("enter %s: %w", mark, err)
		}
		for _, e := range marked {
			rows = append(rows, e)
			projects[e.project.ID] = true
			if !SaysNothing(e.row.text(columnProblems)) {
				speaking[e.project.ID] = true
			}
		}
		if err := r.tx.Delete(prefixEntry + mark); err != nil {
			return fmt.Errorf("enter %s: %w", mark, err)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	l := ledger{roster: roster}
	if l.issues, err = r.issuesAround(projects, speaking); err != nil {
		return err
	}
	if l.next, err = r.nextIssue(); err != nil {
		return err
	}
	for _, e := range rows {
		l.enter(e.week, e.project, e.row)
	}
	for _, i := range l.issues {
		if l.changed[i.ID] {
			if err := r.PutIssue(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry is a row that says something of problems, of a report that waits for the ledger.
type entry struct {
	week    Week
	project Project
	row     *Counted
}

// marked reads the entries of one waiting report, "2026-W38/D05".
func (r *Records) marked(roster *Roster, mark string) ([]entry, error) {
	name, dept, _ := strings.Cut(mark, "/")
	w, err := ParseWeek(name)
	if err != nil {
		return nil, err
	}
	d, err := r.DeptWeek(w, dept)
	if err != nil || d == nil {
		return nil, err
	}
	var out []entry
	for k := range d.Rows {
		row := &d.Rows[k]
		if p := roster.Project(row.Project); p != nil && row.text(columnProblems) != "" && slices.Contains(roster.hands(*p), dept) {
			out = append(out, entry{w, *p, row})
		}
	}
	return out, nil
}
