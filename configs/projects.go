package configs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"duban/state"
)

var (
	projectColumns = columns{
		must: []string{"project_id", "name", "class", "total_invest_wan", "resp_dept"},
		may: []string{
			"aliases", "industry", "level", "invest_type", "in_park", "park", "town", "owner", "content", "plan_start", "plan_finish",
			"year_target", "land_need_mu", "demo_need_hu", "collab_depts", "agency_dept", "lead_leader", "dept_from", "active_from", "active_to", "end_reason",
			"paused_from", "paused_until", "pause_reason",
		},
	}
	milestoneColumns = columns{must: []string{"project_id", "milestone", "plan_date"}, may: []string{"seq", "actual_date"}}
)

func curveColumns() columns { return columns{must: append([]string{"project_id"}, months()...)} }

func months() []string {
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprintf("m%02d_cum_pct", i+1)
	}
	return names
}

// dated are the projects' columns whose names carry their year or week, so that a registry
// of another year cannot be taken for this year's.
var (
	planColumn    = regexp.MustCompile(`^year_plan_(\d{4})_wan$`)
	carriedColumn = regexp.MustCompile(`^cum_to_(\d{4})_wan$`)
	openingColumn = regexp.MustCompile(`^ytd_w(\d{1,2})_wan$`)
)

// yearly are the dated columns of one projects file.
type yearly struct {
	plan, carried, opening string // column names, "" when absent
	year                   int    // of the plan
	week                   state.Week
}

// yearly finds the dated columns and holds their years against each other.
func (c *census) yearly(t *table) yearly {
	var y yearly
	year, yearAt := c.dated(t, planColumn, &y.plan)
	y.year = year
	before, _ := c.dated(t, carriedColumn, &y.carried)
	no, noAt := c.dated(t, openingColumn, &y.opening)
	if y.plan == "" {
		c.wrong(place{File: t.file, Line: 1}, "列名里写年份,例如 year_plan_2026_wan。", "没有年度计划投资一列。")
		return y
	}
	if y.carried != "" && before != year-1 {
		c.wrong(yearAt, "截至上年底的列应为 cum_to_"+strconv.Itoa(year-1)+"_wan。", "年度计划是%d年的,截至年底累计却是%d年的。", year, before)
	}
	if y.opening == "" {
		return y
	}
	week, err := state.ParseWeek(state.Week{Year: year, No: no}.String())
	if err != nil {
		c.wrong(noAt, "写周次,例如 ytd_w37_wan。", "%d年没有第%d周。", year, no)
	}
	y.week = week
	return y
}

// dated finds the one column whose name matches; its number and place come with it.
func (c *census) dated(t *table, pattern *regexp.Regexp, name *string) (int, place) {
	n, at := 0, place{File: t.file, Line: 1}
	for column, i := range t.head {
		m := pattern.FindStringSubmatch(column)
		if m == nil {
			continue
		}
		at.Column, at.Where = i+1, column
		if *name != "" {
			c.wrong(at, "只留本年的一列。", "“%s”和“%s”重复。", min(column, *name), max(column, *name))
			continue
		}
		*name = column
		n, _ = strconv.Atoi(m[1]) // the pattern admits digits only
	}
	return n, at
}

