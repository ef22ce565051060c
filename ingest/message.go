package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Message is one mail, opened: who, what about, the words the sender wrote, and every file it
// carries, however deep. Text is UTF-8 throughout. Nothing in it is trusted yet.
type Message struct {
	From        []Address // every address of every From header; a sender is only certain when there is one
	FromHeaders int
	Sender      []Address
	ReplyTo     []Address
	To, Cc      []Address
	Subject     string
	Date        string    // the Date header as written: shown, never trusted
	Sent        time.Time // Date understood; zero when it cannot be
	MessageID   string    // without angle brackets, as all ids here
	InReplyTo   string
	References  []string
	AuthResults []string // Authentication-Results, the top-most (most trustworthy) first
	Fields      []Field  // the whole top header, in order

	ContentType string // of the mail as a whole, e.g. "multipart/report"
	ReportType  string // its report-type parameter: delivery-status, disposition-notification
	Calendar    string // METHOD of a meeting mail: REQUEST, REPLY, CANCEL; "-" when it names none
	Deliveries  []Delivery
	Returned    *Returned // the mail a bounce or receipt is about, when it is told

	Text        string // what the sender wrote, without what was quoted
	Quoted      string // the quoted or forwarded rest
	Attachments []Attachment
	Links       []string // addresses of files kept in a mail provider's or a cloud store
	Problems    []string // what had to be repaired or left out: the Mail… words
}

// Field is one header field, unfolded and decoded.
type Field struct {
	Name  string // lower case
	Value string
	raw   []byte
}

// Address is one mailbox of an address field.
type Address struct {
	Name string // display name, decoded; anybody can write anything here
	Addr string // addr-spec in lower case; "" when the field holds none
}

// Attachment is one file.
type Attachment struct {
	Path        string // where it hung: "2", "1.2"; inside an attached mail the numbers go on
	Name        string // a label for people, "" when it has none
	ContentType string // as declared, lower case; files are told by content
	Data        []byte
	Inline      bool // shown inside the text: a logo, a signature
	Damaged     bool // cut off or badly coded; a workbook that still opens must be whole all the same
	// Nested counts the attached mails around it; Inner is the innermost of them. Its sender is
	// a note, never a proof.
	Nested int
	Inner  *Inner
}

// Inner is the head of an attached mail.
type Inner struct {
	From      []Address
	Subject   string
	Date      string
	MessageID string
}

// Delivery is one recipient of a delivery report or a read receipt.
type Delivery struct {
	Recipient  string // lower case
	Action     string // failed, delayed, delivered, relayed, expanded; "displayed" for a read receipt
	Status     string // 5.1.1
	Diagnostic string
}

// Returned is what a report tells of the mail it is about.
type Returned struct {
	MessageID string
	Key       string // its X-Duban-Key, when it was one of our letters
	Subject   string
}

// What may be wrong with a mail that was read all the same.
const (
	MailPartial      = "partial"         // one piece of a mail split in several (message/partial)
	MailEncrypted    = "encrypted"       // S/MIME or PGP: cannot be read
	MailOpaque       = "opaque-signed"   // S/MIME with the content inside the signature
	MailBoundary     = "boundary"        // parts found by guessing the boundary
	MailUnclosed     = "unclosed"        // the last boundary is missing
	MailHeader       = "header"          // header lines that are none were passed over
	MailRepeated     = "repeated-header" // a field that must be single comes more than once
	MailTransfer     = "transfer"        // a part is cut off or badly coded
	MailTNEF         = "tnef"            // a winmail.dat could not be opened, or only in part
	MailTextCut      = "text-cut"        // the text is longer than is kept
	MailBodyEncoding = "line-ends"       // line ends were repaired
)

// MessageLimits bounds what opening a mail may cost. A zero field takes its default.
type MessageLimits struct {
	Size   int // bytes of the whole mail: 40 MB
	Depth  int // containers inside each other: 10
	Parts  int // parts altogether: 200
	Header int // bytes of one part's header: 100 KB
	Text   int // bytes of text kept: 1 MB
}

func (l MessageLimits) withDefaults() MessageLimits {
	or := func(v, d int) int {
		if v > 0 {
			return v
		}
		return d
	}
	return MessageLimits{
		Size: or(l.Size, 40<<20), Depth: or(l.Depth, 10), Parts: or(l.Parts, 200),
		Header: or(l.Header, 100<<10), Text: or(l.Text, 1<<20),
	}
}

// LimitError says which limit a mail broke.
type LimitError struct {
	What string // "size", "depth", "parts", "header"
	Max  int
}

// Error names the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("mail exceeds the limit of %d: %s", e.Max, e.What)
}

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
		p.readTop(raw[:min(len(raw), p.limits.Header)])
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
	for _, w := range p.msg.Problems {
		if w == word {
			return
		}
	}
	p.msg.Problems = append(p.msg.Problems, word)
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
