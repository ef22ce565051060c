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
			store, err := state.NewStore(b.Context(), memkv.New())
			if err != nil {
				b.Fatal(err)
			}
			roster := &state.Roster{}
			for i := range 60 {
				roster.Depts = append(roster.Depts, state.Dept{ID: fmt.Sprintf("D%02d", i), Reports: true, Mail: them})
			}
			now := clock("09-16 12:00")
			for back := range weeks {
				history(b, store, roster, state.WeekOf(now).Add(-back), now.AddDate(0, 0, -7*back))
			}
			if err := store.Update(b.Context(), func(r *state.Records) error { return r.PutSweep(now) }); err != nil {
				b.Fatal(err)
			}
			files := blobs.Memory()
			p := &notify.Planner{Store: store, Keep: files.PutAll, Log: slog.New(slog.DiscardHandler), Composer: &notify.Composer{
				Office: office, Domain: "x.example", Pages: plainPages{}, Roster: roster, Schedule: weekly(), Form: &state.Form{}, Blob: files.Get,
			}}
			d := &notify.Dispatcher{Store: store, Schedule: weekly(), Sender: &postbag{}, Blob: files.Get, Log: p.Log, Outgoing: notify.Outgoing{From: office.Mail}}
			turn := func() {
				if err := errors.Join(p.Plan(b.Context(), now), d.Dispatch(b.Context(), now)); err != nil {
					b.Fatal(err)
				}
			}
			turn() // what history owes the office, once
			for b.Loop() {
				turn()
			}
		})
	}
}

// history is one week in which everybody reported and was answered.
func history(b *testing.B, store *state.Store, roster *state.Roster, w state.Week, at time.Time) {
	b.Helper()
	values := map[string]state.Value{}
	for i := range 12 {
		values[fmt.Sprintf("column_%d", i)] = state.Value{Cell: "H6", Text: "完成K1+200至K1+450段路基填筑", Raw: "完成K1+200至K1+450段路基填筑"}
	}
	for _, dept := range roster.Depts {
		err := store.Update(context.Background(), func(r *state.Records) error {
			dw := state.DeptWeek{Week: w, Dept: dept.ID, State: state.Accepted, First: at, Tries: []state.Try{{Mail: w.String() + dept.ID, Received: at.Add(-time.Hour), Decision: state.DecisionAccept}}}
			for i := range 3 {
				dw.Rows = append(dw.Rows, state.Counted{Project: fmt.Sprintf("%s-%d", dept.ID, i), Values: values})
			}
			if err := r.PutDeptWeek(dw); err != nil {
				return err
			}
			o := state.Occasion{Topic: state.TopicReceipt, Week: w, Target: dept.ID, Round: 1}
			_, err := r.Enqueue(state.Letter{
				Key: o.Key(), Kind: o.Topic, Week: w, Dept: dept.ID, Round: 1, Cause: w.String() + dept.ID, MessageID: o.MessageID("x.example"),
				Deliveries: []state.Delivery{{To: dept.Mail, Phase: state.PhaseSent, SentAt: at}},
			})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if w.Before(state.WeekOf(at)) || !at.Equal(clock("09-16 12:00")) {
		if err := store.Update(context.Background(), func(r *state.Records) error { return r.PutDigest(state.Digest{Period: w}) }); err != nil {
			b.Fatal(err)
		}
	}
}
