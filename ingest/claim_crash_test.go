package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

var errDead = errors.New("the disk is gone")

// doomed is a store that fails at one durable step, before or after it took effect, and does
// nothing from then on: the process is as good as dead.
type doomed struct {
	state.KV
	at, steps int
	after     bool
	dead      bool
}

func (k *doomed) Update(ctx context.Context, fn func(state.Tx) error) error {
	if k.steps++; k.steps != k.at && !k.dead {
		return k.KV.Update(ctx, fn)
	}
	if !k.dead && k.after {
		if err := k.KV.Update(ctx, fn); err != nil {
			return err
		}
	}
	k.dead = true
	return errDead
}

// Break every durable step of a claim, before and after it took effect, and start again: the
// mail is taken as one report, with its time of receipt, and the claim counts as carried out
// when and only when it was taken; one that cannot be taken is told with its reason once.
func TestEveryCrashOfAClaimTakesTheMailOnce(t *testing.T) {
	desk := worldDesk(t)
	claim := func(name string, raw []byte, wantTries int, wantOutcome bool) {
		for _, after := range []bool{false, true} {
			for at := 1; at <= 3; at++ {
				disk, files := memkv.New(), blobs.Memory()
				start := func(kv state.KV) (*office, *Collector) {
					store, err := state.NewStore(t.Context(), kv)
					if err != nil {
						t.Fatal(err)
					}
					o := &office{t, desk, store}
					return o, &Collector{Store: store, Blobs: files, Opener: InProcess{Form: o.desk.Form}, Desk: o.desk, Log: slog.New(slog.DiscardHandler)}
				}
				o, _ := start(disk)
				if _, err := files.PutAll([][]byte{raw}); err != nil {
					t.Fatal(err)
				}
				o.receive(raw, arrivedAt)
				key := "claim/" + digest(raw)[:12]
				err := o.store.Update(t.Context(), func(r *state.Records) error {
					q := state.Proposal{Key: key, Kind: state.ProposalClaim, Week: state.Week{Year: 2026, No: 38}, Made: arrivedAt, Expires: arrivedAt.Add(24 * time.Hour), Body: []byte(digest(raw))}
					if _, err := r.Propose(q); err != nil {
						return err
					}
					return r.Decide(key, state.Decided{Answer: state.AnswerYes, Chosen: "D05", By: "张三", Reason: "已电话核实", At: arrivedAt.Add(time.Hour)})
				})
				if err != nil {
					t.Fatal(err)
				}
				kv := &doomed{KV: disk}
				_, first := start(kv)
				kv.steps, kv.at, kv.after = 0, at, after
				_ = first.claims(t.Context(), arrivedAt.Add(61*time.Minute))
				_, second := start(disk)
				for range 2 {
					if err := second.claims(t.Context(), arrivedAt.Add(63*time.Minute)); err != nil {
						t.Fatal(err)
					}
				}
				err = o.store.View(t.Context(), func(r *state.Records) error {
					where := fmt.Sprintf("%s, step %d, after %v", name, at, after)
					d, err := r.DeptWeek(state.Week{Year: 2026, No: 38}, "D05")
					if err != nil {
						return err
					}
					tries := 0
					if d != nil {
						tries = len(d.Tries)
					}
					if tries != wantTries || tries > 0 && !d.Tries[0].Received.Equal(arrivedAt) {
						t.Errorf("%s: %d tries: %+v", where, tries, d)
					}
					q, err := r.Proposal(key)
					if q == nil || q.Done.IsZero() || (q.Outcome != "") != wantOutcome {
						t.Errorf("%s: the claim is %+v", where, q)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	claim("a report", worldMail(t, "W38-D05-2.eml", "x@privatemail.example"), 1, false)
	claim("no report", []byte("From: x@privatemail.example\r\nSubject: lunch\r\n\r\nat noon?"), 0, true)
}
