package state

import (
	"fmt"
	"slices"
	"time"
)

// Exemption frees a department or one project from reporting until a day (免报).
type Exemption struct {
	Subject string    // a department's or a project's id
	From    Week      // the first week it holds for
	Until   time.Time // the last day: a week whose figures are counted to a later day is due again
	// Before is the first week a later decision on the same subject holds for; zero while
	// there is none. What was exempt until then stays exempt.
	Before Week
	// Paused is a project that stands still by the office's decision (暂停): nothing is due of it,
	// and nothing is held against it either.
	Paused bool
	Reason string
	By     string
	At     time.Time
}

// Covers reports whether the exemption holds for a week.
func (e Exemption) Covers(d Deadline) bool {
	return !d.Week.Before(e.From) && (e.Before.IsZero() || d.Week.Before(e.Before)) && d.AsOf().Format(isoDay) <= e.Until.Format(isoDay)
}

func keyExempt(e Exemption) string { return prefixExempt + e.Subject + "/" + e.From.String() }

// PutExemption records it. It takes the place of what was decided on the subject for its first
// week and the weeks behind; earlier weeks keep what they had.
func (r *Records) PutExemption(e Exemption) error {
	if err := r.ClearExemption(e.Subject, e.From); err != nil {
		return err
	}
	return put(r.tx, keyExempt(e), e)
}

// ClearExemption takes back what is exempt from a week on.
func (r *Records) ClearExemption(subject string, from Week) error {
	all, err := r.Exemptions()
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.Subject != subject || !e.Before.IsZero() && !from.Before(e.Before) {
			continue
		}
		if err := r.tx.Delete(prefixExempt + subject); err != nil { // as they were kept before there was a history
			return fmt.Errorf("clear exemption of %s: %w", subject, err)
		}
		if !e.From.Before(from) {
			if err := r.tx.Delete(keyExempt(e)); err != nil {
				return fmt.Errorf("clear exemption of %s: %w", subject, err)
			}
			continue
		}
		e.Before = from
		if err := put(r.tx, keyExempt(e), e); err != nil {
			return err
		}
	}
	return nil
}

// Exemptions lists every exemption, expired ones included, by subject and first week.
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

// Paused is the pause of a project; nil when it goes on.
func (x Exempted) Paused(project string) *Exemption {
	return find(x, func(e Exemption) bool { return e.Paused && e.Subject == project })
}

// Has reports whether the department or project is among it.
func (x Exempted) Has(id string) bool {
	return slices.ContainsFunc(x, func(e Exemption) bool { return e.Subject == id })
}
