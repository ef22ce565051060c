package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// startTag opens an element and reads its attributes.
func (s *xmlScanner) startTag(b []byte) (xmlTok, int, error) {
	n := nameLen(b[1:])
	if n+1 == len(b) {
		return 0, 0, errMore
	}
	if n == 0 {
		return 0, 0, damagedXML("< that opens nothing")
	}
	name := b[1 : 1+n]
	s.attrs, s.scratch = s.attrs[:0], s.scratch[:0]
	i := 1 + n
	for {
		at := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, 0, errMore
		}
		if b[i] == '>' {
			return tokStart, i + 1, s.push(name)
		}
		if b[i] == '/' {
			if i+1 == len(b) {
				return 0, 0, errMore
			}
			if b[i+1] != '>' {
				return 0, 0, damagedXML("a stray slash in a tag")
			}
			s.empty = true
			return tokStart, i + 2, s.push(name)
		}
		if at == i {
			return 0, 0, damagedXML("attributes run together")
		}
		var err error
		if i, err = s.attribute(b, i); err != nil {
			return 0, 0, err
		}
	}
}

// attribute reads name="value" at i and tells where it ends.
func (s *xmlScanner) attribute(b []byte, i int) (int, error) {
	n := nameLen(b[i:])
	if n == 0 {
		return 0, damagedXML("an attribute without a name")
	}
	name := b[i : i+n]
	i += n
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	if i < len(b) && b[i] != '=' {
		return 0, damagedXML("an attribute without a value")
	}
	for i++; i < len(b) && isSpace(b[i]); i++ {
	}
	if i >= len(b) {
		return 0, errMore
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, damagedXML("an attribute value without quotes")
	}
	i++
	n = bytes.IndexByte(b[i:], quote)
	if n < 0 {
		return 0, errMore
	}
	raw := b[i : i+n]
	if bytes.IndexByte(raw, '<') >= 0 {
		return 0, damagedXML("< in an attribute value")
	}
	for _, a := range s.attrs {
		if bytes.Equal(a.name, name) {
			return 0, damagedXML("an attribute given twice")
		}
	}
	if len(s.attrs) == maxAttrs {
		return 0, damagedXML("too many attributes")
	}
	value, err := s.resolve(raw)
	s.attrs = append(s.attrs, xmlAttr{name, value})
	return i + n + 1, err
}

// attr is the value of an attribute by its local name; nil when it is absent. An unprefixed attribute wins over a prefixed one.
func (s *xmlScanner) attr(name string) []byte {
	var found []byte
	for i := range s.attrs {
		a := &s.attrs[i]
		if string(a.name) == name {
			return nonNil(a.value)
		}
		if colon := bytes.IndexByte(a.name, ':'); colon >= 0 && string(a.name[colon+1:]) == name {
			found = nonNil(a.value)
		}
	}
	return found
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// on reads a switch: "1" and "true" are on; absent is given.
func (s *xmlScanner) on(name string, absent bool) bool {
	v := s.attr(name)
	if v == nil {
		return absent
	}
	return string(v) == "1" || string(v) == "true" || string(v) == "on"
}

// resolve replaces references and line ends. Without any it returns b itself.
func (s *xmlScanner) resolve(b []byte) ([]byte, error) {
	if bytes.IndexByte(b, '&') < 0 && bytes.IndexByte(b, '\r') < 0 {
		return b, nil
	}
	start := len(s.scratch)
	out := s.scratch
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\r':
			if i+1 == len(b) || b[i+1] != '\n' {
				out = append(out, '\n')
			}
		case '&':
			n := bytes.IndexByte(b[i:], ';')
			if n < 0 {
				return nil, damagedXML("& that refers to nothing")
			}
			r, ok := reference(b[i+1 : i+n])
			if !ok {
				return nil, damagedXML("an unknown entity")
			}
			out = utf8.AppendRune(out, r)
			i += n
		default:
			out = append(out, b[i])
		}
	}
	s.scratch = out
	return out[start:len(out):len(out)], nil
}

// reference is the character a reference stands for.
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || len(name) > 10 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	r := rune(n)
	legal := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF
	return r, err == nil && n <= utf8.MaxRune && utf8.ValidRune(r) && legal
}

// nameLen is the length of the XML name at the start of b.
func nameLen(b []byte) int {
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':', c >= 0x80:
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(b)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
