package ingest

import (
	"slices"
	"strings"
	"testing"
)

// "无变化" counts only when the department wrote it, not when our own letter is quoted below.
func TestQuotedMailIsPartedFromTheAnswer(t *testing.T) {
	const answer = "1. 审计核减\n2. 属实"
	for name, quoted := range map[string]string{
		"qq":            "------------------ 原始邮件 ------------------\n发件人: \"区重大项目办\" <zdxmb@lanchuan.example>;\n主题: 请补正",
		"foxmail":       "\n\n发件人： 区重大项目办\n发送时间： 2026-09-14 09:00\n收件人： zjj@lanchuan.example\n主题： 请补正",
		"outlook":       "________________________________\n发件人: 区重大项目办 <zdxmb@lanchuan.example>\n发送时间: 2026年9月14日 9:00\n收件人: 张三\n主题: 请补正",
		"outlook en":    "-----Original Message-----\nFrom: office\nSent: Monday\nTo: x",
		"163":           "在 2026-09-14 09:00:00，\"区重大项目办\" <zdxmb@lanchuan.example> 写道：\n> 请补正",
		"163 at":        "At 2026-09-14 09:00:00, \"office\" <zdxmb@lanchuan.example> wrote:\n>请补正",
		"iphone":        "> 在 2026年9月14日，上午9:00，区重大项目办 <zdxmb@lanchuan.example> 写道：\n> \n> 请补正",
		"iphone folded": "On Sep 14, 2026, at 09:00, office\n<zdxmb@lanchuan.example> wrote:\n\n请补正",
		"thunderbird":   "在 2026/9/14 9:00, 区重大项目办 写道:\n> 请补正",
		"coremail":      "-----原始邮件-----\n发件人:\"区重大项目办\" <zdxmb@lanchuan.example>\n发送时间:2026-09-14 09:00:00 (星期一)",
		"marked lines":  "> 请补正\n> 无变化",
		"forwarded":     "---------- Forwarded message ---------\nFrom: office",
		"于写道":           "区重大项目办 <zdxmb@lanchuan.example> 于2026年9月14日周一 09:00写道：\n请补正",
	} {
		t.Run(name, func(t *testing.T) {
			own, theirs := splitQuoted(answer + "\n\n" + quoted)
			if own != answer {
				t.Errorf("own words %q, want %q", own, answer)
			}
			if !strings.HasSuffix(theirs, quoted[strings.LastIndex(quoted, "\n")+1:]) {
				t.Errorf("quoted %q", theirs)
			}
		})
	}
}

func TestAnswerIsNotMistakenForAQuotation(t *testing.T) {
	for _, text := range []string{
		"本周无变化",
		"在建项目3个,已按要求写明原因。",
		"发件人信箱已换,请更新。\n以后用新信箱。",
		"From Monday on we report weekly.",
		"-- \n张三 住建局",
	} {
		if own, quoted := splitQuoted(text); quoted != "" || own == "" {
			t.Errorf("%q: own %q quoted %q", text, own, quoted)
		}
	}
	own, _ := splitQuoted("> 请补正第1项\n> 请补正第2项\n已改,见附件")
	if own != "已改,见附件" {
		t.Errorf("answer below the quotation: %q", own)
	}
}

func TestHTMLBodyBecomesText(t *testing.T) {
	page := `<html><head><style>p{color:red}</style><title>x</title></head><body><!-- note -->
<div>督查室：<br>本周<b>无变化</b>&nbsp;&lt;属实&gt;</div><script>alert("x")</script>
<table><tr><td>项目</td><td>完成</td></tr><tr><td>滨河路</td><td>120</td></tr></table><p>a
b</p>1 < 2</body></html>`
	got, _ := htmlText(page)
	want := "督查室：\n本周无变化 <属实>\n项目\t完成\n滨河路\t120\na b\n1 < 2"
	if got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestOneOfTheAlternativesIsTheText(t *testing.T) {
	alt := func(parts ...string) Message {
		raw := strings.Replace(string(mixed(parts...)), "multipart/mixed", "multipart/alternative", 1)
		m, err := ParseMessage([]byte(raw), MessageLimits{})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	plain, html := "Content-Type: text/plain\r\n\r\nplain", "Content-Type: text/html\r\n\r\n<p>html</p>"
	for want, m := range map[string]Message{
		"plain": alt(html, plain), "html": alt("Content-Type: text/plain\r\n\r\n  ", html),
	} {
		if m.Text != want {
			t.Errorf("text %q, want %q", m.Text, want)
		}
	}
}

func TestCloudAttachmentIsRecognised(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want bool
	}{
		"qq transfer":       {`<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;k=1">周报.xlsx</a>`, true},
		"163":               {`https://mail.163.com/large-attachment-download/index.html?file=1`, true},
		"baidu":             {`链接:https://pan.baidu.com/s/1abc 提取码:1234`, true},
		"coremail":          {`<a href="https://mail.lanchuan.example/coremail/s/json?func=nf:download">x</a>`, true},
		"announced":         {`超大附件 <a href="https://files.lanchuan.example/d/1">周报.xlsx</a>`, true},
		"a home page":       {`欢迎访问 https://www.lanchuan.example/`, false},
		"picture, named":    {`网盘 <a href="https://x.example/logo.png">`, false},
		"not a web link":    {`超大附件 <a href="javascript:alert(1)">x</a>`, false},
		"signature of a qq": {`<a href="https://mail.qq.com/cgi-bin/loginpage">QQ邮箱</a>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage([]byte("Content-Type: text/html; charset=utf-8\r\n\r\n"+tc.body), MessageLimits{})
			if err != nil || (len(m.Links) > 0) != tc.want {
				t.Errorf("links %v, want any: %v", m.Links, tc.want)
			}
			if slices.Contains(m.Links, "") {
				t.Error("an empty link")
			}
		})
	}
}
