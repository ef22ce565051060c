package notify

import (
	"time"

	"duban/state"
)

// expiryPage is the data of expiry.*.tmpl: an exemption ends, for the office.
type expiryPage struct {
	Frame   frame
	ID      string // of the department or project, as the command takes it
	Name    string
	Unit    string // whose project it is; "" for a department
	Contact string
	Last    string // the last day
	Over    bool   // it is past
	Paused  bool   // it is a pause of a project
	Reason  string
	By      string
	Next    string // the first week that is due again
	NextDue string
	Written bool   // it stands in the registry, and is extended there
	Example string // a later day, for the command that extends it
}

// Expiry tells the office that an exemption ends. The draft is empty when the registry knows
// its department or project no more: then nothing falls due again.
func (c *Composer) Expiry(e state.Exemption, now time.Time) (Draft, error) {
	last := e.Until.In(c.Schedule.Zone)
	d := c.letter(expiry(e, c.Schedule.Current(last)), c.toOffice(), now)
	p := expiryPage{
		Frame: c.frame(d, ""), ID: e.Subject, Last: c.onDay(last), Over: last.Format(time.DateOnly) < now.In(c.Schedule.Zone).Format(time.DateOnly),
		Paused: e.Paused, Reason: trim(e.Reason, quoteText), By: trim(e.By, quoteCell), Written: e.By == state.ByRegistry, Example: last.AddDate(0, 1, 0).Format(time.DateOnly),
	}
	dept := c.Roster.Dept(e.Subject)
	if project := c.Roster.Project(e.Subject); project != nil && project.Active(last) {
		p.Name = project.Name
		if dept = c.Roster.Dept(project.Dept); dept != nil {
			p.Unit = c.addressed(dept.ID).Unit
		}
	} else if dept != nil {
		p.Name = c.addressed(dept.ID).Unit
	}
	if dept == nil || !dept.Valid(now) {
		return Draft{}, nil
	}
	p.Contact = dept.Contact
	week := c.Schedule.Current(last)
	for n := 0; n < maxPast && (e.Covers(c.Schedule.Deadline(week)) || c.Schedule.Deadline(week).Skipped); n++ {
		week = c.Schedule.Next(week)
	}
	p.Next, p.NextDue = week.Spoken(), c.at(c.Schedule.Deadline(week).Due)
	return c.render(d, "expiry", p)
}
