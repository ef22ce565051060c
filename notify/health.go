package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// duban watches itself: the office hears of each ailment once when it begins and once when
// it is over. What is wrong follows from facts, so a restart changes nothing.

// Ill is one thing wrong with duban now.
type Ill struct {
	state.Ailment
	Detail string // English, for whoever runs the machine: an error, a path; no secrets
	// Past is set for what is over already and could not be told while it lasted: a full
	// disk, a wrong clock.
	Past bool
}

// The kinds of ailments.
const (
	IllPoll     = "poll"     // no complete poll for too long
	IllLogin    = "login"    // the mailbox refuses the password
	IllSMTP     = "smtp"     // no letter gets out
	IllStore    = "store"    // the store was repaired at start
	IllDisk     = "disk"     // free space below the reserve
	IllClock    = "clock"    // the clock cannot be right
	IllCalendar = "calendar" // next year has no holiday table
	IllQuota    = "quota"    // the mailbox is nearly full
	IllCount    = "count"    // the mailbox holds mail that was not read
	IllSkew     = "skew"     // our clock and the mail server's differ
	IllMoved    = "moved"    // the mailbox was moved or restored, and read again
	IllLimit    = "limit"    // most of the letters that may leave within a day have left
)

// illSpan is for how long nothing gets out before that is an ailment.
const illSpan = time.Hour

// healthPage is the data of health.*.tmpl.
type healthPage struct {
	Frame  frame
	Kind   string
	Over   bool
	Since  string // with its year
	Until  string
	Year   string // the year whose table is missing
	Detail string
}

// alertLine is the data of alert.txt.tmpl.
type alertLine struct{ Kind, Since string }

// Health tells the office that duban is ill, or that it is well again.
func (c *Composer) Health(ill Ill, over bool, now time.Time) (Draft, error) {
	round := 1
	if over {
		round = 2
	}
	stamp := ill.Since
	if ill.Daily {
		stamp = now
	}
	o := state.Occasion{
		Topic: state.TopicHealth, Week: c.Schedule.Current(now), Round: round,
		Target: ill.Kind + "-" + stamp.In(c.Schedule.Zone).Format(healthStamp),
	}
	if ill.Daily {
		o.Target = ill.Kind + "-" + stamp.In(c.Schedule.Zone).Format("20060102")
	}
	d := c.letter(o, c.toOffice(), now)
	return c.render(d, "health", healthPage{
		Frame: c.frame(d, ""), Kind: ill.Kind, Over: over, Since: c.fullAt(ill.Since), Until: c.fullAt(now),
		Year: fmt.Sprint(now.In(c.Schedule.Zone).Year() + 1), Detail: trim(Scrub(ill.Detail), quoteText),
	})
}

// Alert says in one line what is wrong, for the status page and the alert file.
func (c *Composer) Alert(ill Ill) (string, error) {
	return c.inLine("alert", alertLine{Kind: ill.Kind, Since: c.at(ill.Since)})
}

// Unsent finds out whether letters cannot get out: for more than an hour the server was out of
// order whenever one was tried; or letters to several addresses were put off that long and none of
// any kind left meanwhile. A single address that is put off is that address's trouble.
func (p *Planner) Unsent(ctx context.Context, now time.Time) (*Ill, error) {
	var ill *Ill
	err := p.Store.View(ctx, func(r *state.Records) error {
		ill = nil
		since, err := r.OutOfOrder()
		if err != nil {
			return err
		}
		if !since.IsZero() {
			if now.Sub(since) > illSpan {
				ill = &Ill{Ailment: state.Ailment{Kind: IllSMTP, Since: since}}
			}
			return nil
		}
		ill, err = putOff(r, p.Composer.Schedule, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for letters that cannot get out: %w", err)
	}
	return ill, nil
}

// putOff finds letters to several addresses that were put off for longer than illSpan while none
// left.
func putOff(r *state.Records, s *state.Schedule, now time.Time) (*Ill, error) {
	open, err := r.OpenLetters()
	if err != nil {
		return nil, err
	}
	var ill *Ill
	addresses := map[string]bool{}
	for _, l := range open {
		for _, d := range l.Deliveries {
			if d.Phase != state.PhaseQueued || d.Attempts == 0 || now.Sub(l.QueuedAt) <= illSpan {
				continue
			}
			addresses[strings.ToLower(d.To)] = true
			if ill == nil || l.QueuedAt.Before(ill.Since) {
				ill = &Ill{Ailment: state.Ailment{Kind: IllSMTP, Since: l.QueuedAt}, Detail: d.Error}
			}
		}
	}
	if len(addresses) < 2 {
		return nil, nil
	}
	w := s.Current(now)
	for _, week := range []state.Week{s.Previously(w), w} {
		letters, err := r.LettersOf(week)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(letters, func(l state.Letter) bool { return l.SentAt().After(now.Add(-illSpan)) }) {
			return nil, nil // others get out: it is those addresses, not the server
		}
	}
	return ill, nil
}

// Watch tells the office what began and what is over. The record of having told lands with
// the letter: a crash costs no notice and doubles none.
func (p *Planner) Watch(ctx context.Context, ills []Ill, now time.Time) error {
	var told []state.Ailment
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		told, err = r.Ailments()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the office knows of duban's health: %w", err)
	}
	known := func(ill Ill) bool { // an event that happens again is news again
		return slices.ContainsFunc(told, func(a state.Ailment) bool { return a.Kind == ill.Kind && (!ill.Event || a.Since.Equal(ill.Since)) })
	}
	var pack []intent
	add := func(ill Ill, over bool, also func(*state.Records) error) error {
		d, err := p.Composer.Health(ill, over, now)
		if err != nil {
			return err
		}
		in, err := p.ready(d, now, also)
		pack = append(pack, in)
		return err
	}
	for _, ill := range ills {
		switch {
		case ill.Past:
			err = add(ill, true, nil)
		case !known(ill) || ill.Daily && !p.toldToday(told, ill.Kind, now):
			a := ill.Ailment
			if a.Daily {
				a.Since = now
			}
			err = add(ill, false, func(r *state.Records) error { return r.PutAilment(a) })
		}
		if err != nil {
			return err
		}
	}
	for _, a := range told {
		if slices.ContainsFunc(ills, func(i Ill) bool { return i.Kind == a.Kind }) {
			continue
		}
		clear := func(r *state.Records) error { return r.ClearAilment(a.Kind) }
		if a.Event || a.Daily {
			pack = append(pack, intent{also: clear})
			continue
		}
		if err := add(Ill{Ailment: a}, true, clear); err != nil {
			return err
		}
	}
	if len(pack) == 0 {
		return nil
	}
	return p.queue(ctx, pack, now)
}

// toldToday reports whether a daily ailment was told on now's day.
func (p *Planner) toldToday(told []state.Ailment, kind string, now time.Time) bool {
	zone := p.Composer.Schedule.Zone
	return slices.ContainsFunc(told, func(a state.Ailment) bool {
		return a.Kind == kind && a.Since.In(zone).Format(time.DateOnly) == now.In(zone).Format(time.DateOnly)
	})
}
