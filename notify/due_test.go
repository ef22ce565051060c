package notify

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"duban/state"
)

// The tables below live in 2026-W38, due on Friday 18 September at 18:00, with the ladder
// of the contract: the day before at 15:00, two hours before, ten minutes after, the next
// working day (Monday the 21st) at 9:00 and at 12:00 with the head in copy; preview 7:30
// and summary 8:30 that Monday, frozen at 18:30.
var dueZone = time.FixedZone("CST", 8*3600)

func dueTime(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, dueZone)
	if err != nil {
		panic(err)
	}
	return t
}

func dueSchedule() *state.Schedule {
	cal := state.NewCalendar()
	cal.SetOfficial(2026)
	return &state.Schedule{
		Zone: dueZone, Calendar: cal, Weekday: time.Friday, At: state.Clock{Hour: 18}, Grace: 10 * time.Minute, Settle: 10 * time.Minute,
		Reminders: []state.Step{
			{Workdays: 1, At: state.Clock{Hour: 12}, Head: true}, // the order of the configuration is not the order of time
			{Before: true, Workdays: 1, At: state.Clock{Hour: 15}},
			{Before: true, Delay: 2 * time.Hour},
			{Delay: 10 * time.Minute},
			{Workdays: 1, At: state.Clock{Hour: 9}},
		},
		Resubmit:  state.Moment{Workdays: 1, At: state.Clock{Hour: 18}},
		Preview:   state.Moment{Workdays: 1, At: state.Clock{Hour: 7, Minute: 30}},
		Summary:   state.Moment{Workdays: 1, At: state.Clock{Hour: 8, Minute: 30}},
		Corrected: state.Moment{Workdays: 1, At: state.Clock{Hour: 18, Minute: 30}},
		QuietFrom: state.Clock{Hour: 20}, QuietTo: state.Clock{Hour: 7, Minute: 30},
	}
}

var dueWeek = state.Week{Year: 2026, No: 38}

// dueCase is a week with three departments that report and one that does not; what is not
// said of a department is that nothing came.
type dueCase struct {
	name    string
	now     string
	sweep   string // "" for the minute of now
	depts   []*state.DeptWeek
	letters []state.Letter
	exempt  state.Exempted
	told    bool
	held    bool
	change  func(*state.Schedule)
	want    []string
}

func (c dueCase) run(t *testing.T) {
	t.Helper()
	s := dueSchedule()
	if c.change != nil {
		c.change(s)
	}
	f := facts{now: dueTime(c.now), sweep: dueTime(c.now), schedule: s, roster: &state.Roster{Depts: []state.Dept{
		{ID: "D01", Reports: true},
		{ID: "D02", Reports: true},
		{ID: "D03", Reports: true},
		{ID: "D90"},
		{ID: "D91", Reports: true, To: dueTime("09-01 00:00")},
	}, Projects: []state.Project{{ID: "P1", Dept: "D01"}, {ID: "P2", Dept: "D02"}, {ID: "P4", Dept: "D90"}, {ID: "P5", Dept: "D91"}}}}
	if c.sweep != "" {
		f.sweep = dueTime(c.sweep)
	}
	w := weekFacts{deadline: s.Deadline(dueWeek), depts: map[string]*state.DeptWeek{}, letters: c.letters, exempt: c.exempt, told: c.told, hold: state.Hold{Held: c.held}}
	for _, d := range c.depts {
		w.depts[d.Dept] = d
	}
	f.weeks = []weekFacts{w}
	got := []string{}
	for _, j := range due(f) {
		line := string(j.topic)
		if j.dept != "" {
			line += fmt.Sprintf(" %s %d", j.dept, j.round)
		}
		if j.step.Head {
			line += " head"
		}
		if j.mute {
			line += " mute"
		}
		if j.topic == state.TopicSummary && j.round > 0 {
			line += fmt.Sprint(" ", j.round)
		}
		if !j.asOf.IsZero() && !j.asOf.Equal(f.now) {
			line += " as of " + j.asOf.Format("15:04")
		}
		got = append(got, line)
	}
	if c.want == nil {
		c.want = []string{}
	}
	if !slices.Equal(got, c.want) {
		t.Errorf("%s: due %q, want %q", c.name, got, c.want)
	}
}

// dueTry is a department with tries, "accept 09-18 10:00" each; their mails are m1, m2 …
func dueTry(dept string, st state.DeptState, tries ...string) *state.DeptWeek {
	d := &state.DeptWeek{Week: dueWeek, Dept: dept, State: st}
	for i, s := range tries {
		decision, at := s[:len(s)-12], s[len(s)-11:]
		d.Tries = append(d.Tries, state.Try{Mail: fmt.Sprintf("%s-m%d", dept, i+1), Received: dueTime(at), Decision: state.Decision(decision)})
	}
	return d
}

