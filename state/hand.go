package state

import "time"

// The office's hand: what a person decided beside or against what departments sent. Every
// decision has its reason and its author, stays until it is taken back, and is written into
// the audit trail with the change it makes.

// Amendment is a value the office put in place of the one a department reported for a week
// (办公室更正). It outlives resubmissions until it is cleared.
type Amendment struct {
	Week    Week
	Project string
	// Column is the amended column. "" stands for the whole row of Mail: the office accepts
	// it as it was sent, whatever was found in it.
	Column string
	Value  string // canonical, as Value.Text; "" for an accepted row
	Was    string // what the department had reported, as typed
	Mail   string // an accepted row: the mail that brought it
	Reason string
	By     string
	At     time.Time
	Told   string // the key of the letter that told the department; "" until one did
}

// Settles reports whether the office's decision leaves nothing to ask about a finding of
// the mail.
func (a Amendment) Settles(f Finding, mail string) bool {
	if a.Project != f.Project {
		return false
	}
	return a.Column != "" && a.Column == f.Column || a.Column == "" && a.Mail == mail
}

func keyAmend(w Week, project, column string) string {
	return prefixAmend + w.String() + "/" + project + "/" + column
}

// PutAmendment records it; why it was made goes into the audit trail.
func (r *Records) PutAmendment(a Amendment) error {
	return put(r.tx, keyAmend(a.Week, a.Project, a.Column), a)
}

// Amendment finds the office's value of a cell; nil when it set none.
func (r *Records) Amendment(w Week, project, column string) (*Amendment, error) {
	var a Amendment
	found, err := get(r.tx, keyAmend(w, project, column), &a)
	if !found {
		return nil, err
	}
	return &a, err
}

// ClearAmendment takes an amendment back.
func (r *Records) ClearAmendment(a Amendment) error {
	return r.tx.Delete(keyAmend(a.Week, a.Project, a.Column))
}

// Amendments lists the amendments of a week; the zero week stands for all weeks.
func (r *Records) Amendments(w Week) ([]Amendment, error) {
	if w.IsZero() {
		return eachOf[Amendment](r, prefixAmend)
	}
	return eachOf[Amendment](r, prefixAmend+w.String()+"/")
}

// Note leaves the office's words beside this transaction in the audit trail.
func (r *Records) Note(text string) { Note(r.tx.Tx, text) }
