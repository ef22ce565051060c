package state

import (
	"fmt"
	"strconv"
	"time"
)

// crowded is how few working days between two deadlines are too few to go unsaid.
const crowded = 1

// PlanWeek is one week of the year's plan: when what is due, and why it is not the usual day.
type PlanWeek struct {
	Week        Week      `json:"week"`
	Nominal     time.Time `json:"nominal"` // where the deadline would be, had it not moved
	Due         time.Time `json:"deadline"`
	Preview     time.Time `json:"preview"`
	Summary     time.Time `json:"summary"`
	Corrected   time.Time `json:"corrected"`
	Moved       string    `json:"moved,omitempty"`       // why Due is not Nominal, in Chinese
	Override    bool      `json:"override,omitempty"`    // the office decided it
	Skipped     bool      `json:"skipped,omitempty"`     // nothing is due; the times mean nothing
	Provisional bool      `json:"provisional,omitempty"` // rests on a year whose table is not announced
	Attention   string    `json:"attention,omitempty"`   // what the office is asked to decide, in Chinese
}

// YearPlan is when everything of a year is due.
type YearPlan struct {
	Year    int        `json:"year"`
	Missing []int      `json:"provisional_years"` // years it touches that have no announced table
	Weeks   []PlanWeek `json:"weeks"`
}

// Plan computes the plan of the ISO year. Its last week may end in the next year, whose
// table it then needs too.
func (s *Schedule) Plan(year int) YearPlan {
	p := YearPlan{Year: year, Missing: []int{}, Weeks: []PlanWeek{}}
	missing := map[int]bool{}
	for w := (Week{Year: year, No: 1}); w.Year == year; w = w.Add(1) {
		pw := s.planWeek(w)
		for _, t := range []time.Time{pw.Nominal, pw.Due, pw.Summary} {
			if y := t.Year(); s.Calendar.Provisional(y) && !pw.Skipped && !missing[y] {
				missing[y] = true
				p.Missing = append(p.Missing, y)
			}
		}
		p.Weeks = append(p.Weeks, pw)
	}
	return p
}

func (s *Schedule) planWeek(w Week) PlanWeek {
	d := s.Deadline(w)
	_, decided := s.Overrides[w]
	p := PlanWeek{Week: w, Nominal: d.Nominal, Due: d.Due, Moved: d.Moved, Override: decided, Skipped: d.Skipped}
	p.Provisional = s.Calendar.Provisional(d.Nominal.Year()) || s.Calendar.Provisional(d.Due.Year())
	if d.Skipped {
		return p
	}
	p.Preview, p.Summary, p.Corrected = s.PreviewAt(w), s.SummaryAt(w), s.CorrectedAt(w)
	if n, few := s.Crowded(w); few {
		next := s.Deadline(s.Next(w))
		p.Attention = fmt.Sprintf("截止移到%d月%d日后,离第%d周的截止(%d月%d日)只有%d个工作日,请定是否合并或另定时间",
			d.Due.Month(), d.Due.Day(), next.Week.No, next.Due.Month(), next.Due.Day(), n)
	}
	return p
}

// Crowded counts the working days between a week's deadline and the next one, and reports
// whether they are so few that the office is asked: the deadline moved without its decision
// and leaves at most one.
func (s *Schedule) Crowded(w Week) (workdays int, ask bool) {
	d := s.Deadline(w)
	if d.Skipped {
		return 0, false
	}
	_, decided := s.Overrides[w]
	n := s.Calendar.Workdays(d.Due, s.Deadline(s.Next(w)).Due)
	return n, !decided && !d.Due.Equal(d.Nominal) && n <= crowded
}

// Next is the first week after w that is not skipped.
func (s *Schedule) Next(w Week) Week {
	for w = w.Add(1); s.Deadline(w).Skipped; {
		w = w.Add(1)
	}
	return w
}

// ToldPlan is a year's plan as the office was last told, and how often it was told.
type ToldPlan struct {
	YearPlan
	Round int
}

// ToldPlan is what the office knows of a year's plan; nil before it was told.
func (r *Records) ToldPlan(year int) (*ToldPlan, error) {
	var t ToldPlan
	found, err := get(r.tx, prefixPlan+strconv.Itoa(year), &t)
	if !found {
		return nil, err
	}
	return &t, err
}

// PutToldPlan records what the office was told.
func (r *Records) PutToldPlan(t ToldPlan) error {
	return put(r.tx, prefixPlan+strconv.Itoa(t.Year), t)
}

// Changed lists the weeks of p that differ from before and whose deadline, by either plan, is
// still to come at now. Weeks that are over change nothing for anybody.
func (p YearPlan) Changed(before YearPlan, now time.Time) []PlanWeek {
	old := map[Week]PlanWeek{}
	for _, w := range before.Weeks {
		old[w.Week] = w
	}
	var out []PlanWeek
	for _, w := range p.Weeks {
		if was := old[w.Week]; !w.same(was) && (w.last().After(now) || was.last().After(now)) {
			out = append(out, w)
		}
	}
	return out
}

// same reports whether nothing of the week is due at another time or for another reason.
func (p PlanWeek) same(q PlanWeek) bool {
	return p.Due.Equal(q.Due) && p.Preview.Equal(q.Preview) && p.Summary.Equal(q.Summary) && p.Corrected.Equal(q.Corrected) &&
		p.Skipped == q.Skipped && p.Moved == q.Moved && p.Attention == q.Attention && p.Provisional == q.Provisional
}

// last is the last instant of the week's plan; the deadline of a skipped week.
func (p PlanWeek) last() time.Time {
	if p.Corrected.After(p.Due) {
		return p.Corrected
	}
	return p.Due
}
