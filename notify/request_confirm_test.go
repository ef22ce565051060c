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

// confirming is a desk at which the office agrees before a request is handed over.
func confirming(t *testing.T, kv state.KV, files *blobs.Store) *desk {
	t.Helper()
	d := newDesk(t, kv, files)
	d.Confirm = true
	d.Composer.Roster.Projects = []state.Project{{ID: "P1", Name: "一号项目", Dept: "D01", LeadLeader: "L01"}}
	n := 10_000_000
	d.Code = func() (string, error) { n++; return fmt.Sprint(n), nil }
	return d
}

// reworded has the row say something else in one of its columns.
func reworded(column, text string, at time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		w, err := r.DeptWeek(week38, "D01")
		if err != nil {
			return err
		}
		w.Rows[0].Values[column], w.Rows[0].Received = state.Value{Text: text}, at
		return r.PutDeptWeek(*w)
	}
}

// handover is the proposal the office was asked about; it is an error when there is not one.
func (d *desk) handover(keyOf string) (q state.Proposal) {
	d.t.Helper()
	err := d.store.View(d.t.Context(), func(r *state.Records) error {
		all, err := r.Proposals(state.ProposalHandOver)
		for _, p := range all {
			if strings.HasPrefix(p.Key, keyOf) {
				q = p
			}
		}
		return err
	})
	if err != nil || q.Key == "" {
		d.t.Fatalf("no proposal %s: %v", keyOf, err)
	}
	return q
}

func (d *desk) decide(key string, answer state.Answer, at time.Time) {
	d.t.Helper()
	err := d.store.Update(d.t.Context(), func(r *state.Records) error {
		return r.Decide(key, state.Decided{Answer: answer, By: "张三", At: at})
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func with(all []string, beginning string) (n int) {
	for _, l := range all {
		if strings.HasPrefix(l, beginning) {
			n++
		}
	}
	return n
}

// Break every durable step between the report, the office's word and the letter, before and
// after it took effect: the office is asked once; what it refused is never handed over, what it
// agreed to once.
func TestACrashHandsOverOnceOrNeverWhatTheOfficeConfirms(t *testing.T) {
	for _, answer := range []state.Answer{state.AnswerYes, state.AnswerNo} {
		for _, after := range []bool{false, true} {
			for at := 1; at <= 5; at++ {
				disk, files := memkv.New(), blobs.Memory()
				first := confirming(t, disk, files)
				first.tick(clock("09-16 09:00"))
				first.tick(clock("09-16 10:00"), asks(clock("09-16 10:00")))
				got := first.left()
				broken := func(now time.Time) {
					kv := &brittle{KV: disk}
					doomed := confirming(t, kv, files)
					doomed.sweep(now)
					kv.updates, kv.at, kv.after = 0, at, after
					_ = doomed.Plan(t.Context(), now)
					_ = doomed.Dispatch(t.Context(), now)
					reborn := confirming(t, disk, files)
					reborn.tick(now.Add(2 * time.Minute))
					reborn.tick(now.Add(4 * time.Minute))
					got = append(got, append(doomed.left(), reborn.left()...)...)
				}
				broken(clock("09-16 10:30"))
				q := first.handover("handover/I01/1-")
				first.decide(q.Key, answer, clock("09-17 09:00"))
				broken(clock("09-17 09:02"))
				name := fmt.Sprintf("%s, step %d, after %v: %q", answer, at, after, got)
				handed := with(got, "request/I01/D02/1 ")
				switch {
				case with(got, "proposal/") != 1 && !doubt(first, "proposal/2026-W38/"+strings.ReplaceAll(q.Key, "/", "-")):
					t.Error("not asked once:", name)
				case answer == state.AnswerNo && handed > 0:
					t.Error("a refused request was handed over:", name)
				case answer == state.AnswerYes && handed != 1 && !doubt(first, "request/I01/D02/1"):
					t.Error("not handed over once:", name)
				}
			}
		}
	}
}

// What reads otherwise by the time the office agrees is not handed over as it stood; the office
// is asked about what it reads now. Units it named itself need no word more.
func TestTheOfficeConfirmsExactlyWhatItSaw(t *testing.T) {
	d := confirming(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-16 09:00"))
	d.tick(clock("09-16 10:00"), asks(clock("09-16 10:00")))
	d.tick(clock("09-16 10:30"))
	q := d.handover("handover/I01/1-")
	d.tick(clock("09-16 10:40"), reworded("coordination_request", "请商务局牵头,9月底前完成", clock("09-16 10:38")))
	d.tick(clock("09-16 11:00"))
	d.decide(q.Key, state.AnswerYes, clock("09-16 11:05"))
	d.tick(clock("09-16 11:06"))
	if got := d.left(); with(got, "request/") > 0 || with(got, "proposal/") != 2 {
		t.Errorf("the request was reworded: %q", got)
	}
	if q = d.handover(q.Key); q.Done.IsZero() || q.Outcome == "" {
		t.Errorf("what came of the first: %+v", q)
	}
	d.tick(clock("09-17 09:00"), func(r *state.Records) error {
		return r.Speak(state.Word{Issue: "I01", Kind: state.WordAssign, By: "张三", Staff: true, Week: week38, At: clock("09-17 08:58"), Units: []string{"D02"}})
	})
	d.tick(clock("09-17 09:20"))
	if got := d.left(); with(got, "request/I01/D02/1 ") != 1 {
		t.Errorf("the office named the unit itself: %q", got)
	}
}

// An issue that was closed while the office was asked about it is not handed over, and the office
// is told so; it is no error, which would hold up every other request.
func TestARequestClosedBeforeTheOfficeAgreedHoldsUpNoOther(t *testing.T) {
	d := confirming(t, memkv.New(), blobs.Memory())
	d.tick(clock("09-16 09:00"))
	d.tick(clock("09-16 10:00"), asks(clock("09-16 10:00")))
	d.tick(clock("09-16 10:30"))
	q := d.handover("handover/I01/1-")
	d.tick(clock("09-16 10:40"), reworded("problems", "无", clock("09-16 10:38")))
	d.decide(q.Key, state.AnswerYes, clock("09-16 11:05"))
	d.tick(clock("09-16 11:06"))
	if got := d.left(); with(got, "request/") > 0 || with(got, "notice/2026-W38/decided-handover-I01-1-") != 1 {
		t.Errorf("a closed request, agreed to: %q", got)
	}
	if q = d.handover(q.Key); q.Done.IsZero() || q.Outcome == "" {
		t.Errorf("what came of it: %+v", q)
	}
}
