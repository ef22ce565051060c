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
