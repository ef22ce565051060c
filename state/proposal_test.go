package state_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A proposal is asked once, answered once, and answered never again; what nobody answered
// in time lapses. Its code shares one space with those of the leaders' letter.
func TestAProposalIsAskedAndAnsweredOnce(t *testing.T) {
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	act := func(fn func(*state.Records) error) error { return store.Update(t.Context(), fn) }
	week, made := state.Week{Year: 2026, No: 41}, time.Unix(1000, 0).UTC()
	one := state.Proposal{
		Key: "escalation/2026-W41/L05", Kind: state.ProposalEscalation, Week: week, Title: "有单位没有报送",
		Made: made, Expires: made.Add(time.Hour), Body: []byte(`{"leader":"L05"}`),
	}
	two := one
	two.Key = "escalation/2026-W41/L06"
	for i, want := range []bool{true, false} {
		err := act(func(r *state.Records) error {
			isNew, err := r.Propose(one)
			if isNew != want {
				t.Errorf("propose %d: new is %v", i, isNew)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := act(func(r *state.Records) error { _, err := r.Propose(two); return err }); err != nil {
		t.Fatal(err)
	}
	errand := func(code string, at time.Time, want error) {
		t.Helper()
		err := act(func(r *state.Records) error {
			e, err := r.CodeErrand(code, at)
			if err == nil && (e.Proposal == nil || e.Proposal.Key != one.Key) {
				t.Errorf("code %s is good for %+v", code, e)
			}
			return err
		})
		if !errors.Is(err, want) {
			t.Errorf("code %s: %v, want %v", code, err, want)
		}
	}
	errand("11111111", made, state.ErrCodeUnknown)
	if err := act(func(r *state.Records) error { return r.AskWith(one.Key, "11111111") }); err != nil {
		t.Fatal(err)
	}
	if err := act(func(r *state.Records) error { return r.GiveCode(week, "11111111") }); err == nil {
		t.Error("the same code was given out for the leaders' letter too")
	}
	errand("11111111", made, nil)
	errand("11111111", one.Expires, state.ErrCodeExpired)
	yes := state.Decided{Answer: state.AnswerYes, By: "张三", Reason: "已电话核实", At: made.Add(time.Minute)}
	if err := act(func(r *state.Records) error { return r.Decide(one.Key, yes) }); err != nil {
		t.Fatal(err)
	}
	errand("11111111", made.Add(2*time.Minute), state.ErrCodeUsed)
	no := state.Decided{Answer: state.AnswerNo, By: "李四", Reason: "不必", At: made.Add(2 * time.Minute)}
	if err := act(func(r *state.Records) error { return r.Decide(one.Key, no) }); !errors.Is(err, state.ErrCodeUsed) {
		t.Errorf("a second word: %v", err)
	}
	no.At = two.Expires
	if err := act(func(r *state.Records) error { return r.Decide(two.Key, no) }); !errors.Is(err, state.ErrCodeExpired) {
		t.Errorf("a word after the end: %v", err)
	}
	if err := act(func(r *state.Records) error { return r.Decide("escalation/none", yes) }); !errors.Is(err, state.ErrNoProposal) {
		t.Errorf("a word on nothing: %v", err)
	}
	err = act(func(r *state.Records) error {
		got, err := r.Proposal(one.Key)
		if err != nil || got == nil || got.Answer != state.AnswerYes || got.By != "张三" || string(got.Body) != string(one.Body) {
			t.Errorf("recorded as %+v: %v", got, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is closed is off the list of pending proposals and stays on the list of all.
func TestPendingProposalsAreThoseNotClosed(t *testing.T) {
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), func(r *state.Records) error {
		for _, key := range []string{"change/LC2026-001/total_invest/aa", "circular/2026-11/1", "circular/2026-11/2"} {
			kind, _, _ := strings.Cut(key, "/")
			p := state.Proposal{Key: key, Kind: state.ProposalKind(kind)}
			if key == "circular/2026-11/1" {
				p.Closed = time.Unix(5, 0)
			}
			if err := r.PutProposal(p); err != nil {
				return err
			}
		}
		pending, err := r.Pending()
		if err != nil || len(pending) != 2 || pending[0].Kind != state.ProposalChange || pending[1].Key != "circular/2026-11/2" {
			t.Errorf("pending: %+v, %v", pending, err)
		}
		circulars, err := r.Proposals(state.ProposalCircular)
		if err != nil || len(circulars) != 2 {
			t.Errorf("circulars: %+v, %v", circulars, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
