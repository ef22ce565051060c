package ingest

import (
	"slices"
	"time"

	"duban/state"
)

// oldFormGrace is how long after a new version of the form began the one before it is taken
// without a word to the department (rules.md F03).
const oldFormGrace = 14 * 24 * time.Hour

// outdated tells of workbooks that are a form of an earlier version. They are read like any
// other; after two weeks the letter asks to use the new one. A version the office does not
// know of is nobody's fault: nothing is said.
func (d Desk) outdated(books []state.Book, received time.Time) []state.Finding {
	var out []state.Finding
	for _, b := range books {
		if d.Form == nil || !slices.Contains(d.Form.Former, b.FormVersion) {
			continue
		}
		f := state.Finding{Book: b.Name, Found: b.FormVersion, Expected: d.Form.Version}
		if d.Form.VersionFrom.IsZero() || received.Before(d.Form.VersionFrom.Add(oldFormGrace)) {
			f.Level = state.LevelNote
		}
		out = append(out, d.Rules.Tell("old-form", f, ""))
	}
	return out
}
