package ingest

import (
	"bytes"
	"net/mail"
	"strings"
	"time"
)

// rawField is one header field as it stood: unfolded, not decoded.
type rawField struct {
	name  string // lower case
	value []byte
}

// header is the header of the mail or of one part.
type header struct{ fields []rawField }

// get is the first field of that name, or nil.
func (h header) get(name string) []byte {
	for _, f := range h.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// all is every field of that name, the top-most first.
func (h header) all(name string) [][]byte {
	var values [][]byte
	for _, f := range h.fields {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// text is the first field of that name, decoded for people.
func (h header) text(name string) string { return decodeField(h.get(name)) }

// decodeField decodes an unstructured field: raw 8-bit bytes first, then encoded-words.
func decodeField(raw []byte) string {
	return strings.TrimSpace(stripControls(decodeWords(decodeUndeclared(raw))))
}

func stripControls(s string) string {
	return strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\t') || r == 0x7F {
			return -1
		}
		return r
	}, s)
}

// readHeader reads the header at the start of b and returns the body behind it. Lines that are
// no header are passed over; a boundary ends the header even without a blank line; a part that
// starts with none has none.
func (p *messageParser) readHeader(b []byte) (h header, body []byte, err error) {
	rest := b
	for len(rest) > 0 {
		line, after := cutLine(rest)
		if len(line) == 0 {
			rest = after
			break
		}
		if len(b)-len(after) > p.limits.Header {
			return h, nil, &LimitError{What: "header", Max: p.limits.Header}
		}
		name, value, ok := splitField(line)
		switch {
		case (line[0] == ' ' || line[0] == '\t') && len(h.fields) > 0:
			last := &h.fields[len(h.fields)-1]
			if len(bytes.TrimSpace(line)) == 0 {
				break // a folded line of blanks
			}
			last.value = append(last.value[:len(last.value):len(last.value)], line...)
		case ok:
			h.fields = append(h.fields, rawField{name: name, value: value})
		case bytes.HasPrefix(line, []byte("--")):
			return h, rest, nil
		case len(h.fields) == 0 && noFieldFollows(after):
			return h, rest, nil
		default:
			p.problem(MailHeader)
		}
		rest = after
	}
	return h, rest, nil
}

// noFieldFollows reports whether no header field comes before the next blank line: then what
// was taken for a header is the body of a part that has none.
func noFieldFollows(b []byte) bool {
	for len(b) > 0 {
		line, after := cutLine(b)
		if len(line) == 0 {
			return true
		}
		if _, _, ok := splitField(line); ok {
			return false
		}
		b = after
	}
	return true
}

// cutLine takes one line off b, without its line end.
func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// splitField splits "Name: value". A blank before the colon is forgiven.
func splitField(line []byte) (name string, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 100 {
		return "", nil, false
	}
	raw := bytes.TrimRight(line[:i], " \t")
	if len(raw) == 0 {
		return "", nil, false
	}
	for _, c := range raw {
		if c <= ' ' || c >= 0x7F {
			return "", nil, false
		}
	}
	return strings.ToLower(string(raw)), bytes.TrimLeft(line[i+1:], " \t"), true
}

// readTop reads the mail's own header into the message and returns the body.
func (p *messageParser) readTop(raw []byte) (body []byte, err error) {
	h, body, err := p.readHeader(raw)
	p.top = h
	m := &p.msg
	for _, f := range h.fields {
		m.Fields = append(m.Fields, Field{Name: f.name, Value: decodeField(f.value)})
	}
	for _, name := range []string{"from", "subject", "date", "message-id", "content-type", "to", "sender"} {
		if len(h.all(name)) > 1 {
			p.problem(MailRepeated)
		}
	}
	m.FromHeaders = len(h.all("from"))
	for _, v := range h.all("from") {
		m.FromGroup = m.FromGroup || isGroup(v)
		m.From = append(m.From, parseAddresses(v)...)
	}
	m.Sender, m.ReplyTo = parseAddresses(h.get("sender")), parseAddresses(h.get("reply-to"))
	m.To, m.Cc = parseAddresses(h.get("to")), parseAddresses(h.get("cc"))
	m.Subject, m.Date = h.text("subject"), h.text("date")
	m.Sent = parseDate(m.Date)
	m.MessageID = firstID(h.get("message-id"))
	m.InReplyTo = firstID(h.get("in-reply-to"))
	m.References = allIDs(h.get("references"))
	m.Trace = traceOf(h)
	part := h.part(body)
	m.ContentType, m.ReportType = part.media, strings.ToLower(part.declared.params["report-type"])
	return body, err
}

// maxTrace bounds the trace fields kept of one mail; the newest stand first.
const maxTrace = 100

// traceOf keeps what servers wrote on top of the mail, undecoded: an encoded word there is
// a forger's.
func traceOf(h header) []Field {
	var out []Field
	for _, f := range h.fields {
		switch f.name {
		case "received", "authentication-results", "dkim-signature":
			if len(out) < maxTrace {
				out = append(out, Field{Name: f.name, Value: strings.ToValidUTF8(string(f.value), "?")})
			}
		}
	}
	return out
}

// FromName is the display name of the first sender.
func (m *Message) FromName() string {
	if len(m.From) == 0 {
		return ""
	}
	return m.From[0].Name
}

// Header is the decoded value of the first field of that name (lower case), or "".
func (m *Message) Header(name string) string {
	for _, f := range m.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// HasHeader reports whether the field is there, were it empty.
func (m *Message) HasHeader(name string) bool {
	for _, f := range m.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// maxIDs bounds the references kept of one mail.
const maxIDs = 200

// allIDs reads a list of message ids, with or without angle brackets.
func allIDs(raw []byte) []string {
	var ids []string
	for _, word := range strings.FieldsFunc(decodeUndeclared(raw), func(r rune) bool {
		return r == ' ' || r == '\t' || r == ',' || r == '<' || r == '>'
	}) {
		if len(ids) == maxIDs {
			break
		}
		ids = append(ids, word)
	}
	return ids
}

func firstID(raw []byte) string {
	text := strings.TrimSpace(decodeUndeclared(raw))
	if i := strings.IndexByte(text, '<'); i >= 0 {
		if j := strings.IndexByte(text[i:], '>'); j > 0 {
			return strings.TrimSpace(text[i+1 : i+j])
		}
	}
	return strings.Trim(text, "<> \t")
}

// parseDate understands a Date header, with the repairs Chinese web mailers need. It is only
// ever shown beside the receipt time.
func parseDate(s string) time.Time {
	for _, try := range []string{s, cutComment(s)} {
		if t, err := mail.ParseDate(try); err == nil {
			return t
		}
	}
	for _, layout := range []string{"Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", time.RFC3339, "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(cutComment(s))); err == nil {
			return t
		}
	}
	return time.Time{}
}

func cutComment(s string) string {
	if i := strings.IndexByte(s, '('); i >= 0 {
		return strings.TrimSpace(s[:i])
	}
	return s
}
