package sheet

import (
	"bytes"
	"errors"
	"io"
)

// Bounds of one XML part.
const (
	maxToken = 4 << 20 // bytes of one tag or one run of text
	maxDepth = 64      // open elements
	maxAttrs = 128     // attributes of one element
)

// xmlTok is what xmlScanner.next found.
type xmlTok uint8

const (
	tokStart xmlTok = iota + 1 // local, own and attrs are set; an empty element is followed by its tokEnd
	tokEnd                     // local and own are set
	tokText                    // text is set
	tokEOF                     // the part is whole and well-formed
)

// xmlAttr is an attribute with its name as written and its value with the references replaced.
type xmlAttr struct{ name, value []byte }

// xmlScanner reads one XML part as a stream and proves it well-formed to its last byte: whoever gets tokEOF has seen everything
// the sender stored. It refuses any document type declaration, so there are no entities but the five of XML and characters by
// number. It exists because encoding/xml takes ten times as long on sheets, and because the libraries that skip such proof
// return a cut sheet as a short one. Slices it hands out are valid until the next call.
type xmlScanner struct {
	src      io.Reader
	buf      []byte
	pos, end int  // unread bytes are buf[pos:end]
	checked  int  // buf[:checked] is known to be legal UTF-8
	eof      bool // src is at its end, its checksum verified
	foreign  bool // src was converted to UTF-8, so U+FFFD means bytes that were none

	open  []byte // names of the open elements, one after another
	marks []int  // where each begins in open
	begun bool   // the root element was opened
	first bool   // nothing was read yet, so an XML declaration may come
	empty bool   // the element just opened ends at once

	prefix  []byte // of the root element, with its colon
	local   []byte
	own     bool // the element carries the root's prefix
	attrs   []xmlAttr
	text    []byte
	scratch []byte // what references were replaced into
}

// reset starts a new part. The bytes decide about the encoding before the declaration does.
func (s *xmlScanner) reset(src io.Reader) error {
	if s.buf == nil {
		s.buf = make([]byte, 32<<10)
	}
	*s = xmlScanner{
		src: src, buf: s.buf, open: s.open[:0], marks: s.marks[:0], prefix: s.prefix[:0],
		attrs: s.attrs[:0], scratch: s.scratch[:0], first: true,
	}
	return s.decode()
}

// damagedXML words a fault in the markup.
func damagedXML(what string) error { return refuse(ReasonDamaged, "xml: "+what) }

// errMore tells that a token goes on beyond the buffer.
var errMore = errors.New("token goes on")

// next finds the next token. Comments and processing instructions are passed over.
func (s *xmlScanner) next() (xmlTok, error) {
	if s.empty {
		s.empty = false
		s.pop()
		return tokEnd, nil
	}
	for {
		tok, n, err := s.token()
		if errors.Is(err, errMore) {
			if s.eof {
				return 0, damagedXML("the part ends inside a tag")
			}
			if err := s.fill(); err != nil {
				return 0, err
			}
			continue
		}
		if err != nil {
			return 0, err
		}
		s.pos += n
		s.first = false
		if tok != 0 {
			return tok, nil
		}
	}
}

// token reads the token at pos and tells its length; 0 stands for one to pass over.
func (s *xmlScanner) token() (xmlTok, int, error) {
	b := s.buf[s.pos:s.end]
	if len(b) == 0 {
		if !s.eof {
			return 0, 0, errMore
		}
		if !s.begun || len(s.marks) > 0 {
			return 0, 0, damagedXML("the part ends early")
		}
		return tokEOF, 0, nil
	}
	if b[0] != '<' {
		n := bytes.IndexByte(b, '<')
		if n < 0 {
			if !s.eof {
				return 0, 0, errMore
			}
			n = len(b)
		}
		return s.chars(b[:n], n)
	}
	if len(b) < 2 {
		return 0, 0, errMore
	}
	switch b[1] {
	case '/':
		return s.endTag(b)
	case '?':
		return s.instruction(b)
	case '!':
		return s.bang(b)
	}
	return s.startTag(b)
}

