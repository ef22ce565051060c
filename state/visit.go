package state

import (
	"fmt"
	"slices"
	"time"
)

// columnVisit is the form's column for the day the lead leader was on site (configs/form.yaml).
const columnVisit = "visit_date"

// Visit is a day on site that no weekly report told of: a leader's contact by reply, or the
// office.
type Visit struct {
	Project string    `json:"project_id"`
	Day     string    `json:"day"`            // ISO
	Mail    string    `json:"mail,omitempty"` // "" when the office entered it
	By      string    `json:"by"`             // a mail address, or who of the office
	Why     string    `json:"why,omitempty"`
	At      time.Time `json:"at"`
}

// LeaderVisits is one lead leader's month (article 5 of the scheme): his projects, and when
// he was there as far as the departments reported.
type LeaderVisits struct {
	Leader   string         `json:"leader_id"`
	Name     string         `json:"name"`
	Title    string         `json:"title"`
	Projects []ProjectVisit `json:"projects"`
}

// ProjectVisit is one project of a lead leader in a month.
type ProjectVisit struct {
	Project string   `json:"project_id"`
	Name    string   `json:"name"`
	Dept    string   `json:"dept"`
	Days    []string `json:"days"`   // ISO days of the month he was there, oldest first
	Issues  []Issue  `json:"issues"` // open there
}

// Left lists the projects not visited in the month.
func (l LeaderVisits) Left() []ProjectVisit {
	return slices.DeleteFunc(slices.Clone(l.Projects), func(p ProjectVisit) bool { return len(p.Days) > 0 })
}

// Visited is how many of his projects the leader was at.
func (l LeaderVisits) Visited() int { return len(l.Projects) - len(l.Left()) }

// VisitWeeks lists the weeks whose reports may tell of a visit in the month, as of now: from
// the one in which it begins to the current one, and none a month after it has ended.
func (s *Schedule) VisitWeeks(m Month, now time.Time) []Week {
	var out []Week
	end := s.Current(now)
	if last := s.Current(m.Add(1).Last(s.Zone)); last.Before(end) {
		end = last
	}
	for w := s.Current(m.First(s.Zone)); !end.Before(w); w = s.Next(w) {
		out = append(out, w)
	}
	return out
}

// Visits draws a month's visits from the accepted rows of the weeks given: one entry for
// each leader who leads a project that is on the list on day, in the roster's order. A date
// outside the month does not count, nor one later than the report that names it: that is a
// plan. The same day told in several reports, or by a reply too, is one visit. day is in the
// office's zone, whose midnights part the days.
func (r *Roster) Visits(m Month, weeks []map[string]*DeptWeek, told []Visit, issues []Issue, day time.Time) []LeaderVisits {
	out := []LeaderVisits{}
	for _, leader := range r.Leaders {
		l := LeaderVisits{Leader: leader.ID, Name: leader.Name, Title: leader.Title}
		for i := range r.Projects {
			p := &r.Projects[i]
			if p.LeadLeader != leader.ID || !p.Active(day) {
				continue
			}
			l.Projects = append(l.Projects, ProjectVisit{Project: p.ID, Name: p.Name, Dept: p.Dept, Days: visitDays(p, m, weeks, told, day.Location()), Issues: openIssues(p.ID, issues)})
		}
		if len(l.Projects) > 0 {
			out = append(out, l)
		}
	}
	return out
}

func visitDays(p *Project, m Month, weeks []map[string]*DeptWeek, told []Visit, zone *time.Location) []string {
	days := []string{}
	for _, v := range told {
		if day, err := time.Parse(isoDay, v.Day); err == nil && v.Project == p.ID && m.Holds(day) {
			days = append(days, v.Day)
		}
	}
	for _, depts := range weeks {
		row := depts[p.Dept].Row(p.ID)
		if row == nil {
			continue
		}
		iso := row.text(columnVisit)
		day, err := time.Parse(isoDay, iso)
		if err == nil && m.Holds(day) && iso <= row.Received.In(zone).Format(isoDay) && !slices.Contains(days, iso) {
			days = append(days, iso)
		}
	}
	slices.Sort(days)
	return days
}

func openIssues(project string, all []Issue) []Issue {
	out := []Issue{}
	for _, i := range all {
		if i.Project == project && i.Closed.IsZero() {
			out = append(out, i)
		}
	}
	return out
}

// Visits reads a month's visits as they are known at now.
func (r *Records) Visits(roster *Roster, s *Schedule, m Month, now time.Time) ([]LeaderVisits, error) {
	var weeks []map[string]*DeptWeek
	for _, w := range s.VisitWeeks(m, now) {
		depts, err := r.DeptWeeks(w)
		if err != nil {
			return nil, err
		}
		weeks = append(weeks, depts)
	}
	issues, err := r.OpenIssues()
	if err != nil {
		return nil, err
	}
	told, err := eachOf[Visit](r, prefixVisit)
	if err != nil {
		return nil, err
	}
	day := now.In(s.Zone)
	if last := m.Last(s.Zone); last.Before(day) {
		day = last
	}
	return roster.Visits(m, weeks, told, issues, day), nil
}

// PutVisit records a day on site, with who told it in the audit trail. Told once more it stays
// as it is.
func (r *Records) PutVisit(v Visit) error {
	var old Visit
	key := prefixVisit + v.Project + "/" + v.Day
	if there, err := get(r.tx, key, &old); there || err != nil {
		return err
	}
	r.Note(fmt.Sprintf("visit of %s on %s by %s: %s", v.Project, v.Day, v.By, v.Why))
	return put(r.tx, key, v)
}

// The steps of the reminder to a lead leader's contact (mails, row 24).
const (
	visitDay      = 20 // of the month, or the next working day
	visitWorkdays = 5  // before the month's last day
)

// VisitSteps are when a lead leader's contact is reminded in a month, at the time of day at:
// on the 20th, the next working day when it is off, and five working days before the month's
// end. Steps on the same day are one.
func (s *Schedule) VisitSteps(m Month, at Clock) []time.Time {
	twentieth := m.First(s.Zone).AddDate(0, 0, visitDay-1)
	if !s.Calendar.Workday(twentieth) {
		twentieth = s.Calendar.AddWorkdays(twentieth, 1)
	}
	steps := []time.Time{at.On(twentieth), at.On(s.Calendar.AddWorkdays(m.Last(s.Zone), -visitWorkdays))}
	slices.SortFunc(steps, time.Time.Compare)
	return slices.Compact(steps)
}
