package state

import (
	"fmt"
	"slices"
	"time"
)

// Attention is what a person of the office must still be told of. It is a list of its own
// so that a tick with nothing to tell need not look through mails and letters. An entry is
// taken off in the transaction that queues the notice.

// wantsOffice reports whether the office must hear of the mail: what was set aside, what
// came back, what we should have told before, and copies of our own letters, which settle a doubt.
func (m *Mail) wantsOffice() bool {
	return m.Kind == MailBounce && !m.Delayed || m.Kind == MailOwn && m.LetterID != "" ||
		m.Decision == DecisionQuarantine || m.Decision == DecisionHold || m.OurFault() || m.Raise != "" || len(m.Columns) > 0
}

// OurFault reports whether the mail holds findings that an earlier letter of ours forgot.
func (m *Mail) OurFault() bool {
	return slices.ContainsFunc(m.Findings, func(f Finding) bool { return f.Ours })
}

// AttentionMails lists at most limit mails the office was not told of yet, by id.
func (r *Records) AttentionMails(limit int) ([]Mail, error) {
	ids, err := r.attention(prefixAttentionMail, limit)
	if err != nil {
		return nil, err
	}
	return r.mails(ids)
}

// AttentionLetters lists at most limit letters that failed or fell into doubt and of which
// the office was not told yet, by key.
func (r *Records) AttentionLetters(limit int) ([]Letter, error) {
	keys, err := r.attention(prefixAttentionLetter, limit)
	if err != nil {
		return nil, err
	}
	return r.lettersNamed(keys)
}

// RaiseLetter puts a letter on the list, in the transaction that records its trouble.
func (r *Records) RaiseLetter(key string) error {
	if err := r.tx.Set(prefixAttentionLetter+key, nil); err != nil {
		return fmt.Errorf("raise letter %s: %w", key, err)
	}
	return nil
}

// AttendedMail takes a mail off the list.
func (r *Records) AttendedMail(id string) error { return r.tx.Delete(prefixAttentionMail + id) }

// AttendedLetter takes a letter off the list.
func (r *Records) AttendedLetter(key string) error { return r.tx.Delete(prefixAttentionLetter + key) }

func (r *Records) attention(prefix string, limit int) ([]string, error) {
	var out []string
	err := r.tx.Each(prefix, func(key string, _ []byte) error {
		if len(out) < limit {
			out = append(out, key[len(prefix):])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what the office must hear of: %w", err)
	}
	return out, nil
}

// Begun is when this store first saw a complete poll: duban answers for no week that was
// already closed then. Zero before.
func (r *Records) Begun() (time.Time, error) {
	var t time.Time
	_, err := get(r.tx, keyBegun, &t)
	return t, err
}

// PutBegun records it, once in the life of a store.
func (r *Records) PutBegun(t time.Time) error { return put(r.tx, keyBegun, t) }
