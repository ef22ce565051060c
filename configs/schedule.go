package configs

import (
	"strings"
	"time"

	"duban/state"
)

// The standard ladder of reminders and moments, used for keys the office leaves out.
var (
	standardReminders = []state.Step{
		{Before: true, Workdays: 1, At: state.Clock{Hour: 15}},
		{Before: true, Delay: 2 * time.Hour},
		{Delay: 10 * time.Minute},
		{Workdays: 1, At: state.Clock{Hour: 9}},
		{Workdays: 1, At: state.Clock{Hour: 12}, Head: true},
	}
	standardEscalation = state.Step{Workdays: 1, At: state.Clock{Hour: 18}}
	standardForm       = state.Step{Before: true, Workdays: 1, At: state.Clock{Hour: 9}}
	standardResubmit   = state.Moment{Workdays: 1, At: state.Clock{Hour: 18}}
	standardPreview    = state.Moment{Workdays: 1, At: state.Clock{Hour: 7, Minute: 30}}
	standardSummary    = state.Moment{Workdays: 1, At: state.Clock{Hour: 8, Minute: 30}}
	standardCorrected  = state.Moment{Workdays: 1, At: state.Clock{Hour: 18, Minute: 30}}
	standardDaily      = state.Clock{Hour: 18, Minute: 30}
)

func (l *loader) schedule(raw rawSchedule, calendar *state.Calendar, zone *time.Location) *state.Schedule {
	s := &state.Schedule{
		Zone: zone, Calendar: calendar,
		Weekday: time.Friday, At: state.Clock{Hour: 18},
		Grace: 10 * time.Minute, Settle: 10 * time.Minute,
		QuietFrom: state.Clock{Hour: 20}, QuietTo: state.Clock{Hour: 7, Minute: 30},
		Overrides: map[state.Week]state.Override{},
		Resubmit:  l.moment(raw.Resubmit, standardResubmit),
		Preview:   l.moment(raw.Preview, standardPreview),
		Summary:   l.moment(raw.Summary, standardSummary),
		Corrected: l.moment(raw.Corrected, standardCorrected),
	}
	if raw.Deadline.Set {
		s.Weekday, s.At = l.weekly(raw.Deadline)
	}
	switch raw.Holiday.Text {
	case "", "next":
	case "previous":
		s.Previous = true
	default:
		l.wrong(raw.Holiday.At, remedyNear(raw.Holiday.Text, []string{"next", "previous"}, "写 next(顺延)或 previous(提前)。"), "不认识的节假日办法“%s”。", raw.Holiday.Text)
	}
	if raw.Grace.Set {
		s.Grace = l.within(raw.Grace, time.Hour)
	}
	if raw.Settle.Set {
		s.Settle = l.within(raw.Settle, 2*time.Hour)
	}
	if raw.Quiet.Set {
		s.QuietFrom, s.QuietTo = l.quiet(raw.Quiet)
	}
	s.Daily = l.daily(raw.Daily)
	l.overrides(raw.Overrides, s)
	s.Reminders = standardReminders
	if raw.Reminders != nil {
		s.Reminders = nil
		for _, r := range raw.Reminders {
			s.Reminders = append(s.Reminders, l.step(r))
		}
		l.ladder(raw.Reminders, s)
	}
	s.Form = l.formStep(raw.Form)
	s.Escalation = l.escalationStep(raw.Escalation)
	l.order(raw, s)
	l.crowded(raw, s)
	return s
}

// within reads a duration from 0 to most.
func (l *loader) within(w word, most time.Duration) time.Duration {
	d := l.duration(w, "例如 10m。")
	if d < 0 || d > most {
		l.wrong(w.At, "例如 10m。", "“%s”不在0到%.0f分钟之间。", w.Text, most.Minutes())
	}
	return d
}

// daily reads when the note of the day is sent; off sends none.
func (l *loader) daily(w word) state.Clock {
	switch {
	case !w.Set:
		return standardDaily
	case w.Text == "off":
		return state.Clock{}
	}
	at, err := state.ParseClock(w.Text)
	if err != nil {
		l.wrong(w.At, "写成 \"18:30\";不发写 off。", "“%s”不是几点几分。", w.Text)
	}
	return at
}

func (l *loader) quiet(w word) (from, to state.Clock) {
	if w.Text == "off" {
		return from, to
	}
	a, b, _ := strings.Cut(w.Text, "-")
	from, err := state.ParseClock(strings.TrimSpace(a))
	to, also := state.ParseClock(strings.TrimSpace(b))
	if err != nil || also != nil || from == to {
		l.wrong(w.At, "写成 \"20:00-07:30\";不设安静时段写 off。", "“%s”不是一段时间。", w.Text)
	}
	return from, to
}

