package state

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Dept is one department of the registry (departments.csv).
type Dept struct {
	ID, Name, Short, Kind string
	Reports               bool // owes a report every week
	Aliases               []string
	Head                  string // 分管负责人, by name
	HeadMail              string // where the head's copy goes; the backup address when the registry has none
	Contact, Phone        string
	Mail, MailBackup      string
	From, To              time.Time // validity; zero when open
	Successor             string    // id of the department that goes on when this one has ended; see succession.go
}

// Valid reports whether the department exists at t.
func (d *Dept) Valid(t time.Time) bool {
	return (d.From.IsZero() || !t.Before(d.From)) && (d.To.IsZero() || t.Before(d.To))
}

// Leader is one leader, in the order the registry gives (article 3).
type Leader struct {
	ID, Title, Name, Field, Mail string
}

// Recipient is a body that gets the summary (recipients.csv).
type Recipient struct {
	ID, Body, Mail string
	Copy           bool // in copy, not addressed
	Note           string
}

// Milestone is one dated step of a project.
type Milestone struct {
	Seq    int
	Name   string
	Plan   time.Time
	Actual time.Time // zero when not reached
}

// Project is one project of the year's list (projects.csv).
type Project struct {
	ID, Name             string
	Aliases              []string
	Class                Class
	Industry, Level      string
	Park, Town, Owner    string
	Content, YearTarget  string
	Total                Fen // 总投资
	CumBefore            Fen // 截至上年底累计完成
	YearPlan             Fen // 年度计划投资
	Year                 int // the year YearPlan is of and CumBefore comes before; 0 when unknown
	OpeningYTD           Fen // year-to-date accepted before the first week duban kept
	OpeningWeek          Week
	PlanStart, PlanEnd   string // "2024-09", as the registry writes them
	LandNeed, DemoNeed   string
	Dept                 string    // responsible department id
	DeptFrom             time.Time // from when it is, when the registry says so: for a change of hands
	Collab               []string
	Agency, LeadLeader   string // ids
	Milestones           []Milestone
	Curve                []string  // twelve cumulative percentages by month end; empty when none
	ActiveFrom, ActiveTo time.Time // the first day on the list, and the first day no more; zero when open
	Pause                Pause     // as the registry has it; what counts is the Exemption it became
	Withdrawn            bool      // from ActiveTo on it is out of the year's sums too (撤销); else it was finished
}

// PlanOf is the plan of a year, false when the registry holds that of another: last year's file
// in the new year says nothing of what is planned now.
func (p *Project) PlanOf(year int) (Fen, bool) {
	if p.Year != 0 && p.Year != year {
		return 0, false
	}
	return p.YearPlan, true
}

// milestoneStart names the milestone that begins construction.
const milestoneStart = "开工"

// Started reports whether the project's 开工 milestone was reached by day.
func (p *Project) Started(day time.Time) bool {
	for _, m := range p.Milestones {
		if m.Name == milestoneStart {
			return !m.Actual.IsZero() && !m.Actual.After(day)
		}
	}
	return false
}

// Unit is an external unit a request may name (external_units.csv).
type Unit struct{ ID, Name, Matter string }

// Roster is the registry: who reports what to whom. What was loaded never changes; what the
// office agreed to change stands beside it (Amend) and shows in the roster of a day (On).
type Roster struct {
	Depts      []Dept
	Leaders    []Leader
	Recipients []Recipient
	Units      []Unit
	Projects   []Project

	// places is where each project stands in Projects, found out when first asked: a form of
	// sixty rows in a district of thousands asks hundreds of times.
	places atomic.Pointer[places]

	editions atomic.Pointer[editions] // what the office agreed to change; nil for nothing
	drawn    *Roster                  // the edition whose projects this roster has put in other hands; nil for one that is none
	handed   time.Time                // the day whose hands its projects are in; zero as loaded
}

// places is where each project id stands first among the count projects of a roster.
type places struct {
	at    map[string]int
	count int
}

// Dept finds a department by id; nil when there is none.
func (r *Roster) Dept(id string) *Dept {
	return find(r.Depts, func(d Dept) bool { return d.ID == id })
}

// Project finds a project by id; nil when there is none.
func (r *Roster) Project(id string) *Project {
	known := r.places.Load()
	if known == nil || known.count != len(r.Projects) {
		known = &places{make(map[string]int, len(r.Projects)), len(r.Projects)}
		for i := range slices.Backward(r.Projects) {
			known.at[r.Projects[i].ID] = i
		}
		r.places.Store(known)
	}
	if i, there := known.at[id]; there && r.Projects[i].ID == id {
		return &r.Projects[i]
	}
	return nil
}

// Leader finds a leader by id; nil when there is none.
func (r *Roster) Leader(id string) *Leader {
	return find(r.Leaders, func(l Leader) bool { return l.ID == id })
}

// LeaderByMail finds the leader an address belongs to; nil when it is no leader's.
func (r *Roster) LeaderByMail(addr string) *Leader {
	return find(r.Leaders, func(l Leader) bool { return addr != "" && strings.EqualFold(l.Mail, addr) })
}

// ByMail lists the departments a mail address is registered for at t; a shared address
// may stand for several, and the sheet then decides. The address of a department that ended
// stands for its successor for some months.
func (r *Roster) ByMail(addr string, t time.Time) []string {
	var ids []string
	for i := range r.Depts {
		d := &r.Depts[i]
		if addr == "" || !strings.EqualFold(addr, d.Mail) && !strings.EqualFold(addr, d.MailBackup) {
			continue
		}
		if heir := r.Dept(r.standsFor(d, t)); heir != nil && heir.Valid(t) && !slices.Contains(ids, heir.ID) {
			ids = append(ids, heir.ID)
		}
	}
	return ids
}

// Reporting lists the departments that owe a report, in the registry's order.
func (r *Roster) Reporting() []Dept {
	var out []Dept
	for _, d := range r.Depts {
		if d.Reports {
			out = append(out, d)
		}
	}
	return out
}

// ProjectsOf lists a department's projects that are active on day, in the registry's order.
func (r *Roster) ProjectsOf(dept string, day time.Time) []Project {
	r = r.On(day)
	var out []Project
	for i := range r.Projects {
		if p := &r.Projects[i]; p.Dept == dept && p.Active(day) {
			out = append(out, *p)
		}
	}
	return out
}

// Active reports whether the project is on the list on day.
func (p *Project) Active(day time.Time) bool {
	return (p.ActiveFrom.IsZero() || days(p.ActiveFrom, day) >= 0) && (p.ActiveTo.IsZero() || days(p.ActiveTo, day) < 0)
}

// Finished reports whether the project left the list before day in day's year, with its work
// done: nothing is expected of it, and what it did belongs to the year.
func (p *Project) Finished(day time.Time) bool {
	return !p.ActiveTo.IsZero() && !p.Active(day) && !p.Withdrawn && p.ActiveTo.Year() == day.Year() && days(p.ActiveTo, day) >= 0
}

func find[T any](list []T, is func(T) bool) *T {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return nil
	}
	return &list[i]
}

// FindDept finds a department by id, name, short name or alias; nil when none matches or
// the word stands for several.
func (r *Roster) FindDept(word string) *Dept {
	var found *Dept
	for i, d := range r.Depts {
		names := append([]string{d.ID, d.Name, d.Short}, d.Aliases...)
		if !slices.Contains(names, word) && !slices.Contains(names, "区"+word) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &r.Depts[i]
	}
	return found
}
