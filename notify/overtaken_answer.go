package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Answers that wait for a mail server out of reach. One of an earlier version of a report is
// given up once a newer one came: the newer one's letter says all that still holds. One that
// still holds is written anew when days have passed: its time counts from when it could leave.
// One that could not leave within our own limit is given up for the note that the values stand
// (未核). All of it only while no copy has begun to leave; after that a letter stays as it was read.

// answerPast is why an answer to a version is given up: the version stands as it came, or the
// letter on a later one says what this one says, which is so of a letter of correction of which
// no project waits that the later version does not name, and of a receipt where something must be
// corrected after all.
func (f facts) answerPast(w *weekFacts, l *state.Letter) (why string) {
	d := w.depts[l.Dept]
	last := lastToAnswer(d)
	if l.Begun() || last < 0 || rulingTold(d, l.Key) >= 0 {
		return ""
	}
	at := d.TryOf(l.Cause)
	if at < 0 {
		return ""
	}
	if l.Kind == state.TopicCorrection && d.Tries[at].Unverified {
		return WhyUnverified
	}
	if at < last && overtakes(d, d.Tries[last], l) {
		return WhySuperseded
	}
	return ""
}

// overtakes reports whether the letter on a later version of a report says all that l says and
// still holds.
func overtakes(d *state.DeptWeek, later state.Try, l *state.Letter) bool {
	if l.Kind == state.TopicReceipt {
		return later.Decision == state.DecisionCorrect
	}
	return !slices.ContainsFunc(l.Findings, func(x state.Finding) bool {
		return x.Level == state.LevelError && slices.Contains(d.Wait, x.Project) && !slices.ContainsFunc(later.Findings, func(y state.Finding) bool {
			return y.Level == state.LevelError && y.Project == x.Project
		})
	})
}

// rulingTold is the index of the ruling a letter tells; -1 when it tells none.
func rulingTold(d *state.DeptWeek, key string) int {
	return slices.IndexFunc(d.Rulings, func(r state.Ruling) bool { return r.Letter == key })
}

// givenUp reports whether nobody got an answer because a newer version of the report came, or
// because it could not leave within our own limit.
func givenUp(l *state.Letter) bool {
	return len(l.Deliveries) > 0 && !slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool {
		return d.Phase != state.PhaseDropped || d.Error != WhySuperseded && d.Error != WhyUnverified
	})
}

// outOfTime reports whether a letter of correction must not leave any more: the report stands as
// it came, or our limit for it is over and the mailbox was not read since, so that it will. It is
// asked in the very transaction that marks the letter as being sent, of a letter of which no copy
// has left.
func outOfTime(r *state.Records, l state.Letter, s *state.Schedule, now time.Time) (bool, error) {
	if l.Kind != state.TopicCorrection {
		return false, nil
	}
	d, err := r.DeptWeek(l.Week, l.Dept)
	if err != nil || d == nil || rulingTold(d, l.Key) >= 0 {
		return false, err
	}
	at := d.TryOf(l.Cause)
	if at < 0 || d.Tries[at].Unverified {
		return at >= 0, nil
	}
	limit := s.AnswerLimit(d.Tries[at].Received)
	if !now.After(limit) || len(d.WaitsFor(at)) == 0 {
		return false, nil
	}
	sweep, err := r.Sweep()
	return sweep.Before(limit), err
}

// untell takes back that a letter told of figures changed by hand.
func untell(r *state.Records, key string) error {
	all, err := r.Amendments(state.Week{})
	if err != nil {
		return fmt.Errorf("list what the office changed: %w", err)
	}
	for _, a := range all {
		if a.Told != key {
			continue
		}
		a.Told = ""
		if err := r.PutAmendment(a); err != nil {
			return err
		}
	}
	return nil
}

// waitsTooLong reports whether a letter of correction leaves the department less time than one
// written now would.
func (f facts) waitsTooLong(w *weekFacts, l *state.Letter) bool {
	d := w.depts[l.Dept]
	if l.Kind != state.TopicCorrection || l.ReplyBy.IsZero() || d == nil || l.Begun() || f.now.After(f.schedule.AnsweredUntil(w.deadline.Week)) {
		return false
	}
	by := f.schedule.ResubmitBy(f.schedule.AfterQuiet(f.now))
	if rulingTold(d, l.Key) >= 0 {
		by = f.now.Add(leastLeft).Truncate(time.Minute)
	}
	return by.After(l.ReplyBy)
}

// rewrite writes a waiting letter of correction anew, under its own key: to everybody it is the
// same letter, for nobody has read it. A crash before it lands leaves the letter as it was, and
// the next turn writes it anew.
func (p *Planner) rewrite(ctx context.Context, f facts, w *weekFacts, l *state.Letter) error {
	d := w.depts[l.Dept]
	j := job{topic: l.Kind, dept: l.Dept, round: l.Round, ruling: rulingTold(d, l.Key) + 1}
	if j.try = d.TryOf(l.Cause); j.try < 0 {
		return nil
	}
	without := *w
	without.letters = slices.DeleteFunc(slices.Clone(w.letters), func(o state.Letter) bool { return o.Key == l.Key })
	j.week = &without
	in, err := p.write(ctx, f, j)
	if err != nil {
		return fmt.Errorf("write %s anew: %w", l.Key, err)
	}
	sums, err := p.Keep([][]byte{in.raw})
	if err != nil {
		return fmt.Errorf("keep %s: %w", l.Key, err)
	}
	anew := in.draft.Letter
	return p.Store.Update(ctx, func(r *state.Records) error {
		known, err := r.Letter(l.Key)
		if err != nil || known == nil || known.Begun() {
			return err
		}
		anew.Blob, anew.QueuedAt = sums[0], known.QueuedAt
		for i := range anew.Deliveries {
			to := &anew.Deliveries[i]
			if at := slices.IndexFunc(known.Deliveries, func(o state.Delivery) bool { return o.To == to.To }); at >= 0 {
				to.Attempts, to.Next, to.Error = known.Deliveries[at].Attempts, known.Deliveries[at].Next, known.Deliveries[at].Error
			}
		}
		if in.also != nil {
			if err := in.also(r); err != nil {
				return err
			}
		}
		*l = anew
		return r.PutLetter(anew)
	})
}
