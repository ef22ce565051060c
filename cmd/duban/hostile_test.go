package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duban/configs"
	"duban/ingest"
	"duban/state"
)

// worker is the worker process of production and the last child it started.
func worker(t *testing.T) (*ingest.Worker, func() *exec.Cmd) {
	t.Helper()
	form, err := configs.BuiltinForm()
	if err != nil {
		t.Fatal(err)
	}
	w, err := childWorker(form)
	if err != nil {
		t.Fatal(err)
	}
	var last *exec.Cmd
	start := w.Command
	w.Command = func(ctx context.Context) *exec.Cmd {
		last = start(ctx)
		return last
	}
	t.Cleanup(w.Close)
	return w, func() *exec.Cmd { return last }
}

// ordinary opens a report of the district and fails when its rows are not all there.
func ordinary(t *testing.T, w *ingest.Worker, after string) {
	t.Helper()
	m := week(t, "2026-W38")[0]
	opened, err := w.Open(t.Context(), ingest.Job{Data: m.Raw, Year: 2026})
	if err != nil {
		t.Fatalf("after %s: the next mail: %v", after, err)
	}
	rows := 0
	for _, b := range opened.Books {
		rows += len(b.Rows())
	}
	if rows == 0 {
		t.Fatalf("after %s: %s gave no row", after, m.File)
	}
}

// Whatever is sent, the worker reads it or says why not, within the memory and the CPU the
// kernel allows it: a worker that needed more would be killed and Open would fail. The next
// mail is read by the same worker.
func TestHostileFilesAreReadOrRefused(t *testing.T) {
	w, _ := worker(t)
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			opened, err := w.Open(t.Context(), ingest.Job{Data: h.make(t), Name: h.file, Year: 2026})
			if err != nil {
				t.Fatal(err)
			}
			if h.file != "" && len(opened.Books) == 0 {
				t.Error("neither read nor refused")
			}
			for _, b := range opened.Books {
				if rows := len(b.Rows()); b.Refused == "" && rows > 20_000 {
					t.Errorf("%d rows were taken", rows)
				}
				if strings.Contains(b.UnitName+b.Filler, "root:") {
					t.Error("a file of this machine was read")
				}
			}
			ordinary(t, w, h.name)
		})
	}
}

// Real mails and workbooks, damaged: the worker outlives every one.
func TestDamagedMailsAreReadOrRefused(t *testing.T) {
	w, _ := worker(t)
	for i, job := range mutants(t, 1500/bombScale) {
		if _, err := w.Open(t.Context(), job); err != nil {
			t.Errorf("mutant %d: %v", i, err)
		}
	}
	ordinary(t, w, "the mutants")
}

// A worker that dies is replaced by the next mail.
func TestADeadWorkerIsReplaced(t *testing.T) {
	w, child := worker(t)
	ordinary(t, w, "nothing")
	for range 3 {
		dead := child()
		if err := dead.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Open(t.Context(), ingest.Job{Data: []byte(mailHead + "\r\nx"), Year: 2026}); err != nil && !errors.Is(err, ingest.ErrWorkerDied) {
			t.Fatalf("a killed worker: %v", err)
		}
		ordinary(t, w, "a death")
		if child() == dead {
			t.Fatal("the dead worker was kept")
		}
	}
}

// fatal, anywhere in a mail, ends the test binary's worker as if the mail had cost too much.
// No mail is known to do that to a worker.
const fatal = "X-Test-Ends-The-Worker: 1"

// workerInput is the worker's standard input with an eye on fatal.
func workerInput(in io.Reader) io.Reader { return &mortal{in: in} }

type mortal struct {
	in   io.Reader
	tail []byte
}

func (m *mortal) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	m.tail = append(m.tail, p[:n]...)
	if bytes.Contains(m.tail, []byte(fatal)) {
		os.Exit(137)
	}
	m.tail = bytes.Clone(m.tail[max(0, len(m.tail)-len(fatal)):])
	return n, err
}

// A mail that ends the worker three times is put aside whole and the office is told; the
// mails around it are judged as ever.
func TestThreeFailedTriesPutAMailAside(t *testing.T) {
	d := newDistrict(t)
	at := mustTime("2026-09-18T15:00:00+08:00")
	mails := week(t, "2026-W38")
	d.set(at)
	killer := []byte("From: jtj@lanchuan.example\r\nTo: zdxmb@lanchuan.example\r\nSubject: W38\r\n" + fatal + "\r\n\r\nx\r\n")
	for _, raw := range [][]byte{mails[0].Raw, killer, mails[1].Raw} {
		if err := d.post.Deliver(raw, at); err != nil {
			t.Fatal(err)
		}
	}
	d.must("once", "--at", at.Format(time.RFC3339))
	told := false
	for _, l := range d.letters() {
		subject, err := new(mime.WordDecoder).DecodeHeader(header(t, l.Raw).Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(subject, "读不出来") {
			told = true
			if strings.Join(l.To, " ") != "zdxmb@lanchuan.example" {
				t.Errorf("told %v", l.To)
			}
		}
	}
	if !told {
		t.Error("the office was not told of the mail that cannot be read")
	}
	var view struct {
		Detail map[string]struct {
			Submissions []struct{ Decision state.Decision }
		} `json:"dept_detail"`
	}
	if err := json.Unmarshal([]byte(d.must("week", "2026-W38", "--json")), &view); err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, dept := range view.Detail {
		judged += len(dept.Submissions)
	}
	if judged != 2 {
		t.Errorf("%d reports were judged beside it, want 2", judged)
	}
}

// Nothing a sender writes becomes a path: names that climb, name a drive, a device or an
// absolute place, or hold NUL, leave no trace in any folder.
func TestNamesInAMailAreNeverPaths(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Mkdir(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	d := newDistrict(t)
	at := mustTime("2026-09-18T15:00:00+08:00")
	d.set(at)
	names := []string{
		"../../evil.xlsx", `..\..\evil.xlsx`, `C:\evil.xlsx`, "/" + strings.TrimPrefix(outside, "/") + "/evil.xlsx", "evil.xlsx\x00.txt", "CON", "....//evil.xlsx",
		strings.Repeat("../", 40) + "tmp/evil.xlsx", "evil\r\nX-Evil: 1.xlsx", "~/evil.xlsx", "%2e%2e%2fevil.xlsx", "$(touch evil).xlsx",
	}
	for _, name := range names {
		inside := workbook(t, nil)
		for _, data := range [][]byte{inside, zipped(t, entries{name: text(string(inside))})} {
			raw := bytes.Replace(attached(name, data), []byte("a@b.example"), []byte("jtj@lanchuan.example"), 1)
			if err := d.post.Deliver(raw, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.must("once", "--at", at.Format(time.RFC3339))
	for _, root := range []string{filepath.Dir(d.dir), outside} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.Contains(strings.ToLower(filepath.Base(path)), "evil") {
				t.Errorf("a name from a mail became a file: %s", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("%d files outside, %v", len(left), err)
	}
}
