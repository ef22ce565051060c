package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/notify"
	"duban/state"
)

// whyCmd tells every step and letter of a department in a week.
type whyCmd struct {
	Dept string `arg:"" placeholder:"单位" help:"单位编号或名称,如 D04、住建局。"`
	Week string `arg:"" optional:"" placeholder:"周次" help:"周次;不写就是当前周。"`
	JSON bool   `help:"输出一份 JSON。"`
}

// whyStep is one thing that happened, in the order of time.
type whyStep struct {
	At      time.Time       `json:"at"`
	Kind    string          `json:"kind"` // mail, letter, deadline
	Text    string          `json:"text"`
	Mail    string          `json:"mail,omitempty"`   // SHA-256 of the raw mail
	Letter  string          `json:"letter,omitempty"` // the letter's key
	Finding []state.Finding `json:"findings,omitempty"`
}

func (c *whyCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.week(c.Week)
		if err != nil {
			return err
		}
		dept := o.cfg.Roster.FindDept(c.Dept)
		if dept == nil {
			return usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D04)或名称。", c.Dept)}
		}
		steps, err := o.why(ctx, *dept, w)
		if err != nil {
			return err
		}
		if c.JSON {
			return in.printJSON(map[string]any{"department": dept.ID, "week": w, "steps": steps})
		}
		fmt.Fprintf(in.stdout, "%s %s %s\n", dept.ID, dept.Name, w)
		for _, s := range steps {
			fmt.Fprintf(in.stdout, "%s  %s\n", s.At.In(o.cfg.Schedule.Zone).Format("01-02 15:04"), s.Text)
			for _, f := range s.Finding {
				fmt.Fprintf(in.stdout, "             %s %s %s %s:%s\n", f.Level, f.Rule, f.Sheet, f.Cell, f.Message)
			}
		}
		return nil
	})
}

// why gathers what happened between a department and the office in a week.
func (o *office) why(ctx context.Context, dept state.Dept, w state.Week) ([]whyStep, error) {
	deadline := o.cfg.Schedule.Deadline(w)
	steps := []whyStep{{At: deadline.Due, Kind: "deadline", Text: "报送截止" + because(deadline.Moved)}}
	err := o.archive.store.View(ctx, func(r *state.Records) error {
		mails, err := r.MailsOf(w)
		if err != nil {
			return err
		}
		for _, m := range mails {
			if m.Of(dept.ID) {
				steps = append(steps, mailStep(m, o.cfg.Schedule.Zone))
			}
		}
		decided, err := o.decisions(r, dept, w)
		if err != nil {
			return err
		}
		steps = append(steps, decided...)
		letters, err := r.LettersOf(w)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if l.Dept == dept.ID {
				steps = append(steps, letterSteps(l)...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("gather %s %s: %w", dept.ID, w, err)
	}
	slices.SortStableFunc(steps, func(a, b whyStep) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return steps, nil
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return "(" + reason + ")"
}

func mailStep(m state.Mail, zone *time.Location) whyStep {
	text := fmt.Sprintf("收到 %s 的来信《%s》,认定为 %s,处理 %s", m.From, m.Subject, m.Kind, m.Decision)
	if m.Reason != "" {
		text += "(" + m.Reason + ")"
	}
	var books []string
	for _, b := range m.Books {
		books = append(books, fmt.Sprintf("%s(%d行)", b.Name, len(b.Rows())))
	}
	if len(books) > 0 {
		text += ";表格:" + strings.Join(books, "、")
	}
	if sent := strings.TrimSpace(m.SentDate); sent != "" {
		text += ";信上写的时间:" + sent
	}
	return whyStep{At: m.Received.In(zone), Kind: "mail", Text: text, Mail: m.ID, Finding: m.Findings}
}

func letterSteps(l state.Letter) []whyStep {
	steps := []whyStep{{At: l.QueuedAt, Kind: "letter", Text: fmt.Sprintf("拟好 %s《%s》", l.Key, l.Subject), Letter: l.Key}}
	for _, d := range l.Deliveries {
		switch {
		case d.Phase == state.PhaseSent:
			steps = append(steps, whyStep{At: d.SentAt, Kind: "letter", Text: fmt.Sprintf("发给 %s", d.To), Letter: l.Key})
		case d.Error != "":
			steps = append(steps, whyStep{At: l.QueuedAt, Kind: "letter", Text: fmt.Sprintf("发给 %s:%s,%s", d.To, phaseWord(d.Phase), whyNot(d.Error)), Letter: l.Key})
		}
	}
	return steps
}

// phaseWord is how far a delivery has come, for the office.
func phaseWord(p state.Phase) string {
	switch p {
	case state.PhaseDropped:
		return "没有发出,已作废"
	case state.PhaseFailed:
		return "没有发出"
	case state.PhaseDoubtful, state.PhaseSending:
		return "不知是否发出"
	}
	return "还没发出"
}

// whyNot is why a delivery was not made; a server's own words stay as they are.
func whyNot(reason string) string {
	switch reason {
	case notify.WhyOvertaken:
		return "等候发出期间已不再成立"
	case notify.WhySuperseded:
		return "等候发出期间收到了新一版报表,以对新一版的答复为准"
	case notify.WhyUnverified:
		return "没能在一个工作日内发出,数据按所报采用"
	case notify.WhyRegrounded:
		return "等候发出期间依据有变,重新拟稿请示"
	case notify.WhyRestored:
		return "恢复备份以后在“已发送”里没有找到,等办公室定"
	}
	return reason
}
