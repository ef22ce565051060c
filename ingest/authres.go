package ingest

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/publicsuffix"
)

// AuthMode says what is made of the mail server's judgement of a sender.
type AuthMode string

// The modes. In each but off an explicit failure is quarantined; strict wants a pass.
const (
	AuthOff    AuthMode = "off"
	AuthWarn   AuthMode = "warn"
	AuthStrict AuthMode = "strict"
)

// Authentication is how it is found out whether a mail is from whom it says. Whatever a
// server says is evidence and no proof: it is as good as that server's own checks.
type Authentication struct {
	Mode   AuthMode // "" is off
	Server string   // authserv-id of the office's own mail server, lower case
}

// on reports whether senders are checked at all.
func (a Authentication) on() bool { return a.Mode == AuthWarn || a.Mode == AuthStrict }

// vouch is the outcome of a check, and in English what it rests on.
type vouch struct {
	outcome outcome
	reason  string
}

type outcome int

const (
	unknown outcome = iota // nobody said anything certain
	passed
	failed
)

// judge weighs what is known of the one sender of a mail: the word of our own server, or
// where it has none, the signatures checked here.
func (a Authentication) judge(m *Message, signed []Signature, sender string) vouch {
	from := domainOf(sender)
	field, there := a.stamp(m)
	if !there {
		return weighSignatures(signed, from)
	}
	results, err := readResults(field)
	if err != nil {
		return vouch{failed, "our server's results cannot be read: " + err.Error()}
	}
	return weigh(results, from)
}

// stamp is the top-most Authentication-Results with our server's name. Fields are read from
// the top, where the newest stand, and only as far as our own servers wrote them: below the
// first Received of another server everything is the sender's to invent. Further fields of
// the same name are never looked at.
func (a Authentication) stamp(m *Message) (field string, there bool) {
	for _, f := range m.Trace {
		switch f.Name {
		case "received":
			if by, named := receivedBy(f.Value); named && !a.ours(by) {
				return "", false
			}
		case "authentication-results":
			text, err := plainField(f.Value)
			if err != nil {
				// Whether it is ours cannot be told; one that begins like ours is taken for it.
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(f.Value)), a.Server) {
					return f.Value, true
				}
				continue
			}
			id, _, _ := strings.Cut(text, ";")
			if words := strings.Fields(strings.ToLower(id)); len(words) > 0 && words[0] == a.Server {
				return f.Value, true
			}
		}
	}
	return "", false
}

// ours reports whether a host that stamped a Received belongs to the office's mail service:
// the named server, another host of its domain, or the machine itself.
func (a Authentication) ours(host string) bool {
	host = strings.Trim(strings.ToLower(host), "[].")
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate()
	}
	return host == a.Server || host == "localhost" || aligned(host, a.Server)
}

var byHost = regexp.MustCompile(`(?i)(?:^|\s)by\s+(\S+)`)

// receivedBy is the host that wrote a Received field. named is false for a note of local
// delivery, which names neither end.
func receivedBy(value string) (host string, named bool) {
	text, err := plainField(value)
	if err != nil {
		return "", true
	}
	text, _, _ = strings.Cut(text, ";")
	if m := byHost.FindStringSubmatch(text); m != nil {
		return m[1], true
	}
	return "", strings.TrimSpace(text) != ""
}

const (
	maxResultsField = 16 << 10 // bytes of one Authentication-Results
	maxResults      = 50       // results in it
)

var (
	errUnbalanced = errors.New("a quote or comment does not end")
	errLong       = fmt.Errorf("more than %d bytes", maxResultsField)
)

// plainField takes the comments out of a structured field, however deep, and puts a
// harmless sign for whatever inside quotes a simple reader would take for structure, so
// that "a;b"@x stays one word.
func plainField(value string) (string, error) {
	if len(value) > maxResultsField {
		return "", errLong
	}
	var out strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && (quoted || depth > 0):
			if i++; quoted {
				out.WriteByte('_')
			}
		case quoted && c == '"':
			quoted = false
		case quoted && strings.IndexByte(";=() \t", c) >= 0:
			out.WriteByte('_')
		case quoted:
			out.WriteByte(c)
		case c == '(':
			if depth++; depth == 1 {
				out.WriteByte(' ') // a comment parts words
			}
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '"':
			quoted = true
		default:
			out.WriteByte(c)
		}
	}
	if quoted || depth > 0 {
		return "", errUnbalanced
	}
	return out.String(), nil
}

