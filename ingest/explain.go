package ingest

import (
	"regexp"
	"slices"

	"duban/state"
)

// explains is how a subject announces an explanation.
var explains = regexp.MustCompile(`说明|答复|异议|补正`)

// columnRemark is the column a department explains a row in (form.yaml).
const columnRemark = "remark"

// answers finds out whether a mail answers a letter of ours by number. One without a workbook
// is then an answer, filed under the letter's week; one with a workbook stays a report, and
// its numbers are read beside it.
func (d Desk) answers(r *state.Records, p *Place, o Opened) error {
	if p.Dept == "" || p.forged || !slices.Contains([]state.MailKind{state.MailSubmission, state.MailOther, state.MailAnswer}, p.Kind) {
		return nil
	}
	l, direct, err := letterAnswered(r, *p, o.Message)
	if err != nil || l == nil || !direct && len(p.Besides) > 0 { // the same number stands in the letter to each of them
		return err
	}
	var items []int
	for _, f := range l.Findings {
		items = append(items, f.Item)
	}
	said := remarks(o.Message.Text, items)
	if !direct {
		said = slices.DeleteFunc(said, func(x remark) bool { return x.No == 0 })
	}
	if len(said) == 0 {
		return nil
	}
	p.To, p.Said = l, said
	if len(p.Books) == 0 && len(o.Message.Links) == 0 {
		p.Kind, p.Reason, p.Week, p.Findings = state.MailAnswer, "answers "+l.Key+" by number", l.Week, nil
	}
	return nil
}

// letterAnswered is the letter a mail answers: the one it replies to (direct), else, for a
// mail whose subject says that it is a reply, the last one with numbered items of its week.
func letterAnswered(r *state.Records, p Place, m Message) (l *state.Letter, direct bool, err error) {
	numbered := func(l *state.Letter) bool {
		return l.Dept == p.Dept && slices.ContainsFunc(l.Findings, func(f state.Finding) bool { return f.Item > 0 })
	}
	if l, err = referredTo(r, m, numbered); err != nil || l != nil {
		return l, true, err
	}
	if !replyPrefix.MatchString(m.Subject) && !explains.MatchString(m.Subject) {
		return nil, false, nil // projects are numbered too
	}
	for _, topic := range []state.Topic{state.TopicCorrection, state.TopicReceipt} {
		for round := 1; ; round++ {
			found, err := r.Letter(state.Occasion{Topic: topic, Week: p.Week, Target: p.Dept, Round: round}.Key())
			if err != nil {
				return nil, false, err
			}
			if found == nil {
				break
			}
			if numbered(found) && (l == nil || found.QueuedAt.After(l.QueuedAt)) {
				l = found
			}
		}
	}
	return l, false, nil
}

// referredTo is the newest letter of ours a mail refers to and that fits; nil for none. A mail
// lists what it goes back to oldest first (RFC 5322, 3.6.4).
func referredTo(r *state.Records, m Message, fits func(*state.Letter) bool) (*state.Letter, error) {
	for _, id := range slices.Backward(append(slices.Clone(m.References), m.InReplyTo)) {
		if l, err := r.LetterByMessageID(id); err != nil || l != nil && fits(l) {
			return l, err
		}
	}
	return nil, nil
}

// said lists what the mail says to each finding of the letter it answers. An answer to all
// items at once speaks of what was asked, not of what must be changed.
func (p Place) said(m state.Mail) []state.Explanation {
	var out []state.Explanation
	if p.To == nil {
		return nil
	}
	for _, f := range p.To.Findings {
		for _, x := range p.Said {
			if f.Item == 0 || x.No != f.Item && (x.No != 0 || f.Level != state.LevelWarning) {
				continue
			}
			e := explanation(f, m, p, x.Text)
			e.No, e.Dispute = f.Item, x.Dispute
			out = append(out, e)
		}
	}
	return out
}

func explanation(f state.Finding, m state.Mail, p Place, text string) state.Explanation {
	return state.Explanation{
		Dept: p.Dept, Project: f.Project, Rule: f.Rule, Column: f.Column, Level: f.Level,
		Week: p.Week, Text: text, Mail: m.ID, At: m.Received,
	}
}

// explain writes beside each finding of a report what the department said to it: in this
// mail, in the 备注 column of its row, or in the weeks before as long as that is remembered.
// It returns what is new, to be remembered.
func (d Desk) explain(findings []state.Finding, books []state.Book, m state.Mail, p Place, k Known) []state.Explanation {
	var fresh []state.Explanation
	said := p.said(m)
	for i := range findings {
		f := &findings[i]
		if f.Level == state.LevelNote {
			continue
		}
		if at := slices.IndexFunc(said, func(e state.Explanation) bool { return e.About(*f) }); at >= 0 {
			e := said[at]
			f.Explained = e.Text
			if f.Level == state.LevelError && e.Dispute {
				f.Level, f.Disputed = state.LevelNote, true
			}
			fresh = append(fresh, e)
			continue
		}
		if f.Level == state.LevelError {
			stayParked(f, k.Dept)
			continue
		}
		if text := remarkOf(books, *f); text != "" {
			f.Explained = text
			fresh = append(fresh, explanation(*f, m, p, text))
			continue
		}
		f.Explained = d.remembered(*f, p.Week, k.Said)
	}
	for i := range findings {
		if f := &findings[i]; f.Level == state.LevelError {
			if lead := explainedLead(*f, findings); lead != nil {
				f.Level, f.Explained = state.LevelNote, lead.Explained
			}
		}
	}
	return fresh
}

