package notify

import (
	"context"
	"fmt"
	"time"

	"duban/state"
)

// Pages of an edition or a ledger that duban previews beside the letters of the weekly round.
const (
	PageOwn      = "own"
	PageFormal   = "formal"
	PageStanding = "standing"
	PageMeeting  = "meeting"
	PageVisit    = "visit"
	PageVisits   = "visits"
)

// PreviewReader composes a reader's edition of a week, or a letter of the visit ledger, from what
// is stored now, due or not, and queues nothing. who is the lead leader's id (own, visit) or the
// department's (standing). A week whose leaders' letter has not left is drawn as it stands.
func (p *Planner) PreviewReader(ctx context.Context, page string, week state.Week, who string) (Draft, error) {
	s := p.Composer.Schedule
	f := facts{schedule: s}
	var e Edition
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if f.sweep, err = r.Sweep(); err != nil {
			return err
		}
		if f.contacts, err = r.Contacts(); err != nil {
			return err
		}
		f.now = f.sweep.In(s.Zone)
		f.roster = p.Composer.Roster.On(f.now)
		if e, err = p.standing(r, f, week); err != nil {
			return err
		}
		e.Overdue, err = unanswered(r, s, time.Time{}, f.now)
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("read what is known of %s: %w", week, err)
	}
	p = p.knowing(f)
	c := p.Composer
	switch page {
	case PageOwn:
		leader := c.Roster.Leader(who)
		if leader == nil {
			return Draft{}, fmt.Errorf("there is no leader %q", who)
		}
		return c.Own(e, leader)
	case PageFormal:
		weeks := s.Formal(c.Readers.Bodies, week)
		if weeks == nil {
			weeks = []state.Week{week}
		}
		for i := range c.Roster.Recipients {
			if b := &c.Roster.Recipients[i]; !b.Copy {
				return c.Formal(e, b, weeks)
			}
		}
		return Draft{}, fmt.Errorf("the registry addresses no body")
	case PageStanding:
		return c.Standing(e, who)
	case PageMeeting:
		return p.previewMeeting(e)
	case PageVisit, PageVisits:
		return p.previewVisits(e, page, who)
	}
	return Draft{}, fmt.Errorf("%s is no reader's page", page)
}

// standing is a week's edition: the digest the leaders read, or else the figures as they are.
func (p *Planner) standing(r *state.Records, f facts, week state.Week) (Edition, error) {
	d, err := r.Digest(week)
	if err != nil {
		return Edition{}, err
	}
	if d == nil {
		known, err := r.Facts(f.roster, f.schedule, p.Lamp, week, f.now)
		if err != nil {
			return Edition{}, err
		}
		now, err := p.Composer.Digest(known)
		if err != nil {
			return Edition{}, err
		}
		d = &now
	}
	return p.drawn(r, f, *d)
}

// previewMeeting shows the pack of the first meeting that deals with the edition's week.
func (p *Planner) previewMeeting(e Edition) (Draft, error) {
	s, m := p.Composer.Schedule, p.Composer.Readers.Meeting
	for in := e.Digest.Period; !e.Digest.Period.Add(meetingsAhead).Before(in); in = in.Add(1) {
		at, ok := s.MeetingAt(m, in)
		if !ok {
			continue
		}
		if _, of := s.PackAt(m, at); of == e.Digest.Period {
			return p.Composer.Meeting(e, in, at)
		}
	}
	return Draft{}, fmt.Errorf("no meeting deals with %s", e.Digest.Period)
}

// previewVisits shows the reminder of a leader, or the month's list.
func (p *Planner) previewVisits(e Edition, page, who string) (Draft, error) {
	if page == PageVisits {
		return p.Composer.VisitList(e.Visits)
	}
	for _, l := range e.Visits.Leaders {
		if l.Leader == who {
			v := e.Visits
			v.Leaders = []state.LeaderVisits{l}
			return p.Composer.VisitReminder(v, 1)
		}
	}
	return Draft{}, fmt.Errorf("%q leads no project", who)
}