func (c *census) projects(t *table) {
	y := c.yearly(t)
	seen, named := ids{}, map[string]string{}
	for _, r := range t.rows {
		p := state.Project{
			ID: c.fresh(seen, r.get("project_id")), Name: c.needed(r.get("name")), Aliases: texts(r.list("aliases")),
			Industry: r.get("industry").Text, Level: r.get("level").Text, Park: r.get("park").Text, Town: r.get("town").Text,
			Owner: r.get("owner").Text, Content: r.get("content").Text, YearTarget: r.get("year_target").Text,
			LandNeed: r.get("land_need_mu").Text, DemoNeed: r.get("demo_need_hu").Text,
			Total: c.money(r.get("total_invest_wan")), YearPlan: c.money(r.get(y.plan)), Year: y.year,
			CumBefore: c.money(r.get(y.carried)), OpeningYTD: c.money(r.get(y.opening)), OpeningWeek: y.week,
			PlanStart: c.month(r.get("plan_start")), PlanEnd: c.month(r.get("plan_finish")),
			ActiveFrom: c.day(r.get("active_from")), ActiveTo: c.day(r.get("active_to")),
			DeptFrom: c.day(r.get("dept_from")),
		}
		p.Withdrawn, p.Pause = c.withdrawn(r.get("end_reason")), c.pause(r)
		p.Class, _ = class(&c.inbox, r.get("class"))
		c.people(r, &p)
		if p.PlanStart != "" && p.PlanEnd != "" && p.PlanEnd < p.PlanStart[:min(len(p.PlanStart), len(p.PlanEnd))] {
			c.warn(r.get("plan_finish").At, "核对两个日期。", "计划竣工(%s)早于计划开工(%s)。", p.PlanEnd, p.PlanStart)
		}
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if other, taken := named[name]; taken && other != p.ID && name != "" {
				c.warn(r.get("name").At, "名称、别名只留给一个项目,否则只能按编号认。", "“%s”同时是%s和%s的名称。", name, other, p.ID)
			}
			named[name] = p.ID
		}
		c.roster.Projects = append(c.roster.Projects, p)
	}
}

// withdrawn reads why a project left the list; without a word it was finished.
func (c *census) withdrawn(w word) bool {
	switch w.Text {
	case "", "完工", "竣工", "销号":
		return false
	case "撤销", "退出", "调出":
		return true
	}
	c.wrong(w.At, "写 完工(本年完成的仍计入汇总)或 撤销(不再计入)。", "不认识的退出原因“%s”。", w.Text)
	return false
}

// pause reads how long a project stands still: a reason and an end belong to it.
func (c *census) pause(r record) state.Pause {
	from, until, reason := r.get("paused_from"), r.get("paused_until"), r.get("pause_reason")
	p := state.Pause{From: c.day(from), Until: c.day(until), Reason: reason.Text}
	if !from.Set && !until.Set && !reason.Set {
		return state.Pause{}
	}
	lacking := false
	for _, w := range []word{from, until, reason} {
		if !w.Set {
			c.wrong(w.At, "暂停从哪天起、到哪天止、什么原因,三格都要写;没有暂停的,三格都空着。", "写了暂停,“%s”是空的。", chineseNames[w.At.Where])
			lacking = true
		}
	}
	if lacking || p.From.IsZero() || p.Until.IsZero() {
		return state.Pause{}
	}
	if p.Until.Before(p.From) {
		c.wrong(until.At, "核对两个日期。", "暂停到(%s)早于暂停自(%s)。", until.Text, from.Text)
	}
	return p
}

// people reads who answers for a project and refuses whom the registry does not know.
func (c *census) people(r record, p *state.Project) {
	p.Dept = c.dept(r.get("resp_dept"))
	if !r.get("resp_dept").Set {
		c.wrong(r.get("resp_dept").At, "写部门编号,例如 D05。", "项目没有责任单位。")
	}
	for _, w := range r.list("collab_depts") {
		if id := c.dept(w); id != "" {
			p.Collab = append(p.Collab, id)
		}
	}
	p.Agency = c.dept(r.get("agency_dept"))
	p.LeadLeader = c.leader(r.get("lead_leader"))
	if d := c.roster.Dept(p.Dept); d != nil && !d.Reports {
		c.warn(r.get("resp_dept").At, "在部门名册把该部门的 reports_weekly 改为 1,或改责任单位。", "责任单位%s不报周报,这个项目不会有人报。", d.Short)
	}
}

// dept reads a department by id, name or short name.
func (c *census) dept(w word) string {
	if w.Text == "" || !c.whole {
		return w.Text
	}
	var known []string
	for _, d := range c.roster.Depts {
		if w.Text == d.ID || w.Text == d.Name || w.Text == d.Short {
			return d.ID
		}
		known = append(known, d.ID, d.Name, d.Short)
	}
	c.wrong(w.At, remedyNear(w.Text, known, "先在部门名册里登记,或改正这里。"), "部门名册里没有“%s”。", w.Text)
	return ""
}

