package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Rectification 整改: what a circular named is called to mind the working day before it is due
// and when it is, until the office has found it done. Who has written to us about it is not
// reminded: the office reads that first.

// rectifyWarn is the hour of the first reminder.
var rectifyWarn = state.Clock{Hour: 15}

// rectifyTail is how long after its time the last reminder may still leave.
const rectifyTail = 48 * time.Hour

// rectifications sends the reminders that are due.
func (p *Planner) rectifications(ctx context.Context, f facts) error {
	if f.quiet() || f.now.Sub(f.sweep) > freshSweep {
		return nil
	}
	type reminder struct {
		state.Rectification
		step int
	}
	var due []reminder
	err := p.Store.View(ctx, func(r *state.Records) error {
		due = nil
		all, err := r.RectificationsDue(f.now.Add(-rectifyTail), f.schedule.Calendar.AddWorkdays(f.now, 1).Add(24*time.Hour))
		if err != nil {
			return err
		}
		for _, t := range all {
			step := rectifyStep(f, t)
			if step == 0 {
				continue
			}
			told, err := r.Letter(rectifying(t, step).Key())
			if err != nil {
				return err
			}
			if told != nil {
				continue
			}
			wrote, err := wroteAbout(r, f, t)
			if err != nil {
				return err
			}
			if !wrote {
				due = append(due, reminder{t, step})
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what is to be put right: %w", err)
	}
	pack, err := drafts(p, f.now, due, func(t reminder) (Draft, error) {
		return p.Composer.Rectify(t.Rectification, t.step, p.Circulars, f.now)
	})
	return errors.Join(err, p.queuePacks(ctx, pack, f.now))
}

// rectifyStep is the reminder whose time has come: 1 the working day before, 2 when it is due,
// 0 none. A reminder overtaken by the next is dropped.
func rectifyStep(f facts, t state.Rectification) int {
	warn := rectifyWarn.On(f.schedule.Calendar.AddWorkdays(t.Due.In(f.schedule.Zone), -1))
	switch {
	case !t.Done.IsZero() || f.now.After(t.Due.Add(rectifyTail)):
		return 0
	case !f.now.Before(t.Due) && !f.sweep.Before(t.Due):
		return 2
	case !f.now.Before(warn) && f.now.Before(t.Due) && !f.sweep.Before(warn):
		return 1
	}
	return 0
}

// wroteAbout reports whether the department answered the circular or a reminder of it, in any
// week since the circular's: around a holiday several may pass before it is due.
func wroteAbout(r *state.Records, f facts, t state.Rectification) (bool, error) {
	var ours []string
	for _, key := range []string{t.Circular, rectifying(t, 1).Key(), rectifying(t, 2).Key()} {
		l, err := r.Letter(key)
		if err != nil {
			return false, err
		}
		if l != nil {
			ours = append(ours, l.MessageID)
		}
	}
	for w, n := f.schedule.Current(f.now), 0; n < maxWeeks && !w.Before(t.Week); w, n = f.schedule.Previously(w), n+1 {
		mails, err := r.MailsOf(w)
		if err != nil {
			return false, err
		}
		for _, m := range mails {
			if m.Dept == t.Dept && (slices.Contains(ours, m.InReplyTo) || slices.ContainsFunc(m.References, func(id string) bool { return slices.Contains(ours, id) })) {
				return true, nil
			}
		}
	}
	return false, nil
}

func rectifying(t state.Rectification, step int) state.Occasion {
	return state.Occasion{Topic: state.TopicRectify, Week: t.Week, Target: t.Dept, Round: step}
}

// rectifyPage is the data of rectify.*.tmpl.
type rectifyPage struct {
	Frame frame
	To    addressed
	Due   string
	Past  bool
	What  []string
}

// Rectify calls to mind what a circular asked a department to put right.
func (c *Composer) Rectify(t state.Rectification, step int, rule state.CircularRule, now time.Time) (Draft, error) {
	to := c.toDept(t.Dept, nil)
	if dept := c.Roster.Dept(t.Dept); dept != nil {
		to = addTo(to, dept.HeadMail, true)
	}
	d := c.letter(rectifying(t, step), addTo(to, rule.Supervision, true), now)
	return c.render(d, "rectify", rectifyPage{
		Frame: c.frame(d, t.Dept), To: c.addressed(t.Dept), Due: c.fullAt(t.Due), Past: step == 2, What: t.What,
	})
}
