package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"duban/notify"
	"duban/state"
	"duban/state/badgerkv"
	"duban/state/blobs"
	"duban/state/journal"
	"duban/state/memkv"
)

// sink takes every letter and forgets it.
type sink struct{}

func (s sink) NewSession(*smtp.Conn) (smtp.Session, error) { return sinkSession{}, nil }

type sinkSession struct{}

func (sinkSession) Mail(string, *smtp.MailOptions) error { return nil }
func (sinkSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (sinkSession) Reset()                               {}
func (sinkSession) Logout() error                        { return nil }

func (sinkSession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// BenchmarkThousandLettersOut sends 1,000 queued letters without pause over loopback: two
// synced transactions each, on Badger behind the journal, and one SMTP dialogue.
func BenchmarkThousandLettersOut(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := smtp.NewServer(sink{})
	srv.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = srv.Serve(l) }()
	defer func() { _ = srv.Close() }()
	raw, err := notify.Render(aDraft(), office, friday)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		quiet := slog.New(slog.DiscardHandler)
		engine := func(dir string) (state.KV, error) { return badgerkv.Open(dir, quiet) }
		kv, _, err := journal.Open(filepath.Join(dir, "journal"), engine, filepath.Join(dir, "badger"), time.Now, quiet)
		if err != nil {
			b.Fatal(err)
		}
		files, err := blobs.Open(filepath.Join(dir, "blobs"))
		if err != nil {
			b.Fatal(err)
		}
		sum, err := files.Put(raw)
		if err != nil {
			b.Fatal(err)
		}
		store, err := state.NewStore(b.Context(), kv)
		if err != nil {
			b.Fatal(err)
		}
		for pack := range 20 {
			err := store.Update(b.Context(), func(r *state.Records) error {
				for i := range 50 {
					l := letter(state.TopicCorrection, fmt.Sprintf("D%04d", pack*50+i), fmt.Sprintf("d%d@lanchuan.example", pack*50+i))
					l.Blob = sum
					if _, err := r.Enqueue(l); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		sender, err := notify.NewSMTP(notify.MailServer{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none", PerConn: 1000})
		if err != nil {
			b.Fatal(err)
		}
		allow, err := notify.NewAllow([]string{"lanchuan.example"})
		if err != nil {
			b.Fatal(err)
		}
		d := &notify.Dispatcher{
			Outgoing: notify.Outgoing{From: us, Allow: allow, PerTick: 1000, Fuse: notify.Fuse{Overall: 10_000}},
			Store:    store, Schedule: weekly(), Sender: sender, Log: slog.New(slog.DiscardHandler), Blob: files.Get,
		}
		b.StartTimer()
		if err := d.Dispatch(b.Context(), noon); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := kv.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkTickWithNothingToDo plans and dispatches in the middle of a week in which 60
// departments of 3 projects each have reported and been answered, after one week of
// history and after five years of it.
func BenchmarkTickWithNothingToDo(b *testing.B) {
	for _, weeks := range []int{1, 260} {
		b.Run(fmt.Sprintf("weeks=%d", weeks), func(b *testing.B) {
			turn := idle(b, memkv.New(), weeks)
			for b.Loop() {
				turn()
			}
		})
	}
}

// idle is an office with so many weeks behind it and nothing left to do; turn takes a turn.
func idle(tb testing.TB, kv state.KV, weeks int) (turn func()) {
	tb.Helper()
	store, err := state.NewStore(tb.Context(), kv)
	if err != nil {
		tb.Fatal(err)
	}
	roster := &state.Roster{}
	for i := range 60 {
		roster.Depts = append(roster.Depts, state.Dept{ID: fmt.Sprintf("D%02d", i), Reports: true, Mail: them})
	}
	now := clock("09-16 12:00")
	for back := range weeks {
		history(tb, store, roster, state.WeekOf(now).Add(-back), now.AddDate(0, 0, -7*back), back)
	}
	if err := store.Update(tb.Context(), func(r *state.Records) error { return r.PutSweep(now) }); err != nil {
		tb.Fatal(err)
	}
	allow, err := notify.NewAllow([]string{"lanchuan.example"})
	if err != nil {
		tb.Fatal(err)
	}
	files := blobs.Memory()
	p := &notify.Planner{Store: store, Keep: files.PutAll, Circulars: state.DefaultCirculars(), Log: slog.New(slog.DiscardHandler), Composer: &notify.Composer{
		Office: office, Domain: "x.example", Pages: plainPages{}, Roster: roster, Schedule: weekly(), Form: &state.Form{}, Blob: files.Get,
	}}
	d := &notify.Dispatcher{Store: store, Schedule: weekly(), Sender: &postbag{}, Blob: files.Get, Log: p.Log, Outgoing: notify.Outgoing{From: office.Mail, Allow: allow}}
	turn = func() {
		if err := errors.Join(p.Plan(tb.Context(), now), d.Dispatch(tb.Context(), now)); err != nil {
			tb.Fatal(err)
		}
	}
	for range 3 { // what history owes the office, once
		turn()
	}
	return turn
}

// history is one week, the back-th before this, in which everybody reported and was answered,
// named a problem that was handed over and solved, and put right what a circular wanted.
func history(tb testing.TB, store *state.Store, roster *state.Roster, w state.Week, at time.Time, back int) {
	tb.Helper()
	values := map[string]state.Value{}
	for i := range 12 {
		values[fmt.Sprintf("column_%d", i)] = state.Value{Cell: "H6", Text: "完成K1+200至K1+450段路基填筑", Raw: "完成K1+200至K1+450段路基填筑"}
	}
	for n, dept := range roster.Depts {
		err := store.Update(context.Background(), func(r *state.Records) error {
			dw := state.DeptWeek{Week: w, Dept: dept.ID, State: state.Accepted, First: at, Tries: []state.Try{{Mail: w.String() + dept.ID, Received: at.Add(-time.Hour), Decision: state.DecisionAccept}}}
			for i := range 3 {
				dw.Rows = append(dw.Rows, state.Counted{Project: fmt.Sprintf("%s-%d", dept.ID, i), Values: values})
			}
			if err := r.PutDeptWeek(dw); err != nil {
				return err
			}
			issue := state.Issue{
				ID: fmt.Sprintf("I%d", 100+300*n+back), Project: dept.ID + "-1", Dept: dept.ID, Text: "缺电", Request: "请协调供电", Opened: w, Seen: w, Closed: w.Add(-1), Since: at,
				Asks: []state.Ask{{Round: 1, Text: "请协调供电", Units: []string{dept.ID}, At: at.AddDate(0, 0, -7), Answers: []state.Reaction{{Dept: dept.ID, Passed: "passed"}}}},
			}
			if err := r.PutIssue(issue); err != nil {
				return err
			}
			if n == 0 {
				put := state.Rectification{Circular: "circular/" + w.String(), Week: w, Dept: dept.ID, Due: at.AddDate(0, 0, -7), Done: at}
				if err := r.PutRectification(put); err != nil {
					return err
				}
			}
			o := state.Occasion{Topic: state.TopicReceipt, Week: w, Target: dept.ID, Round: 1}
			_, err := r.Enqueue(state.Letter{
				Key: o.Key(), Kind: o.Topic, Week: w, Dept: dept.ID, Round: 1, Cause: w.String() + dept.ID, MessageID: o.MessageID("x.example"),
				Deliveries: []state.Delivery{{To: dept.Mail, Phase: state.PhaseSent, SentAt: at}},
			})
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if w.Before(state.WeekOf(at)) || !at.Equal(clock("09-16 12:00")) {
		if err := store.Update(context.Background(), func(r *state.Records) error { return r.PutDigest(state.Digest{Period: w}) }); err != nil {
			tb.Fatal(err)
		}
	}
}
