package blobs

import (
	"bytes"
	"maps"
	"slices"
	"sync"
)

// Memory returns a store that lasts as long as the process.
func Memory() *Store { return &Store{backing: &memory{blobs: map[string][]byte{}}} }

type memory struct {
	mu    sync.RWMutex
	blobs map[string][]byte
}

func (m *memory) read(sum string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	data, there := m.blobs[sum]
	if !there {
		return nil, ErrMissing
	}
	return bytes.Clone(data), nil
}

func (m *memory) has(sum string) (bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, there := m.blobs[sum]
	return there, nil
}

func (m *memory) write(pack []blob) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range pack {
		m.blobs[b.sum] = append([]byte{}, b.data...)
	}
	return nil
}

func (m *memory) each(fn func(sum string, size int64) error) error {
	m.mu.RLock()
	sizes := map[string]int64{}
	for sum, data := range m.blobs {
		sizes[sum] = int64(len(data))
	}
	m.mu.RUnlock()
	for _, sum := range slices.Sorted(maps.Keys(sizes)) {
		if err := fn(sum, sizes[sum]); err != nil {
			return err
		}
	}
	return nil
}
