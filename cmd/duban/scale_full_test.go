//go:build !race

package main

// The full scale of the tests; scale_race_test.go says what is smaller under the race
// detector.
const (
	bombScale = 1   // divides the size of what the tests inflate
	kills     = 100 // how often duban is killed over the week
	together  = ""  // every test
	storyStep = 1   // every which story is told
)
