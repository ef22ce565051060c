package ingest

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slowConn yields one byte at a time, with a pause before each.
type slowConn struct {
	net.Conn
	pause time.Duration
}

func (c *slowConn) Read(p []byte) (int, error) {
	time.Sleep(c.pause) // on synctest's clock
	return c.Conn.Read(p[:1])
}

func generousLimits() guardLimits {
	return guardLimits{idle: time.Minute, session: time.Hour, budget: 1 << 20, literal: 1 << 10}
}

func TestGuardLatchesItsFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		g := newGuard(client, client, generousLimits())
		start := time.Now()
		_, first := g.Read(make([]byte, 10))
		if !errors.Is(first, errServerSilent) || time.Since(start) != time.Minute {
			t.Fatalf("%v after %v", first, time.Since(start))
		}
		if _, again := g.Read(make([]byte, 10)); !errors.Is(again, errServerSilent) || time.Since(start) != time.Minute {
			t.Errorf("second read: %v after %v", again, time.Since(start))
		}
		if err := g.Close(); err != nil || !errors.Is(g.cause(), errServerSilent) {
			t.Errorf("close hides the cause: %v", g.cause())
		}
		if _, err := g.Write([]byte("x")); !errors.Is(err, errServerSilent) {
			t.Errorf("write: %v", err)
		}
	})
}

func TestGuardBoundsWhatTheServerSends(t *testing.T) {
	for name, tc := range map[string]struct {
		sent string
		want error
	}{
		"a line too long":         {"* " + strings.Repeat("x", maxLine+1), errLongLine},
		"a list too deep":         {"* 1 FETCH (BODYSTRUCTURE " + strings.Repeat("(", 100), errDeepList},
		"lines split by literals": {strings.Repeat("* x {1}\r\nz", maxLine/5), errLongLine},
		"a literal too large":     {"* 1 FETCH (BODY[] {1025}\r\n", errHugeLiteral},
		"a literal of 30 digits":  {"* 1 FETCH (BODY[] {" + strings.Repeat("9", 30) + "}\r\n", errHugeLiteral},
		"a literal of 60 digits":  {"* 1 FETCH (BODY[] {" + strings.Repeat("9", 60) + "}\r\n", errHugeLiteral},
		"a capability bracket":    {"* OK [CAPABILITY IMAP4rev1 (] hello\r\n", errBadCapability},
		"more than the budget":    {strings.Repeat("* OK still here\r\n", 1<<17), errByteBudget},
		"an ordinary session": {
			"* OK [CAPABILITY IMAP4rev1 ID] Dovecot (Debian) ready.\r\n* 1 FETCH (UID 1 BODY[] {9}\r\n((((\r\n{9})\r\n* 2 EXISTS\r\n", io.EOF,
		},
		"a name that ends in a brace": {"* LIST () \"/\" {a}\r\n* 2 EXISTS\r\n", io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := net.Pipe()
			g := newGuard(client, client, generousLimits())
			go func() {
				_, _ = io.WriteString(server, tc.sent)
				_ = server.Close()
			}()
			_, err := io.Copy(io.Discard, readerOnly{g})
			if err == nil {
				err = io.EOF
			}
			if !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
			_ = g.Close()
		})
	}
}

type readerOnly struct{ io.Reader }

func TestFramingDoesNotDependOnHowBytesArrive(t *testing.T) {
	stream := "* OK hi\r\n* 1 FETCH (BODY[] {5}\r\na\r\nb\r)\r\n* CAPABILITY X (\r\n"
	for size := 1; size <= len(stream); size++ {
		f := framing{maxLiteral: 100}
		var err error
		for at := 0; at < len(stream) && err == nil; at += size {
			err = f.check([]byte(stream[at:min(at+size, len(stream))]))
		}
		if !errors.Is(err, errBadCapability) {
			t.Errorf("in pieces of %d: %v", size, err)
		}
	}
}
