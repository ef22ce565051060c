package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"duban/configs"
	"duban/ingest"
	"duban/ingest/rules"
	"duban/notify"
	"duban/notify/report"
	"duban/state"
	"duban/templates"
)

// office is everything wired: one configuration over one store.
type office struct {
	parts
	collector  *ingest.Collector
	planner    *notify.Planner
	dispatcher *notify.Dispatcher
	stamp      string // the configuration's files as they were when they were read
}

// load reads the configuration, its rules and its templates, and tells every fault of all
// three at once.
func load(path string, now time.Time) (*configs.Config, *rules.Set, *templates.Set, error) {
	var set *rules.Set
	var pages *templates.Set
	also := func(cfg *configs.Config) (faults configs.Faults) {
		if cfg.Form != nil && cfg.Rules.Data != nil {
			var wrong []rules.Fault
			set, wrong = rules.Load(cfg.Rules.Data, cfg.Rules.Name, cfg.Form)
			for _, f := range wrong {
				faults = append(faults, configs.Fault(f))
			}
		}
		var wrong []templates.Fault
		pages, wrong = templates.Load(cfg.Templates)
		for _, f := range wrong {
			faults = append(faults, pageFault(f, filepath.Dir(path)))
		}
		return faults
	}
	cfg, faults := configs.Load(path, configs.Options{Env: os.Getenv, Now: now, Also: also})
	if len(faults) > 0 {
		return nil, nil, nil, faults
	}
	return cfg, set, pages, nil
}

// pageFault tells a fault of a template as all others are told: named from the
// configuration's folder, what is wrong apart from what to do.
func pageFault(f templates.Fault, dir string) configs.Fault {
	if name, err := filepath.Rel(dir, f.File); err == nil && filepath.IsAbs(f.File) {
		f.File = name
	}
	wrong, remedy, both := strings.Cut(f.Message, "。")
	if both {
		wrong, remedy = wrong+"。", strings.TrimSuffix(remedy, "。")+"。"
	}
	return configs.Fault{File: f.File, Line: f.Line, Message: wrong, Remedy: remedy}
}

// parts is what an office is wired from. wire opens none of it, so that the demo, the tests
// and the daemon are the same program.
type parts struct {
	cfg     *configs.Config
	rules   *rules.Set
	pages   *templates.Set
	archive archive
	opener  ingest.Opener
	now     func() time.Time
	log     *slog.Logger
}

// wire joins the rooms.
func wire(p parts) (*office, error) {
	cfg, a := p.cfg, p.archive
	o := &office{parts: p, stamp: stampOf(cfg)}
	o.collector = &ingest.Collector{
		Store: a.store, Blobs: a.blobs, Opener: p.opener, Log: p.log,
		Mailbox: ingest.NewIMAP(imapConfig(cfg)),
		Folders: cfg.Mailbox.Folders, LookupTXT: net.DefaultResolver.LookupTXT,
		Desk: ingest.Desk{
			Form: cfg.Form, Rules: p.rules, Roster: cfg.Roster, Schedule: cfg.Schedule, Lamp: cfg.Lamp,
			Own: ingest.OwnIdentity{Addresses: []string{strings.ToLower(cfg.Office.Mail)}}, Staff: cfg.Office.Staff,
			Auth: ingest.Authentication{Mode: ingest.AuthMode(cfg.Mailbox.Auth.Mode), Server: cfg.Mailbox.Auth.Server},
		},
	}
	sender, err := notify.NewSMTP(mailServer(cfg.Outgoing.Server, cfg.Office.Mail))
	if err != nil {
		return nil, err
	}
	allow, err := notify.NewAllow(cfg.Outgoing.Allow)
	if err != nil {
		return nil, err
	}
	composer := &notify.Composer{
		Office: notify.Office{Name: cfg.Office.Name, Mail: cfg.Office.Mail, Contact: cfg.Office.Contact},
		Domain: domain(cfg.Office.Mail), Pages: p.pages, Roster: cfg.Roster, Schedule: cfg.Schedule, Form: cfg.Form,
		Readers: cfg.Readers, Shadow: cfg.Shadow, Approved: cfg.Lamp.Approved,
		Blob: a.blobs.Get, Blank: report.Form, Mark: report.Mark, Workbook: report.Workbook, Sheets: report.Export, Pack: report.Pack,
	}
	o.planner = &notify.Planner{
		Store: a.store, Composer: composer, Lamp: cfg.Lamp, Permits: cfg.Permits, Score: cfg.Score,
		Keep: a.blobs.PutAll, Code: oneTimeCode, Terms: termsOf(cfg, p.rules), Circulars: cfg.Circulars, Log: p.log,
		Enclosed: enclosedIn(p), Confirm: cfg.ConfirmRequests,
	}
	o.dispatcher = &notify.Dispatcher{
		Outgoing: notify.Outgoing{From: cfg.Office.Mail, Allow: allow, Pace: cfg.Outgoing.Pace, Fuse: notify.Fuse{PerAddress: cfg.Outgoing.Fuse.PerAddress, Overall: cfg.Outgoing.Fuse.Total}},
		Store:    a.store, Schedule: cfg.Schedule, Blob: a.blobs.Get, Sender: sender, Log: p.log,
	}
	o.planner.Tripped = o.dispatcher.Tripped
	if cfg.Mailbox.Sent != configs.SentOff {
		o.dispatcher.Filed = filedIn(imapConfig(cfg), cfg.Mailbox.Sent)
	}
	return o, nil
}

