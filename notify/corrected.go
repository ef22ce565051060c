package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/notify/report"
	"duban/state"
)

// The one corrected edition (更正版): what accepted changes altered after the leaders' letter
// had left, at its hour, to the same readers, and nothing else. With it the week is final.

// correctedTail is how long after its hour a corrected edition still leaves; later it would
// be older than what the readers do with the figures.
const correctedTail = 15 * time.Hour

// maxCorrected is how many projects a corrected edition spells out; the workbook has all.
const maxCorrected = 40

// corrected lists the corrected edition of a week whose leaders' letter left before its
// hour. Whether anything changed is found out when it is written. A schedule that puts its
// hour before the letter's has none.
func (f facts) corrected(w *weekFacts) []job {
	week := w.deadline.Week
	at := f.schedule.CorrectedAt(week)
	first, again := leadersEdition(week, 0).Key(), leadersEdition(week, correctedRound).Key()
	left := slices.ContainsFunc(w.letters, func(l state.Letter) bool { return l.Key == first && l.QueuedAt.Before(at) })
	if w.hold.Held || f.now.Before(at) || !f.now.Before(at.Add(correctedTail)) || !left || w.has(again) {
		return nil
	}
	asOf := f.now
	if f.sweep.Before(at) {
		if f.now.Before(at.Add(summaryAnyway)) {
			return nil // a mail received before the hour may still be unread
		}
		asOf = f.sweep
	}
	return []job{{topic: state.TopicSummary, week: w, round: correctedRound, asOf: asOf}}
}

// correctedRound is the number of the corrected edition in its key; there is no third.
const correctedRound = 2

func leadersEdition(w state.Week, round int) state.Occasion {
	return state.Occasion{Topic: state.TopicSummary, Week: w, Target: "leaders", Round: round}
}

// Correction is what the corrected edition follows from: the week as the leaders were told,
// and as it is.
type Correction struct {
	Told, Digest state.Digest
	Depts        map[string]*state.DeptWeek
	Past         []*state.Digest // earlier weeks' digests, the week before first
	Sent         time.Time       // when the leaders' letter was queued
	Now          time.Time
}

// correctedPage is the data of corrected.*.tmpl. Sums are 亿元, a project's figures 万元.
type correctedPage struct {
	Frame    frame
	Reader   string // "leaders", "own", "body" or "dept": whose edition is corrected
	To       string // who is spoken to; "" where the letter goes to many
	Totals   bool   // the district's totals are told
	RankWas  string // of a department; "" where it has none
	Rank     string
	AsOf     string
	Sent     string // when the letter left that this one corrects
	Until    string // changes accepted up to here are in it
	Count    string // projects whose figures changed; "" for none
	Figures  []figureChange
	More     string // those not shown
	Lights   []lightChange
	Reported []string // departments whose figures are in now and were not
	YTDWas   string
	YTD      string
	WeekWas  string
	Week     string
	RedWas   string
	Red      string
	YellWas  string
	Yellow   string
	Files    []string
	Body     bodyChange // of a body's edition; empty in every other
}

// figureChange is one project whose figures changed.
type figureChange struct {
	Name, DeptName             string
	WeekWas, Week, YTDWas, YTD string
	WasCarried                 bool // it had no report of the week before
}

// lightChange is one project whose light changed.
type lightChange struct{ Name, DeptName, Was, Is, Why string }

// Corrected writes the corrected edition. ok is false when nothing the readers were told
// changed: then there is none.
func (c *Composer) Corrected(e Correction) (d Draft, ok bool, err error) {
	d = c.letter(leadersEdition(e.Digest.Period, correctedRound), c.readers(e.Digest.Period), e.Now)
	r, err := c.compared(e.Told, Edition{Digest: e.Digest, Depts: e.Depts, Past: e.Past, Now: e.Now})
	if err != nil {
		return Draft{}, false, err
	}
	p := c.correctedPage(d, "", r, e.Sent)
	p.Reader, p.Totals = "leaders", true
	p.differences(r, func(report.Project) bool { return true })
	p.Reported = newlyIn(r.was, r.is)
	if len(p.Figures)+len(p.Lights)+len(p.Reported) == 0 {
		return Draft{}, false, nil
	}
	p.bounded()
	if c.Workbook != nil {
		data, err := c.Workbook(r.is, c.Pages.Say)
		if err != nil {
			return Draft{}, false, fmt.Errorf("write %s: draw the workbook: %w", d.Key, err)
		}
		name := fmt.Sprintf("重大项目周报汇总_%s_更正版.xlsx", r.is.Week)
		d.Files = []File{{Name: name, Type: typeXLSX, Data: data}}
		p.Files = []string{name}
	}
	d, err = c.render(d, "corrected", p)
	return d, err == nil, err
}

