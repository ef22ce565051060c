package ingest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeIMAP is a server that says what a test wants it to say. It keeps every command.
type fakeIMAP struct {
	greeting string
	validity string // the EXAMINE line about UIDVALIDITY; "" for none
	mails    []fakeMail
	folders  string // the LIST lines
	// answer replaces the server's reply to a command: text is sent as it is, without a tagged
	// line of its own. conn counts the connections from 1.
	answer func(conn int, tag, command string) (text string, mine bool)
	// cutAt closes the first connection after that many bytes; 0 never.
	cutAt int

	mu       sync.Mutex
	commands []string
	conns    int
	sent     int
}

type fakeMail struct {
	uid  uint32
	date time.Time
	body string
	size int // announced; 0 means the truth
}

// silence as an answer makes the server say nothing and wait.
const silence = "\x00silence"

func (f *fakeIMAP) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	f.mu.Lock()
	f.conns++
	n := f.conns
	f.mu.Unlock()
	go f.serve(server, n)
	return client, nil
}

func (f *fakeIMAP) serve(conn net.Conn, n int) {
	defer conn.Close()
	greeting := f.greeting
	if greeting == "" {
		greeting = "* OK ready\r\n"
	}
	if greeting != silence && !f.send(conn, n, greeting) {
		return
	}
	// Commands are read ahead: a client that waits to write while it should read would hold a
	// mutex, and synctest's clock does not move past a mutex.
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(conn); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	for line := range lines {
		tag, command, _ := strings.Cut(line, " ")
		f.mu.Lock()
		f.commands = append(f.commands, command)
		f.mu.Unlock()
		text, mine := "", false
		if f.answer != nil {
			text, mine = f.answer(n, tag, command)
		}
		if !mine {
			text = f.usual(tag, command)
		}
		if text == silence {
			continue
		}
		if !f.send(conn, n, text) || strings.HasPrefix(command, "LOGOUT") {
			return
		}
	}
}

// send writes text, up to the byte at which the first connection is to be cut.
func (f *fakeIMAP) send(conn net.Conn, n int, text string) bool {
	f.mu.Lock()
	cut := len(text)
	if n == 1 {
		if f.cutAt > 0 {
			cut = min(cut, f.cutAt-f.sent)
		}
		f.sent += cut
	}
	f.mu.Unlock()
	_, err := conn.Write([]byte(text[:cut]))
	return err == nil && cut == len(text)
}

func (f *fakeIMAP) usual(tag, command string) string {
	verb, rest, _ := strings.Cut(command, " ")
	switch verb {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 ID\r\n" + tag + " OK done\r\n"
	case "EXAMINE":
		text := fmt.Sprintf("* FLAGS (\\Seen)\r\n* %d EXISTS\r\n", len(f.mails))
		if f.validity != "" {
			text += "* OK [UIDVALIDITY " + f.validity + "] valid\r\n"
		}
		return text + tag + " OK [READ-ONLY] done\r\n"
	case "LIST":
		return f.folders + tag + " OK done\r\n"
	case "FETCH":
		return f.fetch("FETCH FETCH "+rest) + tag + " OK done\r\n"
	case "UID":
		return f.fetch(rest) + tag + " OK done\r\n"
	case "LOGOUT":
		return "* BYE\r\n" + tag + " OK\r\n"
	}
	return tag + " OK done\r\n"
}

