package state_test

import (
	"fmt"
	"testing"

	"duban/state"
	"duban/state/memkv"
)

// However many reports wait, each transaction draws in so many that it has room for them, and
// in the end every issue has a number of its own.
func TestABacklogIsEnteredInSteps(t *testing.T) {
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	const depts = 200
	roster, week := &state.Roster{}, state.Week{Year: 2026, No: 38}
	for i := range depts {
		dept, project := fmt.Sprintf("D%03d", i), fmt.Sprintf("P%03d", i)
		roster.Depts = append(roster.Depts, state.Dept{ID: dept, Reports: true})
		roster.Projects = append(roster.Projects, state.Project{ID: project, Dept: dept})
		row := state.Counted{Project: project, Mail: dept, Values: map[string]state.Value{"problems": {Text: "缺电"}}}
		err := store.Update(t.Context(), func(r *state.Records) error {
			return r.PutDeptWeek(state.DeptWeek{Week: week, Dept: dept, Rows: []state.Counted{row}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	steps, waits := 0, true
	for waits {
		before := 0
		err := store.Update(t.Context(), func(r *state.Records) error {
			all, err := r.Issues()
			if err != nil {
				return err
			}
			before = len(all)
			return r.EnterReports(roster)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = store.View(t.Context(), func(r *state.Records) error {
			all, err := r.Issues()
			if err == nil && (len(all) <= before || len(all) > before+depts/2) {
				err = fmt.Errorf("from %d issues to %d in one step", before, len(all))
			}
			if err == nil {
				waits, err = r.ToEnter()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		steps++
	}
	err = store.View(t.Context(), func(r *state.Records) error {
		all, err := r.Issues()
		if err != nil {
			return err
		}
		if last := all[len(all)-1]; len(all) != depts || last.ID != fmt.Sprintf("I%d", depts) || steps < 2 {
			return fmt.Errorf("%d issues after %d steps, the last %s", len(all), steps, last.ID)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
