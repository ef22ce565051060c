package notify

import (
	"slices"
	"strconv"
	"time"

	"duban/state"
)

// receiptPage is the data of receipt.*.tmpl.
type receiptPage struct {
	Frame     frame
	To        addressed
	When      string // receipt of the mail
	Written   string // the time it bears, when that is far from it; "" otherwise
	Books     []bookLine
	Unused    []bookLine // attachments that were not used
	Count     string     // projects accepted from this mail
	Own       string     // projects the department reports on
	WeekSum   string     // 万元
	YTDSum    string
	Rows      []receiptRow
	Nil       bool          // 本周无变化
	NilWeeks  string        // for how many weeks in a row; "" for the first
	All       bool          // nothing is lacking any more
	Lack      []projectLine // still to be reported
	LackBy    string        // until when they count this week; "" when that is over
	Corrected bool          // a letter asked for this version
	Changed   []change      // against the version before
	Same      bool          // there was a version before and no figure differs
	Asks      []item        // warnings that were accepted all the same
	Late      bool
	Overdue   bool
	Due       string
	Grace     string // minutes after it that still count as in time
	Next      string // the next week
	NextDue   string
	Parked    []replyLine   // disputed by the department, with the office
	Amended   []amendedLine // what the office changed by hand since its last letter
	Colleague string        // who else of the department reported before; "" for nobody else
	Earlier   string        // and when
	NextMoved string        // why it is not the usual day; "" when it is
	Unlisted  newcomers     // projects of the mail the registry does not hold
}

type bookLine struct {
	Name   string
	Sheets string // 表A、表B
	Rows   string
}

type receiptRow struct{ ID, Name, Week, YTD, Rate string }

// change is one figure that differs from the department's version before.
type change struct{ ID, Name, Title, Unit, Was, Is string }

// Receipt confirms a clean try and reads its totals back.
func (c *Composer) Receipt(a Answer) (Draft, error) {
	d := c.answer(state.TopicReceipt, a.Dept, a.Mail, a.Round, a.Now)

	due := c.Schedule.Deadline(a.Dept.Week)
	p := receiptPage{
		Frame: c.frame(d, a.Dept.Dept), To: c.addressed(a.Dept.Dept), When: c.at(a.Try.Received), Written: c.written(a.Mail),
		Nil: a.Dept.State == state.NilReturn, Lack: c.named(a.Dept.Lack), All: len(a.Dept.Lack)+len(a.Dept.Wait) == 0,
		Late: a.Try.Late && a.Dept.Late, Overdue: a.Try.Overdue, Due: c.at(due.Due), Grace: c.grace(),
		Own: strconv.Itoa(len(c.Roster.ProjectsOf(a.Dept.Dept, due.AsOf()))),
	}
	for _, by := range []time.Time{due.Due, c.Schedule.SummaryAt(a.Dept.Week)} {
		if a.Now.Before(by) {
			p.LackBy = c.at(by)
			break
		}
	}
	if p.Nil && a.Dept.Unchanged > 1 {
		p.NilWeeks = strconv.Itoa(a.Dept.Unchanged)
	}
	p.Books, p.Unused = books(a.Try)
	c.readBack(&p, a)
	p.Asks = c.items(slices.DeleteFunc(told(a.Try.Findings, state.LevelWarning), isMissing), nil, firstTold)
	d.Findings = asked(p.Asks)
	p.Amended, p.Unlisted = c.amended(a.Amended), a.newcomers()
	for _, f := range a.Dept.Parked {
		p.Parked = append(p.Parked, c.replyLine(state.Explanation{Project: f.Project, Column: f.Column, Text: f.Explained}))
	}
	if p.Colleague = c.colleague(&d, a); p.Colleague != "" {
		p.Earlier = c.at(a.Before.Received)
	}
	if a.Before != nil {
		p.Corrected = a.Prior != nil && a.Before.Decision == state.DecisionCorrect
		p.Changed = c.changes(a)
		p.Same = len(p.Changed) == 0 && c.common(a)
	}
	c.nextWeek(&p, a.Dept.Week)
	return c.render(d, "receipt", p)
}

