package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"duban/ingest/sheet"
	"duban/state"
)

// Job is one thing to open: a mail, or a bare workbook for `duban inspect`.
type Job struct {
	Data []byte
	Name string // the name of a bare workbook; "" for a mail
	Year int    // the year of its receipt: what "11月20日" belongs to
	// Keys are public keys by their DNS names. With them, only the mail's signatures are
	// checked and nothing else is opened.
	Keys map[string][]string
	// Enclosed asks for the mail's attachments instead of its workbooks.
	Enclosed bool
}

// Opened is what one mail holds, before anybody judges it.
type Opened struct {
	Message Message // without the attachments' bytes
	Books   []state.Book
	Files   []File      // the workbooks' bytes, for the letter that returns one marked
	Signed  []Signature // checked with Job.Keys
	// Enclosures are its attachments with Job.Enclosed; Files then holds the bytes of those that
	// may be passed on.
	Enclosures []Enclosure
	Limit      string // the bound it broke: "size", "depth", "parts", "header"; "" when none
}

// File is a file by the digest it is kept under.
type File struct {
	Sum  string // SHA-256, hexadecimal
	Data []byte
}

// Opener opens mails: in this process, or in a child (Worker).
type Opener interface {
	Open(ctx context.Context, job Job) (Opened, error)
}

// InProcess opens mails in this process: for tests, and for files an operator names.
type InProcess struct{ Form *state.Form }

// Open opens one mail. ctx is not looked at: nothing here waits.
func (o InProcess) Open(_ context.Context, job Job) (Opened, error) { return Open(job, o.Form) }

// Open reads a mail and every workbook in it. An error is a fault of ours; whatever is
// wrong with the mail is in what it returns.
func Open(job Job, form *state.Form) (Opened, error) { return open(job, sheet.NewReader(form)) }

func open(job Job, reader *sheet.Reader) (Opened, error) {
	if len(job.Keys) > 0 {
		return Opened{Signed: verify(job.Data, job.Keys)}, nil
	}
	if job.Name != "" {
		o := Opened{Message: Message{Attachments: []Attachment{{Name: job.Name, Data: job.Data}}}}
		return o, o.readBooks(job, reader)
	}
	m, err := ParseMessage(job.Data, MessageLimits{})
	o := Opened{Message: m}
	var limit *LimitError
	if errors.As(err, &limit) {
		o.Limit = limit.What
		o.Books = []state.Book{{Name: m.Subject, Refused: string(sheet.ReasonTooLarge)}}
		o.dropBytes()
		return o, nil
	}
	if err != nil {
		return Opened{}, fmt.Errorf("parse mail: %w", err)
	}
	if job.Enclosed {
		o.enclosures()
		return o, nil
	}
	return o, o.readBooks(job, reader)
}

// readBooks reads the attachments that may be workbooks; a file attached twice is read once.
func (o *Opened) readBooks(job Job, reader *sheet.Reader) error {
	defer o.dropBytes()
	seen := map[string]bool{}
	for _, a := range o.Message.Attachments {
		sum := digest(a.Data)
		if seen[sum] {
			continue
		}
		seen[sum] = true
		readings, err := reader.Readings(a.Name, a.Data, job.Year)
		if err != nil {
			return fmt.Errorf("read attachment: %w", err)
		}
		for _, r := range readings {
			if a.Nested > 0 && r.Book.Way == "" {
				r.Book.Way = wayNested
			}
			if err := o.keep(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds one reading: the book, its bytes, and for a format that cannot be marked an
// .xlsx with the same cells.
func (o *Opened) keep(r sheet.Reading) error {
	b := r.Book
	if b.Refused == "" {
		b.Blob = o.file(r.Data)
		b.Markable = b.Blob
		if r.File.Format != sheet.FormatXLSX { // a marked copy never carries macros
			copied, err := sheet.Markable(r.File)
			if err != nil {
				return fmt.Errorf("copy %s as xlsx: %w", b.Format, err)
			}
			b.Markable = o.file(copied)
		}
	}
	o.Books = append(o.Books, b)
	return nil
}

func (o *Opened) file(data []byte) string {
	f := File{Sum: digest(data), Data: data}
	o.Files = append(o.Files, f)
	return f.Sum
}

func (o *Opened) dropBytes() {
	for i := range o.Message.Attachments {
		o.Message.Attachments[i].Data = nil
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
