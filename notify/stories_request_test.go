package notify

import (
	"testing"

	"duban/state"
)

// requests are the letters about a request: handed over, with its clock, answered; and what is
// urgent.
func requests(t *testing.T, add adder) {
	issue := state.Issue{
		ID: "I01", Project: "LC2026-006", Dept: "D05", Text: "K1+900以北34亩、17户未交地,北段施工队伍窝工",
		Request: "请文峰街道9月30日前完成剩余户签约,自规分局同步完善用地手续", Deadline: "2026-09-30", Units: []string{"D21", "D13"},
	}
	about := func(topic state.Topic, round int, units, others []string) errand {
		return errand{
			topic: topic, issue: issue, askers: []string{"D05"}, due: on(t, "09-22 18:00"), polled: on(t, "09-22 18:12"),
			ask:    state.Ask{Round: round, Text: issue.Request, Units: units, Others: others},
			letter: &state.Letter{MessageID: "request.I01@lanchuan.example", Subject: "【转办】请于9月22日18:00前答复:文峰路北延道路工程协调事项 [I01]", Deliveries: []state.Delivery{{Phase: state.PhaseSent, SentAt: on(t, "09-18 16:45")}}},
		}
	}
	write := func(page, name, at string, e errand) {
		add(page, name, func(c *Composer) (Draft, error) {
			switch page {
			case "request":
				return c.Request(e, on(t, at))
			case "requestnote":
				return c.RequestNote(e, on(t, at))
			case "requestdue":
				return c.RequestDue(e, on(t, at))
			case "urgent":
				return c.Urgent(e, on(t, at))
			case "closed":
				return c.Closed(e, on(t, at))
			}
			return c.Answered(e, on(t, at))
		})
	}
	write("request", "several", "09-18 16:45", about(state.TopicRequest, 1, []string{"D21", "D13"}, nil))
	again := about(state.TopicRequest, 2, []string{"D21"}, []string{"E05"})
	again.ask.Reason = "签约10户,还有7户没有答复"
	write("request", "again", "09-18 16:45", again)
	write("requestnote", "external", "09-18 16:45", about(state.TopicRequest, 1, []string{"D18"}, []string{"E05"}))
	write("requestnote", "unnamed", "09-18 16:45", about(state.TopicRequest, 1, nil, nil))
	due := about(state.TopicRequestDue, 1, []string{"D21", "D13"}, nil)
	for i, at := range []string{"09-21 15:00", "09-22 18:12", "09-23 12:00"} {
		due.step = i + 1
		write("requestdue", []string{"warning", "overdue", "head"}[i], at, due)
	}
	add("requestup", "two", func(c *Composer) (Draft, error) {
		other := due
		other.issue.ID, other.issue.Project = "I18", "LC2026-011"
		q := state.Proposal{Key: "request/L10/20260923T1805", Week: week38}
		return c.RequestUp(q, "L10", []errand{due, other}, on(t, "09-24 09:00"), on(t, "09-24 09:02"))
	})
	answered := about(state.TopicAnswered, 1, []string{"D21", "D13"}, nil)
	answered.key = "1"
	answered.ask.Answers = []state.Reaction{{Dept: "D21", At: on(t, "09-21 10:20"), Text: "一、剩余17户已签约10户,9月28日前全部签完。\n二、用地手续由自规分局同步办理。", Files: []string{"签约清单.pdf", "测算.xlsm", "现场视频.mp4"}}}
	answered.files = []Enclosure{
		{File: File{Name: "签约清单.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7")}}, {File: File{Name: "测算.xlsm"}}, {File: File{Name: "航拍照片.zip"}, Large: true},
	}
	write("answered", "by-mail", "09-21 10:25", answered)
	answered.key, answered.files = "2", nil
	answered.ask.Answers = []state.Reaction{{Dept: "E05", At: on(t, "09-21 10:20"), By: "张三", Text: "资金已安排。"}}
	write("answered", "by-office", "09-21 10:25", answered)
	closed := answered
	closed.topic, closed.key, closed.own = state.TopicClosed, "1", true
	closed.issue.Asks = []state.Ask{closed.ask}
	closed.closing = &state.Said{At: on(t, "09-23 09:40"), By: "jtj@lanchuan.example", Why: "已解决"}
	write("closed", "by-reply", "09-23 09:45", closed)
	closed.key, closed.own, closed.issue.Asks = "2", false, nil
	closed.closing = &state.Said{At: on(t, "09-23 09:40"), By: "张三", Why: "现场核实,17户已全部交地"}
	write("closed", "by-office", "09-23 09:45", closed)
	closed.closing = &state.Said{At: on(t, "09-23 09:40"), By: "张三", Why: "澜东园区报的是同一段拆迁", Merge: "I03"}
	write("closed", "merged", "09-23 09:45", closed)
	urgent := about(state.TopicUrgent, 0, []string{"D21", "D13"}, nil)
	urgent.issue.Urgency, urgent.key = state.MostUrgent, "x"
	urgent.project = &state.Project{LeadLeader: "L10"}
	write("urgent", "most", "09-18 16:32", urgent)
	urgent.issue.Urgency, urgent.ask.Units, urgent.ask.Others, urgent.issue.Request, urgent.project = state.Urgent, nil, []string{"E04"}, "", nil
	write("urgent", "external", "09-18 16:32", urgent)
}
