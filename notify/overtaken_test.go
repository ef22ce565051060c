package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// refuses makes the mail server put off letters to an address, or to everybody for "".
func (d *desk) refuses(addr string) {
	d.bag.answer = func(to string, _ int) error {
		if addr == "" || strings.HasPrefix(to, addr+"@") {
			return greylisted
		}
		return nil
	}
}

// stored is a letter as the store has it.
func (d *desk) stored(key string) (l *state.Letter) {
	d.t.Helper()
	err := d.store.View(d.t.Context(), func(r *state.Records) (err error) {
		l, err = r.Letter(key)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return l
}

// A list for a lead leader that waits for the mail server is given up as soon as one of its
// departments has reported; the office, which agreed to it, hears so, and the leader nothing.
func TestAWaitingListIsGivenUpWhenADepartmentReports(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	twoProjects(d)
	d.Composer.Schedule.Escalation = state.Step{Workdays: 1, At: state.Clock{Hour: 14}}
	for _, at := range []string{"09-18 18:12", "09-21 09:01", "09-21 12:05", "09-21 14:06"} {
		d.tick(clock(at))
	}
	d.refuses("ld1")
	d.left()
	d.tick(clock("09-21 14:10"), decides("escalation/2026-W38/L01", state.AnswerYes, "09-21 14:08"))
	if l := d.stored("escalation/2026-W38/L01"); l == nil || l.Phase() != state.PhaseQueued {
		t.Fatalf("the list does not wait: %+v", l)
	}
	d.left()
	d.tick(clock("09-21 14:40"), figures("D02", "m2", "P2", 50, clock("09-21 14:35")))
	l := d.stored("escalation/2026-W38/L01")
	if to := l.Deliveries[0]; to.Phase != state.PhaseFailed || to.Error != notify.WhyOvertaken {
		t.Errorf("the list is %s (%s), want given up as overtaken", to.Phase, to.Error)
	}
	d.bag.answer = nil
	d.tick(clock("09-21 16:00"))
	left := d.left()
	if slices.ContainsFunc(left, func(s string) bool { return strings.HasSuffix(s, " ld1") }) {
		t.Errorf("the leader was written to: %q", left)
	}
	if !slices.ContainsFunc(left, func(s string) bool { return strings.HasPrefix(s, "notice/") && strings.Contains(s, "failed") }) {
		t.Errorf("the office did not hear that the list was given up: %q", left)
	}
}

// A reminder that waits for the mail server reminded nobody: its department stands on no list
// before two hours have passed since it left.
func TestAReminderThatWaitsRemindedNobody(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	twoProjects(d)
	d.Composer.Schedule.Escalation = state.Step{Workdays: 1, At: state.Clock{Hour: 14}}
	d.refuses("")
	for _, at := range []string{"09-18 18:12", "09-21 09:01", "09-21 12:05", "09-21 14:06"} {
		d.tick(clock(at))
	}
	listed := func() (depts []string) {
		err := d.store.View(t.Context(), func(r *state.Records) error {
			q, err := r.Proposal("escalation/2026-W38/L01")
			if q != nil {
				for _, dept := range []string{"D01", "D02"} {
					if strings.Contains(string(q.Body), `"`+dept+`"`) {
						depts = append(depts, dept)
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return depts
	}
	if got := listed(); len(got) > 0 {
		t.Errorf("on the list stand %q, whom nobody reminded", got)
	}
	d.bag.answer = nil
	d.tick(clock("09-21 14:40"))
	if got := listed(); len(got) > 0 {
		t.Errorf("on the list stand %q, who were reminded this minute", got)
	}
	d.tick(clock("09-21 16:45"))
	if got := listed(); len(got) != 2 {
		t.Errorf("on the list stand %q, want both", got)
	}
}

// faults puts projects that wait for a correction into the last try of a department, and what
// is wrong with each.
func faults(dept string, projects ...string) func(*state.Records) error {
	return func(r *state.Records) error {
		d, err := r.DeptWeek(week38, dept)
		if err != nil {
			return err
		}
		last := &d.Tries[len(d.Tries)-1]
		for _, id := range projects {
			last.Findings = append(last.Findings, state.Finding{Rule: "arith-ytd-mismatch", Level: state.LevelError, Project: id, Column: "ytd_invest", Message: "不符。"})
			if !slices.Contains(d.Wait, id) {
				d.Wait = append(d.Wait, id)
			}
		}
		return r.PutDeptWeek(*d)
	}
}

// What waits and answers an older version is given up when the letter on the newer one says all
// that still holds, and only then.
func TestAnAnswerIsGivenUpOnlyWhenTheNextSaysAll(t *testing.T) {
	for _, c := range []struct {
		name     string
		first    state.Decision
		wrong    []string // projects the first letter names
		second   state.Decision
		again    []string // of them, what the second version has wrong
		settled  []string // of them, what the second version puts right
		dropped  bool
		answered string // the letter about the second version
	}{
		{"all put right", state.DecisionCorrect, []string{"P1", "P2"}, state.DecisionAccept, nil, []string{"P1", "P2"}, true, "receipt/2026-W38/D01/1"},
		{"one put right, one still wrong", state.DecisionCorrect, []string{"P1", "P2"}, state.DecisionCorrect, []string{"P2"}, []string{"P1"}, true, "correction/2026-W38/D01/2"},
		{"the other half of the report", state.DecisionCorrect, []string{"P1"}, state.DecisionAccept, nil, nil, false, "receipt/2026-W38/D01/1"},
		{"wrong after all", state.DecisionAccept, nil, state.DecisionCorrect, []string{"P1"}, nil, true, "correction/2026-W38/D01/1"},
		{"good once more", state.DecisionAccept, nil, state.DecisionAccept, nil, nil, false, "receipt/2026-W38/D01/2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, memkv.New(), blobs.Memory())
			d.Composer.Roster.Projects = []state.Project{{ID: "P1", Dept: "D01"}, {ID: "P2", Dept: "D01"}}
			standing := map[state.Decision]state.DeptState{state.DecisionAccept: state.Accepted, state.DecisionCorrect: state.Correcting}
			d.refuses("")
			d.tick(clock("09-16 09:15"), reported("D01", "m1", clock("09-16 09:00"), c.first, standing[c.first]), faults("D01", c.wrong...))
			d.tick(clock("09-16 09:45"), reported("D01", "m2", clock("09-16 09:30"), c.second, standing[c.second]), faults("D01", c.again...), func(r *state.Records) error {
				w, err := r.DeptWeek(week38, "D01")
				if err != nil {
					return err
				}
				w.Wait = slices.DeleteFunc(w.Wait, func(id string) bool { return slices.Contains(c.settled, id) })
				return r.PutDeptWeek(*w)
			})
			key := "receipt/2026-W38/D01/1"
			if c.first == state.DecisionCorrect {
				key = "correction/2026-W38/D01/1"
			}
			d.bag.answer = nil
			d.tick(clock("09-16 12:00"))
			left := d.left()
			if got := !slices.Contains(left, key+" fgtj"); got != c.dropped {
				t.Errorf("%s given up: %v, want %v (left: %q)", key, got, c.dropped, left)
			}
			if !slices.Contains(left, c.answered+" fgtj") {
				t.Errorf("the newer version was not answered by %s: %q", c.answered, left)
			}
			if d.stored(key).Deliveries[0].Error != notify.WhySuperseded && c.dropped {
				t.Errorf("no reason stands beside %s: %+v", key, d.stored(key).Deliveries)
			}
		})
	}
}

// A figure the office changed by hand is told by the next letter when the one that told it
// never left.
func TestWhatAGivenUpLetterToldIsToldByTheNext(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.Composer.Roster.Projects = []state.Project{{ID: "P1", Dept: "D01"}}
	amended := func(r *state.Records) error {
		return r.PutAmendment(state.Amendment{Week: week38, Project: "P1", Column: "ytd_invest", Was: "8oo", Value: "800", Reason: "电话核对", By: "张三", At: clock("09-16 09:10")})
	}
	told := func() string {
		var key string
		err := d.store.View(t.Context(), func(r *state.Records) error {
			a, err := r.Amendment(week38, "P1", "ytd_invest")
			if a != nil {
				key = a.Told
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	d.refuses("")
	d.tick(clock("09-16 09:15"), reported("D01", "m1", clock("09-16 09:00"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"), amended)
	if got := told(); got != "correction/2026-W38/D01/1" {
		t.Fatalf("told by %q", got)
	}
	d.tick(clock("09-17 09:15")) // the letter is written anew, and tells it still
	if got := told(); got != "correction/2026-W38/D01/1" {
		t.Errorf("written anew, told by %q", got)
	}
	d.tick(clock("09-17 09:45"), reported("D01", "m2", clock("09-17 09:30"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"))
	if got := told(); got != "correction/2026-W38/D01/2" {
		t.Errorf("superseded, told by %q, want by the next letter", got)
	}
}

// The time a letter of correction sets counts from when it could leave: while it waits it is
// written anew day by day under its own key, and nobody is reminded of a time no letter has set.
// Once a copy is out the letter stays as it was read.
func TestTheTimeOfAWaitingCorrectionMovesOn(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.refuses("")
	d.tick(clock("09-15 09:15"), reported("D01", "m1", clock("09-15 09:00"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"))
	const key = "correction/2026-W38/D01/1"
	first := *d.stored(key)
	by := func(want string) {
		t.Helper()
		if l := d.stored(key); !l.ReplyBy.Equal(clock(want)) {
			t.Errorf("the time set is %s, want %s", l.ReplyBy, want)
		}
	}
	by("09-16 18:00")
	d.tick(clock("09-15 17:00"))
	by("09-16 18:00")
	d.tick(clock("09-15 21:00")) // it can leave in the morning
	by("09-17 18:00")
	d.tick(clock("09-16 16:10"))
	d.tick(clock("09-17 09:00"))
	by("09-18 18:00")
	l := d.stored(key)
	if l.MessageID != first.MessageID || !l.QueuedAt.Equal(first.QueuedAt) || l.Blob == first.Blob || l.Deliveries[0].Attempts < first.Deliveries[0].Attempts {
		t.Errorf("written anew it is %+v, first %+v", l, first)
	}
	d.bag.answer = nil
	d.tick(clock("09-17 16:10"))
	d.want("in the end", key+" fgtj", "due/2026-W38/D02/1 swj")
	d.tick(clock("09-17 21:00"))
	by("09-18 18:00")
	d.tick(clock("09-18 16:10"))
	if left := d.left(); !slices.Contains(left, "resubmit/2026-W38/D01/1 fgtj") {
		t.Errorf("nobody was reminded of the time it set: %q", left)
	}
}

// A letter the office sent again although it may have arrived is never written anew.
func TestALetterOnceInDoubtKeepsItsBytes(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.bag.answer = func(string, int) error { return unclear }
	d.sweep(clock("09-15 09:15"), reported("D01", "m1", clock("09-15 09:00"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"))
	const key = "correction/2026-W38/D01/1"
	if err := d.Plan(t.Context(), clock("09-15 09:15")); err != nil {
		t.Fatal(err)
	}
	if err := d.Dispatch(t.Context(), clock("09-15 09:15")); err == nil {
		t.Error("an unclear answer is no error")
	}
	before := d.stored(key).Blob
	if err := notify.Resend(t.Context(), d.store, key); err != nil {
		t.Fatal(err)
	}
	d.refuses("fgtj")
	for at := clock("09-15 10:00"); at.Before(clock("09-17 12:00")); at = at.Add(6 * time.Hour) {
		d.tick(at)
	}
	if after := d.stored(key); after.Blob != before || after.Phase() != state.PhaseQueued {
		t.Errorf("it is %s and its bytes changed: %v", after.Phase(), after.Blob != before)
	}
}

// Every step of a letter superseded, and of one written anew, may break.
func TestEveryCrashOfAWaitingCorrection(t *testing.T) {
	play{
		set: func(d *desk) {
			d.Composer.Roster.Projects = []state.Project{{ID: "P1", Dept: "D01"}, {ID: "P2", Dept: "D02"}}
		},
		beats: []beat{
			{"09-15 09:15", []func(*state.Records) error{
				reported("D01", "m1", clock("09-15 09:00"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"),
				reported("D02", "m2", clock("09-15 09:00"), state.DecisionCorrect, state.Correcting), faults("D02", "P2"),
			}},
			{"09-16 09:00", nil},
			{"09-16 09:15", []func(*state.Records) error{reported("D02", "m3", clock("09-16 09:05"), state.DecisionAccept, state.Accepted), func(r *state.Records) error {
				w, err := r.DeptWeek(week38, "D02")
				if err != nil {
					return err
				}
				w.Wait = nil
				return r.PutDeptWeek(*w)
			}}},
			{"09-16 10:00", nil},
			{"09-17 16:10", nil},
		},
		held:  []string{"09-15 09:15", "09-16 09:00", "09-16 09:15"},
		must:  []string{"correction/2026-W38/D01/1 fgtj", "receipt/2026-W38/D02/1 swj", "resubmit/2026-W38/D01/1 fgtj"},
		never: []string{"correction/2026-W38/D02"},
		steps: 8,
	}.survives(t)
}

// A letter of correction does not leave once our own limit is over and the mailbox could not be
// read since: then it may ask for what stands, or has come. Nor does one on a report that stands.
func TestACorrectionDoesNotLeaveAfterOurOwnLimit(t *testing.T) {
	for name, c := range map[string]struct {
		sweep time.Time
		stood bool
		left  []string
	}{
		"within the limit":          {clock("09-17 17:30"), false, []string{"correction/2026-W38/D01/1 fgtj"}},
		"mailbox unread since":      {clock("09-17 17:30"), false, nil},
		"the report stands already": {clock("09-18 09:30"), true, nil},
	} {
		d := newDesk(t, memkv.New(), blobs.Memory())
		d.Composer.Roster.Projects = []state.Project{{ID: "P1", Dept: "D01"}}
		d.refuses("")
		d.tick(clock("09-16 09:15"), reported("D01", "m1", clock("09-16 09:00"), state.DecisionCorrect, state.Correcting), faults("D01", "P1"))
		d.bag.answer = nil
		d.sweep(c.sweep, func(r *state.Records) error {
			w, err := r.DeptWeek(week38, "D01")
			if err != nil {
				return err
			}
			w.Tries[0].Unverified = c.stood
			return r.PutDeptWeek(*w)
		})
		now := clock("09-18 10:00")
		if len(c.left) > 0 {
			now = clock("09-17 18:00")
		}
		d.dispatch(now)
		d.want(name, c.left...)
	}
}
