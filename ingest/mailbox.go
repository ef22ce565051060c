package ingest

import (
	"context"
	"errors"
	"time"
)

// Mailbox is the shared mailbox as the collector sees it: read-only, in ascending order, in
// packs. Production uses IMAP; tests use the same code against a server in memory.
type Mailbox interface {
	// After returns the next pack of mails behind c in folder. The caller stores the pack and
	// its Next cursor in one transaction and calls again with Next while More is set. since is
	// the oldest receipt time a rescan goes back to; it matters only when Rescan is set.
	After(ctx context.Context, folder string, c Cursor, since time.Time) (Batch, error)
	// Close ends the connection of the current poll, if there is one. The next After opens a
	// fresh one.
	Close() error
}

// Cursor is how far a folder has been read. It only saves work: a mail's identity is the
// SHA-256 of its bytes. The zero Cursor reads the folder for the first time.
type Cursor struct {
	UIDValidity uint32 // 0 when the server names none
	UID         uint32 // the highest UID handed out
}

// Batch is one pack of mails, in ascending order of UID.
type Batch struct {
	Mails []Raw
	Next  Cursor // the cursor behind this pack
	More  bool   // there are further mails behind Next
	// Rescan is set when c could not be trusted (first reading, UIDVALIDITY changed, zero or
	// missing): mails already known come again and must be dropped by their digest.
	Rescan bool
	Exists uint32 // how many mails the folder held when it was opened
	Full   int    // how full the mailbox is, in percent of its quota (RFC 9208); 0 when the server does not say
}

// Raw is one mail as the server keeps it.
type Raw struct {
	Folder           string
	UIDValidity, UID uint32
	// Received is the server's receipt time (INTERNALDATE), which alone decides lateness. It is
	// zero when the server cannot state it.
	Received time.Time
	Size     int64  // RFC822.SIZE in bytes; some servers are inexact
	Body     []byte // the whole mail; when Problem is set only its header, if that could be had
	Problem  string // "" or one of the Raw… words
}

// Why a mail came without its body.
const (
	RawTooLarge   = "too-large"  // over MailboxLimits.MaxMail
	RawUnreadable = "unreadable" // the server failed to deliver it alone, twice or more
	RawGone       = "gone"       // it was listed and then it was not: somebody moved or deleted it
)

// Errors of a Mailbox that the office can do something about. All others are worth another
// try at the next poll.
var (
	ErrLoginRefused  = errors.New("mailbox login refused")
	ErrFolderRefused = errors.New("mailbox folder cannot be opened")
	ErrUnsafe        = errors.New("mailbox connection would not be safe")
	// ErrStuck means the IMAP library no longer returns although its connection is closed. The
	// process should end (exit 75) and be started again: the stuck goroutine cannot be stopped.
	ErrStuck = errors.New("imap library stuck on a closed connection")
)

// MailboxLimits bounds what a mailbox may cost. A zero field takes its default.
type MailboxLimits struct {
	Idle      time.Duration // a single read or write: 60 s
	Session   time.Duration // one connection, however busy: 30 min
	PackMails int           // mails a pack: 50
	PackBytes int64         // bytes a pack, except that one mail always fits: 8 MB
	MaxMail   int64         // bytes a mail: 40 MB
	Window    int           // mails listed ahead: 10,000, 24 bytes each
	Budget    int64         // bytes the server may send for one pack: PackBytes + 2 × MaxMail + 64 MB
}

func (l MailboxLimits) withDefaults() MailboxLimits {
	orDuration := func(v, d time.Duration) time.Duration {
		if v > 0 {
			return v
		}
		return d
	}
	orSize := func(v, d int64) int64 {
		if v > 0 {
			return v
		}
		return d
	}
	l.Idle = orDuration(l.Idle, time.Minute)
	l.Session = orDuration(l.Session, 30*time.Minute)
	l.PackMails = int(orSize(int64(l.PackMails), 50))
	l.PackBytes = orSize(l.PackBytes, 8<<20)
	l.MaxMail = orSize(l.MaxMail, 40<<20)
	l.Window = int(orSize(int64(l.Window), 10_000))
	l.Budget = orSize(l.Budget, l.PackBytes+2*l.MaxMail+64<<20)
	return l
}

func (l MailboxLimits) guard() guardLimits {
	return guardLimits{idle: l.Idle, session: l.Session, budget: l.Budget, literal: l.MaxMail + 1<<20}
}
