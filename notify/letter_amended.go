package notify

import (
	"strconv"
	"time"

	"duban/state"
)

// amendedPage is the data of amended.*.tmpl.
type amendedPage struct {
	Frame   frame
	To      addressed
	Count   string
	Amended []amendedLine
	Next    string // the next week
}

// Amended tells a department which of its figures the office corrected by hand.
func (c *Composer) Amended(a amends, now time.Time) (Draft, error) {
	d := c.letter(state.Occasion{Topic: state.TopicAmended, Week: a.week, Target: a.dept, Round: a.round}, c.toDept(a.dept, nil), now)
	d.Dept, d.NotBefore = a.dept, c.quiet(now)
	return c.render(d, "amended", amendedPage{
		Frame: c.frame(d, a.dept), To: c.addressed(a.dept), Count: strconv.Itoa(len(a.all)), Amended: c.amended(a.all),
		Next: c.Schedule.Next(a.week).Spoken(),
	})
}
