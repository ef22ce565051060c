package state

import (
	"fmt"
	"time"
)

// Ailment is something wrong with duban itself of which the office was told once, and will
// be told once more when it is over.
type Ailment struct {
	Kind  string    // "poll", "login", "smtp" …
	Since time.Time // when it began, part of its letters' key
	// Event marks what is over as soon as it is told: a repaired store.
	Event bool
	// Daily is told again every day while it lasts: a missing year's calendar.
	Daily bool
}

// Ailments lists what the office was told of and not yet told to be over, by kind.
func (r *Records) Ailments() ([]Ailment, error) { return eachOf[Ailment](r, prefixAilment) }

// PutAilment records that the office was told.
func (r *Records) PutAilment(a Ailment) error { return put(r.tx, prefixAilment+a.Kind, a) }

// ClearAilment records that it was told the end.
func (r *Records) ClearAilment(kind string) error { return r.tx.Delete(prefixAilment + kind) }

// OutOfOrder is since when the mail server is out of reach or takes no letter at all; zero while
// it answers.
func (r *Records) OutOfOrder() (since time.Time, err error) {
	_, err = get(r.tx, keyOutOfOrder, &since)
	return since, err
}

// FindServer records that the mail server was found out of order at an instant, or with the zero
// time that it answered. What is known already stays, so that it began when it was first seen.
func (r *Records) FindServer(outOfOrder time.Time) error {
	since, err := r.OutOfOrder()
	switch {
	case err != nil || since.IsZero() == outOfOrder.IsZero():
		return err
	case outOfOrder.IsZero():
		err = r.tx.Delete(keyOutOfOrder)
	default:
		err = put(r.tx, keyOutOfOrder, outOfOrder)
	}
	if err != nil {
		return fmt.Errorf("record how the mail server is: %w", err)
	}
	return nil
}
