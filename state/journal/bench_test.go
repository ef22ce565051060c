package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"duban/state"
)

// BenchmarkSyncedCommit compares one durable write of 1 KB: the disk alone, badger alone,
// and badger behind the journal. Run it with -benchtime=2s on a quiet machine.
func BenchmarkSyncedCommit(b *testing.B) {
	value := make([]byte, 1<<10)
	commit := func(b *testing.B, kv state.KV, err error) {
		if err != nil {
			b.Fatal(err)
		}
		i := 0
		for b.Loop() {
			i++
			if err := kv.Update(b.Context(), func(tx state.Tx) error { return tx.Set(fmt.Sprintf("k/%09d", i), value) }); err != nil {
				b.Fatal(err)
			}
		}
		if err := kv.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("fdatasync", func(b *testing.B) {
		f, err := os.OpenFile(filepath.Join(b.TempDir(), "floor"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			_, err := f.Write(value)
			if err := errors.Join(err, diskFile{f}.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("badger", func(b *testing.B) {
		kv, err := inBadger(b.TempDir())
		commit(b, kv, err)
	})
	b.Run("journal+badger", func(b *testing.B) {
		j, _, err := office{b.TempDir()}.open()
		commit(b, j, err)
	})
}

// BenchmarkOpen opens offices of different sizes (values of 200 bytes) after an ordinary
// Close, after a kill, and without their engine.
func BenchmarkOpen(b *testing.B) {
	for _, keys := range []int{1_000, 100_000, 1_000_000} {
		if testing.Short() && keys > 1_000 {
			break
		}
		o := office{b.TempDir()}
		grow(b, o, keys)
		b.Run(fmt.Sprintf("keys=%d/closed", keys), func(b *testing.B) {
			for b.Loop() {
				j, report, err := o.open()
				if err != nil || report.Replayed != 0 {
					b.Fatal(report, err)
				}
				b.StopTimer()
				if err := j.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
		b.Run(fmt.Sprintf("keys=%d/rebuilt", keys), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if err := os.RemoveAll(o.engine()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				j, report, err := o.open()
				if err != nil || !report.Rebuilt {
					b.Fatal(report, err)
				}
				b.StopTimer()
				if err := j.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// grow writes so many keys, a thousand an update.
func grow(b *testing.B, o office, keys int) {
	b.Helper()
	j, _, err := o.open()
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < keys; i += 1000 {
		err := j.Update(context.Background(), func(tx state.Tx) error {
			var err error
			for k := i; k < i+1000 && err == nil; k++ {
				err = tx.Set(fmt.Sprintf("rep/%09d", k), fmt.Appendf(nil, "%0200d", k))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkIdleMemory reports the heap an open office of 10,000 keys keeps.
func BenchmarkIdleMemory(b *testing.B) {
	o := office{b.TempDir()}
	grow(b, o, 10_000)
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		j, _, err := o.open()
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(after.HeapInuse-before.HeapInuse)/1e6, "MB-heap")
}
