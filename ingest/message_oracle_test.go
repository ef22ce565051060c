package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
)

// Well-formed mail has one meaning: what go-message writes, and reads back, is what we read.
func TestMessageAgreesWithAnIndependentWriter(t *testing.T) {
	names := []string{"周报.xlsx", "区住建局-第38周-重点项目进展情况表(盖章).xls", "report.xlsx", "䶮湖𠮷祥.et", `a "b" c.xlsx`}
	var raw bytes.Buffer
	var h mail.Header
	h.SetDate(time.Date(2026, 9, 14, 9, 0, 0, 0, time.FixedZone("", 8*3600)))
	h.SetAddressList("From", []*mail.Address{{Name: "张三，住建局", Address: "zjj@lanchuan.example"}})
	h.SetAddressList("To", []*mail.Address{{Address: "zdxmb@lanchuan.example"}, {Name: "a, b", Address: "b@lanchuan.example"}})
	h.SetSubject("关于报送第38周重点项目进展情况的函——区住房和城乡建设局（更正件，以此件为准）")
	h.SetMessageID("1@lanchuan.example")
	h.SetMsgIDList("References", []string{"0@x", "2@y"})
	w, err := mail.CreateWriter(&raw, h)
	if err != nil {
		t.Fatal(err)
	}
	var th mail.InlineHeader
	th.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	tw, err := w.CreateSingleInline(th)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(tw, "本周无变化。\r\n= 全部属实 =\r\n")
	_ = tw.Close()
	for i, name := range names {
		var ah mail.AttachmentHeader
		ah.SetContentType("application/octet-stream", nil)
		ah.SetFilename(name)
		ah.Set("Content-Transfer-Encoding", []string{"base64", "quoted-printable"}[i%2])
		aw, err := w.CreateAttachment(ah)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = aw.Write(append([]byte(name), workbook...))
		_ = aw.Close()
	}
	_ = w.Close()

	m, err := ParseMessage(raw.Bytes(), MessageLimits{})
	if err != nil || len(m.Problems) > 0 {
		t.Fatalf("%v, problems %v", err, m.Problems)
	}
	theirs, err := mail.CreateReader(bytes.NewReader(raw.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := theirs.Header.Subject()
	from, _ := theirs.Header.AddressList("From")
	to, _ := theirs.Header.AddressList("To")
	if m.Subject != subject || m.From[0].Name != from[0].Name || m.From[0].Addr != from[0].Address || len(m.To) != len(to) || m.To[1].Name != to[1].Name {
		t.Errorf("head: %q %v %v, want %q %v %v", m.Subject, m.From, m.To, subject, from, to)
	}
	if date, _ := theirs.Header.Date(); !m.Sent.Equal(date) {
		t.Errorf("sent %v, want %v", m.Sent, date)
	}
	at := 0
	for {
		part, err := theirs.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(part.Body)
		ah, ok := part.Header.(*mail.AttachmentHeader)
		if !ok {
			if m.Text != "本周无变化。\n= 全部属实 =" {
				t.Errorf("text %q, want %q", m.Text, body)
			}
			continue
		}
		name, _ := ah.Filename()
		if a := m.Attachments[at]; a.Name != name || !bytes.Equal(a.Data, body) {
			t.Errorf("attachment %d: %q %d bytes, want %q %d bytes", at, a.Name, len(a.Data), name, len(body))
		}
		at++
	}
	if at != len(names) || len(m.Attachments) != at {
		t.Errorf("%d attachments, want %d", len(m.Attachments), at)
	}
}
