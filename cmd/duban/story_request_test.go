package main

import "duban/state"

// issue checks how an issue stands in the ledger.
func (s *story) issue(id, want string) {
	s.t.Helper()
	var i *state.Issue
	s.view(func(r *state.Records) (err error) {
		i, err = r.Issue(id)
		return err
	})
	got := "open"
	switch {
	case i == nil:
		got = "unknown"
	case i.Merged != "":
		got = "merged"
	case !i.Open():
		got = "closed"
	}
	if got != want {
		s.faultf("issue %s is %s, want %s", id, got, want)
	}
}
