package state

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Projects join the list while the year runs (新增). The office writes them into the registry,
// or a department reports one and the office agrees: then a Change carries what is known of it,
// until the registry says it too.

// Entry is what is known of a project that joins the list, in the words of the registry.
type Entry struct {
	Name               string
	Class              Class
	Dept               string // responsible department id
	LeadLeader         string // leader id; "" when the report named none the registry knows
	Total, YearPlan    Fen
	CumBefore          Fen // 截至上年底累计完成
	OpeningYTD         Fen // done this year by OpeningWeek, before its first week on the list
	OpeningWeek        Week
	Year               int    // of YearPlan
	PlanStart, PlanEnd string // "2026-09"; "" when the report gave none
}

// Addition is the body of a proposal to take a project into the list.
type Addition struct {
	ID    string // the number it is to have
	Entry Entry
	Week  Week   // of the report
	Mail  string // its id
}

// EntryOf is what a department's row says of a project nobody registered yet. Figures in doubt
// are nought: the office fills in what is missing.
func (r *Roster) EntryOf(row Row, dept string, week Week) Entry {
	e := Entry{Name: strings.TrimSpace(row.Text("project_name")), Class: row.Class, Dept: dept, Year: week.Year}
	e.Total, _ = row.Money("total_invest")
	e.YearPlan, _ = row.Money("year_plan")
	ytd, sure := row.Money("ytd_invest")
	if cum, known := row.Money("cum_invest"); known && sure && cum > ytd {
		e.CumBefore = cum - ytd
	}
	if this, known := row.Money("week_invest"); known && sure && ytd > this {
		e.OpeningYTD = ytd - this
	}
	for _, l := range r.Leaders {
		if l.Name != "" && strings.HasSuffix(row.Text("lead_leader"), l.Name) { // 副区长卓拟行
			e.LeadLeader = l.ID
		}
	}
	e.PlanStart, e.PlanEnd = month(row.Text("planned_start")), month(row.Text("planned_finish"))
	return e
}

// month is the month of a day, as the registry writes it; "" for none.
func month(day string) string {
	if len(day) < len("2026-09") {
		return ""
	}
	return day[:len("2026-09")]
}

// project is the project as it stands on the list from a day on.
func (e Entry) project(id string, from string) Project {
	p := Project{
		ID: id, Name: e.Name, Class: e.Class, Dept: e.Dept, LeadLeader: e.LeadLeader, Total: e.Total, YearPlan: e.YearPlan, CumBefore: e.CumBefore,
		OpeningYTD: e.OpeningYTD, OpeningWeek: e.OpeningWeek, Year: e.Year, PlanStart: e.PlanStart, PlanEnd: e.PlanEnd,
	}
	p.register(ChangeBegin, from)
	return p
}

// numbered is how a registry numbers its projects: LC2026-060.
var numbered = regexp.MustCompile(`^(.*?)(\d{1,6})$`)

// NextID is the number that follows the last of the registry's, written like it, or begins a
// series of its own (XZ-01) where the registry has no numbers; taken are promised already.
func (r *Roster) NextID(taken ...string) string {
	shape, last, highest := []string{"", "XZ-", "00"}, r.last(), 0
	if n := len(last.Projects); n > 0 {
		if found := numbered.FindStringSubmatch(last.Projects[n-1].ID); found != nil {
			shape = found
		}
	}
	for _, p := range last.Projects {
		taken = append(taken, p.ID)
	}
	for _, id := range taken {
		if digits, ours := strings.CutPrefix(id, shape[1]); ours && len(digits) == len(shape[2]) {
			if n, err := strconv.Atoi(digits); err == nil {
				highest = max(highest, n)
			}
		}
	}
	return fmt.Sprintf("%s%0*d", shape[1], len(shape[2]), highest+1)
}

// With is the roster with one more change, for whoever must know what would follow from it.
func (r *Roster) With(c Change) *Roster {
	out := r.copied()
	var changes []Change
	if e := r.editions.Load(); e != nil {
		changes = slices.Clone(e.changes)
	}
	at := slices.IndexFunc(changes, func(old Change) bool { return c.From.Before(old.From) })
	if at < 0 {
		at = len(changes)
	}
	out.Amend(slices.Insert(changes, at, c))
	return out
}

// Joined lists the changes by which projects joined the list, as the office agreed.
func (r *Records) Joined() ([]Change, error) {
	all, err := r.Changes()
	return slices.DeleteFunc(all, func(c Change) bool { return c.Field != ChangeJoin }), err
}

// Join is the change by which a project joins the list with the week from.
func (s *Schedule) Join(a Addition, from Week, by, proposal string, now time.Time) Change {
	return Change{Project: a.ID, Field: ChangeJoin, New: s.FirstDay(from).Format(isoDay), Entry: a.Entry, From: from, Proposal: proposal, By: by, At: now}
}

// joined is the loaded roster with the projects that joined by its first n changes. One that
// the office has written into the registry since is as it stands there, from the day on which
// it joined.
func (e *editions) joined(n int) *Roster {
	out := e.loaded
	for i, c := range e.changes {
		p := e.loaded.Project(c.Project)
		written := p != nil || e.loaded.titled(c.Entry.Name)
		since := p != nil && p.ActiveFrom.IsZero()
		if c.Field != ChangeJoin || written && !since || !written && i >= n {
			continue
		}
		if out == e.loaded {
			out = out.copied()
			out.editions.Store(e)
		}
		if since {
			out.Project(c.Project).register(ChangeBegin, c.New)
			continue
		}
		out.Projects = append(out.Projects, c.Entry.project(c.Project, c.New))
	}
	return out
}

// titled reports whether a project bears the name.
func (r *Roster) titled(name string) bool {
	return slices.ContainsFunc(r.Projects, func(p Project) bool { return name != "" && p.Name == name })
}
