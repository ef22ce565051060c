package notify_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
)

var (
	zone   = time.FixedZone("CST", 8*3600)
	friday = time.Date(2026, 9, 18, 18, 20, 0, 0, zone)
	office = notify.Office{Name: "区重大项目办", Mail: "zdxmb@lanchuan.example"}
)

// aDraft is a letter of correction with a copy, a thread and one workbook.
func aDraft() notify.Draft {
	o := state.Occasion{Topic: state.TopicCorrection, Week: state.Week{Year: 2026, No: 38}, Target: "D05", Round: 1}
	return notify.Draft{
		Letter: state.Letter{
			Key: o.Key(), Kind: o.Topic, Week: o.Week, Dept: "D05", Round: 1, MessageID: o.MessageID("lanchuan.example"),
			Subject: "【请补正】交通局第38周周报:2处必须改,请于9月20日18:00前改好发回 [W38-D05]", InReplyTo: "abc@jtj.example",
			References: []string{"first@jtj.example", "<abc@jtj.example>"},
			Deliveries: []state.Delivery{{To: "jtj@lanchuan.example"}, {To: "head@lanchuan.example", Copy: true}},
		},
		Text:  "交通局:\n第一行\n.\n..两点开头\n",
		HTML:  "<p>交通局:</p>\n",
		Files: []notify.File{{Name: "第38周 周报(已标注).xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: []byte("PK\x03\x04\x00\xff")}},
	}
}

func mustRender(t *testing.T, d notify.Draft) []byte {
	t.Helper()
	raw, err := notify.Render(d, office, friday)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func parse(t *testing.T, raw []byte) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRenderedLetterSaysWhoItIsAndWhatItAnswers(t *testing.T) {
	m := parse(t, mustRender(t, aDraft()))
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != aDraft().Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || *from[0] != (mail.Address{Name: office.Name, Address: office.Mail}) {
		t.Errorf("from %v, %v", from, err)
	}
	for name, want := range map[string]string{
		"To": "<jtj@lanchuan.example>", "Cc": "<head@lanchuan.example>",
		"Message-Id":  "<" + aDraft().MessageID + ">",
		"In-Reply-To": "<abc@jtj.example>", "References": "<first@jtj.example> <abc@jtj.example>",
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
		"X-Duban-Kind": "correction", "X-Duban-Key": "correction/2026-W38/D05/1",
		"Date": "Fri, 18 Sep 2026 18:20:00 +0800", "Mime-Version": "1.0",
	} {
		if got := m.Header[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestRenderedLetterIsTextAndPageAndFiles(t *testing.T) {
	m := parse(t, mustRender(t, aDraft()))
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("%q, %v", kind, err)
	}
	mixed := multipart.NewReader(m.Body, params["boundary"])
	alt, err := mixed.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err = mime.ParseMediaType(alt.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%q, %v", kind, err)
	}
	texts := multipart.NewReader(alt, params["boundary"])
	for _, want := range []struct{ kind, body string }{
		{"text/plain; charset=UTF-8", "交通局:\r\n第一行\r\n.\r\n..两点开头\r\n"},
		{"text/html; charset=UTF-8", "<p>交通局:</p>\r\n"},
	} {
		p, err := texts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Header.Get("Content-Type"); got != want.kind {
			t.Errorf("part is %q, want %q", got, want.kind)
		}
		if got := decoded(t, p); string(got) != want.body {
			t.Errorf("body %q, want %q", got, want.body)
		}
	}
	file, err := mixed.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if got := decoded(t, file); string(got) != "PK\x03\x04\x00\xff" {
		t.Errorf("attachment %q", got)
	}
	if _, err := mixed.NextPart(); err != io.EOF {
		t.Errorf("after the attachment: %v", err)
	}
}

func decoded(t *testing.T, p *multipart.Part) []byte {
	t.Helper()
	if got := p.Header.Get("Content-Transfer-Encoding"); got != "base64" {
		t.Errorf("encoding %q, want base64", got)
	}
	b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The one name is for readers of RFC 2231, the other for those who only decode RFC 2047.
func TestFileNamesAreReadableBothWays(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"第38周 周报(已标注).xlsx", "第38周 周报(已标注).xlsx"},
		{"../../etc/passwd", "....etcpasswd"},
		{"a\r\nBcc: x@y.example\"; b.xlsx", "aBcc x@y.example; b.xlsx"},
		{"反\u202e向.xlsx", "反向.xlsx"},
		{strings.Repeat("长", 90) + ".xlsx", strings.Repeat("长", 55) + ".xlsx"},
		{"\x00", "file"},
	} {
		d := aDraft()
		d.Files[0].Name = c.name
		raw := mustRender(t, d)
		at := bytes.Index(raw, []byte("Content-Disposition: attachment"))
		if at < 0 {
			t.Fatalf("%q: no attachment", c.name)
		}
		head := string(raw[at:][:bytes.Index(raw[at:], []byte("\r\n\r\n"))])
		head, _, _ = strings.Cut(head, "\r\nContent-T")
		_, params, err := mime.ParseMediaType(strings.ReplaceAll(strings.TrimPrefix(head, "Content-Disposition: "), "\r\n", ""))
		if err != nil || params["filename"] != c.want {
			t.Errorf("%q: with both forms a reader gets %q, want %q (%v)", c.name, params["filename"], c.want, err)
		}
		words := regexp.MustCompile(`filename="([^"]*)"`).FindStringSubmatch(head)
		extended := regexp.MustCompile(`filename\*=[^\r\n;]+`).FindString(head)
		if words == nil || extended == "" {
			t.Fatalf("%q: header %q", c.name, head)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(words[1]); err != nil || got != c.want {
			t.Errorf("%q: RFC 2047 name %q, want %q (%v)", c.name, got, c.want, err)
		}
		_, params, err = mime.ParseMediaType("attachment; " + extended)
		if err != nil || params["filename"] != c.want {
			t.Errorf("%q: RFC 2231 name %q, want %q (%v)", c.name, params["filename"], c.want, err)
		}
	}
}

func TestForeignTextCannotAddHeaders(t *testing.T) {
	d := aDraft()
	evil := "x\r\nBcc: thief@evil.example\r\n\r\nbody"
	d.Subject, d.InReplyTo, d.References, d.Key = evil, evil, []string{evil, "ok@a.example"}, evil
	d.Files[0].Type = evil
	m := parse(t, mustRender(t, d))
	if m.Header.Get("Bcc") != "" || m.Header.Get("In-Reply-To") != "" || m.Header.Get("References") != "<ok@a.example>" {
		t.Errorf("headers %v", m.Header)
	}
	for _, to := range []string{"a@b.example\r\nRCPT TO:<c@d.example>", "\"a@b.example>,<c\"@d.example", "a@b.example, c@d.example", ""} {
		d := aDraft()
		d.Deliveries[0].To = to
		if _, err := notify.Render(d, office, friday); err == nil {
			t.Errorf("recipient %q was taken", to)
		}
	}
}

func TestRenderedBytesCanBeSentAsTheyStand(t *testing.T) {
	d := aDraft()
	d.Text = "bare\rreturn and\nfeed\n" + strings.Repeat("很长的一行", 3000)
	raw := mustRender(t, d)
	for i, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") || bytes.ContainsFunc(line, func(r rune) bool { return r >= 0x80 }) {
			t.Errorf("line %d cannot be sent: %.80q", i, line)
		}
	}
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Error("the last line is not ended")
	}
}

func TestRenderingAgainDiffersInBoundariesOnly(t *testing.T) {
	boundary := regexp.MustCompile(`[0-9a-f]{60}`)
	a := boundary.ReplaceAll(mustRender(t, aDraft()), nil)
	b := boundary.ReplaceAll(mustRender(t, aDraft()), nil)
	if !bytes.Equal(a, b) {
		t.Errorf("two renderings differ:\n%s\n%s", a, b)
	}
}

func TestAllowListNamesDomainsAndAddresses(t *testing.T) {
	a, err := notify.NewAllow([]string{"lanchuan.example", " Qu.Zhang@Mail.example ", "@park.example"})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"jtj@lanchuan.example": true, "JTJ@LanChuan.Example": true, "qu.zhang@mail.example": true, "x@park.example": true,
		"x@mail.example": false, "x@sub.lanchuan.example": false, "x@evil-lanchuan.example": false, "lanchuan.example": false, "": false,
		"x@evil.example@lanchuan.example": false, `"x@evil.example>"@lanchuan.example`: false, "x@lanchuan.example\r\nDATA": false,
		"x@lanchuan.example ": false, "x@lanchuan.example.": false, "张@lanchuan.example": false,
	} {
		if got := a.Permits(addr); got != want {
			t.Errorf("%q permitted: %v, want %v", addr, got, want)
		}
	}
	if _, err := notify.NewAllow([]string{"lanchuan.example, other.example"}); err == nil {
		t.Error("a list in one entry was taken")
	}
	var none notify.Allow
	if none.Permits("jtj@lanchuan.example") {
		t.Error("an empty list allowed somebody")
	}
}
