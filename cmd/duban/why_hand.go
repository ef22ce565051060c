package main

import (
	"fmt"
	"time"

	"duban/state"
)

// decisions tells what the office decided by hand about a department in a week, what the
// department said to our letters by number, and where we answered too late.
func (o *office) decisions(r *state.Records, dept state.Dept, w state.Week) ([]whyStep, error) {
	zone := o.cfg.Schedule.Zone
	var steps []whyStep
	step := func(at time.Time, kind, format string, args ...any) {
		steps = append(steps, whyStep{At: at.In(zone), Kind: kind, Text: fmt.Sprintf(format, args...)})
	}
	roster := o.rosterOf(w)
	amended, err := r.Amendments(w)
	if err != nil {
		return nil, err
	}
	for _, a := range amended {
		p := roster.Project(a.Project)
		switch {
		case p == nil || p.Dept != dept.ID:
		case a.Column == "":
			step(a.At, "decision", "办公室(%s)决定 %s 按单位所报采用:%s", a.By, a.Project, a.Reason)
		default:
			step(a.At, "decision", "办公室更正(%s)%s %s:%s → %s:%s", a.By, a.Project, o.titleOf(a.Column), a.Was, a.Value, a.Reason)
		}
	}
	exempt, err := r.ExemptIn(o.cfg.Schedule.Deadline(w))
	if err != nil {
		return nil, err
	}
	for _, e := range exempt {
		if p := roster.Project(e.Subject); e.Subject == dept.ID || p != nil && p.Dept == dept.ID {
			step(e.At, "decision", "办公室(%s)准予 %s 免报至%s:%s", e.By, e.Subject, e.Until.In(zone).Format("1月2日"), e.Reason)
		}
	}
	d, err := r.DeptWeek(w, dept.ID)
	if err != nil || d == nil {
		return steps, err
	}
	if e := d.Excused; e != nil {
		step(e.At, "decision", "办公室(%s)认定视同按时:%s", e.By, e.Reason)
	}
	for _, reply := range d.Replies {
		for _, e := range reply.Items {
			word := "说明"
			if e.Dispute {
				word = "有异议"
			}
			step(e.At, "explanation", "对 %s 第%d项(%s %s %s)%s:%s", reply.Letter, e.No, e.Rule, e.Project, o.titleOf(e.Column), word, e.Text)
		}
	}
	for _, t := range d.Tries {
		if t.Unverified {
			step(o.cfg.Schedule.AnswerBy(t.Received), "limit", "我方没有在一个工作日内答复%s的来信,数据按所报采用,标注未核", t.Received.In(zone).Format("1月2日15:04"))
		}
	}
	return steps, nil
}

// titleOf is what letters call a column.
func (o *office) titleOf(column string) string {
	if c := o.cfg.Form.Column(column); c != nil {
		return c.Title
	}
	return column
}
