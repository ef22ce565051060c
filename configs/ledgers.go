package configs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"duban/state"
)

// permits reads the usual days of the permits. A permit without days is followed and nobody
// is warned of it.
func (l *loader) permits(raw rawPermits, form *state.Form, roster *state.Roster) state.PermitLimits {
	limits := state.PermitLimits{Approved: raw.Approved.Text}
	if form == nil {
		return limits
	}
	var known []string
	for _, c := range form.Columns {
		if strings.HasPrefix(c.ID, "permit_") && c.Kind == state.KindChoice {
			known = append(known, c.ID, c.Title)
			limits.Rules = append(limits.Rules, state.PermitRule{Column: c.ID, Name: c.Title})
		}
	}
	said := map[string]bool{}
	for i, p := range raw.Usual {
		if !p.Permit.Set {
			l.lacks(p.At, fmt.Sprintf("permits.usual[%d].permit", i+1), "写手续的名称,例如 permit: 环评。", "没有写是哪一项手续。")
			continue
		}
		at := slices.IndexFunc(limits.Rules, func(r state.PermitRule) bool { return p.Permit.Text == r.Column || p.Permit.Text == r.Name })
		if at < 0 {
			l.wrong(p.Permit.At, remedyNear(p.Permit.Text, known, "手续要先在 form.yaml 里有一列,列名以 permit_ 开头,kind 为 choice。"), "表样里没有“%s”这一项手续。", p.Permit.Text)
			continue
		}
		rule := &limits.Rules[at]
		if said[rule.Column] {
			l.wrong(p.Permit.At, "只留一条。", "“%s”写了两次。", p.Permit.Text)
			continue
		}
		said[rule.Column] = true
		if p.Days.Set {
			rule.Days = l.count(p.Days, 1, 250, "写惯常办理要几个工作日,例如 20;不清楚的不写这一项。")
		}
		rule.Dept = l.handling(p.Dept, roster)
	}
	return limits
}

// handling reads the department that handles a permit, by id or name.
func (l *loader) handling(w word, roster *state.Roster) string {
	if w.Text == "" || roster == nil || len(roster.Depts) == 0 {
		return ""
	}
	var known []string
	for _, d := range roster.Depts {
		if w.Text == d.ID || w.Text == d.Name || w.Text == d.Short {
			return d.ID
		}
		known = append(known, d.ID, d.Name, d.Short)
	}
	l.wrong(w.At, remedyNear(w.Text, known, "写部门编号,例如 D14;先在部门名册里登记。"), "部门名册里没有“%s”。", w.Text)
	return ""
}

// score reads how a department's week is scored.
func (l *loader) score(raw rawScore) state.ScoreRule {
	r := state.DefaultScores()
	r.OnTime = l.points(raw.OnTime, r.OnTime)
	r.Quality = l.points(raw.Quality, r.Quality)
	r.Complete = l.points(raw.Complete, r.Complete)
	r.LateDay = l.points(raw.LateDay, r.LateDay)
	r.Late = l.points(raw.Late, r.Late)
	r.Returned = l.points(raw.Returned, r.Returned)
	r.Again = l.points(raw.Again, r.Again)
	r.Approved = raw.Approved.Text
	if r.LateDay > r.Late && !l.heard(raw.At.File, "score") {
		at := raw.LateDay.At
		if !raw.LateDay.Set {
			at = raw.Late.At
		}
		l.wrong(at, "例如 late_day: 2,late: 4。", "当天迟报扣的(%s)比以后迟报扣的(%s)还多。", r.LateDay, r.Late)
	}
	if r.Late > r.OnTime && !l.heard(raw.At.File, "score") {
		at := raw.Late.At
		if !raw.Late.Set {
			at = raw.OnTime.At
		}
		l.wrong(at, "例如 on_time: 5,late: 4。", "迟报扣的(%s)比按时的满分(%s)还多。", r.Late, r.OnTime)
	}
	return r
}

// points reads a number of points with at most one decimal.
func (l *loader) points(w word, standard state.Points) state.Points {
	tenths := l.number(w, float64(standard)/10, 100) * 10
	if math.Abs(tenths-math.Round(tenths)) > 1e-6 {
		l.wrong(w.At, "最多写一位小数,例如 1.5。", "“%s”的小数太多。", w.Text)
	}
	return state.Points(math.Round(tenths))
}
