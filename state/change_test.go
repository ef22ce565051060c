package state

import (
	"testing"
	"time"
)

func changing() *Roster {
	return &Roster{
		Depts:    []Dept{{ID: "D01"}, {ID: "D02"}},
		Projects: []Project{{ID: "P1", Dept: "D01", Total: 900 * Wan, YearPlan: 100 * Wan}, {ID: "P2", Dept: "D01", YearPlan: 7 * Wan}},
	}
}

// A change counts from its week on, one after the other; a registry that follows leaves the weeks
// before as they were, and one that says a third thing is right.
func TestAChangeCountsFromItsWeek(t *testing.T) {
	plan := func(old, now string, from int) Change {
		return Change{Project: "P1", Field: ChangeYearPlan, Old: old, New: now, From: Week{2026, from}}
	}
	two := []Change{plan("100", "80", 39), plan("80", "60.5", 41)}
	for _, c := range []struct {
		name       string
		registered Fen
		changes    []Change
		want       map[int]string // by week
	}{
		{"nothing agreed", 100 * Wan, nil, map[int]string{38: "100", 41: "100"}},
		{"one after the other", 100 * Wan, two, map[int]string{38: "100", 39: "80", 40: "80", 41: "60.5", 45: "60.5"}},
		{"the registry follows the first", 80 * Wan, two, map[int]string{38: "100", 39: "80", 41: "60.5"}},
		{"the registry follows the last", 605 * Wan / 10, two, map[int]string{38: "100", 40: "80", 41: "60.5"}},
		{"the registry says a third thing", 70 * Wan, two, map[int]string{38: "70", 41: "70"}},
		{"of a project that is gone", 100 * Wan, []Change{{Project: "P9", Field: ChangeYearPlan, Old: "0", New: "5", From: Week{2026, 39}}}, map[int]string{41: "100"}},
		{"of another field", 100 * Wan, []Change{{Project: "P1", Field: ChangeTotal, Old: "900", New: "950", From: Week{2026, 39}}}, map[int]string{41: "100"}},
		{"unreadable", 100 * Wan, []Change{plan("100", "many", 39)}, map[int]string{41: "100"}},
	} {
		r := changing()
		r.Projects[0].YearPlan = c.registered
		r.Amend(c.changes)
		for no, want := range c.want {
			day := Week{2026, no}.Day(time.Friday, time.UTC)
			if got := r.On(day).Project("P1").Registered(ChangeYearPlan); got != want {
				t.Errorf("%s: week %d has %s, want %s", c.name, no, got, want)
			}
		}
		if got := r.Project("P1").YearPlan; got != c.registered {
			t.Errorf("%s: the loaded registry was written to: %s", c.name, got.Wan())
		}
	}
}

// Asked of a roster of whichever day, On gives the day's own, and says nothing new where
// nothing differs.
func TestADayHasItsOwnRosterWhicheverIsAsked(t *testing.T) {
	r := changing()
	r.Amend([]Change{{Project: "P1", Field: ChangeTotal, Old: "900", New: "950", From: Week{2026, 39}}})
	before, after := Week{2026, 38}.Day(time.Sunday, time.UTC), Week{2026, 39}.Monday(time.UTC)
	if r.On(before) != r || r.On(after) == r || r.On(after) != r.On(after.AddDate(0, 0, 3)) {
		t.Error("a roster was drawn where nothing differs, or twice")
	}
	if got := r.On(after).On(before).Project("P1").Total; got != 900*Wan {
		t.Errorf("the week before has %s, asked of a later roster", got.Wan())
	}
	if got := r.On(before).On(after).Project("P1").Total; got != 950*Wan {
		t.Errorf("the week after has %s, asked of an earlier roster", got.Wan())
	}
	if got := r.On(after).Project("P2").YearPlan; got != 7*Wan {
		t.Errorf("another project has %s", got.Wan())
	}
}

// A department that ended hands its projects on beside every change, and a week judged late
// is judged in the hands of the day it came.
func TestChangesAndSuccessionsStandBesideEachOther(t *testing.T) {
	r := changing()
	ends := Week{2026, 39}.Day(time.Wednesday, time.UTC)
	r.Depts[0].To, r.Depts[0].Successor = ends, "D02"
	r.Amend([]Change{{Project: "P1", Field: ChangeTotal, Old: "900", New: "950", From: Week{2026, 39}}})
	now := ends.AddDate(0, 0, 2)
	late := r.On(now).Edition(Week{2026, 38}.Day(time.Friday, time.UTC)).Project("P1")
	if late.Total != 900*Wan || late.Dept != "D02" {
		t.Errorf("judged late: %s in the hands of %s", late.Total.Wan(), late.Dept)
	}
	if p := r.On(now).Project("P1"); p.Total != 950*Wan || p.Dept != "D02" {
		t.Errorf("today: %s in the hands of %s", p.Total.Wan(), p.Dept)
	}
	if p := r.On(ends.AddDate(0, 0, -1)).Project("P1"); p.Total != 950*Wan || p.Dept != "D01" {
		t.Errorf("the day before it ended: %s in the hands of %s", p.Total.Wan(), p.Dept)
	}
}

// A class counts from its week on; a word that is no class changes nothing.
func TestAClassChangesFromItsWeek(t *testing.T) {
	for value, want := range map[string]Class{string(ClassContinuing): ClassContinuing, "在建": ClassNewStart} {
		r := changing()
		r.Projects[0].Class = ClassNewStart
		r.Amend([]Change{{Project: "P1", Field: ChangeClass, Old: string(ClassNewStart), New: value, From: Week{2026, 39}}})
		if got := r.On(Week{2026, 38}.Day(time.Friday, time.UTC)).Project("P1").Class; got != ClassNewStart {
			t.Errorf("%s: the week before has %s", value, got)
		}
		if got := r.On(Week{2026, 39}.Monday(time.UTC)).Project("P1").Class; got != want {
			t.Errorf("%s: its week has %s, want %s", value, got, want)
		}
	}
}
