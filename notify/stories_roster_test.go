package notify

import (
	"testing"

	"duban/state"
)

// registrations38 are the letters that tell departments what they report from week 39 on, and
// what no more, and which of their figures the office corrected.
func registrations38(t *testing.T, add adder) {
	moved := func(project, from, to string) state.Change {
		return state.Change{Project: project, Field: state.ChangeDept, Old: from, New: to, From: state.Week{Year: 2026, No: 39}}
	}
	takes := []state.Change{moved("LC2026-049", "D05", "D22"), moved("LC2026-043", "D05", "D22")}
	tell := func(name string, g registration) {
		add("registry", name, func(c *Composer) (Draft, error) { return c.Registry(g, 1, on(t, "09-21 10:00")) })
	}
	week39 := state.Week{Year: 2026, No: 39}
	tell("takes", registration{dept: "D22", from: week39, takes: takes})
	tell("gives", registration{dept: "D05", from: week39, gives: takes})
	join := state.Change{Project: "LC2026-061", Field: state.ChangeJoin, Entry: state.Entry{Name: "滨江绿道提升工程", Dept: "D05"}, From: week38}
	tell("joins", registration{dept: "D05", from: week38, joins: []state.Change{join}, counted: map[string]bool{"LC2026-061": true}})
	tell("joins-later", registration{dept: "D05", from: week39, joins: []state.Change{join}, takes: takes[:1]})
	add("amended", "two", func(c *Composer) (Draft, error) {
		at := on(t, "09-18 16:00")
		all := []state.Amendment{
			{Week: week38, Project: "LC2026-006", Column: "ytd_invest", Value: "4420", Was: "4540", Reason: "电话核对,笔误", By: "张三", At: at},
			{Week: week38, Project: "LC2026-043", Column: "progress", Value: "用地预审已受理", Reason: "以批复为准", By: "张三", At: at},
		}
		return c.Amended(amends{week: week38, dept: "D05", all: all, round: 1}, on(t, "09-18 16:30"))
	})
	add("registry", "refused", func(c *Composer) (Draft, error) {
		q, err := questions(t)["addition"](c)
		if err != nil {
			return Draft{}, err
		}
		return c.NotTaken(q, on(t, "09-21 10:00"))
	})
}
