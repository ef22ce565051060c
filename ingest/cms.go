package ingest

import (
	"bytes"
)

// The object identifier of signed-data (RFC 5652 5.1), as BER writes it.
var oidSignedData = []byte{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02}

// The tags of the few structures that are walked.
const (
	berOctets   = 0x04
	berOID      = 0x06
	berSequence = 0x30
	berContext0 = 0xA0 // [0] EXPLICIT
	berBuilt    = 0x20 // the bit of a constructed encoding
	maxBERDepth = 12
)

// signedContent is the mail inside an S/MIME signed-data blob (RFC 8551 3.5.2). ok is false
// for anything else, an encrypted one first of all. BER is read, not only DER: programs that
// sign as a stream write lengths they do not know yet as indefinite and cut the content.
func signedContent(data []byte) (content []byte, ok bool) {
	info, ok := berInside(data, berSequence)
	if !ok {
		return nil, false
	}
	kind, rest, ok := readBER(info, 0)
	if !ok || kind.tag != berOID || !bytes.Equal(kind.content, oidSignedData) {
		return nil, false
	}
	signed, ok := berInside(rest, berContext0, berSequence)
	if !ok {
		return nil, false
	}
	for range 2 { // the version and the digests
		if _, signed, ok = readBER(signed, 0); !ok {
			return nil, false
		}
	}
	encap, ok := berInside(signed, berSequence)
	if !ok {
		return nil, false
	}
	if _, encap, ok = readBER(encap, 0); !ok { // the content's type
		return nil, false
	}
	wrapped, ok := berInside(encap, berContext0)
	if !ok {
		return nil, false
	}
	octets, _, ok := readBER(wrapped, 0)
	if !ok {
		return nil, false
	}
	return octets.octets(nil, 0)
}

// berElement is one element; its content shares the memory of what it was read from.
type berElement struct {
	tag     byte // with class and form
	content []byte
}

// berInside opens elements of the tags given, each the first within the one before.
func berInside(b []byte, tags ...byte) ([]byte, bool) {
	for _, tag := range tags {
		e, _, ok := readBER(b, 0)
		if !ok || e.tag != tag {
			return nil, false
		}
		b = e.content
	}
	return b, true
}

// readBER reads the element at the start of b, and what stands behind it. An element whose
// length says more than there is, is none.
func readBER(b []byte, depth int) (e berElement, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1F == 0x1F || depth > maxBERDepth {
		return berElement{}, nil, false
	}
	e.tag = b[0]
	size, b := int(b[1]), b[2:]
	switch {
	case size == 0x80:
		return endless(e, b, depth)
	case size > 0x84:
		return berElement{}, nil, false
	case size > 0x80:
		count := size - 0x80
		if len(b) < count {
			return berElement{}, nil, false
		}
		size = 0
		for _, c := range b[:count] {
			size = size<<8 | int(c)
		}
		b = b[count:]
	}
	if size > len(b) {
		return berElement{}, nil, false
	}
	e.content = b[:size]
	return e, b[size:], true
}

// endless reads an element that ends where its last child does, with two zero bytes.
func endless(e berElement, b []byte, depth int) (berElement, []byte, bool) {
	if e.tag&berBuilt == 0 {
		return berElement{}, nil, false
	}
	for rest := b; ; {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			e.content = b[:len(b)-len(rest)]
			return e, rest[2:], true
		}
		var ok bool
		if _, rest, ok = readBER(rest, depth+1); !ok {
			return berElement{}, nil, false
		}
	}
}

// octets appends the bytes of an octet string, which may be made of pieces.
func (e berElement) octets(to []byte, depth int) ([]byte, bool) {
	switch {
	case e.tag == berOctets:
		return append(to, e.content...), true
	case e.tag != berOctets|berBuilt || depth > maxBERDepth:
		return nil, false
	}
	for rest := e.content; len(rest) > 0; {
		var piece berElement
		var ok bool
		if piece, rest, ok = readBER(rest, 0); !ok {
			return nil, false
		}
		if to, ok = piece.octets(to, depth+1); !ok {
			return nil, false
		}
	}
	return to, true
}
