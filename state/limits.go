package state

import (
	"errors"
	"fmt"
)

// Limits every engine enforces alike, so that a test on memkv meets the same walls as
// production. They are those of badger's small profile (8 MiB memtables: 15 % of one
// memtable per transaction), rounded down. What is larger belongs in a blob.
const (
	MaxKey      = 32 << 10  // bytes of one key
	MaxValue    = 1<<20 - 1 // bytes of one value; one more and badger would move it to its value log
	MaxTxBytes  = 1_200_000 // bytes of all keys and values one Update writes, 16 a write added
	MaxTxWrites = 12_000    // sets and deletes of one Update
)

// ErrTooBig is returned by Tx.Set and Tx.Delete when a key, a value or the whole
// transaction passes the limits above. Nothing of the transaction is written; the caller
// splits it.
var ErrTooBig = errors.New("state: write too big")

// ErrKey is returned by Tx.Set and Tx.Delete for a key no engine can store.
var ErrKey = errors.New("state: empty key")

// Quota counts what one transaction has written. The zero value is a fresh transaction.
type Quota struct{ bytes, writes int }

// Take counts one write, or says why it must not happen.
func (q *Quota) Take(key string, value []byte) error {
	switch {
	case key == "":
		return ErrKey
	case len(key) > MaxKey:
		return fmt.Errorf("key of %d bytes: %w", len(key), ErrTooBig)
	case len(value) > MaxValue:
		return fmt.Errorf("value of %d bytes under %q: %w", len(value), key, ErrTooBig)
	}
	q.writes++
	q.bytes += len(key) + len(value) + 16
	if q.writes > MaxTxWrites || q.bytes > MaxTxBytes {
		return fmt.Errorf("transaction of %d writes and %d bytes: %w", q.writes, q.bytes, ErrTooBig)
	}
	return nil
}

// Note leaves a short sentence (who decided, why) beside the writes of this transaction
// in the audit trail. Engines without a journal keep none and drop it.
func Note(tx Tx, text string) {
	if n, ok := tx.(interface{ Note(text string) }); ok {
		n.Note(text)
	}
}
