package state

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Change is a fixed field of a project that the office agreed to change (登记变更). It counts
// from a week on. Once the office has written the new value into the registry, the weeks before
// keep the old one all the same; once it says a third thing, the registry is right.
type Change struct {
	Project string
	Field   ChangeField
	// Old is what the registry said, New what counts from From on: 万元 as a plain decimal, a
	// class, a department's id, a month or a day as the registry writes it.
	Old, New string
	// Entry is the project itself, of a ChangeJoin.
	Entry Entry `json:",omitzero"`
	// Withdrawn is a ChangeEnd that takes the project's figures out of the year's sums as well.
	Withdrawn bool
	From      Week
	Proposal  string // the key of the proposal the office agreed to
	By        string
	At        time.Time
	// Taker and Giver are the keys of the letters that told the department that answers for the
	// project from now on, and the one that did; "" until then.
	Taker string `json:",omitempty"`
	Giver string `json:",omitempty"`
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
	ChangeDept     ChangeField = "responsible_dept"
	// ChangeEnd is the day from which a project is expected no more (销号, 撤销); "" while it
	// is. No column of the form holds it.
	ChangeEnd ChangeField = "active_to"
	// ChangeBegin is the first day of a project that joined the list while the year ran.
	ChangeBegin ChangeField = "active_from"
	// ChangeJoin is a project a report brought that the registry does not hold (addition.go); New
	// is its first day.
	ChangeJoin ChangeField = "project"
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
	case ChangeDept:
		return p.Dept
	case ChangeEnd:
		return dayOrNone(p.ActiveTo)
	case ChangeBegin:
		return dayOrNone(p.ActiveFrom)
	}
	return ""
}

func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(isoDay)
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
	case ChangeDept:
		p.Dept = value
	case ChangeEnd:
		if day, err := time.Parse(isoDay, value); err == nil || value == "" {
			p.ActiveTo = day
		}
	case ChangeBegin:
		if day, err := time.Parse(isoDay, value); err == nil || value == "" {
			p.ActiveFrom = day
		}
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

// ToldOf records with which letter a change was told, unless it was withdrawn meanwhile.
func (r *Records) ToldOf(c Change, by func(*Change)) error {
	found, err := get(r.tx, keyChange(c), &c)
	if err != nil || !found {
		return err
	}
	by(&c)
	return put(r.tx, keyChange(c), c)
}
