package notify

import (
	"errors"
	"strings"
	"testing"

	"duban/notify/report"
	"duban/state"
)

// forms are notices with the pre-filled form: with an open issue as the last row put it, with
// more than the notice lists, and with none and a moved deadline.
func forms(t *testing.T, add adder) {
	offer := func(name, dept string, week state.Week, now string, last map[string]state.Value) {
		add("form", name, func(c *Composer) (Draft, error) {
			d := c.Schedule.Deadline(week)
			b := report.Blank{Form: c.Form, Roster: c.Roster, Dept: *c.Roster.Dept(dept), Week: week, Due: d.Due, Made: on(t, now), Projects: c.Roster.ProjectsOf(dept, d.AsOf()), Bases: map[string]state.Base{}}
			for i, p := range b.Projects {
				if i == 0 || name == "many" {
					b.Bases[p.ID] = state.Base{Week: week.Add(-1), Fresh: true, Counted: &state.Counted{Project: p.ID, Values: last}}
				}
			}
			if name == "many" {
				for range maxOpen {
					b.Projects = append(b.Projects, b.Projects[0])
				}
			}
			return c.Offer(b)
		})
	}
	issue := map[string]state.Value{
		"problems": {Text: "K1+900以北32亩、16户未交地,北段仍未进场"}, "coordination_request": {Text: "请文峰街道完成剩余户签约,自规分局完善用地手续"},
		"coordination_units": {Text: "文峰街道、自规分局"}, "request_deadline": {Text: "2026-09-30"},
	}
	offer("open-issue", "D05", week38, "09-17 09:00", issue)
	offer("many", "D05", week38, "09-17 09:00", issue)
	offer("moved", "D04", week38.Add(1), "09-24 09:00", nil)
}

// A department whose projects stand on no sheet of the form gets the notice without one; any
// other fault of the form holds the letter back.
func TestNoticeWithoutAForm(t *testing.T) {
	c := composer(t, pages(t))
	b := report.Blank{Form: c.Form, Roster: c.Roster, Dept: *c.Roster.Dept("D04"), Week: week38, Made: on(t, "09-17 09:00"), Projects: c.Roster.ProjectsOf("D04", on(t, "09-18 00:00"))}
	c.Blank = func(report.Blank) ([]byte, error) { return nil, report.ErrNoProjects }
	d, err := c.Offer(b)
	if err != nil || len(d.Files) != 0 || strings.Contains(d.Text, "附件《") {
		t.Errorf("%v, %d files:\n%s", err, len(d.Files), d.Text)
	}
	c.Blank = func(report.Blank) ([]byte, error) { return nil, errors.New("broken") }
	if _, err := c.Offer(b); err == nil {
		t.Error("a form that cannot be drawn must hold the letter back")
	}
}
