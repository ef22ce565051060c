package ingest

import (
	"regexp"
	"strings"

	"duban/state"
)

// OwnIdentity is how duban recognises its own mail.
type OwnIdentity struct {
	Addresses []string // the office's sending addresses, lower case
}

// Automated says that a mail was not written to us by a person, and what it is instead. Such a
// mail is recorded and never answered (RFC 3834): two programs answering each other do not stop.
type Automated struct {
	Kind   state.MailKind // "" when a person wrote it
	Reason string         // English, for `duban why`
	// Failed is the address a bounce complains of, when it states one that will not work. It is
	// empty for a mere delay.
	Failed    string
	Delayed   bool   // a bounce that says the server is still trying
	Away      bool   // an auto-reply: whoever should read the letter does not, for now
	Key       string // X-Duban-Key of our letter, or of the letter that came back
	MessageID string // id of the mail that came back or was read
}

// Automatic tells mail written by programs. The order decides: a bounce may carry our own
// letter, and a meeting reply may be marked as automatic.
func Automatic(m Message, own OwnIdentity) Automated {
	for _, judge := range []func(*Message, OwnIdentity) (Automated, bool){
		ownMail, bounce, readReceipt, recall, calendarMail, autoReply, massMail,
	} {
		if a, ok := judge(&m, own); ok {
			if m.Returned != nil && (a.Kind == state.MailBounce || a.Kind == state.MailAutoReply) {
				a.Key, a.MessageID = m.Returned.Key, m.Returned.MessageID
			}
			return a
		}
	}
	return Automated{}
}

// ownMail knows our letters by the header every one of them carries, and by the sender. A
// report about one of them comes from a mail system, not from us.
func ownMail(m *Message, own OwnIdentity) (Automated, bool) {
	if key := m.Header("x-duban-key"); key != "" {
		return Automated{Kind: state.MailOwn, Reason: "carries X-Duban-Key", Key: key, MessageID: m.MessageID}, true
	}
	if m.ReportType != "" {
		return Automated{}, false
	}
	for _, from := range m.From {
		for _, addr := range own.Addresses {
			if from.Addr != "" && strings.EqualFold(from.Addr, addr) {
				return Automated{Kind: state.MailOwn, Reason: "from our own address", MessageID: m.MessageID}, true
			}
		}
	}
	return Automated{}, false
}

// readReceipt recognises 已读 and 未读 receipts (RFC 8098). Nobody need answer one.
func readReceipt(m *Message, _ OwnIdentity) (Automated, bool) {
	if m.ReportType == "disposition-notification" {
		return Automated{Kind: state.MailAutoReply, Reason: "read receipt"}, true
	}
	if receiptSubject.MatchString(m.Subject) && !carriesWorkbook(m) {
		return Automated{Kind: state.MailAutoReply, Reason: "read receipt by its subject"}, true
	}
	return Automated{}, false
}

// recall recognises Outlook's wish to have a mail back. A person who writes 撤回 above a new
// workbook is submitting.
func recall(m *Message, _ OwnIdentity) (Automated, bool) {
	if recallSubject.MatchString(m.Subject) && !carriesWorkbook(m) {
		return Automated{Kind: state.MailRecall, Reason: "recall notice"}, true
	}
	return Automated{}, false
}

// calendarMail recognises invitations and their answers, whatever they carry.
func calendarMail(m *Message, _ OwnIdentity) (Automated, bool) {
	switch m.Calendar {
	case "":
		return Automated{}, false
	case "REPLY", "COUNTER", "REFRESH":
		return Automated{Kind: state.MailAutoReply, Reason: "answer to a meeting, method " + m.Calendar}, true
	}
	return Automated{Kind: state.MailOther, Reason: "meeting mail, method " + m.Calendar}, true
}

// autoReply recognises answers nobody wrote: by RFC 3834, by the marks older programs set, by
// the subject, and by the fixed opening lines of Chinese providers and hand-made rules.
func autoReply(m *Message, _ OwnIdentity) (Automated, bool) {
	reply := func(reason string) (Automated, bool) {
		return Automated{Kind: state.MailAutoReply, Reason: reason, Away: true}, true
	}
	switch s := autoSubmitted(m); s {
	case "", "no", "auto-generated":
	default:
		return reply("Auto-Submitted: " + cutRunes(s, 40))
	}
	for _, name := range autoReplyHeaders {
		if v := strings.ToLower(m.Header(name)); m.HasHeader(name) && v != "no" && v != "0" && v != "false" {
			return reply(name + " is set")
		}
	}
	switch strings.ToLower(m.Header("precedence")) {
	case "auto_reply", "auto-reply", "autoreply":
		return reply("Precedence: auto_reply")
	}
	subject := replyPrefix.ReplaceAllString(m.Subject, "")
	if autoSubject.MatchString(subject) || autoSuffix.MatchString(subject) && !forwardPrefix.MatchString(subject) {
		return reply("subject of an automatic reply")
	}
	text := strings.TrimSpace(m.Text)
	if carriesWorkbook(m) {
		return Automated{}, false
	}
	if autoBody.MatchString(cutRunes(text, 300)) {
		return reply("opening line of an automatic reply")
	}
	if len(text) <= longestNote && autoLine.MatchString(text) && !numbered.MatchString(text) {
		return reply("a short text that calls itself an automatic reply")
	}
	return Automated{}, false
}

