package notify

import (
	"fmt"
	"slices"
	"time"

	"duban/state"
)

// Visits is what the letters of the visit ledger follow from.
type Visits struct {
	Month   state.Month
	Leaders []state.LeaderVisits // one for a reminder, all for the list
	Begun   time.Time            // when duban began to count
	Now     time.Time
}

// visitPage is the data of visit.*.tmpl.
type visitPage struct {
	Frame     frame
	Leader    string // 柏拟松
	Title     string // 副区长
	Month     string // 9月
	Visited   string // projects he was at; "" for none
	Total     string
	Count     string // of Left
	Left      []visitLine
	Since     string // the day duban began to count, when that is in this month
	Remaining string // working days left in the month; "" for none
	Example   string // a line of a reply: "LC2026-009 9月20日"
}

// visitLine is a project of a lead leader, and what is open there.
type visitLine struct {
	ID, Name, Unit string
	Issues         []string
}

// visitsPage is the data of visits.*.tmpl: counts only.
type visitsPage struct {
	Frame   frame
	Month   string
	Year    string
	Leaders []visitCount
	Visited string // of all projects; "0" too
	Total   string
	Since   string
}

type visitCount struct{ Title, Name, Visited, Total string }

// VisitReminder reminds a lead leader's contact of the projects he has not been at this
// month (mails, row 24).
func (c *Composer) VisitReminder(v Visits, round int) (Draft, error) {
	l := v.Leaders[0]
	to := []state.Delivery{}
	if leader := c.Roster.Leader(l.Leader); leader != nil {
		to = addTo(to, leader.Mail, false)
	}
	d := c.letter(visitReminder(v.Month, l.Leader, round), to, v.Now)
	d.Week, d.NotBefore = c.Schedule.Current(v.Now), c.quiet(v.Now)
	p := c.visitsOf(v, l)
	p.Frame = c.frame(d, l.Leader)
	return c.render(d, "visit", p)
}

// visitsOf is how a lead leader's month stands.
func (c *Composer) visitsOf(v Visits, l state.LeaderVisits) visitPage {
	left := l.Left()
	p := visitPage{
		Leader: l.Name, Title: l.Title, Month: monthName(v.Month), Visited: count(l.Visited()),
		Total: count(len(l.Projects)), Count: count(len(left)), Since: c.since(v),
		Remaining: count(c.Schedule.Calendar.Workdays(v.Now.In(c.Schedule.Zone), v.Month.Last(c.Schedule.Zone))),
	}
	for _, project := range left {
		line := visitLine{ID: project.Project, Name: project.Name, Unit: c.addressed(project.Dept).Unit}
		for _, i := range project.Issues {
			line.Issues = append(line.Issues, trim(i.Text, quoteText))
		}
		p.Left = append(p.Left, line)
	}
	if len(p.Left) > 0 {
		p.Example = p.Left[0].ID + " " + c.onDay(v.Now)
	}
	return p
}

// visitsLeft is the same for his own edition; nil when no visit is left.
func (c *Composer) visitsLeft(v Visits, leader string) *visitPage {
	at := slices.IndexFunc(v.Leaders, func(l state.LeaderVisits) bool { return l.Leader == leader })
	if at < 0 {
		return nil
	}
	p := c.visitsOf(v, v.Leaders[at])
	if len(p.Left) == 0 {
		return nil
	}
	return &p
}

// VisitList gives the office the counts of a month (mails, row 25).
func (c *Composer) VisitList(v Visits) (Draft, error) {
	d := c.letter(visitList(v.Month), c.toOffice(), v.Now)
	d.Week = c.Schedule.Current(v.Now)
	p := visitsPage{Frame: c.frame(d, ""), Month: monthName(v.Month), Year: fmt.Sprint(v.Month.Year), Since: c.since(v)}
	visited, total := 0, 0
	for _, l := range v.Leaders {
		visited, total = visited+l.Visited(), total+len(l.Projects)
		p.Leaders = append(p.Leaders, visitCount{Title: l.Title, Name: l.Name, Visited: fmt.Sprint(l.Visited()), Total: fmt.Sprint(len(l.Projects))})
	}
	p.Visited, p.Total = fmt.Sprint(visited), fmt.Sprint(total)
	return c.render(d, "visits", p)
}

// since is the day duban began to count, when that is inside the month.
func (c *Composer) since(v Visits) string {
	begun := v.Begun.In(c.Schedule.Zone)
	if !v.Month.Holds(begun) || begun.Day() == 1 {
		return ""
	}
	return c.onDay(begun)
}

// monthName is the month as people say it: "9月".
func monthName(m state.Month) string { return fmt.Sprintf("%d月", m.Month) }
