package demo

import (
	"math/rand/v2"
	"slices"
	"time"
)

// SendsOld is last week's form again, after that week was frozen: nothing of it counts, neither
// there nor in the week that runs.
const SendsOld Kind = "old"

// drawOld draws when a department sends the form of a week that is over before it reports for
// the one that runs.
func (y *Year) drawOld(rng *rand.Rand, dept string) {
	for i, w := range y.Weeks {
		if i == 0 || rng.IntN(20) > 0 {
			continue
		}
		key, from, until := w.Name+" "+dept, y.Weeks[i-1].Freeze.Add(2*time.Minute), w.Due
		a := y.acts[key]
		if len(a.Mails) > 0 && a.Mails[0].At.Before(until) {
			until = a.Mails[0].At
		}
		nothingNew := slices.ContainsFunc(a.Mails, func(m Report) bool { return m.Kind == SendsNil })
		if a.Exempt || nothingNew || !from.Before(until.Add(-time.Minute)) {
			continue
		}
		a.Mails = append([]Report{{between(rng, from, until.Add(-time.Minute)), SendsOld}}, a.Mails...)
		y.acts[key] = a
	}
}

// Wrong reports whether a report of a kind must be corrected.
func (k Kind) Wrong() bool { return k == SendsFaulty || k == SendsOld }
