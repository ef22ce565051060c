package notify

import (
	"encoding/json"
	"fmt"
	"slices"
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
// one left, and whether its head had a copy of any. One that waits for the mail server
// reminded nobody yet.
func reminded(letters []state.Letter, dept string) (times int, last time.Time, head bool) {
	for _, l := range letters {
		if l.Kind != state.TopicLate || l.Dept != dept {
			continue
		}
		went := false
		for _, d := range l.Deliveries {
			if d.Phase != state.PhaseSent && d.Phase != state.PhaseDoubtful {
				continue
			}
			head = head || d.Copy
			if went = true; d.SentAt.After(last) {
				last = d.SentAt
			}
			if l.QueuedAt.After(last) { // one in doubt has no hour of its own
				last = l.QueuedAt
			}
		}
		if went {
			times++
		}
	}
	return times, last, head
}

// stands reports whether a delivery was made or still may be.
func stands(phase state.Phase) bool { return phase != state.PhaseFailed && phase != state.PhaseDropped }

// askEscalation is the data of ask-escalation.txt.tmpl: one leader's list and what stands
// beside it.
type askEscalation struct {
	Week   string
	Leader string // title and name
	Count  string
	Depts  []overdueDept
	Aside  asideWords
}

// asideWords tells of mails set aside, which a person must look at first.
type asideWords struct {
	Depts     []asideMail // that may be the report of a department, which is not on the list
	Strangers string      // how many nobody claimed; "" for none
	Unclaimed []asideMail // the first of those
	More      bool        // there are others
}

// asideMail is one of them: whose it seems to be, or who sent it.
type asideMail struct{ Unit, From, When string }

// maxStrangers is how many unclaimed mails a proposal names.
const maxStrangers = 5

// aside names the departments a set-aside mail may be the report of, and what the office is
// told of each mail.
func (c *Composer) aside(roster *state.Roster, mails []state.Mail) (waits []string, told asideWords) {
	strangers := 0
	for _, m := range mails {
		at := c.at(m.Received)
		switch dept := roster.Dept(m.Dept); {
		case dept != nil && slices.Contains(waits, dept.ID):
		case dept != nil:
			waits = append(waits, dept.ID)
			told.Depts = append(told.Depts, asideMail{Unit: dept.Short, When: at})
		default:
			if strangers++; strangers > maxStrangers {
				told.More = true
				continue
			}
			told.Unclaimed = append(told.Unclaimed, asideMail{From: trim(m.From, quoteCell), When: at})
		}
	}
	told.Strangers = count(strangers)
	return waits, told
}

// escalationProposal is what the office is asked about one leader's list.
func (c *Composer) escalationProposal(f facts, w *weekFacts, leader state.Leader, list []overdue, remarks asideWords) (state.Proposal, error) {
	week := w.deadline.Week
	body, err := json.Marshal(escalated{Leader: leader.ID, Due: list})
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write the list: %w", err)
	}
	q := state.Proposal{
		Key: escalationKey(week, leader.ID), Kind: state.ProposalEscalation, Week: week, Made: f.now, Expires: f.schedule.FreezeAt(week), Body: body,
	}
	page := askEscalation{Week: week.Spoken(), Leader: leader.Title + leader.Name, Count: count(len(list)), Aside: remarks}
	for _, o := range list {
		page.Depts = append(page.Depts, c.overdueDept(w.letters, o))
	}
	return c.asked(q, "escalation", page)
}

// changed says how a letter differs from the list the office saw; the zero outcome when it
// does not.
func (c *Composer) changed(body escalated) outcome {
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
	if len(gone)+len(less) == 0 {
		return outcome{}
	}
	return outcome{Case: "fewer", Gone: list(gone), Less: list(less)}
}
