package ingest

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// IMAPConfig says which mailbox is read and how it is reached.
type IMAPConfig struct {
	Host     string
	Port     int
	TLS      string         // "implicit", "starttls", or "none" (only to loopback)
	CAs      *x509.CertPool // a private CA's certificates; nil trusts the system's
	User     string
	Password string // never logged
	// Name, Version and Vendor are told to the server by the ID command, which NetEase demands
	// before it opens a folder. Anything but ASCII is left out.
	Name, Version, Vendor string
	Limits                MailboxLimits
	// Dial replaces the network in tests; nil dials TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// IMAP is the Mailbox of production. It sends LOGIN (or AUTHENTICATE PLAIN), ID, EXAMINE,
// UID FETCH of UID, INTERNALDATE, RFC822.SIZE and BODY.PEEK, LOGOUT, the library's CAPABILITY,
// GETQUOTAROOT where the server keeps a quota, and nothing else: no flag is set, no mail moved,
// nothing searched. Sent (mailbox_sent.go) sends LIST and FETCH of BODY.PEEK of the Message-ID too.
type IMAP struct {
	cfg IMAPConfig

	mu      sync.Mutex // one poll at a time
	session *imapSession
	// What the current poll has listed and not yet handed out.
	folder  string
	next    Cursor
	pending []mailRef
	rescan  bool
	cut     bool // the listing was longer than the window

	strikes map[mailKey]int // how often the server fell silent over a mail, in earlier polls
}

// mailRef is what the listing tells of a mail.
type mailRef struct {
	uid      uint32
	size     int64
	received time.Time
}

// reconnectsPerPack bounds how often one pack may cost a fresh connection.
const reconnectsPerPack = 6

// NewIMAP returns the mailbox of cfg. It does not connect.
func NewIMAP(cfg IMAPConfig) *IMAP {
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	return &IMAP{cfg: cfg}
}

// Check logs in and opens folder, and reports what a poll would meet.
func (m *IMAP) Check(ctx context.Context, folder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop()
	defer m.hangUp(ctx)
	return m.open(ctx, folder)
}

// Close ends the current poll's connection.
func (m *IMAP) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hangUp(context.Background())
	return nil
}

// After implements Mailbox. An error leaves the cursor where it was: whatever of the pack was
// already fetched is fetched again at the next poll.
func (m *IMAP) After(ctx context.Context, folder string, c Cursor, since time.Time) (Batch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	batch, err := m.after(ctx, folder, c, since)
	if err != nil {
		m.drop()
		return Batch{}, fmt.Errorf("mailbox %s folder %q: %w", m.address(), folder, err)
	}
	return batch, nil
}

func (m *IMAP) after(ctx context.Context, folder string, c Cursor, since time.Time) (Batch, error) {
	if !m.live() || m.folder != folder || m.next != c {
		if err := m.list(ctx, folder, c, since); err != nil {
			return Batch{}, err
		}
	} else if len(m.pending) == 0 && m.cut {
		if err := m.relist(ctx, since); err != nil {
			return Batch{}, err
		}
	}
	pack := m.takePack()
	mails, err := m.fetch(ctx, pack)
	if err != nil {
		return Batch{}, err
	}
	m.next.UIDValidity = m.session.validity
	if n := len(pack); n > 0 {
		m.next.UID = pack[n-1].uid
	}
	return Batch{
		Mails: mails, Next: m.next, More: len(m.pending) > 0 || m.cut,
		Rescan: m.rescan, Exists: m.session.exists, Full: m.session.full,
	}, nil
}

// list opens folder and lists what is new behind c. A cursor of another UIDVALIDITY, or a
// server without one, means the UIDs tell nothing: then the last weeks are listed anew.
func (m *IMAP) list(ctx context.Context, folder string, c Cursor, since time.Time) error {
	if !m.live() {
		m.drop()
	}
	if err := m.open(ctx, folder); err != nil {
		return err
	}
	m.rescan = m.session.validity == 0 || m.session.validity != c.UIDValidity
	m.next = c
	if m.rescan {
		m.next = Cursor{UIDValidity: m.session.validity}
	}
	return m.relist(ctx, since)
}

// relist fills the window from the mails behind next. When the listing itself kills the
// connection it is tried again without INTERNALDATE, the item servers most often get wrong.
func (m *IMAP) relist(ctx context.Context, since time.Time) error {
	refs, cut, err := m.session.listing(ctx, m.next.UID, m.cfg.Limits.Window, true)
	if err != nil && !isNetworkFault(err) && ctx.Err() == nil {
		if again := m.reopen(ctx); again != nil {
			return errors.Join(err, again)
		}
		refs, cut, err = m.session.listing(ctx, m.next.UID, m.cfg.Limits.Window, false)
	}
	if err != nil {
		return err
	}
	if n := len(refs); m.rescan && n > 0 {
		last := refs[n-1].uid
		refs = slices.DeleteFunc(refs, func(r mailRef) bool {
			return !r.received.IsZero() && r.received.Before(since)
		})
		if len(refs) == 0 {
			m.next.UID = last // all of it is too old; the next poll need not look again
		}
	}
	m.pending, m.cut = refs, cut
	return nil
}

// open makes sure there is a session with folder opened.
func (m *IMAP) open(ctx context.Context, folder string) error {
	if m.session == nil {
		s, err := dialIMAP(ctx, m.cfg)
		if err != nil {
			return err
		}
		m.session = s
	}
	m.folder, m.pending, m.cut = folder, nil, false
	if err := m.session.examine(ctx, folder); err != nil {
		return err
	}
	return m.session.quota(ctx, folder)
}

// ensure reconnects when the last step cost the connection.
func (m *IMAP) ensure(ctx context.Context, reconnects *int) error {
	if m.live() {
		m.session.guard.refill()
		return nil
	}
	if *reconnects++; *reconnects > reconnectsPerPack {
		return fmt.Errorf("%d connections lost in one pack: %w", *reconnects, m.session.guard.cause())
	}
	return m.reopen(ctx)
}

// reopen opens the folder again on a fresh connection, keeping the listing. If UIDVALIDITY
// changed in between, the listing is worthless and the poll ends.
func (m *IMAP) reopen(ctx context.Context) error {
	old := m.session
	old.abandon()
	s, err := dialIMAP(ctx, m.cfg)
	if err != nil {
		return err
	}
	m.session = s
	if err := s.examine(ctx, m.folder); err != nil {
		return err
	}
	if s.validity != old.validity {
		return fmt.Errorf("uidvalidity changed from %d to %d while reading", old.validity, s.validity)
	}
	return nil
}

func (m *IMAP) live() bool { return m.session != nil && m.session.guard.cause() == nil }

// drop forgets the session without a word to the server.
func (m *IMAP) drop() {
	if m.session != nil {
		m.session.abandon()
	}
	m.session, m.folder, m.pending, m.cut = nil, "", nil, false
}

// hangUp says goodbye, if the connection still works, and forgets the session.
func (m *IMAP) hangUp(ctx context.Context) {
	if m.live() {
		m.session.logout(ctx)
	}
	m.drop()
}

func (m *IMAP) address() string { return net.JoinHostPort(m.cfg.Host, strconv.Itoa(m.cfg.Port)) }
