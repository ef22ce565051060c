package state_test

import (
	"fmt"
	"slices"
	"testing"

	"duban/state"
)

// A streak speaks when it reaches its length and again when it has grown by as much; an
// exempt week and a week we ourselves did not answer in end it.
func TestGroundsOfACircular(t *testing.T) {
	roster := &state.Roster{Depts: []state.Dept{{ID: "D01"}}, Projects: []state.Project{{ID: "P1", Dept: "D01"}}}
	rule := state.CircularRule{Late: 2, Stale: 3}
	for _, c := range []struct {
		weeks string // newest first: n nothing, l late, x exempt, u unverified, . in time; capital: the project is carried over too
		want  string
	}{
		{"l.", ""},
		{"ll.", "late2"},
		{"nl.", "late2"},
		{"lll.", ""},
		{"llll.", "late4"},
		{"lxl", ""},
		{"lul", ""},
		{"llxll", "late2"},
		{"OOO.", "stale3"},
		{"OO.O", ""},
		{"OOOO", ""},
		{"NNN", "stale3"},
		{"NN.", "late2"},
		{"", ""},
	} {
		var digests []*state.Digest
		for i, r := range c.weeks {
			d := &state.Digest{Period: state.Week{Year: 2026, No: 38 - i}, Projects: map[string]state.ProjectFigures{"P1": {Stale: r >= 'A' && r <= 'Z'}}}
			switch r {
			case 'n', 'N':
				d.Reporting.Unreported = []string{"D01"}
			case 'l':
				d.Reporting.Late = []string{"D01"}
			case 'x':
				d.Reporting.Exempt = []string{"D01"}
				d.Reporting.Unreported = []string{"D01"}
			case 'u':
				d.Reporting.Unverified = []string{"D01"}
				d.Reporting.Late = []string{"D01"}
			}
			digests = append(digests, d)
		}
		var got []string
		for _, g := range rule.Grounds(roster, digests, nil) {
			got = append(got, fmt.Sprintf("%s%d", g.Kind, len(g.Weeks)))
		}
		if s := fmt.Sprint(got); s != fmt.Sprint(slices.DeleteFunc([]string{c.want}, func(s string) bool { return s == "" })) {
			t.Errorf("%q gives %v, want %q", c.weeks, got, c.want)
		}
	}
	answer := state.CircularRule{Answers: true}.Grounds(roster, []*state.Digest{{}}, []state.Overdue{{Issue: "I07", Units: []string{"D01", "D02"}}, {Issue: "I08", Units: []string{"D02", "D01"}}})
	if len(answer) != 1 || answer[0].Issue != "I07" {
		t.Errorf("who leads an unanswered request answers for it, got %+v", answer)
	}
}

// What came after a week's digest was drawn speaks for a department, never against it.
func TestAFrozenWeekSpeaksOfWhatIsKnownSince(t *testing.T) {
	frozen := state.Reporting{Unreported: []string{"D01", "D02", "D03"}, Late: []string{"D04", "D05"}}
	now := frozen.Since(map[string]*state.DeptWeek{
		"D02": {Dept: "D02", Late: true, Tries: []state.Try{{}}},
		"D03": {Dept: "D03", Tries: []state.Try{{}}},
		"D04": {Dept: "D04", Late: true, Tries: []state.Try{{}}},
		"D05": {Dept: "D05", Late: true, Tries: []state.Try{{}}, State: state.Unverified},
	})
	want := state.Reporting{Unreported: []string{"D01"}, Late: []string{"D04", "D05", "D02"}, OnTime: []string{"D03"}, Unverified: []string{"D05"}}
	if fmt.Sprint(now) != fmt.Sprint(want) {
		t.Errorf("stands as %+v, want %+v", now, want)
	}
	if len(frozen.Unreported) != 3 || len(frozen.Late) != 2 {
		t.Errorf("the digest itself was changed: %+v", frozen)
	}
}