// dueSent is a letter that was queued, answering a department's nth mail when n > 0.
func dueSent(topic state.Topic, dept string, round, n int) state.Letter {
	o := state.Occasion{Topic: topic, Week: dueWeek, Target: dept, Round: round}
	l := state.Letter{Key: o.Key(), Kind: topic, Week: dueWeek, Dept: dept, Round: round, ReplyBy: dueTime("09-21 18:00")}
	if n > 0 {
		l.Cause = fmt.Sprintf("%s-m%d", dept, n)
	}
	return l
}

func TestAnswersWaitForTheLastVersion(t *testing.T) {
	ok := []*state.DeptWeek{dueTry("D02", state.Accepted, "accept 09-16 09:00"), dueTry("D03", state.Accepted, "accept 09-16 09:00")}
	done := []state.Letter{dueSent(state.TopicReceipt, "D02", 1, 1), dueSent(state.TopicReceipt, "D03", 1, 1)}
	for _, c := range []dueCase{
		{name: "within the settle window", now: "09-16 10:09", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00")}},
		{name: "settled", now: "09-16 10:10", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00")}, want: []string{"correction D01 1"}},
		{name: "a newer version inside the window is answered alone", now: "09-16 10:18", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "correct 09-16 10:00", "accept 09-16 10:08")}, want: []string{"receipt D01 1"}, letters: nil, sweep: "09-16 10:18"},
		{name: "and waits its own window", now: "09-16 10:17", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "correct 09-16 10:00", "accept 09-16 10:08")}},
		{name: "settled but the mailbox was not read since", now: "09-16 10:30", sweep: "09-16 10:05", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00")}},
		{name: "an unreachable mailbox does not hold an answer for ever", now: "09-16 11:11", sweep: "09-16 10:05", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00")}, want: []string{"correction D01 1"}},
		{name: "no window in the last half hour", now: "09-18 17:32", depts: append(ok, dueTry("D01", state.Correcting, "correct 09-18 17:31")), letters: done, want: []string{"correction D01 1"}},
		{name: "but before it", now: "09-18 17:35", depts: append(ok, dueTry("D01", state.Correcting, "correct 09-18 17:29")), letters: done},
		{name: "and after the deadline again", now: "09-18 18:09", depts: append(ok, dueTry("D01", state.Correcting, "correct 09-18 18:02")), letters: done},
		{name: "answered once", now: "09-16 12:00", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00")}, letters: []state.Letter{dueSent(state.TopicCorrection, "D01", 1, 1)}},
		{name: "the next faulty version is the next round", now: "09-16 12:00", depts: []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-16 10:00", "correct 09-16 11:00")}, letters: []state.Letter{dueSent(state.TopicCorrection, "D01", 1, 1)}, want: []string{"correction D01 2"}},
		{name: "a mail for a person is passed over", now: "09-16 12:00", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "accept 09-16 10:00", "hold 09-16 11:00")}, want: []string{"receipt D01 1"}},
		{name: "another department's letter about the same mail does not count", now: "09-16 12:00", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "accept 09-16 10:00")}, letters: []state.Letter{{Key: "x", Kind: state.TopicReceipt, Dept: "D02", Cause: "D01-m1"}}, want: []string{"receipt D01 1"}},
		{name: "at night nothing, not even queued", now: "09-16 22:00", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "accept 09-16 20:30")}},
		{name: "in the morning from what is known then", now: "09-17 07:30", depts: []*state.DeptWeek{dueTry("D01", state.Accepted, "correct 09-16 20:30", "accept 09-16 23:00")}, want: []string{"receipt D01 1"}},
		{name: "a late report is answered after the summary", now: "09-21 19:00", told: true, depts: append(ok, dueTry("D01", state.Accepted, "accept 09-21 18:20")), letters: done, want: []string{"receipt D01 1"}},
		{name: "and until the next week is frozen", now: "09-24 12:00", told: true, depts: append(ok, dueTry("D01", state.Accepted, "accept 09-21 18:20")), letters: done, want: []string{"receipt D01 1"}},
		{name: "from then on it is left alone", now: "09-29 18:31", told: true, depts: append(ok, dueTry("D01", state.Accepted, "accept 09-21 18:20")), letters: done},
	} {
		c.run(t)
	}
}

