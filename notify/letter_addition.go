package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"duban/state"
)

// askAddition is the data of ask-addition.txt.tmpl: in 万元, "" for what the report did not give.
type askAddition struct {
	ID, Name, Class       string
	Total, Plan, YTD, Cum string
	Start, Finish         string
	Leader                string // as the report names him
	Other                 string // the responsible department the row names, where it is not the reporting one
	Unit, When, Week      string
	Book, Place           string
	Lack                  []projectLine // what the same department has not reported
	// What the registry needs and the report does not say.
	NoTotal, NoPlan, NoStart, NoFinish, NoLeader bool
}

// additionProposal is what the office is asked about a new project.
func (c *Composer) additionProposal(f facts, u unlisted, a state.Addition, times int) (state.Proposal, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write the project: %w", err)
	}
	page := askAddition{
		ID: a.ID, Name: trim(a.Entry.Name, quoteText), Class: string(a.Entry.Class),
		Total: c.amount(u.row, "total_invest"), Plan: c.amount(u.row, "year_plan"), YTD: c.amount(u.row, "ytd_invest"), Cum: c.amount(u.row, "cum_invest"),
		Start: a.Entry.PlanStart, Finish: a.Entry.PlanEnd, Leader: trim(u.row.Text("lead_leader"), quoteCell),
		Unit: c.addressed(u.dept).Unit, When: c.at(u.try.Received), Week: u.week.Spoken(),
		Book: trim(u.finding.Book, quoteCell), Place: strings.TrimSpace(trim(u.finding.Sheet, quoteCell) + " " + u.finding.Cell), Lack: c.named(u.lack),
		NoTotal: a.Entry.Total == 0, NoPlan: a.Entry.YearPlan == 0 && a.Entry.Class != state.ClassInvestment,
		NoStart: a.Entry.PlanStart == "", NoFinish: a.Entry.PlanEnd == "", NoLeader: a.Entry.LeadLeader == "",
	}
	if named := u.row.Text("responsible_dept"); named != "" {
		if d := f.roster.FindDept(named); d == nil || d.ID != u.dept {
			page.Other = trim(named, quoteCell)
		}
	}
	return c.asked(state.Proposal{
		Key: additionKey(a, f.now.Year(), times), Kind: state.ProposalAddition, Week: u.week,
		Made: f.now, Expires: f.schedule.At.On(f.schedule.Calendar.AddWorkdays(f.now, changeWorkdays)), Body: body,
	}, "addition", page)
}

// amount is a cell's sure amount in 万元, "" for none.
func (c *Composer) amount(row state.Row, column string) string {
	if f, sure := row.Money(column); sure {
		return f.Wan()
	}
	return ""
}

// takenIn fills in what came of projects that were taken in: from which week on, under which
// number, and whether the row that was sent counts.
func (c *Composer) takenIn(r *state.Records, pending []state.Proposal) error {
	for i := range pending {
		q := &pending[i]
		if q.Kind != state.ProposalAddition || q.Done.IsZero() || q.Outcome != "" {
			continue
		}
		all, err := r.Joined()
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Proposal != q.Key {
				continue
			}
			o := outcome{Case: "joined", Week: x.From.Spoken(), Project: x.Project, Day: x.New}
			if o.Taken, err = counts(r, x); err != nil {
				return err
			}
			if q.Outcome, err = c.says(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// counts reports whether a project has a row that counts in the week it joined the list with.
func counts(r *state.Records, x state.Change) (bool, error) {
	d, err := r.DeptWeek(x.From, x.Entry.Dept)
	return d.Row(x.Project) != nil, err
}

// newcomers are the projects of a try that the registry does not hold and the department need do
// nothing about.
type newcomers struct {
	Asked []string // the office was asked about them
	Down  []string // they do not join the list
}

func (a Answer) newcomers() newcomers {
	var n newcomers
	for _, f := range a.Try.Findings {
		mistaken := slices.ContainsFunc(a.Try.Findings, func(g state.Finding) bool { return g.Rule == "project-unknown" && g.Name == f.Name })
		switch name := trim(f.Name, quoteText); {
		case f.Rule != ruleNew || mistaken:
		case slices.Contains(a.Down, f.Name):
			n.Down = append(n.Down, name)
		default:
			n.Asked = append(n.Asked, name)
		}
	}
	return n
}
