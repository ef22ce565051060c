package notify

import (
	"fmt"

	"duban/notify/report"
)

// What a corrected edition changes of the formal edition (四大班子报告). It tells sums of a
// period and of whom they speak, in smaller units than the totals: a change that rounds away in
// 亿元 is one of 万元 in the line of its class.

// bodyChange is what a body was told otherwise. Sums are 亿元, a class's 本期完成 万元.
type bodyChange struct {
	DoneWas, Done       string        // 本期完成
	Classes             []classChange // those with another figure
	CountedWas, Counted string        // departments whose figures are of this week
	StaleWas, Stale     string        // projects on carried-over figures
}

// classChange is a class with another figure. A rate is "" where there is none.
type classChange struct{ Name, DoneWas, Done, YTDWas, YTD, RateWas, Rate string }

// bodyChanges compares what two summaries of a week tell a body. any is false where they tell
// the same.
func bodyChanges(r revision, to reading) (c bodyChange, any bool) {
	was, is := periodOf(r.was, r.past, to.weeks), periodOf(r.is, r.past, to.weeks)
	counted := func(s report.Summary) string { return fmt.Sprint(s.Expected - len(s.NotInSummary)) }
	c = bodyChange{
		DoneWas: was.Done, Done: is.Done, CountedWas: counted(r.was), Counted: counted(r.is),
		StaleWas: fmt.Sprint(len(r.was.Stale)), Stale: fmt.Sprint(len(r.is.Stale)),
	}
	for i, now := range is.Classes[:len(is.Classes)-1] { // the last is their sum
		if old := was.Classes[i]; old.Week != now.Week || old.YTD != now.YTD || old.Rate != now.Rate {
			c.Classes = append(c.Classes, classChange{now.Name, old.Week, now.Week, old.YTD, now.YTD, old.Rate, now.Rate})
		}
	}
	return c, len(c.Classes) > 0 || c.DoneWas != c.Done || c.CountedWas != c.Counted || c.StaleWas != c.Stale
}
