package state

import (
	"fmt"
	"slices"
	"time"
)

// Order is what a leader asks for on a project, in reply to a letter (领导要求, article 17). It
// stands in the ledger of issues under a number of its own until the office closes it: no
// report of a department updates or closes it.
type Order struct {
	Leader, Project string
	Mail            string // the leader's mail
	At              time.Time
	Week            Week
	Text            string
	Units           []string // departments and external units it names
}

// NewOrder is the issue under which an order is to be filed. known says that the same leader's
// same words on the project stand in the ledger already, open: then it is that issue.
func (r *Records) NewOrder(o Order) (i Issue, known bool, err error) {
	open, err := r.OpenIssues()
	if err != nil {
		return Issue{}, false, err
	}
	for _, i := range open {
		if i.Leader == o.Leader && i.Project == o.Project && i.Open() && SameWords(i.Text, o.Text) {
			return i, true, nil
		}
	}
	n, err := r.nextIssue()
	if err != nil {
		return Issue{}, false, fmt.Errorf("number an order: %w", err)
	}
	i = Issue{ID: issueID(n), Project: o.Project, Leader: o.Leader}
	i.say(Said{Week: o.Week, At: o.At, Mail: o.Mail, Text: o.Text, Units: o.Units})
	return i, false, nil
}

// WithOrders lets what leaders asked for since the week stand in it: the agenda of a meeting is
// about now.
func (f *Facts) WithOrders() {
	for k := range f.Issues {
		i := &f.Issues[k]
		if i.Leader == "" || !f.Week.Before(i.Opened) {
			continue
		}
		i.History = slices.Clone(i.History)
		for h := range i.History {
			i.History[h].Week = f.Week
		}
		i.recount()
	}
}
