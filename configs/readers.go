package configs

import (
	"slices"
	"strings"
	"time"

	"duban/state"
)

// standardMeeting is the weekly joint meeting where the office does not say otherwise.
var standardMeeting = state.Meeting{Weekday: time.Monday, At: state.Clock{Hour: 15}, Pack: state.Clock{Hour: 17}}

// editions reads who is told of a week beside the leaders' letter. What is left out is as
// the scheme has it: every reader has his edition.
func (l *loader) editions(raw rawReaders, meeting rawMeeting) state.Readers {
	r := state.Readers{Own: true, Bodies: state.RhythmBiweekly, Standing: true, Meeting: l.meeting(meeting)}
	if raw.Own.Set {
		r.Own = yes(&l.inbox, raw.Own)
	}
	if raw.Standing.Set {
		r.Standing = yes(&l.inbox, raw.Standing)
	}
	r.Instead = yes(&l.inbox, raw.Instead)
	known := []string{string(state.RhythmWeekly), string(state.RhythmBiweekly), string(state.RhythmMonthly)}
	switch {
	case !raw.Bodies.Set:
	case raw.Bodies.Text == "off":
		r.Bodies = state.RhythmNone
	case slices.Contains(known, raw.Bodies.Text):
		r.Bodies = state.Rhythm(raw.Bodies.Text)
	default:
		l.wrong(raw.Bodies.At, remedyNear(raw.Bodies.Text, append(known, "off"), "写 weekly(每周)、biweekly(双周)、monthly(每月)或 off(不发)。"), "不认识的周期“%s”。", raw.Bodies.Text)
	}
	if r.Instead && r.Bodies == state.RhythmNone {
		l.warn(raw.Instead.At, "删去 instead,或给 bodies 写上周期。", "没有四大班子报告(bodies: off),instead 不起作用。")
	}
	return r
}

// weekdays are the words for a day of the week, as cron expressions write them.
var weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}

func (l *loader) meeting(raw rawMeeting) state.Meeting {
	const remedy = "例如 {day: MON, at: \"15:00\", pack: \"17:00\"};不开例会写 off。"
	if l.off(raw.Word, remedy, "例会的时间") {
		return state.Meeting{}
	}
	m := standardMeeting
	if raw.Day.Set {
		day := slices.Index(weekdays, strings.ToUpper(raw.Day.Text))
		if day < 0 {
			l.wrong(raw.Day.At, "写 MON、TUE、WED、THU、FRI、SAT 或 SUN(周一到周日)。", "“%s”不是星期几。", raw.Day.Text)
			return m
		}
		m.Weekday = time.Weekday(day)
	}
	m.At, m.Pack = l.clock(raw.Clock, m.At), l.clock(raw.Pack, m.Pack)
	return m
}
