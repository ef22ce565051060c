package journal

import (
	"bytes"
	"context"
	"os"

	"duban/state"
)

// A replay commits many records at once, within these bounds, since every commit is a
// sync. A record larger than that goes alone; it has fitted into one commit before.
const (
	replayWrites = 4000
	replayBytes  = 512 << 10
)

// batch gathers records on their way into the engine.
type batch struct {
	writes  []Write
	bytes   int
	records int
	upTo    place // the last record gathered
}

// replay brings the engine from the record of m to the end of the journal and keeps m in
// step. A crash between two commits leaves an engine that is behind, as before.
func replay(kv state.KV, f *os.File, m *mark) (records int, err error) {
	var b batch
	_, _, err = walk(f, m.place, func(e Entry, at place) error {
		size := 0
		for _, w := range e.Writes {
			size += len(w.Key) + len(w.Value)
		}
		if b.records > 0 && (len(b.writes)+len(e.Writes) > replayWrites || b.bytes+size > replayBytes) {
			if err := b.commit(kv, m); err != nil {
				return err
			}
		}
		for _, w := range e.Writes {
			w.Value = bytes.Clone(w.Value) // the reader's buffer goes on
			b.writes = append(b.writes, w)
		}
		b.bytes += size
		b.records++
		b.upTo = at
		records++
		return nil
	})
	if err != nil {
		return records, err
	}
	return records, b.commit(kv, m)
}

// commit applies what was gathered and begins anew.
func (b *batch) commit(kv state.KV, m *mark) error {
	if b.records == 0 {
		return nil
	}
	var next mark
	err := kv.Update(context.Background(), func(tx state.Tx) error {
		next = *m
		for _, w := range b.writes {
			if err := next.apply(tx, w); err != nil {
				return err
			}
		}
		next.Seq, next.Hash, next.Time = b.upTo.Seq, b.upTo.Hash, b.upTo.Time
		next.start, next.end = b.upTo.start, b.upTo.end
		return tx.Set(markKey, next.encode())
	})
	if err != nil {
		return err
	}
	*m, *b = next, batch{writes: b.writes[:0]}
	return nil
}