// correctedPage is what every corrected edition has; target names it in the subject.
func (c *Composer) correctedPage(d Draft, target string, r revision, sent time.Time) correctedPage {
	was, is := r.was, r.is
	return correctedPage{
		Frame: c.frame(d, target), AsOf: c.onDay(is.AsOf), Sent: c.at(sent), Until: c.at(r.now),
		YTDWas: was.Overall.YTD.Yi(), YTD: is.Overall.YTD.Yi(), WeekWas: was.Overall.Week.Yi(), Week: is.Overall.Week.Yi(),
		RedWas: fmt.Sprint(was.Counts[state.Red]), Red: fmt.Sprint(is.Counts[state.Red]),
		YellWas: fmt.Sprint(was.Counts[state.Yellow]), Yellow: fmt.Sprint(is.Counts[state.Yellow]),
	}
}

// bounded keeps the letter short; the workbook of the leaders' edition has all.
func (p *correctedPage) bounded() {
	p.Count = count(len(p.Figures))
	if n := len(p.Figures); n > maxCorrected {
		p.Figures, p.More = p.Figures[:maxCorrected], count(n-maxCorrected)
	}
}

// newlyIn lists the departments without a figure in the one summary that have some in the
// other.
func newlyIn(was, is report.Summary) []string {
	var out []string
	for _, w := range was.NotInSummary {
		if !slices.ContainsFunc(is.NotInSummary, func(now report.Who) bool { return now.ID == w.ID }) {
			out = append(out, w.Name)
		}
	}
	return out
}

// differences lists the projects to be told whose figures or light are not as they were.
func (p *correctedPage) differences(r revision, tell func(report.Project) bool) {
	before := map[string]report.Project{}
	for _, old := range r.was.Projects {
		before[old.ID] = old
	}
	for _, now := range r.is.Projects {
		if !tell(now) {
			continue
		}
		old, there := before[now.ID]
		if !there || old.Week != now.Week || old.YTD != now.YTD || old.Stale != now.Stale {
			p.Figures = append(p.Figures, figureChange{
				Name: now.Name, DeptName: now.DeptName, WasCarried: old.Stale,
				WeekWas: wan(old.Week), Week: wan(now.Week), YTDWas: wan(old.YTD), YTD: wan(now.YTD),
			})
		}
		if there && old.Shown != now.Shown {
			p.Lights = append(p.Lights, lightChange{now.Name, now.DeptName, string(old.Shown), string(now.Shown), cut(now.Light.Why, quoteText)})
		}
	}
}

// writeCorrected compares the week with what the leaders were told. The corrected digest
// lands with the letter, so the next week counts from what the readers last saw; when
// nothing changed neither is written.
func (p *Planner) writeCorrected(ctx context.Context, f facts, j job, known state.Facts, past []*state.Digest) (intent, error) {
	week := j.week.deadline.Week
	now, err := p.Composer.Digest(known)
	if err != nil {
		return intent{}, err
	}
	e := Correction{Digest: now, Depts: known.Depts, Past: past, Now: j.asOf}
	err = p.Store.View(ctx, func(r *state.Records) error {
		told, err := r.Digest(week)
		if err != nil {
			return err
		}
		first, err := r.Letter(leadersEdition(week, 0).Key())
		if err != nil {
			return err
		}
		if told == nil || first == nil {
			return fmt.Errorf("the leaders' letter of %s is not in the store", week)
		}
		e.Told, e.Sent = *told, first.QueuedAt
		return nil
	})
	if err != nil {
		return intent{}, err
	}
	draft, changed, err := p.Composer.Corrected(e)
	if err != nil || !changed {
		return intent{}, err
	}
	return p.ready(draft, f.now, func(r *state.Records) error {
		if err := r.PutTold(e.Told); err != nil {
			return err
		}
		return freeze(known, e.Digest)(r)
	})
}
