package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestFramesCarryOneValueAfterTheOther(t *testing.T) {
	var pipe bytes.Buffer
	w := newFrameWriter(&pipe)
	for _, text := range []string{"a", "", strings.Repeat("重大项目", 400_000)} {
		if err := w.write(Job{Name: text, Year: 2026}); err != nil {
			t.Fatal(err)
		}
	}
	r := newFrameReader(&pipe)
	for _, want := range []string{"a", "", strings.Repeat("重大项目", 400_000)} {
		var got Job
		if err := r.read(&got); err != nil || got.Name != want || got.Year != 2026 {
			t.Fatalf("%v, got %d bytes, want %d", err, len(got.Name), len(want))
		}
	}
	if err := r.read(new(Job)); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

// What a worker that was taken over may send: it must be refused before memory is spent.
func TestAFrameThatLiesIsRefused(t *testing.T) {
	var honest bytes.Buffer
	if err := newFrameWriter(&honest).write(Job{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	frame := honest.Bytes()[4:]
	sized := func(n int, body []byte) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(n)), body...) }
	for name, bytesSent := range map[string][]byte{
		"too large":               sized(maxFrame+1, frame),
		"longer than its value":   sized(len(frame)+3, append(bytes.Clone(frame), 0, 0, 0)),
		"shorter than its value":  sized(len(frame)-1, frame),
		"cut":                     sized(len(frame), frame[:len(frame)-1]),
		"empty":                   sized(0, nil),
		"cut in its length":       {0, 0, 1},
		"a value of another type": sized(len(frame), bytes.Repeat([]byte{0x7f}, len(frame))),
	} {
		if err := newFrameReader(bytes.NewReader(bytesSent)).read(new(Job)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
