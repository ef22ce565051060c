package state

import (
	"cmp"
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
	l := ledger{roster: roster}
	if l.issues, err = r.Issues(); err != nil {
		return err
	}
	l.next = nextNumber(l.issues)
	for _, mark := range marks {
		name, dept, _ := strings.Cut(mark, "/")
		w, err := ParseWeek(name)
		if err != nil {
			return fmt.Errorf("enter %s: %w", mark, err)
		}
		d, err := r.DeptWeek(w, dept)
		if err != nil {
			return err
		}
		if d != nil {
			for k := range d.Rows {
				if p := roster.Project(d.Rows[k].Project); p != nil && slices.Contains(roster.kin(p.Dept), dept) {
					l.enter(w, *p, &d.Rows[k])
				}
			}
		}
		if err := r.tx.Delete(prefixEntry + mark); err != nil {
			return fmt.Errorf("enter %s: %w", mark, err)
		}
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

// Issues lists every issue, closed ones included, by number.
func (r *Records) Issues() ([]Issue, error) {
	out, err := eachOf[Issue](r, prefixIssue)
	slices.SortFunc(out, func(a, b Issue) int { return cmp.Or(len(a.ID)-len(b.ID), strings.Compare(a.ID, b.ID)) })
	return out, err
}

// Issue returns the issue of this number; nil when there is none.
func (r *Records) Issue(id string) (*Issue, error) {
	var i Issue
	found, err := get(r.tx, prefixIssue+id, &i)
	if !found {
		return nil, err
	}
	return &i, err
}

// PutIssue records an issue.
func (r *Records) PutIssue(i Issue) error { return put(r.tx, prefixIssue+i.ID, i) }
