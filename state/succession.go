package state

import (
	"slices"
	"time"
)

// Departments are merged and renamed: an entry of the registry ends (valid_to) and names the
// one that goes on (successor). From that day on its projects are the successor's, with their
// history; for some months its names and addresses are understood as the successor's, then a
// person is asked.

// successionMonths is how long the names and addresses of an ended department stand for its
// successor.
const successionMonths = 3

// Heir is who goes on for a department at t: the department itself while it exists or when it
// names nobody, else its successor, or whoever goes on for that one.
func (r *Roster) Heir(id string, t time.Time) string {
	for range r.Depts { // as many steps as there are departments: a ring ends too
		d := r.Dept(id)
		if d == nil || d.Successor == "" || !d.ended(t) {
			return id
		}
		id = d.Successor
	}
	return id
}

func (d *Dept) ended(t time.Time) bool { return !d.To.IsZero() && !t.Before(d.To) }

// standsFor is whom the names and addresses of a department mean at t.
func (r *Roster) standsFor(d *Dept, t time.Time) string {
	if d.ended(t) && t.Before(d.To.AddDate(0, successionMonths, 0)) {
		return r.Heir(d.ID, t)
	}
	return d.ID
}

// Named lists the departments a name stands for at t, as fold writes names: full, short or
// other names.
func (r *Roster) Named(name string, t time.Time, fold func(string) string) []string {
	key := fold(name)
	if key == "" {
		return nil
	}
	var out []string
	for i := range r.Depts {
		d := &r.Depts[i]
		for _, n := range append([]string{d.Name, d.Short}, d.Aliases...) {
			if id := r.standsFor(d, t); fold(n) == key && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// kin lists a department, whoever went before it and whoever goes on for it: in whose weeks a
// project's rows of other times may lie.
func (r *Roster) kin(id string) []string {
	out := []string{id}
	for i := 0; i < len(out); i++ {
		for _, d := range r.Depts {
			if d.Successor == out[i] && !slices.Contains(out, d.ID) {
				out = append(out, d.ID)
			}
			if d.ID == out[i] && d.Successor != "" && !slices.Contains(out, d.Successor) {
				out = append(out, d.Successor)
			}
		}
	}
	return out
}

// On is the roster as it stands on day: with the changes the office agreed to until then
// (change.go) and every project in the hands it is in. A roster of a later day keeps its
// hands. It is r itself where nothing differs.
func (r *Roster) On(day time.Time) *Roster {
	hands := day
	if r.handed.After(day) {
		hands = r.handed
	}
	return r.edition(day).inHands(hands)
}

// Edition is the roster with the changes that count on day, in the hands it is in: a report
// that comes late is judged by what was registered in its own week.
func (r *Roster) Edition(day time.Time) *Roster {
	if r.handed.IsZero() {
		return r.edition(day)
	}
	return r.edition(day).inHands(r.handed)
}

// inHands is the roster with every project in the hands it is in on day.
func (r *Roster) inHands(day time.Time) *Roster {
	if r.handed.Equal(day) || !slices.ContainsFunc(r.Depts, func(d Dept) bool { return d.Successor != "" && d.ended(day) }) {
		return r
	}
	out := r.copied()
	out.handed, out.drawn = day, r
	if r.drawn != nil {
		out.drawn = r.drawn
	}
	out.editions.Store(r.editions.Load())
	for i := range out.Projects {
		p := &out.Projects[i]
		p.Dept, p.Agency = r.Heir(p.Dept, day), r.Heir(p.Agency, day)
		p.Collab = slices.Clone(p.Collab)
		for j, id := range p.Collab {
			p.Collab[j] = r.Heir(id, day)
		}
	}
	return out
}

// RowOf finds a project's counted row in a week's records, whoever reported it.
func (r *Roster) RowOf(p Project, depts map[string]*DeptWeek) *Counted {
	for _, id := range r.hands(p) {
		if row := depts[id].Row(p.ID); row != nil {
			return row
		}
	}
	return nil
}

// nothingNew reports whether the department that answers for a project said 无变化 for the week.
func (r *Roster) nothingNew(p Project, depts map[string]*DeptWeek) bool {
	for _, id := range r.kin(p.Dept) {
		if d := depts[id]; d != nil && d.State == NilReturn {
			return true
		}
	}
	return false
}
