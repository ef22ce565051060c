package state

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// PermitRule is one kind of permit (手续) and how long it usually takes.
type PermitRule struct {
	Column string // the form's column of its status, "permit_eia"; its acceptance day is Column+"_date"
	Name   string // 环评
	Days   int    // the usual working days; 0 when they are not known: nobody is warned then
	Dept   string // the handling department's id; "" when it is not known
}

// PermitLimits are the kinds of permits and the green channel's limit (article 7 of the
// scheme: usual days cut by one third).
type PermitLimits struct {
	Rules    []PermitRule
	Approved string // by whom and when the usual days were approved, printed with each warning
}

// Limit is the green channel's limit in working days: two thirds of the usual days, rounded
// up, so that nobody is warned early.
func (r PermitRule) Limit() int { return (2*r.Days + 2) / 3 }

// PermitStatus is how far a permit is. Its value is the word the form's list has.
type PermitStatus string

// The statuses of the glossary; "" is not known.
const (
	PermitDone    PermitStatus = "已办结"
	PermitRunning PermitStatus = "办理中"
	PermitIdle    PermitStatus = "未启动"
	PermitNone    PermitStatus = "不涉及"
)

// Permit is one permit of a project as reports tell of it.
type Permit struct {
	Project string       `json:"project_id"`
	Column  string       `json:"permit"`
	Status  PermitStatus `json:"status"`
	// Since is the ISO day the clock starts from: the acceptance a report gives (受理日期), else
	// the receipt of the first report that calls it 办理中, which is never before it.
	Since    string `json:"since"`
	Accepted bool   `json:"accepted_given"` // Since is an acceptance a report gave
	Seen     Week   `json:"seen"`           // the last week a report told of it
}

// permitPrefix begins the id of every column that holds a permit's status.
const permitPrefix = "permit_"

// Permits carries the permits known before a week through it: those its reports change. A
// blank or doubtful cell and a missing report change nothing. Computing a week again gives
// the same.
func (f Facts) Permits(known []Permit) []Permit {
	type name struct{ project, column string }
	before := make(map[name]Permit, len(known))
	for _, p := range known {
		before[name{p.Project, p.Column}] = p
	}
	var out []Permit
	for i := range f.Roster.Projects {
		p := &f.Roster.Projects[i]
		row := f.Depts[p.Dept].Row(p.ID)
		if row == nil {
			continue
		}
		for _, column := range slices.Sorted(maps.Keys(row.Values)) {
			if !strings.HasPrefix(column, permitPrefix) || strings.HasSuffix(column, permitDate) {
				continue
			}
			old := before[name{p.ID, column}]
			old.Project, old.Column = p.ID, column
			if now := old.after(row, f.Week, f.Schedule.Zone); now.Seen == f.Week {
				out = append(out, now)
			}
		}
	}
	return out
}

// permitDate ends the id of the column that holds a permit's acceptance day.
const permitDate = "_date"

// after is the permit as a report of a week tells of it.
func (p Permit) after(row *Counted, w Week, zone *time.Location) Permit {
	status := PermitStatus(row.text(p.Column))
	if w.Before(p.Seen) {
		return p
	}
	switch status {
	case PermitDone, PermitRunning, PermitIdle, PermitNone:
	default:
		return p
	}
	again := p.Seen == w
	if status == PermitRunning && p.Status != PermitRunning && !again {
		p.Since, p.Accepted = "", false // begun, or begun anew
	}
	if status == PermitIdle || status == PermitNone {
		p.Since, p.Accepted = "", false
	}
	p.Status, p.Seen = status, w
	received := row.Received.In(zone).Format(isoDay)
	if day := row.text(p.Column + permitDate); day != "" && day <= received && status != PermitIdle && status != PermitNone {
		if _, err := time.Parse(isoDay, day); err == nil {
			p.Since, p.Accepted = day, true
		}
	}
	if status == PermitRunning && p.Since == "" {
		p.Since = received
	}
	return p
}

// PermitClock is where a running permit stands against its usual days.
type PermitClock struct {
	Gone  int       `json:"workdays_gone"` // since the day after Since
	Limit time.Time `json:"limit"`         // two thirds of the usual days
	Usual time.Time `json:"usual_end"`     // all of them
}

// Clock computes a permit's clock as of now. It starts the day after and ends at the close
// of the last day (article 7). ok is false when the permit does not run, or its usual days
// are not known.
func (p Permit) Clock(rule PermitRule, s *Schedule, now time.Time) (c PermitClock, ok bool) {
	since, err := time.ParseInLocation(isoDay, p.Since, s.Zone)
	if p.Status != PermitRunning || rule.Days == 0 || err != nil {
		return c, false
	}
	c.Gone = max(0, s.Calendar.Workdays(since, now.In(s.Zone)))
	c.Limit = s.At.On(s.Calendar.AddWorkdays(since, rule.Limit()))
	c.Usual = s.At.On(s.Calendar.AddWorkdays(since, rule.Days))
	return c, true
}

// Rule finds the kind of a permit; nil when the office does not list it.
func (l PermitLimits) Rule(column string) *PermitRule {
	return find(l.Rules, func(r PermitRule) bool { return r.Column == column })
}
