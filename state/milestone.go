package state

import (
	"slices"
	"time"
)

// DueMilestone is a milestone (article 6 of the scheme) that is near or past its planned day.
type DueMilestone struct {
	Project string `json:"project_id"`
	Name    string `json:"project_name"`
	Dept    string `json:"dept"`
	Seq     int    `json:"seq"`
	What    string `json:"milestone"`
	Plan    string `json:"plan_date"` // ISO day, as the registry has it
	Days    int    `json:"days"`      // from asOf to the planned day; negative when it is overdue
	Moved   int    `json:"moved"`     // how often reports gave it another day than before
	Said    string `json:"reported"`  // the day the last report gives for it; "" when none or the registry's own
}

// Overdue reports whether the planned day is past.
func (m DueMilestone) Overdue() bool { return m.Days < 0 }

// MilestoneView is how many days ahead a milestone is shown as due.
const MilestoneView = 14

// MilestonesDue lists the milestones not reached whose planned day is within so many days
// after asOf, or past it: the longest overdue first, then the nearest; projects in the
// roster's order. The planned day is the registry's; what reports say of it stands beside
// it, because only the office moves a milestone. moves is what reports said (Records.Moves);
// nil when nobody asks.
func MilestonesDue(projects []Project, moves map[string]Move, asOf time.Time, within int) []DueMilestone {
	out := []DueMilestone{}
	for i := range projects {
		p := &projects[i]
		if !p.Active(asOf) {
			continue
		}
		for _, m := range p.Milestones {
			left := days(asOf, m.Plan)
			reached := !m.Actual.IsZero() && !m.Actual.After(asOf)
			if reached || left > within {
				continue
			}
			d := DueMilestone{Project: p.ID, Name: p.Name, Dept: p.Dept, Seq: m.Seq, What: m.Name, Plan: m.Plan.Format(isoDay), Days: left}
			if move, there := moves[p.ID+"/"+m.Name]; there {
				d.Moved = move.Count
				if move.Day != d.Plan {
					d.Said = move.Day
				}
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b DueMilestone) int { return a.Days - b.Days })
	return out
}

// Move is what reports said of a milestone's day.
type Move struct {
	Project string
	Name    string
	Day     string // ISO, as the last report that gives one has it
	Count   int    // how often a report gave another day than the one before
	Week    Week   // of the last report that changed it
	Was     string // the day before that change
}

// milestoneColumns are the form's columns that give a milestone's planned day.
var milestoneColumns = map[string]string{milestoneStart: "planned_start", "竣工": "planned_finish"}

// Moves carries what reports said of the milestones' days through a week. A day told for the
// first time moves nothing but against the registry's. Computing a week again counts nothing twice.
func (f Facts) Moves(known map[string]Move) []Move {
	var out []Move
	for i := range f.Roster.Projects {
		p := &f.Roster.Projects[i]
		row := f.Depts[p.Dept].Row(p.ID)
		if row == nil {
			continue
		}
		for _, m := range p.Milestones {
			day := row.text(milestoneColumns[m.Name])
			if _, err := time.Parse(isoDay, day); err != nil {
				continue
			}
			move, there := known[p.ID+"/"+m.Name]
			if !there {
				move = Move{Project: p.ID, Name: m.Name, Day: m.Plan.Format(isoDay)}
			}
			if move.Week == f.Week && move.Count > 0 { // computed before
				move.Day, move.Count, move.Week = move.Was, move.Count-1, Week{}
			}
			if day != move.Day {
				move.Was, move.Day, move.Week = move.Day, day, f.Week
				move.Count++
				out = append(out, move)
			} else if there {
				out = append(out, move)
			}
		}
	}
	return out
}
