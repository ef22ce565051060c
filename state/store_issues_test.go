package state_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

var week38 = state.Week{Year: 2026, No: 38}

// ledgerOf is a store with issues of every sort: open, closed, gone on under another number,
// handed over today, yesterday or long ago.
func ledgerOf(t *testing.T, kv state.KV, n int) *state.Store {
	t.Helper()
	store, err := state.NewStore(t.Context(), kv)
	if err != nil {
		t.Fatal(err)
	}
	for from := 0; from < n; from += 100 {
		err := store.Update(t.Context(), func(r *state.Records) error {
			for k := from; k < min(from+100, n); k++ {
				i := state.Issue{ID: fmt.Sprintf("I%02d", k+1), Project: fmt.Sprintf("P/%d", k%7), Text: "缺电", Opened: week38}
				switch k % 5 {
				case 1, 2:
					i.Closed = week38
				case 3:
					i.Merged = "I01"
				}
				if k%2 == 0 {
					i.Asks = []state.Ask{{Round: 1, At: noonOf(k % 3)}}
				}
				if err := r.PutIssue(i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// noonOf is a moment so many days before the 18th, in the morning of the office's zone, which
// is the day before in UTC.
func noonOf(back int) time.Time {
	return time.Date(2026, 9, 18, 6, 0, 0, 0, time.FixedZone("CST", 8*3600)).AddDate(0, 0, -back)
}

// listsHold fails unless every list of issues says what reading all of them says.
func listsHold(t *testing.T, store *state.Store) {
	t.Helper()
	now := noonOf(0)
	since := now.Add(-24 * time.Hour)
	err := store.View(t.Context(), func(r *state.Records) error {
		all, err := r.Issues()
		if err != nil {
			return err
		}
		var open, asked []state.Issue
		for _, i := range all {
			live := i.Closed.IsZero() || i.Merged != ""
			if live {
				open = append(open, i)
			}
			if a := i.LastAsk(); live || a != nil && !a.At.Before(since.Truncate(24*time.Hour)) {
				asked = append(asked, i)
			}
		}
		got, err := r.OpenIssues()
		if err != nil || !reflect.DeepEqual(got, open) || len(got) == 0 || len(got) == len(all) {
			t.Errorf("%d open issues, want %d of %d (%v)", len(got), len(open), len(all), err)
		}
		got, err = r.OpenOrAsked(since, now)
		if err != nil || !reflect.DeepEqual(got, asked) || len(got) == len(open) {
			t.Errorf("%d issues open or asked, want %d (%v)", len(got), len(asked), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An issue that is closed leaves the list of open ones, and one that is opened again returns.
func TestTheListsOfIssuesFollowThem(t *testing.T) {
	store := ledgerOf(t, memkv.New(), 50)
	listsHold(t, store)
	err := store.Update(t.Context(), func(r *state.Records) error {
		for _, id := range []string{"I01", "I02", "I04"} {
			i, err := r.Issue(id)
			if err != nil {
				return err
			}
			closed := i.Closed
			i.Closed, i.Merged = week38, ""
			if closed == week38 {
				i.Closed = state.Week{}
			}
			if err := r.PutIssue(*i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	listsHold(t, store)
}

// grudging refuses every update from the n-th on.
type grudging struct {
	state.KV
	left int
}

var errGrudge = errors.New("no more today")

func (g *grudging) Update(ctx context.Context, fn func(state.Tx) error) error {
	if g.left--; g.left < 0 {
		return errGrudge
	}
	return g.KV.Update(ctx, fn)
}

// A store written before there were lists of issues gets them when it is opened, also when a
// crash cut that short before.
func TestAnOlderStoreGetsItsListsOfIssues(t *testing.T) {
	kv := memkv.New()
	due := noonOf(0)
	err := ledgerOf(t, kv, 1200).Update(t.Context(), func(r *state.Records) error {
		return r.PutRectification(state.Rectification{Circular: "circular/2026-W38/departments/1", Dept: "D05", Due: due})
	})
	if err != nil {
		t.Fatal(err)
	}
	schema := []byte("\x012")
	err = kv.Update(t.Context(), func(tx state.Tx) error {
		if b, err := tx.Get("meta/schema"); err != nil || !bytes.Equal(b, schema) {
			return fmt.Errorf("the layout is %q, %w", b, err)
		}
		if err := tx.Set("meta/schema", []byte("\x011")); err != nil {
			return err
		}
		gone := []string{"meta/issues"}
		for _, prefix := range []string{"issueopen/", "issueof/", "issueasked/", "rectifydue/"} {
			if err := tx.Each(prefix, func(key string, _ []byte) error { gone = append(gone, key); return nil }); err != nil {
				return err
			}
		}
		for _, key := range gone {
			if err := tx.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for updates := range 5 { // three packs of issues, one of rectifications, and the layout
		if _, err := state.NewStore(t.Context(), &grudging{kv, updates}); !errors.Is(err, errGrudge) {
			t.Fatalf("after %d updates: %v", updates, err)
		}
	}
	store, err := state.NewStore(t.Context(), kv)
	if err != nil {
		t.Fatal(err)
	}
	listsHold(t, store)
	err = store.View(t.Context(), func(r *state.Records) error {
		got, err := r.RectificationsDue(due.Add(-time.Hour), due.Add(time.Hour))
		if err == nil && (len(got) != 1 || got[0].Dept != "D05") {
			err = fmt.Errorf("to be put right: %+v", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := state.NewStore(t.Context(), &grudging{kv, 0}); err != nil {
		t.Errorf("a store of this layout is written to when it is opened: %v", err)
	}
	roster := &state.Roster{Depts: []state.Dept{{ID: "D05", Reports: true}}, Projects: []state.Project{{ID: "P9", Dept: "D05"}}}
	err = store.Update(t.Context(), func(r *state.Records) error {
		row := state.Counted{Project: "P9", Mail: "m", Values: map[string]state.Value{"problems": {Text: "缺水"}}}
		if err := r.PutDeptWeek(state.DeptWeek{Week: week38, Dept: "D05", Rows: []state.Counted{row}}); err != nil {
			return err
		}
		if err := r.EnterReports(roster); err != nil {
			return err
		}
		if i, err := r.Issue("I1201"); err != nil || i == nil || i.Project != "P9" {
			return fmt.Errorf("the next issue is not I1201: %+v, %w", i, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
