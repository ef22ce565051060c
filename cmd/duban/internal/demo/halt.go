package demo

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Halt is a while in which the mail server takes no letter to anybody, from and until before.
type Halt struct {
	From, To time.Time
	Closed   bool // nobody answers the call; else it says that it is out of service
}

// HaltedAt is the while in which the mail server takes no letter at t; nil when it does.
func (y *Year) HaltedAt(t time.Time) *Halt {
	for i, h := range y.Halts {
		if !t.Before(h.From) && t.Before(h.To) {
			return &y.Halts[i]
		}
	}
	return nil
}

// drawHalts draws when the mail server is out of order: once for some hours, and once for a day
// or two.
func (y *Year) drawHalts(rng *rand.Rand) {
	for _, minutes := range [][2]int{{90, 600}, {20 * 60, 30 * 60}} {
		w := y.Weeks[rng.IntN(len(y.Weeks))]
		h := Halt{From: between(rng, w.Form.Add(-2*time.Hour), w.Freeze), Closed: rng.IntN(2) == 0}
		h.To = h.From.Add(time.Duration(minutes[0]+rng.IntN(minutes[1])) * time.Minute)
		if !slices.ContainsFunc(y.Halts, func(o Halt) bool { return h.From.Before(o.To) && o.From.Before(h.To) }) {
			y.Halts = append(y.Halts, h)
		}
	}
	slices.SortFunc(y.Halts, func(a, b Halt) int { return a.From.Compare(b.From) })
}