func TestOnlyWhoOwesIsRemindedAndOnlyByTheLatestStep(t *testing.T) {
	all := []string{"due D01 1", "due D02 1", "due D03 1"}
	late := []string{"late D01 1", "late D02 1", "late D03 1"}
	silent := func(kind state.Topic, round int) []state.Letter {
		return []state.Letter{dueSent(kind, "D02", round, 0), dueSent(kind, "D03", round, 0)}
	}
	d01 := func(st state.DeptState, tries ...string) []*state.DeptWeek {
		return []*state.DeptWeek{dueTry("D01", st, tries...)}
	}
	receipt, correction := dueSent(state.TopicReceipt, "D01", 1, 1), dueSent(state.TopicCorrection, "D01", 1, 1)
	early := correction
	early.ReplyBy = dueTime("09-17 18:00")
	for _, c := range []dueCase{
		{name: "before the first step", now: "09-17 14:59"},
		{name: "the first step", now: "09-17 15:00", want: all},
		{name: "not twice", now: "09-17 15:02", letters: append(silent(state.TopicDue, 1), dueSent(state.TopicDue, "D01", 1, 0))},
		{name: "late by an hour is still worth it", now: "09-17 16:00", want: all},
		{name: "the second step", now: "09-18 16:00", want: []string{"due D01 2", "due D02 2", "due D03 2"}},
		{name: "the deadline itself brings none, and no stale one", now: "09-18 18:05"},
		{name: "ten minutes after", now: "09-18 18:10", want: late},
		{name: "not before the mailbox was read after that", now: "09-18 18:11", sweep: "09-18 18:09"},
		{name: "not on old knowledge", now: "09-18 19:21", sweep: "09-18 18:20"},
		{name: "not at night", now: "09-18 20:30"},
		{name: "down from Friday to Monday morning: one, not two", now: "09-21 09:30", want: []string{"late D01 2", "late D02 2", "late D03 2", "summary"}},
		{name: "down until the afternoon: the last step only", now: "09-21 13:00", told: true, want: []string{"late D01 3 head", "late D02 3 head", "late D03 3 head"}},
		{name: "no head by a calendar that is a guess", now: "09-21 13:00", told: true, change: func(s *state.Schedule) { s.Calendar = state.NewCalendar() }, want: []string{"late D01 3", "late D02 3", "late D03 3"}},
		{name: "none after the freeze", now: "09-21 18:30", told: true},
		{name: "accepted", now: "09-18 18:10", depts: d01(state.Accepted, "accept 09-16 10:00"), letters: append(silent(state.TopicLate, 1), receipt)},
		{name: "nothing to report", now: "09-18 18:10", depts: d01(state.NilReturn, "accept 09-16 10:00"), letters: append(silent(state.TopicLate, 1), receipt)},
		{name: "exempt", now: "09-18 18:10", depts: d01(state.Exempt), letters: silent(state.TopicLate, 1)},
		{name: "part", now: "09-18 18:10", depts: d01(state.Part, "accept 09-16 10:00"), letters: append(silent(state.TopicLate, 1), receipt), want: []string{"late D01 1"}},
		{name: "its mail is not answered yet", now: "09-18 18:10", depts: d01(state.Part, "accept 09-18 18:05"), letters: silent(state.TopicLate, 1)},
		{name: "only a mail for a person came", now: "09-18 18:10", depts: d01(state.Missing, "hold 09-16 10:00"), letters: silent(state.TopicLate, 1), want: []string{"late D01 1"}},
		{name: "correcting, its time still runs", now: "09-21 12:00", told: true, depts: d01(state.Correcting, "correct 09-18 17:51"), letters: append(silent(state.TopicLate, 3), correction)},
		{name: "correcting, its time is over, and no step of the ladder has come since", now: "09-21 18:05", told: true, depts: d01(state.Correcting, "correct 09-18 17:51"), letters: append(silent(state.TopicLate, 3), correction), want: []string{"resubmit D01 2"}},
		{name: "correcting, its time was over before the step", now: "09-18 16:00", depts: d01(state.Correcting, "correct 09-16 10:00"), letters: append(silent(state.TopicDue, 2), early), want: []string{"due D01 2"}},
		{name: "reported late, before the next step", now: "09-21 09:00", told: true, depts: d01(state.Accepted, "accept 09-18 18:47"), letters: append(silent(state.TopicLate, 2), receipt, dueSent(state.TopicLate, "D01", 1, 0))},
		{name: "a skipped week owes nothing", now: "09-18 18:10", change: func(s *state.Schedule) {
			for d := range 5 {
				s.Calendar.AddHoliday(dueTime("09-14 00:00").AddDate(0, 0, d), "长假")
			}
		}},
		{name: "a moved deadline moves the ladder", now: "09-21 18:10", told: true, change: func(s *state.Schedule) { s.Calendar.AddHoliday(dueTime("09-18 00:00"), "节日") }, want: late},
		{name: "and is quiet on the old day", now: "09-18 18:10", change: func(s *state.Schedule) { s.Calendar.AddHoliday(dueTime("09-18 00:00"), "节日") }, letters: append(silent(state.TopicDue, 1), dueSent(state.TopicDue, "D01", 1, 0))},
		{name: "a working Saturday is the next working day", now: "09-19 09:00", change: func(s *state.Schedule) { s.Calendar.AddMakeUpDay(dueTime("09-19 00:00"), "调休") }, want: []string{"late D01 2", "late D02 2", "late D03 2", "summary"}},
	} {
		c.run(t)
	}
}

