package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// Break every durable step between a report and its change, before and after it took effect,
// and start again: the office is asked once; what it agreed to counts once and is told as
// done; what it refused never counts.
func TestEveryCrashOfAChangeAsksOnceAndCountsOnceOrNever(t *testing.T) {
	const key = "change/P1/year_plan/0604cd31"
	differs := func(r *state.Records) error {
		if err := reported("D02", "m1", clock("09-16 08:00"), state.DecisionAccept, state.Accepted)(r); err != nil {
			return err
		}
		f := state.Finding{Rule: "registry-field-changed", Level: state.LevelWarning, Project: "P1", Column: "year_plan", Explained: "省里调减"}
		return r.PutDeptWeek(state.DeptWeek{
			Week: week38, Dept: "D02", First: clock("09-16 08:00"), State: state.Accepted,
			Tries: []state.Try{{Mail: "m1", Received: clock("09-16 08:00"), Decision: state.DecisionAccept, Findings: []state.Finding{f}}},
			Rows:  []state.Counted{{Project: "P1", Mail: "m1", Received: clock("09-16 08:00"), Values: map[string]state.Value{"year_plan": {Cell: "E5", Text: "500"}}}},
		})
	}
	for _, answer := range []state.Answer{state.AnswerYes, state.AnswerNo} {
		for _, after := range []bool{false, true} {
			for at := 1; at <= 5; at++ {
				name := fmt.Sprintf("%s, step %d, after %v", answer, at, after)
				disk, files := memkv.New(), blobs.Memory()
				desk := func(kv state.KV) *desk {
					d := escalating(t, kv, files)
					d.Composer.Roster.Projects[0].YearPlan = 800 * state.Wan
					return d
				}
				first := desk(disk)
				first.sweep(clock("09-16 08:30"), differs)
				var got []string
				broken := func(now string) {
					kv := &brittle{KV: disk}
					doomed := desk(kv)
					doomed.sweep(clock(now))
					kv.updates, kv.at, kv.after = 0, at, after
					_ = doomed.Plan(t.Context(), clock(now))
					_ = doomed.Dispatch(t.Context(), clock(now))
					reborn := desk(disk)
					reborn.tick(clock(now).Add(2 * time.Minute))
					reborn.tick(clock(now).Add(4 * time.Minute))
					got = append(got, append(doomed.left(), reborn.left()...)...)
				}
				broken("09-16 09:00")
				err := first.store.Update(t.Context(), func(r *state.Records) error {
					return r.Decide(key, state.Decided{Answer: answer, By: "张三", At: clock("09-16 09:08")})
				})
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				broken("09-16 09:10")
				var changes []state.Change
				var q *state.Proposal
				err = first.store.View(t.Context(), func(r *state.Records) (err error) {
					if changes, err = r.Changes(); err == nil {
						q, err = r.Proposal(key)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				want := 0
				if answer == state.AnswerYes {
					want = 1
				}
				if len(changes) != want || want == 1 && (changes[0].From != week38 || changes[0].New != "500" || changes[0].Old != "800") {
					t.Errorf("%s: the changes are %+v", name, changes)
				}
				if q.Done.IsZero() != (want == 0) {
					t.Errorf("%s: done at %v", name, q.Done)
				}
				asked := 0
				for _, l := range got {
					if strings.HasPrefix(l, "proposal/2026-W38/change-P1") {
						asked++
					}
				}
				if asked != 1 && !doubt(first, "proposal/2026-W38/change-P1-year_plan-0604cd31") {
					t.Errorf("%s: asked %d times: %q", name, asked, got)
				}
			}
		}
	}
}
