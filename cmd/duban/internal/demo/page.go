package demo

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"duban/state"
)

//go:embed year.html
var yearPage string

// Page writes the year as one page for a browser, with links to the letters' files beside it
// and nothing from elsewhere.
func (a *Account) Page(w io.Writer) error {
	page, err := template.New("year").Funcs(template.FuncMap{
		"deadline": state.DayAndHour, "outage": Outage, "join": func(names []string) string { return strings.Join(names, "、") },
	}).Parse(yearPage)
	if err == nil {
		err = page.Execute(w, struct {
			*Account
			Bars  []bar
			Curve curve
		}{a, a.bars(), a.curve()})
	}
	if err != nil {
		return fmt.Errorf("draw the page of the year: %w", err)
	}
	return nil
}

// The charts are drawn in units of their own, which the browser scales.
const (
	chartWide = 720
	chartHigh = 120
)

// bar is a week's column of the chart: where each part ends above the bottom and how high it is,
// in the chart's units.
type bar struct {
	X, Wide                          float64
	Left                             float64 // X in percent
	OnTime, LateY, Late, MissY, Miss float64
	ExemptY, Exempt                  float64
	Title                            string
	Month                            string // written under the first week of a month; "" under others
}

// bars draws who reported how, week by week.
func (a *Account) bars() []bar {
	most, step, month := 1, chartWide/float64(max(1, len(a.Weeks))), ""
	for _, w := range a.Weeks {
		most = max(most, len(w.OnTime)+len(w.Late)+len(w.Missing)+len(w.Exempt))
	}
	var out []bar
	for i, w := range a.Weeks {
		high := func(names []string) float64 { return chartHigh * float64(len(names)) / float64(most) }
		b := bar{X: step * float64(i), Left: 100 * float64(i) / float64(len(a.Weeks)), Wide: step * 0.8, OnTime: high(w.OnTime), Late: high(w.Late), Miss: high(w.Missing), Exempt: high(w.Exempt)}
		b.LateY = b.OnTime + b.Late
		b.MissY = b.LateY + b.Miss
		b.ExemptY = b.MissY + b.Exempt
		b.Title = fmt.Sprintf("第%d周:", w.Plan.Week.No) + w.Reports()
		if w.Plan.Skipped {
			b.Title = fmt.Sprintf("第%d周:%s", w.Plan.Week.No, w.Plan.Moved)
		}
		if m := w.Plan.Nominal.Format("1月"); m != month {
			b.Month, month = m, m
		}
		out = append(out, b)
	}
	return out
}

// curve is the share of the year's plan that was reached, against the share of the year that
// was gone, as lines through the chart.
type curve struct {
	Done, Gone []string // one line a year: its sum begins again
}

func (a *Account) curve() curve {
	var c curve
	var done, gone strings.Builder
	step, year := chartWide/float64(max(1, len(a.Weeks))), 0
	flush := func() {
		if done.Len() > 0 {
			c.Done, c.Gone = append(c.Done, done.String()), append(c.Gone, gone.String())
		}
		done.Reset()
		gone.Reset()
	}
	for i, w := range a.Weeks {
		if w.Plan.Skipped || w.Figures.RatePct == nil {
			continue
		}
		if w.Plan.Week.Year != year {
			flush()
			year = w.Plan.Week.Year
		}
		x := step * (float64(i) + 0.4)
		fmt.Fprintf(&done, "%.1f,%.1f ", x, chartHigh*(1-*w.Figures.RatePct/100))
		fmt.Fprintf(&gone, "%.1f,%.1f ", x, chartHigh*(1-w.TimePct/100))
	}
	flush()
	return c
}
