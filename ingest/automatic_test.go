package ingest

import (
	"strings"
	"testing"

	"duban/state"
)

// Automatic mail must cause no mail, and a report must never be taken for automatic mail.
func TestAutomaticMailIsTold(t *testing.T) {
	own := OwnIdentity{Addresses: []string{"zdxmb@lanchuan.example"}}
	workbookPart := sheetPart()
	for name, tc := range map[string]struct {
		raw  string
		want state.MailKind
	}{
		"rfc 3834":             {"From: a@b.example\nAuto-Submitted: auto-replied\n\n已收到", state.MailAutoReply},
		"rfc 3834 with params": {"From: a@b.example\nAuto-Submitted: auto-replied; owner-email=x (vacation)\n\n已收到", state.MailAutoReply},
		"rfc 3834 no":          {"From: a@b.example\nAuto-Submitted: no\n\n已收到", ""},
		"generated":            {"From: oa@b.example\nAuto-Submitted: auto-generated\n\n通知", state.MailOther},
		"generated, says so":   {"From: a@b.example\nAuto-Submitted: auto-generated\nSubject: 自动答复: 通知\n\n休假", state.MailAutoReply},
		"qq header":            {"From: a@b.example\nX-QQ-AUTO-REPLY: 1\n\nx", state.MailAutoReply},
		"qq wording":           {"From: a@b.example\n\n这是来自QQ邮箱的假期自动回复邮件。\n您好", state.MailAutoReply},
		"foxmail rule":         {"From: a@b.example\nSubject: 回复: 通知\n\n[自动回复] 已收到", state.MailAutoReply},
		"subject":              {"From: a@b.example\nSubject: 自动回复:关于报送的通知\n\nx", state.MailAutoReply},
		"subject in brackets":  {"From: a@b.example\nSubject: Re: 【自动回复】周报\n\nx", state.MailAutoReply},
		"out of office":        {"From: a@b.example\nSubject: Out of Office: x\n\nx", state.MailAutoReply},
		"subject, workbook":    {"From: a@b.example\nSubject: 自动答复: x\nContent-Type: multipart/mixed; boundary=q\n\n--q\n" + workbookPart + "\n--q--", state.MailAutoReply},
		"talks of auto-reply":  {"From: a@b.example\nSubject: 关于关闭自动回复的说明\n\n我们已关闭自动回复", ""},
		"forwards an auto one": {"From: a@b.example\nSubject: 转发: 自动回复: 通知\n\n请看", ""},
		"a report, wording":    {"From: a@b.example\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n自动回复已关,见附件\n--q\n" + workbookPart + "\n--q--", ""},
		"list":                 {"From: a@b.example\nList-Id: <x>\n\nx", state.MailOther},
		"bulk":                 {"From: a@b.example\nPrecedence: bulk\n\nx", state.MailOther},
		"no-reply":             {"From: no-reply@b.example\n\nx", state.MailOther},
		"empty return path":    {"Return-Path: <>\nFrom: a@b.example\n\nx", state.MailOther},
		"own by key":           {"From: zdxmb@lanchuan.example\nX-Duban-Key: correction/2026-W41/D05/1\n\nx", state.MailOwn},
		"another duban":        {"From: other@else.example\nX-Duban-Key: due/2026-W41/D05/1\n\nx", state.MailOwn},
		"own by address":       {"From: 办公室 <ZDXMB@lanchuan.example>\n\nx", state.MailOwn},
		"own name, not ours":   {"From: \"zdxmb@lanchuan.example\" <x@y.example>\n\nx", ""},
		"recall":               {"From: a@b.example\nSubject: 撤回: 报送周报\n\n张三希望撤回邮件", state.MailRecall},
		"recall result":        {"From: a@b.example\nSubject: 邮件撤回成功: 周报\n\nx", state.MailRecall},
		"recall with workbook": {"From: a@b.example\nSubject: 撤回：以此件为准\nContent-Type: multipart/mixed; boundary=q\n\n--q\n" + workbookPart + "\n--q--", ""},
		"read receipt":         {"From: a@b.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=q\n\n--q\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@b.example\nOriginal-Message-ID: <1@x>\nDisposition: manual-action/MDN-sent-manually; displayed\n--q--", state.MailAutoReply},
		"read, by subject":     {"From: a@b.example\nSubject: 已读: 通知\n\nx", state.MailAutoReply},
		"wants a receipt":      {"From: a@b.example\nDisposition-Notification-To: x@y.example\n\n报送", ""},
		"invitation":           {"From: a@b.example\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", state.MailOther},
		"a person":             {"From: a@b.example\nSubject: 回复: 请补正\n\n1. 属实", ""},
		"suppresses answers":   {"From: a@b.example\nX-Auto-Response-Suppress: All\n\n报送", ""},
		"forwards a bounce":    {"From: a@b.example\nSubject: 转发: 系统退信\n\n我们的邮件被退信了,退信原因是邮箱空间已满", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage([]byte(strings.ReplaceAll(tc.raw, "\n", "\r\n")), MessageLimits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := Automatic(m, own); got.Kind != tc.want || (got.Kind != "") != (got.Reason != "") {
				t.Errorf("kind %q (%s), want %q", got.Kind, got.Reason, tc.want)
			}
		})
	}
}

