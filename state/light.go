package state

import (
	"math/big"
	"strconv"
	"time"
)

// Colour is a light, always written as its word.
type Colour string

// The colours. Grey (未报) is how a page shows a project without a report that would
// otherwise be green; None is for classes that are not lit.
const (
	Red    Colour = "红"
	Yellow Colour = "黄"
	Green  Colour = "绿"
	Grey   Colour = "灰"
	None   Colour = "—"
)

// Light is a project's light and the reason for it.
type Light struct {
	Colour   Colour   `json:"light"`
	Why      string   `json:"why"`                    // the reason in Chinese, once it was put into words (Digest.Explain)
	Schedule *float64 `json:"schedule_pct,omitempty"` // what should be done by now, percent, one decimal
	Done     *float64 `json:"done_pct,omitempty"`     // what is done of the year's plan
	Ratio    *float64 `json:"ratio,omitempty"`        // Done/Schedule, three decimals
	Stale    bool     `json:"stale"`                  // judged on carried-over figures
	// Reason is what Why is made of. It is not kept: what was told stays as it was worded then.
	Reason LightReason `json:"-"`
}

// LightCase is what a light follows from; templates/light.txt.tmpl has the words for each.
type LightCase string

// The cases.
const (
	LightClass     LightCase = "class"     // 招商: no light
	LightInTime    LightCase = "in-time"   // no milestone is overdue
	LightOverdue   LightCase = "overdue"   // Milestone is, by Days
	LightUnstarted LightCase = "unstarted" // not begun, Days after the Month of Year it should have
	LightUnplanned LightCase = "unplanned" // the registry holds no plan of Year
	LightPace      LightCase = "pace"      // Done against Schedule
	LightPaused    LightCase = "paused"    // Paused says until when and why
	LightFinished  LightCase = "finished"
)

// LightReason is why a light is as it is. What a case does not name is empty.
type LightReason struct {
	Case        LightCase
	Milestone   string
	Days        int // calendar days overdue
	Year, Month int
	// Done and Schedule are percentages with one decimal, Ratio is the one by the other with two;
	// "" while so little is due that it decides nothing.
	Done, Schedule, Ratio string
	Paused                string
	WasRed                bool // last week was red, so that this one is yellow before it is green
}

// LightRule holds the thresholds of the light rule (亮灯), approved by the office.
type LightRule struct {
	Red         float64       // ratio below: red (0.6)
	Yellow      float64       // ratio below: yellow (0.8)
	MinSchedule float64       // no ratio light while scheduled% is below this (10)
	RedStart    time.Duration // not started this long after the planned start: red (90 days)
	RedOverdue  time.Duration // a 前期 milestone overdue this long: red (30 days)
	Approved    string        // by whom and when, printed with the summary
}

// DefaultLights are the thresholds of the scheme; the office may change them.
func DefaultLights() LightRule {
	const day = 24 * time.Hour
	return LightRule{Red: 0.6, Yellow: 0.8, MinSchedule: 10, RedStart: 90 * day, RedOverdue: 30 * day}
}

// Judge gives a project's light on asOf with ytd done of its year's plan. was is the light
// it had the week before: a project that catches up turns from red to yellow first.
func (rule LightRule) Judge(p Project, ytd Fen, asOf time.Time, was Colour) Light {
	var l Light
	switch p.Class {
	case ClassInvestment:
		return Light{Colour: None, Reason: LightReason{Case: LightClass}}
	case ClassPreliminary:
		l = rule.byMilestones(p, asOf)
	default:
		l = rule.byPace(p, ytd, asOf)
	}
	if was == Red && l.Colour == Green {
		l.Colour, l.Reason.WasRed = Yellow, true
	}
	return l
}

// byMilestones judges a 前期 project by the milestone that is longest overdue.
func (rule LightRule) byMilestones(p Project, asOf time.Time) Light {
	late, name := 0, ""
	for _, m := range p.Milestones {
		reached := !m.Actual.IsZero() && !m.Actual.After(asOf)
		if d := days(m.Plan, asOf); !reached && d > late {
			late, name = d, m.Name
		}
	}
	if late == 0 {
		return Light{Colour: Green, Reason: LightReason{Case: LightInTime}}
	}
	l := Light{Colour: Yellow, Reason: LightReason{Case: LightOverdue, Milestone: name, Days: late}}
	if late > days(asOf, asOf.Add(rule.RedOverdue)) {
		l.Colour = Red
	}
	return l
}

