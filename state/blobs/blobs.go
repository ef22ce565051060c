// Package blobs keeps raw mails and rendered letters as files named by their SHA-256.
//
// What Put has returned stays whole through the death of the process and the loss of
// power, and what Get returns is what was put, or an error. The same bytes put twice are
// stored once.
//
// blobs.go is the store, folder.go its files and what a crash at each step leaves, disk.go
// the steps themselves, sync_linux.go the one call that makes a whole pack durable,
// memory.go the store of tests and of the demo.
package blobs

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// MaxSize is the largest blob in bytes: 64 MiB.
const MaxSize = 64 << 20

var (
	// ErrMissing is returned by Get for a sum nothing is stored under.
	ErrMissing = errors.New("blobs: not stored")
	// ErrDamaged is returned by Get for a file that is not what its name says. Putting the
	// right bytes again repairs it.
	ErrDamaged = errors.New("blobs: content does not match its sum")
	// ErrTooBig is returned by Put and PutAll, which then store nothing.
	ErrTooBig = errors.New("blobs: larger than 64 MiB")
	// ErrSum is returned for a name that is not a SHA-256 in lower-case hex.
	ErrSum = errors.New("blobs: not a sum")
	// ErrBroken is returned by every Put after a sync failed, until the store is opened
	// anew: the kernel may since hold bytes as stored that the disk never got.
	ErrBroken = errors.New("blobs: unusable after a failed sync")
)

// Store is a set of blobs. It may be used from many goroutines.
type Store struct {
	backing backing

	mu     sync.Mutex // one pack is written at a time
	broken error
}

// backing is where the blobs lie: a folder or memory.
type backing interface {
	// read returns the bytes under sum as they are, or ErrMissing.
	read(sum string) ([]byte, error)
	has(sum string) (bool, error)
	// write makes all blobs of the pack durable; an error wrapping errSync is final.
	write(pack []blob) error
	each(fn func(sum string, size int64) error) error
}

type blob struct {
	sum  string
	data []byte
}

// errSync marks a step after which the state of the disk is unknown.
var errSync = errors.New("sync failed")

// Sum is the name data is stored under.
func Sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// Put stores data durably and returns its sum.
func (s *Store) Put(data []byte) (sum string, err error) {
	sums, err := s.PutAll([][]byte{data})
	if err != nil {
		return "", err
	}
	return sums[0], nil
}

// PutAll stores a pack and returns the sums in the pack's order. It costs no more sync
// calls than one Put. After an error some of the pack may be stored, which harms nothing.
func (s *Store) PutAll(pack [][]byte) (sums []string, err error) {
	blobs := make([]blob, 0, len(pack))
	sums = make([]string, len(pack))
	seen := map[string]bool{}
	for i, data := range pack {
		if len(data) > MaxSize {
			return nil, fmt.Errorf("put blob of %d bytes: %w", len(data), ErrTooBig)
		}
		sums[i] = Sum(data)
		if !seen[sums[i]] {
			seen[sums[i]] = true
			blobs = append(blobs, blob{sums[i], data})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	if err := s.backing.write(blobs); err != nil {
		err = fmt.Errorf("put %d blobs: %w", len(blobs), err)
		if errors.Is(err, errSync) {
			s.broken = fmt.Errorf("%w: %w", ErrBroken, err)
			return nil, s.broken
		}
		return nil, err
	}
	return sums, nil
}

// Get returns the bytes stored under sum after comparing them with it.
func (s *Store) Get(sum string) ([]byte, error) {
	if !valid(sum) {
		return nil, fmt.Errorf("get %q: %w", sum, ErrSum)
	}
	data, err := s.backing.read(sum)
	if err == nil && Sum(data) != sum {
		err = ErrDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("get blob %s: %w", sum, err)
	}
	return data, nil
}

// Has reports whether something is stored under sum. It does not read it.
func (s *Store) Has(sum string) (bool, error) {
	if !valid(sum) {
		return false, fmt.Errorf("look for %q: %w", sum, ErrSum)
	}
	there, err := s.backing.has(sum)
	if err != nil {
		return false, fmt.Errorf("look for blob %s: %w", sum, err)
	}
	return there, nil
}

// Each calls fn for every blob, with its size in bytes, in the order of the sums. It stops
// at fn's first error and returns it. Blobs put meanwhile may or may not be met.
func (s *Store) Each(fn func(sum string, size int64) error) error {
	return s.backing.each(fn)
}

func valid(sum string) bool {
	return len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
}