func TestBounceNamesTheFailedAddress(t *testing.T) {
	report := func(blocks, returned string) string {
		return "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: zdxmb@lanchuan.example\nSubject: Undelivered Mail\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=q\n\n--q\n\nsorry\n--q\nContent-Type: message/delivery-status\n\n" +
			blocks + "\n--q\n" + returned + "\n--q--\n"
	}
	ours := "Content-Type: text/rfc822-headers\n\nMessage-ID: <due-1@duban>\nX-Duban-Key: due/2026-W41/D05/1\nSubject: 请报送\n"
	for name, tc := range map[string]struct {
		raw     string
		failed  string
		delayed bool
		key, id string
	}{
		"report": {
			report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Bailu@Lanchuan.Example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n", ours),
			"bailu@lanchuan.example", false, "due/2026-W41/D05/1", "due-1@duban",
		},
		"an empty first block": {
			report("\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n", ours),
			"a@b.example", false, "due/2026-W41/D05/1", "due-1@duban",
		},
		"the address written to": {
			report("Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;zjj@lanchuan.example\nFinal-Recipient: rfc822; u7@store.example\nAction: failed\nStatus: 5.0.0\n", ours),
			"zjj@lanchuan.example", false, "due/2026-W41/D05/1", "due-1@duban",
		},
		"the whole letter": {
			report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
				"Content-Type: message/rfc822\n\nMessage-ID: <due-1@duban>\nX-Duban-Key: due/2026-W41/D05/1\n\n正文 c@d.example"),
			"a@b.example", false, "due/2026-W41/D05/1", "due-1@duban",
		},
		"delayed": {
			report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n", ours),
			"", true, "due/2026-W41/D05/1", "due-1@duban",
		},
		"one of two": {
			report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1\n", ours),
			"c@d.example", false, "due/2026-W41/D05/1", "due-1@duban",
		},
		"qq": {
			raw:    "From: PostMaster <PostMaster@qq.example>\nTo: zdxmb@lanchuan.example\nSubject: 系统退信/Systems bounce\n\n您的邮件发送失败。\n退信原因：收件人（nobody@lanchuan.example）邮箱不存在。",
			failed: "nobody@lanchuan.example",
		},
		"163": {
			raw:    "From: Postmaster@163.example\nTo: zdxmb@lanchuan.example\nSubject: 系统退信\n\n抱歉，您的邮件被退回来了……\n主  题 通知\n收件人 nobody@lanchuan.example\n退信原因：\n英文说明:Can not connect",
			failed: "nobody@lanchuan.example",
		},
		"mailbox full": {
			raw:    "From: Mail Delivery System <postmaster@lanchuan.example>\nTo: zdxmb@lanchuan.example\nSubject: 系统退信/Systems bounce\n\n收件人邮箱空间已满: bailu@lanchuan.example",
			failed: "bailu@lanchuan.example",
		},
		"exchange header": {
			raw:    "From: Microsoft Outlook <MicrosoftExchange329e71@lanchuan.example>\nX-Failed-Recipients: bailu@lanchuan.example\nSubject: 未送达: 通知\n\n未能送达",
			failed: "bailu@lanchuan.example",
		},
		"two candidates, nobody marked": {
			raw: "From: mailer-daemon@x.example\nSubject: failure notice\n\nsomething about a@b.example and c@d.example",
		},
		"only ourselves": {
			raw: "From: mailer-daemon@x.example\nTo: zdxmb@lanchuan.example\nSubject: failure notice\n\nsender: zdxmb@lanchuan.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage([]byte(strings.ReplaceAll(tc.raw, "\n", "\r\n")), MessageLimits{})
			if err != nil {
				t.Fatal(err)
			}
			got := Automatic(m, OwnIdentity{Addresses: []string{"zdxmb@lanchuan.example"}})
			if got.Kind != state.MailBounce {
				t.Fatalf("kind %q (%s)", got.Kind, got.Reason)
			}
			if got.Failed != tc.failed || got.Delayed != tc.delayed || got.Key != tc.key || got.MessageID != tc.id {
				t.Errorf("%+v, want failed %q delayed %v key %q id %q", got, tc.failed, tc.delayed, tc.key, tc.id)
			}
		})
	}
}
