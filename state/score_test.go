package state

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestScoreTakesOffOnlyWhatTheDepartmentAnswersFor is the scoring rule as a table: a week of
// two projects, deadline 18 September 18:00, reminded at 15:00 the day before.
func TestScoreTakesOffOnlyWhatTheDepartmentAnswersFor(t *testing.T) {
	s := districtSchedule()
	s.Reminders = []Step{{Before: true, Workdays: 1, At: Clock{15, 0}}}
	due := s.Deadline(Week{2026, 38})
	at := func(text string) time.Time { return local("2026-" + text) }
	reminder := Letter{Key: "due/2026-W38/D05/1", Kind: TopicDue, Dept: "D05", Deliveries: []Delivery{{Phase: PhaseSent, SentAt: at("09-17 15:00")}}}
	sentBack := func(n int, cause, sent, replyBy string) Letter {
		l := Letter{Key: "correction/2026-W38/D05", Kind: TopicCorrection, Dept: "D05", Round: n, Cause: cause, Deliveries: []Delivery{{Phase: PhaseSent, SentAt: at(sent)}}}
		l.ReplyBy = at(replyBy)
		return l
	}
	wrong := Finding{Rule: "arith-ytd-mismatch", Level: LevelError, Project: "P1", Column: "ytd_invest", Title: "年度累计", Cell: "H6"}
	good := func(received string) DeptWeek {
		return DeptWeek{First: at(received), State: Accepted, Tries: []Try{{Mail: "m1", MessageID: "m1@x", Received: at(received), Decision: DecisionAccept, Accepted: []string{"P1", "P2"}}}}
	}
	faulty := func(received string, more ...Try) DeptWeek {
		d := good(received)
		d.State, d.Wait = Correcting, []string{"P1"}
		d.Tries[0].Decision, d.Tries[0].Accepted, d.Tries[0].Findings = DecisionCorrect, []string{"P2"}, []Finding{wrong}
		d.Tries = append(d.Tries, more...)
		return d
	}
	repaired := Try{Mail: "m2", Received: at("09-20 10:00"), Decision: DecisionAccept, Overdue: true, Accepted: []string{"P1"}}
	again := Try{Mail: "m2", Received: at("09-19 10:00"), Decision: DecisionCorrect, Findings: []Finding{wrong}}
	late := good("09-18 18:47")
	late.Late = true
	later := good("09-20 09:00")
	later.Late = true
	disputed := faulty("09-18 10:00")
	disputed.Wait, disputed.Parked = nil, []Finding{wrong}
	unverified := faulty("09-18 10:00", repaired)
	unverified.Tries[0].Unverified = true
	partly := good("09-18 10:00")
	partly.Tries[0].Accepted = []string{"P2"}

	for name, c := range map[string]struct {
		found   *DeptWeek
		letters []Letter
		change  func(*ScoreFacts)
		want    string // 按时 质量 完整, or "" for a week that does not count
		why     string
	}{
		"all well":                       {found: new(good("09-18 10:00")), want: "5 3 2"},
		"late on the day":                {found: &late, want: "3 3 2", why: "late "},
		"late on a later day":            {found: &later, want: "1 3 2"},
		"nothing came":                   {want: "0 0 0", why: "absent "},
		"sent back once and repaired":    {found: new(faulty("09-18 10:00", repaired)), letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-20 18:00")}, want: "5 2 2", why: "returned   [P1 年度累计 H6] 1/"},
		"sent back twice":                {found: new(faulty("09-18 10:00", again)), letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-20 18:00"), sentBack(2, "m2", "09-19 10:10", "09-20 18:00")}, want: "5 0.5 1", why: "lacking   [〔P1〕甲] 1/2"},
		"overtaken before we answered":   {found: new(faulty("09-18 10:00", repaired)), want: "5 3 2"},
		"our letter was late":            {found: new(faulty("09-18 10:00")), letters: []Letter{sentBack(1, "m1", "09-20 19:00", "09-20 18:00")}, want: "5 3 2", why: "returned-late"},
		"unverified":                     {found: &unverified, letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-20 18:00")}, want: "5 3 2"},
		"disputed":                       {found: &disputed, letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-20 18:00")}, want: "5 3 2", why: "returned-open"},
		"time to correct runs on":        {found: new(faulty("09-18 10:00")), letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-28 18:00")}, want: "5 2 2", why: "pardoned time-left P1甲"},
		"one project never reported":     {found: &partly, want: "5 3 1", why: "[〔P1〕甲] 1/2"},
		"no reminder reached it, late":   {found: &late, letters: []Letter{}, change: func(f *ScoreFacts) { f.Letters = nil }, want: "5 3 2", why: "late unasked"},
		"no reminder reached it, absent": {change: func(f *ScoreFacts) { f.Letters = nil }, why: "absent unasked"},
		"our mailbox was out of reach":   {found: &late, change: func(f *ScoreFacts) { f.Outages = []Outage{{at("09-18 16:00"), at("09-18 20:00")}} }, want: "5 3 2", why: "late outage"},
		"an outage long before":          {found: &late, change: func(f *ScoreFacts) { f.Outages = []Outage{{at("09-15 16:00"), at("09-15 20:00")}} }, want: "3 3 2"},
		"exempt":                         {change: func(f *ScoreFacts) { f.Exempt = Exempted{{Subject: "D05"}} }, why: "exempt"},
		"the lacking project is exempt":  {found: &partly, change: func(f *ScoreFacts) { f.Exempt = Exempted{{Subject: "P1"}} }, want: "5 3 2"},
		"settled by the office": {
			found: new(faulty("09-18 10:00")), letters: []Letter{sentBack(1, "m1", "09-18 10:10", "09-20 18:00")},
			change: func(f *ScoreFacts) { f.Amended = []Amendment{{Project: "P1", Mail: "m1"}} }, want: "5 3 2",
		},
	} {
		f := ScoreFacts{
			Schedule: s, Deadline: due, Dept: "D05", Own: []Project{{ID: "P1", Name: "甲"}, {ID: "P2", Name: "乙"}},
			Found: c.found, Letters: append([]Letter{reminder}, c.letters...),
		}
		if c.change != nil {
			c.change(&f)
		}
		got := DefaultScores().Score(f)
		parts, why, taken := "", "", Points(0)
		if got.Scored {
			parts = strings.Join([]string{got.OnTime.String(), got.Quality.String(), got.Complete.String()}, " ")
		}
		for _, l := range got.Lines {
			why += fmt.Sprintf("%s %s %s %v %d/%d\n", l.Reason.Case, l.Reason.Excuse+LateExcuse(l.Reason.Pardon), l.Reason.Project+l.Reason.Name, l.Reason.Named, l.Reason.Count, l.Reason.Of)
			taken += l.Points
		}
		if parts != c.want || !strings.Contains(why, c.why) {
			t.Errorf("%s: %q because %q, want %q because %q", name, parts, why, c.want, c.why)
		}
		if got.Scored && got.Points+taken != DefaultScores().Full() {
			t.Errorf("%s: %s points and deductions of %s do not make the whole", name, got.Points, taken)
		}
	}
}
