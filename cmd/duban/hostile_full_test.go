//go:build !race

package main

// bombScale divides the size of what the tests inflate.
const bombScale = 1