func (l *loader) overrides(raws []rawOverride, s *state.Schedule) {
	for _, raw := range raws {
		week, err := state.ParseWeek(raw.Week.Text)
		if err != nil {
			at := raw.Week.At
			if !raw.Week.Set {
				at = raw.At
			}
			l.wrong(at, "写成 2026-W40(年份-W周次,周次两位)。", "“%s”不是周次。", raw.Week.Text)
			continue
		}
		merged := raw.Deadline.Text == "off"
		due, ok := time.Time{}, merged
		if !merged {
			due, ok = l.instant(raw, s.Zone)
		}
		if !ok {
			continue
		}
		if raw.Reason.Text == "" {
			l.wrong(raw.At, "补上 reason,例如 reason: 国庆节前提前报送;催报信里会写明。", "%s 调整截止时间没有写原因。", week)
		}
		if _, twice := s.Overrides[week]; twice {
			l.wrong(raw.Week.At, "只留一条。", "%s 的截止时间调整了两次。", week)
		}
		s.Overrides[week] = state.Override{Deadline: due, Reason: raw.Reason.Text}
		if merged {
			continue
		}
		nominal := s.At.On(week.Day(s.Weekday, s.Zone))
		if gap := due.Sub(nominal).Abs(); gap > 10*24*time.Hour {
			l.wrong(raw.Deadline.At, "核对周次和日期。", "%s 本应在%s截止,这里写的%s相差%d天。", week, nominal.Format(time.DateOnly), due.Format(time.DateOnly), int(gap.Hours()/24))
		} else if !s.Calendar.Workday(due) {
			l.warn(raw.Deadline.At, "核对日期。", "%s 的截止时间调整到%s,当天不上班。", week, due.Format(time.DateOnly))
		}
	}
}

// instant reads the deadline of an override: with its offset, or in the office's zone.
func (l *loader) instant(raw rawOverride, zone *time.Location) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, raw.Deadline.Text); err == nil {
		return t.In(zone), true
	}
	if t, err := time.ParseInLocation("2006-01-02 15:04", raw.Deadline.Text, zone); err == nil {
		return t, true
	}
	at := raw.Deadline.At
	if !raw.Deadline.Set {
		at = raw.At
	}
	l.wrong(at, "写成 \"2026-09-30T18:00:00+08:00\" 或 \"2026-09-30 18:00\";并入下一周报送的写 off。", "“%s”不是时间。", raw.Deadline.Text)
	return time.Time{}, false
}

// sample is an ordinary week on a calendar without holidays: what is in order there is in
// order everywhere, since holidays stretch every count of working days alike.
func sample(s *state.Schedule) (*state.Schedule, state.Deadline) {
	plain := *s
	plain.Calendar, plain.Overrides = state.NewCalendar(), nil
	return &plain, plain.Deadline(state.Week{Year: 2026, No: 11})
}

// ladder refuses rungs out of order: a letter that says "second time" must not leave first.
func (l *loader) ladder(raws []rawStep, s *state.Schedule) {
	plain, due := sample(s)
	for i := 1; i < len(s.Reminders); i++ {
		if !plain.StepAt(s.Reminders[i], due).After(plain.StepAt(s.Reminders[i-1], due)) {
			l.wrong(raws[i].At, "从早到晚排列,前一次与后一次不要同时。", "第%d次催报不晚于第%d次。", i+1, i)
		}
	}
}

// order holds the readers' letters against the deadline and each other.
func (l *loader) order(raw rawSchedule, s *state.Schedule) {
	plain, due := sample(s)
	summary := plain.After(s.Summary, due.Due)
	for _, m := range []struct {
		name   string
		raw    rawMoment
		moment state.Moment
	}{{"resubmit", raw.Resubmit, s.Resubmit}, {"preview", raw.Preview, s.Preview}, {"summary", raw.Summary, s.Summary}, {"corrected", raw.Corrected, s.Corrected}} {
		if at := plain.After(m.moment, due.Due); !at.After(due.Due) && !l.heard(raw.At.File, "schedule."+m.name) {
			l.wrong(m.raw.place(raw.At, "schedule."+m.name), "往后写,例如 {after: 1wd, at: \"08:30\"}。", "按这个写法,时间(%s)不晚于报送截止(%s)。", at.Format("1月2日15:04"), due.Due.Format("1月2日15:04"))
		}
	}
	if raw.Preview.At.Line > 0 && plain.After(s.Preview, due.Due).After(summary) {
		l.warn(raw.Preview.At, "通常 preview 比 summary 早一小时。", "预览比汇总晚,办公室来不及先看。")
	}
	if raw.Corrected.At.Line > 0 && !plain.After(s.Corrected, due.Due).After(summary) {
		l.warn(raw.Corrected.At, "通常在汇总当天18:30。", "更正版的时间不晚于汇总,汇总后不会再有更正版。")
	}
}

func (m rawMoment) place(parent place, where string) place {
	if m.At.Line > 0 {
		return m.At
	}
	if m.Cron.Set {
		return m.Cron.At
	}
	return parent.sub(where)
}

// crowded asks about weeks whose moved deadline leaves at most one working day before the
// next one: the office may want to move it the other way or merge the two.
func (l *loader) crowded(raw rawSchedule, s *state.Schedule) {
	if l.Now.IsZero() {
		return
	}
	from := s.Current(l.Now)
	for w := from; w.Before(from.Add(53)); w = w.Add(1) {
		this, next := s.Deadline(w), s.Deadline(s.Next(w))
		if n, ask := s.Crowded(w); ask && !s.Calendar.Provisional(this.Due.Year()) {
			l.warn(raw.At.sub("schedule.overrides"), "需要时在 overrides 里写明 "+w.String()+" 的截止时间和原因;并入下一周报送的,deadline 写 off。",
				"%s 的截止时间顺延到%s后,离下一次截止(%s)只有%d个工作日。", w, this.Due.Format("1月2日"), next.Due.Format("1月2日"), n)
		}
	}
}
