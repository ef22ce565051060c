package configs

import (
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"duban/state"
)

// reference is any fixed instant from which a cron expression must have a next time; the
// answer to "is there one at all" does not depend on it.
var reference = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// cron reads a five-field cron expression, in the office's time zone. A zone prefix is
// refused: the office has one zone, and the parser panics on a prefix without fields
// (robfig/cron#554), which recover turns into a fault like any other.
func (l *loader) cron(w word) (next func(time.Time) time.Time) {
	const remedy = "写五段:分 时 日 月 周,例如 \"0 18 * * FRI\";或 \"@every 2m\"。"
	defer func() {
		if recover() != nil {
			l.wrong(w.At, remedy, "“%s”不是定时表达式。", w.Text)
			next = nil
		}
	}()
	if strings.Contains(w.Text, "TZ=") {
		l.wrong(w.At, "删去时区;时区在 office.timezone 里统一写。", "定时表达式里不能写时区。")
		return nil
	}
	if every, ok := strings.CutPrefix(w.Text, "@every "); ok {
		if d, err := time.ParseDuration(strings.TrimSpace(every)); err == nil && d < shortest {
			l.wrong(w.At, "写 @every 1m 以上。", "“%s”间隔太短。", w.Text)
			return nil
		}
	}
	s, err := cron.ParseStandard(w.Text)
	if err != nil {
		l.wrong(w.At, remedy, "“%s”不是定时表达式。", w.Text)
		return nil
	}
	if s.Next(reference).IsZero() {
		l.wrong(w.At, remedy, "“%s”永远不会到(没有这样的日期)。", w.Text)
		return nil
	}
	return s.Next
}

// weekly reads a cron expression that names one weekday and one time of day.
func (l *loader) weekly(w word) (time.Weekday, state.Clock) {
	next := l.cron(w)
	if next == nil {
		return time.Friday, state.Clock{Hour: 18}
	}
	first := next(reference)
	for at, i := first, 1; i <= 60; i++ { // a year of weeks: a date or a month in it would show
		after := next(at)
		if after.Sub(at) != 7*24*time.Hour {
			l.wrong(w.At, "写成每周一次,例如 \"0 18 * * FRI\"。", "“%s”不是每周一次。", w.Text)
			break
		}
		at = after
	}
	return first.Weekday(), state.Clock{Hour: first.Hour(), Minute: first.Minute()}
}

// span reads "1wd" (working days) or "2h", "10m" (a delay).
func (l *loader) span(w word) (workdays int, delay time.Duration) {
	if n, ok := strings.CutSuffix(w.Text, "wd"); ok {
		workdays, err := strconv.Atoi(n)
		if err != nil || workdays < 0 || workdays > 20 {
			l.wrong(w.At, "写 1wd(1个工作日)、2h(2小时)或 10m(10分钟)。", "“%s”不是0到20之间的工作日数。", w.Text)
			return 1, 0
		}
		return workdays, 0
	}
	return 0, l.duration(w, "写 1wd(1个工作日)、2h(2小时)或 10m(10分钟)。")
}

func (l *loader) clock(w word, standard state.Clock) state.Clock {
	if !w.Set {
		return standard
	}
	c, err := state.ParseClock(w.Text)
	if err != nil {
		l.wrong(w.At, "写成 \"18:00\",加引号。", "“%s”不是钟点。", w.Text)
		return standard
	}
	return c
}

// moment reads {after: 1wd, at: "08:30"} or a cron expression; absent keys keep the
// standard's values.
func (l *loader) moment(raw rawMoment, standard state.Moment) state.Moment {
	if raw.Cron.Set {
		if next := l.cron(raw.Cron); next != nil {
			return state.Moment{Next: next}
		}
		return standard
	}
	m := standard
	if raw.After.Set {
		workdays, delay := l.span(raw.After)
		if delay != 0 {
			l.wrong(raw.After.At, "写工作日数和钟点,例如 {after: 1wd, at: \"08:30\"}。", "这里只能按工作日计。")
		}
		m.Workdays = workdays
	}
	m.At = l.clock(raw.Clock, standard.At)
	return m
}

