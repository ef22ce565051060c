package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
)

// TestMain lets this test binary be duban itself: as the worker that opens mails, and as the
// daemon that a test kills.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(run(context.Background(), os.Args[1:], workerInput(os.Stdin), os.Stdout, os.Stderr))
	}
	if len(os.Args) > 1 && os.Args[1] == asDuban {
		os.Args = os.Args[1:]
		main()
	}
	flag.Parse()
	if chosen := flag.Lookup("test.run"); together != "" && chosen.Value.String() == "" {
		if err := chosen.Value.Set(together); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// asDuban, as the first argument, makes the test binary behave as duban.
const asDuban = "as-duban"

// district is the fictional district with a post office of its own, for one test.
type district struct {
	t      *testing.T
	post   *demo.PostOffice
	dir    string
	config string
	shown  atomic.Int64 // by the post office's clock, which it reads while a killed duban's last letter is still on its way

	letters func() []demo.Sent // what duban sent so far
}

func newDistrict(t *testing.T) *district {
	t.Helper()
	d := &district{t: t, dir: t.TempDir()}
	d.set(mustTime("2026-09-17T14:00:00+08:00"))
	post, err := demo.OpenPostOffice("zdxmb@lanchuan.example", d.wall)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = post.Close() })
	d.post, d.letters = post, post.Letters
	d.config = writeDistrict(t, d.dir, server{addr: post.IMAP, tls: "none"}, server{addr: post.SMTP, tls: "none"}, demo.User, demo.Password)
	return d
}

func (d *district) set(at time.Time) { d.shown.Store(at.UnixNano()) }

func (d *district) wall() time.Time { return time.Unix(0, d.shown.Load()).In(demo.Zone) }

// server is where a test's mail server listens.
type server struct{ addr, tls, ca string }

// writeDistrict writes the district's configuration into dir: the starter with its own
// servers and its own custom of writing to the leaders on the second working day at nine.
func writeDistrict(t testing.TB, dir string, imap, smtp server, user, password string) string {
	t.Helper()
	if err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	login := func(s server) string {
		host, port, err := net.SplitHostPort(s.addr)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("host: %s, port: %s, tls: %s, user: %s, password_file: secret", host, port, s.tls, user)
		if s.ca != "" {
			line += ", ca_file: " + s.ca
		}
		return line
	}
	text := fmt.Sprintf(`office:   {name: 区重大项目办, mail: zdxmb@lanchuan.example, contact: "张三 000-0000-0000", timezone: Asia/Shanghai}
state:    {dir: %s}
mailbox:  {%s, folders: [INBOX], poll: 2m}
outgoing: {%s, pace: 0s, allow: ["lanchuan.example", "leaders.lanchuan.example"]}
registry: {departments: registry/departments.csv, projects: registry/projects.csv, leaders: registry/leaders.csv,
           milestones: registry/milestones.csv, plan_curve: registry/plan_curve.csv, recipients: registry/recipients.csv,
           external_units: registry/external_units.csv}
form:     form.yaml
rules:    rules.yaml
calendar: [calendar.yaml]
schedule:
  deadline: "0 18 * * FRI"
  holiday: next
  overrides: [{week: 2026-W40, deadline: "2026-09-30T18:00:00+08:00", reason: 国庆节前提前报送}]
  resubmit: {after: 1wd, at: "18:00"}
  preview: {after: 2wd, at: "07:30"}
  summary: {after: 2wd, at: "09:00"}
`, filepath.Join(dir, "state"), login(imap), login(smtp))
	path := filepath.Join(dir, "duban.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// duban runs one command to its end in this process and returns what it printed.
func (d *district) duban(args ...string) (stdout string, code int) {
	d.t.Helper()
	var out, faults bytes.Buffer
	code = run(d.t.Context(), append([]string{"-c", d.config}, args...), strings.NewReader(""), &out, &faults)
	if code != exitDone {
		d.t.Logf("duban %s: exit %d\n%s", strings.Join(args, " "), code, faults.String())
	}
	return out.String(), code
}

// must is duban for commands that have to succeed.
func (d *district) must(args ...string) string {
	d.t.Helper()
	out, code := d.duban(args...)
	if code != exitDone {
		d.t.Fatalf("duban %s ended with %d", strings.Join(args, " "), code)
	}
	return out
}

// child prepares a command line to run in a process of its own, which can be killed.
func (d *district) child(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		d.t.Fatal(err)
	}
	return exec.Command(self, append([]string{asDuban, "-c", d.config}, args...)...)
}

// deliver puts into the mailbox what arrived up to and including at, and sets the clock.
func (d *district) deliver(mails []demo.Mail, at time.Time) (rest []demo.Mail) {
	d.t.Helper()
	d.set(at)
	for len(mails) > 0 && !mails[0].Received.After(at) {
		if err := d.post.Deliver(mails[0].Raw, mails[0].Received); err != nil {
			d.t.Fatal(err)
		}
		mails = mails[1:]
	}
	return mails
}

func week(t *testing.T, name string) []demo.Mail {
	t.Helper()
	mails, err := demo.Mails(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(mails) < 25 {
		t.Fatalf("%s has only %d mails", name, len(mails))
	}
	return mails
}

// receptions counts how often each letter reached each address.
func receptions(t *testing.T, letters []demo.Sent) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, l := range letters {
		key := header(t, l.Raw).Get("X-Duban-Key")
		for _, to := range l.To {
			n[key+" "+to]++
		}
	}
	return n
}

func header(t *testing.T, raw []byte) mail.Header {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header
}
