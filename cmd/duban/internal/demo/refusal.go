package demo

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Refusal is a while in which the mail server takes no letter to a department's address, from
// and until before.
type Refusal struct {
	Dept     string
	From, To time.Time
	Code     int // 451: it may be asked again; 550: it knows nobody of that name
}

// The codes a letter is refused with.
const (
	RefusedForNow  = 451
	RefusedForGood = 550
)

// RefusedAt is the refusal of letters to a department's address at t; nil when they are taken.
func (y *Year) RefusedAt(dept string, t time.Time) *Refusal {
	for i, r := range y.Refusals {
		if r.Dept == dept && !t.Before(r.From) && t.Before(r.To) {
			return &y.Refusals[i]
		}
	}
	return nil
}

// drawRefusals draws when a department's address is refused: for some hours for now, or for good
// in the minutes in which the form is sent.
func (y *Year) drawRefusals(rng *rand.Rand, dept string) {
	var over time.Time
	for _, w := range y.Weeks {
		from, length := between(rng, w.Form.Add(-time.Hour), w.Freeze), time.Duration(10+rng.IntN(480))*time.Minute
		switch n := rng.IntN(12); {
		case from.Before(over):
		case n < 2:
			y.Refusals = append(y.Refusals, Refusal{dept, from, from.Add(length), RefusedForNow})
			over = from.Add(length)
		case n == 2:
			y.Refusals = append(y.Refusals, Refusal{dept, w.Form, w.Form.Add(10 * time.Minute), RefusedForGood})
			over = w.Form.Add(10 * time.Minute)
		}
	}
}

// Accept takes a refusal back: the mail server takes what is sent in that while.
func (y *Year) Accept(r Refusal) {
	y.Refusals = slices.DeleteFunc(y.Refusals, func(o Refusal) bool { return o == r })
}
