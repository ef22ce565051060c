//go:build e2e

package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// BenchmarkOnce is the whole program on real servers: `duban once` fetches a full mailbox
// from Dovecot over TLS, opens and judges every weekly form, records it and sends each
// department its one letter into a sink. .ci/bench starts the servers and names the
// numbers of mails in BENCH_MAILS, and duban in BENCH_DUBAN.
//
// It reports the time by the wall for all mails, CPU a mail (worker included) and the peak
// memory of the daemon and of the worker.
func BenchmarkOnce(b *testing.B) {
	for _, n := range strings.Fields(must("BENCH_MAILS")) {
		mails, err := strconv.Atoi(n)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("mails="+n, func(b *testing.B) {
			box := fill(b, mails)
			var cpu time.Duration
			var peak, workerPeak int64
			for b.Loop() {
				b.StopTimer()
				o := newOutpost(b, box)
				b.StartTimer()
				o.once(b)
				b.StopTimer()
				cpu += o.cpu
				peak, workerPeak = max(peak, o.peak), max(workerPeak, o.workerPeak)
				if got := o.letters.Load(); got != int64(min(mails, benchDepts)) {
					b.Fatalf("%d letters left, want one a department\n%s", got, o.stderr())
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N*mails), "CPU-ms/mail")
			b.ReportMetric(float64(peak)/1024, "MB-daemon")
			b.ReportMetric(float64(workerPeak)/1024, "MB-worker")
			b.ReportMetric(float64(syncs(b, box))*1000/float64(mails), "syncs/1000mails")
		})
	}
}

// benchDepts is how many departments take turns in filling the mailbox.
const benchDepts = 100

func must(name string) string {
	v := os.Getenv(name)
	if v == "" {
		log.Fatalf("%s is not set: run .ci/bench", name)
	}
	return v
}

// fill writes the county's mails into the mailbox of a user of their own.
func fill(b *testing.B, mails int) (box string) {
	b.Helper()
	box = fmt.Sprintf("bench%d", mails)
	owner, err := user.Lookup("mail")
	if err != nil {
		b.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	dir := filepath.Join(must("E2E_MAIL"), box, "Maildir")
	if _, err := os.Stat(dir); err == nil {
		return box // an earlier round of this benchmark filled it
	}
	for _, d := range []string{"", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"} {
		d = filepath.Join(must("E2E_MAIL"), box, d)
		if err := os.Mkdir(d, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.Chown(d, uid, gid); err != nil {
			b.Fatal(err)
		}
	}
	for i := range mails {
		raw, at := county{benchDepts}.mail(b, i)
		name := filepath.Join(dir, "cur", fmt.Sprintf("%d.M%dP1.bench,S=%d:2,", at.Unix(), i, len(raw)))
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			b.Fatal(err)
		}
		if err := os.Chown(name, uid, gid); err != nil {
			b.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil { // Dovecot takes it for the receipt
			b.Fatal(err)
		}
	}
	return box
}

// outpost is a fresh office on a full mailbox.
type outpost struct {
	dir, config      string
	letters          *atomic.Int64
	cpu              time.Duration // of the last run, worker included
	peak, workerPeak int64         // KB
}

func newOutpost(b *testing.B, box string) *outpost {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	o := &outpost{dir: b.TempDir(), letters: new(atomic.Int64)}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return counter{o.letters}, nil }))
	srv.AllowInsecureAuth = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = srv.Serve(l) }()
	b.Cleanup(func() { _ = srv.Close() })
	imaps := server{net.JoinHostPort("localhost", must("E2E_IMAPS")), "implicit", must("E2E_CA")}
	o.config = writeDistrict(b, o.dir, imaps, server{addr: l.Addr().String(), tls: "none"}, box, "e2e")
	county{benchDepts}.write(b, o.dir)
	return o
}

// once runs duban and watches it.
func (o *outpost) once(b *testing.B) {
	b.Helper()
	cmd := o.duban()
	errs, err := os.Create(filepath.Join(o.dir, "stderr"))
	if err != nil {
		b.Fatal(err)
	}
	defer errs.Close()
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	over := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { o.watch(cmd.Process.Pid, over) })
	err = cmd.Wait()
	close(over)
	watching.Wait()
	if err != nil {
		b.Fatalf("duban once: %v\n%s", err, o.stderr())
	}
	o.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// duban is the command that reads the mailbox.
func (o *outpost) duban(under ...string) *exec.Cmd {
	line := append(slices.Clone(under), must("BENCH_DUBAN"), "-c", o.config, "once", "--at", countyTurn.Format(time.RFC3339))
	return exec.Command(line[0], line[1:]...)
}

// syncs counts the calls that wait for the disk in a run of its own.
func syncs(b *testing.B, box string) int {
	b.Helper()
	o := newOutpost(b, box)
	counts := filepath.Join(o.dir, "counts")
	cmd := o.duban("strace", "-f", "-c", "-o", counts, "-e", "trace=fsync,fdatasync,msync,sync_file_range,syncfs")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("count the sync calls: %v\n%.500s", err, out)
	}
	text, err := os.ReadFile(counts)
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 5 && f[len(f)-1] == "total" {
			n, _ := strconv.Atoi(f[3]) // "100.00 0.12 34 1234 total"
			return n
		}
	}
	b.Fatalf("strace counted nothing:\n%s", text)
	return 0
}

// watch keeps the highest resident memory of the process and of its child.
func (o *outpost) watch(pid int, over <-chan struct{}) {
	for {
		o.peak = max(o.peak, highWater(strconv.Itoa(pid)))
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well formed
		for _, list := range lists {
			children, _ := os.ReadFile(list) // a thread may be gone by now
			for _, child := range strings.Fields(string(children)) {
				o.workerPeak = max(o.workerPeak, highWater(child))
			}
		}
		select {
		case <-over:
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// highWater is a process's peak resident memory in KB; 0 when it is gone.
func highWater(pid string) int64 {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	if !found {
		return 0
	}
	kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	return kb
}

func (o *outpost) stderr() string {
	text, _ := os.ReadFile(filepath.Join(o.dir, "stderr"))
	return string(text[:min(len(text), 2000)])
}

// counter is an SMTP session that counts letters and forgets them.
type counter struct{ letters *atomic.Int64 }

func (counter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, _ string) error { return nil }), nil
}
func (counter) Mail(string, *smtp.MailOptions) error { return nil }
func (counter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (counter) Reset()                               {}
func (counter) Logout() error                        { return nil }

func (c counter) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	c.letters.Add(1)
	return nil
}
