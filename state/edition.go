package state

import (
	"slices"
	"sync/atomic"
	"time"
)

// editions are the registry as it was loaded and as it stands with the changes of each week,
// drawn when first asked for: a tick asks hundreds of times.
type editions struct {
	loaded  *Roster
	changes []Change                 // in the order in which they count
	chains  map[fixed][]int          // the changes of one field of one project, by their place
	after   []atomic.Pointer[Roster] // after[n] is with the first n changes
}

// fixed is one field of one project.
type fixed struct {
	project string
	field   ChangeField
}

// Amend makes a loaded roster carry changes, in the order of Records.Changes: On then gives
// every day its own. Whoever holds the roster sees them at once; what On returned before stays
// as it was. The same changes again are no work.
func (r *Roster) Amend(changes []Change) {
	if e := r.editions.Load(); e != nil && slices.EqualFunc(e.changes, changes, Change.same) {
		return
	}
	e := &editions{loaded: r, changes: changes, chains: map[fixed][]int{}, after: make([]atomic.Pointer[Roster], len(changes)+1)}
	for i, c := range changes {
		f := fixed{c.Project, c.Field}
		e.chains[f] = append(e.chains[f], i)
	}
	r.editions.Store(e)
}

func (c Change) same(o Change) bool {
	at := c.At.Equal(o.At)
	c.At, o.At = time.Time{}, time.Time{}
	return at && c == o
}

// edition is the roster with the changes that count on day.
func (r *Roster) edition(day time.Time) *Roster {
	e := r.editions.Load()
	if e == nil || len(e.changes) == 0 {
		return r
	}
	w := WeekOf(day)
	n := 0
	for n < len(e.changes) && !w.Before(e.changes[n].From) {
		n++
	}
	if out := e.with(n); r.drawn != out {
		return out
	}
	return r
}

// with is the edition with the first n changes.
func (e *editions) with(n int) *Roster {
	out := e.after[n].Load()
	if out == nil {
		out = e.draw(n)
		e.after[n].Store(out)
	}
	return out
}

// last is the roster with every change, whenever it counts from.
func (r *Roster) last() *Roster {
	if e := r.editions.Load(); e != nil {
		return e.with(len(e.changes))
	}
	return r
}

// draw makes the edition with the first n changes; it is the loaded roster itself where nothing
// differs.
func (e *editions) draw(n int) *Roster {
	out := e.joined(n)
	for f, chain := range e.chains {
		p := out.Project(f.project)
		if p == nil || f.field == ChangeJoin || !slices.ContainsFunc(chain, func(i int) bool { return e.changes[i].amends(p) }) {
			continue
		}
		to := *p
		to.register(f.field, e.changes[chain[0]].Old)
		for _, i := range chain {
			if i < n {
				to.register(f.field, e.changes[i].New)
				to.Withdrawn = f.field == ChangeEnd && e.changes[i].Withdrawn || f.field != ChangeEnd && p.Withdrawn
			}
		}
		if to.Registered(f.field) == p.Registered(f.field) && to.Withdrawn == p.Withdrawn {
			continue
		}
		if out == e.loaded {
			out = e.loaded.copied()
			out.editions.Store(e)
		}
		*out.Project(f.project) = to
	}
	return out
}

// amends reports whether the registry still says what was changed, or says it already: a third
// thing is right as it stands, and so is the plan of another year.
func (c Change) amends(p *Project) bool {
	said := p.Registered(c.Field)
	otherYear := c.Field == ChangeYearPlan && p.Year != 0 && p.Year != c.From.Year
	return (said == c.Old || said == c.New) && !otherYear
}

// copied is a roster whose projects may be written to.
func (r *Roster) copied() *Roster {
	return &Roster{Depts: r.Depts, Leaders: r.Leaders, Recipients: r.Recipients, Units: r.Units, Projects: slices.Clone(r.Projects)}
}

// hands lists the departments in whose weeks a project's rows of whatever time may lie: the one
// that answers for it, those that did or will by an agreed change, and their kin.
func (r *Roster) hands(p Project) []string {
	out := r.kin(p.Dept)
	e := r.editions.Load()
	if e == nil {
		return out
	}
	for _, i := range e.chains[fixed{p.ID, ChangeDept}] {
		for _, id := range append(r.kin(e.changes[i].New), r.kin(e.changes[i].Old)...) {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// Handed reports whether a project went from or to one of the departments: what they still, or
// already, report of it is no mistake of theirs.
func (r *Roster) Handed(p Project, depts []string) bool {
	return slices.ContainsFunc(r.hands(p), func(id string) bool { return slices.Contains(depts, id) })
}

// keeper is the department that answered for a project on day.
func (r *Roster) keeper(p Project, day time.Time) string {
	if was := r.On(day).Project(p.ID); was != nil {
		return was.Dept
	}
	return p.Dept
}
