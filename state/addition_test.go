package state

import (
	"testing"
	"time"
)

// A project that joined stands on the list from its week on; once the office has written it into
// the registry, the registry is right, and the weeks before still know nothing of it.
func TestAProjectJoinsWithItsWeek(t *testing.T) {
	join := Change{Project: "P3", Field: ChangeJoin, New: "2026-09-12", From: Week{2026, 38}, Entry: Entry{Name: "滨江绿道", Dept: "D02", Class: ClassContinuing, YearPlan: 15 * Wan}}
	plan := Change{Project: "P3", Field: ChangeYearPlan, Old: "15", New: "20", From: Week{2026, 40}}
	for name, c := range map[string]struct {
		written []Project // by the office, since
		want    map[int]string
	}{
		"as the report had it":            {nil, map[int]string{37: "", 38: "15", 39: "15", 40: "20"}},
		"written without its first day":   {[]Project{{ID: "P3", Name: "滨江绿道", Dept: "D02", YearPlan: 15 * Wan}}, map[int]string{37: "", 38: "15", 40: "20"}},
		"written with another plan":       {[]Project{{ID: "P3", Name: "滨江绿道", Dept: "D02", YearPlan: 18 * Wan}}, map[int]string{37: "", 38: "18", 40: "18"}},
		"written with another first day":  {[]Project{{ID: "P3", Name: "滨江绿道", Dept: "D02", YearPlan: 15 * Wan, ActiveFrom: Week{2026, 39}.Monday(time.UTC)}}, map[int]string{38: "", 39: "15"}},
		"written under a number it chose": {[]Project{{ID: "P7", Name: "滨江绿道", Dept: "D02"}}, map[int]string{38: "", 40: ""}},
	} {
		r := changing()
		r.Projects = append(r.Projects, c.written...)
		r.Amend([]Change{join, plan})
		for no, want := range c.want {
			day := Week{2026, no}.Day(time.Friday, time.UTC)
			got := ""
			for _, p := range r.ProjectsOf("D02", day) {
				if p.ID == "P3" {
					got = p.YearPlan.Wan()
				}
			}
			if got != want {
				t.Errorf("%s: in week %d its plan is %q, want %q", name, no, got, want)
			}
		}
		if n := len(changing().Projects) + len(c.written); len(r.Projects) != n {
			t.Errorf("%s: the loaded registry was written to", name)
		}
	}
}

// A trial of one change more leaves the roster as it was, and the change counts in its place.
func TestARosterWithOneChangeMore(t *testing.T) {
	r := changing()
	r.Amend([]Change{{Project: "P1", Field: ChangeYearPlan, Old: "100", New: "60", From: Week{2026, 41}}})
	more := r.With(Change{Project: "P1", Field: ChangeYearPlan, Old: "100", New: "80", From: Week{2026, 39}})
	for no, want := range map[int]string{38: "100", 39: "80", 41: "60"} {
		day := Week{2026, no}.Day(time.Friday, time.UTC)
		if got := more.On(day).Project("P1").YearPlan.Wan(); got != want {
			t.Errorf("week %d has %s, want %s", no, got, want)
		}
	}
	if got := r.On(Week{2026, 39}.Monday(time.UTC)).Project("P1").YearPlan; got != 100*Wan {
		t.Errorf("the roster itself has %s", got.Wan())
	}
}

// Withdrawn stays withdrawn, whatever else of the project was changed.
func TestAnotherChangeDoesNotBringAWithdrawnProjectBack(t *testing.T) {
	for range 50 { // fields are drawn in no order
		r := changing()
		r.Amend([]Change{
			{Project: "P1", Field: ChangeEnd, New: "2026-09-19", Withdrawn: true, From: Week{2026, 39}},
			{Project: "P1", Field: ChangeTotal, Old: "900", New: "950", From: Week{2026, 39}},
		})
		if p := r.On(Week{2026, 40}.Monday(time.UTC)).Project("P1"); !p.Withdrawn || p.Total != 950*Wan {
			t.Fatalf("withdrawn %v with a total of %s", p.Withdrawn, p.Total.Wan())
		}
	}
}

func TestTheNextNumberIsWrittenLikeTheLast(t *testing.T) {
	for _, c := range []struct {
		ids, taken []string
		want       string
	}{
		{[]string{"LC2026-001", "LC2026-060"}, nil, "LC2026-061"},
		{[]string{"LC2026-060", "LC2026-009"}, nil, "LC2026-061"},
		{[]string{"LC2026-060"}, []string{"LC2026-061", "LC2025-090"}, "LC2026-062"},
		{[]string{"桥", "路"}, nil, "XZ-01"},
		{nil, []string{"XZ-01"}, "XZ-02"},
	} {
		r := &Roster{}
		for _, id := range c.ids {
			r.Projects = append(r.Projects, Project{ID: id})
		}
		if got := r.NextID(c.taken...); got != c.want {
			t.Errorf("after %v and %v comes %q, want %q", c.ids, c.taken, got, c.want)
		}
	}
}