// step reads one rung of the ladder: {before: 1wd, at: "15:00"}, {after: 10m}.
func (l *loader) step(raw rawStep) state.Step {
	s := state.Step{Before: raw.Before.Set}
	way := raw.After
	if s.Before {
		way = raw.Before
	}
	if raw.Before.Set == raw.After.Set {
		l.wrong(raw.At, "写一个:{before: 2h} 或 {after: 10m}。", "这一次催报要写 before(截止前)或 after(截止后),只写一个。")
		return s
	}
	s.Workdays, s.Delay = l.span(way)
	switch {
	case s.Workdays > 0 && !raw.Clock.Set:
		l.wrong(raw.At, "补上 at,例如 {after: 1wd, at: \"09:00\"}。", "按工作日计的催报没有写钟点。")
	case s.Workdays == 0 && raw.Clock.Set:
		l.wrong(raw.Clock.At, "删去 at,或改成 1wd。", "按小时、分钟计的催报不能另写钟点。")
	case s.Workdays == 0 && s.Delay < 0:
		l.wrong(way.At, "提前用 before,过后用 after,都写正数。", "时间不能是负数。")
	}
	s.At = l.clock(raw.Clock, state.Clock{})
	if s.Head = raw.CC.Text == "head"; raw.CC.Set && !s.Head {
		l.wrong(raw.CC.At, "写 cc: head(抄送部门负责人),或删去。", "不认识的抄送对象“%s”。", raw.CC.Text)
	}
	return s
}

// offStep is what a step some working days from the deadline, or off, is called when it is
// written wrongly.
type offStep struct {
	remedy string // how to write it, off included
	word   string // no time of what: “%s”不是发预填表的时间
	span   string // when it may be: 预填表在截止前1到4个工作日发出
}

// formStep reads when the pre-filled form leaves: {before: 1wd, at: "09:00"}, or off. At most
// four working days before the deadline: earlier, the week before is still being reported.
func (l *loader) formStep(raw rawBefore) state.Step {
	return l.stepOrOff(raw.Word, raw.Before, raw.Clock, standardForm, offStep{
		"例如 {before: 1wd, at: \"09:00\"};不发写 off。", "发预填表的时间", "预填表在截止前1到4个工作日发出",
	})
}

// escalationStep reads when the office is asked to tell lead leaders who is still missing:
// {after: 1wd, at: "18:00"}, or off.
func (l *loader) escalationStep(raw rawMoment) state.Step {
	return l.stepOrOff(raw.Cron, raw.After, raw.Clock, standardEscalation, offStep{
		"例如 {after: 1wd, at: \"18:00\"};不报告牵头领导写 off。", "请示的时间", "截止后1到4个工作日才请示报告牵头领导",
	})
}

// stepOrOff reads a step one to four working days from the deadline and its time of day; the
// zero step for off.
func (l *loader) stepOrOff(whole, days, at word, standard state.Step, says offStep) state.Step {
	if l.off(whole, says.remedy, says.word) {
		return state.Step{}
	}
	s := standard
	if days.Set {
		workdays, delay := l.span(days)
		if s.Workdays = workdays; delay != 0 || workdays < 1 || workdays > 4 {
			l.wrong(days.At, says.remedy, "%s,不是“%s”。", says.span, days.Text)
			s.Workdays = standard.Workdays
		}
	}
	s.At = l.clock(at, standard.At)
	return s
}

// off reports whether one word stands where a time of something could, and is off; another
// word is a fault.
func (l *loader) off(whole word, remedy, what string) bool {
	if whole.Set && whole.Text != "off" {
		l.wrong(whole.At, remedy, "“%s”不是%s。", whole.Text, what)
	}
	return whole.Text == "off"
}
