package notify

import (
	"slices"
	"testing"
	"time"

	"duban/state"
)

func on0918(hour int) time.Time { return time.Date(2026, 9, 18, hour, 0, 0, 0, time.UTC) }

// sentLetter is one that left for n recipients at an hour of 18 September.
func sentLetter(id string, hour, n int) state.Letter {
	l := state.Letter{Key: id, MessageID: id}
	for range n {
		l.Deliveries = append(l.Deliveries, state.Delivery{Phase: state.PhaseSent, SentAt: on0918(hour)})
	}
	return l
}

// A folder of sent mail is believed only when the newest letters known to have left are all in
// it, and a copy is taken for a recipient's only where every recipient has one.
func TestTheFolderOfSentMailIsBelievedOnlyWithWhatIsKnown(t *testing.T) {
	single := []state.Letter{sentLetter("a", 9, 1), sentLetter("b", 10, 1), sentLetter("c", 11, 1)}
	several := slices.Concat(single, []state.Letter{sentLetter("d", 12, 3)})
	doubted := sentLetter("e", 12, 1)
	doubted.Deliveries[0].Doubted = true
	copies := func(ids ...string) Copies {
		c := Copies{}
		for _, id := range ids {
			c[id] = append(c[id], on0918(12))
		}
		return c
	}
	for _, c := range []struct {
		name          string
		known         []state.Letter
		copies        Copies
		trusted, each bool
	}{
		{"no folder", single, nil, false, false},
		{"an empty folder", single, copies(), false, false},
		{"all there", single, copies("a", "b", "c"), true, false},
		{"one is missing", single, copies("a", "c"), false, false},
		{"too few are known", single[:2], copies("a", "b"), false, false},
		{"a copy for each recipient", several, copies("a", "b", "c", "d", "d", "d"), true, true},
		{"one copy for all recipients", several, copies("a", "b", "c", "d"), true, false},
		{"one that was in doubt is no proof", append(single[:2:2], doubted), copies("a", "b", "e"), false, false},
		{"one that left a moment ago is none either", append(single[:2:2], sentLetter("f", 20, 1)), copies("a", "b"), false, false},
	} {
		e := weigh(c.copies, c.known, on0918(19))
		if e.trusted != c.trusted || e.each != c.each {
			t.Errorf("%s: trusted %v, each %v", c.name, e.trusted, e.each)
		}
	}
}

// What became of a letter is certain only when all its copies are there, or no more than known.
func TestCopiesDecideOnlyWhatIsCertain(t *testing.T) {
	const sent, doubt, failed, waits = state.PhaseSent, state.PhaseDoubtful, state.PhaseFailed, state.PhaseQueued
	for _, c := range []struct {
		name   string
		phases []state.Phase
		copies int
		each   bool
		want   fate
	}{
		{"one recipient, a copy", []state.Phase{doubt}, 1, false, fateLeft},
		{"one recipient, none", []state.Phase{doubt}, 0, false, fateAbsent},
		{"two recipients in doubt, one copy", []state.Phase{doubt, doubt}, 1, true, fateUnclear},
		{"two in doubt, two copies", []state.Phase{doubt, doubt}, 2, true, fateLeft},
		{"one left, one in doubt, two copies", []state.Phase{sent, doubt}, 2, true, fateLeft},
		{"one left, one in doubt, its copy alone", []state.Phase{sent, doubt}, 1, true, fateAbsent},
		{"the same on a server that files one for all", []state.Phase{sent, doubt}, 1, false, fateUnclear},
		{"one left, and not even its copy", []state.Phase{sent, doubt}, 0, true, fateUnclear},
		{"one came back or was refused", []state.Phase{failed, doubt}, 1, true, fateUnclear},
		{"one still waits", []state.Phase{doubt, waits}, 1, true, fateLeft},
	} {
		l := state.Letter{}
		for _, p := range c.phases {
			l.Deliveries = append(l.Deliveries, state.Delivery{Phase: p, Next: on0918(9)})
		}
		if got := fateOf(l, c.copies, c.each, state.Delivery.LookedFor); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		l.Deliveries[0].Doubted = true
		if got := fateOf(l, c.copies, c.each, state.Delivery.LookedFor); c.copies > 0 && got != fateUnclear {
			t.Errorf("%s, sent twice before: %v", c.name, got)
		}
	}
}

// Every kind of letter whose outcome is unknown either leaves once more or waits for a person, as
// mails.md says of its row.
func TestWhichFamiliesLeaveOnceMore(t *testing.T) {
	again := []state.Topic{ // rows 1 to 12 and 20 to 24
		state.TopicForm, state.TopicDue, state.TopicReceipt, state.TopicCorrection, state.TopicResubmit, state.TopicLate, state.TopicEscalation,
		state.TopicLateOK, state.TopicUrgent, state.TopicRequest, state.TopicRequestDue, state.TopicAnswered, state.TopicVisit,
	}
	for _, kind := range again {
		if !resent[kind] || waitsForOffice(state.Letter{Kind: kind}) {
			t.Errorf("%s does not leave once more", kind)
		}
	}
	if len(resent) != len(again) {
		t.Errorf("%d families leave once more, want %d", len(resent), len(again))
	}
	for _, l := range []state.Letter{ // rows 14 to 17, 27 and 28
		{Kind: state.TopicSummary},
		{Kind: state.TopicStanding},
		{Kind: state.TopicCircular},
		{Kind: state.TopicProposal, Key: "proposal/2026-W38/circular-1"},
	} {
		if resent[l.Kind] || !waitsForOffice(l) {
			t.Errorf("%s %s does not wait for the office", l.Kind, l.Key)
		}
	}
	if l := (state.Letter{Kind: state.TopicProposal, Key: "proposal/2026-W38/escalation-L10"}); waitsForOffice(l) {
		t.Error("a question to the office waits for the office")
	}
}
