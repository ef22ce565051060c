package notify

import (
	"slices"

	"duban/state"
)

// resendPage is the data of resend.*.tmpl: nothing could be read from the mail.
type resendPage struct {
	Frame      frame
	To         addressed
	When       string
	Subject    string // of the mail that came
	Problem    string // the rule, so that the subject can say it in three words
	Items      []item
	Files      []bookLine
	Own        []projectLine
	ReplyBy    string
	ReplyByDay string
	Late       bool
	Again      bool
}

// wholeFile are the rules that say nothing of a workbook could be used. With nothing but
// these there are no cells to correct: the letter asks for the file again.
var wholeFile = []string{
	"no-attachment", "link-attachment", "split-mail", "sealed-mail", "not-a-spreadsheet", "encrypted-workbook", "damaged-workbook", "legacy-workbook", "too-large",
	"archive-encrypted", "archive-damaged", "department-unclear", "period-mismatch", "same-as-last-week-file", "header-not-found", "no-project-row",
}

// unreadable reports whether every error is about a whole file and no row was taken.
func unreadable(t state.Try) bool {
	errors := told(t.Findings, state.LevelError)
	for _, f := range errors {
		if !slices.Contains(wholeFile, f.Rule) {
			return false
		}
	}
	return len(errors) > 0 && len(t.Accepted) == 0
}

// resend asks for the workbook again and says why, in plain words.
func (c *Composer) resend(d Draft, a Answer) (Draft, error) {
	due := c.Schedule.Deadline(a.Dept.Week)
	p := resendPage{
		Frame: c.number(d), To: c.addressed(d.Dept), When: c.at(a.Try.Received), Subject: trim(a.Try.Subject, quoteCell),
		ReplyBy: c.at(d.ReplyBy), ReplyByDay: c.fullAt(d.ReplyBy), Late: a.Try.Late && a.Dept.Late,
		Again: a.Prior != nil,
	}
	errors := told(a.Try.Findings, state.LevelError)
	p.Problem = errors[0].Rule
	p.Items = c.items(errors, nil, firstTold)
	for _, b := range a.Try.Books {
		p.Files = append(p.Files, bookLine{Name: trim(b.Name, quoteCell)})
	}
	for _, project := range c.Roster.ProjectsOf(d.Dept, due.AsOf()) {
		p.Own = append(p.Own, projectLine{project.ID, project.Name})
	}
	return c.render(d, "resend", p)
}
