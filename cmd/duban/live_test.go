package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
)

// patience is how long a test waits for what must happen: far longer than it takes, so that
// a slow machine fails no test.
const patience = 60 * time.Second

// running is a daemon in a process of its own.
type running struct {
	d     *district
	cmd   *exec.Cmd
	lines chan string   // of its log, as they come
	ended chan error    // how it ended
	log   *bytes.Buffer // all of it; to be read when it has ended
	page  string        // where its status page is
}

// start runs the daemon with the arguments and waits until its status page is up.
func (d *district) start(args ...string) *running {
	d.t.Helper()
	r := &running{d: d, cmd: d.child(append([]string{"run"}, args...)...), lines: make(chan string, 10_000), ended: make(chan error, 1), log: new(bytes.Buffer)}
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		defer close(r.lines)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			r.log.WriteString(s.Text() + "\n")
			select {
			case r.lines <- s.Text():
			default: // nobody waits for so many lines
			}
		}
		r.ended <- r.cmd.Wait()
	}()
	d.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	var line struct{ At string }
	if err := json.Unmarshal([]byte(r.await("status page up")), &line); err != nil {
		d.t.Fatal(err)
	}
	r.page = "http://" + line.At
	return r
}

// await reads the log up to a line with these words.
func (r *running) await(words string) string {
	r.d.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case line, more := <-r.lines:
			if !more {
				r.d.t.Fatalf("the daemon ended before it said %q:\n%s", words, r.log)
			}
			if strings.Contains(line, words) {
				return line
			}
		case <-late.C:
			r.d.t.Fatalf("the daemon did not say %q", words)
		}
	}
}

// stop asks the daemon to end and gives its exit code.
func (r *running) stop() int {
	r.d.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.d.t.Fatal(err)
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case _, more := <-r.lines:
			if more {
				continue
			}
			err := <-r.ended
			if exit := new(exec.ExitError); errors.As(err, &exit) {
				return exit.ExitCode()
			}
			return 0
		case <-late.C:
			r.d.t.Fatal("the daemon does not end")
		}
	}
}

