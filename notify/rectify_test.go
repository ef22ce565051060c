package notify_test

import (
	"errors"
	"testing"

	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// Who was reminded already keeps nobody behind him in the list from being reminded.
func TestEveryRectificationIsCalledToMind(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	owes := func(circular, dept string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutRectification(state.Rectification{Circular: circular, Week: week38, Dept: dept, What: []string{"迟报"}, Due: clock("09-17 18:00")})
		}
	}
	d.tick(clock("09-16 15:01"), owes("circular/2026-W38/departments/1", "D01"))
	d.want("the first", "rectify/2026-W38/D01/1 fgtj", "rectify/2026-W38/D01/1 fgtj-head")
	d.tick(clock("09-16 15:03"), owes("circular/2026-W38/departments/2", "D02"))
	d.want("and who came after", "rectify/2026-W38/D02/1 swj", "rectify/2026-W38/D02/1 swj-head")
	d.tick(clock("09-16 15:05"))
	d.want("each once")
}

// Around a holiday weeks pass between a circular and its due date: who has written in the first of
// them is not reminded when that week is long told; who has not is.
func TestAnAnswerToACircularIsRememberedOverAHoliday(t *testing.T) {
	d := newDesk(t, memkv.New(), blobs.Memory())
	circular := state.Occasion{Topic: state.TopicCircular, Week: week38, Target: "departments", Round: 1}
	d.tick(clock("10-12 18:01"), func(r *state.Records) error {
		errs := []error{r.PutLetter(state.Letter{Key: circular.Key(), Kind: circular.Topic, Week: week38, MessageID: circular.MessageID("x.example")})}
		for _, dept := range []string{"D01", "D02"} {
			errs = append(errs, r.PutRectification(state.Rectification{Circular: circular.Key(), Week: week38, Dept: dept, What: []string{"迟报"}, Due: clock("10-12 18:00")}))
		}
		for w := week38; w.No < 41; w = w.Add(1) {
			errs = append(errs, r.PutDigest(state.Digest{Period: w}))
		}
		return errors.Join(append(errs, r.PutMail(state.Mail{
			ID: "answer", From: "fgtj@lanchuan.example", Received: clock("09-23 10:00"), MessageID: "answer@x.example", InReplyTo: circular.MessageID("x.example"),
			Kind: state.MailOther, Decision: state.DecisionHold, Dept: "D01", Week: week38.Add(1),
		}))...)
	})
	if d.stored("rectify/2026-W38/D01/2") != nil {
		t.Error("who has written is reminded")
	}
	if d.stored("rectify/2026-W38/D02/2") == nil {
		t.Error("who has not is not")
	}
}
