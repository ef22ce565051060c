package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// parcel is one delivery whose turn has come.
type parcel struct {
	letter state.Letter
	index  int // into letter.Deliveries
}

func (p parcel) to() string { return p.letter.Deliveries[p.index].To }

// rank orders the queue, for the day on which not all may leave: what a department must put
// right, what is urgent, what it waits for, what leaders read, what the office decides, then
// reminders, and last what can wait. A kind that is not named leaves with the reminders.
var rank = map[state.Topic]int{
	state.TopicCorrection: 1, state.TopicUrgent: 2,
	state.TopicReceipt: 3, state.TopicFault: 3, state.TopicAmended: 3, state.TopicOwner: 3, state.TopicRequest: 3, state.TopicAnswered: 3,
	state.TopicSummary: 4, state.TopicEscalation: 4, state.TopicPreview: 5, state.TopicProposal: 5, state.TopicMeeting: 5,
	state.TopicLate: 6, state.TopicResubmit: 6, state.TopicRequestDue: 6, state.TopicRectify: 6, state.TopicDue: 7,
	state.TopicForm: 8, state.TopicRegistry: 8, state.TopicClosed: 8, state.TopicStanding: 8, state.TopicVisit: 8, state.TopicPermit: 8, state.TopicScore: 8,
	state.TopicNotice: 9, state.TopicDaily: 10, state.TopicTerms: 10, state.TopicCalendar: 10, state.TopicHealth: 10,
}

// unnamed is the rank of a kind that is not named.
const unnamed = 7

func rankOf(t state.Topic) int {
	if n, named := rank[t]; named {
		return n
	}
	return unnamed
}

// awake are the kinds of letters that go to no department, or at any hour.
var awake = map[state.Topic]bool{
	state.TopicPreview: true, state.TopicSummary: true, state.TopicProposal: true, state.TopicMeeting: true, state.TopicVisit: true,
	state.TopicNotice: true, state.TopicHealth: true, state.TopicDaily: true, state.TopicTerms: true, state.TopicCalendar: true, state.TopicUrgent: true,
}

// waiting picks the deliveries whose time has come, in the order they leave. Nothing goes
// to a department in quiet hours, neither a retry nor what a server out of order held up; the
// office, whose address is given, gets its copies.
func waiting(open []state.Letter, office string, s *state.Schedule, now time.Time) []parcel {
	quiet := s.AfterQuiet(now).After(now)
	var out []parcel
	for _, l := range open {
		if l.NotBefore.After(now) || quiet && l.Dept != "" {
			continue
		}
		for i, d := range l.Deliveries {
			sleeps := quiet && !awake[l.Kind] && !strings.EqualFold(d.To, office)
			if d.Phase == state.PhaseQueued && !d.Next.After(now) && !sleeps {
				out = append(out, parcel{l, i})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b parcel) int {
		return cmp.Or(cmp.Compare(rankOf(a.letter.Kind), rankOf(b.letter.Kind)),
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
