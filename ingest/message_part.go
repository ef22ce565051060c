package ingest

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// partHead is what a part says of itself.
type partHead struct {
	media       string    // "text/plain"; lower case, never empty
	declared    mimeValue // Content-Type
	disposition mimeValue
	encoding    string // "base64", "quoted-printable", "uuencode", or ""
	boundary    string
	name        string
	contentID   bool
	named       bool // some parameter gives a name, or it is said to be an attachment
}

// part reads the fields that say what a part is. Of several Content-Type fields the one that
// fits the body is taken.
func (h header) part(body []byte) partHead {
	types := h.all("content-type")
	var p partHead
	for i, raw := range types {
		v := parseParams(raw)
		if i == 0 || (strings.HasPrefix(v.value, "multipart/") && bytes.Contains(body, []byte("--"+v.params["boundary"]))) {
			p.declared = v
		}
	}
	p.media = p.declared.value
	if !strings.Contains(p.media, "/") {
		p.media = "text/plain"
		if len(types) > 0 && p.declared.value != "" {
			p.media = "application/octet-stream" // "xlsx", "attachment"
		}
	}
	p.boundary = p.declared.params["boundary"]
	p.disposition = parseParams(h.get("content-disposition"))
	p.encoding = transferEncoding(string(h.get("content-transfer-encoding")))
	p.contentID = h.get("content-id") != nil
	for _, value := range []string{p.disposition.params["filename"], p.declared.params["name"]} {
		if p.name == "" {
			p.name = attachmentName(value)
		}
	}
	p.named = p.name != "" || p.disposition.value == "attachment"
	return p
}

// partSplit walks the parts of a multipart body without copying.
type partSplit struct {
	body    []byte // behind the first boundary
	mark    []byte // "--boundary"
	found   bool   // there is at least one part
	closed  bool   // the closing boundary is there
	guessed bool   // the boundary is not the declared one
	done    bool
}

// splitParts finds the first boundary. When the declared one is not in the body, or none was
// declared, the first line that looks like one and is followed by a part's header is taken.
func splitParts(body []byte, boundary string) partSplit {
	s := partSplit{}
	if boundary != "" {
		s.mark = []byte("--" + boundary)
		if _, after, _, ok := findMark(body, s.mark); ok {
			s.body, s.found = after, true
		}
	}
	if !s.found {
		s.mark = guessMark(body)
		if s.mark == nil {
			return s
		}
		_, after, _, ok := findMark(body, s.mark)
		s.body, s.found, s.guessed = after, ok, true
	}
	s.closed = hasClose(s.body, s.mark)
	return s
}

// next is the next part; last is set when no boundary but the closing one, or none, follows.
func (s *partSplit) next() (chunk []byte, last, ok bool) {
	if s.done {
		return nil, false, false
	}
	before, after, closing, found := findMark(s.body, s.mark)
	if !found {
		s.done = true
		return s.body, true, len(bytes.TrimSpace(s.body)) > 0
	}
	s.body, s.done = after, closing
	return before, closing, true
}

// findMark finds the next line that is mark, or mark with "--". before is what precedes it,
// without the line end that belongs to the boundary.
func findMark(b, mark []byte) (before, after []byte, closing, ok bool) {
	for at := 0; at < len(b); {
		i := bytes.Index(b[at:], mark)
		if i < 0 {
			break
		}
		at += i
		line, rest, _ := bytes.Cut(b[at+len(mark):], []byte("\n"))
		tail := bytes.TrimRight(line, " \t\r")
		if (at == 0 || b[at-1] == '\n') && (len(tail) == 0 || string(tail) == "--") {
			before = bytes.TrimSuffix(b[:at], []byte("\n"))
			before = bytes.TrimSuffix(before, []byte("\r"))
			return before, rest, len(tail) > 0, true
		}
		at += len(mark)
	}
	return nil, nil, false, false
}

func hasClose(b, mark []byte) bool {
	for len(b) > 0 {
		_, after, closing, ok := findMark(b, mark)
		if !ok {
			return false
		}
		if closing {
			return true
		}
		b = after
	}
	return false
}

// guessMark finds a line that begins with "--" and is followed by a Content- field.
func guessMark(body []byte) []byte {
	for rest := body; len(rest) > 0; {
		line, after := cutLine(rest)
		if bytes.HasPrefix(line, []byte("--")) && len(bytes.TrimSpace(line)) > 2 && len(line) < 200 {
			next, _ := cutLine(after)
			if name, _, ok := splitField(next); ok && strings.HasPrefix(name, "content-") {
				return bytes.TrimRight(line, " \t")
			}
		}
		rest = after
	}
	return nil
}

