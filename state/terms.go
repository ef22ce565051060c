package state

// Terms is a configuration in words: what duban goes by, a subject and what is laid down for
// it a line, so that a change can be told to people who never look into the files.
type Terms struct {
	List  []Term
	Round int // how often a change was told
}

// Term is one line of it, in Chinese: "截止" and "每周五18:00".
type Term struct{ Subject, Says string }

// TermChange is a subject of which something else is laid down now; Was or Now is empty when
// it is new or gone.
type TermChange struct{ Subject, Was, Now string }

// Since lists what changed from before to t, in t's order, then what is gone.
func (t Terms) Since(before Terms) []TermChange {
	was := make(map[string]string, len(before.List))
	for _, term := range before.List {
		was[term.Subject] = term.Says
	}
	var out []TermChange
	now := make(map[string]bool, len(t.List))
	for _, term := range t.List {
		now[term.Subject] = true
		if old, known := was[term.Subject]; !known || old != term.Says {
			out = append(out, TermChange{term.Subject, old, term.Says})
		}
	}
	for _, term := range before.List {
		if !now[term.Subject] {
			out = append(out, TermChange{Subject: term.Subject, Was: term.Says})
		}
	}
	return out
}

// Terms is the configuration as the office was last told of it; nil before the first start.
func (r *Records) Terms() (*Terms, error) {
	var t Terms
	found, err := get(r.tx, keyTerms, &t)
	if !found {
		return nil, err
	}
	return &t, err
}

// PutTerms records what the office was told.
func (r *Records) PutTerms(t Terms) error { return put(r.tx, keyTerms, t) }
