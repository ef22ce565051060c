package ingest

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// What a guard reports when it ends a connection. The cause of a dead session is always
// the guard's latched error: the IMAP library flattens its own into text.
var (
	errServerSilent  = errors.New("mail server silent for too long")
	errSessionOver   = errors.New("mail session lasted too long")
	errByteBudget    = errors.New("mail server sent more than the session's byte budget")
	errLongLine      = errors.New("mail server sent an over-long line")
	errHugeLiteral   = errors.New("mail server announced an over-large literal")
	errDeepList      = errors.New("mail server sent a list nested too deep")
	errBadCapability = errors.New("mail server sent a malformed capability list")
)

// guardLimits bounds one connection. Every field must be positive.
type guardLimits struct {
	idle    time.Duration // a single read or write that takes longer ends the connection
	session time.Duration // the whole connection, however busy
	budget  int64         // bytes the server may send between two refills
	literal int64         // the largest literal the server may announce
}

// guard stands between the IMAP library and the network. The library waits for ever for a
// reply, retries a read that failed, and cannot bound what it parses; the guard gives every
// read and write its own deadline, the session an end, the server a byte budget, and looks
// at the framing before the library does. The first error is latched and the raw connection
// closed, so that nothing is ever read after a fault.
type guard struct {
	net.Conn // the stream as the library sees it: the TLS layer, where there is one
	raw      net.Conn
	limits   guardLimits
	frame    framing
	over     *time.Timer   // ends the session
	dead     chan struct{} // closed with the first error
	unread   chan struct{} // closed when the library has stopped reading
	ended    sync.Once     // closes unread

	mu     sync.Mutex
	err    error
	budget int64
}

// newGuard guards stream, whose bytes travel over raw (the same connection when there is no
// TLS). Closing closes raw: a TLS close would first try to write to a peer that may be stuck.
func newGuard(stream, raw net.Conn, limits guardLimits) *guard {
	g := &guard{
		Conn: stream, raw: raw, limits: limits,
		frame: framing{maxLiteral: limits.literal},
		dead:  make(chan struct{}), unread: make(chan struct{}), budget: limits.budget,
	}
	g.over = time.AfterFunc(limits.session, func() { g.fail(errSessionOver) })
	return g
}

// Read reads within the idle limit and the byte budget.
func (g *guard) Read(p []byte) (int, error) {
	if err := g.cause(); err != nil {
		return 0, err
	}
	timer := time.AfterFunc(g.limits.idle, func() { g.fail(errServerSilent) })
	n, err := g.Conn.Read(p)
	timer.Stop()
	if n > 0 {
		if bad := g.frame.check(p[:n]); bad != nil {
			return 0, g.fail(bad)
		}
		if g.spend(int64(n)) {
			return 0, g.fail(errByteBudget)
		}
	}
	if err != nil {
		return n, g.fail(err)
	}
	return n, nil
}

// Write writes within the idle limit. A write that failed is reported only once the library
// has stopped reading and said so by Close: on the report it ends every command it has under
// way, beside a reader that may still be filling in their results.
func (g *guard) Write(p []byte) (int, error) {
	n, err := 0, g.cause()
	if err == nil {
		timer := time.AfterFunc(g.limits.idle, func() { g.fail(errServerSilent) })
		n, err = g.Conn.Write(p)
		timer.Stop()
	}
	if err == nil {
		return n, nil
	}
	err = g.fail(err)
	timer := time.NewTimer(stuckAfter)
	defer timer.Stop()
	select {
	case <-g.unread:
	case <-timer.C: // the reader is stuck; see ErrStuck
	}
	return n, err
}

// Close is for the library, which calls it when it has stopped reading. Whoever else wants
// the connection ended calls fail.
func (g *guard) Close() error {
	g.fail(net.ErrClosed)
	g.ended.Do(func() { close(g.unread) })
	return nil
}

// The library's own deadlines are ignored: it sets none while it waits for a reply and an
// absolute one on a literal, and both are wrong on a slow line.

// SetDeadline does nothing.
func (g *guard) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (g *guard) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (g *guard) SetWriteDeadline(time.Time) error { return nil }

// fail latches err if it is the first, closes the raw connection and returns the latched one.
func (g *guard) fail(err error) error {
	g.mu.Lock()
	first := g.err == nil
	if first {
		g.err = err
	}
	err = g.err
	g.mu.Unlock()
	if first {
		g.over.Stop()
		_ = g.raw.Close() // nothing can be done about it, and the latched error tells the story
		close(g.dead)
	}
	return err
}

// cause is the first error, or nil while the connection is usable.
func (g *guard) cause() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

// spend takes n bytes from the budget and reports whether it is overdrawn.
func (g *guard) spend(n int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.budget -= n
	return g.budget < 0
}

// refill gives the server its whole budget again, for the next pack.
func (g *guard) refill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.budget = g.limits.budget
}

// prefixed is a connection that first yields what was read ahead of the TLS layer.
type prefixed struct {
	net.Conn
	first io.Reader
}

// Read yields the prefix, then the connection.
func (p *prefixed) Read(b []byte) (int, error) {
	if p.first != nil {
		n, err := p.first.Read(b)
		if n > 0 || err == nil {
			return n, nil
		}
		p.first = nil
	}
	return p.Conn.Read(b)
}
