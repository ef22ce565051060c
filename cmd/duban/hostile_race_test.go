//go:build race

package main

// bombScale divides the size of what the tests inflate: the race detector makes every byte
// ten times as dear, and the limits are tested at full size without it.
const bombScale = 20
