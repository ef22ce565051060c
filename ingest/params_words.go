package ingest

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// decodeWords decodes the RFC 2047 encoded-words in s, wherever they stand: glued to text or
// to each other, with blanks inside, in quotes, with a language tag. Words that follow each
// other in the same charset are joined as bytes before decoding, because mailers cut them in
// the middle of a character.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var run []byte // bytes of the words not yet decoded
	coded := ""    // their base64 as it stood
	charset := ""
	flush := func() {
		out.WriteString(decodeCharset(charset, mended(run, coded, charset)))
		run, coded, charset = nil, "", ""
	}
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		word, label, content, ok := cutWord(s[start:])
		if !ok {
			flush()
			out.WriteString(s[:start+2])
			s = s[start+2:]
			continue
		}
		if between := s[:start]; strings.TrimSpace(between) != "" || charset == "" {
			flush()
			out.WriteString(between)
		} else if !sameCharset(label, charset) {
			flush()
		}
		run, charset = append(run, content...), label
		coded += base64Of(word)
		s = s[start+len(word):]
	}
	flush()
	out.WriteString(s)
	return out.String()
}

// base64Of is the coded text of an encoded-word, "" of one that is not base64.
func base64Of(word string) string {
	parts := strings.SplitN(word, "?", 5)
	if len(parts) < 4 || upper(parts[2][0]) != 'B' {
		return ""
	}
	return parts[3]
}

// mended is run, or what its base64 gives when the words are put together before they are
// decoded: some programs cut the code itself into words, in the middle of a group. UTF-8 tells
// which of the two was meant.
func mended(run []byte, coded, charset string) []byte {
	if !utf8Labels[charsetLabel(charset)] || coded == "" || utf8.Valid(run) {
		return run
	}
	if whole := decodeBase64Word(coded); utf8.Valid(whole) && len(whole) >= len(run) {
		return whole
	}
	return run
}

// cutWord reads the encoded-word at the start of s.
func cutWord(s string) (word, charset string, content []byte, ok bool) {
	label, rest, ok := strings.Cut(s[2:], "?")
	if !ok || label == "" || len(label) > 60 || strings.ContainsAny(label, " \t\r\n=") {
		return "", "", nil, false
	}
	if len(rest) < 2 || rest[1] != '?' {
		return "", "", nil, false
	}
	kind, rest := upper(rest[0]), rest[2:]
	end := strings.Index(rest, "?=")
	if end < 0 || (kind != 'B' && kind != 'Q') {
		return "", "", nil, false
	}
	if kind == 'Q' && end+2 < len(rest) && strings.HasPrefix(rest[end+1:], "=?=") {
		end++ // "?==?=": a literal question mark, badly coded
	}
	text := rest[:end]
	word = s[:len(s)-len(rest)+end+2]
	if kind == 'B' {
		return word, label, decodeBase64Word(text), true
	}
	return word, label, decodeQWord(text), true
}

// decodeBase64Word decodes as much of s as is base64, whatever its padding.
func decodeBase64Word(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		if isBase64[s[i]] {
			clean = append(clean, s[i])
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean) // a last stray character is left out
	return out[:n]
}

func decodeQWord(s string) []byte {
	return decodeQuotedPrintable([]byte(strings.ReplaceAll(s, "_", " ")))
}
