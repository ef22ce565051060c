package ingest

import (
	"bytes"
	"strings"
)

// partSplit walks the parts of a multipart body without copying.
type partSplit struct {
	body    []byte // behind the first boundary
	mark    []byte // "--boundary"
	found   bool   // there is at least one part
	closed  bool   // the closing boundary is there
	guessed bool   // the boundary is not the declared one
	done    bool
}

// splitParts finds the first boundary. When the declared one is not in the body, or none was
// declared, the first line that looks like one and is followed by a part's header is taken.
func splitParts(body []byte, boundary string) partSplit {
	s := partSplit{}
	if boundary != "" {
		s.mark = []byte("--" + boundary)
		if _, after, _, ok := findMark(body, s.mark); ok {
			s.body, s.found = after, true
		}
	}
	if !s.found {
		s.mark = guessMark(body)
		if s.mark == nil {
			return s
		}
		_, after, _, ok := findMark(body, s.mark)
		s.body, s.found, s.guessed = after, ok, true
	}
	s.closed = hasClose(s.body, s.mark)
	return s
}

// next is the next part; last is set when no boundary but the closing one, or none, follows.
func (s *partSplit) next() (chunk []byte, last, ok bool) {
	if s.done {
		return nil, false, false
	}
	before, after, closing, found := findMark(s.body, s.mark)
	if !found {
		s.done = true
		return s.body, true, len(bytes.TrimSpace(s.body)) > 0
	}
	s.body, s.done = after, closing
	return before, closing, true
}

// findMark finds the next line that is mark, or mark with "--". before is what precedes it,
// without the line end that belongs to the boundary.
func findMark(b, mark []byte) (before, after []byte, closing, ok bool) {
	for at := 0; at < len(b); {
		i := bytes.Index(b[at:], mark)
		if i < 0 {
			break
		}
		at += i
		line, rest, _ := bytes.Cut(b[at+len(mark):], []byte("\n"))
		tail := bytes.TrimRight(line, " \t\r")
		if (at == 0 || b[at-1] == '\n') && (len(tail) == 0 || string(tail) == "--") {
			before = bytes.TrimSuffix(b[:at], []byte("\n"))
			before = bytes.TrimSuffix(before, []byte("\r"))
			return before, rest, len(tail) > 0, true
		}
		at += len(mark)
	}
	return nil, nil, false, false
}

func hasClose(b, mark []byte) bool {
	for len(b) > 0 {
		_, after, closing, ok := findMark(b, mark)
		if !ok {
			return false
		}
		if closing {
			return true
		}
		b = after
	}
	return false
}

// guessMark finds a line that begins with "--" and is followed by a Content- field.
func guessMark(body []byte) []byte {
	for rest := body; len(rest) > 0; {
		line, after := cutLine(rest)
		if bytes.HasPrefix(line, []byte("--")) && len(bytes.TrimSpace(line)) > 2 && len(line) < 200 {
			next, _ := cutLine(after)
			if name, _, ok := splitField(next); ok && strings.HasPrefix(name, "content-") {
				return bytes.TrimRight(line, " \t")
			}
		}
		rest = after
	}
	return nil
}
