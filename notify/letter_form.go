package notify

import (
	"errors"

	"duban/notify/report"
	"duban/state"
)

// formPage is the data of form.*.tmpl.
type formPage struct {
	Frame    frame
	To       addressed
	Due      string // with its year
	DueShort string
	Moved    string // why the deadline is not the usual one
	Count    string
	Projects []projectLine
	File     string // the form's name; "" when there is none to send
	Open     []openIssue
	Opened   string // how many issues are open; "" for none
	OpenMore string // those not listed
}

// openIssue is a problem a department reported and that is not closed yet.
type openIssue struct {
	Name, ID      string
	Text, Request string
	Units, By     string
}

// maxOpen is how many open issues the notice lists; the form has them all.
const maxOpen = 12

// Offer sends a department the week's form, filled in as far as the office knows.
func (c *Composer) Offer(b report.Blank) (Draft, error) {
	o := state.Occasion{Topic: state.TopicForm, Week: b.Week, Target: b.Dept.ID}
	d := c.letter(o, c.toDept(b.Dept.ID, nil), b.Made)
	d.Dept = b.Dept.ID
	d.NotBefore = c.quiet(b.Made)

	due := c.Schedule.Deadline(b.Week)
	p := formPage{
		Frame: c.frame(d, b.Dept.ID), To: c.addressed(b.Dept.ID),
		Due: c.fullAt(due.Due), DueShort: c.at(due.Due), Moved: due.Moved, Count: count(len(b.Projects)),
	}
	for _, project := range b.Projects {
		p.Projects = append(p.Projects, projectLine{project.ID, project.Name})
	}
	p.Open = openIssues(b)
	p.Opened = count(len(p.Open))
	if n := len(p.Open); n > maxOpen {
		p.Open, p.OpenMore = p.Open[:maxOpen], count(n-maxOpen)
	}
	if c.Blank != nil {
		switch data, err := c.Blank(b); {
		case errors.Is(err, report.ErrNoProjects): // no sheet of the form is for its classes
		case err != nil:
			return Draft{}, err
		default:
			p.File = b.File()
			d.Files = []File{{Name: p.File, Type: typeXLSX, Data: data}}
		}
	}
	return c.render(d, "form", p)
}

func openIssues(b report.Blank) []openIssue {
	var out []openIssue
	for _, p := range b.Projects {
		if v := b.Open(p); v != nil {
			out = append(out, openIssue{
				Name: p.Name, ID: p.ID, Text: cut(v["problems"].Text, quoteText), Request: cut(v["coordination_request"].Text, quoteText),
				Units: trim(v["coordination_units"].Text, quoteCell), By: isoDay(v["request_deadline"].Text),
			})
		}
	}
	return out
}
