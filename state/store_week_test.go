package state_test

import (
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A registry that names no week for its opening balance says what was done before the year, or
// the project, began. Once a week went by unreported nobody knows what was spent in it: the first
// report that comes need not follow on, and is not told that its sums are wrong.
func TestAnOpeningBalanceWithoutAWeekIsOfTheBeginning(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	s := &state.Schedule{Zone: zone, Calendar: state.NewCalendar(), Weekday: time.Friday, At: state.Clock{Hour: 18}}
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	week := func(no int) state.Week { return state.Week{Year: 2026, No: no} }
	for name, c := range map[string]struct {
		opening state.Week
		from    time.Time // when the project came onto the list
		week    state.Week
		fresh   bool
	}{
		"the year's first week":                       {week: week(1), fresh: true},
		"its second, the first unreported":            {week: week(2)},
		"in the middle of a year nobody reported":     {week: week(20)},
		"the first week of a new project":             {from: time.Date(2026, 5, 11, 0, 0, 0, 0, zone), week: week(20), fresh: true},
		"its second week, the first unreported":       {from: time.Date(2026, 5, 11, 0, 0, 0, 0, zone), week: week(21)},
		"the balance names the week before":           {opening: week(19), week: week(20), fresh: true},
		"the balance names one a fortnight before it": {opening: week(18), week: week(20)},
	} {
		projects := []state.Project{{ID: "P1", Dept: "D1", ActiveFrom: c.from, OpeningWeek: c.opening}}
		err := store.View(t.Context(), func(r *state.Records) error {
			bases, err := r.Bases(&state.Roster{Depts: []state.Dept{{ID: "D1"}}, Projects: projects}, s, c.week, projects)
			if got := bases["P1"].Fresh; got != c.fresh {
				t.Errorf("%s: the sums of %s must follow on: %v, want %v", name, c.week, got, c.fresh)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
