package ingest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// workbook stands for an .xlsx: its first bytes and some that are not text.
var workbook = append([]byte("PK\x03\x04"), bytes.Repeat([]byte{0, 1, 0xFE, '\n', '\r', '=', 0x80}, 60)...)

// lines joins the lines of a mail as they travel.
func lines(l ...string) []byte { return []byte(strings.Join(l, "\r\n")) }

// b64 is data as a mailer wraps it.
func b64(data []byte) string {
	s := base64.StdEncoding.EncodeToString(data)
	var out []string
	for len(s) > 76 {
		out, s = append(out, s[:76]), s[76:]
	}
	return strings.Join(append(out, s), "\r\n")
}

// sheetPart is an ordinary part that carries the workbook.
func sheetPart() string {
	return string(lines(`Content-Type: application/octet-stream; name="week.xlsx"`, "Content-Transfer-Encoding: base64", "", b64(workbook)))
}

func mixed(parts ...string) []byte {
	l := []string{"From: a@lanchuan.example", "Subject: week", `Content-Type: multipart/mixed; boundary="xx"`, "", "preamble"}
	for _, p := range parts {
		l = append(l, "--xx", p)
	}
	return lines(append(l, "--xx--", "epilogue")...)
}

// Whatever the mailer or a gateway did to the mail, the workbook must come out byte for byte.
func TestWorkbookSurvivesEveryMailer(t *testing.T) {
	text := "Content-Type: text/plain; charset=gb2312\r\n\r\n" + gbk("请查收")
	uu := "begin 644 week.xlsx\r\n" + uuencode(workbook) + "`\r\nend\r\n"
	inner := string(mixed(text, sheetPart()))
	qp := strings.NewReplacer("\r", "=0D", "\n", "=0A", "=", "=3D", "\x00", "=00", "\x80", "=80").Replace(string(workbook))
	for name, raw := range map[string][]byte{
		"ordinary":                 mixed(text, sheetPart()),
		"in an alternative":        bytes.Replace(mixed(text, sheetPart()), []byte("multipart/mixed"), []byte("multipart/alternative"), 1),
		"the mail is the workbook": lines("From: a@b.example", `Content-Type: application/vnd.ms-excel; name=week.xlsx`, "Content-Transfer-Encoding: base64", "", b64(workbook)),
		"line feeds only":          bytes.ReplaceAll(mixed(text, sheetPart()), []byte("\r\n"), []byte("\n")),
		"carriage returns only":    bytes.ReplaceAll(mixed(text, sheetPart()), []byte("\r\n"), []byte("\r")),
		"mbox separator":           append([]byte("From a@b.example Mon Sep 14 09:00:00 2026\r\n"), mixed(text, sheetPart())...),
		"byte order mark":          append([]byte("\xef\xbb\xbf"), mixed(text, sheetPart())...),
		"line without a colon":     bytes.Replace(mixed(text, sheetPart()), []byte("Subject: week"), []byte("Subject: week\r\nan odd line"), 1),
		"no closing boundary":      bytes.TrimSuffix(mixed(text, sheetPart()), []byte("\r\n--xx--\r\nepilogue")),
		"no boundary parameter":    bytes.Replace(mixed(text, sheetPart()), []byte(`; boundary="xx"`), nil, 1),
		"wrong boundary parameter": bytes.Replace(mixed(text, sheetPart()), []byte(`"xx"`), []byte(`"yy"`), 1),
		"boundary in odd params":   bytes.Replace(mixed(text, sheetPart()), []byte(`; boundary="xx"`), []byte(`;; charset; boundary=xx;`), 1),
		"boundary prefix of inner": mixed(strings.ReplaceAll(strings.ReplaceAll(inner, `"xx"`, `"xxy"`), "--xx", "--xxy")),
		"odd encoding name":        bytes.Replace(mixed(text, sheetPart()), []byte("Encoding: base64"), []byte("Encoding: Base 64 (encoded)"), 1),
		"base64 called 7bit":       bytes.Replace(mixed(text, sheetPart()), []byte("Encoding: base64"), []byte("Encoding: 7bit"), 1),
		"base64 with stray bytes":  bytes.Replace(mixed(text, sheetPart()), []byte(b64(workbook)[:20]), []byte(b64(workbook)[:7]+"!\r\n\r\n"+b64(workbook)[7:20]), 1),
		"base64 with a footer":     bytes.Replace(mixed(text, sheetPart()), []byte("\r\n--xx--"), []byte("\r\n\r\n_______________\r\nThis mail was scanned\r\n"+gbk("已杀毒")+"\r\n--xx--"), 1),
		"base64 without padding":   bytes.Replace(mixed(text, sheetPart()), []byte("==\r\n--xx--"), []byte("\r\n--xx--"), 1),
		"base64 in one line":       bytes.Replace(mixed(text, sheetPart()), []byte(b64(workbook)), []byte(base64.StdEncoding.EncodeToString(workbook)), 1),
		"quoted-printable":         mixed(text, "Content-Type: application/octet-stream; name=week.xlsx\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+strings.Replace(qp, "=00", "=\r\n=00", 3)),
		"raw binary":               mixed(text, "Content-Type: application/octet-stream; name=week.xlsx\r\nContent-Transfer-Encoding: binary\r\n\r\n"+string(workbook)),
		"uuencode part":            mixed(text, "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"+uu),
		"uuencode in the text":     lines("From: a@b.example", "", "hello", uu),
		"called text":              bytes.Replace(mixed(text, sheetPart()), []byte("application/octet-stream;"), []byte("text/plain;"), 1),
		"unnamed and called text":  mixed(text, "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64(workbook)),
		"type without a slash":     bytes.Replace(mixed(text, sheetPart()), []byte("application/octet-stream;"), []byte("xlsx;"), 1),
		"inline":                   bytes.Replace(mixed(text, sheetPart()), []byte("Content-Transfer"), []byte("Content-Disposition: inline\r\nContent-Transfer"), 1),
		"two content types":        append([]byte("Content-Type: text/plain\r\n"), mixed(text, sheetPart())...),
		"signed":                   bytes.Replace(mixed(inner, "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxx"), []byte("multipart/mixed"), []byte("multipart/signed"), 1),
		"forwarded as a mail":      mixed(text, "Content-Type: message/rfc822\r\n\r\n"+strings.ReplaceAll(inner, "xx", "inner")),
		"forwarded in base64":      mixed(text, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64([]byte(inner))),
		"an eml called a stream":   mixed(text, "Content-Type: application/octet-stream; name=\"a.eml\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64([]byte("Received: x\r\n"+inner))),
		"digest":                   bytes.Replace(mixed("\r\n"+strings.ReplaceAll(inner, "xx", "inner")), []byte("multipart/mixed"), []byte("multipart/digest"), 1),
		"winmail.dat":              mixed(text, "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64(tnefStream(tnefFileAttributes("week.xlsx", workbook)))),
		"winmail.dat as the mail":  lines("From: a@b.example", "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64", "", b64(tnefStream(tnefFileAttributes("week.xlsx", workbook)))),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage(raw, MessageLimits{})
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Attachments) != 1 {
				t.Fatalf("%d attachments: %v", len(m.Attachments), m.Attachments)
			}
			if a := m.Attachments[0]; !bytes.Equal(a.Data, workbook) {
				t.Errorf("the workbook changed: %d bytes, want %d: %q", len(a.Data), len(workbook), a.Data)
			}
		})
	}
}

// uuencode is the classic encoder.
func uuencode(data []byte) string {
	var out strings.Builder
	for len(data) > 0 {
		n := min(45, len(data))
		line := append([]byte{}, data[:n]...)
		data = data[n:]
		out.WriteByte(byte(n) + ' ')
		for len(line)%3 != 0 {
			line = append(line, 0)
		}
		for i := 0; i < len(line); i += 3 {
			for _, six := range []byte{line[i] >> 2, line[i]<<4&0x30 | line[i+1]>>4, line[i+1]<<2&0x3C | line[i+2]>>6, line[i+2] & 0x3F} {
				c := six + ' '
				if c == ' ' {
					c = '`'
				}
				out.WriteByte(c)
			}
		}
		out.WriteString("\r\n")
	}
	return out.String()
}

// Half a workbook must be known as one: it would be read as a short report.
func TestCutMailMarksItsAttachmentDamaged(t *testing.T) {
	whole := mixed("Content-Type: text/plain\r\n\r\nhi", sheetPart())
	cut := whole[:len(whole)-200]
	m, err := ParseMessage(cut, MessageLimits{})
	if err != nil || len(m.Attachments) != 1 {
		t.Fatalf("%v, %d attachments", err, len(m.Attachments))
	}
	if !m.Attachments[0].Damaged || !slices.Contains(m.Problems, MailUnclosed) {
		t.Errorf("damaged %v, problems %v", m.Attachments[0].Damaged, m.Problems)
	}
	if m, _ = ParseMessage(whole, MessageLimits{}); m.Attachments[0].Damaged || len(m.Problems) != 0 {
		t.Errorf("a whole mail is called damaged: %v", m.Problems)
	}
}

func TestMessageHeaderIsRead(t *testing.T) {
	raw := lines(
		"Authentication-Results: mx.lanchuan.example; spf=pass", "Received: by mx", "Authentication-Results: forged; spf=pass",
		"From: =?gb2312?B?1cXI/Q==?= <Zhang.San@Lanchuan.Example>", `To: "office, the" <zdxmb@lanchuan.example>, b@c.example`, "Cc: Group: c@d.example, e@f.example;",
		"Subject : =?gb2312?B?1tyx?=", " =?gb2312?B?qA==?=", "Date: Mon, 14 Sep 2026 09:00:00 +0800 (CST)",
		"Message-ID: <1@x>", "In-Reply-To: your mail <2@y> of Monday", "References: <0@y>", "\t<2@y>", "Reply-To: x@y.example", "", "hello")
	m, err := ParseMessage(raw, MessageLimits{})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]any{
		"from":       {fmt.Sprint(m.From), "[{张三 zhang.san@lanchuan.example}]"},
		"name":       {m.FromName(), "张三"},
		"to":         {fmt.Sprint(m.To), "[{office, the zdxmb@lanchuan.example} { b@c.example}]"},
		"cc":         {fmt.Sprint(m.Cc), "[{ c@d.example} { e@f.example}]"},
		"reply to":   {fmt.Sprint(m.ReplyTo), "[{ x@y.example}]"},
		"subject":    {m.Subject, "周报"},
		"sent":       {m.Sent.UTC().Format(time.RFC3339), "2026-09-14T01:00:00Z"},
		"ids":        {m.MessageID + " " + m.InReplyTo, "1@x 2@y"},
		"references": {fmt.Sprint(m.References), "[0@y 2@y]"},
		"results":    {m.Trace[0].Value, "mx.lanchuan.example; spf=pass"},
		"text":       {m.Text, "hello"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
}

// Whose mail it is decides whose figures count: nothing in a display name may pass for an
// address, and a second From must be seen.
func TestSenderCannotBeFeigned(t *testing.T) {
	for field, want := range map[string]string{
		`From: a@b.example`:                                   "[{ a@b.example}]",
		`From: "zjj@lanchuan.example" <evil@x.example>`:       "[{zjj@lanchuan.example evil@x.example}]",
		`From: "<zjj@lanchuan.example>" <evil@x.example>`:     "[{<zjj@lanchuan.example> evil@x.example}]",
		`From: zjj@lanchuan.example <evil@x.example>`:         "[{zjj@lanchuan.example evil@x.example}]",
		`From: <evil@x.example> (zjj@lanchuan.example)`:       "[{ evil@x.example}]",
		`From: evil@x.example (zjj@lanchuan.example)`:         "[{zjj@lanchuan.example evil@x.example}]",
		`From: a@b.example, c@d.example`:                      "[{ a@b.example} { c@d.example}]",
		"From: a@b.example\r\nFrom: c@d.example":              "[{ a@b.example} { c@d.example}]",
		`From: =?utf-8?B?YUBiLmV4YW1wbGU=?= <evil@x.example>`: "[{a@b.example evil@x.example}]",
		`From: =?utf-8?B?PGFAYi5leGFtcGxlPg==?=`:              "[{ a@b.example}]",
		`From: Zhang San`:                                     "[{Zhang San }]",
		`From: `:                                              "[]",
		"From: " + gbk("张三") + " <a@b.example>":               "[{张三 a@b.example}]",
		`From: "unclosed <a@b.example>`:                       "[{unclosed a@b.example}]",
		`From: a@lаnchuan.example`:                            "[{ a@l{0430}nchuan.example}]", // a Cyrillic а
		`From: a@明州.政务`:                                       "[{ a@明州.政务}]",
		`From: Undisclosed: ;`:                                "[]",
	} {
		m, err := ParseMessage([]byte(field+"\r\n\r\nx"), MessageLimits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(m.From); got != want {
			t.Errorf("%s\n got %s\nwant %s", field, got, want)
		}
		if n := strings.Count(field, "From:"); m.FromHeaders != n {
			t.Errorf("%s: %d From headers, want %d", field, m.FromHeaders, n)
		}
	}
}

func TestMessageRefusesWhatIsTooMuchAndStillNamesTheSender(t *testing.T) {
	top := "From: a@b.example\r\nSubject: bomb\r\n"
	nested := top
	for i := range 40 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	letters := top
	for range 40 {
		letters += "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n"
	}
	for what, raw := range map[string]string{
		"size":   top + "\r\n" + strings.Repeat("x", 41<<20),
		"parts":  top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n", 300),
		"depth":  nested,
		"header": top + "X: " + strings.Repeat("y", 200<<10) + "\r\n\r\n",
	} {
		m, err := ParseMessage([]byte(raw), MessageLimits{})
		var limit *LimitError
		if !errors.As(err, &limit) || limit.What != what {
			t.Errorf("%s: error %v", what, err)
		}
		if m.Subject != "bomb" || len(m.From) != 1 {
			t.Errorf("%s: from %v subject %q", what, m.From, m.Subject)
		}
	}
	var limit *LimitError
	if _, err := ParseMessage([]byte(letters), MessageLimits{}); !errors.As(err, &limit) {
		t.Errorf("nested mails: %v", err)
	}
}

func TestMailThatCannotBeReadSaysWhy(t *testing.T) {
	for want, raw := range map[string][]byte{
		MailPartial:   lines("From: a@b.example", "Content-Type: message/partial; number=1; total=2; id=x", "", "From: y", "", "x"),
		MailEncrypted: lines("From: a@b.example", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "", "x"),
		MailOpaque:    lines("From: a@b.example", "Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m", "", "x"),
		MailRepeated:  lines("From: a@b.example", "Subject: 1", "Subject: 2", "", "x"),
		MailTNEF:      lines("From: a@b.example", "Content-Type: application/ms-tnef; name=winmail.dat", "", "\x78\x9f\x3e\x22broken"),
	} {
		m, err := ParseMessage(raw, MessageLimits{})
		if err != nil || !slices.Contains(m.Problems, want) {
			t.Errorf("problems %v (%v), want %s", m.Problems, err, want)
		}
	}
}

func TestAttachedMailIsNotedNotTrusted(t *testing.T) {
	inner := strings.Replace(string(mixed(sheetPart())), "a@lanchuan.example", "inner@lanchuan.example", 1)
	raw := mixed("Content-Type: text/plain\r\n\r\nsee below", "Content-Type: message/rfc822\r\n\r\n"+strings.ReplaceAll(inner, "xx", "inner"))
	m, err := ParseMessage(raw, MessageLimits{})
	if err != nil || len(m.Attachments) != 1 {
		t.Fatalf("%v, %d attachments", err, len(m.Attachments))
	}
	a := m.Attachments[0]
	if a.Nested != 1 || a.Path != "2.1.1" || a.Inner == nil || a.Inner.From[0].Addr != "inner@lanchuan.example" || a.Inner.Subject != "week" {
		t.Errorf("attachment %+v inner %+v", a, a.Inner)
	}
	if m.From[0].Addr != "a@lanchuan.example" || m.Text != "see below" {
		t.Errorf("outer mail changed: %v %q", m.From, m.Text)
	}
}

func TestInlinePicturesAreTold(t *testing.T) {
	raw := bytes.Replace(mixed("Content-Type: text/html\r\n\r\n<img src=cid:logo>",
		"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n\r\nPNG", sheetPart()), []byte("multipart/mixed"), []byte("multipart/related"), 1)
	m, err := ParseMessage(raw, MessageLimits{})
	if err != nil || len(m.Attachments) != 2 {
		t.Fatalf("%v, %d attachments", err, len(m.Attachments))
	}
	if !m.Attachments[0].Inline || m.Attachments[1].Inline {
		t.Errorf("inline: %v %v, want only the logo", m.Attachments[0].Inline, m.Attachments[1].Inline)
	}
}
