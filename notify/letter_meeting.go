package notify

import (
	"fmt"
	"strings"
	"time"

	"duban/notify/report"
	"duban/state"
)

// maxAgenda is how many points the letter spells out; the workbook has all.
const maxAgenda = 30

// meetingPage is the data of meeting.*.tmpl.
type meetingPage struct {
	Frame  frame
	Day    string // "9月21日"
	Hour   string // "15:00"
	Of     string // "38": the week whose reports it is drawn from
	AsOf   string
	Known  string // until when reports are in it
	Count  string // points; "" for none
	Items  []agendaRow
	More   string
	Units  string // who is to be invited, each once
	Late   string // points past the day they were to be answered
	New    string
	Issues string // all open issues
	Files  []string
	// Unanswered are the requests handed over whose answer is overdue.
	Unanswered  []lateAnswer
	UnansweredN string
}

// lateAnswer is a request whose departments have not answered in time.
type lateAnswer struct{ No, Name, Units, ReplyBy string }

// agendaRow is one point.
type agendaRow struct {
	No, Topic, Name, Leader, Problem, Ask, DeptName, Attend, Deadline, Weeks, Standing, Colour string
	Overdue                                                                                    bool
}

// Meeting is the material for the joint meeting of a week, beginning at `at`: the agenda from
// the open issues, as a letter and as a workbook to print.
func (c *Composer) Meeting(e Edition, in state.Week, at time.Time) (Draft, error) {
	d := c.letter(meetingPack(in), c.toOffice(), e.Now)
	m := report.Meeting{At: at.In(c.Schedule.Zone)}
	var err error
	if m.Summary, err = c.view(e); err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	m.Items = report.Agenda(m.Summary, c.Roster.Leaders)
	p := meetingPage{
		Frame: c.frame(d, ""), Day: c.onDay(at), Hour: m.At.Format("15:04"), Of: e.Digest.Period.Spoken(), AsOf: c.onDay(m.Summary.AsOf), Known: c.at(e.Now),
		Count: count(len(m.Items)), More: count(max(len(m.Items)-maxAgenda, 0)), Issues: count(len(m.Summary.Issues)),
	}
	late, fresh := 0, 0
	for n, i := range m.Items {
		if i.Overdue {
			late++
		}
		if i.New && m.Summary.HasPrev {
			fresh++
		}
		weeks := fmt.Sprint(i.Weeks)
		if i.New {
			weeks = "" // its standing says that it is new
		}
		if n < maxAgenda {
			p.Items = append(p.Items, agendaRow{
				No: fmt.Sprint(n + 1), Topic: i.Topic, Name: i.Name, Leader: i.Leader, Problem: cut(i.Text, 80), Ask: cut(i.Request, 120), DeptName: i.DeptName,
				Attend: list(i.Attend), Deadline: isoDay(i.Deadline), Weeks: weeks, Standing: i.Standing(m.Summary.HasPrev), Colour: lit(i.Colour), Overdue: i.Overdue,
			})
		}
	}
	for _, o := range e.Overdue[:min(len(e.Overdue), maxAgenda)] {
		p.Unanswered = append(p.Unanswered, lateAnswer{No: o.Issue, Name: c.named([]string{o.Project})[0].Name, Units: c.units(o.Units), ReplyBy: c.at(o.Due)})
	}
	p.UnansweredN = count(len(e.Overdue))
	p.Late, p.New, p.Units = count(late), count(fresh), list(invited(m.Items))
	if c.Pack != nil {
		data, err := c.Pack(m, c.Pages.Say)
		if err != nil {
			return Draft{}, fmt.Errorf("write %s: draw the workbook: %w", d.Key, err)
		}
		name := fmt.Sprintf("联席会议议题清单_%s.xlsx", strings.ReplaceAll(m.At.Format(time.DateOnly), "-", ""))
		d.Files = []File{{Name: name, Type: typeXLSX, Data: data}}
		p.Files = []string{name}
	}
	return c.render(d, "meeting", p)
}

// invited are those who report or should come, each once, in the order of the agenda.
func invited(items []report.Item) []string {
	var out []string
	seen := map[string]bool{}
	for _, i := range items {
		for _, name := range append([]string{i.DeptName}, i.Attend...) {
			if name != "" && !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}
