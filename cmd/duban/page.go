package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"duban/cmd/duban/internal/console"
	"duban/notify"
	"duban/state"
)

// source shows the daemon on its status page.
func (d *daemon) source() console.Source {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "duban_last_turn_timestamp_seconds", Help: "When the last turn began."}, func() float64 {
			d.mu.Lock()
			defer d.mu.Unlock()
			return float64(d.last.Unix())
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "duban_trouble", Help: "How many things are wrong now."}, func() float64 {
			return float64(len(d.health()))
		}),
		letterGauge{d, prometheus.NewDesc("duban_letters", "Letters of the outbox by phase.", []string{"phase"}, nil)},
	)
	return console.Source{
		Current: func() state.Week { o := d.office.Load(); return o.cfg.Schedule.Running(o.now()) },
		Week:    func(ctx context.Context, w state.Week) (console.Week, error) { return d.office.Load().weekPage(ctx, w) },
		Dept: func(ctx context.Context, id string, w state.Week) (console.Dept, error) {
			return d.office.Load().deptPage(ctx, id, w)
		},
		Outbox:  func(ctx context.Context) ([]state.Letter, error) { return d.office.Load().outboxPage(ctx) },
		Health:  d.health,
		Ready:   func() bool { d.mu.Lock(); defer d.mu.Unlock(); return !d.last.IsZero() },
		Metrics: metrics,
	}
}

// stale is after how long without a turn duban counts as ill.
const stale = 15 * time.Minute

// health tells what is wrong now, one Chinese sentence each.
func (d *daemon) health() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.office.Load()
	out := append(slices.Clone(d.trouble), o.archive.guard.unwell()...)
	if fuse := o.dispatcher.Tripped(); fuse != nil {
		out = append(out, fuseWords(fuse))
	}
	if !d.last.IsZero() && o.now().Sub(d.last) > stale+2*o.cfg.Mailbox.Every {
		out = append(out, fmt.Sprintf("自%s起没有再收信。", d.last.In(o.cfg.Schedule.Zone).Format("1月2日15:04")))
	}
	return out
}

// fuseWords tells the office that letters are held back, and what to do.
func fuseWords(fuse *notify.FuseError) string {
	if fuse.Address != "" {
		return fmt.Sprintf("发信量超过上限:%s 24小时内收到%d封,暂不再发给它。请先查清原因;确实需要的,调大 outgoing.fuse。", fuse.Address, fuse.Count)
	}
	return fmt.Sprintf("发信量超过上限:24小时内已发出%d封,所有信都暂停。请先查清原因;确实需要的,调大 outgoing.fuse。", fuse.Count)
}

// letterGauge counts letters by phase when somebody asks.
type letterGauge struct {
	d    *daemon
	desc *prometheus.Desc
}

func (g letterGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

func (g letterGauge) Collect(ch chan<- prometheus.Metric) {
	letters, err := g.d.office.Load().letters(context.Background())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.desc, err)
		return
	}
	counts := map[state.Phase]int{}
	for _, l := range letters {
		counts[l.Phase()]++
	}
	for phase, n := range counts {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(n), string(phase))
	}
}

// outboxPage lists the letters, the newest first, at the office's times of day.
func (o *office) outboxPage(ctx context.Context) ([]state.Letter, error) {
	letters, err := o.letters(ctx)
	slices.SortFunc(letters, func(a, b state.Letter) int { return cmp.Compare(b.QueuedAt.UnixNano(), a.QueuedAt.UnixNano()) })
	for i := range letters {
		l := &letters[i]
		l.QueuedAt = l.QueuedAt.In(o.cfg.Schedule.Zone)
		for n := range l.Deliveries {
			l.Deliveries[n].SentAt = l.Deliveries[n].SentAt.In(o.cfg.Schedule.Zone)
		}
	}
	return letters, err
}

func (o *office) weekPage(ctx context.Context, w state.Week) (console.Week, error) {
	digest, err := o.digest(ctx, w)
	if err != nil {
		return console.Week{}, err
	}
	page := console.Week{Digest: digest, Prev: o.cfg.Schedule.Previously(w), Next: w.Add(1)}
	err = o.archive.store.View(ctx, func(r *state.Records) error {
		depts, err := r.DeptWeeks(w)
		if err != nil {
			return err
		}
		for _, dept := range o.cfg.Roster.Reporting() {
			detail, owes := digest.DeptDetail[dept.ID]
			if !owes { // it does not exist in that week
				continue
			}
			line := console.WeekLine{Dept: dept.ID, Name: dept.Short, State: stateWord(detail.Status, detail.State)}
			line.Marks = o.marksOf(digest, dept.ID)
			if dw := depts[dept.ID]; dw != nil {
				line.Received, line.Projects, line.Errors = dw.First.In(o.cfg.Schedule.Zone), len(dw.Rows), len(dw.Open)
			}
			page.Lines = append(page.Lines, line)
		}
		return nil
	})
	return page, err
}

// marksOf counts a department's projects whose figures did not come about as usual.
func (o *office) marksOf(d state.Digest, dept string) string {
	var exempt, unverified, amended int
	for _, p := range o.rosterOf(d.Period).Projects {
		f, there := d.Projects[p.ID]
		if !there || p.Dept != dept {
			continue
		}
		if f.Exempt {
			exempt++
		}
		if f.Unverified {
			unverified++
		}
		if f.Amended {
			amended++
		}
	}
	var out []string
	for _, m := range []struct {
		word string
		n    int
	}{{"免报", exempt}, {"未核", unverified}, {"更正", amended}} {
		if m.n > 0 {
			out = append(out, fmt.Sprintf("%s%d", m.word, m.n))
		}
	}
	return strings.Join(out, "、")
}

func (o *office) deptPage(ctx context.Context, id string, w state.Week) (console.Dept, error) {
	dept := o.cfg.Roster.Dept(id)
	if dept == nil {
		return console.Dept{}, console.ErrNoPage
	}
	steps, err := o.why(ctx, *dept, w)
	page := console.Dept{Name: dept.Short, Week: w}
	for _, s := range steps {
		page.Steps = append(page.Steps, console.Step{At: s.At.In(o.cfg.Schedule.Zone), What: s.Text})
	}
	return page, err
}
