package journal

import (
	"errors"
	"strings"
	"unicode/utf8"

	"duban/state"
)

// markKey is where the engine keeps its mark. No transaction sees it.
const markKey = "\x00journal"

// maxNote bounds the bytes of the notes of one record; what is longer is cut.
const maxNote = 4096

// veiled hides the mark from a View.
type veiled struct{ state.Tx }

func (v veiled) Get(key string) ([]byte, error) {
	if key == markKey {
		return nil, state.ErrNotFound
	}
	return v.Tx.Get(key)
}

func (v veiled) Each(prefix string, fn func(key string, value []byte) error) error {
	if !strings.HasPrefix(markKey, prefix) {
		return v.Tx.Each(prefix, fn)
	}
	return v.Tx.Each(prefix, func(key string, value []byte) error {
		if key == markKey {
			return nil
		}
		return fn(key, value)
	})
}

// recorder passes an Update's transaction on to the engine and keeps what was written.
type recorder struct {
	veiled
	mark   mark // of the record before, with keys and sum kept up to date
	writes []Write
	place  map[string]int // of a key in writes: the last write of a key is the one that counts
	notes  []string
	err    error // the first write the engine refused; fn may have overlooked it
}

func newRecorder(tx state.Tx, before *mark) *recorder {
	return &recorder{veiled: veiled{tx}, mark: *before, place: map[string]int{}}
}

func (r *recorder) Set(key string, value []byte) error {
	return r.write(Write{Key: key, Value: append([]byte{}, value...)})
}

func (r *recorder) Delete(key string) error {
	return r.write(Write{Key: key, Delete: true})
}

func (r *recorder) write(w Write) error {
	if w.Key == markKey {
		return ErrReserved
	}
	if err := r.mark.apply(r.Tx, w); err != nil {
		if r.err == nil {
			r.err = err
		}
		return err
	}
	if i, again := r.place[w.Key]; again {
		r.writes[i] = w
		return nil
	}
	r.place[w.Key] = len(r.writes)
	r.writes = append(r.writes, w)
	return nil
}

// Note serves state.Note.
func (r *recorder) Note(text string) { r.notes = append(r.notes, text) }

func (r *recorder) note() string {
	text := strings.ToValidUTF8(strings.Join(r.notes, "\n"), "\uFFFD")
	if len(text) <= maxNote {
		return text
	}
	end := maxNote - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// apply writes w and keeps keys and sum of the content true.
func (m *mark) apply(tx state.Tx, w Write) error {
	old, err := tx.Get(w.Key)
	there := err == nil
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		return err
	}
	if w.Delete {
		err = tx.Delete(w.Key)
	} else {
		err = tx.Set(w.Key, w.Value)
	}
	if err != nil {
		return err
	}
	if there {
		m.Sum.remove(w.Key, old)
		m.Keys--
	}
	if !w.Delete {
		m.Sum.add(w.Key, w.Value)
		m.Keys++
	}
	return nil
}

// sealed is a record on its way: in the file, and perhaps already in the engine.
type sealed struct {
	frame  []byte
	writes []Write
	mark   mark // after this record
}

// apply writes the record into the engine as it stands in the journal.
func (s *sealed) apply(tx state.Tx) error {
	for _, w := range s.writes {
		var err error
		if w.Delete {
			err = tx.Delete(w.Key)
		} else {
			err = tx.Set(w.Key, w.Value)
		}
		if err != nil {
			return err
		}
	}
	return tx.Set(markKey, s.mark.encode())
}
