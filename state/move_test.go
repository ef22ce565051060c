package state_test

import (
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A registry edited while the year runs becomes a change with a week of its own: the first that
// neither department has reported for. Weeks before stay in the former hands, rows of whatever
// week are found, and what the registry said at first, or an agreed change that the office then
// writes into it, is nothing new.
func TestAnEditedRegistryHandsAProjectOver(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	s := &state.Schedule{Zone: zone, Calendar: state.NewCalendar(), Weekday: time.Friday, At: state.Clock{Hour: 18}}
	now := time.Date(2026, 9, 16, 9, 0, 0, 0, zone) // of W38
	week := func(no int) state.Week { return state.Week{Year: 2026, No: no} }
	agreed := state.Change{Project: "P1", Field: state.ChangeDept, Old: "D1", New: "D2", From: week(39), Proposal: "p"}
	for name, c := range map[string]struct {
		dept, now string // as first loaded, and as edited
		from      string // dept_from, ISO
		tried     string // who has reported for W38
		agreed    []state.Change
		want      map[int]string // who answers for it, by week
	}{
		"never edited":                      {dept: "D1", now: "D1", want: map[int]string{37: "D1", 39: "D1"}},
		"edited before anybody reported":    {dept: "D1", now: "D2", want: map[int]string{37: "D1", 38: "D2", 39: "D2"}},
		"the former one has reported":       {dept: "D1", now: "D2", tried: "D1", want: map[int]string{37: "D1", 38: "D1", 39: "D2"}},
		"the new one has":                   {dept: "D1", now: "D2", tried: "D2", want: map[int]string{38: "D1", 39: "D2"}},
		"the registry names the day":        {dept: "D1", now: "D2", from: "2026-09-29", want: map[int]string{38: "D1", 39: "D1", 40: "D2"}},
		"agreed to, not yet written":        {dept: "D1", now: "D1", agreed: []state.Change{agreed}, want: map[int]string{38: "D1", 39: "D2"}},
		"agreed to, then written":           {dept: "D1", now: "D2", agreed: []state.Change{agreed}, want: map[int]string{38: "D1", 39: "D2"}},
		"agreed to, then written otherwise": {dept: "D1", now: "D3", agreed: []state.Change{agreed}, want: map[int]string{38: "D1", 39: "D3", 40: "D3"}},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := state.NewStore(t.Context(), memkv.New())
			if err != nil {
				t.Fatal(err)
			}
			load := func(dept string) *state.Roster {
				r := &state.Roster{Depts: []state.Dept{{ID: "D1"}, {ID: "D2"}, {ID: "D3"}}, Projects: []state.Project{{ID: "P1", Dept: dept}}}
				if c.from != "" {
					r.Projects[0].DeptFrom, err = time.ParseInLocation(time.DateOnly, c.from, zone)
				}
				return r
			}
			roster := load(c.dept)
			follow := func(r *state.Records) error {
				changes, err := r.Changes()
				if err != nil {
					return err
				}
				roster.Amend(changes)
				if _, err := r.Follow(roster, s, now); err != nil {
					return err
				}
				if changes, err = r.Changes(); err != nil {
					return err
				}
				roster.Amend(changes)
				return nil
			}
			steps := []func(*state.Records) error{follow, func(r *state.Records) error {
				for _, c := range c.agreed {
					if err := r.PutChange(c); err != nil {
						return err
					}
				}
				if c.tried == "" {
					return nil
				}
				return r.PutDeptWeek(state.DeptWeek{Week: week(38), Dept: c.tried, Tries: []state.Try{{Mail: "m"}}})
			}, follow, func(r *state.Records) error { roster = load(c.now); return follow(r) }, follow}
			for _, step := range steps {
				if err := store.Update(t.Context(), step); err != nil {
					t.Fatal(err)
				}
			}
			for no, want := range c.want {
				if got := roster.On(week(no).Day(time.Friday, zone)).Project("P1").Dept; got != want {
					t.Errorf("W%d is answered for by %s, want %s", no, got, want)
				}
			}
		})
	}
}

// What the former department reported is last week's figure of the new one, and its 无变化 speaks
// for its own weeks only.
func TestFiguresFollowAProjectToItsNewDepartment(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	s := &state.Schedule{Zone: zone, Calendar: state.NewCalendar(), Weekday: time.Friday, At: state.Clock{Hour: 18}}
	week := func(no int) state.Week { return state.Week{Year: 2026, No: no} }
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	roster := &state.Roster{Depts: []state.Dept{{ID: "D1"}, {ID: "D2"}}, Projects: []state.Project{{ID: "P1", Dept: "D1", OpeningWeek: week(30)}}}
	roster.Amend([]state.Change{{Project: "P1", Field: state.ChangeDept, Old: "D1", New: "D2", From: week(39)}})
	err = store.Update(t.Context(), func(r *state.Records) error {
		row := state.Counted{Project: "P1", Week: 5 * state.Wan, YTD: 50 * state.Wan, Cum: 90 * state.Wan}
		if err := r.PutDeptWeek(state.DeptWeek{Week: week(37), Dept: "D1", State: state.Accepted, Rows: []state.Counted{row}}); err != nil {
			return err
		}
		for dept, st := range map[string]state.DeptState{"D1": state.Missing, "D2": state.NilReturn} {
			if err := r.PutDeptWeek(state.DeptWeek{Week: week(38), Dept: dept, State: st}); err != nil {
				return err
			}
		}
		own := roster.ProjectsOf("D2", week(39).Day(time.Friday, zone))
		bases, err := r.Bases(roster, s, week(39), own)
		if err != nil {
			return err
		}
		if b := bases["P1"]; len(own) != 1 || b.YTD != 50*state.Wan || b.Week != week(37) {
			t.Errorf("the new department's %d projects count from %+v", len(own), b)
		}
		past, err := r.Pasts(roster, s, week(38), own, 8)
		if err != nil || len(past["P1"]) != 1 {
			t.Errorf("the weeks before W38 are %+v: %v", past["P1"], err)
		}
		if past, err = r.Pasts(roster, s, week(39), own, 8); err == nil && len(past["P1"]) != 0 {
			t.Errorf("another department's 无变化 was taken for the project's: %+v", past["P1"])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
