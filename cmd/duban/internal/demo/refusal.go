package demo

import (
	"math/rand/v2"
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
// in a while in which some letter may meet it.
func (y *Year) drawRefusals(rng *rand.Rand, dept string) {
	var over time.Time
	for _, w := range y.Weeks {
		from, length := between(rng, w.Form.Add(-time.Hour), w.Freeze), time.Duration(10+rng.IntN(480))*time.Minute
		switch n := rng.IntN(12); {
		case from.Before(over):
			continue
		case n < 2:
			y.Refusals = append(y.Refusals, Refusal{dept, from, from.Add(length), RefusedForNow})
		case n == 2:
			from, length = w.Form, 10*time.Minute
			fallthrough
		case n == 3:
			y.Refusals = append(y.Refusals, Refusal{dept, from, from.Add(length), RefusedForGood})
		default:
			continue
		}
		over = from.Add(length)
	}
}
