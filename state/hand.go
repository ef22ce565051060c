package state

import (
	"fmt"
	"slices"
	"time"
)

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

// Exemption frees a department or one project from reporting until a day (免报).
type Exemption struct {
	Subject string    // a department's or a project's id
	From    Week      // the first week it holds for
	Until   time.Time // the last day: a week whose figures are counted to a later day is due again
	Reason  string
	By      string
	At      time.Time
}

// Covers reports whether the exemption holds for a week.
func (e Exemption) Covers(d Deadline) bool {
	return !d.Week.Before(e.From) && d.AsOf().Format(isoDay) <= e.Until.Format(isoDay)
}

// PutExemption records it, in place of an earlier one of the same subject.
func (r *Records) PutExemption(e Exemption) error { return put(r.tx, prefixExempt+e.Subject, e) }

// ClearExemption takes it back.
func (r *Records) ClearExemption(subject string) error { return r.tx.Delete(prefixExempt + subject) }

// Exemptions lists every exemption, expired ones included, by subject.
func (r *Records) Exemptions() ([]Exemption, error) { return eachOf[Exemption](r, prefixExempt) }

// ExemptIn lists the exemptions that hold for a week.
func (r *Records) ExemptIn(d Deadline) (Exempted, error) {
	all, err := r.Exemptions()
	if err != nil {
		return nil, fmt.Errorf("list exemptions: %w", err)
	}
	return slices.DeleteFunc(all, func(e Exemption) bool { return !e.Covers(d) }), nil
}

// Exempted is what need not report in a week.
type Exempted []Exemption

// Excuses reports whether a department with these projects owes nothing: it is exempt, or
// each of its projects is.
func (x Exempted) Excuses(own []Project, dept string) bool {
	if len(x) == 0 || x.Has(dept) {
		return len(x) > 0
	}
	return !slices.ContainsFunc(own, func(p Project) bool { return !x.Has(p.ID) })
}

// Has reports whether the department or project is among it.
func (x Exempted) Has(id string) bool {
	return slices.ContainsFunc(x, func(e Exemption) bool { return e.Subject == id })
}
