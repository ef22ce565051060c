package notify

import (
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// The office's say over the leaders' letter: the preview prints a one-time code, each
// decision is confirmed with the next one, and while the letter is held none leaves.

// topicSay marks the job of confirming a decision; its letter is a notice.
const topicSay state.Topic = "say"

// sayPage is the data of hold.*.tmpl.
type sayPage struct {
	Frame  frame
	Held   bool
	By     string
	When   string
	Reason string // "" when none was given
	SendAt string // when the leaders' letter is planned to leave
	Now    bool   // released after that time: it leaves at once
	Code   string // good for the next word; "" when none is possible any more
}

// decided lists the confirmation of the office's last word, until it was given.
func (f facts) decided(w *weekFacts) []job {
	if w.hold.Round == 0 || w.has(confirmation(w.deadline.Week, w.hold.Round).Key()) {
		return nil
	}
	return []job{{topic: topicSay, week: w, round: w.hold.Round}}
}

func confirmation(w state.Week, round int) state.Occasion {
	return state.Occasion{Topic: state.TopicNotice, Week: w, Target: "hold", Round: round}
}

// Said confirms the office's last word to it. told is whether the leaders' letter was queued
// before.
func (c *Composer) Said(h state.Hold, told bool, now time.Time) (Draft, error) {
	d := c.letter(confirmation(h.Week, h.Round), c.toOffice(), now)
	at := c.Schedule.SummaryAt(h.Week)
	return c.render(d, "hold", sayPage{
		Frame: c.frame(d, ""), Held: h.Held, By: trim(h.By, quoteCell), When: c.at(h.At), Reason: trim(h.Reason, quoteText),
		SendAt: c.at(at), Now: told || !now.Before(at), Code: h.Code,
	})
}

// writeSay confirms a decision and gives out the next code with it, as long as one can do
// anything.
func (p *Planner) writeSay(f facts, j job) (intent, error) {
	h := j.week.hold
	var give func(*state.Records) error
	if over := j.week.told || !h.Held && !f.now.Before(p.Composer.Schedule.SummaryAt(h.Week)); !over {
		var err error
		if h.Code, give, err = p.newCode(h.Week); err != nil {
			return intent{}, err
		}
	}
	draft, err := p.Composer.Said(h, j.week.told, f.now)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, give)
}

// writePreview shows the office the leaders' letter, with the code for its say. The code is
// given out in the transaction that queues the preview, so one that was never printed is
// good for nothing.
func (p *Planner) writePreview(f facts, j job, e Edition) (intent, error) {
	e.Hold = j.week.hold
	var give func(*state.Records) error
	var err error
	if e.Hold.Code, give, err = p.newCode(e.Digest.Period); err != nil {
		return intent{}, err
	}
	draft, err := p.Composer.Preview(e)
	if err != nil {
		return intent{}, err
	}
	return p.ready(draft, f.now, give)
}

// heldBack reports whether the office holds a letter back now. It is asked in the very
// transactions that queue the leaders' letter, in any edition, or what the departments hear
// after it, and that mark it as being sent: from the moment 暂缓 is recorded, no further copy
// leaves.
func heldBack(r *state.Records, l state.Letter) (bool, error) {
	if l.Kind != state.TopicSummary && l.Kind != state.TopicStanding {
		return false, nil
	}
	h, err := r.Hold(l.Week)
	return h.Held, err
}

// misusedCode reports whether a mail tried the office's say and was not heard.
func misusedCode(m state.Mail) bool {
	return len(m.Findings) > 0 && strings.HasPrefix(m.Findings[0].Rule, "office-code-")
}

// newCode draws a code and gives the act that makes it good.
func (p *Planner) newCode(w state.Week) (code string, give func(*state.Records) error, err error) {
	if p.Code == nil {
		return "", nil, nil
	}
	if code, err = p.Code(); err != nil {
		return "", nil, fmt.Errorf("draw a one-time code: %w", err)
	}
	return code, func(r *state.Records) error { return r.GiveCode(w, code) }, nil
}