// A letter of correction of Thursday noon sets Friday 18:00, ten minutes before a rung of the
// ladder; one of Friday sets Monday 18:00, with no rung behind it.
func TestTheTimeForACorrectionIsRemindedOf(t *testing.T) {
	sent := func(replyBy string) []state.Letter {
		l := dueSent(state.TopicCorrection, "D01", 1, 1)
		l.ReplyBy, l.QueuedAt = dueTime(replyBy), dueTime("09-17 12:00")
		return []state.Letter{l}
	}
	open := []*state.DeptWeek{
		dueTry("D01", state.Correcting, "correct 09-17 11:50"),
		dueTry("D02", state.Accepted), dueTry("D03", state.Accepted),
	}
	done := []*state.DeptWeek{dueTry("D01", state.Accepted, "correct 09-17 11:50"), open[1], open[2]}
	newer := []*state.DeptWeek{dueTry("D01", state.Correcting, "correct 09-17 11:50", "correct 09-21 15:55"), open[1], open[2]}
	monday := func(n ...int) []state.Letter {
		letters := sent("09-21 18:00")
		for _, round := range n {
			letters = append(letters, dueSent(state.TopicResubmit, "D01", round, 0))
		}
		return letters
	}
	late := func(s *state.Schedule) {
		s.Corrected = state.Moment{Workdays: 2, At: state.Clock{Hour: 18, Minute: 30}}
		s.Summary = state.Moment{Workdays: 2, At: state.Clock{Hour: 9}}
	}
	for _, c := range []dueCase{
		{name: "not yet", now: "09-21 15:59", depts: open, letters: monday()},
		{name: "two hours before", now: "09-21 16:00", depts: open, letters: monday(), want: []string{"resubmit D01 1"}},
		{name: "once", now: "09-21 16:02", depts: open, letters: monday(1)},
		{name: "it waits for the poll", now: "09-21 16:05", sweep: "09-21 15:59", depts: open, letters: monday()},
		{name: "whoever is done is left alone", now: "09-21 16:00", depts: done, letters: monday()},
		{name: "and whoever waits for our answer", now: "09-21 16:00", depts: newer, letters: monday()},
		{name: "when it is over", now: "09-21 18:00", depts: open, letters: monday(1), want: []string{"resubmit D01 2"}},
		{name: "the one before is stale then", now: "09-21 18:00", depts: open, letters: monday(), want: []string{"resubmit D01 2"}},
		{name: "both once", now: "09-21 18:02", depts: open, letters: monday(1, 2)},
		{name: "the next morning it is stale", now: "09-22 08:00", depts: open, letters: monday(1)},
		{name: "the ladder's rung says it", now: "09-18 18:00", depts: open, letters: sent("09-18 18:00")},
		{name: "ten minutes later", now: "09-18 18:10", depts: open, letters: sent("09-18 18:00"), want: []string{"late D01 1"}},
		{name: "before it, no rung does", now: "09-18 16:00", depts: open, letters: sent("09-18 18:00"), want: []string{"resubmit D01 1"}},
		{name: "in the night nobody is", now: "09-18 21:00", depts: open, letters: sent("09-18 20:30")},
	} {
		c.change = late
		c.told = true // the readers' letters are not the matter here
		c.run(t)
	}
}

