package main

import (
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of who reads a week beside the leaders' letter and with it: each lead leader his
// own edition, and the bodies the formal one with the letters of every second week, counted
// through New Year; one that falls on a week without a deadline leaves with the next. What a
// corrected edition tells each of them depends on the figures and is not foretold.

// editions foretells the first editions that leave with week i's leaders' letter.
func (o *yearOracle) editions(i int, told time.Time) {
	w := o.Weeks[i]
	for _, leader := range o.cast.leading() {
		o.letter(told, "summary/"+w.Name+"/"+leader, o.cast.leaderMail[leader])
	}
	formal := second(w.Friday)
	for skipped := w.Friday.AddDate(0, 0, -7); i > 0 && skipped.After(o.Weeks[i-1].Friday); skipped = skipped.AddDate(0, 0, -7) {
		formal = formal || second(skipped)
	}
	if formal {
		for id, mail := range o.cast.bodies {
			o.letter(told, "summary/"+w.Name+"/"+id, mail)
		}
	}
}

// second reports whether a Friday's week is one of the second weeks, which in 2026 have even
// numbers.
func second(friday time.Time) bool {
	first := time.Date(2026, time.January, 2, 0, 0, 0, 0, demo.Zone)
	return int(friday.Sub(first).Hours()/24+0.5)/7%2 == 1
}

// leading lists who leads a project.
func (c yearCast) leading() []string {
	var out []string
	for _, own := range c.leaders {
		for _, leader := range own {
			if c.leaderMail[leader] != "" && !slices.Contains(out, leader) {
				out = append(out, leader)
			}
		}
	}
	return out
}
