package notify

import (
	"fmt"
	"strings"
)

// Allow is outgoing.allow: the only addresses letters may go to. A misspelt or forged
// address outside it gets nothing, whatever the registry says.
type Allow struct {
	domains, addresses map[string]bool // lower case
}

// NewAllow reads the list: a domain ("lanchuan.example", which stands for itself and not
// for its subdomains) or one address ("qu.zhang@mail.example"). An empty list allows nothing.
func NewAllow(entries []string) (Allow, error) {
	a := Allow{map[string]bool{}, map[string]bool{}}
	for _, e := range entries {
		e = strings.ToLower(strings.TrimSpace(e))
		switch {
		case plainAddress(e):
			a.addresses[e] = true
		case plainAddress("x@" + strings.TrimPrefix(e, "@")):
			a.domains[strings.TrimPrefix(e, "@")] = true
		default:
			return Allow{}, fmt.Errorf("outgoing.allow %q is neither a domain nor an address", e)
		}
	}
	return a, nil
}

// Permits reports whether a letter may go to addr. What is no plain address is never permitted.
func (a Allow) Permits(addr string) bool {
	if !plainAddress(addr) {
		return false
	}
	addr = strings.ToLower(addr)
	return a.addresses[addr] || a.domains[addr[strings.LastIndexByte(addr, '@')+1:]]
}

// maxAddress is the longest address SMTP carries (RFC 5321 4.5.3.1.3, less the brackets).
const maxAddress = 254

// plainAddress reports whether addr is one bare ASCII address as every mail server takes
// it. Quoted local parts are refused: their readers disagree on where the domain begins
// (GHSA-wpwj-69cm-q9c5), and no office uses them.
func plainAddress(addr string) bool {
	local, domain, ok := strings.Cut(addr, "@")
	if !ok || local == "" || domain == "" || len(addr) > maxAddress {
		return false
	}
	return onlyOf(local, ".!#$%&'*+-/=?^_`{|}~") && onlyOf(domain, ".-") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") && !strings.Contains(domain, "..")
}

// onlyOf reports whether s has only ASCII letters, digits and the given signs.
func onlyOf(s, signs string) bool {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(signs, r)) {
			return false
		}
	}
	return true
}