// get asks the status page; host, if not "", is the name it is asked by.
func (r *running) get(method, path, host string) (status int, body string) {
	r.d.t.Helper()
	ctx, cancel := context.WithTimeout(r.d.t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, r.page+path, nil)
	if err != nil {
		r.d.t.Fatal(err)
	}
	req.Host = host
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.d.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		r.d.t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// lively makes the district one in which a daemon answers at once, at any hour.
func lively(t *testing.T) *district {
	t.Helper()
	d := newDistrict(t)
	d.edit("schedule:\n", "schedule:\n  settle: 0s\n  quiet: off\n")
	d.edit("poll: 2m", "poll: 1h")
	d.edit("office:", "console: {listen: 127.0.0.1:0}\ntemplates: templates\noffice:")
	return d
}

// edit replaces words of duban.yaml.
func (d *district) edit(old, words string) {
	d.t.Helper()
	text, err := os.ReadFile(d.config)
	if err != nil {
		d.t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		d.t.Fatalf("duban.yaml does not say %q", old)
	}
	if err := os.WriteFile(d.config, bytes.Replace(text, []byte(old), []byte(words), 1), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// receive delivers a mail without a workbook from D02, now.
func (d *district) receive(id string) {
	d.t.Helper()
	now := time.Now()
	raw := fmt.Sprintf("From: <swj@lanchuan.example>\r\nTo: <zdxmb@lanchuan.example>\r\nSubject: weekly report %s\r\nMessage-ID: <%s@story.example>\r\nDate: %s\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\n\r\n项目周报见附件。\r\n", id, id, now.Format(time.RFC1123Z))
	if err := d.post.Deliver([]byte(raw), now); err != nil {
		d.t.Fatal(err)
	}
}

// weekOf is the week for which a mail from D02 was answered: in the days after a deadline
// that is still the last one.
func (d *district) weekOf(id string) string {
	d.t.Helper()
	for key, l := range d.outbox() {
		if l.InReplyTo == id+"@story.example" {
			return strings.Split(key, "/")[1]
		}
	}
	d.t.Fatalf("mail %s was not answered: %+v", id, d.outbox())
	return ""
}

// outbox is what `duban outbox --json` prints, by key.
func (d *district) outbox() map[string]outboxLine {
	d.t.Helper()
	var lines []outboxLine
	if err := json.Unmarshal([]byte(d.must("outbox", "--json")), &lines); err != nil {
		d.t.Fatal(err)
	}
	out := map[string]outboxLine{}
	for _, l := range lines {
		out[l.Key] = l
	}
	return out
}

// A daemon runs; whoever types commands beside it is answered by it, because it holds the
// store, and it ends when it is asked to.
func TestLiveCommandsBesideTheDaemon(t *testing.T) {
	d := lively(t)
	d.receive("one")
	r := d.start()
	if out, code := d.duban("once"); code != exitDone {
		t.Fatalf("once beside the daemon: exit %d: %s", code, out)
	}
	if l := d.outbox()["correction/"+d.weekOf("one")+"/D02/1"]; l.Phase != "sent" || len(l.To) != 1 || l.To[0] != "swj@lanchuan.example" {
		t.Errorf("the answer to D02: %+v", l)
	}
	if out := d.must("why", "区商务局", d.weekOf("one")); !strings.Contains(out, "no-attachment") || !strings.Contains(out, "发给 swj@lanchuan.example") {
		t.Errorf("why: %s", out)
	}
	if out, code := d.duban("once", "--at", "2026-09-18T18:00:00+08:00"); code != exitUsage {
		t.Errorf("another clock beside the daemon: exit %d: %s", code, out)
	}
	beside := d.must("week", d.weekOf("one"), "--json")

	var second bytes.Buffer
	if code := run(t.Context(), []string{"-c", d.config, "run"}, strings.NewReader(""), io.Discard, &second); code != exitFailed || !strings.Contains(second.String(), "duban 已经在运行") {
		t.Errorf("a second daemon: exit %d, %s", code, second.String())
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("the daemon ended with %d:\n%s", code, r.log)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "state", socketFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its socket is left: %v", err)
	}
	if alone := d.must("week", d.weekOf("one"), "--json"); alone != beside {
		t.Errorf("with and without the daemon the week differs:\n%s\n%s", beside, alone)
	}
}

// The configuration is taken up when it changed and is right; a broken edit changes nothing.
func TestLiveReload(t *testing.T) {
	d := lively(t)
	r := d.start()
	d.must("once")

	d.edit("name: 区重大项目办", "name: 区项目协调办")
	r.signal(syscall.SIGHUP)
	r.await(`"reloaded"`)
	d.receive("one")
	d.must("once")
	if text := d.lastLetter("correction/").text; !strings.Contains(text, "区项目协调办") {
		t.Errorf("the letter is not signed with the new name:\n%s", text)
	}

	d.edit("name: 区项目协调办", "nmae: 区项目办")
	d.receive("two")
	r.signal(syscall.SIGHUP)
	if line := r.await("last good configuration"); !strings.Contains(line, "nmae") {
		t.Errorf("the fault is not named: %s", line)
	}
	r.await(`"letter sent"`)
	if text := d.lastLetter("correction/").text; !strings.Contains(text, "区项目协调办") {
		t.Errorf("the last good name is gone:\n%s", text)
	}

	// Mended by hand, without a signal: the next beat finds it. The beats become quick with it.
	d.edit("nmae: 区项目办", "name: 区项目办")
	d.edit("poll: 1h", "poll: 200ms")
	r.signal(syscall.SIGHUP)
	r.await(`"reloaded"`)
	d.edit("name: 区项目办", "name: 区重大办")
	r.await(`"reloaded"`)
	d.receive("three")
	d.must("once")
	if text := d.lastLetter("correction/").text; !strings.Contains(text, "区重大办") {
		t.Errorf("the changed file was not taken up:\n%s", text)
	}
	// The office's own wording is watched too, also when it is new.
	own, err := os.ReadFile("../../templates/part-foot.txt.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "templates", "part-foot.txt.tmpl"), append(own, "服务热线见门户网站。\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	r.await(`"reloaded"`)
	d.receive("four")
	d.must("once")
	if text := d.lastLetter("correction/").text; !strings.Contains(text, "服务热线见门户网站。") {
		t.Errorf("the office's wording was not taken up:\n%s", text)
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("the daemon ended with %d:\n%s", code, r.log)
	}
}

func (r *running) signal(s os.Signal) {
	r.d.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.d.t.Fatal(err)
	}
}

// lastLetter is the letter sent last whose key begins so.
func (d *district) lastLetter(prefix string) letterRead {
	d.t.Helper()
	var last letterRead
	for _, sent := range d.letters() {
		if l := readLetter(d.t, sent); strings.HasPrefix(l.key, prefix) {
			last = l
		}
	}
	if last.key == "" {
		d.t.Fatalf("no letter %s…", prefix)
	}
	return last
}

// The status page shows the running week to this machine, and nothing to strangers.
func TestLiveStatusPage(t *testing.T) {
	d := lively(t)
	d.receive("one")
	r := d.start()
	d.must("once")
	w := d.weekOf("one")
	for _, p := range []struct {
		method, path, host, want string
		status                   int
	}{
		{"GET", "/", "", "报送情况", 200},
		{"GET", "/week/" + w, "", w + " 报送情况", 200},
		{"GET", "/week/" + w, "", `区商务局</a></td><td>待补正`, 200},
		{"GET", "/week/2026-W38", "", "2026-W38 报送情况", 200},
		{"GET", "/week/2026-W99", "", "", 404},
		{"GET", "/week/nonsense", "", "", 404},
		{"GET", "/dept/D02?week=" + w, "", "发给 swj@lanchuan.example", 200},
		{"GET", "/dept/D02", "", "报送截止", 200},
		{"GET", "/dept/D99", "", "", 404},
		{"GET", "/outbox", "", "/D02/1", 200},
		{"GET", "/healthz", "", "ok", 200},
		{"GET", "/readyz", "", "ok", 200},
		{"GET", "/metrics", "", `duban_letters{phase="sent"}`, 200},
		{"GET", "/metrics", "", "duban_trouble 0", 200},
		{"GET", "/nothing", "", "", 404},
		{"GET", "/", "evil.example", "", 403},
		{"GET", "/outbox", "evil.example:8025", "", 403},
		{"GET", "/", "localhost:1234", "报送情况", 200},
		{"POST", "/", "", "", 405},
		{"DELETE", "/outbox", "", "", 405},
	} {
		status, body := r.get(p.method, p.path, p.host)
		if status != p.status || !strings.Contains(body, p.want) {
			t.Errorf("%s %s as %q: %d, want %d and %q in:\n%.2000s", p.method, p.path, p.host, status, p.status, p.want, body)
		}
		if p.status == 403 && strings.Contains(body, "商务") {
			t.Errorf("a stranger reads of departments: %s", body)
		}
	}
	// The mailbox is gone: the page says so, and the letters that wait are not lost.
	if err := d.post.Close(); err != nil {
		t.Fatal(err)
	}
	if _, code := d.duban("once"); code != exitFailed {
		t.Errorf("a turn without servers ended with %d", code)
	}
	r.signal(syscall.SIGHUP)
	r.await(`"turn"`)
	status, body := r.get("GET", "/healthz", "")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "没有办完") {
		t.Errorf("healthz without a mailbox: %d %s", status, body)
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("the daemon ended with %d:\n%s", code, r.log)
	}
}

// The store's engine is deleted while duban is stopped: the journal gives everything back.
// One changed byte of the journal is found.
func TestLiveRebuildAndAudit(t *testing.T) {
	d := newDistrict(t)
	mails := week(t, "2026-W38")
	for _, at := range []string{"2026-09-18T16:05:00+08:00", "2026-09-18T18:12:00+08:00"} {
		mails = d.deliver(mails, mustTime(at))
		d.must("once", "--at", at)
	}
	ask := func() string {
		return d.must("week", "2026-W38", "--json") + d.must("outbox", "--json") + d.must("why", "D05", "2026-W38")
	}
	before := ask()
	engine := filepath.Join(d.dir, "state", engineDir)
	if err := os.RemoveAll(engine); err != nil {
		t.Fatal(err)
	}
	if after := ask(); after != before {
		t.Errorf("rebuilt, duban knows other things:\n%s\nbefore:\n%s", after, before)
	}
	sent := len(d.letters())
	d.must("once", "--at", "2026-09-18T18:12:00+08:00")
	if n := len(d.letters()); n != sent {
		t.Errorf("after the rebuild %d letters were sent again", n-sent)
	}
	if out := d.must("audit", "verify"); !strings.Contains(out, "完好") {
		t.Errorf("audit verify: %s", out)
	}

	path := filepath.Join(d.dir, "state", journalFile)
	journal, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{len(journal) / 3, len(journal) / 2, len(journal) - 40} {
		flipped := bytes.Clone(journal)
		flipped[at] ^= 0x10
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		var faults bytes.Buffer
		code := run(t.Context(), []string{"-c", d.config, "audit", "verify"}, strings.NewReader(""), io.Discard, &faults)
		if code != exitFailed || !strings.Contains(faults.String(), "没有通过") {
			t.Errorf("one byte changed at %d of %d: exit %d, %s", at, len(journal), code, faults.String())
		}
	}
}

// canaries are what must never stand in a log.
var canaries = []string{"S3cret-canary-Password", "13900001111", "正文里的金丝雀", "表格里的金丝雀"}

// Neither a password nor a telephone number nor what a department wrote gets into the log,
// however much duban is asked to say and whatever goes wrong.
func TestLiveLogTellsNoSecrets(t *testing.T) {
	d := lively(t)
	d.edit(`"张三 000-0000-0000"`, `"张三 13900001111"`)
	d.edit("password_file: secret", "password_file: other")
	if err := os.WriteFile(filepath.Join(d.dir, "other"), []byte(canaries[0]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &story{district: d, file: "canary", parts: map[string]string{}, ids: map[string]string{}, made: map[string][]byte{}}
	now := time.Now()
	raw := s.compose("canary", "From: 严拟辰 <jtj@lanchuan.example>\nSubject: weekly report\n"+
		"Attach: W38-D05-2.eml | set 在建项目!G4 表格里的金丝雀 | set 在建项目!J4 联系13900001111\n\n正文里的金丝雀,电话13900001111。\n", now)
	if err := d.post.Deliver(raw, now); err != nil {
		t.Fatal(err)
	}
	d.post.Refuse("jtj@lanchuan.example", 451)
	r := d.start("-v")
	_, code := d.duban("once") // the mailbox refuses the password
	if code != exitFailed {
		t.Errorf("a wrong password: exit %d", code)
	}
	d.edit("password_file: other", "password_file: secret")
	r.signal(syscall.SIGHUP)
	r.await(`"reloaded"`)
	d.must("once") // the letter is written, and put off by the server
	d.post.Refuse("jtj@lanchuan.example", 0)
	if code := r.stop(); code != exitDone {
		t.Errorf("the daemon ended with %d", code)
	}
	for _, c := range append(canaries, demo.Password+`"`) {
		if strings.Contains(r.log.String(), c) {
			t.Errorf("the log tells %q:\n%s", c, r.log)
		}
	}
	if !strings.Contains(r.log.String(), "letter queued") {
		t.Errorf("nothing happened:\n%s", r.log)
	}
}
