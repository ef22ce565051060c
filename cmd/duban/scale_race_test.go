//go:build race

package main

// What the race detector makes ten times as dear is done on a smaller scale under it; the
// full scale is tested without it.
const (
	bombScale = 20 // divides the size of what the tests inflate
	kills     = 20 // how often duban is killed over the week
	storyStep = 4  // every which story is told: they all run through the same goroutines
)
