package demo

import (
	"slices"
	"time"
)

// Turns is when duban takes a turn in the year: around everything that may be due, a while
// after each mail, and never while it is down. In between nothing would happen.
func (y *Year) Turns() []time.Time {
	set := map[time.Time]bool{}
	add := func(t time.Time) { set[t.In(Zone).Truncate(time.Minute)] = true }
	for _, w := range y.Weeks {
		for _, t := range []time.Time{w.Form, w.Due1, w.Due2, w.Due, w.Late[0], w.Late[1], w.Late[2], w.Preview, w.Summary, w.Escalate, w.Freeze} {
			add(t.Add(2 * time.Minute))
		}
		for d := range 7 { // every day around: the morning, the evening, the night
			day := w.Due.AddDate(0, 0, d-3)
			for _, h := range []int{7*60 + 32, 16*60 + 2, 18*60 + 2, 18*60 + 32, 22 * 60} {
				add(time.Date(day.Year(), day.Month(), day.Day(), 0, h, 0, 0, Zone))
			}
		}
		for _, dept := range y.Depts {
			for _, m := range y.Act(w.Name, dept).Mails {
				add(m.At.Truncate(time.Hour).Add(80 * time.Minute))
			}
		}
	}
	for _, o := range y.Outages {
		add(o[1])
	}
	for _, h := range y.Halts {
		add(h.To.Add(time.Minute))
		add(h.To.Add(10 * time.Minute))
	}
	var out []time.Time
	for t := range set {
		if !y.Down(t) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// Down reports whether duban is down at t.
func (y *Year) Down(t time.Time) bool {
	return slices.ContainsFunc(y.Outages, func(o [2]time.Time) bool { return !t.Before(o[0]) && t.Before(o[1]) })
}
