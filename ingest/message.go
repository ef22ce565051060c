package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// ParseMessage opens a mail. It reads whatever real mailers, gateways and list servers make of
// one and reports what it had to repair in Problems; the only error is a *LimitError, and then
// the Message holds what was read until then, the sender and subject at least.
//
// The MIME structure is walked on the bytes themselves: a streaming reader stops at the first
// header line without a colon, forgets raw GBK file names and loses the parts behind a
// misquoted boundary, each of which happens every week.
func ParseMessage(raw []byte, limits MessageLimits) (Message, error) {
	p := &messageParser{limits: limits.withDefaults()}
	if len(raw) > p.limits.Size {
		_, _ = p.readTop(raw[:min(len(raw), p.limits.Header)]) // what it can tell of the sender; the size is the error
		return p.msg, &LimitError{What: "size", Max: p.limits.Size}
	}
	raw = p.repairStart(raw)
	body, err := p.readTop(raw)
	if err != nil {
		return p.msg, err
	}
	text, err := p.entity(p.top, body, place{})
	p.setText(text)
	return p.msg, err
}

// messageParser carries what accumulates over one mail.
type messageParser struct {
	limits MessageLimits
	msg    Message
	top    header
	parts  int
}

// place is where in the mail's tree a part hangs.
type place struct {
	path    string
	depth   int
	nested  int
	inner   *Inner
	cut     bool // the container ended before its closing boundary
	related bool // inside multipart/related: pictures here are part of the text
}

func (at place) child(n int) place {
	at.depth++
	if at.path != "" {
		at.path += "."
	}
	at.path += fmt.Sprint(n)
	return at
}

// problem notes a problem once.
func (p *messageParser) problem(word string) {
	if !slices.Contains(p.msg.Problems, word) {
		p.msg.Problems = append(p.msg.Problems, word)
	}
}

// repairStart takes off what may stand before a mail (a byte order mark, an mbox separator,
// blank lines) and gives a mail whose line ends are all CR its line feeds.
func (p *messageParser) repairStart(raw []byte) []byte {
	raw = trimBOM(raw)
	head := raw[:min(len(raw), 4096)]
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		p.problem(MailBodyEncoding)
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	return trimBOM(raw)
}

// entity reads one part, whatever it is, and returns the text it contributes to the body.
func (p *messageParser) entity(h header, body []byte, at place) (string, error) {
	if p.parts++; p.parts > p.limits.Parts {
		return "", &LimitError{What: "parts", Max: p.limits.Parts}
	}
	if at.depth > p.limits.Depth {
		return "", &LimitError{What: "depth", Max: p.limits.Depth}
	}
	part := h.part(body)
	switch {
	case strings.HasPrefix(part.media, "multipart/"):
		return p.multipart(part, body, at)
	case at.path == "" && h.get("content-type") == nil && guessMark(body) != nil:
		return p.multipart(part, body, at) // a gateway lost the header that says so
	case part.media == "message/partial":
		p.problem(MailPartial)
		return "", nil
	}
	return p.leaf(part, body, at)
}

// multipart walks the parts of a container. Of alternatives only one contributes its text, but
// files are taken from all of them: Apple Mail and others hang the workbook inside one.
func (p *messageParser) multipart(part partHead, body []byte, at place) (string, error) {
	if part.media == "multipart/encrypted" {
		p.problem(MailEncrypted)
	}
	split := splitParts(body, part.boundary)
	if !split.found && part.encoding != "" { // against RFC 2045, the container is coded as a whole
		body, _, _ = decodeTransfer(part.encoding, body)
		split = splitParts(body, part.boundary)
	}
	if split.guessed {
		p.problem(MailBoundary)
	}
	if !split.found {
		return p.bareMultipart(body, at)
	}
	if !split.closed {
		p.problem(MailUnclosed)
	}
	var texts []bodyText
	for n := 1; ; n++ {
		chunk, last, ok := split.next()
		if !ok {
			break
		}
		below := at.child(n)
		below.cut = at.cut && last || last && !split.closed
		below.related = part.media == "multipart/related"
		h, inner, err := p.readHeader(chunk)
		if err != nil {
			return chooseText(part.media, texts), err
		}
		if part.media == "multipart/digest" && h.get("content-type") == nil {
			h.fields = append(h.fields, rawField{name: "content-type", value: []byte("message/rfc822")})
		}
		text, err := p.entity(h, inner, below)
		texts = append(texts, bodyText{text: text, plain: isPlain(h)})
		if err != nil {
			return chooseText(part.media, texts), err
		}
	}
	return chooseText(part.media, texts), nil
}

// bareMultipart reads a container in which no part can be found: as text, unless it is empty.
func (p *messageParser) bareMultipart(body []byte, at place) (string, error) {
	p.problem(MailBoundary)
	if len(bytes.TrimSpace(body)) == 0 {
		return "", nil
	}
	return p.leaf(partHead{media: "text/plain", declared: mimeValue{}}, body, at)
}

// bodyText is the text of one part of a container.
type bodyText struct {
	text  string
	plain bool
}

// chooseText puts the texts of a container's parts together: one of the alternatives (plain if
// it says anything), all of them otherwise.
func chooseText(media string, texts []bodyText) string {
	if media == "multipart/alternative" {
		for _, wantPlain := range []bool{true, false} {
			for _, t := range texts {
				if t.plain == wantPlain && strings.TrimSpace(t.text) != "" {
					return t.text
				}
			}
		}
		return ""
	}
	var all []string
	for _, t := range texts {
		if strings.TrimSpace(t.text) != "" {
			all = append(all, t.text)
		}
	}
	return strings.Join(all, "\n")
}

func isPlain(h header) bool {
	v := h.get("content-type")
	return v == nil || strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(v))), "text/plain")
}
