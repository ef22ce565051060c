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

// escalating is a desk at which D02, of whose project L01 is the lead leader, has been reminded and
// is still missing at six on Monday.
func escalating(t *testing.T, kv state.KV, files *blobs.Store) *desk {
	t.Helper()
	d := newDesk(t, kv, files)
	d.Composer.Schedule.Escalation = state.Step{Workdays: 1, At: state.Clock{Hour: 18}}
	d.Composer.Roster.Projects = []state.Project{{ID: "P1", Name: "某桥", Dept: "D02", LeadLeader: "L01"}}
	n := 10_000_000
	d.Code = func() (string, error) { n++; return fmt.Sprint(n), nil }
	return d
}

// Break every durable step between the list and the leader's letter, before and after it took
// effect, and start again: the office is asked once, what it refused leaves never, what it
// agreed to leaves once, and each word is confirmed once.
func TestEveryCrashOfAnEscalationAsksOnceAndSendsOnceOrNever(t *testing.T) {
	const key = "escalation/2026-W38/L01"
	for _, answer := range []state.Answer{state.AnswerYes, state.AnswerNo} {
		for _, after := range []bool{false, true} {
			for at := 1; at <= 5; at++ {
				disk, files := memkv.New(), blobs.Memory()
				first := escalating(t, disk, files)
				for _, now := range []string{"09-16 09:00", "09-18 18:12", "09-21 08:31", "09-21 12:05"} {
					first.tick(clock(now), reported("D01", "m1", clock("09-16 08:00"), state.DecisionAccept, state.Accepted))
				}
				var got []string
				broken := func(now time.Time) {
					kv := &brittle{KV: disk}
					doomed := escalating(t, kv, files)
					doomed.sweep(now)
					kv.updates, kv.at, kv.after = 0, at, after
					_ = doomed.Plan(t.Context(), now)
					_ = doomed.Dispatch(t.Context(), now)
					reborn := escalating(t, disk, files)
					reborn.tick(now.Add(2 * time.Minute))
					reborn.tick(now.Add(4 * time.Minute))
					got = append(got, append(doomed.left(), reborn.left()...)...)
				}
				broken(clock("09-21 18:00"))
				err := first.store.Update(t.Context(), func(r *state.Records) error {
					return r.Decide(key, state.Decided{Answer: answer, By: "张三", At: clock("09-21 18:08")})
				})
				if err != nil {
					t.Fatalf("step %d, after %v: %v", at, after, err)
				}
				broken(clock("09-21 18:10"))
				count := func(beginning string) (n int) {
					for _, l := range got {
						if strings.HasPrefix(l, beginning) {
							n++
						}
					}
					return n
				}
				name := fmt.Sprintf("%s, step %d, after %v: %q", answer, at, after, got)
				told := count(key)
				switch {
				case answer == state.AnswerNo && told > 0:
					t.Error("a refused list left:", name)
				case answer == state.AnswerYes && told > 2:
					t.Error("the leader and the office have more than one copy each:", name)
				case answer == state.AnswerYes && told < 2 && !doubt(first, key):
					t.Error("an approved list did not leave:", name)
				case count("proposal/") != 1 && !doubt(first, "proposal/2026-W38/escalation-L01"):
					t.Error("not asked once:", name)
				case count("notice/2026-W38/decided-") != 1 && !doubt(first, "notice/2026-W38/decided-escalation-L01/1"):
					t.Error("not confirmed once:", name)
				}
			}
		}
	}
}

// doubt reports whether a delivery of the letter is in doubt: shown to the office, not sent again.
func doubt(d *desk, key string) bool {
	for _, to := range d.deliveries(key) {
		if to.Phase == state.PhaseDoubtful {
			return true
		}
	}
	return false
}
