package state

import (
	"fmt"
	"time"
)

// Filed is what the folder of sent mail holds of a letter that a store restored from a backup
// does not know to have left. It is kept until that letter is queued again, and settles it then.
type Filed struct {
	Copies int
	At     time.Time // when the last was filed; zero when the server does not say
	Each   bool      // the server files a copy for each recipient, not one for all
}

// PutFiled records it by Message-ID.
func (r *Records) PutFiled(messageID string, f Filed) error {
	if err := put(r.tx, prefixFiled+messageID, f); err != nil {
		return fmt.Errorf("file copies of %s: %w", messageID, err)
	}
	return nil
}

// Filed is what was recorded of a Message-ID; the zero Filed for nothing.
func (r *Records) Filed(messageID string) (f Filed, err error) {
	_, err = get(r.tx, prefixFiled+messageID, &f)
	return f, err
}

// RemoveFiled forgets it: the letter is settled.
func (r *Records) RemoveFiled(messageID string) error {
	if err := r.tx.Delete(prefixFiled + messageID); err != nil {
		return fmt.Errorf("forget copies of %s: %w", messageID, err)
	}
	return nil
}

// AnyFiled reports whether letters of a kind are recorded whose keys no letter had yet.
func (r *Records) AnyFiled(kind Topic) (any bool, err error) {
	err = r.tx.Each(prefixFiled+string(kind)+".", func(string, []byte) error {
		any = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for copies of kind %s: %w", kind, err)
	}
	return any, nil
}

// SkipIssues gives no issue a number up to last any more: letters that left before a restore
// carry them, and departments answer by them.
func (r *Records) SkipIssues(last int) error {
	next, err := r.nextIssue()
	if err != nil || next > last {
		return err
	}
	return put(r.tx, keyIssues, last)
}
