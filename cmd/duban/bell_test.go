package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hook is a webhook that takes down what it is told, and refuses while it is told to.
type hook struct {
	said   []string
	refuse bool
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var got struct {
		Type string `json:"msgtype"`
		Text struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	data, _ := io.ReadAll(r.Body)
	if json.Unmarshal(data, &got) != nil || got.Type != "text" || h.refuse {
		_, _ = io.WriteString(w, `{"errcode":93000,"errmsg":"invalid webhook url"}`)
		return
	}
	h.said = append(h.said, got.Text.Content)
	_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
}

// With the mail server out of reach the webhook is told once, also across a restart (every
// turn here is a process of its own), and once when it is over; a refusal is tried again.
func TestTheSecondChannelIsToldOnceAndOnceWhenItIsOver(t *testing.T) {
	d := newDistrict(t)
	h := &hook{refuse: true}
	server := httptest.NewServer(h)
	defer server.Close()
	text, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "hook"), []byte(server.URL+"/robot?key=streng-geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	imap := strings.TrimPrefix(d.post.IMAP, "127.0.0.1:")
	configured := func(port string) {
		t.Helper()
		out := strings.Replace(string(text), "mailbox:  {host: 127.0.0.1, port: "+imap, "alert: {webhook_file: hook}\nmailbox:  {host: 127.0.0.1, port: "+port, 1)
		if err := os.WriteFile(d.config, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	turn := func(at string, want int) {
		t.Helper()
		stdout, code := d.duban("once", "--at", mustTime("2026-09-16T"+at+":00+08:00").Format(time.RFC3339))
		if code != want {
			t.Errorf("the turn at %s ended with %d", at, code)
		}
		if strings.Contains(stdout, "geheim") {
			t.Errorf("the webhook's address is told: %s", stdout)
		}
	}
	configured(imap)
	turn("10:00", exitDone)
	configured("1") // nobody listens there
	turn("10:05", exitFailed)
	if len(h.said) > 0 {
		t.Errorf("five minutes are no ailment: %q", h.said)
	}
	turn("10:40", exitFailed) // the webhook refuses
	h.refuse = false
	turn("10:42", exitFailed)
	turn("10:44", exitFailed)
	if len(h.said) != 1 || !strings.Contains(h.said[0], "收信停了一段时间") {
		t.Fatalf("told %q", h.said)
	}
	configured(imap)
	turn("11:00", exitDone)
	turn("11:02", exitDone)
	if len(h.said) != 2 || !strings.Contains(h.said[1], "【已恢复】收信正常了") {
		t.Errorf("told %q", h.said[1:])
	}
}

// Another mail account takes the alert when the disk is full and nothing else can be done.
func TestAFullDiskIsToldByAnotherMailAccount(t *testing.T) {
	d := newDistrict(t)
	other := newDistrict(t)
	text, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(other.post.SMTP, ":")
	out := strings.Replace(string(text), "state:    {dir:", "alert: {mail: {host: 127.0.0.1, port: "+port+", tls: none, user: zdxmb, password_file: secret, from: bell@other.example, to: [admin@other.example]}}\nstate:    {reserve: 1000000GB, dir:", 1)
	if err := os.WriteFile(d.config, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"10:00", "10:02"} {
		if _, code := d.duban("once", "--at", "2026-09-16T"+at+":00+08:00"); code != exitFailed {
			t.Errorf("the turn at %s ended with %d", at, code)
		}
	}
	got := other.letters()
	if len(got) != 1 || len(d.letters()) > 0 {
		t.Fatalf("%d alerts, %d letters", len(got), len(d.letters()))
	}
	l := readLetter(t, got[0])
	if l.to[0] != "admin@other.example" || !strings.Contains(l.text, "磁盘空间低于预留") {
		t.Errorf("to %v: %s", l.to, l.text)
	}
}
