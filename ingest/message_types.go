package ingest

import (
	"fmt"
	"time"
)

// Message is one mail, opened: who, what about, the words the sender wrote, and every file it
// carries, however deep. Text is UTF-8 throughout. Nothing in it is trusted yet.
type Message struct {
	From        []Address // every address of every From header; a sender is only certain when there is one
	FromHeaders int
	FromGroup   bool // From uses group syntax (RFC 6854), which hides who wrote
	Sender      []Address
	ReplyTo     []Address
	To, Cc      []Address
	Subject     string
	Date        string    // the Date header as written: shown, never trusted
	Sent        time.Time // Date understood; zero when it cannot be
	MessageID   string    // without angle brackets, as all ids here
	InReplyTo   string
	References  []string
	Fields      []Field // the whole top header, in order
	Trace       []Field // what servers wrote on top (Received, results, signatures): raw, newest first

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
