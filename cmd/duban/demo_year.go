package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/ingest"
	"duban/state"
)

// demoYearEnd is where a year ends that nobody cut short: three weeks into the next.
const demoYearEnd = "2027-01-20T00:00:00+08:00"

// yearMemory is how many bytes of Go's memory a year may take before it is collected at every
// turn.
const yearMemory = 512 << 20

// year plays a whole year, as fast as it goes.
func (c *demoCmd) year(ctx context.Context, in *invocation) error {
	from, err := time.ParseInLocation(time.DateOnly, c.From, demo.Zone)
	end := mustTime(demoYearEnd)
	if err != nil || from.Weekday() != time.Monday || from.Before(mustTime("2025-12-29T00:00:00+08:00")) || !from.Before(end.AddDate(0, 0, -7)) {
		return usage{fmt.Sprintf("--from 要写 2025-12-29 到 2027-01-11 之间的一个星期一,“%s”不是。", c.From)}
	}
	weeks := demo.Weeks(from, end)
	if c.Weeks < 0 || c.Weeks > len(weeks) {
		return usage{fmt.Sprintf("--weeks 写 1 到 %d。", len(weeks))}
	}
	if c.Weeks > 0 {
		weeks = weeks[:c.Weeks]
	}
	if was := debug.SetMemoryLimit(-1); was < yearMemory { // its mailbox, store and letters lie in memory
		debug.SetMemoryLimit(yearMemory)
		defer debug.SetMemoryLimit(was)
	}
	y := &yearPlay{stage: stage{in: in, dir: in.path(c.Dir)}, told: map[string]map[string]int{}, counted: map[string]int{}, samples: map[string]string{}}
	y.clock.Store(weeks[0].Form.AddDate(0, 0, -7))
	if err := y.setUp(ctx, func(cfg *configs.Config) { openBooks(cfg, weeks[0].Name) }); err != nil {
		return err
	}
	defer y.takeDown()
	y.cast(c.Seed, weeks)
	y.account.From = from
	y.printf("虚构的%s:%d个单位、%d个重大项目,%s起的%d个报送周(种子%d)。各单位报不报、迟不迟、对不对,duban 停不停机,办公室怎么定,都由种子抽取。\n\n",
		"云泽市澜川区", len(y.Script.Depts), len(y.Books.Roster.Projects), from.Format("2006年1月2日"), len(weeks), c.Seed)
	if err := y.perform(ctx); err != nil {
		return err
	}
	if err := y.finish(); err != nil {
		return err
	}
	if c.Listen == "off" || ctx.Err() != nil {
		return nil
	}
	return y.show(ctx, c.Listen)
}

// openBooks makes the starter's district one whose first report is of a week, the sums before it
// as they would have become, with an address for every head.
func openBooks(cfg *configs.Config, first string) {
	week, err := state.ParseWeek(first)
	for i := range cfg.Roster.Projects {
		p := &cfg.Roster.Projects[i]
		p.OpeningWeek, p.OpeningYTD = state.Week{}, 0
		if err == nil && week.No > 1 && p.Class != state.ClassInvestment {
			p.OpeningWeek, p.OpeningYTD = week.Add(-1), state.Fen(demo.Pace(*p)*(week.No-1))*state.Wan*9/10
		}
	}
	for i := range cfg.Roster.Depts {
		cfg.Roster.Depts[i].HeadMail = strings.ToLower(cfg.Roster.Depts[i].ID) + "-head@lanchuan.example"
	}
}

// yearPlay is a year being performed.
type yearPlay struct {
	stage
	demo.District

	account demo.Account
	week    int // the next one to be told of
	words   []demo.Word
	outages [][2]time.Time
	shut    []demo.Shut
	halts   []demo.Halt
	told    map[string]map[string]int // letters not told of yet, by week and sort
	counted map[string]int            // all letters, by sort
	samples map[string]string
	leaders string // the file of the last leaders' letter
}

// cast draws the year and puts what it says into the agenda.
func (y *yearPlay) cast(seed uint64, weeks []demo.Week) {
	o := y.daemon.office.Load()
	for _, d := range o.cfg.Roster.Reporting() {
		y.account.Depts = append(y.account.Depts, demo.DeptAccount{ID: d.ID, Name: d.Short})
	}
	y.Script = demo.DrawYear(seed, weeks, o.cfg.Roster)
	y.outages, y.shut = slices.Clone(y.Script.Outages), slices.Clone(y.Script.Shut)
	y.halts = slices.Clone(y.Script.Halts)
	y.Books = &demo.Books{Script: y.Script, Roster: o.cfg.Roster, Office: o.cfg.Office.Mail, Spends: demo.Pace}
	y.Deliver, y.Refuse, y.Halt = y.deliver, y.post.Refuse, y.post.Halt
	officeDesk(&y.District, func() *invocation {
		return &invocation{office: y.daemon.office.Load(), now: y.now, stdout: io.Discard, stderr: io.Discard}
	})
	mailbox := imapConfig(o.cfg)
	mailbox.Dial = y.dialMailbox
	o.collector.Mailbox, o.dispatcher.Filed = ingest.NewIMAP(mailbox), filedIn(mailbox, "")
	for _, t := range y.Script.Turns() {
		y.Add(demo.Moment{At: t, Last: true, Do: y.turn})
	}
	y.Live()
}

