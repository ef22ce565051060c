package state

import (
	"fmt"
	"time"
)

// Summarise draws the figures of a week from its facts. It is pure: the same facts give the
// same digest, whenever it is asked.
//
// A project without a counted row keeps its last accepted year-to-date (沿用): its week is
// zero and it is stale. What a report brings on top of last week plus this week is catch-up
// (追补), so that PrevYTD + Week + CatchUp = YTD holds for every project and every sum.
//
// A project that was finished and closed this year stays in the sums with what it had reached;
// it has no light, is not expected and never stale. One that was withdrawn (撤销) leaves them; one
// that is paused (暂停) is not blamed for standing still.
//
// The year is the week's: it counts from nought, and a registry of another year holds no plan.
func Summarise(f Facts) Digest {
	deadline := f.Schedule.Deadline(f.Week)
	asOf := deadline.AsOf()
	f.Roster = f.Roster.On(asOf)
	d := Digest{
		Period:     f.Week,
		AsOf:       asOf.Format(isoDay),
		Due:        deadline.Due,
		ResubmitBy: f.Schedule.ResubmitBy(deadline.Due),
		SummaryAt:  f.Schedule.SummaryAt(f.Week),
		TimePct:    *rounded(yearGone(f.Week.inYear(asOf)), 1),
		ByClass:    map[Class]Figures{},
		ByDept:     map[string]DeptFigures{},
		Projects:   map[string]ProjectFigures{},
		DeptDetail: map[string]DeptDetail{},
		OtherMail:  append([]OtherMail{}, f.Other...),
		Counts:     map[Colour]int{},
		Lights:     map[string]Light{},
	}
	for _, p := range f.Roster.Projects {
		if p.Active(asOf) || p.Finished(f.Week.inYear(asOf)) {
			d.addProject(f, p, asOf)
		}
	}
	d.Overall.RatePct = d.Overall.rate()
	for c, g := range d.ByClass {
		g.RatePct = g.rate()
		d.ByClass[c] = g
	}
	for id, g := range d.ByDept {
		g.RatePct = g.rate()
		if dept := f.Roster.Dept(id); dept != nil {
			g.Short = dept.Short
		}
		d.ByDept[id] = g
	}
	d.addReporting(f)
	d.Issues = listIssues(Ledger(f), f, asOf)
	return d
}

// addProject adds one project's figures, its light and its share of every sum.
func (d *Digest) addProject(f Facts, p Project, asOf time.Time) {
	base, day := f.Bases[p.ID], f.Week.inYear(asOf)
	prev := base.YTD
	if !base.Week.IsZero() && base.Week.Year < f.Week.Year {
		prev = 0 // the year's sum begins again, also for those who have not reported in it yet
	}
	if f.Prev != nil && f.Prev.Period.Year == f.Week.Year {
		if last, ok := f.Prev.Projects[p.ID]; ok {
			prev = last.YTD // as the leaders were told, whatever was accepted after the freeze
		}
	}
	fig := ProjectFigures{YTD: prev, Source: base.Week, Stale: true}
	if p.Finished(day) {
		fig.Finished, fig.Stale = true, false
	} else if row := f.Roster.RowOf(p, f.Depts); row != nil {
		fig = ProjectFigures{YTD: row.YTD, Week: row.Week, Source: f.Week, CatchUp: row.YTD - prev - row.Week}
		fig.Unverified, fig.Amended = row.Unverified, row.Amended()
	} else if f.Roster.nothingNew(p, f.Depts) {
		fig.Source, fig.Stale = f.Week, false // 无变化 is a report: nothing this week, the sum as before
	}
	plan, planned := p.PlanOf(f.Week.Year)
	p.YearPlan, fig.Unplanned = plan, !planned && p.Class != ClassInvestment // which has no plan in any year
	if pause := f.Exempt.Paused(p.ID); pause != nil && !fig.Finished {
		fig.Paused = fmt.Sprintf("至%d月%d日,%s", pause.Until.Month(), pause.Until.Day(), pause.Reason)
		fig.Stale = false
	}
	fig.Exempt = fig.Stale && (f.Exempt.Has(p.ID) || f.Exempt.Has(p.Dept))
	d.Projects[p.ID] = fig
	d.PrevYTD += prev
	d.Overall.add(p, fig)
	byClass := d.ByClass[p.Class]
	byClass.add(p, fig)
	d.ByClass[p.Class] = byClass
	byDept := d.ByDept[p.Dept]
	byDept.add(p, fig)
	d.ByDept[p.Dept] = byDept

	if fig.Finished || fig.Paused != "" {
		return
	}
	var was Colour
	if f.Prev != nil {
		was = f.Prev.Lights[p.ID].Colour
	}
	light := f.Lamp.Judge(p, fig.YTD, day, was)
	light.Stale = fig.Stale
	d.Counts[light.Colour]++
	if light.Colour == Red || light.Colour == Yellow {
		d.Lights[p.ID] = light
	}
}

