package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/state"
	"duban/state/memkv"
)

var errDisk = errors.New("disk trouble")

// brittle is a store that fails at one Update, before or after it took effect, and from
// then on until it is mended: the process is as good as dead.
type brittle struct {
	state.KV
	at      int // which Update fails, from 1; 0 never
	after   bool
	updates int
	dead    bool
}

func (b *brittle) Update(ctx context.Context, fn func(state.Tx) error) error {
	if b.dead {
		return errDisk
	}
	b.updates++
	if b.updates != b.at {
		return b.KV.Update(ctx, fn)
	}
	b.dead = true
	if b.after {
		if err := b.KV.Update(ctx, fn); err != nil {
			return err
		}
	}
	return errDisk
}

// Break every durable step of three letters' way out, before and after it took effect,
// restart, and look at what the server got: nothing twice, nothing lost, doubt shown.
func TestEveryCrashLosesNothingAndRepeatsNothing(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			disk := memkv.New()
			first := newPost(t, disk)
			var keys []string
			for i := range 3 {
				l := letter(state.TopicCorrection, fmt.Sprintf("D%02d", i), fmt.Sprintf("d%02d@lanchuan.example", i))
				first.enqueue(l)
				keys = append(keys, l.Key)
			}
			kv := &brittle{KV: disk}
			doomed := newPost(t, kv)
			kv.updates, kv.at, kv.after = 0, at, after
			err := doomed.Dispatch(t.Context(), noon)
			if !kv.dead {
				if at < 7 {
					t.Fatalf("three letters took %d durable steps, expected two each", at-1)
				}
				break
			}
			if !errors.Is(err, errDisk) {
				t.Errorf("step %d: %v, want the disk's error", at, err)
			}
			reborn := newPost(t, disk)
			for range 3 {
				reborn.dispatch(noon.Add(5 * time.Minute))
			}
			got := map[string]int{}
			for _, s := range append(doomed.bag.sent, reborn.bag.sent...) {
				got[s[strings.IndexByte(s, ' ')+1:]]++
			}
			for _, key := range keys {
				phase := reborn.deliveries(key)[0].Phase
				name := fmt.Sprintf("step %d, after %v: %s is %s, the server got it %d times", at, after, key, phase, got[key])
				switch {
				case got[key] > 1:
					t.Error("twice:", name)
				case phase == state.PhaseSent && got[key] != 1, got[key] == 0 && phase != state.PhaseDoubtful:
					t.Error("lost:", name)
				case phase == state.PhaseQueued || phase == state.PhaseSending:
					t.Error("stuck:", name)
				}
			}
		}
	}
}

// A store that hiccups after the server said yes must not cost a second copy: the answer
// is kept in memory and recorded before the next letter.
func TestAnAnswerTheStoreRefusedIsRecordedLater(t *testing.T) {
	kv := &brittle{KV: memkv.New()}
	p := newPost(t, kv)
	p.enqueue(letter(state.TopicReceipt, "D05", them), letter(state.TopicReceipt, "D09", "wjw@lanchuan.example"))
	kv.updates, kv.at = 0, 2
	if err := p.Dispatch(t.Context(), noon); !errors.Is(err, errDisk) {
		t.Fatalf("%v", err)
	}
	if err := p.Dispatch(t.Context(), noon); !errors.Is(err, errDisk) || len(p.bag.sent) != 1 {
		t.Errorf("while the store is sick: %v, %q sent", err, p.bag.sent)
	}
	kv.dead, kv.at = false, 0
	p.dispatch(noon)
	if len(p.bag.sent) != 2 || p.deliveries("receipt/2026-W38/D05/1")[0].Phase != state.PhaseSent {
		t.Errorf("sent %q, first is %+v", p.bag.sent, p.deliveries("receipt/2026-W38/D05/1"))
	}
}

// The bytes are those stored with the intent, however often it is tried.
func TestRetrySendsTheSameBytes(t *testing.T) {
	p := newPost(t, memkv.New())
	l := letter(state.TopicReceipt, "D05", them)
	p.enqueue(l)
	n := 0
	p.Blob = func(sum string) ([]byte, error) {
		n++
		if n == 2 {
			return nil, errors.New("blob unreadable")
		}
		return []byte("body of " + sum), nil
	}
	p.bag.answer = func(_ string, n int) error {
		if n < 3 {
			return greylisted
		}
		return nil
	}
	for i := range 40 {
		if err := p.Dispatch(t.Context(), noon.Add(time.Duration(i)*2*time.Minute)); err != nil && !strings.Contains(err.Error(), "blob unreadable") {
			t.Error(err)
		}
	}
	if bodies := p.bag.sent; len(bodies) != 1 || bodies[0] != them+" body of "+l.Blob {
		t.Errorf("%q", bodies)
	}
}
