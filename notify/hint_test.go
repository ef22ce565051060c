package notify

import (
	"fmt"
	"testing"

	"duban/state"
)

// However many projects look out of date in January, a few questions wait for the office at a
// time, each says how many are left, and other changes are not held up by them.
func TestAFewClassHintsWaitAtATime(t *testing.T) {
	now := on(t, "09-18 16:42")
	hint := func(n int) reportedChange {
		return reportedChange{fieldChange: fieldChange{Project: fmt.Sprintf("P%02d", n), Field: state.ChangeClass}, hint: state.Finding{Rule: "start-reported"}}
	}
	question := func(key string, answered bool) state.Proposal {
		q := state.Proposal{Key: key, Kind: state.ProposalChange, Expires: now.AddDate(0, 0, 20)}
		if answered {
			q.Answer = state.AnswerNo
		}
		return q
	}
	for name, c := range map[string]struct {
		hints   int
		pending []state.Proposal
		asked   int
	}{
		"two":           {2, nil, 2},
		"half a year's": {30, nil, maxHints},
		"two wait":      {30, []state.Proposal{question("change/P90/project_class/a", false), question("change/P91/project_class/b", false)}, maxHints - 2},
		"answered":      {30, []state.Proposal{question("change/P90/project_class/a", true)}, maxHints},
		"others wait":   {30, []state.Proposal{question("change/P90/total_invest/a", false)}, maxHints},
	} {
		found := []reportedChange{{fieldChange: fieldChange{Project: "P00", Field: state.ChangeTotal}, hint: state.Finding{Rule: "registry-field-changed"}}}
		for n := range c.hints {
			found = append(found, hint(n+1))
		}
		got := few(found, c.pending, now)
		if len(got) != c.asked+1 || got[0].Field != state.ChangeTotal || got[0].rest != 0 {
			t.Errorf("%s: %d asked, want %d", name, len(got)-1, c.asked)
		}
		if last := got[len(got)-1]; last.rest != c.hints-c.asked {
			t.Errorf("%s: %d are said to be left, want %d", name, last.rest, c.hints-c.asked)
		}
	}
}
