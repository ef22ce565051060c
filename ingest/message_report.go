package ingest

import (
	"bytes"
	"strings"
)

// readReport reads the blocks of a delivery report (RFC 3464) or a read receipt (RFC 8098).
// The first block speaks of the mail, each later one of a recipient; some mailers put an empty
// block first, and a receipt has one block for both.
func (p *messageParser) readReport(data []byte) {
	for range maxBlocks {
		data = bytes.TrimLeft(data, "\r\n")
		if len(data) == 0 {
			return
		}
		h, rest, err := p.readHeader(data)
		if err != nil || len(rest) == len(data) {
			return
		}
		data = rest
		if id := firstID(h.get("original-message-id")); id != "" {
			p.returned().MessageID = id
		}
		d := Delivery{
			Recipient:  reportedAddress(h),
			Action:     strings.ToLower(h.text("action")),
			Status:     cutComment(h.text("status")),
			Diagnostic: h.text("diagnostic-code"),
		}
		if disposition := strings.ToLower(h.text("disposition")); disposition != "" {
			_, what, _ := strings.Cut(disposition, ";")
			d.Action = strings.TrimSpace(what)
		}
		if d.Recipient != "" || d.Action != "" {
			p.msg.Deliveries = append(p.msg.Deliveries, d)
		}
	}
}

// maxBlocks bounds the recipients read from one report.
const maxBlocks = 200

// reportedAddress is the address a block is about: the one written to, where both are told.
func reportedAddress(h header) string {
	for _, name := range []string{"original-recipient", "final-recipient"} {
		value := h.text(name)
		if _, addr, ok := strings.Cut(value, ";"); ok {
			value = addr
		}
		if strings.Contains(value, "@") {
			return canonicalAddr(strings.Trim(strings.TrimSpace(value), "<>"))
		}
	}
	return ""
}

// readReturned reads the header of the mail a report is about.
func (p *messageParser) readReturned(data []byte) {
	h, _, err := p.readHeader(bytes.TrimLeft(data, "\r\n"))
	if err == nil {
		p.noteReturned(h)
	}
}

// noteReturned keeps what identifies an attached mail: in a report it is the one that failed.
func (p *messageParser) noteReturned(h header) {
	r := p.returned()
	if r.MessageID == "" {
		r.MessageID = firstID(h.get("message-id"))
	}
	if r.Key == "" {
		r.Key = h.text("x-duban-key")
	}
	if r.Subject == "" {
		r.Subject = h.text("subject")
	}
}

func (p *messageParser) returned() *Returned {
	if p.msg.Returned == nil {
		p.msg.Returned = &Returned{}
	}
	return p.msg.Returned
}

// readCalendar notes that the mail is about a meeting.
func (p *messageParser) readCalendar(part partHead, data []byte) {
	method := strings.ToUpper(part.declared.params["method"])
	if method == "" {
		for line := range bytes.Lines(data) {
			if value, ok := bytes.CutPrefix(line, []byte("METHOD:")); ok {
				method = strings.ToUpper(strings.TrimSpace(string(value)))
				break
			}
		}
	}
	if method == "" {
		method = "-"
	}
	p.msg.Calendar = method
}
