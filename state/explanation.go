package state

import (
	"fmt"
	"time"
)

// Explanation is what a department said to one finding instead of changing the cell: in the
// 备注 column of the row, or by the number of the item in our letter. It settles a warning
// (有说明) and is remembered, so that the same warning is not asked again every week; an
// error it does not settle, but the office reads it.
type Explanation struct {
	Dept, Project string
	Rule, Column  string
	Level         Level
	Week          Week
	Text          string
	Dispute       bool   // 异议: the department holds that there is nothing to correct
	No            int    // the item's number in the letter; 0 from the 备注 column
	Mail          string // the mail that said it
	At            time.Time
}

// About reports whether the explanation speaks of the finding.
func (e Explanation) About(f Finding) bool {
	return e.Rule == f.Rule && e.Project == f.Project && e.Column == f.Column
}

// Reply is a mail that answers a letter of ours by number.
type Reply struct {
	Mail     string
	Received time.Time
	Subject  string
	Letter   string // the key of the letter it answers
	Items    []Explanation
	// Same says that the mail is no answer by number: it brought the workbook that a letter of
	// correction answered before, byte for byte.
	Same bool `json:",omitempty"`
	// Closed is the closed week a table is of, as the department said when it was asked; zero for
	// every other reply.
	Closed Week `json:",omitzero"`
}

// Ruling is the office's word on what a department disputes (异议).
type Ruling struct {
	Project    string
	Upheld     bool // the department is right: its row counts as it was sent
	Reason, By string
	At         time.Time
	Findings   []Finding     // what was disputed
	Left       time.Duration // what was left of the time to correct when the dispute came
	Letter     string        // the key of the letter that told the department; "" before
}

// PutExplanation remembers the last explanation of a finding.
func (r *Records) PutExplanation(e Explanation) error {
	return put(r.tx, fmt.Sprintf("%s%s/%s/%s/%s", prefixExplained, e.Dept, e.Project, e.Rule, e.Column), e)
}

// Explanations lists the last explanation of every finding a department ever explained.
func (r *Records) Explanations(dept string) ([]Explanation, error) {
	return eachOf[Explanation](r, prefixExplained+dept+"/")
}

// eachOf lists the records under a prefix, by key.
func eachOf[T any](r *Records, prefix string) ([]T, error) {
	var out []T
	err := r.tx.Each(prefix, func(key string, b []byte) error {
		var v T
		if err := decode(b, &v); err != nil {
			return fmt.Errorf("read %s: %w", key, err)
		}
		out = append(out, v)
		return nil
	})
	return out, err
}