// filedIn looks for copies of letters in the folder of sent mail, on a connection of its own.
func filedIn(mailbox ingest.IMAPConfig, folder string) func(context.Context, time.Time) (notify.Copies, error) {
	box := ingest.NewIMAP(mailbox)
	return func(ctx context.Context, since time.Time) (notify.Copies, error) { return box.Sent(ctx, folder, since) }
}

func imapConfig(cfg *configs.Config) ingest.IMAPConfig {
	m := cfg.Mailbox
	return ingest.IMAPConfig{
		Host: m.Host, Port: m.Port, TLS: string(m.TLS), CAs: m.Roots, User: m.User, Password: m.Password.Reveal(),
		Name: "duban", Version: version(), Vendor: "duban",
	}
}

// mailServer is how letters from an address are handed to a server.
func mailServer(s configs.Server, from string) notify.MailServer {
	return notify.MailServer{Host: s.Host, Port: s.Port, TLS: string(s.TLS), CAs: s.Roots, User: s.User, Password: s.Password.Reveal(), Hello: domain(from)}
}

func domain(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// tick is one turn: mail becomes facts, facts and the calendar become letters, letters
// leave. One part that fails does not hold up the others; what is due is computed from
// facts, so a missed turn is caught up by the next.
func (o *office) tick(ctx context.Context) error {
	o.archive.turn.Lock()
	defer o.archive.turn.Unlock()
	over, err := o.stopped(ctx, o.now())
	if err != nil {
		return err
	}
	if err := o.amend(ctx); err != nil {
		return err
	}
	collected := o.collector.Collect(ctx, o.now())
	if errors.Is(collected, ingest.ErrStuck) {
		return collected
	}
	planned := o.reconcile(ctx, collected == nil)
	if planned == nil {
		planned = o.planner.Plan(ctx, o.now()) // numbers given out before the comparison would be given twice
	}
	planned = errors.Join(planned, o.watch(ctx, o.now(), collected, over))
	if err := o.held(); err != nil {
		return errors.Join(collected, planned, err)
	}
	return errors.Join(collected, planned, o.dispatcher.Dispatch(ctx, o.now()))
}

// amend makes the registry carry what the office agreed to change since it was written, and
// what it says otherwise than it did before.
func (o *office) amend(ctx context.Context) error {
	read := func(r *state.Records) error {
		changes, err := r.Changes()
		if err != nil {
			return fmt.Errorf("read the changes of the registry: %w", err)
		}
		o.cfg.Roster.Amend(changes)
		return nil
	}
	differs := false
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		if err = read(r); err != nil {
			return err
		}
		differs, err = r.Edited(o.cfg.Roster)
		return err
	})
	if err != nil || !differs {
		return err
	}
	return o.archive.store.Update(ctx, func(r *state.Records) error {
		paused, err := r.Follow(o.cfg.Roster, o.cfg.Schedule, o.now())
		if err != nil {
			return fmt.Errorf("follow the registry: %w", err)
		}
		if err := read(r); err != nil {
			return err
		}
		return o.collector.Desk.RecountOpen(r, o.now(), paused)
	})
}

// held says why letters are held back now; nil when they are not.
func (o *office) held() error {
	if o.archive.heal.Missing > 0 {
		return errHistoryLost
	}
	if _, err := os.Stat(filepath.Join(o.cfg.StateDir, heldFile)); err == nil {
		return fmt.Errorf("letters are held back while the file %s is there", filepath.Join(o.cfg.StateDir, heldFile))
	}
	return nil
}

// errHistoryLost holds every letter back: the journal lacks records it once had, letters
// sent may be among them, and sending them again would be worse than waiting. Starting
// duban once more is the person's word that they have looked at the outbox.
var errHistoryLost = errors.New("the journal is shorter than it was: nothing is sent until somebody has looked at the outbox and started duban again")

// begin is what a start owes the past: letters that a crash left half sent are put in
// doubt, and what opening the archive had to repair is told.
func (o *office) begin(ctx context.Context) error {
	if o.archive.heal.Attention() {
		o.log.Error("the store was repaired", "report", o.archive.heal)
	}
	return o.dispatcher.Doubt(ctx, o.now())
}

// heartbeat beats at the times next gives until the returned function is called. Cron is
// no more than that: what is due is computed, so a missed beat costs nothing.
func heartbeat(next func(time.Time) time.Time, zone *time.Location, beats chan<- struct{}, log *slog.Logger) (silence func()) {
	c := cron.New(cron.WithLocation(zone), cron.WithLogger(cron.DiscardLogger))
	c.Schedule(schedule(next), cron.FuncJob(func() {
		select {
		case beats <- struct{}{}:
		default: // a beat is waiting already
		}
	}))
	c.Start()
	log.Debug("heart beats", "at", next(time.Now()))
	return func() { <-c.Stop().Done() }
}

// schedule makes a function a cron.Schedule.
type schedule func(time.Time) time.Time

func (s schedule) Next(after time.Time) time.Time { return s(after) }

// childWorker opens mails in a child of this very program.
func childWorker(form *state.Form) (*ingest.Worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return &ingest.Worker{Form: form, Command: func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, self, "worker")
		cmd.Env = []string{"GOMEMLIMIT=200MiB"} // no secret of the daemon's environment
		return cmd
	}}, nil
}

// version is what this program was built from, as far as the toolchain recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "devel"
}
