package notify

import (
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Hints: what a report says of a project may mean that it belongs to another class now, or that
// it is finished. The office is asked once for each; what it refused is not asked again until
// the report says something new.

// classHinted is the class a rule of the catalogue (C23, C34, C44) suggests.
var classHinted = map[string]state.Class{
	"start-reported": state.ClassContinuing, "permits-all-done": state.ClassNewStart, "contract-signed": state.ClassPreliminary,
}

// maxHints is how many questions whether a project belongs to another class wait for the office at
// a time. In January, when the registry still has last year's classes, half a district may look
// out of date at once; the others are asked about as these are answered.
const maxHints = 5

// few leaves out the class hints beyond maxHints, counting those the office has not answered yet,
// and lets the others say how many are left.
func few(found []reportedChange, pending []state.Proposal, now time.Time) []reportedChange {
	isHint := func(c reportedChange) bool { return classHinted[c.hint.Rule] != "" }
	room := maxHints
	for _, q := range pending {
		if q.Kind == state.ProposalChange && q.Open(now) && strings.Contains(q.Key, "/"+string(state.ChangeClass)+"/") {
			room--
		}
	}
	var out []reportedChange
	rest := 0
	for _, c := range found {
		switch {
		case !isHint(c):
			out = append(out, c)
		case room > 0:
			room--
			out = append(out, c)
		default:
			rest++
		}
	}
	for i := range out {
		if isHint(out[i]) {
			out[i].rest = rest
		}
	}
	return out
}

// finishedUndated stands for a completion without its day in a proposal to close a project.
const finishedUndated = "完工"

// finishedOn is the day a row says the project was finished on, ISO; finishedUndated when it
// gives none.
func finishedOn(row state.Counted) string {
	if v, there := row.Values["actual_finish"]; there && v.Sure() && v.Text != "" {
		return v.Text
	}
	return finishedUndated
}

// proposed reports whether the office was asked about a change that a report received at some
// time brings. While a question whether a project is to be closed waits for its word, no second
// one is put; a project that was closed and opened again is asked about anew. What nobody answered
// is asked once more by the next report that says so: else its department would be asked for a
// finished project for ever.
func proposed(r *state.Records, c *fieldChange, received time.Time) (bool, error) {
	if c.Field == state.ChangeEnd {
		changes, err := r.Changes()
		if err != nil {
			return false, err
		}
		for _, old := range changes {
			if old.Project == c.Project && old.Field == state.ChangeEnd && old.New != "" {
				c.Closed++
			}
		}
	}
	known, err := r.Proposal(changeKey(*c))
	if err == nil && known != nil && c.Field == state.ChangeEnd && known.Answer == state.AnswerNone && !received.Before(known.Expires) {
		c.Again = true
		known, err = r.Proposal(changeKey(*c))
	}
	if err != nil || known != nil || c.Field != state.ChangeEnd {
		return known != nil, err
	}
	pending, err := r.Pending()
	family := strings.TrimSuffix(changeKey(*c), changeSum(*c))
	return slices.ContainsFunc(pending, func(q state.Proposal) bool {
		return q.Open(received) && strings.HasPrefix(q.Key, family)
	}), err
}
