package notify

import (
	"testing"

	"duban/state"
)

// lateReminder is a reminder that left, with a copy to the head if he is named.
func lateReminder(t *testing.T, dept, at, head string) state.Letter {
	l := state.Letter{Kind: state.TopicLate, Week: week38, Dept: dept, QueuedAt: on(t, at), Deliveries: []state.Delivery{{To: "x@lanchuan.example", Phase: state.PhaseSent}}}
	if head != "" {
		l.Deliveries = append(l.Deliveries, state.Delivery{To: head, Copy: true, Phase: state.PhaseSent})
	}
	return l
}

// questions are what the office is asked in the district's week 38, by kind, as the families
// themselves word it.
func questions(t *testing.T) map[string]func(*Composer) (state.Proposal, error) {
	facts38 := func(c *Composer, now string) facts { return facts{now: on(t, now), schedule: c.Schedule} }
	list := []overdue{{Dept: "D25", Nothing: true, Projects: []string{"LC2026-002"}}, {Dept: "D05", Projects: []string{"LC2026-049"}}}
	letters := []state.Letter{lateReminder(t, "D25", "09-18 18:10", ""), lateReminder(t, "D25", "09-20 12:00", "bailu-lly@lanchuan.example"), lateReminder(t, "D05", "09-20 12:00", "")}
	escalation := func(c *Composer, now string, aside ...state.Mail) (state.Proposal, error) {
		_, told := c.aside(c.Roster, aside)
		w := &weekFacts{deadline: c.Schedule.Deadline(week38), letters: letters}
		return c.escalationProposal(facts38(c, now), w, *c.Roster.Leader("L10"), list, told)
	}
	return map[string]func(*Composer) (state.Proposal, error){
		"escalation": func(c *Composer) (state.Proposal, error) { return escalation(c, "09-20 18:02") },
		"aside": func(c *Composer) (state.Proposal, error) {
			aside := []state.Mail{{Dept: "D14", Received: on(t, "09-18 14:03")}}
			for range maxStrangers + 1 {
				aside = append(aside, state.Mail{From: "shuiniqing-sim@privatemail.example", Received: on(t, "09-18 14:03")})
			}
			return escalation(c, "09-20 18:02", aside...)
		},
		"change": func(c *Composer) (state.Proposal, error) {
			return c.changeProposal(facts38(c, "09-18 16:42"), reportedChange{
				fieldChange: fieldChange{Project: "LC2026-006", Field: state.ChangeTotal, Old: "18600", New: "19800"}, week: week38, dept: "D05",
				row: state.Counted{Received: on(t, "09-18 16:31")}, said: "初步设计批复调整",
			})
		},
		"change-unsaid": func(c *Composer) (state.Proposal, error) {
			return c.changeProposal(facts38(c, "09-20 18:02"), reportedChange{
				fieldChange: fieldChange{Project: "LC2026-006", Field: state.ChangeFinish, Old: "2027-06", New: "2027-09"}, week: week38, dept: "D05", row: state.Counted{Received: on(t, "09-18 16:31")},
			})
		},
		"change-class": func(c *Composer) (state.Proposal, error) {
			x := hintOf(t, fieldChange{Project: "LC2026-043", Field: state.ChangeClass, Old: "前期", New: "新开工"}, "permits-all-done", "permit_construction", "已办结")
			x.rest = 7
			return c.changeProposal(facts38(c, "09-18 16:42"), x)
		},
		"change-finished": func(c *Composer) (state.Proposal, error) {
			return c.changeProposal(facts38(c, "09-18 16:42"), hintOf(t, fieldChange{Project: "LC2026-006", Field: state.ChangeEnd, New: "2026-09-15"}, "finish-reported", "progress", "全线竣工验收合格,已移交养护"))
		},
		"change-finished-undated": func(c *Composer) (state.Proposal, error) {
			return c.changeProposal(facts38(c, "09-18 16:42"), hintOf(t, fieldChange{Project: "LC2026-006", Field: state.ChangeEnd, New: finishedUndated}, "finish-reported", "progress", "全线竣工验收合格"))
		},
		"change-dept": func(c *Composer) (state.Proposal, error) {
			x := hintOf(t, fieldChange{Project: "LC2026-049", Field: state.ChangeDept, Old: "D05", New: "D22"}, "dept-changed", "responsible_dept", "青禾镇")
			x.hint.Level = state.LevelWarning
			return c.changeProposal(facts38(c, "09-18 16:42"), x)
		},
		"addition": func(c *Composer) (state.Proposal, error) {
			return additionOf(t, c, "滨江绿道提升工程", map[string]string{
				"total_invest": "6800", "year_plan": "1500", "week_invest": "60", "ytd_invest": "420", "cum_invest": "420",
				"planned_start": "2026-05", "planned_finish": "2027-06", "lead_leader": "卓拟行",
			})
		},
		"addition-bare": func(c *Composer) (state.Proposal, error) {
			return additionOf(t, c, "智慧停车一期", map[string]string{"total_invest": "900", "responsible_dept": "区城管局"}, "LC2026-049")
		},
		"request": func(c *Composer) (state.Proposal, error) {
			e := errand{
				issue: state.Issue{ID: "I01", Project: "LC2026-006", Text: "K1+900以北34亩、17户未交地", Dept: "D05"},
				ask:   state.Ask{Round: 1, Text: "请文峰街道9月30日前完成剩余户签约", Units: []string{"D21", "D13"}}, askers: []string{"D05"}, due: on(t, "09-22 18:00"),
				letter: &state.Letter{Deliveries: []state.Delivery{{Phase: state.PhaseSent, SentAt: on(t, "09-18 16:45")}}},
			}
			return c.raiseProposal(raised{Leader: "L10", Asks: []askRound{{"I01", 1}}}, []errand{e}, on(t, "09-23 18:00"), on(t, "09-23 18:02"))
		},
		"handover": func(c *Composer) (state.Proposal, error) {
			e := errand{
				issue: state.Issue{ID: "I01", Project: "LC2026-006", Text: "K1+900以北34亩、17户未交地", Dept: "D05", Urgency: state.Urgent}, askers: []string{"D05"},
				ask: state.Ask{Round: 1, Text: "请文峰街道9月30日前完成剩余户签约", Units: []string{"D21", "D13"}, Others: []string{"E05"}},
			}
			return c.handOverProposal(e, on(t, "09-18 16:45"))
		},
		"handover-again": func(c *Composer) (state.Proposal, error) {
			e := errand{
				issue: state.Issue{ID: "I01", Project: "LC2026-006", Text: "K1+900以北34亩、17户未交地", Dept: "D05"}, askers: []string{"D05"},
				ask: state.Ask{Round: 2, Text: "请文峰街道9月30日前完成剩余户签约", Units: []string{"D21"}, Reason: "还有7户没有签约"},
			}
			return c.handOverProposal(e, on(t, "09-22 16:45"))
		},
		"score": func(c *Composer) (state.Proposal, error) {
			return c.scoreProposal(monthScore(t, state.Month{Year: 2026, Month: 9}), nil, on(t, "10-16 18:00"), on(t, "10-09 10:00"))
		},
		"claim": func(c *Composer) (state.Proposal, error) {
			m := state.Mail{ID: "0123456789abcdef", From: "shuiniqing-sim@privatemail.example", Subject: "环保局第38周周报", Received: on(t, "09-18 14:03"), Week: week38}
			return c.claimProposal(m, on(t, "09-18 14:05"), on(t, "09-25 14:05"))
		},
		"adopt": func(c *Composer) (state.Proposal, error) {
			_, q, err := c.Owner(alienRows(t), on(t, "09-18 10:12"), on(t, "09-21 09:00"))
			return q, err
		},
	}
}

