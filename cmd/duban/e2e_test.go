//go:build e2e

package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"duban/cmd/duban/internal/demo"
	"duban/state"
)

// TestEndToEnd lives the district's two weeks on real servers, Dovecot over TLS and Postfix,
// which .ci/run started; without them it fails. The same mails in the servers inside the process
// must come to the same facts.
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
		if w.name == "2026-W38" {
			d.must("backup", filepath.Join(d.dir, "w38.tar.gz"))
		}
	}
	d.letters = func() []demo.Sent {
		return append(fetchAll(t, imaps, ca, "postbag"), fetchAll(t, imaps, ca, "zdxmb")...)
	}
	checkLetters(t, d)
	sameFacts(t, d, memoryDistrict(t))
	restoredAmongCopies(t, d, inbox)
}

// restoredAmongCopies files a copy of every letter in the office's 已发送, loses the second week
// and restores the first: duban finds the folder, and writes to nobody but the office again.
func restoredAmongCopies(t *testing.T, d *district, office *imapclient.Client) {
	t.Helper()
	if err := office.Create("已发送", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	before := d.letters()
	for _, l := range before {
		at, err := header(t, l.Raw).Date()
		if err != nil {
			t.Fatal(err)
		}
		appendTo(t, office, "已发送", l.Raw, at)
	}
	if err := os.RemoveAll(filepath.Join(d.dir, "state")); err != nil {
		t.Fatal(err)
	}
	d.must("restore", filepath.Join(d.dir, "w38.tar.gz"))
	last := mustTime(weekTurns["2026-W39"][len(weekTurns["2026-W39"])-1])
	for n := range 3 {
		d.must("once", "--at", last.Add(time.Duration(2*n+2)*time.Minute).Format(time.RFC3339))
	}
	got := map[string]int{}
	for _, l := range before {
		got[header(t, l.Raw).Get("X-Duban-Key")+" "+l.To[0]]++
	}
	again := d.letters()
	for _, l := range again {
		h := header(t, l.Raw)
		key := h.Get("X-Duban-Key") + " " + l.To[0]
		if got[key]--; got[key] < 0 && !strings.Contains(l.To[0], "zdxmb@") {
			t.Errorf("%s left after the restore: %s", key, h.Get("Subject"))
		}
	}
	t.Logf("%d letters before the restore, %d after", len(before), len(again))
}

// memoryDistrict lives the same two weeks on the servers inside the process.
func memoryDistrict(t *testing.T) *district {
	t.Helper()
	d := newDistrict(t)
	for _, name := range []string{"2026-W38", "2026-W39"} {
		rest := week(t, name)
		for _, at := range weekTurns[name] {
			rest = d.deliver(rest, mustTime(at))
			d.must("once", "--at", at)
		}
	}
	return d
}

// sameFacts holds what Dovecot's mailbox gave against what the one in memory gave: every
// mail's record, and every department's week, byte for byte.
func sameFacts(t *testing.T, real, memory *district) {
	t.Helper()
	want, got := factsOf(t, memory), factsOf(t, real)
	digest := func(facts map[string]string) string {
		sum := sha256.New()
		for _, key := range slices.Sorted(maps.Keys(facts)) {
			fmt.Fprintf(sum, "%s\x00%s\x00", key, facts[key])
		}
		return hex.EncodeToString(sum.Sum(nil))
	}
	t.Logf("%d facts, digest %.16s", len(got), digest(got))
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			same := 0
			for same < min(len(got[key]), len(want[key])) && got[key][same] == want[key][same] {
				same++
			}
			t.Errorf("%s differs:\n Dovecot %.200s\n memory  %.200s", key, got[key][max(0, same-60):], want[key][max(0, same-60):])
		}
	}
	if len(want) < 60 || len(got) != len(want) {
		t.Errorf("%d facts from Dovecot, %d from memory", len(got), len(want))
	}
}

// instant is a time in a record; two servers write one instant in two zones.
var instant = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"`)

// factsOf is what is recorded of each mail of the two weeks, and of each department's weeks.
func factsOf(t *testing.T, d *district) map[string]string {
	t.Helper()
	out := map[string]string{}
	put := func(key string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out[key] = instant.ReplaceAllStringFunc(string(data), func(s string) string {
			at, err := time.Parse(`"`+time.RFC3339+`"`, s)
			if err != nil {
				t.Fatal(err)
			}
			return at.UTC().Format(time.RFC3339)
		})
	}
	for _, name := range []string{"2026-W38", "2026-W39"} {
		for file, m := range decisions(t, d, week(t, name)) {
			put(file, m)
		}
		w, err := state.ParseWeek(name)
		if err != nil {
			t.Fatal(err)
		}
		d.view(func(r *state.Records) error {
			depts, err := r.DeptWeeks(w)
			for id, dw := range depts {
				put(name+"/"+id, dw)
			}
			return err
		})
	}
	return out
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
	appendTo(t, c, "INBOX", raw, at)
}

func appendTo(t *testing.T, c *imapclient.Client, folder string, raw []byte, at time.Time) {
	t.Helper()
	cmd := c.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: at})
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
