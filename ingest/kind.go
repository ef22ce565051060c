package ingest

import (
	"regexp"
	"slices"
	"strings"

	"duban/state"
)

var (
	ourReceipt   = regexp.MustCompile(`收悉`) // a reply to it quotes our words, not the department's
	answerWords  = regexp.MustCompile(`答复|复函|回函|回复意见`)
	reportWords  = regexp.MustCompile(`周报|报表|重大项目|重点项目|项目情况|项目进展|进展情况|报送|填报|补正|补报|更正|附件`)
	numbered     = regexp.MustCompile(`(?m)^\s*\d{1,2}\s*[.、．)）]`)
	nothingNew   = regexp.MustCompile(`无变化|没有变化|无新进展|零报告|无进展`)
	received     = regexp.MustCompile(`(?i)^\s*(已?收到|收悉|已阅|好的?[,，。!！\s]|好的?$|知道了|知悉|明白|谢谢|多谢|感谢|辛苦了|ok)`)
	speaksOfFile = regexp.MustCompile(`附件|附上|见附|见表|现报|现将|重报|重新报|重新填|已报|已发|已填|已改|已修改|已更正|已补正|更正后|补正后|修改后`)
	longestQuiet = 60 // runes of text in which "nothing new" is the whole message and not a remark
)

// kind tells what a mail of a registered department is.
func (d Desk) kind(o Opened, p Place, standing Standing) (state.MailKind, string) {
	m := o.Message
	dept := d.Roster.Dept(p.Dept)
	subject := m.Subject
	switch {
	case issueNumber.MatchString(subject) && !weeklyForm(p.Books):
		return state.MailAnswer, "the subject bears the number of an issue"
	case !dept.Reports && answerWords.MatchString(subject):
		return state.MailAnswer, "the subject says it is an answer"
	case !dept.Reports:
		return state.MailOther, "the sender's department owes no report"
	case onlyNil(p.Books) || len(p.Books) == 0 && saysNothingNew(m):
		return state.MailNil, "says that nothing changed"
	case len(p.Books) > 0 || len(m.Links) > 0:
		return state.MailSubmission, ""
	case answerWords.MatchString(subject):
		return state.MailAnswer, "the subject says it is an answer"
	case acknowledges(m):
		return state.MailAnswer, "says no more than that a letter came"
	case stands(standing, p, state.Correcting) && numbered.MatchString(m.Text):
		return state.MailOther, "answers the items of a letter by number"
	case stands(standing, p, state.Accepted, state.NilReturn, state.Exempt):
		return state.MailOther, "no attachment, and the department's report of the week is complete"
	case reportWords.MatchString(subject) || reportWords.MatchString(m.Text):
		return state.MailSubmission, "speaks of the report but carries no attachment"
	}
	return state.MailOther, "no attachment, and nothing in it speaks of the report"
}

// stands tells whether the department stands in one of the states in the week of the mail.
func stands(standing Standing, p Place, states ...state.DeptState) bool {
	if standing == nil {
		return false
	}
	s := standing(p.Dept, p.Week)
	return s != nil && slices.Contains(states, s.State)
}

// saysNothingNew tells whether 本周无变化 is all a mail has to say.
func saysNothingNew(m Message) bool {
	text := strings.TrimSpace(m.Text)
	if n := len([]rune(text)); n > longestQuiet {
		return false
	}
	return nothingNew.MatchString(m.Subject) && !ourReceipt.MatchString(m.Subject) || nothingNew.MatchString(text)
}

// acknowledges tells whether 收到 is all a reply has to say: no report was meant, so none is
// missed.
func acknowledges(m Message) bool {
	text := strings.TrimSpace(m.Text)
	reply := m.InReplyTo != "" || replyPrefix.MatchString(m.Subject)
	return reply && len([]rune(text)) <= longestQuiet && received.MatchString(text) && !speaksOfFile.MatchString(text)
}

// onlyNil tells whether the workbooks hold no project and say that nothing changed.
func onlyNil(books []state.Book) bool {
	said := false
	for _, b := range books {
		if b.Refused != "" || len(b.Rows()) > 0 {
			return false
		}
		said = said || slices.ContainsFunc(b.Findings, func(f state.Finding) bool { return f.Rule == "nil-return" })
	}
	return said
}
