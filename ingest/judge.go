package ingest

import (
	"path"
	"slices"
	"strings"

	"duban/ingest/rules"
	"duban/state"
)

// Judge decides what follows from a mail, of which m holds what the mailbox told (ID, Folder,
// Received, Size). It is pure: the same mail, place and memories give the same verdict, so a
// mail judged again after a crash changes nothing.
func (d Desk) Judge(m state.Mail, o Opened, p Place, k Known) Verdict {
	d.head(&m, o, p)
	if p.forged {
		m.Decision, m.Findings = state.DecisionQuarantine, p.Findings
		return Verdict{Mail: m}
	}
	switch p.Kind {
	case state.MailAutoReply, state.MailBounce, state.MailOwn:
		m.Decision = state.DecisionIgnore
	case state.MailRecall:
		return Verdict{Mail: d.recalled(m, p)}
	case state.MailUnknown:
		m.Decision, m.Findings = state.DecisionQuarantine, p.Findings
	case state.MailAnswer:
		if p.To != nil {
			return d.answered(m, p, k)
		}
		m.Decision = state.DecisionAccept
	case state.MailNil:
		return d.nothingNew(m, p, k)
	case state.MailSubmission:
		return d.submission(m, o, p, k)
	default:
		m.Decision, m.Findings = state.DecisionHold, p.Findings
	}
	return Verdict{Mail: m}
}

// recalled leaves it to the office what becomes of a mail its department wants back: nothing
// that counts is taken away by a notice anybody's mailer writes. A stranger's is let be, and so
// is the report of how a recall went.
func (d Desk) recalled(m state.Mail, p Place) state.Mail {
	m.Decision = state.DecisionIgnore
	if (len(p.Sender.Depts) > 0 || d.Roster == nil) && !recallResult.MatchString(m.Subject) {
		m.Decision = state.DecisionHold
		m.Findings = []state.Finding{d.Rules.Tell("recall-asked", state.Finding{}, "")}
	}
	return m
}

// head fills in what the mail's own head and its place say.
func (d Desk) head(m *state.Mail, o Opened, p Place) {
	msg := o.Message
	m.From, m.FromName, m.Subject, m.SentDate = p.Sender.Addr, p.Sender.Name, msg.Subject, msg.Date
	m.MessageID, m.InReplyTo, m.References = msg.MessageID, msg.InReplyTo, msg.References
	m.Kind, m.Reason, m.Dept, m.Week, m.Books = p.Kind, p.Reason, p.Dept, p.Week, p.Books
	m.LetterID, m.Failed, m.Delayed = p.Auto.Key, p.Auto.Failed, p.Auto.Delayed
}

// submission judges a report.
func (d Desk) submission(m state.Mail, o Opened, p Place, k Known) Verdict {
	books, findings := d.fresh(p, k)
	if len(p.Books) > 0 && len(books) == 0 && !p.relabelled && allRepeated(p, k) {
		if p.To != nil { // a reply that dragged the old workbook along
			m.Kind, m.Reason = state.MailAnswer, "answers "+p.To.Key+" by number; its workbook came before"
			return d.answered(m, p, k)
		}
		m.Decision, m.Reason = state.DecisionIgnore, "every workbook came earlier this week"
		m.Findings = findings
		return Verdict{Mail: m, Depts: d.sameAgain(m, p, k)}
	}
	findings = append(findings, p.Findings...)
	if len(p.Books) == 0 {
		findings = append(findings, d.Rules.Tell(d.noBook(o), state.Finding{}, ""))
	}
	findings = append(findings, d.manner(o, p)...)
	findings = append(findings, d.outdated(books, m.Received)...)
	c := rules.Case{Roster: d.Roster, Week: p.Week, Received: m.Received, Dept: p.Dept, Books: books, Bases: k.Bases, Past: k.Past, Lamp: d.Lamp, Reported: reported(k)}
	if d.Schedule != nil && !p.Week.IsZero() {
		deadline := d.Schedule.Deadline(p.Week)
		c.AsOf, c.Closed = deadline.AsOf(), d.Schedule.Late(deadline, m.Received)
	}
	found := d.Rules.Judge(c)
	if len(k.Amended) > 0 {
		books = amended(books, k.Amended)
		c.Books = books
		found = settledByHand(d.Rules.Judge(c), found, k.Amended)
	}
	findings = d.promised(d.concerning(p, append(d.misnamed(findings, c), found...)), c, k.Told)
	findings = append(findings, d.backwards(books, k)...)
	said := d.explain(findings, books, m, p, k)
	m.Decision = decide(findings)
	m.Findings = findings
	if d.Roster == nil || d.Schedule == nil || p.Dept == "" {
		return Verdict{Mail: m}
	}
	w := d.weekOf(p, k)
	try := d.try(m, p, &w, k)
	m.Findings = append(m.Findings, d.timely(m, try, &w)...)
	try.Findings = m.Findings
	d.settle(&w, &try, books, k)
	w.Tries = append(w.Tries, try)
	return Verdict{Mail: m, Depts: []state.DeptWeek{w}, Said: said}
}

