package ingest

import (
	"strings"
	"testing"
	"time"

	"duban/state"
)

// A bounce marks an address only when a letter of ours went there: anybody can write one.
// A delay marks nobody, and a report from the address ends the mark.
func TestBouncesMarkOnlyWhomWeWroteTo(t *testing.T) {
	const (
		system = "From: postmaster@lanchuan.example\r\nReturn-Path: <>\r\nSubject: "
		prose  = system + "系统退信\r\n\r\n收件人 <jtj@lanchuan.example> 不存在"
		report = "\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n--q\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;jtj@lanchuan.example\r\n"
		ours   = "due.2026-W38.D05.1.x@lanchuan.example"
	)
	returned := "--q\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + ours + ">\r\n"
	for name, tc := range map[string]struct {
		raw    string
		to     string // whom our letter went to; "" when we wrote none
		key    string // the letter the mail is taken to be about
		failed bool
	}{
		"prose, written to":                   {prose, "jtj@lanchuan.example", "due/2026-W38/D05/1", true},
		"prose, another was":                  {prose, "slj@lanchuan.example", "", false},
		"prose, nobody was":                   {prose, "", "", false},
		"a report with our Message-ID":        {system + "x" + report + "Action: failed\r\nStatus: 5.1.1\r\n" + returned + "--q--", "jtj@lanchuan.example", "due/2026-W38/D05/1", true},
		"the same, our letter went elsewhere": {system + "x" + report + "Action: failed\r\nStatus: 5.1.1\r\n" + returned + "--q--", "slj@lanchuan.example", "due/2026-W38/D05/1", false},
		"a delay":                             {system + "x" + report + "Action: delayed\r\nStatus: 4.4.1\r\n" + returned + "--q--", "jtj@lanchuan.example", "due/2026-W38/D05/1", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if tc.to != "" {
				l := state.Letter{
					Key: "due/2026-W38/D05/1", Kind: state.TopicDue, Week: state.Week{Year: 2026, No: 38}, MessageID: ours,
					Deliveries: []state.Delivery{{To: tc.to, Phase: state.PhaseSent, SentAt: arrivedAt.Add(-time.Hour)}},
				}
				if err := o.store.Update(t.Context(), func(r *state.Records) error { _, err := r.Enqueue(l); return err }); err != nil {
					t.Fatal(err)
				}
			}
			v := o.receive([]byte(tc.raw), arrivedAt)
			if v.Mail.Kind != state.MailBounce || v.Mail.LetterID != tc.key {
				t.Errorf("%s about %q, want a bounce about %q", v.Mail.Kind, v.Mail.LetterID, tc.key)
			}
			if marked := v.Contact != nil && !v.Contact.Failing.IsZero(); marked != tc.failed {
				t.Errorf("contact %+v", v.Contact)
			}
			if v.Contact == nil {
				return
			}
			if err := o.store.Update(t.Context(), func(r *state.Records) error { return r.PutContact(*v.Contact) }); err != nil {
				t.Fatal(err)
			}
			v = o.receive(worldMail(t, "W38-D05-2.eml", ""), arrivedAt.Add(time.Hour))
			if v.Contact == nil || !v.Contact.Failing.IsZero() {
				t.Errorf("after a report from the address: %+v", v.Contact)
			}
		})
	}
}

// An absence note tells that the deputy must be asked; a read receipt tells nothing.
func TestAbsenceNotesAreRemembered(t *testing.T) {
	for raw, want := range map[string]bool{
		"From: jtj@lanchuan.example\nAuto-Submitted: auto-replied\n\n出差": true,
		"From: x@evil.example\nAuto-Submitted: auto-replied\n\n出差":       false,
		"From: jtj@lanchuan.example\nSubject: 已读: 通知\n\n已读":              false,
	} {
		v := newOffice(t).receive([]byte(strings.ReplaceAll(raw, "\n", "\r\n")), arrivedAt)
		if got := v.Contact != nil && v.Contact.Away.Equal(arrivedAt); got != want {
			t.Errorf("%q: %+v", raw, v.Contact)
		}
	}
}
