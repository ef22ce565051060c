package notify

import (
	"encoding/json"
	"fmt"

	"duban/state"
)

// changeProposal is what the office is asked about a change.
func (c *Composer) changeProposal(f facts, x reportedChange) (state.Proposal, error) {
	body, err := json.Marshal(x.fieldChange)
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write the change: %w", err)
	}
	page := askChange{
		Project: c.named([]string{x.Project})[0], Field: c.fieldName(x.Field), Old: c.fieldValue(x.Field, x.Old), New: c.fieldValue(x.Field, x.New),
		Unit: c.addressed(x.dept).Unit, When: c.at(x.row.Received), Week: x.week.Spoken(), Said: trim(x.said, quoteText),
		Asked: x.hint.Level == state.LevelWarning,
	}
	page.hint(c, c.Roster.Project(x.Project), x)
	return c.asked(state.Proposal{
		Key: changeKey(x.fieldChange), Kind: state.ProposalChange, Week: x.week,
		Made: f.now, Expires: f.schedule.At.On(f.schedule.Calendar.AddWorkdays(f.now, changeWorkdays)), Body: body,
	}, "change", page)
}

// askChange is the data of ask-change.txt.tmpl.
type askChange struct {
	Hint       string // "finished", "class", or "" for a field reported otherwise than registered
	Project    projectLine
	Field      string // its title in the form
	Old, New   string
	Unit       string // who reported it
	When, Week string
	Asked      bool   // the department was asked why
	Said       string // how it explains the change; "" when it does not

	// Of a hint: the column and the words it follows from, the rule's sentence.
	Column, Quoted, Why string
	Rest                string // how many more projects may belong to another class; "" for none
	// Of a finished project: the day it was finished on, "" when none was given, and in 万元 what
	// was done this year of which plan.
	Day, YTD, Plan string
}

// hint fills in what the office is asked about a hint.
func (p *askChange) hint(c *Composer, project *state.Project, x reportedChange) {
	p.Column, p.Quoted, p.Why = c.fieldName(state.ChangeField(x.hint.Column)), trim(x.row.Values[x.hint.Column].Text, quoteText), x.hint.Message
	switch {
	case x.Field == state.ChangeEnd:
		p.Hint, p.YTD, p.Plan = "finished", x.row.YTD.Wan(), project.YearPlan.Wan()
		if x.New != finishedUndated {
			p.Day = x.New
		}
	case classHinted[x.hint.Rule] != "":
		p.Hint, p.Rest = "class", count(x.rest)
	}
}

// counting is what follows from a change the office agreed to.
func (c *Composer) counting(x state.Change) outcome {
	o := outcome{Case: "counts", Week: x.From.Spoken()}
	switch x.Field {
	case state.ChangeEnd:
		o.Case, o.Day, o.Project = "closed", x.New, x.Project
	case state.ChangeDept:
		o.Case, o.Unit, o.Former = "handed", c.addressed(x.New).Unit, c.addressed(x.Old).Unit
	}
	return o
}

// fieldName is a field as people say it.
func (c *Composer) fieldName(field state.ChangeField) string {
	if col := c.Form.Column(string(field)); col != nil {
		return col.Title
	}
	return string(field)
}

// fieldValue is a value of a field as people read it.
func (c *Composer) fieldValue(field state.ChangeField, value string) string {
	switch field {
	case state.ChangeTotal, state.ChangeYearPlan:
		return value + "万元"
	case state.ChangeDept:
		return c.addressed(value).Unit
	}
	return value
}
