package state

import (
	"fmt"
	"time"
)

// ScoreCase is what a line of a score is about; templates/deduction.txt.tmpl has the words for
// each.
type ScoreCase string

// The cases.
const (
	ScoreExempt       ScoreCase = "exempt"        // the week does not count: 免报
	ScoreNothingDue   ScoreCase = "nothing-due"   // nor this one: no project was due
	ScoreAbsent       ScoreCase = "absent"        // nothing came by At; with an Excuse the week does not count
	ScoreUnjudged     ScoreCase = "unjudged"      // nothing came that could be judged
	ScoreLate         ScoreCase = "late"          // it came after At; with an Excuse that costs nothing
	ScoreReturned     ScoreCase = "returned"      // sent back for Count defects, the first of them Named
	ScoreReturnedLate ScoreCase = "returned-late" // sent back later than our own limit: costs nothing
	ScoreReturnedOpen ScoreCase = "returned-open" // sent back for what is disputed or was settled: costs nothing
	ScoreLacking      ScoreCase = "lacking"       // Count Of its projects were not accepted At the freeze
	ScorePardoned     ScoreCase = "pardoned"      // nor this Project, which costs nothing
)

// LateExcuse is why a department does not answer for being late.
type LateExcuse string

// The excuses.
const (
	ExcuseOutage  LateExcuse = "outage"  // we could not read our mailbox, Since when
	ExcuseUnasked LateExcuse = "unasked" // neither notice nor reminder of ours reached it
)

// Pardon is why a project that was not accepted costs nothing.
type Pardon string

// The pardons.
const (
	PardonDisputed Pardon = "disputed"  // it waits for the office's word on an objection
	PardonAmended  Pardon = "amended"   // the office put its figure right
	PardonUnsent   Pardon = "unsent"    // our letter of correction did not reach the department
	PardonSentLate Pardon = "sent-late" // nor in our own limit
	PardonTimeLeft Pardon = "time-left" // the time to correct ends after the freeze
)

// ScoreReason is why points were taken, or were not. What a case does not name is empty.
type ScoreReason struct {
	Case      ScoreCase
	At, Since time.Time
	Excuse    LateExcuse
	Pardon    Pardon
	Project   string // number
	Name      string // of it
	Of, Count int
	Named     []string // at most maxDefects; More says that Count is greater
	More      bool
}

// Explain puts the reasons of a sheet into words.
func (m *MonthScore) Explain(say func(ScoreReason) (string, error)) error {
	for _, d := range m.Depts {
		for _, w := range d.Weeks {
			for i := range w.Lines {
				var err error
				if w.Lines[i].Why, err = say(w.Lines[i].Reason); err != nil {
					return fmt.Errorf("word the score of %s in %s: %w", d.Dept, w.Week, err)
				}
			}
		}
	}
	return nil
}
