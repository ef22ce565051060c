package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	books  *demo.Books
	ticks  []time.Time
	sent   []yearLetter
}

// newYear opens an office and its post office, in the bubble, the day before the year begins.
func newYear(t *testing.T, seed uint64, from, end time.Time) *yearRun {
	t.Helper()
	time.Sleep(time.Until(from.AddDate(0, 0, -14)))
	shared := readStarter(t)
	y := &yearRun{cfg: shared.cfg}
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
	var depts []string
	for _, d := range y.cfg.Roster.Reporting() {
		depts = append(depts, d.ID)
	}
	y.books = &demo.Books{Roster: y.cfg.Roster, Office: y.cfg.Office.Mail}
	y.script = demo.DrawYear(seed, demo.Weeks(from, end), depts)
	y.books.Spared = func(week, dept string) string {
		at := slices.IndexFunc(y.script.Weeks, func(w demo.Week) bool { return w.Name == week })
		if !y.script.Act(week, dept).LeftOut {
			return ""
		}
		return y.sparable(y.script.Weeks[at], dept)
	}
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
	mailbox.Dial, server.Dial = y.dialMailbox, y.post.Dial
	sender, err := notify.NewSMTP(server)
	if err != nil {
		t.Fatal(err)
	}
	o.collector.Mailbox, o.dispatcher.Sender = ingest.NewIMAP(mailbox), sender
	o.planner.Composer.Blank = func(report.Blank) ([]byte, error) { return []byte("form"), nil } // what a form holds is shown elsewhere
	return o
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

// yearEvent is something that happens in the district beside what duban does.
type yearEvent struct {
	at time.Time
	do func()
}

// live lives through the script and what the office says, and then a day more.
func (y *yearRun) live(t *testing.T, words []officeWord) {
	t.Helper()
	events := y.events(t)
	for _, w := range words {
		events = append(events, yearEvent{w.at, func() { y.answer(t, w) }})
	}
	slices.SortStableFunc(events, func(a, b yearEvent) int { return a.at.Compare(b.at) })
	over := make(chan struct{})
	go func() {
		defer close(over)
		y.serve(t)
	}()
	for _, e := range events {
		time.Sleep(time.Until(e.at))
		e.do()
		y.gather()
	}
	<-over
	y.gather()
}

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

// events are what the script says of the departments.
func (y *yearRun) events(t *testing.T) []yearEvent {
	s := y.script
	var events []yearEvent
	for i, w := range s.Weeks {
		for _, dept := range s.Depts {
			a, d := s.Act(w.Name, dept), y.cfg.Roster.Dept(dept)
			if a.Weeks > 0 {
				events = append(events, yearEvent{w.Form.AddDate(0, 0, -3), func() { y.excuse(t, w, s.Weeks[i+a.Weeks-1], dept) }})
			}
			if spared := y.sparable(w, dept); a.Spares > 0 && spared != "" {
				events = append(events, yearEvent{w.Form.AddDate(0, 0, -3), func() { y.excuse(t, w, s.Weeks[i+a.Spares-1], spared) }})
			}
			if !a.Bounce.IsZero() {
				events = append(events, yearEvent{a.Bounce, func() { y.receive(t, demo.ReturnedMail(d.Mail, w.Name+"."+dept)) }})
			}
			for no, m := range a.Mails {
				events = append(events, yearEvent{m.At, func() {
					if no == 0 {
						y.books.CarryOver(y.cfg.Roster.ProjectsOf(dept, w.Due), s, i, dept)
					}
					raw, err := y.books.Raw(d, w, i, no, m.Kind)
					if err != nil {
						t.Fatal(err)
					}
					y.receive(t, raw)
				}})
			}
		}
	}
	return events
}

func (y *yearRun) receive(t testing.TB, raw []byte) {
	t.Helper()
	if err := y.post.Deliver(raw, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// gather notes what left since it was last called.
func (y *yearRun) gather() {
	for _, l := range y.post.TakeLetters() {
		_, rest, _ := bytes.Cut(l.Raw, []byte("X-Duban-Key: "))
		key, _, _ := bytes.Cut(rest, []byte("\r\n"))
		for _, to := range l.To {
			y.sent = append(y.sent, yearLetter{string(key), to, l.At})
		}
	}
}

// answer is the office's own mail with the code it was given last in the matter.
func (y *yearRun) answer(t testing.TB, w officeWord) {
	t.Helper()
	week, err := state.ParseWeek(w.week)
	if err != nil {
		t.Fatal(err)
	}
	var code string
	err = y.office.Load().archive.store.View(t.Context(), func(r *state.Records) error {
		if w.leader == "" {
			h, err := r.Hold(week)
			code = h.Code
			return err
		}
		q, err := r.Proposal("escalation/" + w.week + "/" + w.leader)
		if q != nil {
			code = q.Code
		}
		return err
	})
	if err != nil || code == "" {
		t.Errorf("seed %d: no code to answer %+v with: %v", y.script.Seed, w, err)
	}
	y.receive(t, demo.OfficeWord(y.cfg.Office.Mail, w.week, w.word, code, fmt.Sprintf("%s.%s.%d", w.week, w.leader, w.at.Unix())))
}

// sparable is the project of a department that the office may free: its last, so that others
// are left to report; "" for a department with few.
func (y *yearRun) sparable(w demo.Week, dept string) string {
	own := y.cfg.Roster.ProjectsOf(dept, w.Due)
	if len(own) < 3 {
		return ""
	}
	return own[len(own)-1].ID
}

// excuse has the office free a department or a project from one week to another, by its own
// command.
func (y *yearRun) excuse(t testing.TB, from, to demo.Week, subject string) {
	t.Helper()
	c, err := freed(from.Name, to.Name, subject)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context(), y.in); err != nil {
		t.Fatal(err)
	}
}
