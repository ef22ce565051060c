package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Whoever was told that a report is missing is told that it came: once the late report of a
// department that was escalated to its head or to a lead leader is taken whole, one letter
// to the sender and to all of them closes the chain.

// LateOK is what that letter follows from.
type LateOK struct {
	Dept    *state.DeptWeek
	Mail    *state.Mail
	Head    string         // where its head was written to; "" when he was not
	Leaders []state.Leader // who were told
	Now     time.Time
}

// closings queues the letters that close a chain.
func (p *Planner) closings(ctx context.Context, f facts) error {
	if f.quiet() {
		return nil
	}
	var errs []error
	for i := range f.weeks {
		w := &f.weeks[i]
		if f.now.After(f.schedule.AnsweredUntil(w.deadline.Week)) {
			continue
		}
		for _, dept := range f.roster.Depts {
			d := w.depts[dept.ID]
			if !f.closes(w, d) || w.has(lateOK(w.deadline.Week, dept.ID).Key()) {
				continue
			}
			in, err := p.writeLateOK(ctx, f, w, d)
			if err == nil && in.draft != nil {
				err = p.queue(ctx, []intent{in}, f.now)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("close the chain of %s %s: %w", w.deadline.Week, dept.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

func lateOK(w state.Week, dept string) state.Occasion {
	return state.Occasion{Topic: state.TopicLateOK, Week: w, Target: dept}
}

// closes reports whether a late report is complete and its sender has its own answer.
func (f facts) closes(w *weekFacts, d *state.DeptWeek) bool {
	at := lastToAnswer(d)
	if at < 0 || !slices.Contains([]state.DeptState{state.Accepted, state.NilReturn, state.Unverified}, d.State) {
		return false
	}
	return f.schedule.Late(w.deadline, d.Tries[at].Received) && w.answered(d.Dept, d.Tries[at].Mail)
}

// writeLateOK composes the letter; none when nobody beside the department was told.
func (p *Planner) writeLateOK(ctx context.Context, f facts, w *weekFacts, d *state.DeptWeek) (intent, error) {
	l := LateOK{Now: f.now, Dept: d, Head: toldHead(f.roster.Dept(d.Dept), w.letters)}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		l.Leaders = nil
		for _, sent := range w.letters {
			if sent.Kind != state.TopicEscalation || !stands(sent.Deliveries[0].Phase) {
				continue
			}
			q, err := r.Proposal(sent.Key) // a list and its letter have one key
			if err != nil {
				return err
			}
			if leader := toldLeader(f.roster, q, d.Dept); leader != nil {
				l.Leaders = append(l.Leaders, *leader)
			}
		}
		l.Mail, err = r.Mail(d.Tries[lastToAnswer(d)].Mail)
		return err
	})
	if err != nil || l.Mail == nil || l.Head == "" && len(l.Leaders) == 0 {
		return intent{}, err
	}
	draft, err := p.Composer.LateOK(l)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, nil)
}

// toldHead is where the head of a department was told that its report is missing; "" when
// he was not.
func toldHead(dept *state.Dept, letters []state.Letter) string {
	for _, l := range letters {
		if l.Kind != state.TopicLate || l.Dept != dept.ID {
			continue
		}
		for _, d := range l.Deliveries {
			if d.Copy && stands(d.Phase) && strings.EqualFold(d.To, dept.HeadMail) {
				return d.To
			}
		}
	}
	return ""
}

// toldLeader is the lead leader whose list, as it was sent, holds the department; nil for
// none.
func toldLeader(roster *state.Roster, q *state.Proposal, dept string) *state.Leader {
	var body escalated
	if q == nil || json.Unmarshal(q.Body, &body) != nil ||
		!slices.ContainsFunc(body.Sent, func(o overdue) bool { return o.Dept == dept }) {
		return nil
	}
	return roster.Leader(body.Leader)
}
