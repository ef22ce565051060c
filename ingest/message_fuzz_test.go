package ingest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"duban/state"
)

// What holds for every mail, however it was made.
func checkMessage(t *testing.T, raw []byte, m Message) {
	t.Helper()
	total := 0
	for _, a := range m.Attachments {
		total += len(a.Data)
		if strings.ContainsAny(a.Name, "/\\\x00\n\r") {
			t.Errorf("attachment name %q holds a path or a control", a.Name)
		}
		if a.Path == "" {
			t.Error("an attachment hangs nowhere")
		}
	}
	if limit := 20*len(raw) + 100; total > limit {
		t.Errorf("%d bytes of attachments out of a mail of %d", total, len(raw))
	}
	for _, s := range []string{m.Text, m.Quoted, m.Subject, m.FromName(), m.MessageID} {
		if !utf8.ValidString(s) {
			t.Errorf("not UTF-8: %q", s)
		}
	}
	for _, a := range m.From {
		if strings.ContainsAny(a.Addr, " \r\n\t") {
			t.Errorf("address %q holds a blank", a.Addr)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(mixed("Content-Type: text/plain; charset=gb2312\r\n\r\n"+gbk("请查收"), sheetPart()))
	f.Add(mixed("Content-Type: message/rfc822\r\n\r\n" + strings.ReplaceAll(string(mixed(sheetPart())), "xx", "yy")))
	f.Add(lines("From: a@b.example", "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64", "", b64(tnefStream(tnefFileAttributes("a.xlsx", workbook)))))
	f.Add([]byte("From x\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n"))
	f.Add(lines("Content-Type: text/html", "", "<table><tr><td>a<td>b</table><a href='https://pan.baidu.com/s/1'>x</a>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		limits := MessageLimits{Size: 1 << 20, Header: 8 << 10}
		m, _ := ParseMessage(raw, limits)
		checkMessage(t, raw, m)
		again, _ := ParseMessage(raw, limits)
		if again.Text != m.Text || len(again.Attachments) != len(m.Attachments) {
			t.Error("the same mail reads differently the second time")
		}
	})
}

func FuzzParams(f *testing.F) {
	f.Add([]byte(`attachment; filename="=?gb2312?B?1tyxqC54bHN4?="; x*1*=%41; x*0*=gbk''%D6%DC`))
	f.Add([]byte(gbk(`text/plain;; name=周 报.xlsx; charset`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := parseParams(raw)
		if len(v.params) > maxParams {
			t.Errorf("%d parameters", len(v.params))
		}
		for _, value := range v.params {
			if name := attachmentName(value); strings.ContainsAny(name, "/\\\x00\n\r") || !utf8.ValidString(name) {
				t.Errorf("name %q", name)
			}
		}
	})
}

func FuzzHeader(f *testing.F) {
	f.Add([]byte("From: =?gb2312?B?1cXI/Q==?= <a@b.example>\r\n folded\r\nodd\r\nTo: x:y@z;\r\n\r\nbody"))
	f.Add([]byte(gbk("From: 张三 <a@b.example>\r\n\r\n")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := &messageParser{limits: MessageLimits{Header: 4 << 10}.withDefaults()}
		h, body, err := p.readHeader(raw)
		if err == nil && !bytes.HasSuffix(raw, body) {
			t.Error("the body is no part of the mail")
		}
		for _, field := range h.fields {
			for _, a := range parseAddresses(field.value) {
				if strings.ContainsAny(a.Addr, " \r\n\t") || !utf8.ValidString(a.Addr) || !utf8.ValidString(a.Name) {
					t.Errorf("address %+v", a)
				}
			}
			if s := decodeField(field.value); !utf8.ValidString(s) {
				t.Errorf("field %q", s)
			}
		}
	})
}

func FuzzTNEF(f *testing.F) {
	f.Add(tnefStream(tnefFileAttributes("周报.xlsx", workbook)))
	f.Add(tnefStream(tnefAttribute(1, tnefProps, tnefUnicodeProperty(propBody, "请查收"))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		opened := readTNEF(raw, 20)
		if len(opened.files) > 20 {
			t.Errorf("%d files", len(opened.files))
		}
		total := 0
		for _, file := range opened.files {
			total += len(file.data)
		}
		if total > (maxTNEFDepth+1)*len(raw) {
			t.Errorf("%d bytes of files in a stream of %d", total, len(raw))
		}
	})
}

func FuzzAutomatic(f *testing.F) {
	f.Add("系统退信/Systems bounce", "PostMaster@qq.example", "收件人（nobody@x.example）邮箱不存在")
	f.Add("自动回复: x", "a@b.example", "已收到")
	f.Fuzz(func(t *testing.T, subject, from, text string) {
		m := Message{Subject: subject, From: []Address{{Addr: canonicalAddr(from)}}, FromHeaders: 1, Text: text}
		a := Automatic(m, OwnIdentity{Addresses: []string{"office@x.example"}})
		if (a.Kind == "") != (a.Reason == "") {
			t.Errorf("kind %q, reason %q", a.Kind, a.Reason)
		}
		if a.Failed != "" && !strings.Contains(strings.ToLower(text), a.Failed) && isASCII([]byte(text)) {
			t.Errorf("failed address %q is not in the text", a.Failed)
		}
	})
}

// Whatever a mail system writes: nobody is marked who was not written to by it, a delay fails
// nobody, and the same mail is the same thing twice.
func FuzzBounce(f *testing.F) {
	for _, pattern := range []string{"2026-W38/X*.eml", "2026-W39/X*.eml"} { // bounces, notes and answers
		files, err := filepath.Glob(filepath.Join(worldMails, pattern))
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds in %s: %v", pattern, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	f.Add([]byte("From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n--q\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n--q--"))
	f.Add([]byte("From: PostMaster@qq.example\r\nSubject: 系统退信\r\n\r\n收件人（nobody@x.example）邮箱不存在"))
	own := OwnIdentity{Addresses: []string{"office@x.example"}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ParseMessage(raw, MessageLimits{Size: 64 << 10})
		if err != nil {
			return
		}
		a := Automatic(m, own)
		switch {
		case (a.Kind == "") != (a.Reason == ""):
			t.Errorf("kind %q, reason %q", a.Kind, a.Reason)
		case a.Failed != "" && (a.Kind != state.MailBounce || a.Delayed):
			t.Errorf("%s, delayed %v, marks %q", a.Kind, a.Delayed, a.Failed)
		case strings.ContainsAny(a.Failed, " \r\n\t<>"):
			t.Errorf("failed address %q", a.Failed)
		}
		if again := Automatic(m, own); again != a {
			t.Errorf("%+v, then %+v", a, again)
		}
	})
}

// The IMAP library sees only what the guard lets through.
func FuzzFraming(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* CAPABILITY X\r\n"), 3)
	f.Fuzz(func(t *testing.T, raw []byte, size int) {
		whole := framing{maxLiteral: 1000}
		want := whole.check(raw)
		pieces := framing{maxLiteral: 1000}
		var got error
		size = max(1, size&0xFF)
		for at := 0; at < len(raw) && got == nil; at += size {
			got = pieces.check(raw[at:min(at+size, len(raw))])
		}
		if !errors.Is(got, want) {
			t.Errorf("in pieces of %d: %v, at once: %v", size, got, want)
		}
	})
}

// BenchmarkParseMessage opens an ordinary report of 40 KB.
func BenchmarkParseMessage(b *testing.B) {
	raw := mixed("Content-Type: text/plain; charset=gb2312\r\n\r\n"+gbk("请查收"),
		"Content-Type: application/octet-stream; name=\"=?gb2312?B?1tyxqC54bHN4?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
			b64(bytes.Repeat(workbook, 29_000/len(workbook))))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if m, err := ParseMessage(raw, MessageLimits{}); err != nil || len(m.Attachments) != 1 {
			b.Fatal(err, len(m.Attachments))
		}
	}
}
