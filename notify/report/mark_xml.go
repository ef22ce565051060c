package report

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
)

// tag is one tag of an XML part, by its place in the part's bytes. Marking works on places,
// not on a parsed and rewritten document, so that every byte it has no business with stays.
type tag struct {
	from, to int    // "<" and the byte behind ">"
	name     string // as written, prefix included
	closing  bool   // </row>
	empty    bool   // <row/>
}

// local is the tag's name without its prefix.
func (t tag) local() string { return t.name[strings.IndexByte(t.name, ':')+1:] }

// prefix is the tag's prefix with its colon, or "".
func (t tag) prefix() string { return t.name[:strings.IndexByte(t.name, ':')+1] }

// maxDepth is how deep elements may nest; the deepest of a workbook lie in extension lists.
const maxDepth = 200

var errXML = errors.New("the XML is not well-formed")

// tags walks through the tags of a part. It refuses a document type, which no writer of
// workbooks uses, so that no entity can stand for text it does not see.
type tags struct {
	b    []byte
	at   int
	open []string
}

// next is the next tag and the depth it stands at (1 for the root); ok is false at the end.
func (s *tags) next() (t tag, depth int, ok bool, err error) {
	for {
		i := bytes.IndexByte(s.b[s.at:], '<')
		if i < 0 {
			if len(s.open) > 0 {
				return t, 0, false, errXML
			}
			return t, 0, false, nil
		}
		s.at += i
		rest := s.b[s.at:]
		var end string
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end = "]]>"
		case bytes.HasPrefix(rest, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(rest, []byte("<!")):
			return t, 0, false, errors.New("it has a document type")
		default:
			t, err = s.tag()
			if err != nil {
				return t, 0, false, err
			}
			depth, err = s.nest(t)
			return t, depth, err == nil, err
		}
		j := bytes.Index(rest, []byte(end))
		if j < 0 {
			return t, 0, false, errXML
		}
		s.at += j + len(end)
	}
}

// tag reads the tag that begins at s.at.
func (s *tags) tag() (tag, error) {
	t := tag{from: s.at}
	i := s.at + 1
	if i < len(s.b) && s.b[i] == '/' {
		t.closing = true
		i++
	}
	start := i
	for i < len(s.b) && !strings.ContainsRune(" \t\r\n/>", rune(s.b[i])) {
		i++
	}
	t.name = string(s.b[start:i])
	if t.name == "" {
		return t, errXML
	}
	for quote := byte(0); i < len(s.b); i++ {
		switch c := s.b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return t, errXML
		case c == '>':
			t.empty = s.b[i-1] == '/' && !t.closing
			t.to = i + 1
			s.at = t.to
			return t, nil
		}
	}
	return t, errXML
}

// nest keeps the stack of open elements and gives the tag's depth.
func (s *tags) nest(t tag) (int, error) {
	depth := len(s.open)
	switch {
	case t.closing:
		if depth == 0 || s.open[depth-1] != t.name {
			return 0, errXML
		}
		s.open = s.open[:depth-1]
		return depth, nil
	case depth >= maxDepth:
		return 0, errors.New("its elements are nested too deep")
	case !t.empty:
		s.open = append(s.open, t.name)
	}
	return depth + 1, nil
}

// attr is one attribute of a tag and the place of its value.
type attr struct {
	name     string // as written, prefix included
	value    string // entities resolved
	from, to int    // the value's bytes, quotes not included
}

// attrs lists the attributes of a tag.
func attrs(b []byte, t tag) ([]attr, error) {
	var out []attr
	end := t.to - 1
	if t.empty {
		end--
	}
	i := t.from + 1 + len(t.name)
	for {
		for i < end && isSpace(b[i]) {
			i++
		}
		if i >= end {
			return out, nil
		}
		start := i
		for i < end && b[i] != '=' && !isSpace(b[i]) {
			i++
		}
		a := attr{name: string(b[start:i])}
		for i < end && isSpace(b[i]) {
			i++
		}
		if i >= end || b[i] != '=' {
			return nil, errXML
		}
		for i++; i < end && isSpace(b[i]); i++ {
		}
		if i >= end || b[i] != '"' && b[i] != '\'' {
			return nil, errXML
		}
		n := bytes.IndexByte(b[i+1:end], b[i])
		if n < 0 || a.name == "" {
			return nil, errXML
		}
		a.from, a.to = i+1, i+1+n
		a.value = html.UnescapeString(string(b[a.from:a.to]))
		out = append(out, a)
		i = a.to + 1
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// named finds an attribute by its name as written; nil when the tag has none.
func named(list []attr, name string) *attr {
	i := slices.IndexFunc(list, func(a attr) bool { return a.name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// edit replaces the bytes from..to of a part by text.
type edit struct {
	from, to int
	text     string
}

// setAttr gives an attribute of a tag a value, which must need no escaping.
func setAttr(list []attr, t tag, name, value string) edit {
	if a := named(list, name); a != nil {
		return edit{a.from, a.to, value}
	}
	at := t.from + 1 + len(t.name)
	return edit{at, at, " " + name + `="` + value + `"`}
}

// splice applies the edits. Those at one place are applied in their order.
func splice(b []byte, edits []edit) ([]byte, error) {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	size := len(b)
	for _, e := range edits {
		size += len(e.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		if e.from < at || e.to < e.from || e.to > len(b) {
			return nil, fmt.Errorf("two changes at byte %d", e.from)
		}
		out = append(append(out, b[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, b[at:]...), nil
}
