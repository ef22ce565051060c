package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// budget bounds how many bytes may come out of compression, over all parts of an attachment.
type budget struct{ left int64 }

// limit reads src against the budget. Sizes declared in a container are never believed.
func (b *budget) limit(src io.Reader) io.Reader { return &limited{src, b} }

type limited struct {
	src io.Reader
	*budget
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.src.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, refuse(ReasonTooLarge, "inflates beyond the limit")
	}
	return n, err
}

// fill reads more of the part behind the bytes not yet taken, and proves them legal characters.
func (s *xmlScanner) fill() error {
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.checked -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return refuse(ReasonTooLarge, "xml: one token beyond the limit")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for idle := 0; ; idle++ {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
			return s.check()
		}
		if err != nil {
			return partFault(err)
		}
		if n > 0 {
			return s.check()
		}
		if idle > 100 {
			return partFault(io.ErrNoProgress)
		}
	}
}

// partFault makes a refusal of whatever stopped the reading of a part: a checksum, a broken stream, the budget.
func partFault(err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return refuse(ReasonDamaged, "reading a part: "+err.Error())
}

// check proves the new bytes: UTF-8, and no control characters.
func (s *xmlScanner) check() error {
	b := s.buf[s.checked:s.end]
	ascii := true
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return damagedXML("a control character")
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii {
		whole := len(b)
		if !s.eof { // a character may be cut by the buffer's end; it is checked with the next bytes
			for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
				if c := b[len(b)-i]; utf8.RuneStart(c) {
					if !utf8.FullRune(b[len(b)-i:]) {
						whole = len(b) - i
					}
					break
				}
			}
		}
		b = b[:whole]
		if !utf8.Valid(b) {
			return damagedXML("bytes that are not UTF-8")
		}
		if s.foreign && bytes.Contains(b, []byte("\uFFFD")) {
			return damagedXML("bytes outside the declared character set")
		}
		if bytes.Contains(b, []byte("\uFFFE")) || bytes.Contains(b, []byte("\uFFFF")) {
			return damagedXML("a character that is none")
		}
	}
	s.checked += len(b)
	return nil
}

// decode finds out the encoding from the first bytes and sets up the conversion to UTF-8.
func (s *xmlScanner) decode() error {
	head := make([]byte, 256)
	n, err := io.ReadFull(s.src, head)
	rest := s.src
	switch {
	case err == nil:
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		rest = strings.NewReader("")
	default:
		return partFault(err)
	}
	head = head[:n]
	var enc encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<")):
		enc = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		if enc, err = declared(head); err != nil {
			return err
		}
	}
	if enc == nil {
		s.end = copy(s.buf, head)
		s.src = rest
		return s.check()
	}
	s.foreign = true
	s.src = enc.NewDecoder().Reader(io.MultiReader(bytes.NewReader(head), rest))
	return nil
}

// declared is the encoding an XML declaration names; nil is UTF-8, and so is UTF-16 in a declaration written in single bytes.
func declared(head []byte) (encoding.Encoding, error) {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return nil, nil
	}
	decl, _, _ := bytes.Cut(head, []byte("?>"))
	_, after, ok := bytes.Cut(decl, []byte("encoding"))
	after = bytes.TrimLeft(after, "= \t\r\n")
	if !ok || len(after) < 2 {
		return nil, nil
	}
	name, _, _ := bytes.Cut(after[1:], after[:1])
	switch strings.ToLower(string(name)) {
	case "utf-8", "utf8", "utf-16", "us-ascii", "ascii":
		return nil, nil
	case "gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb_2312-80":
		return simplifiedchinese.GB18030, nil
	case "big5":
		return traditionalchinese.Big5, nil
	case "iso-8859-1", "windows-1252":
		return charmap.Windows1252, nil
	}
	return nil, damagedXML("an unknown character set")
}
