package state

import (
	"errors"
	"fmt"
	"time"
)

// DeptWeek returns a department's week; nil when nothing is known of it.
func (r *Records) DeptWeek(w Week, dept string) (*DeptWeek, error) {
	var d DeptWeek
	found, err := get(r.tx, keyDeptWeek(w, dept), &d)
	if !found {
		return nil, err
	}
	return &d, err
}

// PutDeptWeek records a department's week, and that its rows are still to be drawn into the
// ledger of issues.
func (r *Records) PutDeptWeek(d DeptWeek) error {
	if err := r.tx.Set(keyEntry(d.Week, d.Dept), nil); err != nil {
		return fmt.Errorf("mark %s %s for the ledger: %w", d.Week, d.Dept, err)
	}
	return put(r.tx, keyDeptWeek(d.Week, d.Dept), &d)
}

// DeptWeeks returns every department-week known of w, by department.
func (r *Records) DeptWeeks(w Week) (map[string]*DeptWeek, error) {
	out := map[string]*DeptWeek{}
	err := r.tx.Each(prefixWeek+w.String()+"/", func(_ string, b []byte) error {
		var d DeptWeek
		if err := r.tx.deflater.decode(b, &d); err != nil {
			return err
		}
		out[d.Dept] = &d
		return nil
	})
	return out, err
}

// Standings is DeptWeeks without the cells of the rows, for whoever only asks how the
// departments stand: the cells are nearly all of a report.
func (r *Records) Standings(w Week) (map[string]*DeptWeek, error) {
	out := map[string]*DeptWeek{}
	err := r.tx.Each(prefixWeek+w.String()+"/", func(_ string, b []byte) error {
		var s standing
		if err := r.tx.deflater.decode(b, &s); err != nil {
			return err
		}
		out[s.Dept] = &s.DeptWeek
		return nil
	})
	return out, err
}

// maxLookBack bounds how many weeks are searched for a project's last accepted figures;
// a project silent for longer starts again from the last digest that holds it.
const maxLookBack = 60

// Bases finds each project's last accepted figures before w: the newest counted row of an
// earlier week, else the registry's opening balance.
func (r *Records) Bases(roster *Roster, s *Schedule, w Week, projects []Project) (map[string]Base, error) {
	out := make(map[string]Base, len(projects))
	before := s.Previously(w)
	for week, n := before, 0; n < maxLookBack && len(out) < len(projects); week, n = s.Previously(week), n+1 {
		if openedBefore(projects, week, out) {
			break
		}
		depts := map[string]*DeptWeek{}
		for _, p := range projects {
			if _, done := out[p.ID]; done {
				continue
			}
			for _, dept := range roster.hands(p) {
				if _, asked := depts[dept]; asked {
					continue
				}
				var err error
				if depts[dept], err = r.DeptWeek(week, dept); err != nil {
					return nil, err
				}
			}
			if c := roster.RowOf(p, depts); c != nil {
				out[p.ID] = Base{Week: week, Fresh: week == before, YTD: c.YTD, Cum: c.Cum, Counted: c}
			}
		}
	}
	for _, p := range projects {
		if _, done := out[p.ID]; !done {
			out[p.ID] = Base{Week: p.OpeningWeek, Fresh: p.opensAfter(before, s.Deadline(before).AsOf(), w), YTD: p.OpeningYTD, Cum: p.CumBefore + p.OpeningYTD}
		}
	}
	return out, nil
}

// opensAfter reports whether the registry's opening balance is of the week directly before w,
// whose figures stand as of a day. A balance without a week is of the beginning: of the year, or
// of the project. In a later week nobody knows what was spent in those that were never reported.
func (p *Project) opensAfter(before Week, asOf time.Time, w Week) bool {
	if !p.OpeningWeek.IsZero() {
		return p.OpeningWeek == before
	}
	return before.Year != w.Year || !p.Active(asOf)
}

// openedBefore reports whether week lies at or before the opening balance of every project
// still without figures: nothing earlier can be stored.
func openedBefore(projects []Project, week Week, have map[string]Base) bool {
	for _, p := range projects {
		if _, done := have[p.ID]; !done && p.OpeningWeek.Before(week) {
			return false
		}
	}
	return true
}

// Digest returns a week's summary as it was sent; nil before it was.
func (r *Records) Digest(w Week) (*Digest, error) {
	var d Digest
	found, err := get(r.tx, prefixDigest+w.String(), &d)
	if !found {
		return nil, err
	}
	return &d, err
}

// Frozen reports whether the week has a digest, without reading it.
func (r *Records) Frozen(w Week) (bool, error) {
	_, err := r.tx.Get(prefixDigest + w.String())
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read digest of %s: %w", w, err)
	}
	return true, nil
}

// PutDigest records the summary of a week as it is sent.
func (r *Records) PutDigest(d Digest) error { return put(r.tx, prefixDigest+d.Period.String(), d) }