// longestNote is how many bytes an absence note has whose words stand at its end.
const longestNote = 900

// autoSubmitted is the value of RFC 3834's header without its parameters, lower case.
func autoSubmitted(m *Message) string {
	value, _, _ := strings.Cut(strings.ToLower(cutComment(m.Header("auto-submitted"))), ";")
	return strings.TrimSpace(value)
}

// massMail recognises what must not be answered although a person may have caused it: mailing
// lists, bulk mail, senders that say they read nothing, and mail without a return path.
func massMail(m *Message, _ OwnIdentity) (Automated, bool) {
	other := func(reason string) (Automated, bool) {
		return Automated{Kind: state.MailOther, Reason: reason}, true
	}
	for _, name := range []string{"list-id", "list-post", "list-unsubscribe"} {
		if m.HasHeader(name) {
			return other("mailing list: " + name)
		}
	}
	switch p := strings.ToLower(m.Header("precedence")); p {
	case "bulk", "list", "junk":
		return other("Precedence: " + p)
	}
	for _, from := range m.From {
		local, _, _ := strings.Cut(from.Addr, "@")
		if noReplyLocal.MatchString(local) {
			return other("sender reads no mail: " + cutRunes(local, 60))
		}
	}
	if autoSubmitted(m) == "auto-generated" {
		return other("Auto-Submitted: auto-generated")
	}
	if text := strings.TrimSpace(m.Text); len(text) <= longestNote && systemLine.MatchString(text) && !carriesWorkbook(m) {
		return other("says that a system sent it and reads no answer")
	}
	if returnedToNobody(m) {
		return other("empty Return-Path")
	}
	return Automated{}, false
}

// autoReplyHeaders are set by auto-responders and by nothing else.
var autoReplyHeaders = []string{
	"x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-autoreply-from",
	"x-qq-auto-reply", "x-mail-autoreply", "x-vacation", "x-vacation-reply", "x-cm-autoreply", "x-coremail-autoreply",
}

var (
	replyPrefix = regexp.MustCompile(`(?i)^(\s*(re|回复|回覆|答复|答覆)\s*[:：])+\s*`)
	autoSubject = regexp.MustCompile(`(?i)^\s*[\[【(（]?\s*(自动回复|自动答复|自动应答|自动回覆|自動回覆|自動回復|系统自动回复|(假期|休假|外出|出差|离岗|会议)(中|期间)?[的,，]?自动(回复|答复)|不在办公室\s*[:：]|` +
		`automatic reply|auto[- ]?reply|auto(matic)? response|autoresponse|out of (the )?office|auto\s*[:：])`)
	autoBody = regexp.MustCompile(`(?i)^\s*[\[【(（]?\s*(自动回复|自动答复|自動回覆)|^.{0,40}(这是|此为|本邮件(为|是)|此邮件(为|是)|该邮件(为|是)).{0,40}(自动回复|自动答复)|` +
		`^.{0,20}this is an? (automatic|auto|automated)[- ]?(reply|response|generated)`)
	autoSuffix    = regexp.MustCompile(`[\[【(（]\s*(系统)?自动(回复|答复|应答)\s*[\]】)）]\s*$`)
	forwardPrefix = regexp.MustCompile(`(?i)^\s*(fw|fwd|转发|轉寄|转寄)\s*[:：]`)
	// autoLine is how a note names itself where it does not begin so.
	autoLine = regexp.MustCompile(`(?im)[\[【(（]\s*(此邮件为|本邮件为|系统|邮箱|假期)*自动(回复|答复|应答)(邮件)?\s*[\]】)）]|[-—–~]\s*(系统)?自动(回复|答复)\W*$|` +
		`^\W*(这是|此为|(本|此|该)(邮件|信)(为|是|系)).{0,40}自动(回复|答复|应答)`)
	// systemLine is how a system's notice asks not to be answered.
	systemLine     = regexp.MustCompile(`(?i)(系统|平台|程序)自动(发送|发出|生成)|自动发送[^\n]{0,20}(请勿|不要|无需)(直接)?回复|do not reply to this (e-?mail|message)`)
	receiptSubject = regexp.MustCompile(`(?i)^\s*(已读|未读|已读回执|阅读回执|已讀|read|not read|return receipt \(displayed\))\s*[:：]`)
	recallSubject  = regexp.MustCompile(`(?i)^\s*(撤回|召回|邮件撤回|撤回邮件|邮件召回|recall|message recall|recall (success|failure))\s*([:：]|(成功|失败))`)
	recallResult   = regexp.MustCompile(`(?i)(撤回|召回|recall)\s*(成功|失败|success|failure)`)
	noReplyLocal   = regexp.MustCompile(`^(no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|noreply.*|mailer-daemon)$`)
)

// carriesWorkbook reports whether the sender attached something that may be a report. A
// picture in a signature is none.
func carriesWorkbook(m *Message) bool {
	for _, a := range m.Attachments {
		if a.Nested == 0 && (isContainer(a.Data) || sheetName.MatchString(a.Name)) {
			return true
		}
	}
	return false
}

var sheetName = regexp.MustCompile(`(?i)\.(xlsx?|xlsm|xlsb|et|csv|ods|zip|rar|7z)$`)
