package notify

import (
	"slices"
	"time"

	"duban/state"
)

// What the folder of sent mail proves. Whether the server took a letter whose answer was lost
// nobody can know from SMTP (RFC 1047); a copy the server filed tells it, and a missing copy
// does where it files one of every letter. Many servers file none: then a person decides.

// Copies are the copies of letters in the folder of sent mail: by Message-ID without angle
// brackets, when each was filed; a zero time where the server does not say.
type Copies map[string][]time.Time

const (
	copySpan = 30 * 24 * time.Hour // how far back copies are looked for

	// controls is how many letters known to have left, the newest, must all have a copy before
	// a missing one proves anything, and leastControls how few are too few.
	controls, leastControls = 10, 3
)

// evidence is what a look showed and how far it may be believed.
type evidence struct {
	copies  Copies
	trusted bool // every letter known to have left is there
	each    bool // and as many copies of it as it has recipients
}

// weigh tries the copies on letters known to have left before an instant.
func weigh(copies Copies, letters []state.Letter, before time.Time) evidence {
	known := slices.DeleteFunc(slices.Clone(letters), func(l state.Letter) bool {
		at := l.SentAt()
		return at.Before(before.Add(-copySpan+24*time.Hour)) || at.After(before) || slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Phase != state.PhaseSent || d.Doubted })
	})
	slices.SortFunc(known, func(a, b state.Letter) int { return b.SentAt().Compare(a.SentAt()) })
	e := evidence{copies: copies, trusted: len(known) >= leastControls}
	several, all := 0, true
	for i, l := range known {
		n := len(copies[l.MessageID])
		if i < controls && n == 0 {
			e.trusted = false
		}
		if len(l.Deliveries) > 1 && several < controls {
			several++
			all = all && n >= len(l.Deliveries)
		}
	}
	e.each = e.trusted && several > 0 && all
	return e
}

// fate is what became of the deliveries of a letter that may have left.
type fate int

const (
	fateUnclear fate = iota // a person decides
	fateLeft
	fateAbsent
)

// fateOf finds it out from the number of a letter's copies, where the evidence is trusted. Each
// recipient is a transaction of its own, but a copy does not tell whose it is: only when all of
// them are there, or no more than those known, the others are certain.
func fateOf(l state.Letter, copies int, each bool, maybe func(state.Delivery) bool) fate {
	known, refused, asked := 0, 0, 0
	for _, d := range l.Deliveries {
		switch {
		case d.Doubted && copies > 0:
			return fateUnclear // it was sent twice, perhaps
		case maybe(d):
			asked++
		case d.Phase == state.PhaseSent:
			known++
		case d.Phase == state.PhaseFailed || d.Phase == state.PhaseDoubtful:
			refused++ // a refused one has no copy, one that came back has
		}
	}
	switch {
	case copies >= asked+known+refused:
		return fateLeft
	case copies == 0 && known == 0, each && copies == known && refused == 0:
		return fateAbsent
	}
	return fateUnclear
}

// resent are the families of letters that leave once more when their outcome is unknown and no
// copy of them was filed: what departments and leaders wait for. The readers' letters and
// circulars wait for the office, and so does what mails.md does not name.
var resent = map[state.Topic]bool{
	state.TopicForm: true, state.TopicDue: true, state.TopicReceipt: true, state.TopicCorrection: true, state.TopicResubmit: true,
	state.TopicLate: true, state.TopicEscalation: true, state.TopicLateOK: true, state.TopicUrgent: true, state.TopicRequest: true,
	state.TopicRequestDue: true, state.TopicAnswered: true, state.TopicVisit: true,
}
