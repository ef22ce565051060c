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
