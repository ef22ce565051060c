package state

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The ledger in the store. Beside the issues themselves stand lists of those something may
// still follow from, so that a tick reads these alone, however many were ever closed.

// Issues lists every issue, closed ones included, by number.
func (r *Records) Issues() ([]Issue, error) {
	out, err := eachOf[Issue](r, prefixIssue)
	byNumber(out)
	return out, err
}

func byNumber(all []Issue) {
	slices.SortFunc(all, func(a, b Issue) int { return cmp.Or(len(a.ID)-len(b.ID), strings.Compare(a.ID, b.ID)) })
}

// OpenIssues lists the issues that are not closed, by number; those that go on under another
// number are among them.
func (r *Records) OpenIssues() ([]Issue, error) {
	ids, err := r.lastParts(prefixIssueOpen)
	if err != nil {
		return nil, fmt.Errorf("list open issues: %w", err)
	}
	return r.issuesNamed(ids)
}

// Closings lists the issues that a reply or the office closed and that are still to be told as
// closed, by number. One that was opened again since is among them.
func (r *Records) Closings() ([]Issue, error) {
	ids, err := r.lastParts(prefixIssueDone)
	if err != nil {
		return nil, fmt.Errorf("list closed issues: %w", err)
	}
	return r.issuesNamed(ids)
}

// TellClosing records that a closing was told, together with its letter.
func (r *Records) TellClosing(issue string) error {
	if err := r.tx.Delete(prefixIssueDone + issue); err != nil {
		return fmt.Errorf("note that the closing of %s was told: %w", issue, err)
	}
	return nil
}

// OpenOrAsked lists the open issues and those handed over on the days from since to now,
// closed meanwhile or not, by number.
func (r *Records) OpenOrAsked(since, now time.Time) ([]Issue, error) {
	ids, err := r.lastParts(prefixIssueOpen)
	for _, day := range daysFrom(since, now) {
		var asked []string
		if err == nil {
			asked, err = r.lastParts(prefixAskedOn(day))
		}
		ids = append(ids, asked...)
	}
	if err != nil {
		return nil, fmt.Errorf("list open issues: %w", err)
	}
	return r.issuesNamed(ids)
}

// issuesAround lists what rows may speak of, by number: the open issues of every project, for
// those of speaking the closed ones too, and the issues all of these go on under. An open
// issue of another project is left out.
func (r *Records) issuesAround(projects, speaking map[string]bool) ([]Issue, error) {
	var ids []string
	err := r.tx.Each(prefixIssueOpen, func(key string, _ []byte) error {
		if at := strings.LastIndexByte(key, '/'); projects[key[len(prefixIssueOpen):at]] {
			ids = append(ids, key[at+1:])
		}
		return nil
	})
	for p := range speaking {
		var of []string
		if err == nil {
			of, err = r.lastParts(prefixIssueOf + p + "/")
		}
		ids = append(ids, of...)
	}
	if err != nil {
		return nil, fmt.Errorf("list issues of projects: %w", err)
	}
	issues, err := r.issuesNamed(ids)
	if err != nil {
		return nil, err
	}
	for _, i := range issues {
		if i.Merged != "" {
			ids = append(ids, i.Merged)
		}
	}
	return r.issuesNamed(ids)
}

// issuesNamed reads the issues with these ids, each once, by number.
func (r *Records) issuesNamed(ids []string) ([]Issue, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	var out []Issue
	for _, id := range slices.Compact(ids) {
		i, err := r.Issue(id)
		if err != nil {
			return nil, err
		}
		if i != nil {
			out = append(out, *i)
		}
	}
	byNumber(out)
	return out, nil
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

// PutIssue records an issue and keeps the lists of issues true.
func (r *Records) PutIssue(i Issue) error {
	if err := r.fileIssue(i); err != nil {
		return fmt.Errorf("file issue %s: %w", i.ID, err)
	}
	return put(r.tx, prefixIssue+i.ID, i)
}

// fileIssue puts an issue on the lists it belongs on.
func (r *Records) fileIssue(i Issue) error {
	err := r.tx.Set(keyIssueOf(i), nil)
	if err == nil && (i.Closed.IsZero() || i.Merged != "") {
		err = r.tx.Set(keyIssueOpen(i), nil)
	} else if err == nil {
		err = r.tx.Delete(keyIssueOpen(i))
	}
	if ask := i.LastAsk(); err == nil && ask != nil {
		err = r.tx.Set(prefixAskedOn(ask.At)+i.ID, nil)
	}
	if err != nil {
		return err
	}
	next, err := r.nextIssue()
	if n := nextNumber([]Issue{i}); err == nil && n > next {
		err = put(r.tx, keyIssues, n-1)
	}
	return err
}

// nextIssue is the number of the next issue. Numbers are given once.
func (r *Records) nextIssue() (int, error) {
	var last int
	_, err := get(r.tx, keyIssues, &last)
	return last + 1, err
}
