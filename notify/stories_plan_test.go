package notify

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"duban/state"
)

// days are the notes of two days: one with nothing to do, one with all sorts of trouble.
func days(t *testing.T, add adder) {
	at := on(t, "09-18 18:30")
	write := func(name string, day Day) {
		day.At, day.Polled = at, at.Add(-2*time.Minute)
		o := state.Occasion{Topic: state.TopicDaily, Week: week38, Target: "0918"}
		add("daily", name, func(c *Composer) (Draft, error) {
			day.Week = c.Schedule.Deadline(week38)
			return c.Daily(o, day)
		})
	}
	write("quiet", Day{Mails: 3, Reports: 2, Answers: 1, Accepted: 2, Letters: 5, Complete: make([]string, 22)})
	write("trouble", Day{
		Mails: 31, Reports: 24, Answers: 2, Automatic: 4, Accepted: 17, Corrected: 6, Aside: 2, Letters: 40, Queued: 3, Failed: 1, Doubtful: 1,
		Complete: make([]string, 18), Waiting: []string{"区住建局", "区交通局"}, Lacking: []string{"区水利局", "云河街道"},
	})
}

// terms is the letter about a configuration that changed.
func terms(t *testing.T, add adder) {
	f := facts{now: on(t, "09-16 10:00"), schedule: district(t)}
	changes := []state.TermChange{
		{Subject: "催报第3步", Was: "截止后10分钟", Now: "截止后30分钟"},
		{Subject: "单位 D05 区交通局", Was: "联系人 严拟辰,邮箱 jtj@lanchuan.example", Now: "联系人 路拟通,邮箱 jtj2@lanchuan.example"},
		{Subject: "规则 text-too-short", Now: "改或说明,试行"},
		{Subject: "另定截止 2026-W40", Was: "9月30日18:00(国庆节前提前报送)"},
	}
	add("terms", "changed", func(c *Composer) (Draft, error) { return c.TermsChanged(1, changes, f) })
	many := make([]state.TermChange, 43)
	for i := range many {
		many[i] = state.TermChange{Subject: "项目 LC2026-0" + strconv.Itoa(10+i), Was: "年度计划 1000 万元", Now: "年度计划 1200 万元"}
	}
	add("terms", "many", func(c *Composer) (Draft, error) { return c.TermsChanged(2, many, f) })
}

// circulars are a circular as it leaves and the two reminders to put right what it names.
func circulars(t *testing.T, add adder) {
	rule := state.CircularRule{Late: 2, Stale: 5, Answers: true, Rectify: 5, To: []string{"jcts@lanchuan.example"}, Supervision: "kpb@lanchuan.example"}
	week := func(no int) state.Week { return state.Week{Year: 2026, No: no} }
	grounds := []state.Ground{
		{Dept: "D05", Kind: state.GroundLate, Weeks: []state.Week{week(38), week(37)}, How: []string{"未报", "迟报"}},
		{Dept: "D25", Kind: state.GroundStale, Weeks: []state.Week{week(38), week(37), week(36), week(35), week(34)}, Project: "LC2026-002"},
		{Dept: "D25", Kind: state.GroundAnswer, Project: "LC2026-043", Issue: "I07", Due: on(t, "09-17 18:00")},
	}
	draft := func(c *Composer) (circulated, error) {
		var body circulated
		q, err := c.circularProposal(week38, 1, grounds, rule, on(t, "09-22 18:40"))
		if err != nil {
			return body, err
		}
		return body, json.Unmarshal(q.Body, &body)
	}
	add("proposal", "circular", func(c *Composer) (Draft, error) {
		q, err := c.circularProposal(week38, 1, grounds, rule, on(t, "09-22 18:40"))
		if err != nil {
			return Draft{}, err
		}
		q.Code = "77120934"
		return c.Ask(q, on(t, "09-22 18:40"))
	})
	add("circular", "approved", func(c *Composer) (Draft, error) {
		body, err := draft(c)
		if err != nil {
			return Draft{}, err
		}
		return c.Circular(week38, body, rule, on(t, "09-23 09:00"))
	})
	for i, name := range []string{"soon", "due"} {
		add("rectify", name, func(c *Composer) (Draft, error) {
			what, err := c.ground(grounds[0])
			if err != nil {
				return Draft{}, err
			}
			t := state.Rectification{Circular: "circular/2026-W38/departments/1", Week: week38, Dept: "D05", What: []string{what}, Due: c.rectifyBy(rule, on(t, "09-23 09:00"))}
			return c.Rectify(t, i+1, rule, t.Due)
		})
	}
}

// plans are the letters about the year's plan: the whole of it, and a change.
func plans(t *testing.T, add adder) {
	now := on(t, "11-23 08:00")
	whole := func(c *Composer) state.ToldPlan {
		return state.ToldPlan{YearPlan: c.Schedule.Plan(2026), Round: 1}
	}
	add("calendar", "year", func(c *Composer) (Draft, error) { return c.YearPlan(whole(c), nil, now) })
	add("calendar", "moved", func(c *Composer) (Draft, error) {
		before := whole(c)
		s := *c.Schedule
		s.Overrides = map[state.Week]state.Override{{Year: 2026, No: 50}: {Deadline: on(t, "12-10 12:00"), Reason: "周五召开全区现场会,提前报送"}}
		moved := *c
		moved.Schedule = &s
		after := state.ToldPlan{YearPlan: s.Plan(2026), Round: 2}
		return moved.YearPlan(after, after.Changed(before.YearPlan, now), now)
	})
	add("calendar", "provisional", func(c *Composer) (Draft, error) {
		jan := now.AddDate(0, 0, 44).Add(2 * time.Hour)
		return c.YearPlan(state.ToldPlan{YearPlan: c.Schedule.Plan(2027), Round: 1}, nil, jan)
	})
}
