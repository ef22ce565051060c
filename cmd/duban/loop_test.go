package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"duban/configs"
	"duban/ingest"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// bureau is a whole office in memory: what is put into its box is collected, what it sends
// lies in out.
type bureau struct {
	*office
	box []ingest.Raw
	out []letterOut
	now time.Time
}

type letterOut struct {
	to  string
	raw []byte
}

// After gives the mails behind the cursor, as a mailbox does.
func (b *bureau) After(_ context.Context, folder string, c ingest.Cursor, _ time.Time) (ingest.Batch, error) {
	batch := ingest.Batch{Next: ingest.Cursor{UIDValidity: 1, UID: uint32(len(b.box))}}
	for i := int(c.UID); i < len(b.box); i++ {
		m := b.box[i]
		m.Folder, m.UIDValidity, m.UID, m.Size = folder, 1, uint32(i+1), int64(len(m.Body))
		batch.Mails = append(batch.Mails, m)
	}
	return batch, nil
}

func (b *bureau) Close() error { return nil }

func (b *bureau) Send(_ context.Context, _, to string, raw []byte) error {
	b.out = append(b.out, letterOut{to, bytes.Clone(raw)})
	return nil
}

func (b *bureau) Hangup() {}

func (b *bureau) receive(raw string) {
	b.box = append(b.box, ingest.Raw{Body: []byte(strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")), Received: b.now})
}

func (b *bureau) turn(t testing.TB, at time.Time) {
	t.Helper()
	b.now = at
	if err := b.tick(context.Background()); err != nil {
		t.Fatalf("tick at %s: %v", at, err)
	}
}

// newBureau is the fictional district's office, changed as the test wants it. A letter to
// one of the foreign domains is not stopped by outgoing.allow: that is not what holds here.
func newBureau(t testing.TB, change func(*configs.Config)) *bureau {
	t.Helper()
	shared := starterConfig(t)
	if change != nil {
		shared = readStarter(t)
	}
	own := *shared.cfg
	cfg := &own
	cfg.Outgoing.Pace = 0
	cfg.Outgoing.Allow = append(slices.Clone(cfg.Outgoing.Allow), "evil.example", "privatemail.example", "city.example", "lists.example")
	if change != nil {
		change(cfg)
	}
	store, err := state.NewStore(context.Background(), memkv.New())
	if err != nil {
		t.Fatal(err)
	}
	b := &bureau{}
	archive := newArchive(store, blobs.Memory(), func() error { return nil })
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	b.office, err = wire(parts{cfg, shared.rules, shared.pages, archive, ingest.InProcess{Form: cfg.Form}, func() time.Time { return b.now }, log})
	if err != nil {
		t.Fatal(err)
	}
	b.collector.Mailbox, b.dispatcher.Sender = b, b
	return b
}

// starter is the starter configuration, read once for those who do not change it.
var starter struct {
	once sync.Once
	parts
}

func starterConfig(t testing.TB) parts {
	t.Helper()
	starter.once.Do(func() { starter.parts = readStarter(t) })
	return starter.parts
}

func readStarter(t testing.TB) parts {
	t.Helper()
	dir := t.TempDir()
	if err := configs.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	cfg, set, pages, err := load(filepath.Join(dir, standardConfig), quietDay)
	if err != nil {
		t.Fatal(err)
	}
	return parts{cfg: cfg, rules: set, pages: pages}
}

// abroad lists the letters that did not go to the office itself.
func (b *bureau) abroad() []letterOut {
	return slices.DeleteFunc(slices.Clone(b.out), func(l letterOut) bool { return l.to == b.cfg.Office.Mail })
}

// quietDay is a Wednesday on which the calendar asks for no letter.
var quietDay = mustTime("2026-09-16T10:00:00+08:00")

// Mail that a machine wrote causes no letter, whoever it seems to come from, and whatever it
// carries.
func TestAutomaticMailCausesNoLetter(t *testing.T) {
	const from = "From: jtj@lanchuan.example\nTo: zdxmb@lanchuan.example\n"
	book := "\n--q\nContent-Type: application/vnd.ms-excel; name=a.xlsx\nContent-Transfer-Encoding: base64\n\nUEsDBAoAAAAA\n--q--\n"
	mixed := "Content-Type: multipart/mixed; boundary=q\n\n--q\n\n周报见附件" + book
	for i, raw := range []string{
		from + "Auto-Submitted: auto-replied\nSubject: Re: 周报\n\n我在休假,周报见附件",
		from + "Auto-Submitted: auto-replied; owner-email=\"x\"\nSubject: 周报\n" + mixed,
		from + "Auto-Submitted: auto-generated\nSubject: 第38周周报\n" + mixed,
		from + "Auto-Submitted: auto-notified\nSubject: 第38周周报\n" + mixed,
		from + "AUTO-SUBMITTED: AUTO-REPLIED\nSubject: 第38周周报\n" + mixed,
		from + "X-Autoreply: yes\nSubject: 第38周周报\n" + mixed,
		from + "X-Autorespond: 1\nSubject: 第38周周报\n\n周报",
		from + "X-QQ-AUTO-REPLY: 1\nSubject: 周报\n\n周报",
		from + "Precedence: auto_reply\nSubject: 周报\n\n周报",
		from + "Precedence: bulk\nSubject: 周报\n" + mixed,
		from + "Precedence: junk\nSubject: 周报\n\n周报",
		from + "Precedence: list\nSubject: 周报\n\n周报",
		from + "List-Id: <zb.lists.example>\nSubject: 周报\n" + mixed,
		from + "List-Unsubscribe: <mailto:u@lists.example>\nSubject: 周报\n\n周报",
		from + "List-Post: NO\nSubject: 周报\n\n周报",
		"Return-Path: <>\n" + from + "Subject: 周报\n" + mixed,
		from + "Subject: 自动回复:周报\n" + mixed,
		from + "Subject: 自动答复: 请报送周报\n\n出差",
		from + "Subject: Automatic reply: 周报\n\nI am away",
		from + "Subject: Out of Office: 周报\n\nI am away",
		from + "Subject: Re: 周报\n\n这是来自QQ邮箱的假期自动回复邮件。周报",
		from + "Subject: Re: 周报\n\n[自动回复] 您的周报邮件已收到",
		from + "Subject: 已读: 周报\n\n已读",
		from + "Subject: 周报\nContent-Type: multipart/report; report-type=disposition-notification; boundary=q\n\n--q\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;jtj@lanchuan.example\nDisposition: manual-action/MDN-sent-manually; displayed\n--q--",
		from + "Subject: 撤回: 周报\n\n希望撤回",
		from + "Subject: 周报\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
		"From: no-reply@lanchuan.example\nSubject: 周报\n" + mixed,
		"From: MAILER-DAEMON@lanchuan.example\nSubject: 周报\n\n周报",
		"From: postmaster@lanchuan.example\nSubject: 系统退信\n\n收件人 <jtj@lanchuan.example> 不存在",
		"From: postmaster@lanchuan.example\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\n\n--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n\nFinal-Recipient: rfc822;jtj@lanchuan.example\nAction: failed\nStatus: 5.1.1\n--q--",
		"From: postmaster@lanchuan.example\nSubject: Delayed\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\n\n--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n\nFinal-Recipient: rfc822;jtj@lanchuan.example\nAction: delayed\nStatus: 4.4.1\n--q--",
		from + "Subject: Re: 周报\n\n您的来信已收到,周报我会尽快报送!(系统自动回复)",
		from + "Subject: 周报 (自动回复)\n\n出差,周报见附件",
		from + "X-Vacation: yes\nSubject: 周报\n\n周报",
		from + "Subject: 周报催办提醒\n\n请及时报送周报。此邮件由系统自动发送,请勿直接回复。",
		"From: PostMaster@qq.example\nSubject: 邮件投递延迟通知\n\n发往 jtj@lanchuan.example 的周报邮件暂时无法投递,系统将继续尝试投递。",
		"From: zdxmb@lanchuan.example\nSubject: 第38周周报\n" + mixed,
		from + "X-Duban-Key: due/2026-W38/D05/1\nX-Duban-Kind: due\nSubject: 第38周周报\n" + mixed,
		"From: szdb@city.example\nX-Duban-Key: due/2026-W38/D05/1\nSubject: 第38周周报\n" + mixed,
	} {
		b := newBureau(t, nil)
		b.turn(t, quietDay) // the office gets the year's plan here, and nothing asks for it again
		b.out = nil
		b.receive(raw)
		for n := range 4 { // what the office is told comes back to its own mailbox
			sent := len(b.out)
			b.turn(t, quietDay.Add(time.Duration(n*15)*time.Minute))
			for _, l := range b.out[sent:] {
				b.receive(string(l.raw))
			}
		}
		if got := b.abroad(); len(got) > 0 || len(b.out) > 1 {
			t.Errorf("sample %d caused %d letters, %d of them abroad:\n%s\n\n%.600s", i+1, len(b.out), len(got), raw, b.out[0].raw)
		}
	}
}

// Two offices of which each has the other for a department write what their own calendars
// ask for, exactly as if the other were silent; nothing one writes makes the other write.
func TestTwoDubansFallSilent(t *testing.T) {
	const here, there = "zdxmb@lanchuan.example", "szdb@city.example"
	open := func(own, other string) *bureau {
		return newBureau(t, func(c *configs.Config) {
			c.Office.Mail = own
			c.Outgoing.Allow = append(c.Outgoing.Allow, "lanchuan.example")
			for i := range c.Roster.Depts {
				if d := &c.Roster.Depts[i]; d.ID == "D05" {
					d.Mail, d.MailBackup, d.HeadMail = other, other, other
				}
			}
		})
	}
	a, b, alone := open(here, there), open(there, here), open(here, there)
	post := func(from, to *bureau, sent int) {
		for _, l := range from.out[sent:] {
			if l.to == to.cfg.Office.Mail {
				to.box = append(to.box, ingest.Raw{Body: l.raw, Received: to.now})
			}
			if l.to == from.cfg.Office.Mail {
				from.box = append(from.box, ingest.Raw{Body: l.raw, Received: from.now})
			}
		}
	}
	for now := mustTime("2026-09-17T14:30:00+08:00"); now.Before(mustTime("2026-09-21T13:00:00+08:00")); now = now.Add(90 * time.Minute) {
		wasA, wasB := len(a.out), len(b.out)
		a.turn(t, now)
		b.turn(t, now)
		alone.turn(t, now)
		post(a, b, wasA)
		post(b, a, wasB)
	}
	if len(a.box) == 0 || len(b.box) == 0 {
		t.Fatal("they never wrote to each other")
	}
	keys := func(x *bureau) (out []string) {
		for _, l := range x.out {
			out = append(out, header(t, l.raw).Get("X-Duban-Key")+" "+l.to)
		}
		slices.Sort(out)
		return out
	}
	if got, want := keys(a), keys(alone); !slices.Equal(got, want) {
		t.Errorf("with another duban %d letters, alone %d:\n%q\n%q", len(got), len(want), got, want)
	}
}

// Whatever arrives, a letter goes only to addresses of the registry and to the office.
func TestNobodyOutsideTheRegistryIsEverWrittenTo(t *testing.T) {
	mails := append(week(t, "2026-W38"), week(t, "2026-W39")...)
	cfg := starterConfig(t).cfg
	registry := map[string]bool{cfg.Office.Mail: true}
	for _, d := range cfg.Roster.Depts {
		registry[d.Mail], registry[d.MailBackup], registry[d.HeadMail] = true, true, true
	}
	for _, l := range cfg.Roster.Leaders {
		registry[l.Mail] = true
	}
	for _, r := range cfg.Roster.Recipients {
		registry[r.Mail] = true
	}
	people := []string{
		"jtj@lanchuan.example", "slj@lanchuan.example", "jtj-lly@lanchuan.example", "JTJ@LANCHUAN.EXAMPLE", "zdxmb@lanchuan.example",
		"x@evil.example", "shuiniqing-sim@privatemail.example", "jtj@lanchuan.example.evil.example", "mailer-daemon@evil.example",
	}
	answered := 0
	rapid.Check(t, func(rt *rapid.T) {
		b := newBureau(t, nil)
		address := rapid.SampledFrom(people)
		b.now = mustTime("2026-09-17T14:00:00+08:00")
		b.turn(t, b.now)
		for i := range rapid.IntRange(1, 4).Draw(rt, "mails") {
			m := rapid.SampledFrom(mails).Draw(rt, "report")
			head, body, _ := strings.Cut(strings.ReplaceAll(string(m.Raw), "\r\n", "\n"), "\n\n")
			var kept []string
			for _, line := range strings.Split(head, "\n") {
				if name := strings.ToLower(line); !strings.HasPrefix(name, "from:") || rapid.Bool().Draw(rt, "keep From") {
					kept = append(kept, line)
				}
			}
			for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"From", "Sender", "Reply-To", "Return-Path", "Errors-To", "Disposition-Notification-To", "Cc", "X-Failed-Recipients", "Resent-From"}), 0, 4).Draw(rt, "fields") {
				value := rapid.SampledFrom([]string{"%s", "<%s>", "区交通局 <%s>", `"jtj@lanchuan.example" <%s>`, "x: %s;", "<%s>, <y@evil.example>"}).Draw(rt, "form")
				kept = append([]string{name + ": " + fmt.Sprintf(value, address.Draw(rt, "address"))}, kept...)
			}
			b.receive(fmt.Sprintf("X-No: %d\n%s\n\n%s", i, strings.Join(kept, "\n"), body))
		}
		for _, at := range []string{"2026-09-17T14:15:00+08:00", "2026-09-18T16:01:00+08:00", "2026-09-18T18:12:00+08:00", "2026-09-21T08:31:00+08:00"} {
			b.turn(t, mustTime(at))
		}
		for _, l := range b.out {
			if !registry[l.to] {
				rt.Fatalf("a letter went to %s:\n%.800s", l.to, l.raw)
			}
			if key := header(t, l.raw).Get("X-Duban-Key"); strings.HasPrefix(key, "receipt/") || strings.HasPrefix(key, "correction/") {
				answered++
			}
		}
	})
	if answered == 0 {
		t.Error("no mail was ever answered: the test shows nothing")
	}
}
