package ingest

import (
	"bufio"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// The daemon and its worker talk in frames: four bytes of length, then one gob. The length
// lets the reader refuse what is too large before anything is allocated for it. All frames
// of one direction are one gob stream, so that the types are described once and not with
// every mail. The bytes of mails and files go as frames of their own, past the codec, whose
// buffers would hold tens of megabytes three times over.

const maxFrame = 192 << 20 // bytes of one question or answer on the pipe

// frameWriter writes frames. After an error it is of no more use.
type frameWriter struct {
	out   io.Writer
	frame frameBuffer
	gob   *gob.Encoder
}

func newFrameWriter(out io.Writer) *frameWriter {
	w := &frameWriter{out: out}
	w.gob = gob.NewEncoder(&w.frame)
	return w
}

func (w *frameWriter) write(v any) error {
	w.frame = append(w.frame[:0], 0, 0, 0, 0)
	if err := w.gob.Encode(v); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	binary.BigEndian.PutUint32(w.frame, uint32(len(w.frame)-4))
	if _, err := w.out.Write(w.frame); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	if cap(w.frame) > keptFrame {
		w.frame = nil
	}
	return nil
}

// writeRaw writes bytes as a frame of their own.
func (w *frameWriter) writeRaw(data []byte) error {
	if len(data) > maxFrame {
		return errors.New("write frame: the frame is too large")
	}
	if _, err := w.out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data)))); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	if _, err := w.out.Write(data); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

// keptFrame is how large a frame's memory is kept for the next one, in bytes.
const keptFrame = 1 << 20

type frameBuffer []byte

func (b *frameBuffer) Write(p []byte) (int, error) {
	if len(*b)+len(p) > maxFrame {
		return 0, errors.New("the frame is too large")
	}
	*b = append(*b, p...)
	return len(p), nil
}

// frameReader reads frames. After an error it is of no more use.
type frameReader struct {
	in   *bufio.Reader
	left int // bytes of the frame not read yet
	gob  *gob.Decoder
}

func newFrameReader(in io.Reader) *frameReader {
	r := &frameReader{in: bufio.NewReaderSize(in, 64<<10)}
	r.gob = gob.NewDecoder(r)
	return r
}

// read fills v from the next frame. io.EOF between frames is the end, not a fault.
func (r *frameReader) read(v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return fmt.Errorf("read frame: %d bytes are too many", n)
	}
	r.left = int(n)
	if err := r.gob.Decode(v); err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	if r.left > 0 {
		return fmt.Errorf("read frame: %d bytes are left over", r.left)
	}
	return nil
}

// readRaw reads a frame of bytes, at most limit of them.
func (r *frameReader) readRaw(limit int) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if int64(n) > int64(limit) {
		return nil, fmt.Errorf("read frame: %d bytes are too many", n)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r.in, data); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	return data, nil
}

// Read gives the gob decoder bytes of this frame only.
func (r *frameReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := r.in.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// ReadByte spares the decoder a buffer of its own, which would read ahead.
func (r *frameReader) ReadByte() (byte, error) {
	if r.left == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	b, err := r.in.ReadByte()
	if err == nil {
		r.left--
	}
	return b, err
}
