package notify

import (
	"fmt"
	"slices"

	"duban/notify/report"
	"duban/state"
)

// maxPut is how many matters the formal edition puts before the bodies.
const maxPut = 8

// formalPage is the data of formal.*.tmpl: a period for a body that is to be informed
// (四大班子). It names what was done and what is asked; who was late, returned or at fault is
// not in it. Sums are 亿元.
type formalPage struct {
	Frame    frame
	Body     string // "区委办公室"
	Year     string
	Period   string // "第37周至第38周"
	AsOf     string
	Count    string
	YTD      string
	YearPlan string
	Rate     string
	TimePct  string
	Gap      string
	Pace     string
	Done     string // in the period
	Classes  []classRow
	Red      string
	Yellow   string
	Green    string
	Asks     []ask
	AskCount string
	AskMore  string
	Issues   string
	Expected string // departments that owe a report
	Counted  string // those whose figures are of this week
	StaleN   string // projects on carried-over figures
	Approved string
}

// ask is one matter put before the bodies.
type ask struct{ No, Name, Leader, Request string }

// Formal is the formal edition for one of the bodies, about the weeks given, as far as they
// have a digest; the last of them is the edition's own.
func (c *Composer) Formal(e Edition, to *state.Recipient, weeks []state.Week) (Draft, error) {
	o := state.Occasion{Topic: state.TopicSummary, Week: e.Digest.Period, Target: to.ID}
	d := c.letter(o, addTo(nil, to.Mail, false), e.Now)
	s, err := c.view(e)
	if err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	all := s.Overall
	p := formalPage{
		Frame: c.frame(d, to.ID), Body: to.Body, Year: fmt.Sprint(s.AsOf.Year()), AsOf: c.onDay(s.AsOf),
		Count: fmt.Sprint(all.Count), YTD: all.YTD.Yi(), YearPlan: all.YearPlan.Yi(), Rate: rate(all.Rate),
		TimePct: rate(&s.TimePct), Gap: points(all.Gap), Pace: pace(all.Gap),
		Red: fmt.Sprint(s.Counts[state.Red]), Yellow: fmt.Sprint(s.Counts[state.Yellow]), Green: fmt.Sprint(s.Counts[state.Green]),
		Issues: count(len(s.Issues)), AskCount: count(len(s.Decisions)), AskMore: count(max(len(s.Decisions)-maxPut, 0)),
		Expected: fmt.Sprint(s.Expected), Counted: fmt.Sprint(s.Expected - len(s.NotInSummary)), StaleN: count(len(s.Stale)), Approved: c.Approved,
	}
	told := periodOf(s, e.Past, weeks)
	p.Period, p.Done, p.Classes = told.Name, told.Done, told.Classes
	for n, i := range s.Decisions[:min(len(s.Decisions), maxPut)] {
		p.Asks = append(p.Asks, ask{No: fmt.Sprint(n + 1), Name: i.Name, Leader: i.Leader, Request: trim(i.Request, 90)})
	}
	return c.render(d, "formal", p)
}

// period is what was done in the weeks a formal edition reports on.
type period struct {
	Name    string // "第37周至第38周"
	Done    string // 亿元
	Classes []classRow
}

// periodOf adds up the weeks given, as far as they have a digest. past holds the digests before
// the summary's own, the one before first.
func periodOf(s report.Summary, past []*state.Digest, weeks []state.Week) period {
	first, done := s.Week, s.Overall.Week
	classes := map[string]state.Fen{}
	for _, l := range s.Classes {
		classes[l.Name] = l.Week
	}
	for _, old := range past {
		if old == nil || !slices.Contains(weeks, old.Period) {
			break
		}
		first, done = old.Period, done+old.Overall.Week
		for c, f := range old.ByClass {
			classes[string(c)] += f.Week
		}
	}
	p := period{span(first, s.Week), done.Yi(), classTable(s)}
	for i, l := range s.Classes {
		p.Classes[i].Week = wan(classes[l.Name])
	}
	p.Classes[len(p.Classes)-1].Week = wan(done)
	return p
}

// span names a run of weeks: "第37周至第38周", "第38周".
func span(first, last state.Week) string {
	if first == last {
		return last.Spoken()
	}
	return first.Spoken() + "至" + last.Spoken()
}
