package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/ingest"
	"duban/state"
)

// benchOffice wires the county's office on Badger in a folder of its own, with a worker and
// a post office in memory.
func benchOffice(b *testing.B, c county) *office {
	b.Helper()
	dir := b.TempDir()
	post, err := demo.OpenPostOffice("zdxmb@lanchuan.example", func() time.Time { return countyTurn })
	if err != nil {
		b.Fatal(err)
	}
	config := writeDistrict(b, dir, server{addr: post.IMAP, tls: "none"}, server{addr: post.SMTP, tls: "none"}, demo.User, demo.Password)
	c.write(b, dir)
	cfg, set, pages, err := load(config, countyTurn)
	if err != nil {
		b.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	now := func() time.Time { return countyTurn }
	o, worker, err := openOffice(b.Context(), parts{cfg: cfg, rules: set, pages: pages, now: now, log: quiet})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		worker.Close()
		_ = post.Close()
		if err := o.archive.close(); err != nil {
			b.Error(err)
		}
	})
	return o
}

// shelf is a mailbox in memory that hands out packs of a given size.
type shelf struct {
	mails []ingest.Raw
	pack  int
}

func (s *shelf) After(_ context.Context, _ string, c ingest.Cursor, _ time.Time) (ingest.Batch, error) {
	from := int(c.UID)
	to := min(from+s.pack, len(s.mails))
	return ingest.Batch{Mails: s.mails[from:to], Next: ingest.Cursor{UIDValidity: 7, UID: uint32(to)}, More: to < len(s.mails)}, nil
}

func (s *shelf) Close() error { return nil }

// fillShelf puts the county's mails from the n-th on a shelf.
func fillShelf(b *testing.B, c county, n int) []ingest.Raw {
	b.Helper()
	mails := make([]ingest.Raw, n)
	for i := range mails {
		raw, at := c.mail(b, i)
		mails[i] = ingest.Raw{Folder: "INBOX", UIDValidity: 7, UID: uint32(i + 1), Received: at, Size: int64(len(raw)), Body: raw}
	}
	return mails
}

// BenchmarkCollect takes the mails of a county from raw bytes to the committed record, on
// Badger behind the journal with blobs, in packs of one and of fifty. The figure is ns a mail.
func BenchmarkCollect(b *testing.B) {
	c := county{depts: 100}
	mails := fillShelf(b, c, 500)
	for _, pack := range []int{1, 50} {
		b.Run(fmt.Sprintf("pack=%d", pack), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				o := benchOffice(b, c)
				o.collector.Mailbox = &shelf{mails: mails, pack: pack}
				b.StartTimer()
				if err := o.collector.Collect(b.Context(), countyTurn); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				err := o.archive.store.View(b.Context(), func(r *state.Records) error {
					d, err := r.DeptWeek(o.cfg.Schedule.Current(countyNoon), countyDept(1))
					if err == nil && (d == nil || len(d.Tries) != 5 || len(d.Rows) != countyRows) {
						err = fmt.Errorf("the mails did not count: %+v", d)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(mails)), "ns/mail")
		})
	}
}

