package notify

import (
	"testing"

	"duban/state"
)

// alienRows are what 区交通局 sent of 青禾镇's projects.
func alienRows(t *testing.T) alien {
	m := mail(t, "jtj@lanchuan.example", "09-18 10:00", "周报.xlsx")
	m.Dept, m.Week, m.Kind, m.Raise = "D05", week38, state.MailSubmission, state.RaiseForeign
	r := row("LC2026-051", "0", "150")
	r.No = 6
	return alien{mail: *m, dept: "D22", rows: []alienRow{{"前期项目", r}}}
}

// owners are the letters to departments whose projects somebody else reported.
func owners(t *testing.T, add adder) {
	add("owner", "department", func(c *Composer) (Draft, error) {
		d, _, err := c.Owner(alienRows(t), on(t, "09-18 10:12"), on(t, "09-21 09:00"))
		return d, err
	})
	add("owner", "late", func(c *Composer) (Draft, error) {
		a := alienRows(t)
		blank := row("LC2026-051", "", "")
		delete(blank.Values, "week_invest")
		delete(blank.Values, "ytd_invest")
		a.rows = []alienRow{{"前期项目", blank}}
		for range maxItems {
			a.rows = append(a.rows, alienRows(t).rows...)
		}
		d, _, err := c.Owner(a, on(t, "09-18 19:12"), on(t, "09-21 09:00"))
		return d, err
	})
	add("owner", "stranger", func(c *Composer) (Draft, error) {
		a := alienRows(t)
		a.mail.Kind, a.mail.Dept, a.mail.From, a.mail.Raise = state.MailUnknown, "", "shuiniqing-sim@privatemail.example", ""
		d, _, err := c.Owner(a, on(t, "09-18 10:12"), on(t, "09-21 09:00"))
		return d, err
	})
}
