package ingest

import (
	"bytes"
	"cmp"
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
	p.name = p.bestName()
	p.named = p.name != "" || p.disposition.value == "attachment"
	if p.name == "" {
		p.name = describedName(h)
	}
	return p
}

// bestName is the name the parameters give. Either field writes it under either word; a value
// put together from pieces of which one is missing yields to any whole one.
func (p partHead) bestName() string {
	torn := ""
	for _, at := range []struct {
		from mimeValue
		word string
	}{{p.disposition, "filename"}, {p.declared, "name"}, {p.declared, "filename"}, {p.disposition, "name"}} {
		name := attachmentName(at.from.params[at.word])
		switch {
		case name == "":
		case !at.from.torn[at.word]:
			return name
		case torn == "":
			torn = name
		}
	}
	return torn
}

// describedName is the file name that stands in a field made for something else, when it can
// be nothing but one.
func describedName(h header) string {
	for _, field := range []string{"content-description", "content-location"} {
		if name := attachmentName(h.text(field)); sheetName.MatchString(name) {
			return name
		}
	}
	return ""
}

// leaf reads a part that is no container: text of the body, an attached mail, a report, or a
// file.
func (p *messageParser) leaf(part partHead, body []byte, at place) (string, error) {
	part.encoding = trueEncoding(part, body)
	if part.encoding == "uuencode" {
		if _, files := takeUU(body, p.limits.Parts-p.parts); len(files) > 1 {
			p.parts += len(files) - 1
			for _, file := range files[1:] {
				p.attachUU(file, at)
			}
		}
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
	case "message/external-body": // the file is elsewhere, as a cloud attachment is
		p.msg.Links = append(p.msg.Links, cmp.Or(part.declared.params["url"], part.declared.params["site"], part.declared.params["access-type"], "-"))
		return "", nil
	case "application/applefile": // what a Mac keeps beside a file
		return "", nil
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-encrypted":
		return "", nil
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if content, ok := signedContent(data); ok {
			return p.sealed(content, at)
		}
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
	switch part.media {
	case "text/csv", "text/comma-separated-values", "text/tab-separated-values":
		return false
	}
	return strings.HasPrefix(part.media, "text/") && !part.named && !isContainer(data)
}

// isAttachedMail recognises a mail forwarded as a file, also when it calls itself something
// else: QQ and 163 send .eml as application/octet-stream.
func isAttachedMail(part partHead, data []byte) bool {
	switch part.media {
	case "message/rfc822", "message/global", "message/news":
		return true
	}
	if isContainer(data) || strings.HasPrefix(part.media, "text/") && !part.named {
		return false
	}
	return !sheetName.MatchString(part.name) && looksLikeMail(data)
}

// looksLikeMail asks for three header fields, and no other line, of which one says who or how.
func looksLikeMail(data []byte) bool {
	known, fields := false, 0
	data = trimBOM(data[:min(len(data), 16<<10)])
	for len(data) > 0 && fields < 50 {
		line, rest := cutLine(data)
		if len(line) == 0 {
			break
		}
		name, _, ok := splitField(line)
		switch {
		case ok:
			fields++
			switch name {
			case "from", "received", "mime-version", "message-id", "return-path":
				known = true
			}
		case line[0] != ' ' && line[0] != '\t' && !bytes.HasPrefix(line, []byte("From ")):
			return false
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
