package ingest

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
)

// mimeValue is a Content-Type or Content-Disposition: its value in lower case ("text/plain")
// and its parameters, decoded to UTF-8, by lower-case name.
type mimeValue struct {
	value  string
	params map[string]string
	torn   map[string]bool // the parameters of which a piece is missing
}

// maxParams bounds the parameters read from one header field.
const maxParams = 200

// parseParams reads a Content-Type or Content-Disposition field as real mailers write it, and
// so never fails: RFC 2231 pieces in any order and any charset, encoded-words inside quotes,
// raw GB18030 or UTF-8 bytes, values with blanks and no quotes, doubled semicolons, parameters
// without a value, quotes that are never closed. Where a name comes twice the RFC 2231 form
// wins unless a piece of it is missing, then the first.
func parseParams(raw []byte) mimeValue {
	text := decodeUndeclared(raw)
	head, rest, _ := strings.Cut(text, ";")
	v := mimeValue{value: strings.ToLower(strings.Trim(strings.TrimSpace(head), `"`)), params: map[string]string{}, torn: map[string]bool{}}
	v.value, _, _ = strings.Cut(v.value, " ")
	pieces := map[string][]paramPiece{}
	for range maxParams {
		if rest == "" {
			break
		}
		var name, value string
		name, value, rest = nextParam(rest)
		if name == "" {
			continue
		}
		if base, piece, ok := splitPiece(name, value); ok {
			pieces[base] = append(pieces[base], piece)
		} else if _, seen := v.params[name]; !seen {
			v.params[name] = value
		}
	}
	for name, list := range pieces {
		value, whole := joinPieces(list)
		if _, plain := v.params[name]; whole || !plain {
			v.params[name] = value
			v.torn[name] = !whole
		}
	}
	return v
}

// nextParam takes one "name=value" off s, up to the semicolon that ends it.
func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, "; \t\r\n")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 {
		return "", "", "" // a parameter without a value, or a trailing comment
	}
	name = strings.ToLower(strings.TrimSpace(s[:eq]))
	if s[eq] == ';' {
		return "", "", s[eq+1:]
	}
	s = strings.TrimLeft(s[eq+1:], " \t\r\n")
	if strings.HasPrefix(s, `"`) {
		value, rest = quotedValue(s[1:])
		return name, value, rest
	}
	value, rest, _ = strings.Cut(s, ";")
	return name, strings.TrimSpace(value), rest
}

// quotedValue reads up to the closing quote. A backslash escapes a quote or a backslash only:
// Outlook and old Foxmail write whole Windows paths. Text between the quote and the semicolon
// (a second encoded-word outside the quotes) belongs to the value.
func quotedValue(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			tail, after, _ := strings.Cut(s[i+1:], ";")
			if tail = strings.TrimSpace(tail); strings.HasPrefix(tail, "=?") {
				b.WriteString(" " + tail)
			}
			return b.String(), after
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// paramPiece is one piece of an RFC 2231 value.
type paramPiece struct {
	index   int
	percent bool // name*0*: percent-coded, the first piece with charset and language
	value   string
}

// splitPiece recognises name*, name*0 and name*0*.
func splitPiece(name, value string) (base string, p paramPiece, ok bool) {
	base, suffix, ok := strings.Cut(name, "*")
	if !ok || base == "" {
		return "", paramPiece{}, false
	}
	p = paramPiece{value: value}
	if suffix == "" {
		p.percent = true
		return base, p, true
	}
	if cut, found := strings.CutSuffix(suffix, "*"); found {
		p.percent, suffix = true, cut
	}
	index, err := strconv.Atoi(suffix)
	if err != nil || index < 0 || index > maxParams {
		return "", paramPiece{}, false
	}
	p.index = index
	return base, p, true
}

// joinPieces puts the pieces in order, undoes the percent-coding and decodes the whole in the
// charset of whichever piece names one. whole is false when the numbering has a gap.
func joinPieces(list []paramPiece) (value string, whole bool) {
	slices.SortStableFunc(list, func(a, b paramPiece) int { return a.index - b.index })
	whole = list[0].index <= 1 && list[len(list)-1].index-list[0].index < len(list) // some count from one
	if list[0].index == 1 && !(list[0].percent && strings.Count(list[0].value, "'") >= 2) {
		whole = false
	}
	charset := ""
	var raw []byte
	for _, p := range list {
		value := p.value
		if p.percent && charset == "" {
			if parts := strings.SplitN(value, "'", 3); len(parts) == 3 {
				charset, value = parts[0], parts[2]
			}
		}
		if !p.percent && !strings.Contains(value, "%") {
			raw = append(raw, value...)
			continue
		}
		raw = append(raw, percentDecode(value)...)
	}
	if charset == "" {
		return decodeUndeclared(raw), whole
	}
	return decodeCharset(charset, raw), whole
}

// percentDecode undoes %XX and leaves everything else as it is.
func percentDecode(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// attachmentName is a parameter made fit to be shown: words and stray percent-coding decoded,
// no path, no control or direction-changing characters. It is a label; nothing is ever opened
// or stored under it.
func attachmentName(value string) string {
	value = decodeWords(unfoldBlanks(value))
	if strings.Contains(value, "&#") { // a web mailer's form field
		value = html.UnescapeString(value)
	}
	if name, ok := percentName(value); ok {
		value = name
	}
	value = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7F,
			r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, value)
	if i := strings.LastIndexAny(value, `/\`); i >= 0 {
		value = value[i+1:]
	}
	value = strings.TrimSpace(value)
	if runes := []rune(value); len(runes) > maxName {
		value = string(runes[:maxName])
	}
	return value
}

// maxName is the longest attachment name kept, in characters.
const maxName = 300

// percentName decodes a name that is percent-coded without saying so. Only a name that becomes
// text beyond ASCII is taken: "进度100%.xlsx" is not one.
func percentName(s string) (string, bool) {
	if strings.Count(s, "%") < 2 || !isASCII([]byte(s)) {
		return "", false
	}
	raw := percentDecode(s)
	if isASCII(raw) || bytes.Contains(raw, []byte{0}) {
		return "", false
	}
	return decodeUndeclared(raw), true
}

// unfoldBlanks removes the line breaks and the blanks after them that folding left inside a
// quoted value.
func unfoldBlanks(s string) string {
	if !strings.ContainsAny(s, "\r\n\t") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' || r == '\t' }), "")
}
