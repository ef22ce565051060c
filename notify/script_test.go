package notify_test

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	"duban/notify"
)

// peer is a mail server that answers as a test wants: one goroutine per connection, over
// pipes, so that it lives inside a synctest bubble.
type peer struct {
	// answer gives the reply to a line ("" for the greeting, "." for a body); "cut" closes
	// the connection, "hang" never answers.
	answer func(line string) string

	mu     sync.Mutex
	lines  []string // every command of every connection
	bodies []string // as they came, dots included
	conns  int
	wg     sync.WaitGroup
}

// agree is a server that takes everything.
func agree(line string) string {
	switch verb, _, _ := strings.Cut(line, " "); verb {
	case "":
		return "220 mail.example"
	case "EHLO":
		return "250-mail.example\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 SIZE 10000000"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 ok"
}

// except answers the lines that begin so, and agrees to the others.
func except(replies map[string]string) func(string) string {
	return func(line string) string {
		for prefix, reply := range replies {
			if prefix == line || prefix != "" && strings.HasPrefix(line, prefix) {
				return reply
			}
		}
		return agree(line)
	}
}

func (p *peer) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.mu.Lock()
	p.conns++
	p.mu.Unlock()
	p.wg.Go(func() { p.talk(theirs) })
	return ours, nil
}

func (p *peer) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	if !p.say(conn, r, "") {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		p.mu.Lock()
		p.lines = append(p.lines, line)
		p.mu.Unlock()
		if !p.say(conn, r, line) || line == "QUIT" {
			return
		}
		if line == "DATA" && !p.body(conn, r) {
			return
		}
	}
}

// body reads up to the final dot.
func (p *peer) body(conn net.Conn, r *bufio.Reader) bool {
	if !strings.HasPrefix(p.answer("DATA"), "354") {
		return true
	}
	var body strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		body.WriteString(line)
	}
	p.mu.Lock()
	p.bodies = append(p.bodies, body.String())
	p.mu.Unlock()
	return p.say(conn, r, ".")
}

// say answers a line and reports whether the conversation goes on.
func (p *peer) say(conn net.Conn, r *bufio.Reader, line string) bool {
	switch reply := p.answer(line); reply {
	case "cut":
		return false
	case "hang":
		_, _ = r.ReadString(0) // until the client gives up
		return false
	default:
		_, err := conn.Write([]byte(reply + "\r\n"))
		return err == nil
	}
}

func (p *peer) sender(t *testing.T) *notify.SMTP {
	t.Helper()
	s, err := notify.NewSMTP(notify.MailServer{Host: "127.0.0.1", Port: 25, TLS: "none", Dial: p.dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.wg.Wait)
	return s
}

// got counts the bodies the server took.
func (p *peer) got() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.bodies)
}

func (p *peer) said(verb string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, l := range p.lines {
		if strings.HasPrefix(l, verb) {
			n++
		}
	}
	return n
}
