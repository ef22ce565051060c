package demo

import "math/rand/v2"

// drawStall draws, for some departments, weeks on end in which a project gets no figures that
// count: a form that is wrong in the same place and never put right, or no form at all.
func (y *Year) drawStall(rng *rand.Rand, dept string) {
	stalls, silent, length := rng.IntN(7) == 0, rng.IntN(3) == 0, 5+rng.IntN(3)
	if !stalls || len(y.Weeks) <= length {
		return
	}
	first := rng.IntN(len(y.Weeks) - length)
	weeks := y.Weeks[first : first+length]
	for _, w := range weeks {
		if y.Act(w.Name, dept).Exempt {
			return
		}
	}
	for i, w := range weeks {
		a := y.Act(w.Name, dept)
		from := w.Form
		if n := first + i; n > 0 {
			from = Latest(from, y.Weeks[n-1].Freeze)
		}
		a.Mails = []Report{{between(rng, from, w.Due), SendsFaulty}}
		if silent {
			a.Mails = nil
		}
		y.acts[w.Name+" "+dept] = a
	}
}
