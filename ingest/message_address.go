package ingest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAddresses bounds the addresses read from one field.
const maxAddresses = 500

// parseAddresses reads an address field as mailers write it: quoted and encoded names, groups,
// comments, bare addresses, raw Chinese names. The address is what stands in the last pair of
// angle brackets outside quotes, so that a name like "zjj@gov" <x@evil> stays a name.
func parseAddresses(raw []byte) []Address {
	if len(raw) == 0 {
		return nil
	}
	var list []Address
	for _, piece := range splitAddresses(decodeUndeclared(raw)) {
		if a, ok := parseAddress(piece); ok {
			list = append(list, a)
		}
		if len(list) == maxAddresses {
			break
		}
	}
	return list
}

// splitAddresses splits at commas, semicolons and group marks outside quotes, brackets and
// comments. A full-width comma separates too.
func splitAddresses(s string) []string {
	var pieces []string
	start, quoted, angle, comment := 0, false, false, 0
	cut := func(end, next int) {
		pieces = append(pieces, s[start:end])
		start = next
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\\' && quoted && i+1 < len(s):
			n++
		case r == '"' && comment == 0:
			quoted = !quoted
		case quoted:
		case r == '(':
			comment++
		case r == ')' && comment > 0:
			comment--
		case comment > 0:
		case r == '<':
			angle = true
		case r == '>':
			angle = false
		case angle:
		case r == ',' || r == ';' || r == '，' || r == '；':
			cut(i, i+n)
		case r == ':':
			start = i + n // the name of a group
		}
		i += n
	}
	if quoted || comment > 0 {
		// A quote that never closes: read the rest again as if it were none.
		return append(pieces, strings.NewReplacer(`"`, "", "(", " ", ")", " ").Replace(s[start:]))
	}
	return append(pieces, s[start:])
}

// isGroup reports group syntax, "name: a@x, b@y;", outside quotes, brackets and comments.
func isGroup(raw []byte) bool {
	quoted, depth, named := false, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(' || c == '<':
			depth++
		case (c == ')' || c == '>') && depth > 0:
			depth--
		case depth == 0 && c == ':':
			named = true
		case depth == 0 && c == ';' && named:
			return true
		}
	}
	return false
}

// parseAddress reads one address. ok is false for blanks.
func parseAddress(s string) (Address, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Address{}, false
	}
	if open := lastOutsideQuotes(s, '<'); open >= 0 {
		addr, _, _ := strings.Cut(s[open+1:], ">")
		return Address{Name: displayName(s[:open]), Addr: canonicalAddr(addr)}, true
	}
	name := ""
	if i, j := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')'); i >= 0 && j > i {
		name, s = s[i+1:j], s[:i]+s[j+1:]
	}
	s = strings.TrimSpace(s)
	if strings.Contains(s, "@") && !strings.ContainsAny(s, " \t\"") && !strings.Contains(s, "=?") {
		return Address{Name: displayName(name), Addr: canonicalAddr(s)}, true
	}
	// Python programs encode name and address as one word.
	words := strings.Fields(decodeWords(s))
	for i := len(words) - 1; i >= 0; i-- {
		if strings.Contains(words[i], "@") {
			addr := canonicalAddr(strings.Trim(words[i], `<>"'`))
			return Address{Name: displayName(strings.Join(words[:i], " ")), Addr: addr}, true
		}
	}
	return Address{Name: displayName(s)}, true
}

func lastOutsideQuotes(s string, want byte) int {
	quoted, at := false, -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == want && !quoted:
			at = i
		}
	}
	return at
}

// displayName decodes a name and takes its quotes off.
func displayName(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
	}
	s = decodeWords(s)
	s = strings.TrimSpace(stripControls(s))
	return strings.Trim(s, `"' `)
}

// canonicalAddr is an addr-spec for comparison and for show: lower case, and in the domain
// every letter that is neither ASCII nor Chinese spelt as its code, so that a look-alike (a
// Cyrillic а) cannot pass for the registered domain before a person's eyes either.
func canonicalAddr(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7F || r == '\u00A0' || r == '\u3000' {
			return -1
		}
		return r
	}, s)
	s = strings.ToLower(strings.TrimPrefix(s, "mailto:"))
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	var domain strings.Builder
	for _, r := range strings.TrimSuffix(s[at+1:], ".") {
		if r < utf8.RuneSelf || unicode.Is(unicode.Han, r) {
			domain.WriteRune(r)
		} else {
			fmt.Fprintf(&domain, "{%04x}", r)
		}
	}
	return s[:at] + "@" + domain.String()
}