// sameAgain is the week of a department that was asked to correct and sent the same workbook
// again: it is told so, once for each letter.
func (d Desk) sameAgain(m state.Mail, p Place, k Known) []state.DeptWeek {
	if k.Dept == nil || len(k.Dept.Open) == 0 || k.Told.Letter == nil {
		return nil
	}
	key := k.Told.Letter.Key
	if slices.ContainsFunc(k.Dept.Replies, func(r state.Reply) bool { return r.Same && r.Letter == key }) {
		return nil
	}
	w := d.weekOf(p, k)
	w.Replies = append(w.Replies, state.Reply{Mail: m.ID, Received: m.Received, Subject: m.Subject, Letter: key, Same: true})
	return []state.DeptWeek{w}
}

// decide is accept unless something must be corrected.
func decide(findings []state.Finding) state.Decision {
	if slices.ContainsFunc(findings, func(f state.Finding) bool { return f.Level == state.LevelError }) {
		return state.DecisionCorrect
	}
	return state.DecisionAccept
}

// fresh are the workbooks to judge: not of another week, not seen before.
func (d Desk) fresh(p Place, k Known) ([]state.Book, []state.Finding) {
	var books []state.Book
	var findings []state.Finding
	for _, b := range p.Books {
		switch before, seen := k.Seen[b.Blob]; {
		case p.wrong[b.Name]:
		case !p.relabelled && carried(k.Dept, b.Blob):
			findings = append(findings, d.Rules.Tell("repeated-file", state.Finding{Book: b.Name, Found: b.Name}, ""))
		case seen && b.Blob != "" && b.Refused == "" && b.Week.IsZero():
			findings = append(findings, d.Rules.Tell("same-as-last-week-file", state.Finding{
				Book: b.Name, Found: b.Name, Last: before.Week.Spoken(),
			}, ""))
		default:
			books = append(books, b)
		}
	}
	return books, findings
}

// carried tells whether an earlier try of the week brought the workbook.
func carried(w *state.DeptWeek, blob string) bool {
	return w != nil && blob != "" && slices.ContainsFunc(w.Tries, func(t state.Try) bool {
		return slices.ContainsFunc(t.Books, func(b state.TryBook) bool { return b.Blob == blob })
	})
}

func allRepeated(p Place, k Known) bool {
	return !slices.ContainsFunc(p.Books, func(b state.Book) bool { return !carried(k.Dept, b.Blob) })
}

// noBook names what is wrong with a report without a workbook.
func (d Desk) noBook(o Opened) string {
	switch problems := o.Message.Problems; {
	case len(o.Message.Links) > 0:
		return "link-attachment"
	case slices.Contains(problems, MailPartial):
		return "split-mail"
	case slices.ContainsFunc(problems, isSeal):
		return "sealed-mail"
	}
	return "no-attachment"
}

// manner notes how a mail came.
func (d Desk) manner(o Opened, p Place) []state.Finding {
	var out []state.Finding
	note := func(rule string, f state.Finding) { out = append(out, d.Rules.Tell(rule, f, "")) }
	if o.Message.Subject == "" && len(o.Message.Fields) > 0 {
		note("empty-subject", state.Finding{})
	}
	for _, b := range p.Books {
		if b.Refused != "" {
			continue
		}
		if b.Way != "" {
			note(b.Way, state.Finding{Book: b.Name, Found: b.Name + innerSender(o.Message, b)})
		}
		if b.Format == "et" || strings.EqualFold(path.Ext(b.Name), ".et") {
			note("format-et", state.Finding{Book: b.Name, Found: b.Name})
		}
	}
	return out
}

// innerSender names whom a forwarded workbook came from: a note for the office, no proof.
func innerSender(m Message, b state.Book) string {
	for _, a := range m.Attachments {
		if a.Name == b.Name && a.Inner != nil && len(a.Inner.From) > 0 && a.Inner.From[0].Addr != "" {
			return "(原发件人 " + cutRunes(a.Inner.From[0].Addr, 100) + ")"
		}
	}
	return ""
}

// reported lists the projects earlier mails of the week brought a row of, and those that
// need not report.
func reported(k Known) []string {
	var ids []string
	for _, e := range k.Exempt {
		ids = append(ids, e.Subject)
	}
	if k.Dept == nil {
		return ids
	}
	ids = append(ids, k.Dept.Wait...)
	for _, f := range k.Dept.Parked {
		ids = append(ids, f.Project)
	}
	for _, c := range k.Dept.Rows {
		ids = append(ids, c.Project)
	}
	return ids
}
