package demo

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"duban/state"
)

// Account is what a year came to, for somebody who watched it.
type Account struct {
	Office      string // its name
	Seed        uint64
	From, Until time.Time
	Weeks       []WeekAccount
	Depts       []DeptAccount // in the registry's order
	Kinds       []KindAccount // in the order of a week
	Mails       int           // received, the office's own and returned ones among them
	Letters     int           // sent, one to several readers once
	Cut         bool          // the viewer ended it before its end
}

// WeekAccount is one reporting week, as it stood when it was over.
type WeekAccount struct {
	Plan    state.PlanWeek // its deadline, and why it moved; Skipped means nothing else is filled in
	OnTime  []string       // departments by short name; those without news among them
	Late    []string
	Missing []string
	Exempt  []string
	Nil     []string
	// Returned were asked to correct, Mended did so in time for the week.
	Returned, Mended []string
	Kinds            []KindAccount // letters about it, and those about no week that left meanwhile
	Letters          int
	Figures          state.Figures
	TimePct          float64
	Red, Yellow      int
	Words            []Word
	Steps            []Step         // of requests for help and circulars, since the week before was over
	Outcomes         []string       // what the office's words led to, beside them; "" for as asked
	Outages          [][2]time.Time // that began since the week before was over
	Shut             []Shut         // of the mailbox, likewise
	Halts            []Halt         // of the mail server, likewise
	Freed            []string       // projects that need not be reported, by name
	Summary          string         // the file of the leaders' letter; "" when none left
}

// KindAccount is how many letters of a kind left.
type KindAccount struct {
	Word   string // the kind in Chinese
	Count  int    // one for each reader
	Sample string // the file of one of them; "" for none
}

// DeptAccount is one department's year.
type DeptAccount struct {
	ID, Name                                string
	Due, OnTime, Late, Missing, Nil, Exempt int // weeks; Due without Exempt
	Returned                                int
	Letters                                 int // to it
}

// OnTimePct is the share of the weeks due that were reported on time, in percent.
func (d DeptAccount) OnTimePct() int {
	if d.Due == 0 {
		return 100
	}
	return 100 * d.OnTime / d.Due
}

// sorts are the sorts of letters, as Letter.Sort has them, in the order in which a week meets
// them.
var sorts = [][2]string{
	{"form", "填报通知"},
	{"due", "临近提醒"},
	{"receipt", "收悉回执"},
	{"correction", "补正通知"},
	{"resubmit", "补正到期"},
	{"fault", "我方迟复说明"},
	{"amended", "更正告知"},
	{"owner", "外单位报来的项目"},
	{"late", "催报"},
	{"proposal", "请办公室定"},
	{"escalation", "告知牵头领导"},
	{"lateok", "迟报已收"},
	{"registry", "登记变动告知"},
	{"preview", "周报预览"},
	{"summary", "领导周报"},
	{sortOwn, "牵头领导分管版"},
	{sortFormal, "四大班子报告"},
	{sortCorrected, "更正版"},
	{"standing", "部门进展通报"},
	{"meeting", "例会材料"},
	{"urgent", "紧急问题快报"},
	{"request", "问题交办"},
	{"requestdue", "答复到期"},
	{"answered", "答复转告"},
	{"closed", "销号告知"},
	{"visit", "督导提醒和汇总"},
	{"permit", "手续时限预警"},
	{"circular", "通报"},
	{"rectify", "整改催办"},
	{"score", "得分单"},
	{"calendar", "报送计划"},
	{"terms", "配置变更"},
	{"notice", "办公室须知"},
	{"health", "运行告警"},
	{"daily", "运行日报"},
}

// Kinds lists what was counted by sort, in the order of a week; samples are files by sort.
func Kinds(count map[string]int, samples map[string]string) []KindAccount {
	var out []KindAccount
	names := slices.Sorted(maps.Keys(count))
	place := func(sort string) int {
		return slices.IndexFunc(sorts, func(known [2]string) bool { return known[0] == sort })
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(uint(place(a)), uint(place(b))) }) // an unknown one last
	for _, sort := range names {
		word := sort
		if i := place(sort); i >= 0 {
			word = sorts[i][1]
		}
		if count[sort] > 0 {
			out = append(out, KindAccount{word, count[sort], samples[sort]})
		}
	}
	return out
}

// NewWeekAccount says how the departments stand in a week by its figures.
func NewWeekAccount(plan state.PlanWeek, d state.Digest, roster *state.Roster) WeekAccount {
	w := WeekAccount{Plan: plan, Figures: d.Overall, TimePct: d.TimePct, Red: d.Counts[state.Red], Yellow: d.Counts[state.Yellow]}
	short := func(ids []string) []string {
		var out []string
		for _, id := range ids {
			out = append(out, roster.Dept(id).Short)
		}
		return out
	}
	r := d.Reporting
	w.OnTime, w.Late, w.Missing, w.Exempt, w.Returned = short(r.OnTime), short(r.Late), short(r.Unreported), short(r.Exempt), short(r.Returned)
	for _, p := range roster.Projects {
		if d.Projects[p.ID].Exempt && !slices.Contains(r.Exempt, p.Dept) {
			w.Freed = append(w.Freed, p.Name)
		}
	}
	for _, dept := range roster.Reporting() {
		switch detail := d.DeptDetail[dept.ID]; {
		case detail.State == state.NilReturn:
			w.Nil = append(w.Nil, dept.Short)
		case detail.Returned && detail.State == state.Accepted:
			w.Mended = append(w.Mended, dept.Short)
		}
	}
	return w
}

// Add counts a week into the departments' year.
func (a *Account) Add(w WeekAccount) {
	a.Weeks = append(a.Weeks, w)
	for i := range a.Depts {
		d := &a.Depts[i]
		add := func(n *int, names []string) bool {
			in := slices.Contains(names, d.Name)
			if in {
				*n++
			}
			return in
		}
		onTime, late, missing := add(&d.OnTime, w.OnTime), add(&d.Late, w.Late), add(&d.Missing, w.Missing)
		if onTime || late || missing {
			d.Due++
		}
		add(&d.Exempt, w.Exempt)
		add(&d.Nil, w.Nil)
		add(&d.Returned, w.Returned)
	}
}

// Total sums the departments' year.
func (a *Account) Total() DeptAccount {
	var t DeptAccount
	for _, d := range a.Depts {
		t.Due, t.OnTime, t.Late, t.Missing = t.Due+d.Due, t.OnTime+d.OnTime, t.Late+d.Late, t.Missing+d.Missing
		t.Nil, t.Exempt, t.Returned = t.Nil+d.Nil, t.Exempt+d.Exempt, t.Returned+d.Returned
	}
	return t
}
