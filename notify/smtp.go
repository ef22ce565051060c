package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// MailServer is how the office's outgoing mail server is reached.
type MailServer struct {
	Host string
	Port int
	TLS  string         // "implicit", "starttls" (then mandatory) or "none" (only to loopback)
	CAs  *x509.CertPool // nil: the system's

	User, Password string // no user: no login
	Hello          string // the name given in EHLO; "" for localhost

	Step    time.Duration // longest wait of one step of the dialogue; 0 for a minute
	Dot     time.Duration // longest wait for the answer to the final dot; 0 for ten minutes, as Postfix
	PerConn int           // letters on one connection; 0 for ten, more annoys NetEase

	// Dial reaches the server; nil dials TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// SMTP sends letters one recipient at a time, so that one refused address never costs
// another its letter and every answer is about one delivery. It keeps its connection
// between letters and is used by one goroutine.
//
// It speaks the least every server knows: no RSET (eYou, common in government, has none;
// after a refusal the connection is given up instead), no NOOP, no SMTPUTF8, no pipelining.
type SMTP struct {
	MailServer
	client *smtp.Client
	conn   net.Conn
	used   int // letters accepted on this connection
}

// NewSMTP checks the settings; it does not connect.
func NewSMTP(m MailServer) (*SMTP, error) {
	switch m.TLS {
	case "implicit", "starttls":
	case "none":
		if !loopback(m.Host) {
			return nil, fmt.Errorf("outgoing mail server %s: tls none is allowed to this machine only", m.Host)
		}
	default:
		return nil, fmt.Errorf("outgoing mail server %s: tls %q is none of implicit, starttls, none", m.Host, m.TLS)
	}
	if m.Step <= 0 {
		m.Step = time.Minute
	}
	if m.Dot <= 0 {
		m.Dot = 10 * time.Minute
	}
	if m.PerConn <= 0 {
		m.PerConn = 10
	}
	if m.Hello == "" {
		m.Hello = "localhost"
	}
	if m.Dial == nil {
		m.Dial = (&net.Dialer{}).DialContext
	}
	return &SMTP{MailServer: m}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands raw to the server for one recipient, byte for byte. nil means the server
// answered 250 to the final dot: delivered, whatever happens to the connection afterwards.
// Every error is a *SendError. A cancelled ctx stops it up to the body; from then on it
// waits for the server, because leaving would put the letter in doubt.
func (s *SMTP) Send(ctx context.Context, from, to string, raw []byte) error {
	if !plainAddress(from) || !plainAddress(to) {
		return &SendError{Verdict: Permanent, Step: "check", Err: errors.New("the address is no plain mail address")}
	}
	if err := wireable(raw); err != nil {
		return &SendError{Verdict: Permanent, Step: "check", Err: err}
	}
	kept := s.client != nil
	err := s.transact(ctx, from, to, raw)
	var se *SendError
	if kept && ctx.Err() == nil && errors.As(err, &se) && se.Step == "mail" && se.Session {
		// The server had closed the kept connection; nothing of this letter was said.
		return s.transact(ctx, from, to, raw)
	}
	return err
}

// Check connects, logs in and says goodbye, for `duban check --connect`.
func (s *SMTP) Check(ctx context.Context) error {
	defer s.Hangup()
	return s.connect(ctx)
}

func (s *SMTP) transact(ctx context.Context, from, to string, raw []byte) error {
	if s.client == nil {
		if err := s.connect(ctx); err != nil {
			return err
		}
	}
	c, conn := s.client, s.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := s.envelope(from, to, len(raw)); err != nil {
		s.leave(err)
		return err
	}
	if !stop() { // cancelled: the connection is closed and nothing was handed over
		s.drop()
		return &SendError{Step: "data", Session: true, Err: context.Cause(ctx)}
	}
	w, err := c.Data()
	if err != nil {
		s.leave(err)
		return refused("data", err)
	}
	_ = c.UpdateDeadline(s.Dot) // a body may be large and the line slow
	if _, err = w.Write(raw); err == nil {
		err = c.Text.W.Flush()
	}
	if err != nil {
		// Without its final dot the server must discard the letter. Not Hangup: QUIT would
		// first finish the body with a dot, and half a letter would be delivered.
		s.drop()
		return refused("body", err)
	}
	// From here on the dot may reach the server: no answer means nobody knows.
	_ = c.UpdateDeadline(s.Dot)
	if err := w.Close(); err != nil {
		s.drop()
		if reply := new(textproto.Error); !errors.As(err, &reply) {
			return &SendError{Verdict: Doubtful, Step: "dot", Session: true, Err: err}
		}
		return refused("dot", err)
	}
	if s.used++; s.used >= s.PerConn {
		s.Hangup()
	}
	return nil
}

// envelope names sender and recipient, and checks the size the server announced.
func (s *SMTP) envelope(from, to string, size int) error {
	c := s.client
	if _, limit := c.Extension("SIZE"); limit != "" {
		if n, err := strconv.Atoi(limit); err == nil && n > 0 && size > n {
			return &SendError{Verdict: Permanent, Step: "size", Err: fmt.Errorf("the letter has %d bytes, the server takes %d", size, n)}
		}
	}
	_ = c.UpdateDeadline(s.Step) // a dead connection shows in the command itself
	if err := c.Mail("<" + from + ">"); err != nil {
		return refused("mail", err)
	}
	_ = c.UpdateDeadline(s.Step)
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return refused("rcpt", err)
	}
	_ = c.UpdateDeadline(s.Step)
	return nil
}

// connect dials, secures and logs in. Every failure is temporary and of the session: it
// says nothing about a letter.
func (s *SMTP) connect(ctx context.Context) error {
	trouble := func(step string, err error) error {
		s.drop()
		return &SendError{Step: step, Session: true, Err: err}
	}
	wait, cancel := context.WithTimeout(ctx, s.Step)
	defer cancel()
	line, err := s.Dial(wait, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return trouble("connect", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = line.Close() })
	defer stop()
	until, _ := wait.Deadline()
	_ = line.SetDeadline(until)
	var conn net.Conn = &bounded{Conn: line, left: maxReplies}
	s.conn = conn
	secure := &tls.Config{ServerName: s.Host, RootCAs: s.CAs, MinVersion: tls.VersionTLS12}
	if s.TLS == "implicit" {
		over := tls.Client(conn, secure)
		if err := over.HandshakeContext(wait); err != nil {
			return trouble("tls", err)
		}
		conn, s.conn = over, over
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return trouble("greeting", err)
	}
	s.client, s.used = c, 0
	c.SkipSMTPUTF8(true)
	_ = c.UpdateDeadline(s.Step)
	if err := c.Hello(s.Hello); err != nil {
		return trouble("hello", err)
	}
	if s.TLS == "starttls" {
		_ = c.UpdateDeadline(s.Step)
		if offered, _ := c.Extension("STARTTLS"); !offered {
			return trouble("starttls", errors.New("the server offers no STARTTLS"))
		}
		if err := c.StartTLS(secure); err != nil {
			return trouble("starttls", err)
		}
	}
	if err := s.login(c); err != nil {
		return trouble("login", err)
	}
	return nil
}

// login uses PLAIN, or LOGIN where the server knows only that.
func (s *SMTP) login(c *smtp.Client) error {
	if s.User == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	_ = c.UpdateDeadline(s.Step)
	clear := s.TLS == "none" // NewSMTP made sure this is loopback
	for _, way := range ways {
		switch way {
		case "PLAIN":
			return c.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host, clear))
		case "LOGIN":
			return c.Auth(smtp.LoginAuth(s.User, s.Password, s.Host, clear))
		}
	}
	return fmt.Errorf("the server offers neither PLAIN nor LOGIN (it offers %.100q)", offered)
}

// Hangup ends the connection politely. What the server answers no longer matters.
func (s *SMTP) Hangup() {
	if s.client != nil {
		_ = s.client.UpdateDeadline(min(s.Step, 5*time.Second))
		_ = s.client.Quit()
	}
	s.drop()
}

// leave ends the connection after a refusal: politely when the server still talks.
func (s *SMTP) leave(err error) {
	if reply := new(textproto.Error); errors.As(err, &reply) {
		s.Hangup()
	}
	s.drop()
}

// drop closes the connection without another word.
func (s *SMTP) drop() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.client, s.conn, s.used = nil, nil, 0
}

// maxReplies bounds what a server may say on one connection, in bytes.
const maxReplies = 1 << 20

// bounded ends a connection whose server talks without end.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the server says more than any mail server has to")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
