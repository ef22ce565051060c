package ingest

import (
	"bytes"
	"encoding/binary"
	"strings"
)

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

// sealed reads the mail inside an S/MIME signature. The signature is looked at as little as
// that of multipart/signed: who vouches for a sender is the server's word or DKIM.
func (p *messageParser) sealed(content []byte, at place) (string, error) {
	h, body, err := p.readHeader(bytes.TrimLeft(content, "\r\n"))
	if err != nil {
		return "", err
	}
	return p.entity(h, body, at.child(1))
}

// noteSMIME tells an encrypted mail from one whose content is inside its signature.
func (p *messageParser) noteSMIME(part partHead) {
	if strings.Contains(part.declared.params["smime-type"], "signed") {
		p.problem(MailOpaque)
		return
	}
	p.problem(MailEncrypted)
}
