package notify

import (
	"fmt"
	"slices"
	"strings"

	"duban/notify/report"
	"duban/state"
)

// trend puts a difference of two weeks into a sign-free amount (亿元) and its direction, by
// what is printed.
func trend(diff state.Fen) (amount, way string) {
	amount = diff.Abs().Yi()
	switch {
	case amount == "0.00":
		return amount, "even"
	case diff > 0:
		return amount, "up"
	}
	return amount, "down"
}

func pace(gap *float64) string {
	switch {
	case gap == nil || *gap == 0:
		return "even"
	case *gap < 0:
		return "behind"
	}
	return "ahead"
}

// dimmer ranks colours from good to bad; what is not lit does not move.
func dimmer(c state.Colour) int {
	switch c {
	case state.Yellow:
		return 1
	case state.Red:
		return 2
	}
	return 0
}

// decide lists what the leaders are asked to settle, the most pressing first.
func (p *summaryPage) decide(s report.Summary) {
	for n, i := range s.Decisions {
		if n == maxDecisions {
			p.AskMore = count(len(s.Decisions) - n)
			break
		}
		p.Decisions = append(p.Decisions, toSettle(i, n+1, s.HasPrev, cut))
	}
	p.AskCount = count(len(s.Decisions))
}

// shorten is how a letter shortens a text: cut where an attachment has the whole, else trim.
type shorten func(text string, limit int) string

// toSettle is an issue as the nth thing to settle; compared says that there is a week before.
func toSettle(i report.Issue, n int, compared bool, short shorten) decision {
	return decision{
		No: fmt.Sprint(n), Name: i.Name, DeptName: i.DeptName, Request: short(i.Request, 90), Text: short(i.Text, 60),
		Units: list(i.Units), Deadline: isoDay(i.Deadline), Overdue: i.Overdue, New: i.New && compared, Colour: lit(i.Colour),
	}
}

// lit is the word of a colour worth printing beside a name: red and yellow.
func lit(c state.Colour) string {
	if c == state.Red || c == state.Yellow {
		return string(c)
	}
	return ""
}

func lamps(s report.Summary, projects []report.Project, limit int, short shorten) (rows []lampRow, more string) {
	if len(projects) > limit {
		projects, more = projects[:limit], count(len(projects)-limit)
	}
	for _, p := range projects {
		r := lampRow{
			Name: p.Name, DeptName: p.DeptName, Leader: p.Leader, Colour: string(p.Light.Colour),
			Why: short(p.Light.Why, quoteText), Cause: short(cause(s, p), 80), Stale: p.Stale,
		}
		if p.Was != "" && p.Was != p.Shown {
			r.Was = string(p.Was)
		}
		if p.Idle > 1 {
			r.Idle = count(p.Idle)
		}
		rows = append(rows, r)
	}
	return rows, more
}

// cause is what the department says holds a project up: its open issues, else the problem
// it reported.
func cause(s report.Summary, p report.Project) string {
	var texts []string
	for _, i := range s.Issues {
		if i.Project == p.ID && i.Text != "" && !i.Order {
			texts = append(texts, i.Text)
		}
	}
	if len(texts) == 0 {
		return p.Problems
	}
	return strings.Join(texts, ";")
}

func classTable(s report.Summary) []classRow {
	lines := append(append([]report.Line{}, s.Classes...), s.Overall)
	rows := make([]classRow, 0, len(lines))
	for n, l := range lines {
		r := classRow{
			Name: l.Name, Count: fmt.Sprint(l.Count), Week: wan(l.Week), YTD: l.YTD.Yi(), Rate: rate(l.Rate),
			Unplanned: l.Unplanned > 0, Behind: l.Gap != nil && *l.Gap < 0, Total: n == len(lines)-1,
		}
		if l.Rate != nil {
			full := min(max(int(*l.Rate+0.5), 1), 99) // a bar of no width is drawn as a full one by Word
			r.Full, r.Rest = fmt.Sprint(full), fmt.Sprint(100-full)
		}
		rows = append(rows, r)
	}
	return rows
}

// completeness says whose figures are of this week and whose are carried over (W6).
func completeness(s report.Summary) reporting {
	r := reporting{
		Expected: fmt.Sprint(s.Expected), InTime: fmt.Sprint(len(s.OnTime)), Complete: len(s.Stale) == 0,
		LateN: count(len(s.Late)), LateNames: names(s.Late),
		UnreportedN: count(len(s.Unreported)), UnreportedNames: names(s.Unreported),
		ReturnedN: count(len(s.Returned)), ReturnedNames: names(s.Returned),
		ResubmitLateNames: names(s.ResubmitLate), StaleN: count(len(s.Stale)),
	}
	r.ExemptNames, r.UnverifiedNames, r.AmendedNames = names(s.Exempt), names(s.Unverified), list(s.Amended)
	for _, w := range s.Unchanged {
		weeks := ""
		if w.Weeks > 1 {
			weeks = fmt.Sprint(w.Weeks)
		}
		r.Unchanged = append(r.Unchanged, unchanged{w.Name, weeks})
	}
	var paused []string
	for _, p := range s.Projects {
		if p.Paused != "" {
			paused = append(paused, p.Name+"("+trim(p.Paused, quoteText)+")")
		}
	}
	r.PausedNames = list(paused)
	var depts []string
	for _, p := range s.Stale {
		if !slices.Contains(depts, p.DeptName) {
			depts = append(depts, p.DeptName)
		}
	}
	r.StaleNames = list(depts)
	done := 0
	for _, w := range s.Returned {
		if w.At != nil {
			done++
		}
	}
	r.ReturnedDone, r.ReturnedAll = fmt.Sprint(done), done == len(s.Returned)
	return r
}

func names(of []report.Who) string {
	out := make([]string, 0, len(of))
	for _, w := range of {
		out = append(out, w.Name)
	}
	return list(out)
}

// ledgerLines are the lists of the ledger (新增, 推进, 本周未提及: these three are all that is open;
// 销号) and what is overdue; empty ones are left out, and in a first week, when every issue would
// be new, so is that list.
func ledgerLines(s report.Summary) []ledgerLine {
	var out []ledgerLine
	list := func(kind string, of []report.Issue, is func(report.Issue) bool) {
		var names []string
		for _, i := range of {
			if is(i) {
				names = append(names, i.Name+"("+i.ID+")")
			}
		}
		l := ledgerLine{Kind: kind, Count: count(len(names))}
		if n := len(names); n > maxLedger {
			names, l.More = names[:maxLedger], count(n-maxLedger)
		}
		if l.Names = strings.Join(names, "、"); l.Names != "" {
			out = append(out, l)
		}
	}
	if s.HasPrev {
		list("new", s.Issues, func(i report.Issue) bool { return i.New })
	}
	list("moved", s.Issues, func(i report.Issue) bool { return i.Moved })
	list("still", s.Issues, func(i report.Issue) bool { return s.HasPrev && !i.New && !i.Moved })
	list("done", s.Done, func(report.Issue) bool { return true })
	list("late", s.Issues, func(i report.Issue) bool { return i.Overdue })
	return out
}
