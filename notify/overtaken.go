package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// A reminder that waits for a mail server out of reach is dropped once it would say what is no
// longer so: the report has come, a later rung of the ladder says it instead, the week is
// frozen. A list for a lead leader is given up as soon as one of its departments has reported.
// Nobody is told that he is late who is not, however long the letter waited; nor is the office
// asked what it can decide no more. What waits and answers a report is looked at in
// overtaken_answer.go, what is about a request in overtaken_request.go.

// Why a letter that waited was given up, as it stands in the outbox beside it.
const (
	WhyOvertaken  = "overtaken before it could leave"
	WhySuperseded = "a newer version of the report came before it could leave"
	WhyRegrounded = "its grounds changed before it could leave" // a circular
	WhyUnverified = "it could not leave within our own limit: the values stand"
)

// drops gives up what still waits in the outbox and is overtaken.
func (p *Planner) drops(ctx context.Context, f facts) error {
	var errs []error
	for i := range f.weeks {
		w := &f.weeks[i]
		for n := range w.letters {
			l := &w.letters[n]
			if !waits(l) {
				continue
			}
			why, err := p.past(ctx, f, w, *l)
			switch {
			case err != nil:
			case why != "":
				err = p.drop(ctx, l, why)
			case f.waitsTooLong(w, l):
				err = p.rewrite(ctx, f, w, l)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("drop %s: %w", l.Key, err))
			}
		}
	}
	return errors.Join(errs...)
}

// waits reports whether some of a letter has not left yet.
func waits(l *state.Letter) bool {
	return slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Phase == state.PhaseQueued })
}

// past is why a waiting letter is given up; "" when it is not.
func (p *Planner) past(ctx context.Context, f facts, w *weekFacts, l state.Letter) (why string, err error) {
	over := false
	switch l.Kind {
	case state.TopicForm:
		_, until, _ := f.schedule.FormSpan(w.deadline)
		over = !f.now.Before(until)
	case state.TopicDue, state.TopicLate:
		over = f.remindedPast(w, l)
	case state.TopicResubmit:
		over = f.resubmitPast(w, l)
	case state.TopicCorrection, state.TopicReceipt:
		return f.answerPast(w, &l), nil
	case state.TopicEscalation:
		over, err = p.escalationPast(ctx, w, l)
	case state.TopicRequestDue:
		over, err = p.requestPast(ctx, f, l)
	case state.TopicRequest, state.TopicUrgent:
		over, err = p.issuePast(ctx, l)
	case state.TopicPreview:
		over = !f.now.Before(f.schedule.SummaryAt(l.Week)) // it asks about what leaves now
	case state.TopicMeeting:
		at, ok := f.schedule.MeetingAt(p.Composer.Readers.Meeting, l.Week)
		over = ok && !f.now.Before(at)
	case state.TopicProposal:
		over, err = p.askedPast(ctx, f, l)
	case state.TopicRectify:
		over, err = p.rectifyPast(ctx, f, l)
	}
	if err != nil || !over {
		return "", err
	}
	return WhyOvertaken, nil
}

// remindedPast reports whether a reminder would not be written any more.
func (f facts) remindedPast(w *weekFacts, l state.Letter) bool {
	d := w.deadline
	step, round, at, ok := latestStep(f.schedule, d, f.now)
	if !ok || step.Before != (l.Kind == state.TopicDue) || round != l.Round || step.Before && f.now.After(d.Due) {
		return true
	}
	excused := w.exempt.Excuses(f.roster.ProjectsOf(l.Dept, d.AsOf()), l.Dept)
	return !f.now.Before(f.schedule.FreezeAt(d.Week)) || excused || !f.owes(w, l.Dept, at)
}

// resubmitPast is the same of a reminder that the time of a correction runs out.
func (f facts) resubmitPast(w *weekFacts, l state.Letter) bool {
	told := w.lastCorrection(l.Dept)
	if told == nil || !f.correcting(w, l.Dept) || !f.now.Before(f.schedule.FreezeAt(w.deadline.Week)) {
		return true
	}
	at, n := told.ReplyBy.Add(-resubmitBefore), 2*max(told.Round, 1)-1
	if !f.now.Before(told.ReplyBy) {
		at, n = told.ReplyBy, n+1
	}
	return l.Round != n || f.now.After(at.Add(resubmitStale))
}

// escalationPast reports whether a department of a list has reported since it was drawn.
func (p *Planner) escalationPast(ctx context.Context, w *weekFacts, l state.Letter) (bool, error) {
	var body escalated
	err := p.Store.View(ctx, func(r *state.Records) error {
		q, err := r.Proposal(l.Key) // a list and its letter have one key
		if err != nil || q == nil {
			return err
		}
		return json.Unmarshal(q.Body, &body)
	})
	return slices.ContainsFunc(body.Sent, func(o overdue) bool { return lastToAnswer(w.depts[o.Dept]) >= 0 }), err
}

// askedPast reports whether what a letter asks the office is decided or has lapsed.
func (p *Planner) askedPast(ctx context.Context, f facts, l state.Letter) (past bool, err error) {
	err = p.Store.View(ctx, func(r *state.Records) error {
		pending, err := r.Pending()
		past = !slices.ContainsFunc(pending, func(q state.Proposal) bool {
			return asking(q).Key() == l.Key && q.Answer == state.AnswerNone && f.now.Before(q.Expires)
		})
		return err
	})
	return past, err
}

// rectifyPast reports whether a reminder of what a circular named would not be written any more.
func (p *Planner) rectifyPast(ctx context.Context, f facts, l state.Letter) (past bool, err error) {
	err = p.Store.View(ctx, func(r *state.Records) error {
		past = true
		all, err := r.RectificationsDue(f.now.Add(-rectifyTail), f.schedule.Calendar.AddWorkdays(f.now, 1).Add(24*time.Hour))
		if err != nil {
			return err
		}
		for _, t := range all {
			if rectifying(t, l.Round).Key() != l.Key || rectifyStep(f, t) != l.Round {
				continue
			}
			wrote, err := wroteAbout(r, f, t)
			if err != nil {
				return err
			}
			past = past && wrote
		}
		return nil
	})
	return past, err
}

// drop gives up what of a letter has not left. A crash before it lands leaves the letter
// waiting, and the next turn drops it. Of a lead leader's list the office hears as of any letter
// that could not be delivered: it agreed to it. Figures changed by hand that only this letter
// told are told by the next.
func (p *Planner) drop(ctx context.Context, l *state.Letter, why string) error {
	return p.Store.Update(ctx, func(r *state.Records) error {
		known, err := r.Letter(l.Key)
		if err != nil || known == nil {
			return err
		}
		phase := state.PhaseDropped
		if known.Kind == state.TopicEscalation {
			phase = state.PhaseFailed
		}
		for i := range known.Deliveries {
			if d := &known.Deliveries[i]; d.Phase == state.PhaseQueued {
				d.Phase, d.Error = phase, why
			}
		}
		if phase == state.PhaseFailed {
			if err := r.RaiseLetter(known.Key); err != nil {
				return err
			}
		}
		*l = *known
		return errors.Join(untell(r, known.Key), r.PutLetter(*known))
	})
}
