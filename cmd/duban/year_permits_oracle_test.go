package main

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the permits: who handles one and the project's agent are told on a working
// morning when two thirds of its usual working days are over, and when all of them are, counted
// from the acceptance the reports give, else from the first report that calls it under way.

// yearPermitRule is a kind of permit as the starter has it, by its place in the form.
type yearPermitRule struct {
	name, dept  string
	limit, days int // two thirds of the usual working days; all of them
}

var yearPermitRules = []yearPermitRule{{"approval", "D01", 7, 10}, {"eia", "D14", 14, 20}, {"planning", "D13", 14, 20}, {"land", "D13", 20, 30}, {"construction", "D04", 5, 7}}

// For how many working days after the usual ones a warning is still sent, how many a department
// gets a day, and of what the reports of so many weeks before the running one are silent nobody
// is told.
const (
	permitTail   = 10
	permitRation = 5
	permitSilent = 2
)

// yearPermit is what is known of one.
type yearPermit struct {
	project yearProject
	kind    int
	running bool
	since   time.Time // a day
	seen    int       // the last week a report told of it, by its place
}

// yearCut is when a week's figures were drawn, and up to when the mail was known.
type yearCut struct {
	week       string
	turn, read time.Time
}

type permitName struct {
	project string
	kind    int
}

// permitted foretells every warning.
func (o *yearOracle) permitted() {
	frozen, told, today := map[permitName]yearPermit{}, map[string]bool{}, map[string]int{}
	cuts := slices.SortedFunc(slices.Values(o.cuts), func(a, b yearCut) int { return a.turn.Compare(b.turn) })
	for _, t := range o.ticks {
		for ; len(cuts) > 0 && !cuts[0].turn.After(t); cuts = cuts[1:] {
			week := slices.IndexFunc(o.Weeks, func(w demo.Week) bool { return w.Name == cuts[0].week })
			for _, p := range o.cast.projects {
				o.tell(frozen, p, week, cuts[0].read)
			}
		}
		nine := time.Date(t.Year(), t.Month(), t.Day(), 9, 0, 0, 0, demo.Zone)
		if t.Before(nine) || resting(t) || !demo.Works(t) || o.guessed(t) || !o.reminds(t, nine) {
			continue
		}
		now := map[permitName]yearPermit{}
		current := slices.IndexFunc(o.Weeks, func(w demo.Week) bool { return w.Name == o.current(t) })
		if current < 0 {
			current = len(o.Weeks)
		}
		for name, p := range frozen {
			if now[name] = p; p.step(t) == 0 || told[p.key(t)] {
				continue
			}
			for w := max(0, current-permitSilent); w <= min(current, len(o.Weeks)-1); w++ {
				o.tell(now, p.project, w, o.swept[t])
			}
		}
		var due []yearPermit
		for name := range frozen {
			if p := now[name]; p.step(t) > 0 && !told[p.key(t)] && p.seen >= current-permitSilent {
				due = append(due, p)
			}
		}
		slices.SortFunc(due, func(a, b yearPermit) int {
			return cmp.Or(a.usual().Compare(b.usual()), cmp.Compare(a.project.id, b.project.id), cmp.Compare(a.rule().name, b.rule().name))
		})
		for _, p := range due {
			ration := p.rule().dept + t.Format(time.DateOnly)
			if today[ration]++; today[ration] > permitRation {
				continue
			}
			told[p.key(t)] = true
			to := []string{o.reach(p.rule().dept, o.swept[t])}
			if agent := o.reach(p.project.agent, o.swept[t]); agent != to[0] {
				to = append(to, agent)
			}
			o.letter(t, p.key(t), to...)
		}
	}
}

// tell takes in what a week's reports, read up to an instant, tell of a project's permits.
func (o *yearOracle) tell(known map[permitName]yearPermit, of yearProject, week int, read time.Time) {
	mail := o.rowCounts(of, o.Weeks[week], read)
	if mail < 0 {
		return
	}
	at := o.followed[o.Weeks[week].Name+" "+of.dept].Mails[mail].At
	for kind := range yearPermitRules {
		name := permitName{of.id, kind}
		p, before := known[name]
		if before && week < p.seen {
			continue
		}
		status, accepted := o.PermitIn(of.id, kind, at)
		running := status == "办理中"
		switch {
		case !running:
			p.since = time.Time{}
		case !accepted.IsZero():
			p.since = accepted
		case !p.running:
			p.since = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, demo.Zone)
		}
		p.project, p.kind, p.running, p.seen = of, kind, running, week
		known[name] = p
	}
}

func (p yearPermit) rule() yearPermitRule { return yearPermitRules[p.kind] }

// usual is the close of its last usual day.
func (p yearPermit) usual() time.Time { return workdays(p.since, p.rule().days, 18) }

// step is the warning that is due at t: 1 at two thirds, 2 at the end; 0 for none.
func (p yearPermit) step(t time.Time) int {
	switch {
	case !p.running || t.After(workdays(p.usual(), permitTail, 18)) || t.Before(workdays(p.since, p.rule().limit, 9)):
		return 0
	case t.Before(workdays(p.since, p.rule().days, 9)):
		return 1
	}
	return 2
}

func (p yearPermit) key(t time.Time) string {
	return "permit/" + p.project.id + "/" + p.rule().name + "/" + strconv.Itoa(p.step(t))
}