// rate is the share of the plan that is done; nil where it is not known for every project.
func (g *Figures) rate() *float64 {
	if g.Unplanned > 0 {
		return nil
	}
	return Percent(g.YTD, g.YearPlan)
}

func (g *Figures) add(p Project, fig ProjectFigures) {
	g.Count++
	if fig.Finished {
		g.Finished++
	}
	if fig.Unplanned {
		g.Unplanned++
	}
	g.Total += p.Total
	g.YearPlan += p.YearPlan
	g.Week += fig.Week
	g.CatchUp += fig.CatchUp
	g.YTD += fig.YTD
}

// addReporting tells who reported how, in the roster's order. A department that does not exist
// on the day owes nothing.
func (d *Digest) addReporting(f Facts) {
	r := Reporting{OnTime: []string{}, Late: []string{}, Unreported: []string{}, Returned: []string{}, ResubmitLate: []string{}, NotInSummary: []string{}}
	day := f.Schedule.Deadline(f.Week).AsOf()
	for _, dept := range f.Roster.Reporting() {
		if !dept.Valid(day) {
			continue
		}
		r.Expected++
		detail := detailOf(f.Depts[dept.ID])
		if detail.Status == statusUnreported && f.excused(dept.ID) {
			detail.Status, detail.State = statusExempt, Exempt
		}
		d.DeptDetail[dept.ID] = detail
		switch detail.Status {
		case statusOnTime:
			r.OnTime = append(r.OnTime, dept.ID)
		case statusLate:
			r.Late = append(r.Late, dept.ID)
		case statusExempt:
			r.Exempt = append(r.Exempt, dept.ID)
		default:
			r.Unreported = append(r.Unreported, dept.ID)
		}
		if detail.State == Unverified {
			r.Unverified = append(r.Unverified, dept.ID)
		}
		if detail.State == NilReturn {
			if r.Unchanged == nil {
				r.Unchanged = map[string]int{}
			}
			r.Unchanged[dept.ID] = max(1, f.Depts[dept.ID].Unchanged)
		}
		if detail.Returned {
			r.Returned = append(r.Returned, dept.ID)
		}
		if detail.ResubmitOnTime != nil && !*detail.ResubmitOnTime {
			r.ResubmitLate = append(r.ResubmitLate, dept.ID)
		}
		if dw := f.Depts[dept.ID]; dw == nil || len(dw.Rows) == 0 {
			r.NotInSummary = append(r.NotInSummary, dept.ID)
		}
	}
	d.Reporting = r
}

// The ways a department met its deadline.
const (
	statusOnTime     = "on_time"
	statusLate       = "late"
	statusUnreported = "unreported"
	statusExempt     = "exempt" // nothing was due
)

// excused reports whether nothing is due from a department: it is exempt, or each of its
// projects is.
func (f Facts) excused(dept string) bool {
	return f.Exempt.Excuses(f.Roster.ProjectsOf(dept, f.Schedule.Deadline(f.Week).AsOf()), dept)
}

func detailOf(w *DeptWeek) DeptDetail {
	d := DeptDetail{Status: statusUnreported, State: Missing, Submissions: []Submission{}}
	if w == nil || len(w.Tries) == 0 {
		if w != nil {
			d.State = w.State
		}
		return d
	}
	d.Status, d.State, d.Returned = statusOnTime, w.State, w.Returned()
	if w.Late {
		d.Status = statusLate
	}
	first := w.First
	d.FirstReceived = &first
	wasReturned := false
	for _, t := range w.Tries {
		d.Submissions = append(d.Submissions, Submission{MessageID: t.MessageID, Received: t.Received, Decision: t.Decision, Findings: append([]Finding{}, t.Findings...)})
		if t.Decision == DecisionAccept {
			at := t.Received
			d.Accepted, d.AcceptedAt = t.MessageID, &at
			if wasReturned && d.ResubmitOnTime == nil {
				onTime := !t.Overdue
				d.ResubmitOnTime = &onTime
			}
		}
		wasReturned = wasReturned || t.Decision == DecisionCorrect
	}
	return d
}

func listIssues(ledger []Issue, f Facts, asOf time.Time) IssueList {
	l := IssueList{New: []string{}, Closed: []string{}, Overdue: []string{}, List: []WeekIssue{}}
	for _, i := range ledger {
		if i.Merged != "" {
			continue // told under the number it goes on under
		}
		w := WeekIssue{Issue: i, Reported: i.Seen == f.Week, Overdue: i.Deadline != "" && i.Deadline < asOf.Format(isoDay)}
		if i.Closed == f.Week {
			w.Overdue = false
			l.Closed = append(l.Closed, i.ID)
			l.Done = append(l.Done, w)
		}
		if !i.Closed.IsZero() {
			continue
		}
		if w.Reported && i.Opened != f.Week {
			l.Moved = append(l.Moved, i.ID)
		}
		l.Open++
		if i.Opened == f.Week {
			l.New = append(l.New, i.ID)
		}
		if w.Overdue {
			l.Overdue = append(l.Overdue, i.ID)
		}
		l.List = append(l.List, w)
	}
	return l
}
