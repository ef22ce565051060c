package notify_test

import (
	"testing"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// A hold that comes when the leaders' letter is queued already stops every copy that has
// not left, and no other letter; released, they leave once.
func TestAHoldStopsWhatIsQueuedAlready(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	say := func(held bool) {
		t.Helper()
		err := d.store.Update(t.Context(), func(r *state.Records) error {
			return r.TakeSay(state.Say{Week: week38, Held: held, By: "张三", Reason: "再核", At: noon})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.tick(clock("09-17 10:00"))
	summary := letter(state.TopicSummary, "", "ld1@lanchuan.example", "ld2@lanchuan.example")
	other := letter(state.TopicLate, "D02", "swj@lanchuan.example")
	d.enqueue(summary, other)
	sums, err := d.Keep([][]byte{[]byte("X-Duban-Key: " + summary.Key + "\r\n\r\n"), []byte("X-Duban-Key: " + other.Key + "\r\n\r\n")})
	if err != nil {
		t.Fatal(err)
	}
	err = d.store.Update(t.Context(), func(r *state.Records) error {
		for i, l := range []state.Letter{summary, other} {
			l.Blob = sums[i]
			if err := r.PutLetter(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	say(true)
	d.dispatch(clock("09-17 10:01"))
	d.want("held", other.Key+" swj")
	say(false)
	d.dispatch(clock("09-17 10:02"))
	d.want("released", summary.Key+" ld1", summary.Key+" ld2")
	d.dispatch(clock("09-17 10:03"))
	d.want("once")
}
