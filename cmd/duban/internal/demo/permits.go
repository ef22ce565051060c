package demo

import (
	"math/rand/v2"
	"time"

	"duban/state"
)

// permitting is one permit of a department's second project: the days on which it was accepted
// and done, and whether the reports give the first of them.
type permitting struct {
	from, until time.Time
	dated       bool
}

// permitKinds are the columns of the form that tell of permits, and the working days each
// usually takes.
var permitKinds = []struct {
	Title, Date string
	Days        int
}{{"立项", "立项受理日期", 10}, {"环评", "环评受理日期", 20}, {"规划", "规划受理日期", 20}, {"用地", "用地受理日期", 30}, {"施工许可", "施工许可受理日期", 7}}

// drawPermits draws when the permits of a department's second project are applied for, one after
// the other, and how long each takes: less than half its usual days or half as long again. A
// department whose second project has no permits of its own to tell of has none.
func (y *Year) drawPermits(rng *rand.Rand, roster *state.Roster) {
	y.permits = map[string][]permitting{}
	for _, dept := range y.Depts {
		own := roster.ProjectsOf(dept, y.Weeks[0].Due)
		if len(own) < 2 || own[1].Class != state.ClassContinuing && own[1].Class != state.ClassNewStart {
			continue
		}
		day := y.Weeks[0].Friday.AddDate(0, 0, rng.IntN(40))
		for _, kind := range permitKinds {
			p := permitting{from: day, until: day, dated: rng.IntN(3) > 0}
			for range kind.Days * (40 + rng.IntN(120)) / 100 {
				p.until = Workday(p.until, 1, 0, 0)
			}
			y.permits[own[1].ID] = append(y.permits[own[1].ID], p)
			day = p.until.AddDate(0, 0, 3+rng.IntN(30))
		}
	}
}

// PermitIn is what a report written at an instant says of a project's permit, by its place among
// the form's: its status, and the day it was accepted; zero when it gives none.
func (y *Year) PermitIn(project string, kind int, at time.Time) (status string, accepted time.Time) {
	all := y.permits[project]
	switch {
	case len(all) == 0:
		return string(state.PermitDone), accepted
	case at.Before(all[kind].from):
		return string(state.PermitIdle), accepted
	}
	if all[kind].dated {
		accepted = all[kind].from
	}
	if at.Before(all[kind].until) {
		return string(state.PermitRunning), accepted
	}
	return string(state.PermitDone), accepted
}
