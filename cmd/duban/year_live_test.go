package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/ingest"
	"duban/notify"
	"duban/notify/report"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// How a simulated year is lived: the daemon's own loop over a post office of its own, IMAP and
// SMTP through the clients of production, in a bubble whose clock jumps from one event to the
// next.

// yearRun is a year being lived.
type yearRun struct {
	daemon
	cfg    *configs.Config
	post   *demo.PostOffice
	script *demo.Year
	ticks  []time.Time
	end    time.Time // when it is left before it is over; zero when it is not
	sent   []yearLetter
	words  int // how often the office spoke

	district demo.District
}

// newYear opens an office and its post office, in the bubble, the day before the year begins.
func newYear(t *testing.T, seed uint64, from, end time.Time) *yearRun {
	t.Helper()
	time.Sleep(time.Until(from.AddDate(0, 0, -14)))
	shared := readStarter(t)
	y := &yearRun{cfg: shared.cfg}
	y.cfg.ConfirmRequests = seed%5 == 2 // some offices are asked before a request is handed over
	for i := range y.cfg.Roster.Projects {
		y.cfg.Roster.Projects[i].OpeningWeek, y.cfg.Roster.Projects[i].OpeningYTD = state.Week{}, 0
	}
	for i := range y.cfg.Roster.Depts {
		y.cfg.Roster.Depts[i].HeadMail = strings.ToLower(y.cfg.Roster.Depts[i].ID) + "-head@lanchuan.example"
	}
	var err error
	if y.post, err = demo.InnerPostOffice(y.cfg.Office.Mail, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = y.post.Close() })
	postAt(y.cfg, y.post)
	o := y.wire(t, shared)
	y.in = &invocation{now: time.Now, stdout: io.Discard, stderr: io.Discard, office: o}
	y.office.Store(o)
	y.script = demo.DrawYear(seed, demo.Weeks(from, end), y.cfg.Roster)
	y.district = demo.District{
		Script: y.script, Books: &demo.Books{Script: y.script, Roster: y.cfg.Roster, Office: y.cfg.Office.Mail},
		Refuse:  y.post.Refuse,
		Halt:    y.post.Halt,
		Deliver: func(raw []byte) error { return y.post.Deliver(raw, time.Now()) },
	}
	officeDesk(&y.district, func() *invocation { return y.in })
	return y
}

// wire joins the rooms as the daemon does, its two clients reaching the inner post office.
func (y *yearRun) wire(t *testing.T, shared parts) *office {
	t.Helper()
	store, err := state.NewStore(t.Context(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	archive := newArchive(store, blobs.Memory(), func() error { return nil })
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	o, err := wire(parts{y.cfg, shared.rules, shared.pages, archive, ingest.InProcess{Form: y.cfg.Form}, time.Now, log})
	if err != nil {
		t.Fatal(err)
	}
	mailbox, server := imapConfig(y.cfg), mailServer(y.cfg.Outgoing.Server, y.cfg.Office.Mail)
	mailbox.Dial, server.Dial = y.dialMailbox, y.dialServer
	sender, err := notify.NewSMTP(server)
	if err != nil {
		t.Fatal(err)
	}
	o.collector.Mailbox, o.dispatcher.Sender, o.dispatcher.Filed = ingest.NewIMAP(mailbox), sender, filedIn(mailbox, "")
	o.planner.Composer.Blank = func(report.Blank) ([]byte, error) { return []byte("form"), nil } // what a form holds is shown elsewhere
	return o
}

// leaveOn ends the year before a day: nothing is done, and nothing expected, from then on.
func (y *yearRun) leaveOn(day time.Time) {
	y.ticks = slices.DeleteFunc(y.ticks, func(tick time.Time) bool { return !tick.Before(day) })
	y.end = day
}

// dialMailbox reaches the mailbox, or not.
func (y *yearRun) dialMailbox(ctx context.Context, network, addr string) (net.Conn, error) {
	shut := y.script.ShutAt(time.Now())
	if shut == nil {
		return y.post.Dial(ctx, network, addr)
	}
	if shut.Silent {
		ours, _ := net.Pipe()
		return ours, nil
	}
	return nil, errors.New("connection refused")
}

// dialServer reaches the mail server, or not.
func (y *yearRun) dialServer(ctx context.Context, network, addr string) (net.Conn, error) {
	if h := y.script.HaltedAt(time.Now()); h != nil && h.Closed {
		return nil, errors.New("connection refused")
	}
	return y.post.Dial(ctx, network, addr)
}

// live lives through the script, and what is said to what leaves.
func (y *yearRun) live(t *testing.T) {
	y.district.Live()
	for _, tick := range y.ticks {
		y.district.Add(demo.Moment{At: tick.Add(afterTurn), Last: true, Do: func(context.Context) error { return y.gather() }})
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		y.serve(t)
	}()
	for m, ok := y.district.Next(); ok; m, ok = y.district.Next() {
		if !y.end.IsZero() && !m.At.Before(y.end) {
			break
		}
		time.Sleep(time.Until(m.At))
		if err := m.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	<-over
	if err := y.gather(); err != nil {
		t.Fatal(err)
	}
}

// afterTurn is when a turn that began on the minute is surely over, and its letters are read.
const afterTurn = serverPatience + 30*time.Second

// afterMails is how long behind a full minute duban takes its turn: what arrives arrives on
// the minute.
const afterMails = time.Second

// serve is the daemon over the year: started again whenever it was down, and beating at the
// turns in between.
func (y *yearRun) serve(t *testing.T) {
	ticks := y.ticks
	for len(ticks) > 0 {
		up := 1 // how many turns until duban goes down, or until the end
		for up < len(ticks) && !downBetween(y.script, ticks[up-1], ticks[up]) {
			up++
		}
		time.Sleep(time.Until(ticks[0].Add(afterMails)))
		y.stretch(t, ticks[:up])
		ticks = ticks[up:]
	}
}

// stretch runs the daemon from its start to the last of the turns.
func (y *yearRun) stretch(t *testing.T, ticks []time.Time) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	o := y.office.Load()
	if err := o.begin(ctx); err != nil {
		t.Error(err)
	}
	next := func(after time.Time) time.Time {
		i, _ := slices.BinarySearchFunc(ticks, after, func(tick, after time.Time) int { return tick.Add(afterMails).Compare(after.Add(1)) })
		if i == len(ticks) {
			return time.Time{}
		}
		return ticks[i].Add(afterMails)
	}
	beats := make(chan struct{}, 1)
	silence := heartbeat(next, o.cfg.Schedule.Zone, beats, o.log)
	defer silence()
	time.AfterFunc(time.Until(ticks[len(ticks)-1].Add(20*time.Second)), stop)
	if err := y.daemon.live(ctx, beats, nil); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("seed %d: the daemon ended: %v", y.script.Seed, err)
	}
}

// downBetween reports whether duban is down at some time between two turns.
func downBetween(s *demo.Year, a, b time.Time) bool {
	return slices.ContainsFunc(s.Outages, func(o [2]time.Time) bool { return o[0].Before(b) && o[1].After(a) })
}

// gather notes what left since it was last called, and has it answered.
func (y *yearRun) gather() error {
	for _, l := range y.post.TakeLetters() {
		for _, to := range l.To {
			y.sent = append(y.sent, yearLetter{demo.KeyOf(l.Raw), to, l.At})
		}
		word, err := y.district.Hear(l)
		if err != nil {
			return err
		}
		if word != nil && word.Say != "" {
			y.words++
		}
	}
	return nil
}