func TestReadersGetOnePreviewAndOneSummary(t *testing.T) {
	quiet := func(s *state.Schedule) { s.Reminders = nil }
	summarised := func(at string) []state.Letter {
		return []state.Letter{{Key: "summary/2026-W38/leaders", Kind: state.TopicSummary, QueuedAt: dueTime(at)}}
	}
	corrected := state.Letter{Key: "summary/2026-W38/leaders/2", Kind: state.TopicSummary}
	previewed := state.Letter{Key: "preview/2026-W38/office", Kind: state.TopicPreview}
	for _, c := range []dueCase{
		{name: "not yet", now: "09-21 07:29"},
		{name: "preview", now: "09-21 07:30", want: []string{"preview"}},
		{name: "preview once", now: "09-21 07:40", letters: []state.Letter{previewed}},
		{name: "preview waits for the poll", now: "09-21 07:45", sweep: "09-21 07:20"},
		{name: "but not for ever", now: "09-21 08:00", sweep: "09-21 07:20", want: []string{"preview as of 07:20"}},
		{name: "no preview when the summary is due", now: "09-21 08:30", want: []string{"summary"}},
		{name: "summary once", now: "09-21 08:32", told: true},
		{name: "summary waits for the poll", now: "09-21 09:00", sweep: "09-21 08:29"},
		{name: "two hours, then it says of when it is", now: "09-21 10:30", sweep: "09-21 08:00", want: []string{"summary as of 08:00"}},
		{name: "a day late is better than never, at night too", now: "09-22 23:00", want: []string{"summary"}},
		{name: "a week late it is only frozen", now: "09-28 08:30", want: []string{"summary mute"}},
		{name: "held", now: "09-21 08:30", held: true},
		{name: "held for days", now: "09-25 08:30", held: true},
		{name: "held until the next one is due it is only frozen", now: "09-28 08:30", held: true, want: []string{"summary mute"}},
		{name: "a held week has its preview", now: "09-21 07:30", held: true, want: []string{"preview"}},
		{name: "corrected edition", now: "09-21 18:30", told: true, letters: summarised("09-21 08:30"), want: []string{"summary 2"}},
		{name: "not before its hour", now: "09-21 18:29", told: true, letters: summarised("09-21 08:30")},
		{name: "once", now: "09-21 18:32", told: true, letters: append(summarised("09-21 08:30"), corrected)},
		{name: "it waits for the poll", now: "09-21 18:40", sweep: "09-21 18:29", told: true, letters: summarised("09-21 08:30")},
		{name: "two hours", now: "09-21 20:30", sweep: "09-21 18:00", told: true, letters: summarised("09-21 08:30"), want: []string{"summary 2 as of 18:00"}},
		{name: "it is held too", now: "09-21 18:30", told: true, held: true, letters: summarised("09-21 08:30")},
		{name: "a letter that left after the hour needs none", now: "09-21 19:00", told: true, letters: summarised("09-21 18:35")},
		{name: "one that never left has none", now: "09-21 18:30", told: true},
		{name: "nor two days later", now: "09-23 18:30", told: true, letters: summarised("09-21 08:30")},
		{name: "the hour lies before the summary", now: "09-22 10:00", told: true, letters: summarised("09-22 09:00"), change: func(s *state.Schedule) {
			s.Summary = state.Moment{Workdays: 2, At: state.Clock{Hour: 9}}
		}},
		{name: "a skipped week has none", now: "09-21 08:30", change: func(s *state.Schedule) {
			for d := range 5 {
				s.Calendar.AddHoliday(dueTime("09-14 00:00").AddDate(0, 0, d), "长假")
			}
		}},
	} {
		change := c.change
		c.change = func(s *state.Schedule) {
			quiet(s)
			if change != nil {
				change(s)
			}
		}
		c.run(t)
	}
}

func TestFirstWeekIsTheOldestStillOpen(t *testing.T) {
	s := dueSchedule()
	for _, c := range []struct {
		begun, want string
		opening     state.Week
	}{
		{"09-16 10:00", "2026-W38", state.Week{}},
		{"09-18 18:30", "2026-W38", state.Week{}}, // its summary is still to come
		{"09-21 18:29", "2026-W38", state.Week{}},
		{"09-21 18:30", "2026-W39", state.Week{}}, // frozen
		{"09-21 10:29", "2026-W38", state.Week{}},
		{"09-16 10:00", "2026-W39", state.Week{Year: 2026, No: 38}},
		{"09-16 10:00", "2026-W38", state.Week{Year: 2026, No: 30}},
	} {
		roster := &state.Roster{Projects: []state.Project{{OpeningWeek: c.opening}}}
		if got := firstWeek(s, roster, dueTime(c.begun), dueTime("12-01 00:00")); got.String() != c.want {
			t.Errorf("begun %s, opening %s: first week %s, want %s", c.begun, c.opening, got, c.want)
		}
	}
}
