package notify

import (
	"context"
	"fmt"
	"slices"

	"duban/state"
)

// Preview composes a letter from what is stored now, due or not, and queues nothing. It is
// an error when there is nothing such a letter could be about.
func (p *Planner) Preview(ctx context.Context, topic state.Topic, week state.Week, dept string) (Draft, error) {
	w := weekFacts{deadline: p.Composer.Schedule.Deadline(week)}
	f := facts{schedule: p.Composer.Schedule}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if f.sweep, err = r.Sweep(); err != nil {
			return err
		}
		if f.contacts, err = r.Contacts(); err != nil {
			return err
		}
		if w.depts, err = r.Standings(week); err != nil {
			return err
		}
		if w.exempt, err = r.ExemptIn(w.deadline); err != nil {
			return err
		}
		w.letters, err = r.LettersOf(week)
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("read what is known: %w", err)
	}
	f.now, f.roster = f.sweep, p.Composer.Roster.On(f.sweep.In(p.Composer.Schedule.Zone))
	p = p.knowing(f)
	j := job{topic: topic, week: &w, dept: dept, round: 1, asOf: f.now}
	switch topic {
	case state.TopicSummary, state.TopicPreview:
	case state.TopicForm:
		if dept == "" {
			return Draft{}, fmt.Errorf("a form is for one department: name it")
		}
	case state.TopicDue, state.TopicLate:
		if dept == "" {
			return Draft{}, fmt.Errorf("a reminder is for one department: name it")
		}
		j.step = state.Step{Before: topic == state.TopicDue, Workdays: 1, At: p.Composer.Schedule.At}
	case state.TopicReceipt, state.TopicCorrection:
		if j.try = lastDecided(w.depts[dept], topic); j.try < 0 {
			return Draft{}, ErrNothingToShow
		}
		answered := w.depts[dept].Tries[j.try].Mail // as it reads or read, not as a second letter about it would
		w.letters = slices.DeleteFunc(w.letters, func(l state.Letter) bool { return l.Cause == answered })
	default:
		return Draft{}, ErrNothingToShow // its cause is no week's: it is shown with sample data only
	}
	in, err := p.write(ctx, f, j)
	if err != nil {
		return Draft{}, err
	}
	return *in.draft, nil
}

// lastDecided is the index of the last try that a letter of the topic answers; -1 when there
// is none.
func lastDecided(d *state.DeptWeek, topic state.Topic) int {
	want := state.DecisionAccept
	if topic == state.TopicCorrection {
		want = state.DecisionCorrect
	}
	if d == nil {
		return -1
	}
	for i := len(d.Tries) - 1; i >= 0; i-- {
		if d.Tries[i].Decision == want {
			return i
		}
	}
	return -1
}