// dialMailbox reaches the mailbox, or not. Even one that is only silent is told at once: nobody
// is to wait for it before a terminal.
func (y *yearPlay) dialMailbox(ctx context.Context, network, addr string) (net.Conn, error) {
	if y.Script.ShutAt(y.now()) != nil {
		return nil, errors.New("connection refused")
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

// deliver brings a mail to the office's mailbox.
func (y *yearPlay) deliver(raw []byte) error {
	y.account.Mails++
	return y.post.Deliver(raw, y.now())
}

// officeDesk gives a district the two commands its office uses.
func officeDesk(d *demo.District, in func() *invocation) {
	d.Free = func(from, to, subject string) error {
		c, err := freed(from, to, subject)
		if err != nil {
			return err
		}
		return c.Run(context.Background(), in())
	}
	d.Rectify = func(week, dept string) error {
		c := rectifiedCmd{Dept: dept, decision: decision{Week: week, Reason: "已电话核实", By: "张三"}}
		return c.Run(context.Background(), in())
	}
}

// freed is the office's command that frees a department or a project from one week to another.
func freed(from, to, subject string) (*exemptCmd, error) {
	last, err := state.ParseWeek(to)
	if err != nil {
		return nil, fmt.Errorf("free %s: %w", subject, err)
	}
	return &exemptCmd{Subject: subject, Until: last.Day(time.Friday, demo.Zone).Format(time.DateOnly), decision: decision{Week: from, Reason: "停工整改", By: "张三"}}, nil
}

// perform lets the year pass. It ends between two moments when the viewer has seen enough.
func (y *yearPlay) perform(ctx context.Context) error {
	for ctx.Err() == nil {
		m, ok := y.Next()
		if !ok {
			break
		}
		y.clock.Store(m.At)
		if err := m.Do(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	y.account.Cut = ctx.Err() != nil
	return nil
}

// turn is duban's: then what left is read, and a week that is over is told of.
func (y *yearPlay) turn(ctx context.Context) error {
	if err := y.daemon.turn(ctx); err != nil && y.Script.ShutAt(y.now()) == nil && y.Script.HaltedAt(y.now()) == nil {
		return err // a mailbox that is shut, or a mail server out of order, ends no turn of the office either
	}
	for _, sent := range y.post.TakeLetters() {
		if err := y.left(sent); err != nil {
			return err
		}
	}
	at := y.now().In(demo.Zone)
	for y.week < len(y.Script.Weeks) && !at.Before(demo.Workday(y.Script.Weeks[y.week].Freeze, 1, 8, 0)) {
		if err := y.tellWeek(ctx); err != nil {
			return err
		}
	}
	y.progress(fmt.Sprintf("%s  收到%d封 发出%d封", at.Format("2006年1月2日 15:04"), y.account.Mails, y.account.Letters))
	return nil
}

// left counts a letter that left, keeps a sample of its kind, and lets the office answer it.
func (y *yearPlay) left(sent demo.Sent) error {
	l, err := demo.OpenLetter(sent.Raw)
	if err != nil {
		return err
	}
	o := y.daemon.office.Load()
	y.account.Letters++
	y.counted[l.Sort()]++
	about := y.weekOf(l)
	if y.told[about] == nil {
		y.told[about] = map[string]int{}
	}
	y.told[about][l.Sort()]++
	for i := range y.account.Depts {
		if d := o.cfg.Roster.Dept(y.account.Depts[i].ID); slices.Contains(sent.To, d.Mail) || slices.Contains(sent.To, d.MailBackup) {
			y.account.Depts[i].Letters++
		}
	}
	if err := y.keep(l, sent.Raw); err != nil {
		return err
	}
	word, err := y.Hear(sent)
	if err != nil || word == nil {
		return err
	}
	y.words = append(y.words, *word)
	if heard := word.At.Add(time.Minute); word.Say != "" && !y.Script.Down(heard) {
		y.Add(demo.Moment{At: heard, Last: true, Do: y.turn})
	}
	return nil
}

// weekOf is the week a letter is told with: the one it is about, or the running one.
func (y *yearPlay) weekOf(l demo.Letter) string {
	if parts := strings.Split(l.Key, "/"); len(parts) > 1 {
		if _, err := state.ParseWeek(parts[1]); err == nil {
			return parts[1]
		}
	}
	return y.Script.Weeks[min(y.week, len(y.Script.Weeks)-1)].Name
}

// keep writes every week's leaders' letter, and of each other sort the first.
func (y *yearPlay) keep(l demo.Letter, raw []byte) error {
	file, sort := fileOf(l.Key)+".html", l.Sort()
	if sort == string(state.TopicSummary) {
		y.leaders = file
	}
	if _, sampled := y.samples[sort]; !sampled {
		y.samples[sort] = file
		return y.writeLetter(l, raw)
	}
	if sort == string(state.TopicSummary) {
		return y.write(file, l.HTML)
	}
	return nil
}
