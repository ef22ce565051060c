package state

import (
	"fmt"
	"time"
)

// Letter returns the letter with this key; nil when it was never queued.
func (r *Records) Letter(key string) (*Letter, error) {
	var l Letter
	found, err := get(r.tx, prefixLetter+key, &l)
	if !found {
		return nil, err
	}
	return &l, err
}

// Enqueue records the intent to send a letter. It does nothing and reports false when a
// letter of that key exists: once means the key already exists.
func (r *Records) Enqueue(l Letter) (bool, error) {
	old, err := r.Letter(l.Key)
	if err != nil || old != nil {
		return false, err
	}
	if err := put(r.tx, prefixMsgID+l.MessageID, l.Key); err != nil {
		return false, err
	}
	if err := r.tx.Set(keyLetterWeek(l), nil); err != nil {
		return false, fmt.Errorf("queue %s: %w", l.Key, err)
	}
	return true, r.PutLetter(l)
}

// PutLetter records a letter's progress and keeps the list of open letters true.
func (r *Records) PutLetter(l Letter) error {
	err := r.tx.Delete(prefixOpen + l.Key)
	for _, d := range l.Deliveries {
		if d.Phase == PhaseQueued || d.Phase == PhaseSending || d.LookedFor() {
			err = r.tx.Set(prefixOpen+l.Key, nil)
		}
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", l.Key, err)
	}
	return put(r.tx, prefixLetter+l.Key, l)
}

// OpenLetters lists the letters with a recipient still to be served, or in doubt while a copy
// is still to be looked for, by key.
func (r *Records) OpenLetters() ([]Letter, error) { return r.lettersUnder(prefixOpen) }

// LettersOf lists the letters of a week, by key; the zero week holds those that belong to
// none.
func (r *Records) LettersOf(w Week) ([]Letter, error) {
	return r.lettersUnder(prefixLetterWeek + w.String() + "/")
}

// Letters lists every letter, by key.
func (r *Records) Letters() ([]Letter, error) { return r.lettersUnder(prefixLetter) }

func (r *Records) lettersUnder(prefix string) ([]Letter, error) {
	var keys []string
	err := r.tx.Each(prefix, func(key string, _ []byte) error {
		keys = append(keys, key[len(prefix):])
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	return r.lettersNamed(keys)
}

// lettersNamed reads the letters with these keys; one that is not there is left out.
func (r *Records) lettersNamed(keys []string) ([]Letter, error) {
	var out []Letter
	for _, k := range keys {
		l, err := r.Letter(k)
		if err != nil {
			return nil, err
		}
		if l != nil {
			out = append(out, *l)
		}
	}
	return out, nil
}

// LetterByMessageID finds our letter by its Message-ID, without angle brackets; nil when
// none has it. Replies, bounces and our own copies are recognised by it.
func (r *Records) LetterByMessageID(id string) (*Letter, error) {
	var key string
	found, err := get(r.tx, prefixMsgID+id, &key)
	if err != nil || !found {
		return nil, err
	}
	return r.Letter(key)
}

// InDoubt turns every delivery that a crash left in phase sending into doubtful, at start:
// whether the server took it cannot be known, and doubt is shown, not guessed away. With an
// instant from which a copy of it is looked for, the office hears only if that shows nothing.
func (r *Records) InDoubt(look time.Time) ([]Letter, error) {
	open, err := r.OpenLetters()
	if err != nil {
		return nil, err
	}
	var doubtful []Letter
	for _, l := range open {
		changed := false
		for i := range l.Deliveries {
			if d := &l.Deliveries[i]; d.Phase == PhaseSending {
				d.Phase, d.Error, d.Next, changed = PhaseDoubtful, "stopped while sending", look, true
			}
		}
		if !changed {
			continue
		}
		doubtful = append(doubtful, l)
		if err := r.PutLetter(l); err != nil {
			return nil, err
		}
		if look.IsZero() {
			if err := r.RaiseLetter(l.Key); err != nil {
				return nil, err
			}
		}
	}
	return doubtful, nil
}
