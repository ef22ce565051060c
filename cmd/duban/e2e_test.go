//go:build e2e

package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"duban/cmd/duban/internal/demo"
)

// TestEndToEnd lives the district's two weeks on real servers, Dovecot over TLS and Postfix,
// which .ci/run started; without them it fails.
func TestEndToEnd(t *testing.T) {
	env := func(name string) string {
		v := os.Getenv(name)
		if v == "" {
			t.Fatalf("%s is not set: .ci/servers up DIR starts the servers and writes DIR/env", name)
		}
		return v
	}
	ca := env("E2E_CA")
	imaps, smtps := net.JoinHostPort("localhost", env("E2E_IMAPS")), net.JoinHostPort("localhost", env("E2E_SMTPS"))
	d := &district{t: t, dir: t.TempDir()}
	d.config = writeDistrict(t, d.dir, server{imaps, "implicit", ca}, server{smtps, "implicit", ca}, "zdxmb", "e2e")
	inbox := dialAs(t, imaps, ca, "zdxmb")

	if out := d.must("check", "--connect"); !strings.Contains(out, "已登录") {
		t.Errorf("check --connect: %s", out)
	}
	for _, w := range []struct {
		name  string
		turns []string
	}{
		{"2026-W38", weekTurns["2026-W38"]},
		{"2026-W39", weekTurns["2026-W39"]},
	} {
		mails := week(t, w.name)
		rest := mails
		for _, at := range w.turns {
			for len(rest) > 0 && !rest[0].Received.After(mustTime(at)) {
				appendMail(t, inbox, rest[0].Raw, rest[0].Received)
				rest = rest[1:]
			}
			d.must("once", "--at", at)
		}
		checkWeek(t, w.name, []byte(d.must("week", w.name, "--json")))
		checkDecisions(t, mails, decisions(t, d, mails))
	}
	d.letters = func() []demo.Sent {
		return append(fetchAll(t, imaps, ca, "postbag"), fetchAll(t, imaps, ca, "zdxmb")...)
	}
	checkLetters(t, d)
}

// dialAs logs in as user; the server takes anybody with the test's password.
func dialAs(t *testing.T, addr, caFile, user string) *imapclient.Client {
	t.Helper()
	pem, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate in E2E_CA")
	}
	c, err := imapclient.DialTLS(addr, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: roots}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(user, "e2e").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func appendMail(t *testing.T, c *imapclient.Client, raw []byte, at time.Time) {
	t.Helper()
	cmd := c.Append("INBOX", int64(len(raw)), &imap.AppendOptions{Time: at})
	if _, err := cmd.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// fetchAll reads user's INBOX; whom each mail was for stands in Delivered-To. Mails that did
// not come from duban are left out.
func fetchAll(t *testing.T, addr, ca, user string) []demo.Sent {
	t.Helper()
	c := dialAs(t, addr, ca, user)
	box, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if box.NumMessages == 0 {
		return nil
	}
	var all imap.SeqSet
	all.AddRange(1, box.NumMessages)
	section := &imap.FetchItemBodySection{Peek: true}
	found, err := c.Fetch(all, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	var out []demo.Sent
	for _, m := range found {
		raw := m.FindBodySection(section)
		if h := header(t, raw); h.Get("X-Duban-Key") != "" {
			out = append(out, demo.Sent{To: []string{h.Get("Delivered-To")}, Raw: raw})
		}
	}
	return out
}
