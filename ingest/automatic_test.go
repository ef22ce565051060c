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

// The same machines in the words of the providers our departments write through: what each
// says of itself, whom a bounce names, and what a person writes who only speaks of such mail.
func TestAutomaticMailInTheProvidersWords(t *testing.T) {
	own := OwnIdentity{Addresses: []string{"zdxmb@lanchuan.example"}}
	to := "To: zdxmb@lanchuan.example\n"
	for i, c := range []struct{ want, raw string }{
		{"bounce nobody@qq.example", "From: PostMaster@qq.example\n" + to + "Subject: 来自qq.example的退信\n\n抱歉，您的邮件被退回来了……\n\n主题：请报送\n时间：2026-9-17 15:00\n无法发送到 nobody@qq.example\n\n退信原因 收件人邮件地址（nobody@qq.example）不存在，邮件无法送达。\nhost mx3.qq.example said: 550 Mailbox not found. [x] (in reply to RCPT TO)\n\n解决方案 请联系您的收件人"},
		{"bounce nobody@qq.example", "From: PostMaster <PostMaster@qq.example>\n" + to + "Subject: =?gb18030?B?zbPQxQ==?=退信通知\nContent-Type: text/html; charset=utf-8\n\n<div>邮件<b>请报送</b>被退回</div><p>您发往 <a href='mailto:nobody@qq.example'>nobody@qq.example</a> 的邮件未送达,对方拒收</p>"},
		{"bounce a@b.example", "From: <postmaster@gov.example>\n" + to + "Subject: 系统退信/Systems bounce\n\n尊敬的用户：\n您的邮件没有投递成功，退信信息如下：\n收件人：a@b.example\n原因：550 User not found: a@b.example\n"},
		{"bounce a@b.example", "From: Coremail系统 <postmaster@gov.example>\n" + to + "Subject: 系统退信\n\n    很抱歉,您发送给 <a@b.example> 的邮件未成功,错误信息: Mail rejected. Mailbox quota exceeded"},
		{"bounce a@b.example", "From: Microsoft Outlook <postmaster@corp.example>\n" + to + "Subject: 无法送达: 请报送\n\n无法传递到以下收件人或组:\n\n张三 (a@b.example)\n找不到您输入的电子邮件地址。"},
		{"bounce a@b.example", "From: Microsoft Exchange <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>\n" + to + "Subject: 未送达: 请报送\n\n邮件无法传递给以下收件人或通讯组列表:\n\na@b.example\n收件人的邮箱已满"},
		{"bounce a@b.example", "From: \"Mail Delivery Subsystem\" <mailer-daemon@googlemail.example>\n" + to + "Subject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed permanently:\n\n     a@b.example\n"},
		{"bounce a@b.example", "From: MAILER-DAEMON@smtp.example\n" + to + "Subject: failure notice\n\nHi. This is the qmail-send program at smtp.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<a@b.example>:\nUser not found (#5.1.1)\n"},
		{"bounce a@b.example", "From: 系统邮件 <system@sina.example>\n" + to + "Subject: 邮件投递失败通知\n\n您的邮件未能投递到 a@b.example: 收件人不存在"},
		{"bounce a@b.example", "From: 邮件系统 <postmaster@139.example>\n" + to + "Subject: 退信通知：请报送\n\n您好！您发给a@b.example的邮件发送失败,原因:收件人邮箱被停用"},
		{"bounce a@b.example", "From: 阿里邮箱 <postmaster@aliyun.example>\n" + to + "Subject: 邮件退回通知\n\n您的邮件被退回\n收件人：a@b.example\n退回原因：对方邮箱帐号已冻结"},
		{"bounce a@b.example", "From: Administrator <administrator@corp.example>\nReturn-Path: <>\n" + to + "Subject: 退信: 请报送\n\n您的邮件未到达: a@b.example 该用户已注销"},
		{"bounce a@b.example", "From: Postmaster <postmaster@corp.example>\n" + to + "Subject: Undeliverable: 请报送\nContent-Type: multipart/report; boundary=q\n\n--q\n\nx\n--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: Failed\nStatus: 5.1.1 (bad destination)\n--q--"},
		{"bounce a@b.example", "From: postmaster@corp.example\n" + to + "Subject: x\nContent-Type: multipart/report; report-type=\"Delivery-Status\"; boundary=q\n\n--q\n\nx\n--q\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + b64([]byte("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n")) + "\n--q--"},
		{"bounce  delayed", "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n" + to + "Subject: Warning: could not send message for past 4 hours\n\nTHIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\na@b.example: host unreachable"},
		{"bounce  delayed", "From: PostMaster@qq.example\n" + to + "Subject: 邮件投递延迟通知\n\n您发往 a@b.example 的邮件暂时无法投递,系统将继续尝试重新投递,您不需要重新发送。"},
		{"auto-reply", "From: a@b.example\nSubject: 自动回复：请报送\n\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。"},
		{"auto-reply", "From: a@b.example\nSubject: Re: 请报送\n\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。\n\n这是来自QQ邮箱的假期自动回复邮件"},
		{"auto-reply", "From: a@b.example\nSubject: Re: 请报送\n\n您的来信已收到,我会尽快回复!(系统自动回复)"},
		{"auto-reply", "From: a@b.example\nSubject: Re: 请报送\n\n您好,来信收到,谢谢! --自动回复"},
		{"auto-reply", "From: a@b.example\nSubject: Re: 请报送\n\n本人外出学习,9月20日返回,急事请致电。\n此邮件为自动回复,请勿回复。"},
		{"auto-reply", "From: a@b.example\nSubject: [Auto-Reply] 请报送\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: [自动回复]请报送\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: 回复：自动回复：请报送\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: 休假自动答复\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: 请报送 (自动回复)\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: 不在办公室: 请报送\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: Abwesend\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-replied\n\nx"},
		{"auto-reply", "From: a@b.example\nSubject: 请报送\nX-Vacation: yes\n\nx"},
		{"other", "From: oa@b.example\nSubject: 待办提醒\n\n此邮件由系统自动发送,请勿直接回复。"},
		{"", "From: a@b.example\nSubject: 第38周周报\n\n附件是周报。前几天的自动回复请忽略,此前我们休假。"},
		{"", "From: a@b.example\nSubject: 关于退信的说明\n\n上次的邮件被退回,退信原因是邮箱空间已满,现重新报送。"},
		{"", "From: a@b.example\nSubject: 回复: 请报送\n\n1. 用户不存在问题,属实\n2. 无法送达现场"},
		{"", "From: 邮件系统管理员 <a@b.example>\nSubject: 回复: 请报送\n\n1. 已改"},
		{"bounce a@b.example", "From: PostMaster@qq.example\n" + to + "Subject: 退信\n\n您发往 a@b.example 的邮件暂时无法投递,已退回"},
	} {
		m, err := ParseMessage([]byte(strings.ReplaceAll(c.raw, "\n", "\r\n")), MessageLimits{})
		if err != nil {
			t.Fatal(err)
		}
		a := Automatic(m, own)
		got := string(a.Kind)
		if a.Kind == state.MailBounce {
			got += " " + a.Failed
		}
		if a.Delayed {
			got += " delayed"
		}
		if got != c.want {
			t.Errorf("sample %d: %q (%s), want %q\n%s", i+1, got, a.Reason, c.want, c.raw)
		}
	}
}