// additionOf is what the office is asked about a row of a project the registry does not hold.
func additionOf(t *testing.T, c *Composer, name string, cells map[string]string, lack ...string) (state.Proposal, error) {
	values := map[string]state.Value{"project_name": {Cell: "C9", Text: name}}
	for column, text := range cells {
		values[column] = state.Value{Text: text}
	}
	f := facts{now: on(t, "09-18 16:42"), schedule: c.Schedule, roster: c.Roster}
	u := unlisted{
		week: week38, dept: "D05", try: &state.Try{Received: on(t, "09-18 16:31")}, lack: lack,
		finding: state.Finding{Rule: ruleNew, Book: "交通局周报.xlsx", Sheet: "在建项目", Cell: "C9"}, row: state.Row{Class: state.ClassContinuing, Values: values},
	}
	return c.additionProposal(f, u, state.Addition{ID: c.Roster.NextID(), Entry: c.Roster.EntryOf(u.row, u.dept, u.week)}, 0)
}

// hintOf is what a report's words in a column hint at.
func hintOf(t *testing.T, c fieldChange, rule, column, words string) reportedChange {
	row := state.Counted{Received: on(t, "09-18 16:31"), YTD: 4420 * state.Wan, Values: map[string]state.Value{column: {Text: words}}}
	hint := state.Finding{Rule: rule, Level: state.LevelNote, Column: column, Message: "各项手续都已办结,可考虑转为新开工项目。"}
	return reportedChange{fieldChange: c, week: week38, dept: "D05", row: row, hint: hint}
}

