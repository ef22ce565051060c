package demo

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// InnerPostOffice is a post office on no network: its servers are reached by Dial, through
// pipes inside the process. In a bubble of testing/synctest every wait of theirs is one the
// bubble's clock knows of. Its addresses are loopback's, so that the same clients, with the
// same rules, talk to it.
func InnerPostOffice(own string, now func() time.Time) (*PostOffice, error) {
	p, err := newPostOffice(own, now)
	if err != nil {
		return nil, err
	}
	p.IMAP, p.SMTP = "127.0.0.1:143", "127.0.0.1:25"
	doors := map[string]*pipes{p.IMAP: newPipes(), p.SMTP: newPipes()}
	go func() { _ = p.imap.Serve(doors[p.IMAP]) }() // they return when the servers are closed, which is no news
	go func() { _ = p.smtp.Serve(doors[p.SMTP]) }()
	p.Dial = func(ctx context.Context, _, addr string) (net.Conn, error) {
		if d := doors[addr]; d != nil {
			return d.dial(ctx)
		}
		return nil, fmt.Errorf("dial %s: nobody listens there", addr)
	}
	return p, nil
}

// pipes is a net.Listener whose connections are pipes.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{calls: make(chan net.Conn), closed: make(chan struct{})} }

func (l *pipes) dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.calls <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, fmt.Errorf("dial: %w", net.ErrClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("dial: %w", ctx.Err())
	}
}

// Accept waits for the next connection.
func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more.
func (l *pipes) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is a name, for the servers' sake.
func (l *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
