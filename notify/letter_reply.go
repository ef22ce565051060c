package notify

import (
	"slices"
	"strconv"
	"time"

	"duban/state"
)

// replyPage is the data of answer.*.tmpl: what became of each item a department answered by
// number.
type replyPage struct {
	Frame   frame
	To      addressed
	When    string
	Taken   []replyLine   // questions, settled by the explanation
	Kept    []replyLine   // errors: the explanation is kept, the row still waits
	Parked  []replyLine   // disputed: with the office
	Waiting []projectLine // projects that wait for a corrected workbook
	Letter  string        // the subject of the letter that asked for it
	ReplyBy string
	Upheld  []replyLine // disputed, and the office found the department right
	Same    bool        // nothing was answered: the workbook is the one of before
	Closed  string      // the closed week a table is of, as the department said; "" for every other reply
	Due     string      // until when the table of this week is awaited; "" when that is over
	All     bool        // nothing is open any more
	Amended []amendedLine
}

// replyLine is one item and the department's words.
type replyLine struct{ No, ID, Name, Title, Text string }

// amendedLine is one figure the office put in place by hand (办公室更正).
type amendedLine struct{ ID, Name, Week, Title, Unit, Was, Is, Reason, By string }

// ReplyAnswer is what the answer to a reply by number follows from.
type ReplyAnswer struct {
	Dept       *state.DeptWeek
	Reply      state.Reply
	Mail       *state.Mail
	Correction *state.Letter // the letter that set a time; nil when there was none
	Amended    []state.Amendment
	Round      int
	Now        time.Time
}

// Reply tells a department once what became of its explanations: which questions they
// settle, what still waits for a corrected workbook, and what the office looks into.
func (c *Composer) Reply(a ReplyAnswer) (Draft, error) {
	d := c.answer(state.TopicReceipt, a.Dept, a.Mail, a.Round, a.Now)
	p := replyPage{
		Frame: c.frame(d, a.Dept.Dept), To: c.addressed(a.Dept.Dept), When: c.at(a.Reply.Received),
		Waiting: c.named(a.Dept.Wait), All: len(a.Dept.Open)+len(a.Dept.Parked) == 0, Amended: c.amended(a.Amended),
		Same: a.Reply.Same,
	}
	if !a.Reply.Closed.IsZero() {
		p.Closed, p.All = a.Reply.Closed.Spoken(), false
		if due := c.Schedule.Deadline(a.Dept.Week).Due; a.Now.Before(due) {
			p.Due = c.at(due)
		}
	}
	if l := a.Correction; l != nil {
		p.Letter, p.ReplyBy = trim(l.Subject, quoteText), c.at(l.ReplyBy)
	}
	for _, e := range a.Reply.Items {
		line := c.replyLine(e)
		switch {
		case e.Level != state.LevelError:
			p.Taken = append(p.Taken, line)
		case e.Dispute:
			p.Parked = append(p.Parked, line)
		default:
			p.Kept = append(p.Kept, line)
		}
	}
	return c.render(d, "answer", p)
}

// Upheld tells a department that it was right in what it disputed.
func (c *Composer) Upheld(a Answer) (Draft, error) {
	d := c.answer(state.TopicReceipt, a.Dept, a.Mail, a.Round, a.Now)
	p := replyPage{
		Frame: c.frame(d, a.Dept.Dept), To: c.addressed(a.Dept.Dept), When: c.at(a.Ruling.At),
		Waiting: c.named(a.Dept.Wait), All: len(a.Dept.Open)+len(a.Dept.Parked) == 0, Amended: c.amended(nil),
	}
	for _, f := range a.Ruling.Findings {
		line := c.replyLine(state.Explanation{Project: f.Project, Column: f.Column, Text: a.Ruling.Reason})
		line.No = ""
		p.Upheld = append(p.Upheld, line)
	}
	return c.render(d, "answer", p)
}

func (c *Composer) replyLine(e state.Explanation) replyLine {
	l := replyLine{No: strconv.Itoa(e.No), Text: trim(e.Text, quoteText)}
	if e.Project != "" {
		named := c.named([]string{e.Project})[0]
		l.ID, l.Name = named.ID, named.Name
	}
	if col := c.Form.Column(e.Column); col != nil {
		l.Title = col.Title
	}
	return l
}

// amended names the figures the office put in place of the department's.
func (c *Composer) amended(all []state.Amendment) []amendedLine {
	var out []amendedLine
	for _, a := range all {
		named := c.named([]string{a.Project})[0]
		l := amendedLine{
			ID: named.ID, Name: named.Name, Week: a.Week.Spoken(), Was: trim(a.Was, quoteCell), Is: trim(a.Value, quoteCell),
			Reason: trim(a.Reason, quoteText), By: trim(a.By, quoteCell),
		}
		if col := c.Form.Column(a.Column); col != nil {
			l.Title, l.Unit = col.Title, col.Unit
		}
		out = append(out, l)
	}
	return out
}

// faultPage is the data of fault.*.tmpl: we did not answer in time, so the values stand.
type faultPage struct {
	Frame  frame
	To     addressed
	When   string
	Limit  string // until when we should have answered
	Files  []bookLine
	Count  string
	Doubts []item
}

// Fault tells a department that we broke our own limit of one working day: what it sent
// stands (未核), nothing is asked, and what we would have asked is named for its own use.
func (c *Composer) Fault(a Answer) (Draft, error) {
	d := c.answer(state.TopicFault, a.Dept, a.Mail, a.Round, a.Now)
	p := faultPage{
		Frame: c.frame(d, a.Dept.Dept), To: c.addressed(a.Dept.Dept), When: c.at(a.Try.Received),
		Limit: c.at(c.Schedule.AnswerBy(a.Try.Received)), Count: strconv.Itoa(len(a.Try.Accepted)),
	}
	p.Files, _ = books(a.Try)
	p.Doubts = c.items(told(a.Try.Findings, state.LevelError, state.LevelWarning), a.Try.Findings, firstTold)
	p.Doubts = p.Doubts[:min(len(p.Doubts), maxItems)]
	return c.render(d, "fault", p)
}

// asked are the findings of items, with their numbers, as the letter's record keeps them.
func asked(items ...[]item) []state.Finding {
	var out []state.Finding
	for i, it := range slices.Concat(items...) {
		for _, f := range it.of {
			f.Item = i + 1
			out = append(out, f)
		}
	}
	return out
}
