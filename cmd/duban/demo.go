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
	"sync/atomic"
	"time"

	"duban/cmd/duban/internal/console"
	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// demoCmd lets a fictional district live a reporting week in about a minute.
type demoCmd struct {
	Dir    string `default:"demo-out" placeholder:"目录" help:"每封发出的信和汇总表写到这里。"`
	Listen string `default:"127.0.0.1:8025" placeholder:"地址" help:"演示完后在这里看状态页;写 off 就直接结束。"`
	Pace   int    `default:"100" placeholder:"分钟" help:"一秒钟演过几分钟。"`
}

// The demo plays from Thursday morning, before the pre-filled forms leave, to Monday after the
// leaders' letter, in steps.
const (
	demoWeek  = "2026-W38"
	demoFrom  = "2026-09-17T08:30:00+08:00"
	demoUntil = "2026-09-21T09:30:00+08:00"
	demoStep  = 10 * time.Minute
)

func (c *demoCmd) Run(ctx context.Context, in *invocation) error {
	if c.Pace < 1 {
		return usage{"--pace 至少是 1。"}
	}
	p := &play{in: in, dir: in.path(c.Dir), until: mustTime(demoUntil)}
	p.clock.Store(mustTime(demoFrom))
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for the letters: %w", err)
	}
	if err := p.setUp(ctx, c.Listen); err != nil {
		return err
	}
	defer p.takeDown()
	fmt.Fprintf(in.stdout, "虚构的云泽市澜川区:25个单位、60个重大项目,第38周。来信、核对、补正、催报、汇总,一秒演过%d分钟。\n", c.Pace)
	if err := p.perform(ctx, time.Duration(demoStep.Minutes()/float64(c.Pace)*float64(time.Second))); err != nil {
		return err
	}
	if c.Listen == "off" || ctx.Err() != nil {
		return nil
	}
	return p.show(ctx, c.Listen)
}

// mustTime reads one of the constants above.
func mustTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err) // a constant of this file is mistyped: no run can get past the first test
	}
	return t
}

// play is one performance.
type play struct {
	in    *invocation
	dir   string
	clock atomic.Value // time.Time: what the clock on the wall of the district shows
	until time.Time

	mails  []demo.Mail // still to arrive
	post   *demo.PostOffice
	daemon *daemon
	letter int             // letters of the post office already written
	seen   map[string]bool // mails and letters already told
	got    int
	dirty  bool // a progress line stands on the terminal
}

func (p *play) now() time.Time { return p.clock.Load().(time.Time) }

// setUp builds the district: its post office, the starter configuration and the office.
func (p *play) setUp(ctx context.Context, listen string) (err error) {
	p.seen = map[string]bool{}
	if p.mails, err = demo.Mails(demoWeek); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "duban-demo")
	if err != nil {
		return fmt.Errorf("make a folder for the configuration: %w", err)
	}
	defer func() { _ = os.RemoveAll(home) }() // the system clears what is left of a temporary folder
	if err := configs.WriteStarter(home); err != nil {
		return err
	}
	cfg, set, pages, err := load(filepath.Join(home, standardConfig), p.now())
	if err != nil {
		return err
	}
	if p.post, err = demo.OpenPostOffice(cfg.Office.Mail, p.now); err != nil {
		return err
	}
	settle(cfg, p.post, listen)
	store, err := state.NewStore(ctx, memkv.New())
	if err != nil {
		return errors.Join(err, p.post.Close())
	}
	worker, err := childWorker(cfg.Form)
	if err != nil {
		return errors.Join(err, p.post.Close())
	}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) // the play tells what happens itself
	a := newArchive(store, blobs.Memory(), func() error { return nil })
	o, err := wire(parts{cfg, set, pages, a, worker, p.now, log})
	if err != nil {
		return errors.Join(err, p.post.Close())
	}
	p.daemon = &daemon{in: p.in, worker: worker}
	p.daemon.office.Store(o)
	return nil
}

// settle moves the starter's district to the post office on loopback, and to its own
// custom of writing to the leaders on the second working day at nine.
func settle(cfg *configs.Config, post *demo.PostOffice, listen string) {
	postAt(cfg, post)
	cfg.Schedule.Summary = state.Moment{Workdays: 2, At: state.Clock{Hour: 9}}
	cfg.Schedule.Preview = state.Moment{Workdays: 2, At: state.Clock{Hour: 7, Minute: 30}}
	cfg.Shadow, cfg.Console = false, listen
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

func (p *play) takeDown() {
	p.daemon.worker.Close()
	_ = p.post.Close() // its clients have gone
}

// perform lets the time pass, step by step, each lasting beat.
func (p *play) perform(ctx context.Context, beat time.Duration) error {
	tick := time.NewTicker(max(beat, time.Microsecond))
	defer tick.Stop()
	for now := p.now(); !now.After(p.until); now = now.Add(demoStep) {
		p.clock.Store(now)
		for len(p.mails) > 0 && !p.mails[0].Received.After(now) {
			if err := p.post.Deliver(p.mails[0].Raw, p.mails[0].Received); err != nil {
				return err
			}
			p.mails = p.mails[1:]
		}
		if err := p.daemon.turn(ctx); err != nil {
			return err
		}
		if err := p.tell(ctx); err != nil {
			return err
		}
		p.progress()
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	if p.dirty {
		fmt.Fprint(p.in.stderr, clearLine)
	}
	fmt.Fprintf(p.in.stdout, "\n完。收到%d封来信,发出%d封信,都在 %s。\n", p.got, p.letter, p.dir)
	return nil
}

// show serves the status page until interrupted.
func (p *play) show(ctx context.Context, listen string) error {
	o := p.daemon.office.Load()
	served, at, err := console.Serve(ctx, listen, console.Handler(p.daemon.source(), nil, o.log))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.in.stdout, "状态页:http://%s/  (按 Ctrl-C 结束)\n", at)
	return served()
}
