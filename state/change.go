package state

import (
	"cmp"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// Change is a fixed field of a project that the office agreed to change (登记变更). It counts
// from a week on, and only while the registry still says what was changed: once the office has
// written the new value there, or any other, the registry is right again.
type Change struct {
	Project string
	Field   ChangeField
	// Old is what the registry said, New what counts from From on: 万元 as a plain decimal, a
	// class, a department's id, a month or a day as the registry writes it.
	Old, New string
	From     Week
	Proposal string // the key of the proposal the office agreed to
	By       string
	At       time.Time
}

// ChangeField is a fixed field of the registry.
type ChangeField string

// The fields, by the column of the weekly form that reports them.
const (
	ChangeTotal    ChangeField = "total_invest"
	ChangeYearPlan ChangeField = "year_plan"
	ChangeClass    ChangeField = "project_class"
	ChangeStart    ChangeField = "planned_start"
	ChangeFinish   ChangeField = "planned_finish"
)

// Registered is what the registry says of a field, as Change writes it; "" for a field that
// is none of the fixed ones.
func (p *Project) Registered(field ChangeField) string {
	switch field {
	case ChangeTotal:
		return p.Total.Wan()
	case ChangeYearPlan:
		return p.YearPlan.Wan()
	case ChangeClass:
		return string(p.Class)
	case ChangeStart:
		return p.PlanStart
	case ChangeFinish:
		return p.PlanEnd
	}
	return ""
}

// register writes a value of a field; one that cannot be read changes nothing.
func (p *Project) register(field ChangeField, value string) {
	switch field {
	case ChangeTotal:
		p.Total = wanOr(value, p.Total)
	case ChangeYearPlan:
		p.YearPlan = wanOr(value, p.YearPlan)
	case ChangeClass:
		if slices.Contains(Classes(), Class(value)) {
			p.Class = Class(value)
		}
	case ChangeStart:
		p.PlanStart = value
	case ChangeFinish:
		p.PlanEnd = value
	}
}

// wanOr reads an amount in 万元; otherwise it is what it was.
func wanOr(text string, was Fen) Fen {
	f, err := ParseWan(text)
	if err != nil {
		return was
	}
	return f
}

// keyChange sorts by the week a change counts from.
func keyChange(c Change) string { return prefixChange + c.From.String() + "/" + c.Proposal }

// PutChange records a change and leaves in the audit trail who agreed to it.
func (r *Records) PutChange(c Change) error {
	r.Note(fmt.Sprintf("change %s %s from %q to %q as of %s, agreed by %s", c.Project, c.Field, c.Old, c.New, c.From, c.By))
	return put(r.tx, keyChange(c), c)
}

// Changes lists what the office agreed to change, in the order in which it counts.
func (r *Records) Changes() ([]Change, error) {
	list, err := eachOf[Change](r, prefixChange)
	slices.SortStableFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.From.String(), b.From.String()), a.At.Compare(b.At))
	})
	return list, err
}

// editions are the registry as it was loaded and as it stands after each change, drawn when
// first asked for: a tick asks hundreds of times.
type editions struct {
	loaded  *Roster
	changes []Change                 // in the order in which they count
	after   []atomic.Pointer[Roster] // after[n] is with the first n changes
}

// Amend makes a loaded roster carry changes, in the order of Records.Changes: On then gives
// every day its own. Whoever holds the roster sees them at once; what On returned before stays
// as it was. The same changes again are no work.
func (r *Roster) Amend(changes []Change) {
	if e := r.editions.Load(); e != nil && slices.EqualFunc(e.changes, changes, Change.same) {
		return
	}
	r.editions.Store(&editions{loaded: r, changes: changes, after: make([]atomic.Pointer[Roster], len(changes)+1)})
}

func (c Change) same(o Change) bool {
	at := c.At.Equal(o.At)
	c.At, o.At = time.Time{}, time.Time{}
	return at && c == o
}

// edition is the roster with the changes that count on day.
func (r *Roster) edition(day time.Time) *Roster {
	e := r.editions.Load()
	if e == nil {
		return r
	}
	w := WeekOf(day)
	n := 0
	for n < len(e.changes) && !w.Before(e.changes[n].From) {
		n++
	}
	switch drawn := e.after[n].Load(); {
	case n == r.amended:
		return r
	case n == 0:
		return e.loaded
	case drawn != nil:
		return drawn
	}
	out := e.loaded.copied()
	out.amended = n
	out.editions.Store(e)
	for _, c := range e.changes[:n] {
		if p := out.Project(c.Project); p != nil && p.Registered(c.Field) == c.Old {
			p.register(c.Field, c.New)
		}
	}
	e.after[n].Store(out)
	return out
}

// copied is a roster whose projects may be written to.
func (r *Roster) copied() *Roster {
	return &Roster{Depts: r.Depts, Leaders: r.Leaders, Recipients: r.Recipients, Units: r.Units, Projects: slices.Clone(r.Projects)}
}
