package main

import (
	"context"
	"fmt"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/state"
)

// demoCmd lets a fictional district live a reporting week in about a minute, or a year in
// about two.
type demoCmd struct {
	Dir    string `default:"demo-out" placeholder:"目录" help:"每封发出的信和汇总表写到这里。"`
	Listen string `default:"127.0.0.1:8025" placeholder:"地址" help:"演示完后在这里看状态页;写 off 就直接结束。"`
	Pace   int    `default:"100" placeholder:"分钟" help:"一秒钟演过几分钟;演一年时不用,总是尽快演完。"`

	Year  bool   `help:"演一整年:2026年到2027年年初,各单位的表现随机抽取,约两分钟。"`
	Seed  uint64 `default:"1" placeholder:"数" help:"演一年时用哪个种子;同一个种子,同一年。"`
	From  string `default:"2025-12-29" placeholder:"日期" help:"演一年时从哪个星期一开始。"`
	Weeks int    `placeholder:"周数" help:"演一年时只演头几周;不写就演到2027年1月中旬。"`
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
	if c.Year {
		return c.year(ctx, in)
	}
	p := &play{stage: stage{in: in, dir: in.path(c.Dir)}, until: mustTime(demoUntil), seen: map[string]bool{}}
	p.clock.Store(mustTime(demoFrom))
	var err error
	if p.mails, err = demo.Mails(demoWeek); err != nil {
		return err
	}
	if err := p.setUp(ctx, customs); err != nil {
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

// play is a week being performed.
type play struct {
	stage
	until time.Time

	mails   []demo.Mail     // still to arrive
	seen    map[string]bool // mails and letters already told
	got     int
	letters int
}

// customs are the district's own: it writes to its leaders on the second working day at nine.
func customs(cfg *configs.Config) {
	cfg.Schedule.Summary = state.Moment{Workdays: 2, At: state.Clock{Hour: 9}}
	cfg.Schedule.Preview = state.Moment{Workdays: 2, At: state.Clock{Hour: 7, Minute: 30}}
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
		p.progress(fmt.Sprintf("第38周 星期%s %s  已收%d封 已发%d封", state.WeekdayWord(now.Weekday()), now.Format("15:04"), p.got, p.letters))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	p.printf("\n完。收到%d封来信,发出%d封信,都在 %s。\n", p.got, p.letters, p.dir)
	return nil
}
