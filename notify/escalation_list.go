package notify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// The lists of departments that have not reported: whom a list may name, and how the office
// reads it.

// overdue is one department on a leader's list: what it owes of the projects he leads.
type overdue struct {
	Dept     string
	Nothing  bool     // nothing came; else some of its projects did
	Projects []string // still to come, in the registry's order
}

// overdueBy draws the lists: by lead leader, the departments that owe a report of projects
// he leads, nothing or part of it. Who was never reminded, waits for an answer of ours, is
// exempt or is asked to correct something stands on none, nor does a department in waits.
func (f facts) overdueBy(w *weekFacts, waits []string) map[string][]overdue {
	lists := map[string][]overdue{}
	for _, dept := range f.roster.Reporting() {
		d := w.depts[dept.ID]
		nothing := d == nil || d.State == state.Missing || d.State == ""
		if !dept.Valid(f.now) || slices.Contains(waits, dept.ID) || w.exempt.Has(dept.ID) || !nothing && d.State != state.Part || !f.owes(w, dept.ID, f.now) {
			continue
		}
		if times, _, _ := reminded(w.letters, dept.ID); times == 0 {
			continue
		}
		by := map[string][]string{}
		for _, project := range f.roster.ProjectsOf(dept.ID, w.deadline.AsOf()) {
			if (nothing || slices.Contains(d.Lack, project.ID)) && !w.exempt.Has(project.ID) {
				by[project.LeadLeader] = append(by[project.LeadLeader], project.ID)
			}
		}
		for leader, projects := range by {
			lists[leader] = append(lists[leader], overdue{dept.ID, nothing, projects})
		}
	}
	return lists
}

// justReminded lists the departments whose last reminder is younger than patience.
func (f facts) justReminded(w *weekFacts) []string {
	var out []string
	for _, dept := range f.roster.Reporting() {
		if _, last, _ := reminded(w.letters, dept.ID); f.now.Sub(last) < patience {
			out = append(out, dept.ID)
		}
	}
	return out
}

// stillMissing is what of the list the office saw is missing now: fewer departments or
// projects, never others.
func stillMissing(seen, now []overdue) []overdue {
	var out []overdue
	for _, was := range seen {
		i := slices.IndexFunc(now, func(o overdue) bool { return o.Dept == was.Dept })
		if i < 0 {
			continue
		}
		is := now[i]
		is.Projects = slices.DeleteFunc(slices.Clone(is.Projects), func(id string) bool { return !slices.Contains(was.Projects, id) })
		if len(is.Projects) > 0 {
			out = append(out, is)
		}
	}
	return out
}

// reminded counts the reminders a department got after the deadline and says when the last
// one left, and whether its head had a copy of any.
func reminded(letters []state.Letter, dept string) (times int, last time.Time, head bool) {
	for _, l := range letters {
		arrives := slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return stands(d.Phase) })
		if l.Kind != state.TopicLate || l.Dept != dept || !arrives {
			continue
		}
		times++
		if l.QueuedAt.After(last) {
			last = l.QueuedAt
		}
		head = head || slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Copy && stands(d.Phase) })
	}
	return times, last, head
}

// stands reports whether a delivery was made or still may be.
func stands(phase state.Phase) bool { return phase != state.PhaseFailed && phase != state.PhaseDropped }

// asideLines names the departments a set-aside mail may be the report of, and says so of
// each mail in a line.
func (c *Composer) asideLines(roster *state.Roster, aside []state.Mail) (waits, lines []string) {
	var strangers []string
	for _, m := range aside {
		if dept := roster.Dept(m.Dept); dept != nil {
			if !slices.Contains(waits, dept.ID) {
				waits = append(waits, dept.ID)
				lines = append(lines, dept.Short+":有来信单独存放待核实("+c.at(m.Received)+"),没有列入名单")
			}
			continue
		}
		strangers = append(strangers, trim(m.From, quoteCell)+"("+c.at(m.Received)+")")
	}
	if n := len(strangers); n > 0 {
		more := ""
		if n > maxStrangers {
			strangers, more = strangers[:maxStrangers], "等"
		}
		lines = append(lines, fmt.Sprintf("另有%d封未认领的来信,请先核对是不是名单上单位的:%s%s", n, strings.Join(strangers, "、"), more))
	}
	return waits, lines
}

// maxStrangers is how many unclaimed mails a proposal names.
const maxStrangers = 5

// escalationProposal is what the office is asked about one leader's list.
func (c *Composer) escalationProposal(f facts, w *weekFacts, leader state.Leader, list []overdue, remarks []string) (state.Proposal, error) {
	week := w.deadline.Week
	body, err := json.Marshal(escalated{Leader: leader.ID, Due: list})
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write the list: %w", err)
	}
	q := state.Proposal{
		Key: escalationKey(week, leader.ID), Kind: state.ProposalEscalation, Week: week,
		Title: fmt.Sprintf("第%s周周报有%d个单位没有报齐,是否报告%s%s", weekNo(week), len(list), leader.Title, leader.Name),
		Made:  f.now, Expires: f.schedule.FreezeAt(week), Body: body,
	}
	for _, o := range list {
		q.Lines = append(q.Lines, c.overdueLine(w.letters, o))
	}
	q.Lines = append(q.Lines, remarks...)
	return q, nil
}

// overdueLine is one department of the list as the office reads it.
func (c *Composer) overdueLine(letters []state.Letter, o overdue) string {
	dept := c.Roster.Dept(o.Dept)
	words, which := "没有报送", "涉及"
	if !o.Nothing {
		words, which = "报送不全", "还差"
	}
	var names []string
	for _, p := range c.named(o.Projects) {
		names = append(names, p.Name)
	}
	line := fmt.Sprintf("%s:%s,%s %s", dept.Short, words, which, strings.Join(names, "、"))
	if times, last, head := reminded(letters, o.Dept); times > 0 {
		line += fmt.Sprintf(";已催报%d次(最近%s)", times, c.at(last))
		if head {
			line += ",抄送过" + cmp.Or(dept.Head, "单位负责人")
		}
	}
	if dept.Contact != "" {
		line += ";联系人 " + dept.Contact
	}
	return line
}

// changed says how a letter differs from the list the office saw; "" when it does not.
func (c *Composer) changed(body escalated) string {
	var gone, less []string
	for _, was := range body.Due {
		i := slices.IndexFunc(body.Sent, func(o overdue) bool { return o.Dept == was.Dept })
		name := c.addressed(was.Dept).Unit
		switch {
		case i < 0:
			gone = append(gone, name)
		case len(body.Sent[i].Projects) != len(was.Projects) || body.Sent[i].Nothing != was.Nothing:
			less = append(less, name)
		}
	}
	var said []string
	if len(gone) > 0 {
		said = append(said, strings.Join(gone, "、")+"已补报(或有来信待核实),没有列入")
	}
	if len(less) > 0 {
		said = append(said, strings.Join(less, "、")+"又报了一部分,只列还差的项目")
	}
	if len(said) == 0 {
		return ""
	}
	return "已发出,与请示时相比有变化:" + strings.Join(said, ";") + "。"
}
