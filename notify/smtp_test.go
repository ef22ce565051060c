package notify_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"duban/notify"
)

const (
	us   = "zdxmb@lanchuan.example"
	them = "jtj@lanchuan.example"
)

var small = []byte("Subject: x\r\n\r\n.\r\n..two\r\nlast\r\n")

// verdictOf is the verdict of an error of Send; every one has one.
func verdictOf(t *testing.T, err error) notify.Verdict {
	t.Helper()
	var se *notify.SendError
	if !errors.As(err, &se) {
		t.Fatalf("%v is no *SendError", err)
	}
	return se.Verdict
}

func TestVerdictFollowsTheAnswerAndTheStep(t *testing.T) {
	for _, c := range []struct {
		name    string
		replies map[string]string
		verdict notify.Verdict
		session bool
		after   time.Duration // fake time the attempt takes
		bodies  int
	}{
		{"server full", map[string]string{"": "421 too busy"}, notify.Temporary, true, 0, 0},
		{"not for us", map[string]string{"": "554 no service"}, notify.Temporary, true, 0, 0},
		{"silent from the start", map[string]string{"": "hang"}, notify.Temporary, true, time.Minute, 0},
		{"gone at once", map[string]string{"": "cut"}, notify.Temporary, true, 0, 0},
		{"sender locked", map[string]string{"MAIL": "550 account locked"}, notify.Temporary, true, 0, 0},
		{"limit of a connection", map[string]string{"MAIL": "450 MI:DMC"}, notify.Temporary, true, 0, 0},
		{"greylisted", map[string]string{"RCPT": "451 try again"}, notify.Temporary, false, 0, 0},
		{"no such box", map[string]string{"RCPT": "550 user unknown"}, notify.Permanent, false, 0, 0},
		{"closing at rcpt", map[string]string{"RCPT": "421 closing"}, notify.Temporary, true, 0, 0},
		{"silent at rcpt", map[string]string{"RCPT": "hang"}, notify.Temporary, true, time.Minute, 0},
		{"cut at rcpt", map[string]string{"RCPT": "cut"}, notify.Temporary, true, 0, 0},
		{"refused at data", map[string]string{"DATA": "554 spam"}, notify.Permanent, false, 0, 0},
		{"cut in the body", map[string]string{"DATA": "cut"}, notify.Temporary, true, 0, 0},
		{"body refused for now", map[string]string{".": "451 DT:SPM"}, notify.Temporary, false, 0, 1},
		{"body refused", map[string]string{".": "552 too large"}, notify.Permanent, false, 0, 1},
		{"cut after the dot", map[string]string{".": "cut"}, notify.Doubtful, true, 0, 1},
		{"silent after the dot", map[string]string{".": "hang"}, notify.Doubtful, true, 10 * time.Minute, 1},
		{"nonsense after the dot", map[string]string{".": "hello?"}, notify.Doubtful, true, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &peer{answer: except(c.replies)}
				s := p.sender(t)
				start := time.Now()
				err := s.Send(t.Context(), us, them, small)
				took := time.Since(start)
				s.Hangup()
				var se *notify.SendError
				if !errors.As(err, &se) || se.Verdict != c.verdict || se.Session != c.session {
					t.Errorf("%#v, want verdict %v, session %v", err, c.verdict, c.session)
				}
				if took != c.after {
					t.Errorf("took %v, want %v", took, c.after)
				}
				if p.got() != c.bodies {
					t.Errorf("server took %d bodies, want %d", p.got(), c.bodies)
				}
			})
		})
	}
}

func TestLateAnswerIsStillDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &peer{answer: func(line string) string {
			if line == "." {
				time.Sleep(9 * time.Minute) // fake: Postfix may take that long
			}
			return agree(line)
		}}
		s := p.sender(t)
		defer s.Hangup()
		if err := s.Send(t.Context(), us, them, small); err != nil {
			t.Errorf("a 250 after nine minutes: %v", err)
		}
	})
}

func TestDeliveredIsDeliveredWhateverFollows(t *testing.T) {
	for _, quit := range []string{"cut", "hang", "500 what?"} {
		synctest.Test(t, func(t *testing.T) {
			p := &peer{answer: except(map[string]string{"QUIT": quit, "RSET": "502 not implemented"})}
			s := p.sender(t)
			s.PerConn = 1
			for range 3 {
				if err := s.Send(t.Context(), us, them, small); err != nil {
					t.Errorf("QUIT answered %q: %v", quit, err)
				}
			}
			if p.got() != 3 || p.conns != 3 {
				t.Errorf("%d letters on %d connections, want 3 on 3", p.got(), p.conns)
			}
		})
	}
}

func TestOnlyPlainCommandsAreSpoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &peer{answer: agree}
		s := p.sender(t)
		for range 25 {
			if err := s.Send(t.Context(), us, them, small); err != nil {
				t.Fatal(err)
			}
		}
		s.Hangup()
		if p.conns != 3 {
			t.Errorf("25 letters took %d connections, want 3 of ten", p.conns)
		}
		for _, verb := range []string{"RSET", "NOOP"} {
			if p.said(verb) > 0 {
				t.Errorf("%s was said", verb)
			}
		}
		for _, l := range p.lines {
			if strings.Contains(l, "SMTPUTF8") {
				t.Errorf("%q asks for SMTPUTF8", l)
			}
		}
	})
}

// A server may close a connection kept between letters; that costs no letter an attempt.
func TestClosedKeptConnectionIsDialledAgain(t *testing.T) {
	for _, how := range []string{"421 idle too long", "cut", "450 MI:DMC"} {
		synctest.Test(t, func(t *testing.T) {
			mails := 0
			p := &peer{}
			p.answer = func(line string) string {
				if strings.HasPrefix(line, "MAIL") {
					if mails++; mails == 2 {
						return how
					}
				}
				return agree(line)
			}
			s := p.sender(t)
			defer s.Hangup()
			for range 2 {
				if err := s.Send(t.Context(), us, them, small); err != nil {
					t.Errorf("%q: %v", how, err)
				}
			}
			if p.conns != 2 || p.got() != 2 {
				t.Errorf("%q: %d letters on %d connections", how, p.got(), p.conns)
			}
		})
	}
}

func TestStopIsHeededUpToTheBodyAndNotInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &peer{answer: except(map[string]string{"RCPT": "hang"})}
		s := p.sender(t)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		if err := s.Send(ctx, us, them, small); verdictOf(t, err) != notify.Temporary || time.Since(start) != 5*time.Second {
			t.Errorf("stopped at RCPT: %v after %v", err, time.Since(start))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := &peer{answer: func(line string) string {
			if line == "." {
				cancel()
				time.Sleep(20 * time.Second)
			}
			return agree(line)
		}}
		s := p.sender(t)
		if err := s.Send(ctx, us, them, small); err != nil {
			t.Errorf("stopped after the body: %v, want the server's 250", err)
		}
		s.Hangup()
	})
}

func TestTooLargeForTheServerIsToldWithoutSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &peer{answer: except(map[string]string{"EHLO": "250-hi\r\n250 SIZE 20"})}
		s := p.sender(t)
		if err := s.Send(t.Context(), us, them, small); verdictOf(t, err) != notify.Permanent || p.said("MAIL") != 0 {
			t.Errorf("%v, MAIL said %d times", err, p.said("MAIL"))
		}
	})
}

func TestEndlessServerIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &peer{answer: except(map[string]string{"EHLO": strings.Repeat("250-more and more of the same thing\r\n", 60_000) + "250 ok"})}
		s := p.sender(t)
		if err := s.Send(t.Context(), us, them, small); verdictOf(t, err) != notify.Temporary {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatCannotBeSentExactlyIsRefused(t *testing.T) {
	p := &peer{answer: agree}
	s := p.sender(t)
	for _, raw := range []string{"no end", "bare\nfeed\r\n", "bare\rreturn\r\n", "8-bit é\r\n", strings.Repeat("x", 999) + "\r\n", ""} {
		if err := s.Send(t.Context(), us, them, []byte(raw)); verdictOf(t, err) != notify.Permanent {
			t.Errorf("%.20q: %v", raw, err)
		}
	}
	for _, to := range []string{"", "a b@c.example", "a@b.example>\r\nDATA", "张三@b.example"} {
		if err := s.Send(t.Context(), us, to, small); verdictOf(t, err) != notify.Permanent {
			t.Errorf("%q: %v", to, err)
		}
	}
	if p.conns != 0 {
		t.Error("the server was asked")
	}
}

func TestAnswersAreKeptWithoutAddresses(t *testing.T) {
	got := notify.Scrub("550 5.1.1 <zhang.san@lanchuan.example>: user\r\nunknown \x1b[31m" + strings.Repeat("很", 200))
	if strings.Contains(got, "zhang") || strings.ContainsAny(got, "\r\n\x1b") || len(got) > 210 || !strings.HasPrefix(got, "550 5.1.1 <<address>>: user") {
		t.Errorf("%q", got)
	}
}

// box is a go-smtp backend: a real server's idea of the protocol.
type box struct {
	user, password string
	mechanisms     []string
	bodies         [][]byte
	tls            []bool
}

type boxSession struct {
	*box
	conn *smtp.Conn
}

func (b *box) NewSession(c *smtp.Conn) (smtp.Session, error) { return &boxSession{b, c}, nil }

func (s *boxSession) AuthMechanisms() []string { return s.mechanisms }

func (s *boxSession) Auth(mech string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != s.user || password != s.password {
			return smtp.ErrAuthFailed
		}
		return nil
	}
	if mech == sasl.Login {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

// loginServer is the LOGIN mechanism, which go-sasl has on the client's side only.
type loginServer struct {
	user  *string
	step  int
	check func(user, password string) error
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(*l.user, string(response))
}

func (s *boxSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *boxSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *boxSession) Reset()                               {}
func (s *boxSession) Logout() error                        { return nil }

func (s *boxSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	_, over := s.conn.TLSConnectionState()
	s.bodies, s.tls = append(s.bodies, b), append(s.tls, over)
	return err
}

// open starts the server on loopback and gives its port and the pool that trusts it.
func (b *box) open(t *testing.T, way string) (int, *x509.CertPool) {
	t.Helper()
	cert, pool := selfSigned(t)
	srv := smtp.NewServer(b)
	srv.ErrorLog = log.New(io.Discard, "", 0)
	srv.AllowInsecureAuth = way == "none"
	if way != "none" {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if way == "implicit" {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return port, pool
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestARealServerGetsTheExactBytesOverEveryTransport(t *testing.T) {
	raw := mustRender(t, aDraft())
	raw = append(raw, "..dots\r\n.\r\n"...) // an epilogue that must be stuffed
	for _, way := range []string{"implicit", "starttls", "none"} {
		for _, mech := range []string{sasl.Plain, sasl.Login} {
			b := &box{user: "zdxmb", password: "geheim", mechanisms: []string{mech}}
			port, pool := b.open(t, way)
			s, err := notify.NewSMTP(notify.MailServer{Host: "127.0.0.1", Port: port, TLS: way, CAs: pool, User: "zdxmb", Password: "geheim"})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.Send(t.Context(), us, them, raw); err != nil {
					t.Fatalf("%s %s: %v", way, mech, err)
				}
			}
			s.Hangup()
			if len(b.bodies) != 2 || !bytes.Equal(b.bodies[0], raw) || !bytes.Equal(b.bodies[1], raw) {
				t.Errorf("%s %s: the server got %d bodies, or other bytes", way, mech, len(b.bodies))
			}
			if b.tls[0] != (way != "none") {
				t.Errorf("%s: encrypted %v", way, b.tls[0])
			}
		}
	}
}

func TestPasswordNeverLeavesOverAnUntrustedLine(t *testing.T) {
	b := &box{user: "zdxmb", password: "geheim", mechanisms: []string{sasl.Plain}}
	plain, _ := b.open(t, "none")
	secure, _ := b.open(t, "implicit")
	for name, m := range map[string]notify.MailServer{
		"starttls stripped":  {Host: "127.0.0.1", Port: plain, TLS: "starttls"},
		"unknown authority":  {Host: "127.0.0.1", Port: secure, TLS: "implicit", CAs: x509.NewCertPool()},
		"plain for implicit": {Host: "127.0.0.1", Port: plain, TLS: "implicit", Step: 5 * time.Second},
	} {
		m.User, m.Password = "zdxmb", "geheim"
		s, err := notify.NewSMTP(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), us, them, small); verdictOf(t, err) != notify.Temporary || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(b.bodies) > 0 {
		t.Error("a letter went out")
	}
	for _, m := range []notify.MailServer{{Host: "mail.example", TLS: "none"}, {Host: "10.0.0.1", TLS: "none"}, {Host: "127.0.0.1", TLS: "maybe"}, {Host: "127.0.0.1"}} {
		if _, err := notify.NewSMTP(m); err == nil {
			t.Errorf("tls %q to %s was taken", m.TLS, m.Host)
		}
	}
}

func TestWrongPasswordIsTemporaryForTheLetter(t *testing.T) {
	b := &box{user: "zdxmb", password: "geheim", mechanisms: []string{sasl.Plain}}
	port, _ := b.open(t, "none")
	s, err := notify.NewSMTP(notify.MailServer{Host: "127.0.0.1", Port: port, TLS: "none", User: "zdxmb", Password: "alt"})
	if err != nil {
		t.Fatal(err)
	}
	var se *notify.SendError
	if err := s.Send(t.Context(), us, them, small); !errors.As(err, &se) || se.Verdict != notify.Temporary || !se.Session || se.Step != "login" {
		t.Errorf("%v", err)
	}
	if err := s.Check(t.Context()); !errors.As(err, &se) || se.Step != "login" {
		t.Errorf("check: %v", err)
	}
}
