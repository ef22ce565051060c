package state

import (
	"fmt"
	"strings"
	"time"
)

// DeptScore is a department's month.
type DeptScore struct {
	Dept   string      `json:"dept_id"`
	Short  string      `json:"short"`
	Scored int         `json:"weeks_scored"`
	Points Points      `json:"points"` // the mean of the weeks that count, to the tenth; meaningless when none does
	Weeks  []WeekScore `json:"weeks"`
}

// MonthScore is the month sheet: a draft until the office approves it.
type MonthScore struct {
	Month    Month       `json:"month"`
	Approved string      `json:"approved"` // who approved the rule, and when; "" when nobody is named
	Full     Points      `json:"full"`
	Weeks    []Week      `json:"weeks"`
	Depts    []DeptScore `json:"departments"`
}

// Dept finds a department's month; nil when it is not in the sheet.
func (m *MonthScore) Dept(id string) *DeptScore {
	return find(m.Depts, func(d DeptScore) bool { return d.Dept == id })
}

// add takes a week into the month.
func (d *DeptScore) add(w WeekScore) {
	d.Weeks = append(d.Weeks, w)
	total := 0
	d.Scored = 0
	for _, w := range d.Weeks {
		if w.Scored {
			total += int(w.Points)
			d.Scored++
		}
	}
	if d.Scored > 0 {
		d.Points = Points((2*total + d.Scored) / (2 * d.Scored)) // rounded half up, in the department's favour
	}
}

// Scores draws the sheet of a month from what is stored: its weeks that are frozen, and
// every department that reports, in the roster's order.
func (r *Records) Scores(rule ScoreRule, roster *Roster, s *Schedule, m Month) (MonthScore, error) {
	out := MonthScore{Month: m, Approved: rule.Approved, Full: rule.Full(), Weeks: []Week{}, Depts: []DeptScore{}}
	for _, d := range roster.Reporting() {
		out.Depts = append(out.Depts, DeptScore{Dept: d.ID, Short: d.Short, Weeks: []WeekScore{}})
	}
	for _, w := range s.WeeksOf(m) {
		frozen, err := r.Frozen(w)
		if err != nil {
			return MonthScore{}, err
		}
		if !frozen {
			continue
		}
		out.Weeks = append(out.Weeks, w)
		if err := r.scoreWeek(rule, roster, s, s.Deadline(w), out.Depts); err != nil {
			return MonthScore{}, fmt.Errorf("score %s: %w", w, err)
		}
	}
	return out, nil
}

func (r *Records) scoreWeek(rule ScoreRule, roster *Roster, s *Schedule, d Deadline, into []DeptScore) error {
	f := ScoreFacts{Schedule: s, Deadline: d}
	depts, err := r.Standings(d.Week)
	if err != nil {
		return err
	}
	if f.Exempt, err = r.ExemptIn(d); err != nil {
		return err
	}
	if f.Letters, err = r.LettersOf(d.Week); err != nil {
		return err
	}
	if f.Amended, err = r.Amendments(d.Week); err != nil {
		return err
	}
	next, err := r.LettersOf(s.Next(d.Week)) // an outage is told in the week it is over
	if err != nil {
		return err
	}
	f.Outages = Outages(append(next, f.Letters...), s.Zone)
	for i := range into {
		f.Dept, f.Found = into[i].Dept, depts[into[i].Dept]
		f.Own = roster.ProjectsOf(f.Dept, d.AsOf())
		if dept := roster.Dept(f.Dept); dept.Valid(d.Due) {
			into[i].add(rule.Score(f))
		}
	}
	return nil
}

// outageStamp is how a health letter's key writes when an ailment began (notify/health.go).
const outageStamp = "20060102T1504"

// Outages reads from the letters about duban itself when it could not read the mailbox. One
// whose end was not told lasts.
func Outages(letters []Letter, zone *time.Location) []Outage {
	from := map[string]Outage{}
	for _, l := range letters {
		parts := strings.Split(l.Key, "/")
		if l.Kind != TopicHealth || len(parts) != 4 {
			continue
		}
		kind, stamp, _ := strings.Cut(parts[2], "-")
		begun, err := time.ParseInLocation(outageStamp, stamp, zone)
		if err != nil || kind != "poll" && kind != "login" && kind != "disk" && kind != "clock" {
			continue
		}
		o, known := from[parts[2]]
		if !known {
			o = Outage{From: begun, To: begun.AddDate(1, 0, 0)}
		}
		if l.Round == 2 {
			o.To = l.QueuedAt
		}
		from[parts[2]] = o
	}
	var out []Outage
	for _, o := range from {
		out = append(out, o)
	}
	return out
}
