package state_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

// A code works once, the next word needs the next code, and none works once the leaders'
// letter has left.
func TestACodeWorksOnceAndExpiresWithTheSummary(t *testing.T) {
	store, err := state.NewStore(context.Background(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	w := state.Week{Year: 2026, No: 38}
	update := func(fn func(*state.Records) error) {
		t.Helper()
		if err := store.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	code := func(c string, want error) {
		t.Helper()
		err := store.View(t.Context(), func(r *state.Records) error {
			_, err := r.CodeErrand(c, time.Unix(9, 0))
			return err
		})
		if !errors.Is(err, want) {
			t.Errorf("code %s: %v, want %v", c, err, want)
		}
	}
	code("11111111", state.ErrCodeUnknown)
	update(func(r *state.Records) error { return r.GiveCode(w, "11111111") })
	code("11111111", nil)
	update(func(r *state.Records) error {
		return r.TakeSay(state.Say{Week: w, Held: true, By: "张三", Reason: "再核", Code: "11111111", At: time.Unix(1, 0)})
	})
	code("11111111", state.ErrCodeUsed)
	update(func(r *state.Records) error { return r.GiveCode(w, "22222222") })
	code("22222222", nil)
	code("11111111", state.ErrCodeUsed)
	// A word from the command line uses up the code that is out, too.
	update(func(r *state.Records) error {
		return r.TakeSay(state.Say{Week: w, By: "李四", Reason: "已核", At: time.Unix(2, 0)})
	})
	code("22222222", state.ErrCodeUsed)
	update(func(r *state.Records) error { return r.GiveCode(w, "33333333") })
	update(func(r *state.Records) error { return r.PutDigest(state.Digest{Period: w}) })
	code("33333333", state.ErrCodeExpired)

	err = store.View(t.Context(), func(r *state.Records) error {
		h, err := r.Hold(w)
		if h.Held || h.Round != 2 || h.By != "李四" {
			t.Errorf("the office's say is %+v", h)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
