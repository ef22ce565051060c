package notify

import (
	"slices"
	"testing"

	"duban/state"
)

// On a day on which not all may leave: corrections, then what is urgent, then leaders, then
// reminders (edge cases, SMTP limit), whichever was queued first.
func TestWhatLeavesFirstWhenNotAllMay(t *testing.T) {
	order := []state.Topic{
		state.TopicCorrection, state.TopicUrgent, state.TopicReceipt, state.TopicSummary, state.TopicPreview,
		state.TopicLate, state.TopicDue, state.TopicForm, state.TopicNotice, state.TopicDaily,
	}
	now := on(t, "09-18 10:00")
	var open []state.Letter
	for n, topic := range slices.Backward(order) {
		open = append(open, state.Letter{Key: string(topic), Kind: topic, QueuedAt: now.AddDate(0, 0, -n), Deliveries: []state.Delivery{{To: "a@b.example", Phase: state.PhaseQueued}}})
	}
	c := composer(t, pages(t))
	var got []state.Topic
	for _, p := range waiting(open, "zdxmb@lanchuan.example", c.Schedule, now) {
		got = append(got, p.letter.Kind)
	}
	if !slices.Equal(got, order) {
		t.Errorf("they leave as %v, want %v", got, order)
	}
}

// What a mail server out of order held up until the night waits for the morning, whomever of a
// department it goes to; the office gets its copy.
func TestWhatWaitedForTheServerWakesNobody(t *testing.T) {
	const office = "zdxmb@lanchuan.example"
	c := composer(t, pages(t))
	now := on(t, "09-18 22:00")
	leave := func(kind state.Topic, to ...string) (out []string) {
		l := state.Letter{Key: string(kind), Kind: kind, QueuedAt: on(t, "09-18 17:00")}
		for _, address := range to {
			l.Deliveries = append(l.Deliveries, state.Delivery{To: address, Phase: state.PhaseQueued})
		}
		for _, p := range waiting([]state.Letter{l}, office, c.Schedule, now) {
			out = append(out, p.to())
		}
		return out
	}
	for _, kind := range []state.Topic{state.TopicCircular, state.TopicRectify, state.TopicEscalation, state.TopicRequestDue} {
		if got := leave(kind, "head@lanchuan.example", office); !slices.Equal(got, []string{office}) {
			t.Errorf("%s leaves for %q at night, want the office alone", kind, got)
		}
	}
	if got := leave(state.TopicUrgent, "head@lanchuan.example"); len(got) != 1 {
		t.Error("an urgent word waits for the morning")
	}
}
