package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// The office's word on a dispute reaches the department by a letter of its own: an answer
// where the department was right, else a letter of correction with the items that are open
// again, from which everything that follows counts as from any other.

// ruled finds the first ruling of a department it was not told of yet.
func (f facts) ruled(w *weekFacts, d *state.DeptWeek) (job, bool) {
	if d == nil {
		return job{}, false
	}
	at := slices.IndexFunc(d.Rulings, func(r state.Ruling) bool { return r.Letter == "" })
	if at < 0 {
		return job{}, false
	}
	topic := state.TopicCorrection
	if d.Rulings[at].Upheld {
		topic = state.TopicReceipt
	}
	return job{topic: topic, week: w, dept: d.Dept, ruling: at + 1, round: w.freeRound(topic, d.Dept)}, true
}

// leastLeft is what a department has at least to correct what it disputed in vain.
const leastLeft = 4 * time.Hour

// writeRuling tells a department the office's word, and records that it was told.
func (p *Planner) writeRuling(ctx context.Context, f facts, j job) (intent, error) {
	var d *state.DeptWeek
	a := Answer{Round: j.round, Now: f.now}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if d, err = r.DeptWeek(j.week.deadline.Week, j.dept); err != nil || d == nil || j.ruling > len(d.Rulings) {
			return err
		}
		a.Dept, a.Ruling = d, &d.Rulings[j.ruling-1]
		a.Try = d.Tries[ruledTry(d, a.Ruling.Findings)]
		a.Mail, err = r.Mail(a.Try.Mail)
		return err
	})
	if err != nil {
		return intent{}, err
	}
	if a.Mail == nil || a.Ruling == nil {
		return intent{}, fmt.Errorf("what was ruled on for %s is not in the store", j.dept)
	}
	var draft Draft
	if a.Ruling.Upheld {
		draft, err = p.Composer.Upheld(a)
	} else {
		if l := j.week.lastCorrection(j.dept); l != nil {
			a.Prior = l.Findings
		}
		a.ReplyBy = f.now.Add(max(a.Ruling.Left, leastLeft))
		draft, err = p.Composer.Correction(a)
	}
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, func(r *state.Records) error {
		w, err := r.DeptWeek(d.Week, d.Dept)
		if err != nil || w == nil {
			return err
		}
		w.Rulings[j.ruling-1].Letter = draft.Key
		return r.PutDeptWeek(*w)
	})
}

// ruledTry is the last try in which something of what was ruled on was found; the last one
// when none was.
func ruledTry(d *state.DeptWeek, findings []state.Finding) int {
	for i, t := range slices.Backward(d.Tries) {
		if slices.ContainsFunc(t.Findings, func(f state.Finding) bool {
			return slices.ContainsFunc(findings, func(g state.Finding) bool { return sameDefect(f, g) })
		}) {
			return i
		}
	}
	return len(d.Tries) - 1
}