// leaf reads a part that is no container: text of the body, an attached mail, a report, or a
// file.
func (p *messageParser) leaf(part partHead, body []byte, at place) (string, error) {
	if part.encoding == "" && part.media != "text/plain" && looksBase64(body) {
		part.encoding = "base64"
	}
	data, uuName, clean := decodeTransfer(part.encoding, body)
	if part.name == "" {
		part.name = uuName
	}
	if !clean {
		p.problem(MailTransfer)
	}
	at.cut = at.cut || !clean
	switch part.media {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification":
		p.readReport(data)
		return "", nil
	case "text/rfc822-headers", "message/rfc822-headers":
		p.readReturned(data)
		return "", nil
	case "text/calendar":
		p.readCalendar(part, data)
		return "", nil
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-encrypted":
		return "", nil
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		p.noteSMIME(part)
	}
	switch {
	case isTNEF(part, data):
		return p.openTNEF(part, data, at)
	case isAttachedMail(part, data):
		return p.attachedMail(data, at)
	case isBodyText(part, data):
		return p.bodyText(part, data, at), nil
	}
	p.attach(part, data, at)
	return "", nil
}

func (p *messageParser) attach(part partHead, data []byte, at place) {
	if at.path == "" {
		at.path = "1"
	}
	inline := part.disposition.value == "inline" || (part.disposition.value == "" && part.contentID)
	p.msg.Attachments = append(p.msg.Attachments, Attachment{
		Path: at.path, Name: part.name, ContentType: part.media, Data: data,
		Inline:  inline && (at.related || strings.HasPrefix(part.media, "image/")),
		Damaged: at.cut, Nested: at.nested, Inner: at.inner,
	})
}

// isBodyText tells the mail's own words from a file that is text.
func isBodyText(part partHead, data []byte) bool {
	return strings.HasPrefix(part.media, "text/") && !part.named && !isContainer(data)
}

// isAttachedMail recognises a mail forwarded as a file, also when it calls itself something
// else: QQ and 163 send .eml as application/octet-stream.
func isAttachedMail(part partHead, data []byte) bool {
	switch part.media {
	case "message/rfc822", "message/global", "message/news":
		return true
	}
	if !strings.HasSuffix(strings.ToLower(part.name), ".eml") || isContainer(data) {
		return false
	}
	return looksLikeMail(data)
}

// looksLikeMail asks for three header fields of which one says who or how.
func looksLikeMail(data []byte) bool {
	known, fields := false, 0
	data = trimBOM(data[:min(len(data), 16<<10)])
	for len(data) > 0 && fields < 50 {
		line, rest := cutLine(data)
		if len(line) == 0 {
			break
		}
		if name, _, ok := splitField(line); ok {
			fields++
			switch name {
			case "from", "received", "mime-version", "message-id", "return-path":
				known = true
			}
		}
		data = rest
	}
	return known && fields >= 3
}

// attachedMail reads a mail inside the mail. Its words are somebody else's, so they go to the
// quoted text; what it carries is kept with a note of where it was.
func (p *messageParser) attachedMail(data []byte, at place) (string, error) {
	h, body, err := p.readHeader(bytes.TrimLeft(trimBOM(data), "\r\n"))
	if err != nil {
		return "", err
	}
	at.nested++
	at.inner = &Inner{
		From: parseAddresses(h.get("from")), Subject: h.text("subject"),
		Date: h.text("date"), MessageID: firstID(h.get("message-id")),
	}
	p.noteReturned(h)
	text, err := p.entity(h, body, at.child(1))
	p.addQuoted(text)
	return "", err
}

// isTNEF recognises Outlook's private wrapper, usually winmail.dat.
func isTNEF(part partHead, data []byte) bool {
	return len(data) >= 4 && binary.LittleEndian.Uint32(data) == tnefSignature &&
		(strings.Contains(part.media, "tnef") || !strings.HasPrefix(part.media, "text/"))
}

// openTNEF takes the files and, where there is nothing else, the text out of a winmail.dat.
func (p *messageParser) openTNEF(part partHead, data []byte, at place) (string, error) {
	opened := readTNEF(data, p.limits.Parts-p.parts)
	if opened.damaged {
		p.problem(MailTNEF)
	}
	if len(opened.files) == 0 && opened.body == "" {
		p.attach(part, data, at)
		return "", nil
	}
	if at.path == "" {
		at.path = "1"
	}
	for n, file := range opened.files {
		if p.parts++; p.parts > p.limits.Parts {
			return "", &LimitError{What: "parts", Max: p.limits.Parts}
		}
		below := at.child(n + 1)
		below.cut = below.cut || file.damaged
		p.attach(partHead{media: "application/octet-stream", name: attachmentName(file.name)}, file.data, below)
	}
	return opened.body, nil
}

// noteSMIME tells an encrypted mail from one whose content is inside its signature.
func (p *messageParser) noteSMIME(part partHead) {
	if strings.Contains(part.declared.params["smime-type"], "signed") {
		p.problem(MailOpaque)
		return
	}
	p.problem(MailEncrypted)
}
