package main

import (
	"fmt"
	"slices"
	"time"
)

// The oracle of an office that is asked before a request is handed over: about each wording and
// each round once, within three working days; what it agrees to is handed over in the next turn
// in which departments are written to, unless it reads otherwise by then.

// yearConsent is the office's 同意 to hand a request over.
type yearConsent struct {
	*yearPlea
	key         string // of the question
	words       string
	round       int
	said, heard time.Time
	told        bool // that its word was taken, before anything could follow from it
}

// asksFirst reports whether the office must agree: not again to what goes to who stands in.
func (p *yearPleas) asksFirst(i *yearPlea, t time.Time) bool {
	return p.cast.confirms && (i.handed != i.Since || i.unsolved || !p.lost(i, t))
}

// ask asks the office, unless it was asked.
func (p *yearPleas) ask(i *yearPlea, t time.Time) {
	about := fmt.Sprintf("%s %d %v", i.Since, i.round+1, i.unsolved)
	if i.asked == about {
		return
	}
	i.asked = about
	key := fmt.Sprintf("proposal/%s/handover-%s-%d", p.running(t), i.id, i.round+1)
	i.tell(t, "the office is asked about round %d", i.round+1)
	c := &yearConsent{yearPlea: i, key: key, words: i.Since, round: i.round + 1}
	if c.said, c.heard = p.asks(t, key, workdays(t, 3, 18)); p.Agrees(key) != "同意" {
		p.decides(key, c.said, c.heard, c.heard)
	} else if !c.heard.IsZero() {
		p.agreed = append(p.agreed, c)
	}
}

// consents carries out what the office agreed to, and gives what it was about.
func (p *yearPleas) consents(t, read time.Time) (carried map[*yearPlea]bool) {
	carried = map[*yearPlea]bool{}
	p.agreed = slices.DeleteFunc(p.agreed, func(c *yearConsent) bool {
		moot := p.open[c.dept] != c.yearPlea || c.Since != c.words || c.yearPlea.round+1 != c.round
		waits := !moot && resting(t)
		switch {
		case t.Before(c.heard):
			return false
		case waits && (c.told || !t.After(c.said.Add(confirmsLone))):
			return false
		case !c.told:
			p.letter(t, confirmation(c.key, 1), p.cast.office)
		case moot:
			p.letter(t, confirmation(c.key, 2), p.cast.office)
		}
		if c.told = true; waits {
			return false
		}
		if carried[c.yearPlea] = true; !moot {
			p.hand(c.yearPlea, t)
		}
		return true
	})
	return carried
}
