package state_test

import (
	"slices"
	"testing"

	"duban/state"
)

func TestTermsTellWhatIsNewOtherAndGone(t *testing.T) {
	before := state.Terms{List: []state.Term{{Subject: "截止", Says: "周五18:00"}, {Subject: "宽限", Says: "10分钟"}, {Subject: "单位 D01", Says: "甲"}}}
	now := state.Terms{List: []state.Term{{Subject: "截止", Says: "周四18:00"}, {Subject: "宽限", Says: "10分钟"}, {Subject: "单位 D02", Says: "乙"}}}
	want := []state.TermChange{{"截止", "周五18:00", "周四18:00"}, {"单位 D02", "", "乙"}, {"单位 D01", "甲", ""}}
	if got := now.Since(before); !slices.Equal(got, want) {
		t.Errorf("changes %v", got)
	}
	if got := now.Since(now); len(got) > 0 {
		t.Errorf("no change gives %v", got)
	}
}
