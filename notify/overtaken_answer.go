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
// Both only while no copy has begun to leave; after that a letter stays as it was read.

// answerPast reports whether what a letter says of a version is said by the letter on a later
// one: a letter of correction of which no project waits that the later version does not name,
// and a receipt where something must be corrected after all.
func (f facts) answerPast(w *weekFacts, l *state.Letter) bool {
	d := w.depts[l.Dept]
	last := lastToAnswer(d)
	if begun(l) || last < 0 || rulingTold(d, l.Key) >= 0 {
		return false
	}
	at := slices.IndexFunc(d.Tries, func(t state.Try) bool { return t.Mail == l.Cause })
	if at < 0 || at >= last {
		return false
	}
	later := d.Tries[last]
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

// superseded reports whether nobody got a letter because a newer version of the report came.
func superseded(l *state.Letter) bool {
	return len(l.Deliveries) > 0 && !slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool {
		return d.Phase != state.PhaseDropped || d.Error != WhySuperseded
	})
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
	if l.Kind != state.TopicCorrection || l.ReplyBy.IsZero() || d == nil || begun(l) || f.now.After(f.schedule.AnsweredUntil(w.deadline.Week)) {
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
	j.try = slices.IndexFunc(d.Tries, func(t state.Try) bool { return t.Mail == l.Cause })
	if j.try < 0 {
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
		if err != nil || known == nil || begun(known) {
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
