package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"duban/cmd/duban/internal/console"
	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// stage is what every performance needs: the district's clock, its post office, duban itself,
// and a folder for what the viewer may keep.
type stage struct {
	in    *invocation
	dir   string
	clock atomic.Value // time.Time: what the clock on the wall of the district shows

	post   *demo.PostOffice
	daemon *daemon
	dirty  bool // a progress line stands on the terminal
}

func (s *stage) now() time.Time { return s.clock.Load().(time.Time) }

// setUp builds the district as its clock stands: its post office, the starter configuration
// with what this performance has otherwise, and the office.
func (s *stage) setUp(ctx context.Context, otherwise func(*configs.Config)) error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for the letters: %w", err)
	}
	home, err := os.MkdirTemp("", "duban-demo")
	if err != nil {
		return fmt.Errorf("make a folder for the configuration: %w", err)
	}
	defer func() { _ = os.RemoveAll(home) }() // the system clears what is left of a temporary folder
	if err := configs.WriteStarter(home); err != nil {
		return err
	}
	cfg, set, pages, err := load(filepath.Join(home, standardConfig), s.now())
	if err != nil {
		return err
	}
	if s.post, err = demo.OpenPostOffice(cfg.Office.Mail, s.now); err != nil {
		return err
	}
	postAt(cfg, s.post)
	cfg.Shadow = false
	otherwise(cfg)
	store, err := state.NewStore(ctx, memkv.New())
	if err != nil {
		return errors.Join(err, s.post.Close())
	}
	worker, err := childWorker(cfg.Form)
	if err != nil {
		return errors.Join(err, s.post.Close())
	}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) // the play tells what happens itself
	a := newArchive(store, blobs.Memory(), func() error { return nil })
	o, err := wire(parts{cfg, set, pages, a, worker, s.now, log})
	if err != nil {
		return errors.Join(err, s.post.Close())
	}
	s.daemon = &daemon{in: s.in, worker: worker}
	s.daemon.office.Store(o)
	return nil
}

// postAt makes a post office the one that duban reads and writes at.
func postAt(cfg *configs.Config, post *demo.PostOffice) {
	at := func(addr string) configs.Server {
		host, port, _ := net.SplitHostPort(addr) // our own listener's address
		n, _ := strconv.Atoi(port)
		return configs.Server{Host: host, Port: n, TLS: configs.TLSNone, User: demo.User, Password: configs.NewSecret(demo.Password)}
	}
	cfg.Mailbox.Server, cfg.Mailbox.Folders = at(post.IMAP), []string{"INBOX"}
	cfg.Outgoing.Server, cfg.Outgoing.Pace = at(post.SMTP), 0
}

func (s *stage) takeDown() {
	s.daemon.worker.Close()
	_ = s.post.Close() // its clients have gone
}

// progress shows, on a terminal, a line that the next one replaces, so that quiet times are
// seen to pass.
func (s *stage) progress(line string) {
	f, ok := s.in.stderr.(*os.File)
	if !ok {
		return
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return
	}
	fmt.Fprint(f, clearLine+line)
	s.dirty = true
}

// clearLine takes the cursor to the line's beginning and wipes it (ECMA-48).
const clearLine = "\r\x1b[K"

// printf prints to the viewer, the progress line out of the way.
func (s *stage) printf(format string, args ...any) {
	if s.dirty {
		fmt.Fprint(s.in.stderr, clearLine)
		s.dirty = false
	}
	fmt.Fprintf(s.in.stdout, format, args...)
}

// write puts a file of one of our letters, or the account of them, into the viewer's folder.
func (s *stage) write(name string, data []byte) error {
	if err := os.WriteFile(filepath.Join(s.dir, filepath.Base(name)), data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// writeLetter writes a letter that left: the whole mail, its HTML, and its last workbook.
func (s *stage) writeLetter(l demo.Letter, raw []byte) error {
	name := fileOf(l.Key)
	err := s.write(name+".eml", raw)
	if err == nil && l.HTML != nil {
		err = s.write(name+".html", l.HTML)
	}
	if err == nil && len(l.Books) > 0 {
		err = s.write(name+".xlsx", l.Books[len(l.Books)-1])
	}
	return err
}

// fileOf names a letter's files, without their ending.
func fileOf(key string) string { return strings.ReplaceAll(key, "/", "_") }

// show serves the status page until interrupted.
func (s *stage) show(ctx context.Context, listen string) error {
	o := s.daemon.office.Load()
	served, at, err := console.Serve(ctx, listen, console.Handler(s.daemon.source(), nil, o.log))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.in.stdout, "状态页:http://%s/  (按 Ctrl-C 结束)\n", at)
	return served()
}
