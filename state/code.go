package state

import (
	"errors"
	"fmt"
	"time"
)

// One-time codes: what the office says by mail counts only with one. There is one space of
// codes for all it may speak of, the leaders' letter of a week (hold.go) and what is
// proposed to it (proposal.go). A code is given out in the transaction that queues the
// letter it is printed in, works once, and is past when what it speaks of is.

// Errand is what a code is good for: the leaders' letter of Week, or Proposal.
type Errand struct {
	Week     Week
	Proposal *Proposal // nil for the leaders' letter
}

// Why a word of the office by mail is not taken.
var (
	ErrCodeUnknown = errors.New("no such code was given out")
	ErrCodeUsed    = errors.New("the code was used, or a newer one was given out")
	ErrCodeExpired = errors.New("what the code was good for is past")
)

// errCodeTaken is a code drawn twice: whoever draws them draws another at the next tick.
var errCodeTaken = errors.New("the code was given out before")

// CodeErrand is what a code that comes with a mail received at `at` is good for, or the
// error that says why it is good for nothing; the errand says of what, as far as known.
func (r *Records) CodeErrand(code string, at time.Time) (Errand, error) {
	var about string
	found, err := get(r.tx, prefixCode+code, &about)
	if err != nil {
		return Errand{}, err
	}
	if !found {
		return Errand{}, ErrCodeUnknown
	}
	if w, err := ParseWeek(about); err == nil {
		return Errand{Week: w}, r.holdCode(w, code)
	}
	p, err := r.Proposal(about)
	switch {
	case err != nil:
		return Errand{}, err
	case p == nil:
		return Errand{}, ErrCodeUnknown
	case p.Answer != AnswerNone || p.Code != code:
		err = ErrCodeUsed
	case !at.Before(p.Expires):
		err = ErrCodeExpired
	}
	return Errand{Week: p.Week, Proposal: p}, err
}

// giveCode makes a code speak of a week ("2026-W38") or of a proposal (its key, which holds
// a slash and so is no week).
func (r *Records) giveCode(code, about string) error {
	var before string
	taken, err := get(r.tx, prefixCode+code, &before)
	if err != nil {
		return err
	}
	if taken && before != about {
		return fmt.Errorf("give out a code for %s: %w", about, errCodeTaken)
	}
	return put(r.tx, prefixCode+code, about)
}
