package notify

import (
	"context"
	"fmt"
	"time"

	"duban/state"
)

// The material for the weekly joint meeting (article 4), on the working day before it, to the
// office. It follows from the meeting's own week, so each meeting has one pack whatever
// becomes of the reporting weeks around it.

// meetingsAhead is how many weeks after the running one a meeting may be whose pack is due:
// long holidays lie between the two.
const meetingsAhead = 2

// meetingDue is the pack that is due at now: the week the meeting is in, when it begins, and
// the reporting week the pack shows. A meeting that has begun needs none.
func (f facts) meetingDue(m state.Meeting) (in state.Week, at time.Time, of state.Week, ok bool) {
	in = state.WeekOf(f.now)
	for last := in.Add(meetingsAhead); !last.Before(in); in = in.Add(1) {
		if at, ok = f.schedule.MeetingAt(m, in); !ok {
			continue
		}
		pack, of := f.schedule.PackAt(m, at)
		unread := f.sweep.Before(pack) && f.now.Before(pack.Add(previewAnyway))
		if !f.now.Before(pack) && f.now.Before(at) && !unread {
			return in, at, of, true
		}
	}
	return state.Week{}, time.Time{}, state.Week{}, false
}

// meetingPack is the occasion of the pack for the meeting in a week.
func meetingPack(in state.Week) state.Occasion {
	return state.Occasion{Topic: state.TopicMeeting, Week: in}
}

// meeting queues the pack that is due, drawn from what is known now.
func (p *Planner) meeting(ctx context.Context, f facts) error {
	in, at, of, ok := f.meetingDue(p.Composer.Readers.Meeting)
	if !ok {
		return nil
	}
	var known state.Facts
	var e Edition
	queued := false
	err := p.Store.View(ctx, func(r *state.Records) error {
		before, err := r.Letter(meetingPack(in).Key())
		if err != nil || before != nil {
			queued = true
			return err
		}
		if known, err = r.Facts(f.roster, f.schedule, p.Lamp, of, f.now); err != nil {
			return err
		}
		if e.Overdue, err = unanswered(r, f.schedule, time.Time{}, f.now); err != nil {
			return err
		}
		e.Past, err = pastDigests(r, f.schedule, of)
		return err
	})
	if err != nil {
		return fmt.Errorf("meeting of %s: %w", in, err)
	}
	if queued {
		return nil
	}
	known.WithOrders()
	if e.Digest, err = p.Composer.Digest(known); err != nil {
		return fmt.Errorf("meeting of %s: %w", in, err)
	}
	e.Depts, e.Now = known.Depts, f.now
	draft, err := p.Composer.Meeting(e, in, at)
	if err != nil {
		return fmt.Errorf("meeting of %s: %w", in, err)
	}
	ready, err := p.ready(draft, f.now, nil)
	if err != nil {
		return fmt.Errorf("meeting of %s: %w", in, err)
	}
	return p.queue(ctx, []intent{ready}, f.now)
}
