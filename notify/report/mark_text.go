package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

// utf8Text turns a part into UTF-8. A part in another encoding loses the encoding its
// declaration names and nothing else.
func utf8Text(b []byte) ([]byte, error) {
	if bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) {
		if !utf8.Valid(b) {
			return nil, errXML
		}
		return b, nil
	}
	enc, err := encodingOf(b)
	if err != nil {
		return nil, err
	}
	if enc == nil {
		if !utf8.Valid(b) {
			return nil, errors.New("it is not UTF-8")
		}
		return b, nil
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil, errors.New("its bytes are not of the encoding it declares")
	}
	out = bytes.TrimPrefix(out, []byte("\uFEFF"))
	decl, rest, ok := bytes.Cut(out, []byte("?>"))
	if !ok || !bytes.HasPrefix(decl, []byte("<?xml")) {
		return out, nil
	}
	decl = declaredEncoding.ReplaceAll(decl, nil)
	return append(append(append([]byte{}, decl...), "?>"...), rest...), nil
}

var declaredEncoding = regexp.MustCompile(`\s+encoding\s*=\s*("[^"]*"|'[^']*')`)

// encodingOf finds the encoding of a part from its first bytes; nil is UTF-8.
func encodingOf(b []byte) (encoding.Encoding, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("<\x00")):
		return utf16.UTF16(utf16.LittleEndian, utf16.UseBOM), nil
	case bytes.HasPrefix(b, []byte("\xFE\xFF")), bytes.HasPrefix(b, []byte("\x00<")):
		return utf16.UTF16(utf16.BigEndian, utf16.UseBOM), nil
	case !bytes.HasPrefix(b, []byte("<?xml")):
		return nil, nil
	}
	decl, _, _ := bytes.Cut(b[:min(len(b), 256)], []byte("?>"))
	name := declaredEncoding.FindSubmatch(decl)
	if name == nil {
		return nil, nil
	}
	switch label := strings.ToLower(strings.Trim(string(name[1]), `"'`)); label {
	case "utf-8", "utf8", "utf-16", "us-ascii", "ascii": // UTF-16 in single bytes is a slip of the writer
		return nil, nil
	case "gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb_2312-80":
		return simplifiedchinese.GB18030, nil
	case "big5":
		return traditionalchinese.Big5, nil
	case "iso-8859-1", "windows-1252":
		return charmap.Windows1252, nil
	default:
		return nil, fmt.Errorf("its encoding %.20q is unknown", label)
	}
}

// escaped is _x0041_, the way spreadsheets write a character that XML cannot hold. In a
// foreign text it would turn into that character, invisible ones included.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// plainText makes a foreign text fit to stand in a cell or comment as nothing but text: no
// control characters, nothing that turns the direction of writing or hides, at most limit
// characters. Line breaks stay.
func plainText(s string, limit int) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp), r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit]) + "……"
	}
	return s
}

// inXML is a text as it stands between tags or in a quoted attribute.
func inXML(s string) string {
	s = escaped.ReplaceAllStringFunc(s, func(e string) string { return "_x005F" + e })
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
