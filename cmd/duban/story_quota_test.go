package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// fill makes the mailbox say from now on how many percent of its quota are in use, as a server
// does that keeps one (RFC 9208). The post office's own keeps none, so one stands in front of it.
func (s *story) fill(percent string) {
	s.t.Helper()
	if s.full.Swap(percent) != nil {
		return
	}
	front, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = front.Close() })
	_, port, err := net.SplitHostPort(s.district.post.IMAP)
	if err != nil {
		s.t.Fatal(err)
	}
	s.configure(fmt.Sprintf("port: %s => port: %d", port, front.Addr().(*net.TCPAddr).Port))
	go func() {
		for {
			line, err := front.Accept()
			if err != nil {
				return // the story is over
			}
			go s.keepQuota(line)
		}
	}()
}

// keepQuota passes one connection on to the post office, and answers what it is asked about the
// quota itself.
func (s *story) keepQuota(client net.Conn) {
	server, err := net.Dial("tcp", s.district.post.IMAP)
	if err != nil {
		_ = client.Close()
		return
	}
	var write sync.Mutex // the answers come from two sides
	say := func(to io.Writer, text []byte) error {
		write.Lock()
		defer write.Unlock()
		_, err := to.Write(text)
		return err
	}
	go eachLine(server, client, func(line []byte) error {
		return say(client, bytes.Replace(line, []byte("CAPABILITY IMAP4rev1"), []byte("CAPABILITY IMAP4rev1 QUOTA"), 1))
	})
	eachLine(client, server, func(line []byte) error {
		tag, command, _ := strings.Cut(string(line), " ")
		if !strings.HasPrefix(command, "GETQUOTAROOT") {
			_, err := server.Write(line)
			return err
		}
		return say(client, fmt.Appendf(nil, "* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (STORAGE %s 100)\r\n%s OK\r\n", s.full.Load(), tag))
	})
}

// eachLine hands on what one side says, line by line, and hangs up on both when it ends.
func eachLine(from, to net.Conn, do func([]byte) error) {
	for r := bufio.NewReader(from); ; {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 && do(line) != nil || err != nil {
			_, _ = from.Close(), to.Close()
			return
		}
	}
}
