package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	unicode16 "golang.org/x/text/encoding/unicode"
)

// gbLabels are the names under which Chinese mail declares what is in truth GB18030. Decoding
// by the letter of "gb2312" would lose 镕, 㙍, 𠮷 and ①.
var gbLabels = map[string]bool{
	"gb2312": true, "gb_2312-80": true, "gb2312-80": true, "gb_2312": true, "csgb2312": true,
	"gbk": true, "x-gbk": true, "csgbk": true, "cp936": true, "ms936": true, "windows-936": true,
	"936": true, "gb18030": true, "gb-18030": true, "gb18030-2000": true, "gb18030-2005": true,
	"gb18030-2022": true, "csgb18030": true, "chinese": true, "euc-cn": true, "euccn": true,
	"x-euc-cn": true, "gb": true, "iso-ir-58": true, "gb13000": true,
}

var big5Labels = map[string]bool{
	"big5": true, "big5-hkscs": true, "cn-big5": true, "x-x-big5": true, "csbig5": true,
	"cp950": true, "windows-950": true, "big-5": true,
}

var utf8Labels = map[string]bool{
	"utf-8": true, "utf8": true, "utf-8-bom": true, "unicode-1-1-utf-8": true, "utf8mb4": true,
	"65001": true, "cp65001": true, "x-utf-8": true, "utf_8": true,
}

// latinLabels are declared by programs that never looked at their bytes.
var latinLabels = map[string]bool{
	"": true, "us-ascii": true, "ascii": true, "ansi_x3.4-1968": true, "iso-8859-1": true,
	"latin1": true, "iso8859-1": true, "windows-1252": true, "cp1252": true, "x-unknown": true,
	"unknown": true, "unknown-8bit": true, "default": true, "default_charset": true, "unicode": true,
	"7bit": true, "8bit": true, "binary": true, "ansi": true, "x-user-defined": true,
}

// charsetLabel brings a charset's name to the form the tables use.
func charsetLabel(label string) string {
	label = strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'`))
	if i := strings.IndexByte(label, '*'); i >= 0 { // RFC 2231 language tag
		label = label[:i]
	}
	return strings.TrimSpace(label)
}

// sameCharset reports whether two labels are decoded alike, so that a character cut between
// two encoded-words can be put together.
func sameCharset(a, b string) bool {
	a, b = charsetLabel(a), charsetLabel(b)
	return a == b || (gbLabels[a] && gbLabels[b]) || (utf8Labels[a] && utf8Labels[b])
}

// decodeCharset decodes b, declared as label, to UTF-8. Labels lie: what does not fit the
// declared charset is read by what it is. It never fails; a byte nobody can read becomes
// U+FFFD.
func decodeCharset(label string, b []byte) string {
	label = charsetLabel(label)
	b = trimBOM(b)
	if len(b) >= 2 && (b[0] == 0xFF && b[1] == 0xFE || b[0] == 0xFE && b[1] == 0xFF) {
		label = "utf-16" // no other charset of mail begins like that, whatever was declared
	}
	switch {
	case utf7Labels[label] && isASCII(b):
		return decodeUTF7(b)
	case isASCII(b) && !shiftsInASCII(label):
		return string(b)
	case gbLabels[label]:
		return decodeDeclaredGB(b)
	case latinLabels[label] && label != "" && !utf8.Valid(b) && !pairsUp(b):
		return decodeWestern(b)
	case utf8Labels[label] && mostlyUTF8(b):
		return strings.ToValidUTF8(string(b), "\uFFFD")
	case utf8Labels[label], latinLabels[label]:
		return decodeUndeclared(b)
	case big5Labels[label]:
		if s, ok := strictly(traditionalchinese.Big5, b); ok {
			return s
		}
		return decodeUndeclared(b)
	}
	enc := lookupCharset(label)
	if enc == nil {
		return decodeUndeclared(b)
	}
	if s, ok := strictly(enc, b); ok {
		return s
	}
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return decodeUndeclared(b)
	}
	return string(s)
}

// decodeUndeclared decodes bytes nobody declared: UTF-8 if they are, else GB18030 if every
// byte fits, else UTF-8 with the misfits replaced.
func decodeUndeclared(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	if s, ok := strictly(simplifiedchinese.GB18030, b); ok {
		return s
	}
	if mostlyUTF8(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// decodeDeclaredGB decodes bytes declared as one of the GB charsets. Text that is in truth
// UTF-8 is told by a three-byte sequence; shorter ones are ordinary characters in GB ("一").
func decodeDeclaredGB(b []byte) string {
	if utf8.Valid(b) && strings.ContainsFunc(string(b), func(r rune) bool { return r >= 0x800 }) {
		return string(b)
	}
	if s, ok := strictly(simplifiedchinese.GB18030, b); ok {
		return s
	}
	return decodeUndeclared(b)
}

// pairsUp tells Chinese double bytes from single western letters: most bytes beyond ASCII
// stand in pairs.
func pairsUp(b []byte) bool {
	pairs, singles := 0, 0
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] < utf8.RuneSelf:
		case i+1 < len(b) && b[i+1] >= utf8.RuneSelf:
			pairs++
			i++
		default:
			singles++
		}
	}
	return pairs > singles
}

func decodeWestern(b []byte) string {
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// strictly decodes b and reports whether every byte fitted.
func strictly(enc encoding.Encoding, b []byte) (string, bool) {
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil || strings.ContainsRune(string(s), utf8.RuneError) {
		return "", false
	}
	// Private-use characters are how a wrong guess usually looks.
	for _, r := range string(s) {
		if unicode.Is(unicode.Co, r) {
			return "", false
		}
	}
	return string(s), true
}

// mostlyUTF8 reports whether b is UTF-8 but for a few damaged bytes.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 2:
			good++
		}
		b = b[n:]
	}
	return good > 2*bad
}

func lookupCharset(label string) encoding.Encoding {
	switch label {
	case "hz-gb-2312", "hz": // the web forbids it, mail of the nineties lives on
		return simplifiedchinese.HZGB2312
	case "utf-16", "utf16", "ucs-2", "iso-10646-ucs-2":
		return unicode16.UTF16(unicode16.LittleEndian, unicode16.UseBOM)
	}
	if enc, err := htmlindex.Get(label); err == nil {
		return enc
	}
	if enc, err := ianaindex.MIME.Encoding(label); err == nil && enc != nil {
		return enc
	}
	return nil
}

// shiftsInASCII names the charsets that write other scripts with ASCII bytes.
func shiftsInASCII(label string) bool {
	return strings.HasPrefix(label, "iso-2022-") || strings.HasPrefix(label, "hz-") ||
		label == "hz" || strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32")
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func trimBOM(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		return b[3:]
	}
	return b
}
