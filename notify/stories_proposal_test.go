package notify

import (
	"testing"

	"duban/state"
)

// proposals are the letters that ask the office and confirm what it decided.
func proposals(t *testing.T, add adder) {
	escalation := state.Proposal{
		Key: "escalation/2026-W38/L10", Kind: state.ProposalEscalation, Week: week38,
		Title: "第38周周报有2个单位没有报齐,是否告知副区长卓拟行",
		Lines: []string{
			"白鹭镇:没有报送,联系人 洲拟静,已催报3次(最近9月20日12:00);涉及 云湾冷链物流枢纽(一期)",
			"区交通局:部分报送,联系人 蔡拟桥,已催报3次(最近9月20日12:00);还差 云湾内河码头改建",
		},
		Made: on(t, "09-20 18:02"), Expires: on(t, "09-21 18:30"), Code: "48217730",
	}
	change := state.Proposal{
		Key: "change/LC2026-009/total_invest/0a1b2c3d", Kind: state.ProposalChange, Week: week38,
		Title: "文峰路北延道路工程的总投资与登记的不同,是否按报送的改",
		Lines: []string{"项目:LC2026-009 文峰路北延道路工程", "登记的:18600万元", "报送的:19800万元", "报送单位:区交通局,9月18日16:31", "说明:初步设计批复调整"},
		Made:  on(t, "09-18 16:42"), Expires: on(t, "09-25 18:00"), Code: "90315526",
	}
	ask := func(name string, q state.Proposal) {
		add("proposal", name, func(c *Composer) (Draft, error) { return c.Ask(q, q.Made) })
	}
	ask("escalation", escalation)
	ask("change", change)
	ask("score", state.Proposal{
		Key: "score/2026-09", Kind: state.ProposalScore, Week: week38, Title: "2026年9月各单位报送质量得分",
		Lines: []string{"区住建局:10分(3周平均,满分10)", "区交通局:9.3分(3周平均,满分10)"}, Made: on(t, "09-21 10:00"), Expires: on(t, "09-25 18:00"), Code: "33118842",
	})
	long := escalation
	long.Kind, long.Key, long.Title, long.Code = state.ProposalCircular, "circular/2026-09/1", "9月通报稿待审定", ""
	for len(long.Lines) <= maxAskLines {
		long.Lines = append(long.Lines, long.Lines[0])
	}
	ask("long", long)
	confirm := func(name string, q state.Proposal, answer state.Answer, done bool, outcome string) {
		q.Answer, q.By, q.Reason, q.At, q.Outcome = answer, "zdxmb@lanchuan.example", "已电话核实", on(t, "09-21 08:05"), outcome
		if done {
			q.Done = on(t, "09-21 08:06")
		}
		add("decided", name, func(c *Composer) (Draft, error) { return c.Confirm(q, 1, on(t, "09-21 08:06")) })
	}
	confirm("yes", escalation, state.AnswerYes, true, "")
	confirm("no", escalation, state.AnswerNo, false, "")
	confirm("waits", escalation, state.AnswerYes, false, "")
	confirm("pointless", escalation, state.AnswerYes, true, "发出前重新核对,名单上的单位都已补报(或有来信待核实),没有发出。")
	confirm("change", change, state.AnswerYes, true, "从第38周起按新的内容核对和汇总。请同时把登记表(registry/projects.csv)改成一致。")
	confirm("change-refused", change, state.AnswerNo, true, "")
	claim := change
	claim.Kind, claim.Key, claim.Title, claim.Lines = state.ProposalClaim, "claim/0123456789ab", "认领来信《环保局第38周周报》", nil
	claim.Chosen = "D14"
	confirm("claim", claim, state.AnswerYes, true, "")
	claim.Chosen = ""
	confirm("claim-refused", claim, state.AnswerNo, true, "")
}
