package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The one account of the post office.
const (
	User     = "zdxmb"
	Password = "demo"
)

// maxLetter bounds a letter the SMTP server takes, in bytes.
const maxLetter = 64 << 20

// Sent is a letter the SMTP server accepted.
type Sent struct {
	At   time.Time // when, by the post office's clock
	From string
	To   []string
	Raw  []byte
}

// PostOffice is an IMAP and an SMTP server on loopback. Letters to the office's own
// address land in its INBOX, all others only in Letters.
type PostOffice struct {
	IMAP, SMTP string // host:port
	// Dial reaches a post office that is on no network (InnerPostOffice); nil for one that is.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mailbox *imapmemserver.User
	own     string
	now     func() time.Time
	imap    *imapserver.Server
	smtp    *smtp.Server

	mu      sync.Mutex
	letters []Sent
	refused map[string]int // by address: the code its letters are refused with
	halted  bool           // no letter is taken at all
	filed   string         // the folder in which a copy of every letter taken is filed; "" for none
}

// OpenPostOffice starts both servers on free ports of 127.0.0.1. own is the office's
// address; now stamps what is delivered to it.
func OpenPostOffice(own string, now func() time.Time) (*PostOffice, error) {
	p, err := newPostOffice(own, now)
	if err != nil {
		return nil, err
	}
	if p.IMAP, err = listen(p.imap.Serve); err != nil {
		return nil, err
	}
	if p.SMTP, err = listen(p.smtp.Serve); err != nil {
		return nil, errors.Join(err, p.imap.Close())
	}
	return p, nil
}

// newPostOffice is a post office that nobody can reach yet.
func newPostOffice(own string, now func() time.Time) (*PostOffice, error) {
	p := &PostOffice{mailbox: imapmemserver.NewUser(User, Password), own: own, now: now}
	if err := p.mailbox.Create("INBOX", nil); err != nil {
		return nil, fmt.Errorf("create inbox: %w", err)
	}
	accounts := imapmemserver.New()
	accounts.AddUser(p.mailbox)
	p.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return accounts.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
		InsecureAuth: true, // on loopback only
		Logger:       silent{},
	})
	p.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{office: p, line: c}, nil }))
	p.smtp.AllowInsecureAuth = true
	p.smtp.Domain = "localhost"
	p.smtp.MaxMessageBytes = maxLetter
	p.smtp.ReadTimeout, p.smtp.WriteTimeout = time.Minute, time.Minute
	p.smtp.ErrorLog = silent{}
	return p, nil
}

// listen serves on a free port of loopback and returns its address. The serving goroutine
// ends when its server is closed.
func listen(serve func(net.Listener) error) (string, error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return "", fmt.Errorf("open post office: %w", err)
	}
	go func() { _ = serve(l) }() // it returns when the server is closed, which is no news
	return l.Addr().String(), nil
}

// Deliver puts a mail into the office's INBOX as received at the given time.
func (p *PostOffice) Deliver(raw []byte, at time.Time) error {
	_, err := p.mailbox.Append("INBOX", bytes.NewReader(raw), &imap.AppendOptions{Time: at})
	if err != nil {
		return fmt.Errorf("deliver mail: %w", err)
	}
	return nil
}

// Empty removes the office's INBOX and makes a new one, which has another UIDVALIDITY, as a
// server does that was restored or moved.
func (p *PostOffice) Empty() error {
	if err := errors.Join(p.mailbox.Delete("INBOX"), p.mailbox.Create("INBOX", nil)); err != nil {
		return fmt.Errorf("renew inbox: %w", err)
	}
	return nil
}

// Refuse makes the SMTP server answer letters to an address with a code, 451 as a server
// that greylists or 550 as one that knows nobody of that name, until it is called with 0. The
// address * stands for all others, as of a server out of order. With HangUp it takes the letter
// and ends the connection before it has said so.
func (p *PostOffice) Refuse(to string, code int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused == nil {
		p.refused = map[string]int{}
	}
	p.refused[strings.ToLower(to)] = code
}

// HangUp is the code with which Refuse leaves the sender in doubt.
const HangUp = -1

// Halt makes the SMTP server say to every letter that it is out of service, until it is called
// with false.
func (p *PostOffice) Halt(halted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.halted = halted
}

func (p *PostOffice) refuses(to string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if code := p.refused[strings.ToLower(to)]; code != 0 {
		return code
	}
	return p.refused["*"]
}

// File makes the server file a copy of every letter it takes from now on in a folder of the
// office's mailbox, as many do in 已发送; "" ends it.
func (p *PostOffice) File(folder string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.filed = folder; folder == "" {
		return nil
	}
	if err := p.mailbox.Create(folder, nil); err != nil {
		return fmt.Errorf("create %s: %w", folder, err)
	}
	return nil
}

// Letters lists what the SMTP server accepted so far, in order.
func (p *PostOffice) Letters() []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Sent(nil), p.letters...)
}

// TakeLetters lists the letters accepted since it was last asked, in order, and keeps them no
// longer: a year of them is much.
func (p *PostOffice) TakeLetters() []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.letters
	p.letters = nil
	return taken
}

// Close ends both servers.
func (p *PostOffice) Close() error { return errors.Join(p.imap.Close(), p.smtp.Close()) }

func (p *PostOffice) accept(s Sent) error {
	s.At = p.now()
	p.mu.Lock()
	p.letters = append(p.letters, s)
	filed := p.filed
	p.mu.Unlock()
	if filed != "" {
		if _, err := p.mailbox.Append(filed, bytes.NewReader(s.Raw), &imap.AppendOptions{Time: s.At}); err != nil {
			return fmt.Errorf("file a copy: %w", err)
		}
	}
	for _, to := range s.To {
		if strings.EqualFold(to, p.own) {
			return p.Deliver(s.Raw, p.now())
		}
	}
	return nil
}

// session is one SMTP connection.
type session struct {
	office *PostOffice
	line   *smtp.Conn
	from   string
	to     []string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.office.mu.Lock()
	halted := s.office.halted
	s.office.mu.Unlock()
	if halted {
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "out of service for this performance"}
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if code := s.office.refuses(to); code > 0 {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "refused for this performance"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxLetter))
	if err != nil {
		return fmt.Errorf("read letter: %w", err)
	}
	if err := s.office.accept(Sent{From: s.from, To: s.to, Raw: raw}); err != nil {
		return err
	}
	if slices.ContainsFunc(s.to, func(to string) bool { return s.office.refuses(to) == HangUp }) {
		return s.line.Close()
	}
	return nil
}

// silent drops the servers' own chatter: clients that hang up are expected here.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