var (
	aroundEquals  = regexp.MustCompile(`\s*=\s*`)
	methodVersion = regexp.MustCompile(`^(\s*[A-Za-z0-9-]+)\s*/\s*[0-9]+`)
	coremailFrom  = regexp.MustCompile(`(?i)\bsmtp\.mail=`) // Coremail's and NetEase's name for smtp.mailfrom
)

// readResults reads the results of a field whose server is known. Each is parsed alone: one
// that a sender's odd address spoils must not take a failure beside it along.
func readResults(field string) ([]authres.Result, error) {
	text, err := plainField(field)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(text, ";")
	if len(parts) > maxResults {
		return nil, fmt.Errorf("more than %d results", maxResults)
	}
	if id := strings.Fields(parts[0]); len(id) > 2 || len(id) == 2 && id[1] != "1" {
		return nil, errors.New("written in a version nobody knows")
	}
	var out []authres.Result
	for _, part := range parts[1:] {
		part = aroundEquals.ReplaceAllString(methodVersion.ReplaceAllString(part, "$1"), "=")
		_, results, err := authres.Parse("x;" + coremailFrom.ReplaceAllString(part, "smtp.mailfrom="))
		if err == nil {
			out = append(out, results...)
		}
	}
	return out, nil
}

// weigh draws the conclusion for mail from the given domain. DMARC decides where the server
// asked it; else an aligned signature or envelope passes (RFC 7489 3.1), and an envelope the
// domain disowns, or a broken signature in its name, fails.
func weigh(results []authres.Result, from string) vouch {
	v := vouch{reason: "the server says nothing certain of the sender"}
	worse := func(reason string) {
		if v.outcome == unknown {
			v = vouch{failed, reason}
		}
	}
	for _, r := range results {
		dmarc, ok := r.(*authres.DMARCResult)
		if !ok {
			continue
		}
		about := domainOf(dmarc.From)
		switch {
		case dmarc.Value == authres.ResultFail:
			return vouch{failed, "dmarc failed"}
		case about != "" && about != from:
			return vouch{failed, "the server judged another sender than the one written"}
		case dmarc.Value == authres.ResultPass:
			v = vouch{passed, "dmarc"}
		}
	}
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DKIMResult:
			if r.Value == authres.ResultPass && aligned(signerOf(r), from) {
				v = vouch{passed, "dkim"}
			}
		case *authres.SPFResult:
			if r.Value == authres.ResultPass && aligned(domainOf(r.From), from) {
				v = vouch{passed, "spf"}
			}
		}
	}
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DKIMResult:
			if broken(r.Value) && aligned(signerOf(r), from) {
				worse("the signature in the sender's name is broken")
			}
		case *authres.SPFResult:
			if broken(r.Value) {
				worse("the envelope's domain does not send from there (spf)")
			}
		}
	}
	return v
}

// broken tells an explicit failure from what is not certain.
func broken(v authres.ResultValue) bool {
	return v == authres.ResultFail || v == authres.ResultHardFail
}

func signerOf(r *authres.DKIMResult) string {
	if r.Domain != "" {
		return domainOf(r.Domain)
	}
	return domainOf(r.Identifier)
}

// domainOf is the domain of an address, or of a bare domain.
func domainOf(addr string) string {
	addr = strings.Trim(strings.ToLower(addr), "<>\"' ")
	return strings.TrimSuffix(addr[strings.LastIndexByte(addr, '@')+1:], ".")
}

// aligned reports whether two domains belong to one organisation (relaxed alignment).
// lanchuan.gov.cn does not align with another district's domain under gov.cn.
func aligned(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	x, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return false
	}
	y, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && x == y
}