// outcomes are all the ways a proposal may end otherwise than proposed.
func outcomes() []outcome {
	return []outcome{
		{Case: "frozen"},
		{Case: "no-address"},
		{Case: "all-reported"},
		{Case: "fewer", Gone: "白鹭镇", Less: "区交通局"},
		{Case: "fewer", Gone: "白鹭镇、区交通局"},
		{Case: "fewer", Less: "区交通局"},
		{Case: "grounds-changed"},
		{Case: "all-answered"},
		{Case: "request-changed"},
		{Case: "project-gone"},
		{Case: "registered"},
		{Case: "moved-on"},
		{Case: "counts", Week: "第38周"},
		{Case: "closed", Week: "第39周", Project: "LC2026-006", Day: "2026-09-19"},
		{Case: "joined", Week: "第38周", Project: "LC2026-061", Day: "2026-09-12", Taken: true},
		{Case: "joined", Week: "第39周", Project: "LC2026-061", Day: "2026-09-19"},
		{Case: "handed", Week: "第39周", Unit: "青禾镇", Former: "区交通局"},
	}
}

// proposals are the letters that ask the office and confirm what it decided.
func proposals(t *testing.T, add adder) {
	wording := questions(t)
	for _, name := range []string{"escalation", "change", "score", "request", "aside", "change-unsaid", "change-class", "change-finished", "change-finished-undated", "change-dept", "handover", "handover-again", "addition", "addition-bare"} {
		add("proposal", name, func(c *Composer) (Draft, error) {
			q, err := wording[name](c)
			q.Code = "48217730"
			if err != nil {
				return Draft{}, err
			}
			return c.Ask(q, q.Made)
		})
	}
	add("proposal", "long", func(c *Composer) (Draft, error) {
		q, err := wording["escalation"](c)
		for len(q.Lines) <= maxAskLines {
			q.Lines = append(q.Lines, q.Lines[0])
		}
		if err != nil {
			return Draft{}, err
		}
		return c.Ask(q, q.Made)
	})
	confirm := func(name, kind string, answer state.Answer, done bool, came outcome, chosen string) {
		add("decided", name, func(c *Composer) (Draft, error) {
			q, err := wording[kind](c)
			if err != nil {
				return Draft{}, err
			}
			q.Answer, q.By, q.Reason, q.At, q.Chosen = answer, "zdxmb@lanchuan.example", "已电话核实", on(t, "09-21 08:05"), chosen
			if done {
				q.Done = on(t, "09-21 08:06")
			}
			if q.Outcome, err = c.says(came); err != nil {
				return Draft{}, err
			}
			return c.Confirm(q, 1, on(t, "09-21 08:06"))
		})
	}
	confirm("yes", "escalation", state.AnswerYes, true, outcome{}, "")
	confirm("no", "escalation", state.AnswerNo, false, outcome{}, "")
	confirm("waits", "escalation", state.AnswerYes, false, outcome{}, "")
	confirm("pointless", "escalation", state.AnswerYes, true, outcome{Case: "all-reported"}, "")
	confirm("change", "change", state.AnswerYes, true, outcome{Case: "counts", Week: "第38周"}, "")
	confirm("change-refused", "change", state.AnswerNo, true, outcome{}, "")
	confirm("addition", "addition", state.AnswerYes, true, outcome{Case: "joined", Week: "第38周", Project: "LC2026-061", Day: "2026-09-12", Taken: true}, "")
	confirm("addition-refused", "addition", state.AnswerNo, true, outcome{}, "")
	confirm("claim", "claim", state.AnswerYes, true, outcome{}, "D14")
	confirm("claim-refused", "claim", state.AnswerNo, true, outcome{}, "")
	confirm("adopt", "adopt", state.AnswerYes, true, outcome{}, "D22")
	confirm("adopt-refused", "adopt", state.AnswerNo, true, outcome{}, "D22")
}

// TestEveryOutcomeReadsAsWritten compares what is said of every outcome with its golden file.
func TestEveryOutcomeReadsAsWritten(t *testing.T) {
	c := composer(t, pages(t))
	var got string
	for _, o := range outcomes() {
		said, err := c.says(o)
		if err != nil {
			t.Fatal(err)
		}
		got += o.Case + ": " + said + "\n"
	}
	golden(t, "outcomes.txt", got)
}
