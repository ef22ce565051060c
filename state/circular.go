package state

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Circulars (article 16): what may stand in a draft 通报, and the rectification that follows
// from one a person approved. The rules only propose; no department is named to others
// before the office has read the text.

// CircularRule is when a department stands on a draft. A zero number switches its rule off.
type CircularRule struct {
	Late        int      // weeks in a row reported late or not at all
	Stale       int      // weeks in a row a project's figures were only carried over
	Answers     bool     // a request left unanswered beyond its three working days
	Rectify     int      // working days to put things right, from the day the circular left
	To          []string // the circulation list: who gets a circular beside the departments named
	Supervision string   // who gets a copy of the reminders to put things right; "" for nobody
}

// DefaultCirculars are the rules of mails.md, row 27.
func DefaultCirculars() CircularRule {
	return CircularRule{Late: 2, Stale: 5, Answers: true, Rectify: 5}
}

// Off reports whether no rule is on.
func (c CircularRule) Off() bool { return c.Late == 0 && c.Stale == 0 && !c.Answers }

// GroundKind is why a department stands on a draft.
type GroundKind string

// The grounds.
const (
	GroundLate   GroundKind = "late"
	GroundStale  GroundKind = "stale"
	GroundAnswer GroundKind = "answer"
)

// Ground is one reason for naming a department, with its evidence.
type Ground struct {
	Dept    string     `json:"dept"`
	Kind    GroundKind `json:"kind"`
	Weeks   []Week     `json:"weeks,omitempty"` // newest first
	How     []string   `json:"how,omitempty"`   // GroundLate: 未报 or 迟报, by week
	Project string     `json:"project,omitempty"`
	Issue   string     `json:"issue,omitempty"`
	Due     time.Time  `json:"due,omitzero"` // GroundAnswer: when the answer was due
}

// Overdue is a request nobody answered in time.
type Overdue struct {
	Issue   string
	Project string
	Units   []string // who was asked; the first leads and answers for it
	Due     time.Time
}

// Grounds finds who stands on the draft of the newest week. digests are the frozen weeks,
// newest first; a streak that reached its length earlier speaks again only when it has grown
// by as much, so that nobody is named every week for the same. Exempt weeks and those in
// which we did not answer in time break a streak.
func (c CircularRule) Grounds(roster *Roster, digests []*Digest, overdue []Overdue) []Ground {
	var out []Ground
	if len(digests) == 0 {
		return nil
	}
	for _, dept := range roster.Depts {
		if weeks, how := lateStreak(digests, dept.ID); speaks(len(weeks), c.Late) {
			out = append(out, Ground{Dept: dept.ID, Kind: GroundLate, Weeks: weeks, How: how})
		}
		for i := range roster.Projects {
			p := &roster.Projects[i]
			if p.Dept != dept.ID || c.Stale == 0 {
				continue
			}
			if weeks := staleStreak(digests, p.ID); speaks(len(weeks), c.Stale) {
				out = append(out, Ground{Dept: dept.ID, Kind: GroundStale, Weeks: weeks, Project: p.ID})
			}
		}
		for _, o := range overdue {
			if c.Answers && len(o.Units) > 0 && o.Units[0] == dept.ID {
				out = append(out, Ground{Dept: dept.ID, Kind: GroundAnswer, Project: o.Project, Issue: o.Issue, Due: o.Due})
			}
		}
	}
	return out
}

// Since is how a frozen week was reported by what came after its digest was drawn: who did
// report, before the week was frozen or later, is late and not missing, and whom we did not
// answer in time is 未核. A circular says no less of anybody than is known of him.
func (r Reporting) Since(now map[string]*DeptWeek) Reporting {
	missing := r.Unreported
	r.Unreported, r.Late, r.Unverified = nil, slices.Clone(r.Late), slices.Clone(r.Unverified)
	for _, dept := range missing {
		switch d := now[dept]; {
		case d == nil || len(d.Tries) == 0:
			r.Unreported = append(r.Unreported, dept)
		case d.Late:
			r.Late = append(r.Late, dept)
		default:
			r.OnTime = append(slices.Clone(r.OnTime), dept)
		}
	}
	for dept, d := range now {
		if d.State == Unverified && !slices.Contains(r.Unverified, dept) {
			r.Unverified = append(r.Unverified, dept)
		}
	}
	return r
}

// Reach is how many weeks the rules look back: the longest streak that can speak twice.
func (c CircularRule) Reach() int { return 2 * max(c.Late, c.Stale, 1) }

