package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// yearPlan tells the office when everything of the year is due, and every change of it: of
// the running year as soon as duban knows it, of the next from December on once its holidays
// are announced.
func (p *Planner) yearPlan(ctx context.Context, f facts) error {
	if f.quiet() {
		return nil
	}
	years := []int{f.schedule.Current(f.now).Year}
	if next := f.now.Year() + 1; f.now.Month() == time.December && !f.schedule.Calendar.Provisional(next) {
		years = append(years, next)
	}
	for _, year := range years {
		var told *state.ToldPlan
		err := p.Store.View(ctx, func(r *state.Records) (err error) {
			told, err = r.ToldPlan(year)
			return err
		})
		if err != nil {
			return fmt.Errorf("read what the office knows of the plan of %d: %w", year, err)
		}
		now := state.ToldPlan{YearPlan: f.schedule.Plan(year), Round: 1}
		var changed []state.PlanWeek
		if told != nil {
			now.Round = told.Round + 1
			if changed = now.Changed(told.YearPlan, f.now); len(changed) == 0 {
				continue
			}
		}
		draft, err := p.Composer.YearPlan(now, changed, f.now)
		if err != nil {
			return err
		}
		in, err := p.ready(draft, f.now, func(r *state.Records) error { return r.PutToldPlan(now) })
		if err != nil {
			return err
		}
		if err := p.queue(ctx, []intent{in}, f.now); err != nil {
			return fmt.Errorf("plan of %d: %w", year, err)
		}
	}
	return nil
}

// planPage is the data of calendar.*.tmpl.
type planPage struct {
	Frame   frame
	Year    string
	Count   string // weeks of the year
	Moved   string // how many of the weeks to come are not due on the usual day; "" for none
	Missing string // years without an announced table: "2027年、2028年"
	Asked   []planLine
	Changed []planLine // empty when the plan is told for the first time
	Weeks   []planLine // those still to come
}

// planLine is one week of the plan.
type planLine struct {
	WeekNo, Span, Due, Summary, Corrected, Why string
	Skipped, Odd                               bool
	Guessed                                    bool // rests on days off that are not announced
}

// YearPlan writes the plan of a year, or what changed in it.
func (c *Composer) YearPlan(plan state.ToldPlan, changed []state.PlanWeek, now time.Time) (Draft, error) {
	o := state.Occasion{Topic: state.TopicCalendar, Week: c.Schedule.Current(now), Target: fmt.Sprintf("year-%d", plan.Year), Round: plan.Round}
	d := c.letter(o, c.toOffice(), now)
	p := planPage{Frame: c.frame(d, ""), Year: fmt.Sprint(plan.Year), Count: fmt.Sprint(len(plan.Weeks))}
	var missing []string
	for _, year := range plan.Missing {
		missing = append(missing, fmt.Sprintf("%d年", year))
	}
	p.Missing = strings.Join(missing, "、")
	moved := 0
	for _, w := range plan.Weeks {
		if !w.Due.After(now) && !w.Summary.After(now) {
			continue
		}
		line := c.planLine(w)
		if w.Provisional && line.Why == "" && !slices.Contains(plan.Missing, plan.Year) {
			line.Guessed = true
		}
		p.Weeks = append(p.Weeks, line)
		if line.Odd {
			moved++
		}
		if w.Attention != "" {
			p.Asked = append(p.Asked, line)
		}
	}
	p.Moved = count(moved)
	for _, w := range changed {
		p.Changed = append(p.Changed, c.planLine(w))
	}
	return c.render(d, "calendar", p)
}

func (c *Composer) planLine(w state.PlanWeek) planLine {
	monday := w.Week.Monday(c.Schedule.Zone)
	l := planLine{
		WeekNo: weekNo(w.Week), Span: monday.Format("1.2") + "-" + monday.AddDate(0, 0, 4).Format("1.2"),
		Why: w.Moved, Skipped: w.Skipped, Odd: w.Moved != "",
	}
	if w.Attention != "" {
		l.Why = w.Attention
	}
	if w.Skipped {
		return l
	}
	zone := c.Schedule.Zone
	l.Due, l.Summary = state.DayAndHour(w.Due.In(zone)), state.DayAndHour(w.Summary.In(zone))
	if w.Corrected.After(w.Summary) {
		l.Corrected = state.DayAndHour(w.Corrected.In(zone))
	}
	return l
}