// fetch answers FETCH, of UIDs or, where rest begins with the word once more, of sequence numbers.
func (f *fakeIMAP) fetch(rest string) string {
	_, rest, _ = strings.Cut(rest, " ")
	named := func(i int) uint32 { return f.mails[i].uid }
	if strings.HasPrefix(rest, "FETCH ") {
		named = func(i int) uint32 { return uint32(i + 1) }
		_, rest, _ = strings.Cut(rest, " ")
	}
	set, items, _ := strings.Cut(rest, " ")
	var out strings.Builder
	for i, m := range f.mails {
		if !inSet(set, named(i)) && !(strings.Contains(set, "*") && i == len(f.mails)-1) {
			continue
		}
		fmt.Fprintf(&out, "* %d FETCH (UID %d", i+1, m.uid)
		if strings.Contains(items, "INTERNALDATE") {
			fmt.Fprintf(&out, " INTERNALDATE %q", m.date.Format("02-Jan-2006 15:04:05 -0700"))
		}
		if strings.Contains(items, "RFC822.SIZE") {
			size := m.size
			if size == 0 {
				size = len(m.body)
			}
			fmt.Fprintf(&out, " RFC822.SIZE %d", size)
		}
		switch {
		case strings.Contains(items, "BODY.PEEK[HEADER.FIELDS"):
			id := ""
			for line := range strings.SplitSeq(m.body, "\r\n") {
				if strings.HasPrefix(line, "Message-ID:") {
					id = line + "\r\n"
				}
			}
			fmt.Fprintf(&out, " BODY[HEADER.FIELDS (\"Message-ID\")] {%d}\r\n%s\r\n", len(id)+2, id)
		case strings.Contains(items, "BODY.PEEK[HEADER]"):
			header, _, _ := strings.Cut(m.body, "\r\n\r\n")
			fmt.Fprintf(&out, " BODY[HEADER]<0> {%d}\r\n%s", len(header), header)
		case strings.Contains(items, "BODY.PEEK[]"):
			fmt.Fprintf(&out, " BODY[] {%d}\r\n%s", len(m.body), m.body)
		}
		out.WriteString(")\r\n")
	}
	return out.String()
}

// inSet understands "3", "3:5", "3:*" and lists of them.
func inSet(set string, uid uint32) bool {
	for piece := range strings.SplitSeq(set, ",") {
		low, high, ranged := strings.Cut(piece, ":")
		var a, b uint32
		_, _ = fmt.Sscan(low, &a)
		b = a
		if ranged {
			b = ^uint32(0)
			if high != "*" {
				_, _ = fmt.Sscan(high, &b)
			}
		}
		if uid >= a && uid <= b {
			return true
		}
	}
	return false
}

var monday = time.Date(2026, 9, 14, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

// someMails makes n mails with UIDs 11, 12, … received an hour apart.
func someMails(n int) []fakeMail {
	mails := make([]fakeMail, n)
	for i := range mails {
		mails[i] = fakeMail{
			uid:  uint32(11 + i),
			date: monday.Add(time.Duration(i) * time.Hour),
			body: fmt.Sprintf("From: d%02d@lanchuan.example\r\nSubject: mail %d\r\n\r\nText %d\r\n", i, i, i),
		}
	}
	return mails
}

func (f *fakeIMAP) mailbox(limits MailboxLimits) *IMAP {
	return NewIMAP(IMAPConfig{
		Host: "127.0.0.1", Port: 143, TLS: "none", User: "office", Password: "secret",
		Name: "duban", Version: "1", Vendor: "lanchuan", Limits: limits, Dial: f.dial,
	})
}

// drain reads a folder to its end as the collector does.
func drain(t *testing.T, m Mailbox, c Cursor) ([]Raw, Cursor, error) {
	t.Helper()
	var all []Raw
	for range 100 {
		batch, err := m.After(t.Context(), "INBOX", c, monday.AddDate(0, 0, -30))
		if err != nil {
			return all, c, err
		}
		all = append(all, batch.Mails...)
		c = batch.Next
		if !batch.More {
			return all, c, nil
		}
	}
	t.Fatal("the mailbox never ends")
	return nil, c, nil
}

// sameMails fails unless got is exactly want, whole and in order.
func sameMails(t *testing.T, got []Raw, want []fakeMail) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d mails, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.UID != w.uid || string(g.Body) != w.body || !g.Received.Equal(w.date) || g.Problem != "" {
			t.Errorf("mail %d: uid %d received %v problem %q body %q; want uid %d received %v body %q",
				i, g.UID, g.Received, g.Problem, g.Body, w.uid, w.date, w.body)
		}
	}
}
