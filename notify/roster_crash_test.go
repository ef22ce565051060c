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

// follow is what a turn does first: the registry carries what was changed, and what the office
// edited in it becomes a change or a pause of its own.
func (d *desk) follow(now time.Time) {
	roster := d.Composer.Roster
	read := func(r *state.Records) error {
		changes, err := r.Changes()
		roster.Amend(changes)
		return err
	}
	edited := false
	err := d.store.View(d.t.Context(), func(r *state.Records) (err error) {
		if err = read(r); err == nil {
			edited, err = r.Edited(roster)
		}
		return err
	})
	if err != nil || !edited {
		return
	}
	_ = d.store.Update(d.t.Context(), func(r *state.Records) error {
		if _, err := r.Follow(roster, d.Composer.Schedule, now); err != nil {
			return err
		}
		return read(r)
	})
}

// Break every durable step between an edit of the registry and the letters it brings about, before
// and after it took effect, and start again: the project changes hands once and from one week on,
// another one is paused once, and each department hears of it once.
func TestEveryCrashOfAnEditedRegistryFollowsItOnce(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; at <= 7; at++ {
			name := fmt.Sprintf("step %d, after %v", at, after)
			disk, files := memkv.New(), blobs.Memory()
			start := func(kv state.KV, dept string) *desk {
				d := newDesk(t, kv, files)
				d.Composer.Roster.Projects = []state.Project{{ID: "P1", Name: "某桥", Dept: dept}, {ID: "P2", Name: "某路", Dept: "D01"}}
				if dept == "D02" {
					d.Composer.Roster.Projects[1].Pause = state.Pause{From: clock("09-14 00:00"), Until: clock("09-28 00:00"), Reason: "调线"}
				}
				return d
			}
			turn := func(d *desk, now time.Time) {
				d.follow(now)
				_ = d.Plan(t.Context(), now)
				_ = d.Dispatch(t.Context(), now)
			}
			first := start(disk, "D01")
			first.sweep(clock("09-16 09:00"))
			turn(first, clock("09-16 09:00"))
			kv := &brittle{KV: disk}
			doomed := start(kv, "D02")
			doomed.sweep(clock("09-16 10:00"))
			kv.updates, kv.at, kv.after = 0, at, after
			turn(doomed, clock("09-16 10:00"))
			got := doomed.left()
			for _, now := range []string{"09-16 10:02", "09-16 10:04", "09-17 10:04"} {
				reborn := start(disk, "D02")
				reborn.sweep(clock(now))
				turn(reborn, clock(now))
				got = append(got, reborn.left()...)
			}
			err := first.store.View(t.Context(), func(r *state.Records) error {
				changes, err := r.Changes()
				if err != nil {
					return err
				}
				if len(changes) != 1 || changes[0].From != week38 || changes[0].Old != "D01" || changes[0].New != "D02" || changes[0].Taker == "" || changes[0].Giver == "" {
					t.Errorf("%s: the changes are %+v", name, changes)
				}
				pauses, err := r.Exemptions()
				if err == nil && (len(pauses) != 1 || pauses[0].Subject != "P2" || !pauses[0].Paused || pauses[0].From != week38) {
					t.Errorf("%s: the pauses are %+v", name, pauses)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, letter := range []string{"registry/2026-W38/D01/1 fgtj", "registry/2026-W38/D02/1 swj"} {
				n := 0
				for _, l := range got {
					if l == letter {
						n++
					}
				}
				key, _, _ := strings.Cut(letter, " ")
				if n > 1 || n == 0 && !doubt(first, key) {
					t.Errorf("%s: %s left %d times: %q", name, letter, n, got)
				}
			}
		}
	}
}
