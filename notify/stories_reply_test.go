package notify

import (
	"testing"

	"duban/state"
)

// replies are the answers to answers by number, and the note of our own delay.
func replies(t *testing.T, add adder) {
	m := mail(t, "jtj@lanchuan.example", "09-19 10:00", "")
	said := func(no int, level state.Level, project, column, text string) state.Explanation {
		return state.Explanation{No: no, Level: level, Project: project, Column: column, Text: text, Dept: "D05", Week: week38}
	}
	letter := &state.Letter{Subject: "【请补正】区交通局第38周项目周报:2处必须改,1处请说明(9月20日18:00前) [W38-D05]", ReplyBy: on(t, "09-20 18:00")}
	amended := []state.Amendment{{
		Week: week38, Project: "LC2026-043", Column: "ytd_invest", Was: "8oo", Value: "800", Reason: "电话核对", By: "张三",
	}}
	add("answer", "some-open", func(c *Composer) (Draft, error) {
		disputed := said(2, state.LevelError, "LC2026-049", "week_invest", "异议:合同就是这个数,请复核")
		disputed.Dispute = true
		r := state.Reply{Received: m.Received, Items: []state.Explanation{
			said(1, state.LevelError, "LC2026-006", "ytd_invest", "审计核减120万元"), disputed,
			said(3, state.LevelWarning, "LC2026-043", "progress", "雨天停工一周"),
		}}
		d := &state.DeptWeek{
			Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006"},
			Open: []state.Finding{{Project: "LC2026-006"}}, Parked: []state.Finding{{Project: "LC2026-049"}},
		}
		return c.Reply(ReplyAnswer{Dept: d, Reply: r, Mail: m, Correction: letter, Amended: amended, Round: 1, Now: on(t, "09-19 10:10")})
	})
	add("answer", "settled", func(c *Composer) (Draft, error) {
		r := state.Reply{Received: m.Received, Items: []state.Explanation{said(1, state.LevelWarning, "LC2026-043", "progress", "雨天停工一周")}}
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Accepted}
		return c.Reply(ReplyAnswer{Dept: d, Reply: r, Mail: m, Round: 2, Now: on(t, "09-19 10:10")})
	})
	add("answer", "same-again", func(c *Composer) (Draft, error) {
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006"}, Open: []state.Finding{{Project: "LC2026-006"}}}
		return c.Reply(ReplyAnswer{Dept: d, Reply: state.Reply{Received: m.Received, Same: true}, Mail: m, Correction: letter, Round: 1, Now: on(t, "09-19 10:10")})
	})
	add("answer", "closed-week", func(c *Composer) (Draft, error) {
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Missing, Lack: []string{"LC2026-006", "LC2026-043"}}
		early := mail(t, "jtj@lanchuan.example", "09-17 10:00", "")
		r := state.Reply{Received: early.Received, Closed: week38.Add(-3)}
		return c.Reply(ReplyAnswer{Dept: d, Reply: r, Mail: early, Correction: letter, Round: 1, Now: on(t, "09-17 10:10")})
	})
	add("answer", "upheld", func(c *Composer) (Draft, error) {
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Accepted}
		r := &state.Ruling{Project: "LC2026-006", Upheld: true, Reason: "核对合同无误", By: "张三", At: on(t, "09-19 11:00"), Findings: []state.Finding{{Project: "LC2026-006", Column: "ytd_invest"}}}
		return c.Upheld(Answer{Dept: d, Mail: m, Ruling: r, Round: 2, Now: on(t, "09-19 11:10")})
	})
	late := mail(t, "jtj@lanchuan.example", "09-17 16:31", "交通局周报.xlsx", row("LC2026-006", "120", "4540"), row("LC2026-043", "20", "800"))
	add("fault", "unverified", func(c *Composer) (Draft, error) {
		x := try(late, money("arith-ytd-mismatch", "H6", "LC2026-006", "文峰路北延道路工程", "ytd_invest", "年度累计完成投资(万元)", "4540", "4300", "4420", "年度累计应等于上周累计4300加本周完成120,即4420。"))
		x.Unverified, x.Accepted = true, []string{"LC2026-006", "LC2026-043"}
		d := &state.DeptWeek{Week: week38, Dept: "D05", State: state.Unverified, Tries: []state.Try{x}}
		return c.Fault(Answer{Dept: d, Try: x, Mail: late, Round: 1, Now: on(t, "09-20 09:00")})
	})
}
