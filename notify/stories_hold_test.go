package notify

import (
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
	say := func(name, at string, h state.Hold) {
		h.Week, h.Round, h.At = week38, 1, on(t, at)
		add("hold", name, func(c *Composer) (Draft, error) { return c.Said(h, false, on(t, at)) })
	}
	say("held", "09-21 08:05", state.Hold{Held: true, By: "zdxmb@lanchuan.example", Reason: "两个项目的数还在核", Code: "90315526"})
	say("released-before", "09-21 08:20", state.Hold{By: "zdxmb@lanchuan.example", Code: "11846207"})
	say("released-after", "09-21 10:40", state.Hold{By: "张三", Reason: "已核实"})
}
