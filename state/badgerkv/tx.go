package badgerkv

import (
	"errors"
	"fmt"

	"duban/state"

	"github.com/dgraph-io/badger/v4"
)

// tx is one badger transaction under the limits all engines share.
type tx struct {
	txn      *badger.Txn
	readOnly bool
	quota    state.Quota
}

func (t *tx) Get(key string) ([]byte, error) {
	if key == "" {
		return nil, state.ErrNotFound
	}
	item, err := t.txn.Get([]byte(key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, state.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("get %q: %w", key, err)
	}
	value, err := item.ValueCopy([]byte{})
	if err != nil {
		return nil, fmt.Errorf("get %q: %w", key, err)
	}
	return value, nil
}

// Set hands badger a copy: badger keeps the slice until the commit.
func (t *tx) Set(key string, value []byte) error {
	return t.write(key, value, func() error { return t.txn.Set([]byte(key), append([]byte{}, value...)) })
}

func (t *tx) Delete(key string) error {
	return t.write(key, nil, func() error { return t.txn.Delete([]byte(key)) })
}

func (t *tx) write(key string, value []byte, do func() error) error {
	if t.readOnly {
		return state.ErrReadOnly
	}
	if err := t.quota.Take(key, value); err != nil {
		return err
	}
	err := do()
	if errors.Is(err, badger.ErrTxnTooBig) {
		return fmt.Errorf("write %q: %w", key, state.ErrTooBig)
	}
	if err != nil {
		return fmt.Errorf("write %q: %w", key, err)
	}
	return nil
}

func (t *tx) Each(prefix string, fn func(key string, value []byte) error) error {
	opts := badger.DefaultIteratorOptions
	opts.PrefetchValues = false // all values lie in the tables, none in the value log
	opts.Prefix = []byte(prefix)
	it := t.txn.NewIterator(opts)
	defer it.Close()
	var value []byte
	for it.Seek(opts.Prefix); it.Valid(); it.Next() {
		item := it.Item()
		var err error
		if value, err = item.ValueCopy(value[:0]); err != nil {
			return fmt.Errorf("read %q: %w", item.Key(), err)
		}
		if err := fn(string(item.Key()), value); err != nil {
			return err
		}
	}
	return nil
}
