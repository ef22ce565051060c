package main

import (
	"context"
	"fmt"

	"duban/cmd/duban/internal/demo"
	"duban/state"
)

// tell prints what the turn brought and writes the letters that left into the folder.
func (p *play) tell(ctx context.Context) error {
	o := p.daemon.office.Load()
	week := o.cfg.Schedule.Current(mustTime(demoFrom))
	var mails []state.Mail
	var letters []state.Letter
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		for _, w := range []state.Week{{}, week, week.Add(1)} {
			m, err := r.MailsOf(w)
			if err != nil {
				return err
			}
			mails = append(mails, m...)
		}
		letters, err = r.Letters()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what happened: %w", err)
	}
	for _, m := range mails {
		if m.Kind != state.MailOwn && p.first(m.ID) {
			p.got++
			p.line("收到 %-28s %s", m.From, verdict(m, o.cfg.Roster))
		}
	}
	for _, l := range letters {
		if l.Phase() == state.PhaseSent && p.first(l.Key) {
			p.line("  发出 %s", l.Subject)
		}
	}
	return p.writeLetters()
}

func (p *play) first(id string) bool {
	was := p.seen[id]
	p.seen[id] = true
	return !was
}

// line prints one event.
func (p *play) line(format string, args ...any) {
	zone := p.daemon.office.Load().cfg.Schedule.Zone
	p.printf("%s  %s\n", p.now().In(zone).Format("01-02 15:04"), fmt.Sprintf(format, args...))
}

func verdict(m state.Mail, roster *state.Roster) string {
	who := m.Dept
	if d := roster.Dept(m.Dept); d != nil {
		who = d.Short
	}
	switch m.Decision {
	case state.DecisionAccept:
		return who + ":采用"
	case state.DecisionCorrect:
		n := 0
		for _, f := range m.Findings {
			if f.Level == state.LevelError {
				n++
			}
		}
		return fmt.Sprintf("%s:请补正,%d处", who, n)
	case state.DecisionQuarantine:
		return "不认识的发件人,留存待办公室认领"
	case state.DecisionHold:
		return who + ":不是周报,转办公室"
	default:
		return fmt.Sprintf("不需答复(%s)", m.Kind)
	}
}

// writeLetters writes the letters the post office took since the last time. One letter to
// several readers is written once.
func (p *play) writeLetters() error {
	for _, sent := range p.post.TakeLetters() {
		p.letters++
		l, err := demo.OpenLetter(sent.Raw)
		if err != nil {
			return err
		}
		if !p.first("written " + l.Key) {
			continue
		}
		if err := p.writeLetter(l, sent.Raw); err != nil {
			return err
		}
	}
	return nil
}