// leader reads a leader by id or name.
func (c *census) leader(w word) string {
	if w.Text == "" || !c.whole {
		return w.Text
	}
	var known []string
	for _, x := range c.roster.Leaders {
		if w.Text == x.ID || w.Text == x.Name {
			return x.ID
		}
		known = append(known, x.ID, x.Name)
	}
	c.wrong(w.At, remedyNear(w.Text, known, "先在领导名册里登记,或改正这里。"), "领导名册里没有“%s”。", w.Text)
	return ""
}

// money reads 万元; a blank cell is nothing.
func (c *census) money(w word) state.Fen {
	if w.Text == "" {
		return 0
	}
	f, err := state.ParseWan(w.Text)
	if err != nil || f < 0 {
		c.wrong(w.At, "只写数字,单位万元,例如 86000。", "“%s”不是金额。", w.Text)
		return 0
	}
	return f
}

// month reads "2024-09" or a whole date and keeps it as written.
func (c *census) month(w word) string {
	if w.Text == "" {
		return ""
	}
	for _, form := range []string{"2006-01", time.DateOnly} {
		if _, err := time.Parse(form, w.Text); err == nil {
			return w.Text
		}
	}
	c.wrong(w.At, "写成 2024-09 或 2024-09-28。", "“%s”不是年月。", w.Text)
	return ""
}

// project finds the project a further table speaks of.
func (c *census) project(w word) *state.Project {
	p := c.roster.Project(w.Text)
	if p == nil || w.Text == "" {
		var known []string
		for _, x := range c.roster.Projects {
			known = append(known, x.ID)
		}
		c.wrong(w.At, remedyNear(w.Text, known, "先在项目名册里登记,或改正这里。"), "项目名册里没有“%s”。", w.Text)
		return nil
	}
	return p
}

func (c *census) milestones(t *table) {
	seen := ids{}
	for _, r := range t.rows {
		p := c.project(r.get("project_id"))
		if p == nil {
			continue
		}
		m := state.Milestone{Seq: c.ordinal(r.get("seq")), Name: c.needed(r.get("milestone")), Plan: c.day(r.get("plan_date")), Actual: c.day(r.get("actual_date"))}
		c.needed(r.get("plan_date"))
		if key := fmt.Sprintf("%s 节点%d", p.ID, m.Seq); m.Seq > 0 {
			w := r.get("seq")
			w.Text = key
			c.fresh(seen, w)
		}
		p.Milestones = append(p.Milestones, m)
	}
	for i := range c.roster.Projects {
		slices.SortStableFunc(c.roster.Projects[i].Milestones, func(a, b state.Milestone) int { return a.Seq - b.Seq })
	}
}

func (c *census) curves(t *table) {
	seen := ids{}
	for _, r := range t.rows {
		p := c.project(r.get("project_id"))
		if p == nil || c.fresh(seen, r.get("project_id")) == "" {
			continue
		}
		last := 0.0
		for _, month := range months() {
			w := r.get(month)
			pct := c.number(w, 0, 100)
			if !w.Set {
				c.wrong(w.At, "写到该月底应完成年度计划的百分之几。", "“%s”是空的。", chineseNames[month])
			} else if pct < last {
				c.wrong(w.At, "各月累计不应减少。", "%s的累计%s小于上月的%v。", chineseNames[month], w.Text, last)
			}
			last = max(last, pct)
			p.Curve = append(p.Curve, w.Text)
		}
		if end := r.get("m12_cum_pct"); end.Set && last != 100 {
			c.wrong(end.At, "12月写 100。", "全年累计是%s,不到100。", end.Text)
		}
	}
}

// idle warns of departments that owe a report and have nothing to report on.
func (c *census) idle() {
	if len(c.faults) > 0 {
		return
	}
	for _, d := range c.roster.Reporting() {
		if d.Successor != "" || slices.ContainsFunc(c.roster.Depts, func(x state.Dept) bool { return x.Successor == d.ID }) {
			continue // projects change hands with the day
		}
		if !slices.ContainsFunc(c.roster.Projects, func(p state.Project) bool { return p.Dept == d.ID }) {
			c.warn(c.at[d.ID], "不用报送时 reports_weekly 写 0。", "%s要报周报,却没有负责的项目。", d.Short)
		}
	}
}
