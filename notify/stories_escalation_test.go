package notify

import (
	"testing"

	"duban/state"
)

// escalations38 are the letters up the line in the district's week 38, and the one that
// closes the chain.
func escalations38(t *testing.T, add adder) {
	letters := []state.Letter{
		lateReminder(t, "D25", "09-18 18:10", ""), lateReminder(t, "D25", "09-20 12:00", "bailu-lly@lanchuan.example"), lateReminder(t, "D05", "09-18 18:10", ""),
	}
	due := []overdue{{Dept: "D05", Projects: []string{"LC2026-049"}}, {Dept: "D25", Nothing: true, Projects: []string{"LC2026-002", "LC2026-043"}}}
	escalate := func(name, now string) {
		add("escalation", name, func(c *Composer) (Draft, error) {
			return c.Escalation(Escalation{Week: week38, Leader: *c.Roster.Leader("L10"), Due: due, Letters: letters, Polled: on(t, now), Now: on(t, now)})
		})
	}
	escalate("before-summary", "09-20 18:20")
	escalate("after-summary", "09-21 10:00")
	closed := func(name, head string, leaders []string, as state.DeptState) {
		add("lateok", name, func(c *Composer) (Draft, error) {
			m := mail(t, "bailu@lanchuan.example", "09-20 19:40", "白鹭镇.xlsx", row("LC2026-002", "120", "14320"))
			l := LateOK{Mail: m, Head: head, Now: on(t, "09-20 19:52")}
			for _, id := range leaders {
				l.Leaders = append(l.Leaders, *c.Roster.Leader(id))
			}
			m.Decision = state.DecisionAccept
			l.Dept = &state.DeptWeek{Week: week38, Dept: "D25", State: as, Late: true, Tries: []state.Try{try(m)}}
			return c.LateOK(l)
		})
	}
	closed("all", "bailu-lly@lanchuan.example", []string{"L10", "L11"}, state.Accepted)
	closed("head", "bailu-lly@lanchuan.example", nil, state.Accepted)
	closed("leader", "", []string{"L10"}, state.NilReturn)
}
