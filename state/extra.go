package state

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ExtraColumn is a column of a department's form that the office's form does not have. It stays in
// the mail; the office is told of it once.
type ExtraColumn struct {
	Sheet, Col string // 在建项目, "C"
	Title      string // as the sheet spells it
}

// keyColumn is where it is remembered that the office was told; titles may be long.
func keyColumn(dept, title string) string {
	sum := sha256.Sum256([]byte(title))
	return prefixColumn + dept + "/" + hex.EncodeToString(sum[:8])
}

// NewColumns are those of all that the office was not told of yet for the department, each
// title once.
func (r *Records) NewColumns(dept string, all []ExtraColumn) ([]ExtraColumn, error) {
	var out []ExtraColumn
	seen := map[string]bool{}
	for _, c := range all {
		var first string
		known, err := get(r.tx, keyColumn(dept, c.Title), &first)
		if err != nil {
			return nil, err
		}
		if !known && !seen[c.Title] {
			out = append(out, c)
		}
		seen[c.Title] = true
	}
	return out, nil
}

// PutColumns remembers the new columns of a mail, in the transaction that puts the mail on the
// list of what the office must be told.
func (r *Records) PutColumns(m Mail) error {
	for _, c := range m.Columns {
		if err := put(r.tx, keyColumn(m.Dept, c.Title), m.ID); err != nil {
			return fmt.Errorf("remember a column of %s: %w", m.Dept, err)
		}
	}
	return nil
}
