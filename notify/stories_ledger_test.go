package notify

import (
	"testing"
	"time"

	"duban/state"
)

// ledgers are the letters of the ledgers: visits, permits, scores.
func ledgers(t *testing.T, add adder) {
	september := state.Month{Year: 2026, Month: time.September}
	issue := state.Issue{ID: "I03", Project: "LC2026-003", Text: "6号楼2户对加装电梯有意见,外墙保温未进场"}
	l08 := state.LeaderVisits{Leader: "L08", Name: "柏拟松", Title: "副区长", Projects: []state.ProjectVisit{
		{Project: "LC2026-003", Name: "临江片区老旧小区改造(第三批)", Dept: "D04", Issues: []state.Issue{issue}},
		{Project: "LC2026-014", Name: "桥北棚改安置房", Dept: "D04", Days: []string{"2026-09-09"}},
		{Project: "LC2026-015", Name: "临江污水管网", Dept: "D04"},
	}}
	l05 := state.LeaderVisits{Leader: "L05", Name: "纪拟岚", Title: "区委常委、常务副区长", Projects: []state.ProjectVisit{{Project: "LC2026-035", Name: "区应急物资储备库", Dept: "D01"}}}
	add("visit", "twentieth", func(c *Composer) (Draft, error) {
		return c.VisitReminder(Visits{Month: september, Leaders: []state.LeaderVisits{l08}, Begun: on(t, "08-03 09:00"), Now: on(t, "09-20 09:00")}, 1)
	})
	add("visit", "first-month", func(c *Composer) (Draft, error) {
		return c.VisitReminder(Visits{Month: september, Leaders: []state.LeaderVisits{l05}, Begun: on(t, "09-17 14:00"), Now: on(t, "09-22 09:00")}, 2)
	})
	add("visits", "september", func(c *Composer) (Draft, error) {
		return c.VisitList(Visits{Month: september, Leaders: []state.LeaderVisits{l05, l08}, Begun: on(t, "09-17 14:00"), Now: on(t, "09-21 09:00")})
	})
	exemption := state.Exemption{Subject: "D25", Until: on(t, "09-18 00:00"), Reason: "换届交接", By: "张三", At: on(t, "09-01 09:00")}
	add("expiry", "department", func(c *Composer) (Draft, error) { return c.Expiry(exemption, on(t, "09-17 09:00")) })
	add("expiry", "project-over", func(c *Composer) (Draft, error) {
		project := exemption
		project.Subject, project.Reason = "LC2026-049", "等岸线使用批复"
		return c.Expiry(project, on(t, "09-21 09:00"))
	})
	add("expiry", "registry", func(c *Composer) (Draft, error) {
		pause := exemption
		pause.Subject, pause.Reason, pause.Paused, pause.By = "LC2026-049", "调线", true, state.ByRegistry
		return c.Expiry(pause, on(t, "09-17 09:00"))
	})
	permits(t, add)
	scores(t, add, september)
}

func permits(t *testing.T, add adder) {
	rule := state.PermitRule{Column: "permit_eia", Name: "环评", Days: 20, Dept: "D14"}
	permit := state.Permit{Project: "LC2026-047", Column: "permit_eia", Status: state.PermitRunning, Since: "2026-08-31", Accepted: true, Seen: week38}
	add("permit", "limit", func(c *Composer) (Draft, error) {
		now := on(t, "09-18 09:00")
		clock, _ := permit.Clock(rule, c.Schedule, now)
		return c.PermitWarning(permitStep{permit, rule, clock, 1}, "区审批服务局 2026年1月5日核定", now)
	})
	add("permit", "usual-days-over", func(c *Composer) (Draft, error) {
		guessed, now := permit, on(t, "09-28 09:00")
		guessed.Accepted = false
		clock, _ := guessed.Clock(rule, c.Schedule, now)
		return c.PermitWarning(permitStep{guessed, rule, clock, 2}, "", now)
	})
}

func scores(t *testing.T, add adder, month state.Month) {
	sheet := monthScore(t, month)
	add("scores", "september", func(c *Composer) (Draft, error) {
		q, err := c.scoreProposal(sheet, nil, on(t, "10-16 18:00"), on(t, "09-21 10:00"))
		if err != nil {
			return Draft{}, err
		}
		return c.Scores(sheet, q.Title, q.Expires, q.Made)
	})
	for i, name := range []string{"full", "deductions", "exempt"} {
		add("score", name, func(c *Composer) (Draft, error) { return c.DeptScore(sheet, sheet.Depts[i], on(t, "09-21 15:00")) })
	}
	add("scores", "unapproved", func(c *Composer) (Draft, error) {
		plain := sheet
		plain.Approved, c.Sheets = "", nil
		return c.Scores(plain, "2026年9月各单位报送质量得分", on(t, "10-16 18:00"), on(t, "09-21 10:00"))
	})
}

// monthScore is a month of one week: a department without fault, one with, one exempt.
func monthScore(t *testing.T, month state.Month) state.MonthScore {
	return state.MonthScore{Month: month, Approved: "区重大项目办 2026年1月5日", Full: 100, Weeks: []state.Week{week38}, Depts: []state.DeptScore{
		{Dept: "D04", Short: "区住建局", Scored: 1, Points: 100, Weeks: []state.WeekScore{{Week: week38, Scored: true, Points: 100, OnTime: 50, Quality: 30, Complete: 20}}},
		{Dept: "D05", Short: "区交通局", Scored: 1, Points: 70, Weeks: []state.WeekScore{{Week: week38, Scored: true, Points: 70, OnTime: 30, Quality: 20, Complete: 20, Lines: []state.ScoreLine{
			{Part: state.PartOnTime, Points: 20, Why: "9月18日18:00截止,报表在截止之后收到。", MailAt: on(t, "09-18 18:47"), Mail: "a@lanchuan.example", Letter: "due/2026-W38/D05/2", LetterAt: on(t, "09-18 16:00")},
			{Part: state.PartQuality, Points: 10, Why: "退回补正(LC2026-006 年度累计完成投资 H6)。", MailAt: on(t, "09-18 18:47"), Mail: "a@lanchuan.example", Letter: "correction/2026-W38/D05/1", LetterAt: on(t, "09-18 18:57")},
			{Part: state.PartComplete, Why: "〔LC2026-049〕云湾内河码头改建有异议,待办公室核实,不扣分。"},
		}}}},
		{Dept: "D25", Short: "白鹭镇", Weeks: []state.WeekScore{{Week: week38, Lines: []state.ScoreLine{{Part: state.PartOnTime, Why: "经办公室同意免报,本周不计分。"}}}}},
	}}
}
