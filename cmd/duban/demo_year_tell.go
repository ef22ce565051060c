package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/state"
)

// tellWeek tells the viewer of the next week that is over, and of those before it in which
// nothing was due.
func (y *yearPlay) tellWeek(ctx context.Context) error {
	o := y.daemon.office.Load()
	name := y.Script.Weeks[y.week].Name
	w, err := state.ParseWeek(name)
	if err != nil {
		return fmt.Errorf("tell of a week: %w", err)
	}
	if y.week > 0 {
		before, err := state.ParseWeek(y.Script.Weeks[y.week-1].Name)
		if err != nil {
			return fmt.Errorf("tell of a week: %w", err)
		}
		for before = before.Add(1); before != w; before = before.Add(1) {
			idle := demo.WeekAccount{Plan: o.planOf(before)}
			y.account.Add(idle)
			y.printf("%s", idle.Text())
		}
	}
	digest, err := o.digest(ctx, w)
	if err != nil {
		return err
	}
	a := demo.NewWeekAccount(o.planOf(w), digest, o.cfg.Roster)
	counted := map[string]int{}
	for about, letters := range y.told {
		if about > name { // the next week's form may have left before this week was frozen
			continue
		}
		for sort, n := range letters {
			counted[sort] += n
		}
		delete(y.told, about)
	}
	a.Kinds, a.Summary, a.Words = demo.Kinds(counted, nil), y.leaders, y.words
	for _, k := range a.Kinds {
		a.Letters += k.Count
	}
	if a.Outcomes, err = o.outcomes(ctx, y.words); err != nil {
		return err
	}
	for len(y.outages) > 0 && y.outages[0][0].Before(y.now()) {
		a.Outages, y.outages = append(a.Outages, y.outages[0]), y.outages[1:]
	}
	for len(y.shut) > 0 && y.shut[0].From.Before(y.now()) {
		a.Shut, y.shut = append(a.Shut, y.shut[0]), y.shut[1:]
	}
	for len(y.halts) > 0 && y.halts[0].From.Before(y.now()) {
		a.Halts, y.halts = append(a.Halts, y.halts[0]), y.halts[1:]
	}
	a.Steps = y.Steps
	y.words, y.Steps, y.leaders = nil, nil, ""
	y.week++
	y.account.Add(a)
	y.account.Until = y.now()
	y.printf("%s", a.Text())
	return nil
}

// planOf is a week's line of its year's plan.
func (o *office) planOf(w state.Week) state.PlanWeek {
	weeks := o.cfg.Schedule.Plan(w.Year).Weeks
	return weeks[slices.IndexFunc(weeks, func(p state.PlanWeek) bool { return p.Week == w })]
}

// outcomes tells, beside the office's words, what became of the matter where that is not
// simply what was asked.
func (o *office) outcomes(ctx context.Context, words []demo.Word) ([]string, error) {
	out := make([]string, len(words))
	all, err := o.proposed(ctx, true)
	for i, w := range words {
		for _, p := range all {
			if p.Title == w.Matter && !p.Made.After(w.Asked) && w.Asked.Sub(p.Made) < 24*time.Hour {
				out[i] = p.Outcome
			}
		}
	}
	return out, err
}

// finish tells what was not told yet, then the year as a whole, and writes its page.
func (y *yearPlay) finish() error {
	ctx := context.Background() // what happened is told even to a viewer who has seen enough
	for !y.account.Cut && y.week < len(y.Script.Weeks) {
		if err := y.tellWeek(ctx); err != nil {
			return err
		}
	}
	o := y.daemon.office.Load()
	y.account.Office, y.account.Seed, y.account.Until = o.cfg.Office.Name, y.Script.Seed, y.now()
	y.account.Kinds = demo.Kinds(y.counted, y.samples)
	var page bytes.Buffer
	if err := y.account.Page(&page); err != nil {
		return err
	}
	if err := y.write("index.html", page.Bytes()); err != nil {
		return err
	}
	y.printf("%s\n各周的领导周报、每种信的样例和这一年的总表在 %s(打开 index.html)。\n", y.account.Text(), y.dir)
	return nil
}
