package state_test

import (
	"slices"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A pause the office writes into the registry holds with its reason until its last day; an edit
// of it takes its place, and taking it out ends it with the first week without a report. What was
// decided by command in the meantime stays until the registry says something else.
func TestAPauseOfTheRegistryIsFollowed(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	s := &state.Schedule{Zone: zone, Calendar: state.NewCalendar(), Weekday: time.Friday, At: state.Clock{Hour: 18}}
	day := func(text string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	pause := func(from, until string) state.Pause {
		return state.Pause{From: day(from), Until: day(until), Reason: "调线"}
	}
	long, longer := pause("2026-09-14", "2026-10-02"), pause("2026-09-14", "2026-10-09")
	follow := func(p state.Pause) func(*state.Records) error {
		return func(r *state.Records) error {
			roster := &state.Roster{Depts: []state.Dept{{ID: "D1"}}, Projects: []state.Project{{ID: "P1", Dept: "D1", Pause: p}}}
			edited, err := r.Edited(roster)
			if err != nil || !edited {
				return err
			}
			_, err = r.Follow(roster, s, day("2026-09-22"))
			return err
		}
	}
	reported := func(r *state.Records) error {
		return r.PutDeptWeek(state.DeptWeek{Week: state.Week{Year: 2026, No: 39}, Dept: "D1", Tries: []state.Try{{Mail: "m"}}})
	}
	command := func(r *state.Records) error {
		return r.PutExemption(state.Exemption{Subject: "P1", From: state.Week{Year: 2026, No: 38}, Until: day("2026-10-16"), Paused: true, Reason: "水毁", By: "张三"})
	}
	for name, c := range map[string]struct {
		acts []func(*state.Records) error
		want []int
	}{
		"none":                                  {[]func(*state.Records) error{follow(state.Pause{})}, nil},
		"from the first reading on":             {[]func(*state.Records) error{follow(long), follow(long)}, []int{38, 39, 40}},
		"extended":                              {[]func(*state.Records) error{follow(long), follow(longer)}, []int{38, 39, 40, 41}},
		"taken out":                             {[]func(*state.Records) error{follow(long), follow(state.Pause{})}, []int{38}},
		"taken out after the week was reported": {[]func(*state.Records) error{follow(long), reported, follow(state.Pause{})}, []int{38, 39}},
		"a command beside it":                   {[]func(*state.Records) error{follow(long), command, follow(long)}, []int{38, 39, 40, 41, 42}},
		"taken out beside a command":            {[]func(*state.Records) error{follow(long), command, follow(state.Pause{})}, []int{38, 39, 40, 41, 42}},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := state.NewStore(t.Context(), memkv.New())
			if err != nil {
				t.Fatal(err)
			}
			for _, act := range c.acts {
				if err := store.Update(t.Context(), act); err != nil {
					t.Fatal(err)
				}
			}
			var got []int
			err = store.View(t.Context(), func(r *state.Records) error {
				got = nil
				for no := 36; no <= 44; no++ {
					x, err := r.ExemptIn(s.Deadline(state.Week{Year: 2026, No: no}))
					if err != nil {
						return err
					}
					if p := x.Paused("P1"); p != nil {
						got = append(got, no)
						if p.Reason == "" || p.Until.IsZero() {
							t.Errorf("W%d: a pause without reason or end: %+v", no, p)
						}
					}
				}
				return nil
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("paused in %v, want %v (%v)", got, c.want, err)
			}
		})
	}
}