// speaks reports whether a streak of n weeks is told by a rule of that length.
func speaks(n, length int) bool { return length > 0 && n > 0 && n%length == 0 }

func lateStreak(digests []*Digest, dept string) (weeks []Week, how []string) {
	for _, d := range digests {
		switch {
		case slices.Contains(d.Reporting.Exempt, dept), slices.Contains(d.Reporting.Unverified, dept):
			return weeks, how
		case slices.Contains(d.Reporting.Unreported, dept):
			how = append(how, "未报")
		case slices.Contains(d.Reporting.Late, dept):
			how = append(how, "迟报")
		default:
			return weeks, how
		}
		weeks = append(weeks, d.Period)
	}
	return weeks, how
}

func staleStreak(digests []*Digest, project string) (weeks []Week) {
	for _, d := range digests {
		p, there := d.Projects[project]
		if !there || !p.Stale || p.Exempt || p.Unverified {
			break
		}
		weeks = append(weeks, d.Period)
	}
	return weeks
}

// Rectification is what a department named in a circular is to put right (整改).
type Rectification struct {
	Circular string // the key of the circular
	Week     Week
	Dept     string
	What     []string // the sentences of the circular about it
	Due      time.Time
	Done     time.Time // when the office found it done; zero while it is not
	Reason   string
	By       string
}

func keyRectify(circular, dept string) string { return prefixRectify + circular + "/" + dept }

// PutRectification records it, and on which day it is due.
func (r *Records) PutRectification(t Rectification) error {
	if err := r.fileRectification(t); err != nil {
		return err
	}
	return put(r.tx, keyRectify(t.Circular, t.Dept), t)
}

// RemoveRectification forgets what a circular that never left wanted put right.
func (r *Records) RemoveRectification(circular, dept string) error {
	var t Rectification
	key := keyRectify(circular, dept)
	found, err := get(r.tx, key, &t)
	if err != nil || !found {
		return err
	}
	if err := errors.Join(r.tx.Delete(key), r.tx.Delete(prefixRectifyOn(t.Due)+key[len(prefixRectify):])); err != nil {
		return fmt.Errorf("remove %s: %w", key, err)
	}
	return nil
}

// PutOffRectification moves the day by which it must be put right to a later one; an earlier one
// changes nothing.
func (r *Records) PutOffRectification(circular, dept string, due time.Time) error {
	var t Rectification
	found, err := get(r.tx, keyRectify(circular, dept), &t)
	if err != nil || !found || !t.Due.Before(due) {
		return err
	}
	if err := r.RemoveRectification(circular, dept); err != nil {
		return err
	}
	t.Due = due
	return r.PutRectification(t)
}

func (r *Records) fileRectification(t Rectification) error {
	key := keyRectify(t.Circular, t.Dept)
	if err := r.tx.Set(prefixRectifyOn(t.Due)+key[len(prefixRectify):], nil); err != nil {
		return fmt.Errorf("file %s: %w", key, err)
	}
	return nil
}

// prefixRectifyOn holds what is to be put right on the day of t.
func prefixRectifyOn(t time.Time) string { return prefixRectifyDue + t.UTC().Format(isoDay) + "/" }

// Rectifications lists every rectification, by circular and department.
func (r *Records) Rectifications() ([]Rectification, error) {
	return eachOf[Rectification](r, prefixRectify)
}

// RectificationsDue lists those due on the days from one instant to another, by day.
func (r *Records) RectificationsDue(from, until time.Time) ([]Rectification, error) {
	var out []Rectification
	for _, day := range daysFrom(from, until) {
		prefix := prefixRectifyOn(day)
		var keys []string
		err := r.tx.Each(prefix, func(key string, _ []byte) error {
			keys = append(keys, prefixRectify+key[len(prefix):])
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("list what is to be put right: %w", err)
		}
		for _, key := range keys {
			var t Rectification
			found, err := get(r.tx, key, &t)
			if err != nil {
				return nil, err
			}
			if found {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// Circulated is how many drafts of a week's circular were made; found is false before the
// week was looked at.
func (r *Records) Circulated(w Week) (round int, found bool, err error) {
	found, err = get(r.tx, prefixCirculated+w.String(), &round)
	return round, found, err
}

// PutCirculated records that the week was looked at and round drafts were made of it.
func (r *Records) PutCirculated(w Week, round int) error {
	if err := put(r.tx, prefixCirculated+w.String(), round); err != nil {
		return fmt.Errorf("mark circular of %s: %w", w, err)
	}
	return nil
}