// readBack sums the rows taken from this mail, so that the department sees what counts.
func (c *Composer) readBack(p *receiptPage, a Answer) {
	var week, ytd state.Fen
	roster := c.Roster.Edition(c.Schedule.Deadline(a.Dept.Week).AsOf())
	for _, r := range a.Dept.Rows {
		if r.Mail != a.Try.Mail {
			continue
		}
		row := receiptRow{ID: r.Project, Name: r.Project, Week: wan(r.Week), YTD: wan(r.YTD)}
		if project := roster.Project(r.Project); project != nil {
			row.Name = project.Name
			row.Rate = rate(state.Percent(r.YTD, planOf(project, a.Dept.Week)))
		}
		week, ytd = week+r.Week, ytd+r.YTD
		p.Rows = append(p.Rows, row)
	}
	p.Count = strconv.Itoa(len(p.Rows))
	p.WeekSum, p.YTDSum = wan(week), wan(ytd)
}

// nextWeek tells the next deadline while somebody is reading.
func (c *Composer) nextWeek(p *receiptPage, w state.Week) {
	next := w.Add(1)
	for n := 0; c.Schedule.Deadline(next).Skipped && n < 4; n++ {
		next = next.Add(1)
	}
	due := c.Schedule.Deadline(next)
	p.Next, p.NextDue, p.NextMoved = next.Spoken(), c.at(due.Due), due.Moved
}

// books parts a try's attachments into those read and those not used.
func books(t state.Try) (read, unused []bookLine) {
	for _, b := range t.Books {
		l := bookLine{Name: trim(b.Name, quoteCell), Sheets: list(b.Sheets), Rows: strconv.Itoa(b.Rows)}
		if b.Refused != "" || b.Rows == 0 {
			unused = append(unused, l)
			continue
		}
		read = append(read, l)
	}
	return read, unused
}

// common reports whether two versions speak of a project of the department both.
func (c *Composer) common(a Answer) bool {
	was := rowsByProject(a.Before)
	for project := range rowsByProject(a.Mail) {
		if _, there := was[project]; there && c.owns(a.Dept.Dept, project) {
			return true
		}
	}
	return false
}

// owns tells a department's project from that of another with the same address.
func (c *Composer) owns(dept, project string) bool {
	p := c.Roster.Project(project)
	return p != nil && p.Dept == dept
}

// changes compares the figures of two versions of a department's report, project by project,
// in columns the form knows as figures.
func (c *Composer) changes(a Answer) []change {
	was := rowsByProject(a.Before)
	var out []change
	for _, b := range a.Mail.Books {
		for _, row := range b.Rows() {
			old, there := was[row.Project]
			if !there || !c.owns(a.Dept.Dept, row.Project) {
				continue
			}
			for _, col := range c.Form.Columns {
				if col.Kind == state.KindText || row.Values[col.ID].Cell == "" || old.Values[col.ID].Cell == "" {
					continue
				}
				x, y := seen(old.Values[col.ID]), seen(row.Values[col.ID])
				if x == y || len(out) == maxItems {
					continue
				}
				l := c.named([]string{row.Project})[0]
				out = append(out, change{l.ID, l.Name, col.Title, col.Unit, x, y})
			}
		}
	}
	return out
}

func rowsByProject(m *state.Mail) map[string]state.Row {
	rows := map[string]state.Row{}
	for _, b := range m.Books {
		for _, r := range b.Rows() {
			rows[r.Project] = r
		}
	}
	return rows
}

// seen is how a cell is quoted: its certain value, else as it was typed; "" for a blank one.
func seen(v state.Value) string {
	if v.Sure() {
		return trim(v.Text, quoteCell)
	}
	return trim(v.Raw, quoteCell)
}

// planOf is a project's plan of a week's year; 0 when the registry holds another year's.
func planOf(p *state.Project, w state.Week) state.Fen {
	plan, _ := p.PlanOf(w.Year)
	return plan
}
