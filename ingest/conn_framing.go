package ingest

import (
	"bytes"
	"math"
)

// The library parses lists recursively, without a bound, and wraps an error once a level: five
// million opening brackets overflow its stack and end the process, sixty thousand keep it busy
// for minutes. Neither may reach it. What duban asks for nests two deep.
const (
	maxLine   = 64 << 10 // bytes of a protocol line, outside literals
	maxNested = 30       // brackets open at once
)

// framing follows an IMAP server's byte stream just closely enough to tell lines from
// literals. It sees every byte before the library does.
type framing struct {
	maxLiteral int64
	literal    int64  // bytes of the current literal still to come
	line       int    // bytes of the current line so far, across its literals
	tail       []byte // the last bytes of the current line, where "{123}" would stand
	head       []byte // the first bytes of the current line, where the response type stands
	caps       bool   // inside a capability list
	depth      int    // brackets open on the current line
}

const (
	framingHead = 48
	framingTail = 32
)

// check advances over p and reports the first thing the library could not survive.
func (f *framing) check(p []byte) error {
	for len(p) > 0 {
		if f.literal > 0 {
			n := min(f.literal, int64(len(p)))
			f.literal -= n
			p = p[n:]
			continue
		}
		c := p[0]
		p = p[1:]
		if c == '\n' {
			if err := f.endLine(); err != nil {
				return err
			}
			continue
		}
		if f.line++; f.line > maxLine {
			return errLongLine
		}
		if len(f.head) < framingHead {
			f.head = append(f.head, upper(c))
			f.caps = f.caps || opensCapabilities(f.head)
		}
		switch {
		case c == '(' && f.caps:
			return errBadCapability
		case c == '(':
			if f.depth++; f.depth > maxNested {
				return errDeepList
			}
		case c == ')' && f.depth > 0:
			f.depth--
		}
		f.caps = f.caps && c != ']'
		if len(f.tail) == framingTail {
			copy(f.tail, f.tail[1:])
			f.tail = f.tail[:framingTail-1]
		}
		f.tail = append(f.tail, c)
	}
	return nil
}

// endLine decides whether the line goes on after a literal.
func (f *framing) endLine() error {
	size, ok := literalSize(f.tail)
	f.tail = f.tail[:0]
	if ok && size > f.maxLiteral {
		return errHugeLiteral
	}
	if ok {
		f.literal = size
		return nil
	}
	f.line, f.head, f.caps, f.depth = 0, f.head[:0], false, 0
	return nil
}

// literalSize reads the "{123}" or "{123+}" that ends a line before its CR. A number of more
// than 18 digits is huge.
func literalSize(tail []byte) (size int64, ok bool) {
	tail = bytes.TrimSuffix(tail, []byte("\r"))
	digits, ok := bytes.CutSuffix(tail, []byte("}"))
	if !ok {
		return 0, false
	}
	digits = bytes.TrimSuffix(digits, []byte("+"))
	rest := bytes.TrimRight(digits, "0123456789")
	digits = digits[len(rest):]
	if len(digits) > 18 {
		return math.MaxInt64, true
	}
	if len(digits) == 0 || !bytes.HasSuffix(rest, []byte("{")) {
		return 0, false
	}
	for _, d := range digits {
		size = size*10 + int64(d-'0')
	}
	return size, true
}

// opensCapabilities recognises the start of a capability list. A bracket inside one makes the
// library loop at full speed for ever, even on a closed connection.
func opensCapabilities(head []byte) bool {
	switch string(head) {
	case "* CAPABILITY", "* ENABLED":
		return true
	}
	return bytes.HasSuffix(head, []byte("[CAPABILITY"))
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
