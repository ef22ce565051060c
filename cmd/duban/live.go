package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"duban/cmd/duban/internal/console"
	"duban/configs"
	"duban/ingest"
	"duban/state/journal"
)

// daemon is the office over time: turn after turn, with a configuration that may change
// between two of them.
type daemon struct {
	in     *invocation
	path   string // of the configuration
	office atomic.Pointer[office]
	worker *ingest.Worker // of the current configuration; touched by the living goroutine only

	mu      sync.Mutex
	last    time.Time // when the last turn began
	trouble []string  // what went wrong in it, in Chinese
}

// run beats until ctx ends. It stops between letters, never inside one.
func (d *daemon) run(ctx context.Context) error {
	o := d.office.Load()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if err := o.begin(ctx); err != nil {
		return err
	}
	answered, err := console.Listen(ctx, filepath.Join(o.cfg.StateDir, socketFile), d.answer)
	if err != nil {
		return err
	}
	defer func() { stop(); answered() }()
	if o.cfg.Console != "" {
		served, at, err := console.Serve(ctx, o.cfg.Console, console.Handler(d.source(), nil, o.log))
		if err != nil {
			return err
		}
		defer func() {
			stop()
			if err := served(); err != nil {
				o.log.Error("status page", "err", err)
			}
		}()
		o.log.Info("status page up", "at", at)
	}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	tellSystemd("READY=1")
	defer tellSystemd("STOPPING=1")

	beats := make(chan struct{}, 1)
	for {
		silence := heartbeat(o.cfg.Mailbox.Poll, o.cfg.Schedule.Zone, beats, o.log)
		err := d.live(ctx, beats, reload)
		silence()
		if !errors.Is(err, errReloaded) {
			return err
		}
		o = d.office.Load() // the interval may have changed
	}
}

// errReloaded ends a stretch of living under one configuration.
var errReloaded = errors.New("configuration reloaded")

// live takes one turn at each beat. Beats that come during a turn are merged into one,
// because a turn catches up whatever is due.
func (d *daemon) live(ctx context.Context, beats <-chan struct{}, reload <-chan os.Signal) error {
	for {
		// A stuck library cannot be freed and a broken journal cannot be written: both are
		// mended by the next start, not by the next turn.
		if err := d.turn(ctx); errors.Is(err, ingest.ErrStuck) || errors.Is(err, journal.ErrBroken) {
			return err
		}
		tellSystemd("WATCHDOG=1")
		select {
		case <-ctx.Done():
			d.office.Load().log.Info("stopped")
			return nil
		case <-beats:
		case <-reload:
			if d.reload() {
				return errReloaded
			}
		}
		if d.changed() && d.reload() {
			return errReloaded
		}
	}
}

// turn takes one turn and remembers how it went, for the status page.
func (d *daemon) turn(ctx context.Context) error {
	o := d.office.Load()
	began := o.now()
	err := o.tick(ctx)
	if ctx.Err() != nil {
		err = nil // stopping cuts the turn short; the next start takes it again
	}
	var trouble []string
	if err != nil {
		trouble = append(trouble, fmt.Sprintf("上一轮(%s)没有办完:%v", began.In(o.cfg.Schedule.Zone).Format("1月2日15:04"), err))
	}
	d.mu.Lock()
	d.last, d.trouble = began, trouble
	d.mu.Unlock()
	if err != nil {
		o.log.Error("turn", "err", err)
	}
	return err
}

// reload takes the changed configuration into use, or keeps the last good one and says why.
func (d *daemon) reload() bool {
	old := d.office.Load()
	cfg, set, pages, err := load(d.path, d.in.now())
	if err == nil && cfg.StateDir != old.cfg.StateDir {
		err = fmt.Errorf("the state folder moved to %s: stop duban, move the folder, start it again", cfg.StateDir)
	}
	var o *office
	var worker *ingest.Worker
	if err == nil {
		worker, err = childWorker(cfg.Form)
	}
	if err == nil {
		o, err = wire(parts{cfg, set, pages, old.archive, worker, old.now, old.log})
	}
	if err != nil {
		old.log.Error("reload: the last good configuration stays in use", "err", err)
		d.seen(old)
		return false
	}
	d.worker.Close()
	d.worker = worker
	d.office.Store(o)
	o.log.Info("reloaded", "files", len(cfg.Files))
	return true
}

// changed reports whether a file of the configuration differs from when it was loaded or
// last refused.
func (d *daemon) changed() bool {
	o := d.office.Load()
	return o.stamp != stampOf(o.cfg)
}

// seen remembers that the files as they are now were looked at, so that a broken edit is
// told once and not at every beat.
func (d *daemon) seen(o *office) { o.stamp = stampOf(o.cfg) }

// stampOf tells the files of a configuration apart from a later state of them.
func stampOf(cfg *configs.Config) string {
	var b strings.Builder
	var own []string
	if cfg.Templates != "" {
		own, _ = filepath.Glob(filepath.Join(cfg.Templates, "*.tmpl")) // its only error is a pattern that is wrong
	}
	for _, f := range slices.Concat([]string{cfg.Path}, cfg.Files, own) {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", f, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// answer carries out a command that another process asked for.
func (d *daemon) answer(ctx context.Context, q console.Question) console.Reply {
	var out, faults bytes.Buffer
	code := carryOut(ctx, &invocation{
		args: q.Args, dir: q.Dir, stdin: strings.NewReader(""), stdout: &out, stderr: &faults,
		now: d.in.now, office: d.office.Load(),
	})
	return console.Reply{Code: code, Stdout: out.Bytes(), Stderr: faults.Bytes()}
}

// tellSystemd tells the service manager how duban is (sd_notify(3)); without one it does
// nothing. A message that cannot be sent changes nothing for the office.
func tellSystemd(message string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	if c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"}); err == nil {
		_, _ = c.Write([]byte(message))
		_ = c.Close()
	}
}
