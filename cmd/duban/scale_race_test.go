//go:build race

package main

// What the race detector makes ten times as dear is done on a smaller scale under it; the
// full scale is tested without it.
const (
	bombScale = 20 // divides the size of what the tests inflate
	kills     = 20 // how often duban is killed over the week
	// together are the tests in which goroutines or processes of duban meet. The others compute
	// in one, and what they compute is raced in its own package.
	together  = "^Test(Live|Killed|Demo|Hostile|Damaged|ADead|Three|Two|ATripped|TheSecond|AFull|TheDistrictsWeek|Restored|Story|Architecture)"
	storyStep = 5 // every which story is told: they all run through the same goroutines
)
