package ingest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// coded is the workbook as a part with the given header lines.
func coded(head ...string) string {
	return strings.Join(append(head, "Content-Transfer-Encoding: base64", "", b64(workbook)), "\r\n")
}

// uuText is the workbook as uuencode writes it into a text.
func uuText(name string) string {
	return "begin 644 " + name + "\r\n" + uuencode(workbook) + "`\r\nend\r\n"
}

// utf16LE is s as Notepad saves "Unicode".
func utf16LE(s string) string {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// What mailers, gateways and scanners do to the way a workbook travels: each comes out byte
// for byte and under its name, and nothing else comes out with it.
func TestEveryWayAWorkbookTravels(t *testing.T) {
	text := "Content-Type: text/plain; charset=gb2312\r\n\r\n" + gbk("请查收")
	stream := "Content-Type: application/octet-stream"
	inner := strings.ReplaceAll(string(mixed(text, sheetPart())), "xx", "inner")
	attachedMail := func(head string) []byte {
		return mixed(text, head+"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64([]byte("Received: by mx\r\n"+inner)))
	}
	for name, tc := range map[string]struct {
		raw  []byte
		want string // the names, in order
	}{
		"uuencode, several":            {lines("From: a@b.example", "", "hello", uuText("a.xlsx"), "and", uuText("b.xlsx"), "bye"), "a.xlsx b.xlsx"},
		"uuencode, GBK name":           {lines("From: a@b.example", "", "hello", uuText(gbk("第47周 周报.xlsx"))), "第47周 周报.xlsx"},
		"uuencode in HTML":             {lines("From: a@b.example", "Content-Type: text/html", "", "<p>hello</p>", uuText("a.xlsx")), "a.xlsx"},
		"uuencode, a part of several":  {mixed(text, stream+"\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"+uuText("a.xlsx")+uuText("b.xlsx")), "b.xlsx a.xlsx"},
		"uuencode nobody declared":     {mixed(text, stream+"; name=a.xlsx\r\n\r\n"+uuText("a.xlsx")), "a.xlsx"},
		"uuencode in base64":           {lines("From: a@b.example", "", "hello", "begin-base64 644 a.xlsx", b64(workbook), "====", "bye"), "a.xlsx"},
		"base64 called text":           {mixed(text, "Content-Type: text/plain; name=a.xlsx\r\n\r\n"+b64(workbook)), "a.xlsx"},
		"base64 called quoted":         {mixed(text, stream+"; name=a.xlsx\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+b64(workbook)), "a.xlsx"},
		"the container in base64":      {lines("From: a@b.example", "Content-Type: multipart/mixed; boundary=xx", "Content-Transfer-Encoding: base64", "", b64([]byte("--xx\r\n"+text+"\r\n--xx\r\n"+sheetPart()+"\r\n--xx--\r\n"))), "week.xlsx"},
		"no header says it has parts":  {lines("From: a@b.example", "", "--xx", text, "--xx", sheetPart(), "--xx--"), "week.xlsx"},
		"boundary in another case":     {lines("From: a@b.example", "Content-Type: multipart/mixed; boundary=AbC", "", "--abc", text, "--abc", sheetPart(), "--abc--"), "week.xlsx"},
		"parts after the last":         {append(mixed(text, sheetPart()), "\r\n--xx\r\nContent-Type: text/plain\r\n\r\nscanned\r\n--xx--\r\n"...), "week.xlsx"},
		"everything in capitals":       {mixed(text, strings.ToUpper(stream)+"; NAME=a.xlsx\r\nCONTENT-TRANSFER-ENCODING: BASE64\r\n\r\n"+b64(workbook)), "a.xlsx"},
		"beside a Mac's own file":      {mixed(text, "Content-Type: multipart/appledouble; boundary=ad\r\n\r\n--ad\r\nContent-Type: application/applefile; name=a.xlsx\r\n\r\nMac OS X\r\n--ad\r\n"+coded(stream+"; name=a.xlsx")+"\r\n--ad--"), "a.xlsx"},
		"in related, unnamed":          {bytes.Replace(mixed("Content-Type: text/html\r\n\r\n<p>x</p>", coded(stream, "Content-ID: <1>")), []byte("multipart/mixed"), []byte("multipart/related"), 1), ""},
		"no name but an empty one":     {mixed(text, coded(stream+`; name=""`, `Content-Disposition: attachment; filename=""`)), ""},
		"name under the other word":    {mixed(text, coded(stream+"; filename=a.xlsx")), "a.xlsx"},
		"disposition says name":        {mixed(text, coded(stream, "Content-Disposition: attachment; name=a.xlsx")), "a.xlsx"},
		"name in the description":      {mixed(text, coded(stream, "Content-Description: =?utf-8?B?5ZGo5oqlLnhsc3g=?=")), "周报.xlsx"},
		"name in the location":         {mixed(text, coded(stream, "Content-Location: a.xlsx")), "a.xlsx"},
		"name of a web form":           {mixed(text, coded(stream+`; name="&#21608;&#25253;.xlsx"`)), "周报.xlsx"},
		"name cut inside its base64":   {mixed(text, coded(stream+";\r\n name=\"=?utf-8?B?5ZGo5o?=\r\n =?utf-8?B?qlLnhsc3g=?=\"")), "周报.xlsx"},
		"pieces: the middle is lost":   {mixed(text, coded(stream, "Content-Disposition: attachment; filename*0*=UTF-8''%E5%91%A8; filename*2*=.xlsx")), "周.xlsx"},
		"pieces: the first is lost":    {mixed(text, coded(stream+`; name="=?utf-8?B?5ZGo5oqlLnhsc3g=?="`, "Content-Disposition: attachment; filename*1*=%E6%8A%A5; filename*2*=.xlsx")), "周报.xlsx"},
		"pieces: torn beside a plain":  {mixed(text, coded(stream, "Content-Disposition: attachment; filename=a.xlsx; filename*2*=.xlsx")), "a.xlsx"},
		"pieces counted from one":      {mixed(text, coded(stream, "Content-Disposition: attachment; filename*1*=GBK''%D6%DC; filename*2*=%B1%A8.xlsx")), "周报.xlsx"},
		"pieces of an encoded-word":    {mixed(text, coded(stream, `Content-Disposition: attachment; filename*0="=?utf-8?B?5ZGo5o"; filename*1="qlLnhsc3g=?="`)), "周报.xlsx"},
		"an encoded-word as RFC 2231":  {mixed(text, coded(stream, `Content-Disposition: attachment; filename*="=?utf-8?B?5ZGo5oqlLnhsc3g=?="`)), "周报.xlsx"},
		"a mail, no name says so":      {attachedMail(stream), "week.xlsx"},
		"a mail named without ending":  {attachedMail(stream + "; name=fw"), "week.xlsx"},
		"a mail named .txt":            {attachedMail(`Content-Type: text/plain; name="转发.txt"`), "week.xlsx"},
		"a mail in a mail, recoded":    {mixed(text, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+strings.ReplaceAll(inner, "=", "=3D")), "week.xlsx"},
		"signed, opaque":               {lines("From: a@b.example", "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "Content-Transfer-Encoding: base64", "", b64(signedBlob([]byte(inner), false))), "week.xlsx"},
		"signed, opaque, as a stream":  {lines("From: a@b.example", "Content-Type: application/x-pkcs7-mime; name=smime.p7m", "Content-Transfer-Encoding: base64", "", b64(signedBlob([]byte(inner), true))), "week.xlsx"},
		"workbook called csv, unnamed": {mixed(text, coded("Content-Type: text/csv")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage(tc.raw, MessageLimits{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, a := range m.Attachments {
				names = append(names, a.Name)
				if !bytes.Equal(a.Data, workbook) || a.Damaged {
					t.Errorf("%q: damaged %v, %d bytes, want %d", a.Name, a.Damaged, len(a.Data), len(workbook))
				}
			}
			if got := strings.Join(names, " "); got != tc.want || len(names) == 0 {
				t.Errorf("names %q, want %q", got, tc.want)
			}
			if strings.Contains(m.Text, base64.StdEncoding.EncodeToString(workbook[:12])) {
				t.Errorf("the file stands in the text too: %.200s", m.Text)
			}
		})
	}
}

// signedBlob is content in CMS signed-data without a signer: with lengths, or as a program
// writes that does not know them yet.
func signedBlob(content []byte, stream bool) []byte {
	element := func(tag byte, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		if stream && tag&berBuilt != 0 {
			return append(append([]byte{tag, 0x80}, body...), 0, 0)
		}
		return append([]byte{tag, 0x84, byte(len(body) >> 24), byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
	}
	octets := element(berOctets, content)
	if stream {
		half := len(content) / 2
		octets = element(berOctets|berBuilt, element(berOctets, content[:half]), element(berOctets, content[half:]))
	}
	return element(berSequence,
		element(berOID, oidSignedData),
		element(berContext0, element(berSequence,
			element(0x02, []byte{1}), element(0x31),
			element(berSequence, element(berOID, oidSignedData), element(berContext0, octets)))))
}

// The text of a mail is read in every charset a mailer of the last thirty years chose, and as
// the sender wrote it.
func TestEveryWayATextIsWritten(t *testing.T) {
	for name, tc := range map[string]struct{ head, body, want string }{
		"UTF-7":                    {"charset=utf-7", "1. +XfJoOFue-, +/wE-ok +- x +", "1. 已核实, ！ok + x +"},
		"UTF-7 by its long name":   {`charset="unicode-1-1-utf-7"`, "+VGhipQ-", "周报"},
		"HZ":                       {"charset=hz-gb-2312", "~{V\\1(~}", "周报"},
		"UTF-16 with its mark":     {"charset=utf-16", utf16LE("请查收"), "请查收"},
		"UTF-16 called UTF-8":      {"charset=utf-8", utf16LE("请查收"), "请查收"},
		"UTF-16 nobody declared":   {"x=y", utf16LE("请查收"), "请查收"},
		"broken to be sent":        {"charset=utf-8; format=flowed", "1. 已核实, \r\nsee below\r\n2. 属实\r\n-- \r\n张三", "1. 已核实, see below\n2. 属实\n--\n张三"},
		"broken inside Chinese":    {"charset=utf-8; format=flowed; delsp=yes", "1. 本周完成 \r\n投资120万元\r\n2. 属实", "1. 本周完成投资120万元\n2. 属实"},
		"a quotation broken":       {"charset=utf-8; format=flowed", "属实\r\n> long \r\n> line\r\n> next", "属实"},
		"blanks of no such mail":   {"charset=utf-8", "1. 已核实, \r\n2. 属实", "1. 已核实,\n2. 属实"},
		"words of two writings":    {"charset=gb2312", gbk("一") + "\r\nab", "一\nab"},
		"talks of begin and of to": {"charset=utf-8", "begin 644 the week well\r\nsee you", "begin 644 the week well\nsee you"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := fmt.Sprintf("From: a@b.example\r\nContent-Type: text/plain; %s\r\n\r\n%s", tc.head, tc.body)
			m, err := ParseMessage([]byte(raw), MessageLimits{})
			if err != nil || m.Text != tc.want || len(m.Attachments) > 0 {
				t.Errorf("text %q (%v), want %q; %d attachments", m.Text, err, tc.want, len(m.Attachments))
			}
		})
	}
}

// A mail that says where its file lies, instead of carrying it, is told as a cloud attachment.
func TestAFileKeptElsewhereIsALink(t *testing.T) {
	m, err := ParseMessage(mixed("Content-Type: text/plain\r\n\r\nx",
		"Content-Type: message/external-body; access-type=URL; URL=\"https://files.example/a.xlsx\"\r\n\r\nContent-Type: application/vnd.ms-excel\r\n\r\n"), MessageLimits{})
	if err != nil || len(m.Links) != 1 || len(m.Attachments) != 0 {
		t.Errorf("%v, links %v, %d attachments", err, m.Links, len(m.Attachments))
	}
}

// Whatever claims to be a signature, the walk ends and gives a piece of what it was given.
func FuzzSigned(f *testing.F) {
	f.Add(signedBlob([]byte("Subject: x\r\n\r\ny"), false))
	f.Add(signedBlob([]byte("Subject: x\r\n\r\ny"), true))
	f.Add([]byte{berSequence, 0x80, berSequence, 0x80})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if content, ok := signedContent(raw); ok && len(content) > len(raw) {
			t.Errorf("%d bytes out of %d", len(content), len(raw))
		}
	})
}
