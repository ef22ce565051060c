package blobs

import (
	"crypto/rand"
	"fmt"
	"testing"
)

// BenchmarkPut: one mail of 13 KB alone, and packs of 50; the figure is per mail.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1, 50} {
		b.Run(fmt.Sprintf("pack=%d", size), func(b *testing.B) {
			s, err := Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			mails := make([][]byte, size)
			for b.Loop() {
				for i := range mails {
					mails[i] = make([]byte, 13<<10)
					rand.Read(mails[i])
				}
				if _, err := s.PutAll(mails); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/mail")
		})
	}
}
