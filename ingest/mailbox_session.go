package ingest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// imapSession is one connection. All its steps run one after the other; each runs in a
// goroutine of its own only so that a library that never returns can be left behind.
type imapSession struct {
	guard  *guard
	client *imapclient.Client

	validity uint32 // UIDVALIDITY of the open folder; 0 when the server names none
	exists   uint32
	full     int // percent of the quota in use; 0 when not known
}

// stuckAfter is how long the library may take to return once its connection is closed.
const stuckAfter = 10 * time.Second

// goodbyeWait is how long a server may take over LOGOUT.
const goodbyeWait = 5 * time.Second

// dialIMAP connects, logs in and introduces itself. A server whose reply to ID kills the
// connection gets a second one without it.
func dialIMAP(ctx context.Context, cfg IMAPConfig) (*imapSession, error) {
	s, err := connectIMAP(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := s.login(ctx, cfg); err != nil {
		s.abandon()
		return nil, err
	}
	err = s.introduce(ctx, cfg)
	if err == nil {
		return s, nil
	}
	s.abandon()
	if isNetworkFault(err) || ctx.Err() != nil {
		return nil, err
	}
	if s, err = connectIMAP(ctx, cfg); err != nil {
		return nil, err
	}
	if err := s.login(ctx, cfg); err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

// connectIMAP reaches the server with the security cfg asks for, never with less.
func connectIMAP(ctx context.Context, cfg IMAPConfig) (*imapSession, error) {
	if cfg.TLS == "none" && !isLoopback(cfg.Host) {
		return nil, fmt.Errorf("%w: tls none to %s, which is not loopback", ErrUnsafe, cfg.Host)
	}
	raw, err := cfg.Dial(ctx, "tcp", net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port)))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	stream, err := secure(ctx, raw, cfg)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	g := newGuard(stream, raw, cfg.Limits.guard())
	s := &imapSession{guard: g, client: imapclient.New(g, &imapclient.Options{})}
	if err := s.step(ctx, "greeting", s.client.WaitGreeting); err != nil {
		s.abandon()
		return nil, err
	}
	switch s.client.State() {
	case imap.ConnStateNotAuthenticated:
	case imap.ConnStateAuthenticated, imap.ConnStateSelected:
		s.abandon()
		return nil, fmt.Errorf("%w: the server claims we are logged in already (PREAUTH)", ErrUnsafe)
	default: // the guard ended the connection right behind the greeting
		err := s.explain("greeting", net.ErrClosed)
		s.abandon()
		return nil, err
	}
	return s, nil
}

// login proves who we are: LOGIN, which every provider serves, or AUTHENTICATE PLAIN where
// LOGIN is disabled (QQ and Sina advertise AUTH=PLAIN and then refuse it).
func (s *imapSession) login(ctx context.Context, cfg IMAPConfig) error {
	return s.step(ctx, "login", func() error {
		caps := s.client.Caps()
		var err error
		switch {
		case !caps.Has(imap.CapLoginDisabled):
			err = s.client.Login(cfg.User, cfg.Password).Wait()
		case caps.Has(imap.AuthCap("PLAIN")):
			err = s.client.Authenticate(sasl.NewPlainClient("", cfg.User, cfg.Password))
		default:
			return fmt.Errorf("%w: neither LOGIN nor AUTH=PLAIN is offered", ErrLoginRefused)
		}
		return refusal(ErrLoginRefused, err)
	})
}

// introduce sends ID, which NetEase and Coremail demand between LOGIN and EXAMINE. A server
// that does not know it answers BAD, which is harmless; only a lost connection is an error.
func (s *imapSession) introduce(ctx context.Context, cfg IMAPConfig) error {
	id := &imap.IDData{Name: asciiOnly(cfg.Name), Version: asciiOnly(cfg.Version), Vendor: asciiOnly(cfg.Vendor)}
	if *id == (imap.IDData{}) {
		return nil
	}
	err := s.step(ctx, "id", func() error {
		_, err := s.client.ID(id).Wait()
		return refusal(errIDRefused, err)
	})
	if errors.Is(err, errIDRefused) {
		return nil
	}
	return err
}