// byPace judges a project under construction: first whether it started at all, then what
// is done of the year's plan against what should be.
func (rule LightRule) byPace(p Project, ytd Fen, asOf time.Time) Light {
	schedule := p.Scheduled(asOf)
	done := ratio(int64(ytd), int64(p.YearPlan))
	done.Mul(done, big.NewRat(100, 1))
	l := Light{Colour: Green, Schedule: rounded(schedule, 1), Done: rounded(done, 1)}
	if start, ok := p.plannedStart(); ok && ytd == 0 && !p.Started(asOf) && days(start, asOf) > 0 {
		late := days(start, asOf)
		l.Colour = Yellow
		if late > days(asOf, asOf.Add(rule.RedStart)) {
			l.Colour = Red
		}
		l.Reason = LightReason{Case: LightUnstarted, Year: start.Year(), Month: int(start.Month()), Days: late}
		return l
	}
	if _, planned := p.PlanOf(asOf.Year()); !planned {
		return Light{Colour: None, Reason: LightReason{Case: LightUnplanned, Year: asOf.Year()}}
	}
	l.Reason = LightReason{Case: LightPace, Done: done.FloatString(1), Schedule: schedule.FloatString(1)}
	if p.YearPlan == 0 || *l.Schedule < rule.MinSchedule {
		return l
	}
	// From the percentages as they are printed, so that a reader with a calculator agrees.
	l.Ratio = rounded(new(big.Rat).Quo(exact(*l.Done), exact(*l.Schedule)), 3)
	l.Reason.Ratio = strconv.FormatFloat(*l.Ratio, 'f', 2, 64)
	switch {
	case *l.Ratio < rule.Red:
		l.Colour = Red
	case *l.Ratio < rule.Yellow:
		l.Colour = Yellow
	}
	return l
}

// Scheduled is how many percent of the year's plan should be done at the end of asOf's day:
// the project's plan curve interpolated by day inside the month, else the days of the year
// gone by.
func (p *Project) Scheduled(asOf time.Time) *big.Rat {
	if len(p.Curve) != 12 {
		return yearGone(asOf)
	}
	at := func(month int) *big.Rat {
		if month == 0 {
			return new(big.Rat)
		}
		pct, ok := new(big.Rat).SetString(p.Curve[month-1])
		if !ok { // the registry is checked when it is loaded
			return new(big.Rat)
		}
		return pct
	}
	m := int(asOf.Month())
	monthDays := time.Date(asOf.Year(), asOf.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	from, to := at(m-1), at(m)
	part := new(big.Rat).Mul(to.Sub(to, from), ratio(int64(asOf.Day()), int64(monthDays)))
	return part.Add(part, from)
}

// yearGone is the part of the year that has passed at the end of asOf's day, in percent.
func yearGone(asOf time.Time) *big.Rat {
	yearDays := time.Date(asOf.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	return ratio(100*int64(asOf.YearDay()), int64(yearDays))
}

// plannedStart is the planned day of the 开工 milestone.
func (p *Project) plannedStart() (time.Time, bool) {
	for _, m := range p.Milestones {
		if m.Name == milestoneStart {
			return m.Plan, true
		}
	}
	return time.Time{}, false
}

// days counts the calendar days from one day to another, negative when to is earlier.
func days(from, to time.Time) int {
	utc := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(utc(to).Sub(utc(from)) / (24 * time.Hour))
}

func ratio(part, whole int64) *big.Rat {
	if whole == 0 {
		return new(big.Rat)
	}
	return big.NewRat(part, whole)
}

// exact is the decimal that f prints as.
func exact(f float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok { // FormatFloat writes nothing else
		return new(big.Rat)
	}
	return r
}

// rounded gives r with so many decimals, half away from zero, as JSON shows it.
func rounded(r *big.Rat, decimals int) *float64 {
	f, err := strconv.ParseFloat(r.FloatString(decimals), 64)
	if err != nil { // FloatString writes nothing else
		return nil
	}
	return &f
}
