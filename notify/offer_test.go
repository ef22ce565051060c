package notify

import (
	"testing"
	"time"

	"duban/state"
)

// D03 has no project to report on, D90 reports nothing, D91 is no more.
func TestTheFormGoesOutOnceBeforeTheFirstReminder(t *testing.T) {
	both := []string{"form D01 0", "form D02 0"}
	sent := []state.Letter{{Key: "form/2026-W38/D01", Kind: state.TopicForm, Dept: "D01"}}
	for _, c := range []dueCase{
		{name: "not before its hour", now: "09-17 08:59"},
		{name: "Thursday at nine", now: "09-17 09:00", want: both},
		{name: "once", now: "09-17 09:02", letters: sent, want: []string{"form D02 0"}},
		{name: "late by hours is still worth it", now: "09-17 14:59", want: both},
		{name: "a mailbox out of reach does not hold it", now: "09-17 09:00", sweep: "09-16 09:00", want: both},
		{name: "the first reminder takes its place", now: "09-17 15:00", want: []string{"due D01 1", "due D02 1", "due D03 1"}},
		{name: "who reported already has no use for it", now: "09-17 09:00", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "accept 09-16 10:00")}, letters: []state.Letter{dueSent(state.TopicReceipt, "D01", 1, 1)}, want: []string{"form D02 0"}},
		{name: "nor who is exempt", now: "09-17 09:00", exempt: state.Exempted{{Subject: "D02"}}, want: []string{"form D01 0"}},
		{name: "nor whose every project is", now: "09-17 09:00", exempt: state.Exempted{{Subject: "P1"}}, want: []string{"form D02 0"}},
		{name: "a moved deadline moves it", now: "09-18 09:00", change: func(s *state.Schedule) {
			s.Overrides = map[state.Week]state.Override{dueWeek: {Deadline: dueTime("09-21 18:00")}}
		}, want: both},
		{name: "and leaves its old hour quiet", now: "09-17 09:00", change: func(s *state.Schedule) {
			s.Overrides = map[state.Week]state.Override{dueWeek: {Deadline: dueTime("09-21 18:00")}}
		}},
		{name: "without reminders before it, until the deadline", now: "09-18 17:59", change: func(s *state.Schedule) { s.Reminders = nil }, want: both},
		{name: "and not after", now: "09-18 18:00", change: func(s *state.Schedule) { s.Reminders = nil }},
		{name: "not in quiet hours", now: "09-17 06:30", change: func(s *state.Schedule) { s.Form.At = state.Clock{Hour: 6} }},
		{name: "but when they end", now: "09-17 07:30", change: func(s *state.Schedule) { s.Form.At = state.Clock{Hour: 6} }, want: both},
		{name: "a skipped week has none", now: "09-17 09:00", change: func(s *state.Schedule) {
			for d := range 5 {
				s.Calendar.AddHoliday(dueTime("09-14 00:00").AddDate(0, 0, d), "长假")
			}
		}},
		{name: "off", now: "09-17 09:00", change: func(s *state.Schedule) { s.Form = state.Step{} }},
		{name: "two days before", now: "09-16 10:00", change: func(s *state.Schedule) {
			s.Form = state.Step{Before: true, Workdays: 2, At: state.Clock{Hour: 10}}
		}, want: both},
	} {
		change := c.change
		c.change = func(s *state.Schedule) {
			s.Form = state.Step{Before: true, Workdays: 1, At: state.Clock{Hour: 9}}
			if change != nil {
				change(s)
			}
		}
		c.run(t)
	}
}

// A form that leaves after the first of several reminders is still sent until the next.
func TestTheFormBetweenTwoReminders(t *testing.T) {
	s := dueSchedule()
	s.Form = state.Step{Before: true, Delay: 20 * time.Hour}
	from, until, ok := s.FormSpan(s.Deadline(dueWeek))
	if !ok || !from.Equal(dueTime("09-17 22:00")) || !until.Equal(dueTime("09-18 16:00")) {
		t.Errorf("from %s until %s, %v", from, until, ok)
	}
}