var errIDRefused = errors.New("id refused")

// examine opens folder read-only.
func (s *imapSession) examine(ctx context.Context, folder string) error {
	return s.step(ctx, "examine", func() error {
		data, err := s.client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		if err != nil {
			return refusal(ErrFolderRefused, err)
		}
		s.validity, s.exists = data.UIDValidity, data.NumMessages
		return nil
	})
}

// quota asks a server that keeps one (RFC 9208) how full the mailbox is. A refusal means it
// does not say.
func (s *imapSession) quota(ctx context.Context, folder string) error {
	if !s.client.Caps().Has(imap.CapQuota) {
		return nil
	}
	err := s.step(ctx, "quota", func() error {
		roots, err := s.client.GetQuotaRoot(folder).Wait()
		if err != nil {
			return refusal(errQuotaRefused, err)
		}
		s.full = 0
		for _, root := range roots {
			if q := root.Resources[imap.QuotaResourceStorage]; q.Limit > 0 {
				s.full = max(s.full, int(q.Usage*100/q.Limit))
			}
		}
		return nil
	})
	if errors.Is(err, errQuotaRefused) {
		return nil
	}
	return err
}

var errQuotaRefused = errors.New("quota refused")

// logout says goodbye; what the server makes of it does not matter.
func (s *imapSession) logout(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, goodbyeWait)
	defer cancel()
	_ = s.step(ctx, "logout", func() error { return s.client.Logout().Wait() })
}

// abandon closes the connection and waits for the library to notice.
func (s *imapSession) abandon() {
	s.guard.fail(net.ErrClosed)
	timer := time.NewTimer(stuckAfter)
	defer timer.Stop()
	select {
	case <-s.client.Closed():
	case <-timer.C:
	}
}

// step runs one exchange with the server. It ends with ctx, with the guard's limits, and if
// the library does not notice that the connection is closed, with ErrStuck.
func (s *imapSession) step(ctx context.Context, name string, exchange func() error) error {
	stop := context.AfterFunc(ctx, func() { s.guard.fail(ctx.Err()) })
	defer stop()
	done := make(chan error, 1)
	go func() { done <- exchange() }()
	select {
	case err := <-done:
		return s.explain(name, err)
	case <-s.guard.dead:
	}
	timer := time.NewTimer(stuckAfter)
	defer timer.Stop()
	select {
	case err := <-done:
		return s.explain(name, err)
	case <-timer.C:
		return fmt.Errorf("%s: %w (%w)", name, ErrStuck, s.guard.cause())
	}
}

// explain puts the guard's cause in place of the library's report of it. A library error that
// is not a server's answer has cost the connection, whatever the library believes.
func (s *imapSession) explain(name string, err error) error {
	if err == nil {
		return nil
	}
	for _, answer := range []error{ErrLoginRefused, ErrFolderRefused, errIDRefused, errFetchRefused, errQuotaRefused, errListRefused} {
		if errors.Is(err, answer) {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	cause := s.guard.cause()
	switch {
	case cause == nil:
		s.guard.fail(err)
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(cause, net.ErrClosed):
		return fmt.Errorf("%s: %w", name, err) // the library closed it, because of err
	}
	return fmt.Errorf("%s: %w", name, cause)
}

// refusal turns a server's NO or BAD into kind, with the server's words, which Chinese
// providers send in GBK. Anything else is returned as it is.
func refusal(kind, err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return err
	}
	text := strings.TrimSpace(string(answer.Code) + " " + decodeUndeclared([]byte(answer.Text)))
	return fmt.Errorf("%w: %s %s", kind, answer.Type, text)
}

func asciiOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, s)
}
