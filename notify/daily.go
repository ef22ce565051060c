package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// daily tells the office on the evening of a working day what came in and went out that day
// and what waits. A day that passed untold, because duban was down, stays untold: its mail
// is in the next day's books where it matters.
func (p *Planner) daily(ctx context.Context, f facts) error {
	s := f.schedule
	at := s.Daily.On(f.now)
	if s.Daily == (state.Clock{}) || !s.Calendar.Workday(f.now) || f.now.Before(at) || f.sweep.Before(at) {
		return nil // what came before the hour must be read first
	}
	w := s.Running(f.now)
	o := state.Occasion{Topic: state.TopicDaily, Week: w, Target: f.now.Format("0102")}
	day := Day{At: f.now, Polled: f.sweep}
	told := false
	err := p.Store.View(ctx, func(r *state.Records) error {
		l, err := r.Letter(o.Key())
		if told = l != nil; err != nil || told {
			return err
		}
		return day.read(r, f)
	})
	if err != nil || told {
		return err
	}
	draft, err := p.Composer.Daily(o, day)
	if err != nil {
		return err
	}
	in, err := p.ready(draft, f.now, nil)
	if err != nil {
		return err
	}
	if err := p.queue(ctx, []intent{in}, f.now); err != nil {
		return fmt.Errorf("note of the day: %w", err)
	}
	return nil
}

// Day is what happened on one day, in counts.
type Day struct {
	At, Polled time.Time

	Mails, Reports, Answers, Automatic int // received: all, reports, answers, written by machines
	Accepted, Corrected                int // of the reports
	Aside                              int // held or quarantined: a person must look
	Letters                            int // letters that left completely
	Queued, Failed, Doubtful           int // deliveries that wait, were refused, are in doubt, whatever their day

	Week                       state.Deadline // the week the office is at work on
	Complete, Waiting, Lacking []string       // departments: all accepted, to correct, to report; short names
}

// read counts the day. Only the weeks in view hold mail and letters of it, but for letters in
// trouble, which are looked for wherever they are.
func (d *Day) read(r *state.Records, f facts) error {
	today := func(t time.Time) bool {
		return !t.IsZero() && t.In(f.schedule.Zone).Format(time.DateOnly) == d.At.In(f.schedule.Zone).Format(time.DateOnly)
	}
	for i := range f.weeks {
		mails, err := r.MailsOf(f.weeks[i].deadline.Week)
		if err != nil {
			return err
		}
		for j := range mails {
			if today(mails[j].Received) {
				d.mail(&mails[j])
			}
		}
		for j := range f.weeks[i].letters {
			if today(f.weeks[i].letters[j].SentAt()) {
				d.Letters++
			}
		}
	}
	open, err := r.OpenLetters()
	if err != nil {
		return err
	}
	for i := range open {
		for _, to := range open[i].Deliveries {
			switch to.Phase {
			case state.PhaseQueued, state.PhaseSending:
				d.Queued++
			case state.PhaseDoubtful:
				d.Doubtful++
			case state.PhaseFailed:
				d.Failed++
			}
		}
	}
	d.standings(f)
	return nil
}

func (d *Day) mail(m *state.Mail) {
	d.Mails++
	switch m.Kind {
	case state.MailSubmission, state.MailNil:
		d.Reports++
	case state.MailAnswer:
		d.Answers++
	case state.MailAutoReply, state.MailBounce, state.MailRecall, state.MailOwn:
		d.Automatic++
	}
	switch {
	case m.Decision == state.DecisionHold, m.Decision == state.DecisionQuarantine:
		d.Aside++
	case m.Kind == state.MailSubmission && m.Decision == state.DecisionCorrect:
		d.Corrected++
	case m.Kind == state.MailSubmission && m.Decision == state.DecisionAccept:
		d.Accepted++
	}
}

// standings says where the departments stand in the week the office is at work on.
func (d *Day) standings(f facts) {
	w := f.schedule.Running(d.At)
	d.Week = f.schedule.Deadline(w)
	at := slices.IndexFunc(f.weeks, func(wf weekFacts) bool { return wf.deadline.Week == w })
	for _, dept := range f.roster.Reporting() {
		own := f.roster.ProjectsOf(dept.ID, d.Week.AsOf())
		if at < 0 || len(own) == 0 || f.weeks[at].exempt.Excuses(own, dept.ID) {
			continue
		}
		switch dw := f.weeks[at].depts[dept.ID]; {
		case dw == nil || dw.State == state.Missing || dw.State == state.Part:
			d.Lacking = append(d.Lacking, dept.Short)
		case dw.State == state.Correcting:
			d.Waiting = append(d.Waiting, dept.Short)
		default:
			d.Complete = append(d.Complete, dept.Short)
		}
	}
}

// dayPage is the data of daily.*.tmpl.
type dayPage struct {
	Frame                              frame
	Day, Due, Polled                   string
	Mails, Reports, Answers, Automatic int
	Accepted, Corrected, Aside         int
	Letters, Queued, Failed, Doubtful  int
	Complete, Waiting, Lacking         int    // departments
	WaitingNames, LackingNames         string // "区住建局、区交通局"
	Trouble                            bool   // something waits for a person
}

// Daily writes the note of the day.
func (c *Composer) Daily(o state.Occasion, day Day) (Draft, error) {
	d := c.letter(o, c.toOffice(), day.At)
	return c.render(d, "daily", dayPage{
		Frame: c.frame(d, ""), Day: c.onDay(day.At), Due: c.at(day.Week.Due), Polled: c.at(day.Polled),
		Mails: day.Mails, Reports: day.Reports, Answers: day.Answers, Automatic: day.Automatic,
		Accepted: day.Accepted, Corrected: day.Corrected, Aside: day.Aside,
		Letters: day.Letters, Queued: day.Queued, Failed: day.Failed, Doubtful: day.Doubtful,
		Complete: len(day.Complete), Waiting: len(day.Waiting), Lacking: len(day.Lacking),
		WaitingNames: strings.Join(day.Waiting, "、"), LackingNames: strings.Join(day.Lacking, "、"),
		Trouble: day.Aside+day.Failed+day.Doubtful > 0,
	})
}