// chars takes a run of text up to the next tag.
func (s *xmlScanner) chars(b []byte, n int) (xmlTok, int, error) {
	if len(s.marks) == 0 {
		if len(bytes.Trim(b, " \t\r\n")) > 0 {
			return 0, 0, damagedXML("text outside the root element")
		}
		return 0, n, nil
	}
	if bytes.Contains(b, []byte("]]>")) {
		return 0, 0, damagedXML("]]> in text")
	}
	s.scratch = s.scratch[:0]
	text, err := s.resolve(b)
	s.text = text
	return tokText, n, err
}

// bang takes a comment or a CDATA section, and refuses everything else that begins with "<!".
func (s *xmlScanner) bang(b []byte) (xmlTok, int, error) {
	const comment, cdata = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		n := bytes.Index(b[len(comment):], []byte("--"))
		if n < 0 || len(comment)+n+2 >= len(b) {
			return 0, 0, errMore
		}
		if b[len(comment)+n+2] != '>' {
			return 0, 0, damagedXML("-- in a comment")
		}
		return 0, len(comment) + n + 3, nil
	case bytes.HasPrefix(b, []byte(cdata)):
		n := bytes.Index(b, []byte("]]>"))
		if n < 0 {
			return 0, 0, errMore
		}
		if len(s.marks) == 0 {
			return 0, 0, damagedXML("text outside the root element")
		}
		s.text = b[len(cdata):n]
		return tokText, n + 3, nil
	case len(b) < len(cdata) && (bytes.HasPrefix([]byte(comment), b) || bytes.HasPrefix([]byte(cdata), b)):
		return 0, 0, errMore
	}
	return 0, 0, damagedXML("a document type or entity declaration")
}

// instruction passes over a processing instruction; the XML declaration stands only at the very beginning.
func (s *xmlScanner) instruction(b []byte) (xmlTok, int, error) {
	n := bytes.Index(b[2:], []byte("?>")) // "<?>" does not end with the mark it begins with
	if n < 0 {
		return 0, 0, errMore
	}
	n += 2
	name := nameLen(b[2:n])
	if name == 0 {
		return 0, 0, damagedXML("an instruction without a name")
	}
	if bytes.EqualFold(b[2:2+name], []byte("xml")) && !s.first {
		return 0, 0, damagedXML("a second declaration")
	}
	return 0, n + 2, nil
}

// endTag closes the innermost element, whose name it must repeat.
func (s *xmlScanner) endTag(b []byte) (xmlTok, int, error) {
	n := bytes.IndexByte(b, '>')
	if n < 0 {
		return 0, 0, errMore
	}
	name := bytes.TrimRight(b[2:n], " \t\r\n")
	if len(s.marks) == 0 || !bytes.Equal(name, s.open[s.marks[len(s.marks)-1]:]) {
		return 0, 0, damagedXML("a closing tag that closes nothing")
	}
	s.pop()
	return tokEnd, n + 1, nil
}

// pop takes the innermost element off and makes it the current one.
func (s *xmlScanner) pop() {
	last := len(s.marks) - 1
	s.setName(s.open[s.marks[last]:])
	s.open = s.open[:s.marks[last]]
	s.marks = s.marks[:last]
}

// setName splits the name of the current element.
func (s *xmlScanner) setName(name []byte) {
	colon := bytes.IndexByte(name, ':') + 1
	s.local = name[colon:]
	s.own = bytes.Equal(name[:colon], s.prefix)
}

// push opens an element.
func (s *xmlScanner) push(name []byte) error {
	if len(s.marks) == 0 {
		if s.begun {
			return damagedXML("a second root element")
		}
		s.begun = true
		s.prefix = append(s.prefix[:0], name[:bytes.IndexByte(name, ':')+1]...)
	}
	if len(s.marks) == maxDepth {
		return refuse(ReasonTooLarge, "xml: elements nested too deep")
	}
	s.marks = append(s.marks, len(s.open))
	s.open = append(s.open, name...)
	s.setName(s.open[s.marks[len(s.marks)-1]:])
	return nil
}

// skip passes over the rest of the element just opened.
func (s *xmlScanner) skip() error {
	for depth := 1; depth > 0; {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokStart:
			depth++
		case tokEnd:
			depth--
		}
	}
	return nil
}

// finish proves the rest of the part.
func (s *xmlScanner) finish() error {
	for {
		if tok, err := s.next(); err != nil || tok == tokEOF {
			return err
		}
	}
}