// collected is the county's office with so many mails behind it, one each from its
// departments, and so many weeks of the same reports and digests before them.
func collected(b *testing.B, c county, mails, weeks int) *office {
	b.Helper()
	o := benchOffice(b, c)
	box := o.collector.Mailbox
	o.collector.Mailbox = &shelf{mails: fillShelf(b, c, mails), pack: 50}
	if err := o.tick(b.Context()); err != nil {
		b.Fatal(err)
	}
	o.collector.Mailbox = box
	for back := 1; back < weeks; back++ {
		err := o.archive.store.Update(b.Context(), func(r *state.Records) error { return past(r, o.cfg.Roster, o.cfg.Schedule.Current(countyNoon), back) })
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := o.tick(b.Context()); err != nil { // what the past owes the ledger, once
		b.Fatal(err)
	}
	return o
}

// past lets a week be like this one, some weeks back, and be over: every department's report
// with its receipt, one issue each that was handed over, answered and closed, a change of the
// registry, and what a circular wanted put right.
func past(r *state.Records, roster *state.Roster, this state.Week, back int) error {
	week, at := this.Add(-back), countyNoon.AddDate(0, 0, -7*back)
	depts, err := r.DeptWeeks(this)
	if err != nil {
		return err
	}
	var errs []error
	letter := func(o state.Occasion, dept string) string {
		_, err := r.Enqueue(state.Letter{
			Key: o.Key(), Kind: o.Topic, Week: week, Dept: dept, Round: 1, MessageID: o.MessageID("lanchuan.example"),
			Deliveries: []state.Delivery{{To: "zdxmb@lanchuan.example", Phase: state.PhaseSent, SentAt: at}},
		})
		errs = append(errs, err)
		return o.Key()
	}
	for n, d := range roster.Depts {
		w := depts[d.ID]
		w.Week = week
		letter(state.Occasion{Topic: state.TopicReceipt, Week: week, Target: d.ID, Round: 1}, d.ID)
		i := state.Issue{
			ID: fmt.Sprintf("I%d", 100+fiveYears*n+back), Project: countyProject(n, back%countyRows), Dept: d.ID,
			Text: "K1+200处电杆迁移未完成,影响路基施工", Request: "请供电公司9月底前完成迁移", Units: []string{d.ID}, Opened: week, Seen: week, Closed: week, Since: at,
		}
		for k := range 3 {
			i.History = append(i.History, state.Said{Week: week, At: at, Mail: i.ID, Text: i.Text, Request: i.Request, Close: k == 2})
		}
		i.Asks = []state.Ask{{Round: 1, Text: i.Request, Units: i.Units, At: at, Answers: []state.Reaction{{Dept: d.ID, At: at, Text: "已完成", Passed: "passed"}}}}
		i.Asks[0].Letter = letter(state.Occasion{Topic: state.TopicRequest, Target: i.ID, Round: 1}, d.ID)
		errs = append(errs, r.PutDeptWeek(*w), r.PutIssue(i))
	}
	first := roster.Depts[0].ID
	errs = append(errs,
		r.PutDigest(state.Digest{Period: week}),
		r.PutChange(state.Change{Proposal: fmt.Sprint(back), Project: countyProject(0, 1), Field: state.ChangeFinish, New: "2027-06-30", From: week, At: at}),
		r.PutRectification(state.Rectification{Circular: letter(state.Occasion{Topic: state.TopicCircular, Week: week, Target: "departments", Round: 1}, first), Week: week, Dept: first, What: []string{"连续2期周报没有按时报送"}, Due: at, Done: at}),
	)
	return errors.Join(errs...)
}

// fiveYears is how many weeks the largest benchmarks have behind them.
const fiveYears = 260

// BenchmarkReadAndJudge opens one mail with a form of sixty rows, reads it, and judges it
// against the registry and last week, after one week and after five years.
func BenchmarkReadAndJudge(b *testing.B) {
	c := county{depts: 25}
	raw, at := c.mail(b, 0)
	for _, weeks := range []int{1, fiveYears} {
		b.Run(fmt.Sprintf("weeks=%d", weeks), func(b *testing.B) {
			o := collected(b, c, c.depts, weeks)
			desk := o.collector.Desk.Prepared()
			mail := state.Mail{ID: "again", Folder: "INBOX", Received: at.Add(time.Hour), Size: int64(len(raw))}
			for b.Loop() {
				opened, err := o.opener.Open(b.Context(), ingest.Job{Data: raw, Year: at.Year()})
				if err != nil {
					b.Fatal(err)
				}
				err = o.archive.store.View(b.Context(), func(r *state.Records) error {
					_, err := desk.Take(r, ingest.Arrival{Mail: mail, Opened: opened})
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTick takes a turn with nothing to do: a poll over IMAP, the plan, the open
// letters, after one week and after five years.
func BenchmarkTick(b *testing.B) {
	c := county{depts: 25}
	for _, weeks := range []int{1, fiveYears} {
		b.Run(fmt.Sprintf("weeks=%d", weeks), func(b *testing.B) {
			o := collected(b, c, c.depts, weeks)
			for b.Loop() {
				if err := o.tick(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSummary draws the leaders' letter of a week from the records: digest, view,
// letter and workbook, for sixty to six thousand projects.
func BenchmarkSummary(b *testing.B) {
	for _, s := range []struct{ depts, weeks int }{{1, 1}, {10, 1}, {100, 1}, {10, fiveYears}} {
		b.Run(fmt.Sprintf("projects=%d/weeks=%d", s.depts*countyRows, s.weeks), func(b *testing.B) {
			o := collected(b, county{s.depts}, s.depts, s.weeks)
			week := o.cfg.Schedule.Current(countyNoon)
			for b.Loop() {
				d, err := o.planner.Preview(b.Context(), state.TopicSummary, week, "")
				if err != nil || len(d.Files) == 0 {
					b.Fatal(err, len(d.Files))
				}
			}
		})
	}
}
