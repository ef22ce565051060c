package notify_test

import (
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// asks is D01's report of a project with a request to D02.
func asks(at time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		if err := r.PutMail(state.Mail{ID: "m1", From: "fgtj@lanchuan.example", Received: at, Dept: "D01", Week: week38, Kind: state.MailSubmission, Decision: state.DecisionAccept}); err != nil {
			return err
		}
		return r.PutDeptWeek(state.DeptWeek{
			Week: week38, Dept: "D01", First: at, State: state.Accepted, Tries: []state.Try{{Mail: "m1", Received: at, Decision: state.DecisionAccept}},
			Rows: []state.Counted{{Project: "P1", Mail: "m1", Received: at, Values: map[string]state.Value{
				"problems": {Text: "征地未完成"}, "coordination_request": {Text: "请商务局协调"}, "urgency": {Text: "紧急"},
			}}},
		})
	}
}

func says(kind state.WordKind, dept, text string, at time.Time) func(*state.Records) error {
	return func(r *state.Records) error {
		return r.Speak(state.Word{Issue: "I01", Kind: kind, Mail: string(kind), Dept: dept, By: "x", Week: week38, At: at, Text: text})
	}
}

// Break every durable step of a request's way, from the report over the answer that is passed
// on to the closing, before and after it took effect: no letter is lost, and none leaves twice.
func TestACrashLosesNoRequestAndNoAnswer(t *testing.T) {
	for _, after := range []bool{false, true} {
		for step := 1; ; step++ {
			kv := &brittle{KV: memkv.New()}
			d := newDesk(t, kv, blobs.Memory())
			d.Composer.Roster.Projects = []state.Project{{ID: "P1", Name: "一号项目", Dept: "D01", LeadLeader: "L01"}}
			used, broke := 0, false
			tick := func(at string, found ...func(*state.Records) error) {
				now := clock(at)
				d.sweep(now, found...)
				kv.updates, kv.at, kv.after = 0, max(step-used, 0), after
				if broke {
					kv.at = 0
				}
				err := d.Plan(t.Context(), now)
				used += kv.updates
				if kv.dead {
					broke, kv.dead, kv.at = true, false, 0
					err = d.Plan(t.Context(), now)
				}
				if err != nil {
					t.Fatalf("step %d, after %v: plan at %s: %v", step, after, at, err)
				}
				kv.at = 0
				d.dispatch(now)
			}
			tick("09-16 09:00")
			tick("09-16 10:00", asks(clock("09-16 10:00")))
			tick("09-16 10:30")
			tick("09-18 15:05")
			tick("09-20 10:00", says(state.WordAnswer, "D02", "已安排", clock("09-20 09:58")))
			tick("09-20 10:05")
			tick("09-20 11:00", says(state.WordSolved, "D01", "已解决", clock("09-20 10:58")))
			tick("09-20 11:05")
			got := map[string]int{}
			for _, l := range d.left() {
				got[l]++
			}
			for _, want := range []string{
				"request/I01/D02/1 swj", "requestdue/I01/1/1 swj", "answered/I01/1 fgtj", "answered/I01/1 zdxmb", "closed/I01/1 fgtj", "closed/I01/1 zdxmb",
			} {
				if got[want] != 1 {
					t.Errorf("step %d, after %v: %s left %d times: %v", step, after, want, got[want], got)
				}
			}
			urgent := 0
			for l, n := range got {
				if l[:7] == "urgent/" {
					urgent += n
				}
			}
			if urgent != 3 {
				t.Errorf("step %d, after %v: the alert left %d times, want once to each of three: %v", step, after, urgent, got)
			}
			if !broke {
				if step < 6 {
					t.Errorf("only %d durable steps", step-1)
				}
				break
			}
		}
	}
}

// A request of a faulty row waits for its correction, a popular department gets no more
// requests a day than one can read, and the clock stands still while its address fails.
func TestARequestWaitsForWhatItMust(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.Composer.Roster.Projects = []state.Project{{ID: "P1", Name: "一号项目", Dept: "D01", LeadLeader: "L01"}}
	d.tick(clock("09-16 09:00"))
	d.tick(clock("09-16 10:00"), asks(clock("09-16 10:00")), func(r *state.Records) error {
		w, err := r.DeptWeek(week38, "D01")
		if err != nil {
			return err
		}
		w.Wait = []string{"P1"}
		return r.PutDeptWeek(*w)
	})
	d.left()
	d.tick(clock("09-16 10:30"))
	d.want("while the row waits", "receipt/2026-W38/D01/1 fgtj")
	d.tick(clock("09-16 10:40"), asks(clock("09-16 10:00")))
	d.want("corrected", "request/I01/D02/1 swj")
	d.tick(clock("09-18 15:05"), func(r *state.Records) error {
		return r.PutContact(state.Contact{Address: "swj@lanchuan.example", Failing: clock("09-17 09:00")})
	})
	for _, l := range d.left() {
		if l[:10] == "requestdue" {
			t.Errorf("%s, though the request came back", l)
		}
	}
}
