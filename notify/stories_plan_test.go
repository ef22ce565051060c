package notify

import (
	"testing"
	"time"

	"duban/state"
)

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
