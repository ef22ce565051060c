package notify

import (
	"cmp"
	"slices"
	"time"

	"duban/state"
)

// parcel is one delivery whose turn has come.
type parcel struct {
	letter state.Letter
	index  int // into letter.Deliveries
}

func (p parcel) to() string { return p.letter.Deliveries[p.index].To }

// rank orders the queue: what a department waits for first, what can wait last.
var rank = map[state.Topic]int{
	state.TopicCorrection: 1, state.TopicReceipt: 2, state.TopicFault: 2, state.TopicSummary: 3, state.TopicPreview: 4, state.TopicMeeting: 4,
	state.TopicRequest: 2, state.TopicAnswered: 2, state.TopicRequestDue: 5, // and TopicUrgent before all
	state.TopicLate: 5, state.TopicResubmit: 5, state.TopicDue: 6, state.TopicForm: 7, state.TopicStanding: 7, state.TopicNotice: 8, state.TopicHealth: 9,
}

// waiting picks the deliveries whose time has come, in the order they leave. Nothing goes
// to a department in quiet hours, a retry included.
func waiting(open []state.Letter, s *state.Schedule, now time.Time) []parcel {
	quiet := s.AfterQuiet(now).After(now)
	var out []parcel
	for _, l := range open {
		if l.NotBefore.After(now) || quiet && l.Dept != "" {
			continue
		}
		for i, d := range l.Deliveries {
			if d.Phase == state.PhaseQueued && !d.Next.After(now) {
				out = append(out, parcel{l, i})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b parcel) int {
		return cmp.Or(cmp.Compare(rank[a.letter.Kind], rank[b.letter.Kind]),
			a.letter.QueuedAt.Compare(b.letter.QueuedAt), cmp.Compare(a.letter.Key, b.letter.Key))
	})
	return out
}

// backOff is how long a delivery waits after its nth temporary refusal: 2, 10 and 30
// minutes, 2 hours, then every 4 hours. After maxAttempts, three days in, it has failed.
func backOff(attempts int) time.Duration {
	steps := []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 4 * time.Hour}
	return steps[min(max(attempts, 1), len(steps))-1]
}

const maxAttempts = 22
