package notify

import (
	"context"
	"time"

	"duban/notify/report"
	"duban/state"
)

// Whoever was told more than the leaders' letter, or less, is told as much of what a corrected
// edition changed: each lead leader what his projects are, each department its own and its place
// among the others, the bodies the sums.

// revision is a week as its readers were told of it and as it is.
type revision struct {
	was, is report.Summary
	past    []*state.Digest // of the weeks before, the one before first
	now     time.Time
}

// compared is a week as it was told and as its edition has it now.
func (c *Composer) compared(told state.Digest, e Edition) (r revision, err error) {
	if r.was, err = c.view(Edition{Digest: told, Depts: e.Depts, Past: e.Past}); err != nil {
		return revision{}, err
	}
	r.past, r.now = e.Past, e.Now
	r.is, err = c.view(e)
	return r, err
}

// correctReaders tells those whose edition said otherwise what a corrected edition changed for
// them. The replaced digest is dropped with the letters: a crash before leaves it, and they
// are due again; while the office holds the week nothing is queued and nothing dropped.
func (p *Planner) correctReaders(ctx context.Context, f facts, w *weekFacts, told state.Digest) error {
	week := w.deadline.Week
	e, err := p.known(ctx, f, week)
	if err != nil {
		return err
	}
	r, err := p.Composer.compared(told, e)
	if err != nil {
		return err
	}
	pack := []intent{{also: func(r *state.Records) error {
		if h, err := r.Hold(week); err != nil || h.Held {
			return err
		}
		return r.DropTold(week)
	}}}
	for _, first := range w.letters {
		to, ok := p.Composer.readerOf(first)
		if !ok || w.has(to.occasion.Key()) {
			continue
		}
		draft, changed, err := p.Composer.CorrectedFor(r, to, first.QueuedAt)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		in, err := p.ready(draft, f.now, nil)
		if err != nil {
			return err
		}
		pack = append(pack, in)
	}
	return p.queue(ctx, pack, f.now) // one transaction: the digest is dropped with the letters
}

// readerOf is the corrected edition for the reader of an edition; ok is false for any other
// letter.
func (c *Composer) readerOf(first state.Letter) (to reading, ok bool) {
	is := func(id string) bool {
		o := state.Occasion{Topic: first.Kind, Week: first.Week, Target: id}
		found := o.Key() == first.Key
		o.Round = correctedRound
		to.occasion = o
		return found
	}
	switch first.Kind {
	case state.TopicStanding:
		to.dept = first.Dept
		return to, is(first.Dept)
	case state.TopicSummary:
		for i := range c.Roster.Leaders {
			if to.leader = &c.Roster.Leaders[i]; is(to.leader.ID) {
				return to, true
			}
		}
		to.leader = nil
		for i := range c.Roster.Recipients {
			if to.body = &c.Roster.Recipients[i]; is(to.body.ID) {
				to.weeks = c.Schedule.Formal(c.Readers.Bodies, first.Week)
				return to, true
			}
		}
	}
	return reading{}, false
}

// CorrectedFor corrects one reader's edition, sent at that time, about what he may see and
// nothing else. ok is false when nothing of it changed.
func (c *Composer) CorrectedFor(r revision, to reading, sent time.Time) (d Draft, ok bool, err error) {
	var p correctedPage
	switch {
	case to.leader != nil:
		d = c.letter(to.occasion, addTo(nil, to.leader.Mail, false), r.now)
		p = c.correctedPage(d, to.leader.ID, r, sent)
		p.Reader, p.To = "own", to.leader.Title+" "+to.leader.Name
		p.differences(r, func(x report.Project) bool { return x.Lead == to.leader.ID })
	case to.body != nil:
		d = c.letter(to.occasion, addTo(nil, to.body.Mail, false), r.now)
		p = c.correctedPage(d, to.body.ID, r, sent)
		p.Reader, p.To, p.Totals = "body", to.body.Body, true
		p.Body, ok = bodyChanges(r, to)
		ok = ok || p.YTD != p.YTDWas || p.Red != p.RedWas || p.Yellow != p.YellWas
	default:
		d = c.letter(to.occasion, c.toDept(to.dept, nil), r.now)
		d.Dept, d.NotBefore = to.dept, c.quiet(r.now)
		p = c.correctedPage(d, to.dept, r, sent)
		p.Reader, p.To = "dept", c.addressed(to.dept).Unit
		p.RankWas, _ = placeOf(r.was, to.dept)
		p.Rank, _ = placeOf(r.is, to.dept)
		p.differences(r, func(x report.Project) bool { return x.Dept == to.dept })
		ok = p.Rank != p.RankWas // others went past it, or fell behind
	}
	if len(p.Figures)+len(p.Lights) == 0 && !ok {
		return Draft{}, false, nil
	}
	p.bounded()
	d, err = c.render(d, "corrected", p)
	return d, err == nil, err
}