// explainedLead is the question a finding follows from, when it was explained: the letter had
// no other item for the finding, so nothing is left to ask about it.
func explainedLead(f state.Finding, all []state.Finding) *state.Finding {
	at := slices.IndexFunc(all, func(lead state.Finding) bool {
		return f.Follows != "" && lead.Rule == f.Follows && lead.Level == state.LevelWarning && lead.Explained != "" &&
			(f.Project == "" || lead.Project == f.Project)
	})
	if at < 0 {
		return nil
	}
	return &all[at]
}

// settleFollowers takes off what followed from questions that are explained now. A row that
// waited for nothing else counts as the letter's version brought it.
func (d Desk) settleFollowers(w *state.DeptWeek, k Known) {
	for _, t := range w.Tries {
		w.Open = slices.DeleteFunc(w.Open, func(f state.Finding) bool { return explainedLead(f, t.Findings) != nil })
	}
	for _, id := range slices.Clone(w.Wait) {
		if slices.ContainsFunc(w.Open, func(f state.Finding) bool { return f.Project == id }) {
			continue
		}
		w.Wait = slices.DeleteFunc(w.Wait, func(other string) bool { return other == id })
		for _, t := range w.Tries {
			if k.Told.Mail == nil || t.Mail != k.Told.Mail.ID || slices.ContainsFunc(w.Parked, func(f state.Finding) bool { return f.Project == id }) {
				continue
			}
			if row, book, there := rowOf(k.Told.Mail, t, id); there {
				c := counted(d.Roster.Project(id), book, row)
				c.Mail, c.Received = t.Mail, t.Received
				w.Rows = append(slices.DeleteFunc(w.Rows, func(old state.Counted) bool { return old.Project == id }), c)
			}
		}
	}
}

// stayParked keeps a disputed error with the office while the department sends the same
// figure again.
func stayParked(f *state.Finding, w *state.DeptWeek) {
	if w == nil {
		return
	}
	for _, parked := range w.Parked {
		if sameDefect(parked, *f) && parked.Found == f.Found {
			f.Level, f.Disputed, f.Explained = state.LevelNote, true, parked.Explained
		}
	}
}

// remarkOf is what the row of a finding says in its 备注 column; a finding about that column
// itself is not explained by it.
func remarkOf(books []state.Book, f state.Finding) string {
	if f.Project == "" || f.Column == columnRemark {
		return ""
	}
	for _, b := range books {
		for _, row := range b.Rows() {
			if row.Project == f.Project && b.Name == f.Book {
				return row.Text(columnRemark)
			}
		}
	}
	return ""
}

// remembered is an explanation of earlier weeks that still holds.
func (d Desk) remembered(f state.Finding, w state.Week, said []state.Explanation) string {
	for _, e := range said {
		if e.About(f) && e.Level == state.LevelWarning && !w.Before(e.Week) && !e.Week.Add(d.Rules.Remember(f.Rule)).Before(w) {
			return e.Text
		}
	}
	return ""
}

// answered takes an answer by number: explanations settle warnings; for errors they are kept
// for the office and the row goes on waiting, unless the department disputes the item, which
// then waits for the office.
func (d Desk) answered(m state.Mail, p Place, k Known) Verdict {
	m.Decision = state.DecisionAccept
	w := d.weekOf(p, k)
	items := p.said(m)
	for _, e := range items {
		for i := range w.Tries {
			w.Tries[i].Findings = explained(w.Tries[i].Findings, e)
		}
		w.Open = explained(w.Open, e)
		if e.Level != state.LevelError {
			continue
		}
		if m.Raise == "" || e.Dispute {
			m.Raise = state.RaiseExplained
			if e.Dispute {
				m.Raise = state.RaiseDisputed
			}
		}
		if e.Dispute {
			park(&w, e)
		}
	}
	for _, f := range p.To.Findings {
		if at := slices.IndexFunc(items, func(e state.Explanation) bool { return e.About(f) }); at >= 0 {
			f.Level, f.Explained, f.Disputed = state.LevelNote, items[at].Text, items[at].Dispute
			m.Findings = append(m.Findings, f)
		}
	}
	w.Replies = append(w.Replies, state.Reply{Mail: m.ID, Received: m.Received, Subject: m.Subject, Letter: p.To.Key, Items: items})
	if w.State == state.Correcting {
		d.settleFollowers(&w, k)
		d.order(&w, k.Exempt)
		w.State = stateOf(&w)
	}
	return Verdict{Mail: m, Depts: []state.DeptWeek{w}, Said: items}
}

// explained writes an explanation beside the findings it is about.
func explained(findings []state.Finding, e state.Explanation) []state.Finding {
	out := slices.Clone(findings)
	for i := range out {
		if e.About(out[i]) && out[i].Level != state.LevelNote {
			out[i].Explained = e.Text
		}
	}
	return out
}

// park moves a disputed error from the department to the office. A project of which nothing
// else is open waits no longer.
func park(w *state.DeptWeek, e state.Explanation) {
	w.Open = slices.DeleteFunc(w.Open, func(f state.Finding) bool {
		if !e.About(f) {
			return false
		}
		f.Level, f.Disputed = state.LevelNote, true
		w.Parked = append(w.Parked, f)
		return true
	})
	if !slices.ContainsFunc(w.Open, func(f state.Finding) bool { return f.Project == e.Project && f.Follows == "" }) {
		w.Open = slices.DeleteFunc(w.Open, func(f state.Finding) bool { return f.Project == e.Project }) // what followed from it
		w.Open = dropFollowers(w.Open)
		w.Wait = slices.DeleteFunc(w.Wait, func(id string) bool { return id == e.Project })
	}
}
