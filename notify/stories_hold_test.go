package notify

import (
	"maps"
	"slices"
	"testing"

	"duban/state"
)

// holds are the letters about the office's say over the leaders' letter.
func holds(t *testing.T, add adder) {
	d := digest38(t)
	prev := digest37(t)
	preview := func(name string, h state.Hold) {
		add("preview", name, func(c *Composer) (Draft, error) {
			return c.Preview(Edition{Digest: d, Past: []*state.Digest{&prev}, Hold: h, Now: on(t, "09-21 07:30")})
		})
	}
	preview("code", state.Hold{Week: week38, Code: "48217730"})
	preview("held", state.Hold{Week: week38, Held: true, By: "张三", Reason: "两个项目的数还在核", Round: 1, Code: "48217730"})
	corrections38(t, add)
	say := func(name, at string, h state.Hold) {
		h.Week, h.Round, h.At = week38, 1, on(t, at)
		add("hold", name, func(c *Composer) (Draft, error) { return c.Said(h, false, on(t, at)) })
	}
	say("held", "09-21 08:05", state.Hold{Held: true, By: "zdxmb@lanchuan.example", Reason: "两个项目的数还在核", Code: "90315526"})
	say("released-before", "09-21 08:20", state.Hold{By: "zdxmb@lanchuan.example", Code: "11846207"})
	say("released-after", "09-21 10:40", state.Hold{By: "张三", Reason: "已核实"})
}

// changed38 is the district's week 38 as it was told and as it is: a project corrected, one
// whose light turned, a department new among those that reported.
func changed38(t *testing.T) (told, is state.Digest) {
	told, is = digest38(t), digest38(t)
	was, now := is.Projects["LC2026-006"], is.Projects["LC2026-006"]
	now.YTD, now.Week = was.YTD+120*state.Wan, was.Week+120*state.Wan
	is.Projects["LC2026-006"] = now
	is.Overall.YTD += now.YTD - was.YTD
	is.Overall.Week += now.Week - was.Week
	dept := is.ByDept["D05"]
	dept.YTD += now.YTD - was.YTD
	dept.RatePct = state.Percent(dept.YTD, dept.YearPlan)
	is.ByDept["D05"] = dept
	class := is.ByClass[state.ClassContinuing]
	class.YTD, class.Week = class.YTD+now.YTD-was.YTD, class.Week+now.Week-was.Week
	class.RatePct = state.Percent(class.YTD, class.YearPlan)
	is.ByClass[state.ClassContinuing] = class
	for _, id := range slices.Sorted(maps.Keys(told.Lights)) {
		if told.Lights[id].Colour == state.Yellow {
			delete(is.Lights, id)
			is.Counts[state.Yellow]--
			break
		}
	}
	told.Reporting.NotInSummary = []string{"D25"}
	is.Reporting.NotInSummary = nil
	return told, is
}

// corrections38 are the corrected editions of that week.
func corrections38(t *testing.T, add adder) {
	told, is := changed38(t)
	prev := digest37(t)
	add("corrected", "w38", func(c *Composer) (Draft, error) {
		d, ok, err := c.Corrected(Correction{Told: told, Digest: is, Past: []*state.Digest{&prev}, Sent: on(t, "09-21 08:30"), Now: on(t, "09-21 18:30")})
		if err == nil && !ok {
			t.Error("a changed week has a corrected edition")
		}
		return d, err
	})
	corrected38(t, add, "own", func(c *Composer) reading {
		return reading{leader: c.Roster.Leader("L10"), occasion: state.Occasion{Topic: state.TopicSummary, Target: "L10"}}
	})
	corrected38(t, add, "body", func(c *Composer) reading {
		return reading{body: &c.Roster.Recipients[0], occasion: state.Occasion{Topic: state.TopicSummary, Target: "R01"}}
	})
	corrected38(t, add, "dept", func(*Composer) reading {
		return reading{dept: "D05", occasion: state.Occasion{Topic: state.TopicStanding, Target: "D05"}}
	})
	add("corrected", "place", func(c *Composer) (Draft, error) { // D05 went past D11
		before, after := changed38(t)
		past := after.ByDept["D05"]
		past.RatePct = after.ByDept["D12"].RatePct
		after.ByDept["D05"] = past
		to := reading{dept: "D11", occasion: state.Occasion{Topic: state.TopicStanding, Week: week38, Target: "D11", Round: correctedRound}}
		d, ok, err := c.CorrectedFor(revised(t, c, before, after), to, on(t, "09-21 09:00"))
		if err == nil && !ok {
			t.Error("a department whose place changed is told")
		}
		return d, err
	})
}
