package state

import (
	"errors"
	"fmt"
	"time"
)

// Hold is the office's say over the leaders' letter of a week: while Held, none leaves.
// Silence sends, so the zero Hold holds nothing.
type Hold struct {
	Week   Week
	Held   bool
	Reason string
	By     string // who decided: a name given on the command line, or a mail address
	At     time.Time
	Round  int    // how often the office has spoken; each time is told back to it
	Code   string // the one-time code that is good for the next word by mail; "" when none is out
}

// Say is one word of the office about the leaders' letter of a week.
type Say struct {
	Week   Week
	Held   bool // 暂缓; false is 发送
	Reason string
	By     string
	Code   string // the one-time code it came with by mail; "" from the command line
	At     time.Time
}

// Hold returns the office's say of a week; the zero Hold when it said nothing.
func (r *Records) Hold(w Week) (Hold, error) {
	h := Hold{Week: w}
	_, err := get(r.tx, prefixHold+w.String(), &h)
	return h, err
}

// GiveCode makes code the one code that is good for a week's letter.
func (r *Records) GiveCode(w Week, code string) error {
	h, err := r.Hold(w)
	if err != nil {
		return err
	}
	h.Code = code
	if err := r.giveCode(code, w.String()); err != nil {
		return err
	}
	return put(r.tx, prefixHold+w.String(), h)
}

// holdCode says why a code that was given out for a week's letter is not good for it now.
func (r *Records) holdCode(w Week, code string) error {
	if told, err := r.Frozen(w); err != nil || told {
		return errors.Join(err, ErrCodeExpired)
	}
	h, err := r.Hold(w)
	if err == nil && h.Code != code {
		err = ErrCodeUsed
	}
	return err
}

// TakeSay records a word of the office, uses up the code that is out, whether the word came
// with it or not, and leaves who decided and why in the audit trail.
func (r *Records) TakeSay(s Say) error {
	h, err := r.Hold(s.Week)
	if err != nil {
		return err
	}
	h.Held, h.Reason, h.By, h.At, h.Code = s.Held, s.Reason, s.By, s.At, ""
	h.Round++
	word := "release"
	if s.Held {
		word = "hold"
	}
	r.Note(fmt.Sprintf("%s the leaders' letter of %s, decided by %s: %s", word, s.Week, s.By, s.Reason))
	return put(r.tx, prefixHold+s.Week.String(), h)
}
