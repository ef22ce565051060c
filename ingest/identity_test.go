package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// arrivedAt is within the fictional district's week 38.
var arrivedAt = time.Date(2026, 9, 18, 8, 0, 0, 0, time.UTC)

// claim is the head of a mail that says it is the transport bureau's report.
func claim(top string) string { return top + "\nSubject: 第38周周报\n\n第38周周报,见附件" }

const (
	jtj    = "From: jtj@lanchuan.example"
	border = "Received: from mail.evil.example (unknown [203.0.113.9]) by mx.lanchuan.example (Coremail) with SMTP id 1; Fri, 18 Sep 2026 16:00:00 +0800"
	inside = "Received: from mx.lanchuan.example ([10.0.0.2]) by store.lanchuan.example with LMTP; Fri, 18 Sep 2026 16:00:01 +0800"
	abroad = "Received: from pc (pc [198.51.100.7]) by smtp.evil.example with ESMTP; Fri, 18 Sep 2026 15:59:00 +0800"
	good   = "Authentication-Results: mx.lanchuan.example; dmarc=pass header.from=lanchuan.example"
	bad    = "Authentication-Results: mx.lanchuan.example; dmarc=fail header.from=lanchuan.example"
)

func join(l ...string) string { return strings.Join(l, "\n") }

// judgeClaim judges one mail on a fresh desk that checks senders.
func judgeClaim(t *testing.T, desk Desk, mode AuthMode, raw string) Verdict {
	t.Helper()
	desk.Auth = Authentication{Mode: mode, Server: "mx.lanchuan.example"}
	opened, err := Open(Job{Data: []byte(strings.ReplaceAll(raw, "\n", "\r\n")), Year: 2026}, desk.Form)
	if err != nil {
		t.Fatal(err)
	}
	m := state.Mail{ID: digest([]byte(raw)), Received: arrivedAt}
	return desk.Judge(m, opened, desk.Place(opened, arrivedAt, nil), Known{})
}

// None of these mails may touch a department's week, and the office is told of each: the
// sender's head is forged, or our server says so.
func TestForgedMailsAreSetAside(t *testing.T) {
	desk := worldDesk(t)
	for name, top := range map[string]string{
		// the head
		"two From headers":               join(good, jtj, "From: x@evil.example"),
		"two From headers, ours second":  join(good, "From: x@evil.example", jtj),
		"the same From twice":            join(good, jtj, jtj),
		"two addresses":                  join(good, "From: jtj@lanchuan.example, x@evil.example"),
		"two addresses, semicolon":       join(good, "From: jtj@lanchuan.example; x@evil.example"),
		"group syntax":                   join(good, "From: 交通局: jtj@lanchuan.example;"),
		"an empty group":                 join(good, "From: undisclosed:;"),
		"a group of two":                 join(good, "From: x: jtj@lanchuan.example, x@evil.example;"),
		"no From":                        join(good, "Sender: jtj@lanchuan.example"),
		"From without an address":        join(good, "From: 区交通局"),
		"a registered Sender only":       join(good, "From: x@evil.example", "Sender: jtj@lanchuan.example"),
		"a registered Reply-To only":     join(good, "From: x@evil.example", "Reply-To: jtj@lanchuan.example"),
		"a registered Return-Path only":  join("Return-Path: <jtj@lanchuan.example>", good, "From: x@evil.example"),
		"the address as display name":    join(good, `From: "jtj@lanchuan.example" <x@evil.example>`),
		"the same, encoded":              join(good, "From: =?utf-8?q?jtj=40lanchuan.example?= <x@evil.example>"),
		"brackets in the display name":   join(good, `From: "<jtj@lanchuan.example>" <x@evil.example>`),
		"quoted brackets":                join(good, `From: "jtj@lanchuan.example\" <" <x@evil.example>`),
		"address in a comment":           join(good, "From: x@evil.example (jtj@lanchuan.example)"),
		"comment first":                  join(good, "From: (jtj@lanchuan.example) x@evil.example"),
		"quoted local part":              join(good, `From: "jtj@lanchuan.example"@evil.example`),
		"percent hack":                   join(good, "From: jtj%lanchuan.example@evil.example"),
		"source route":                   join(good, "From: <@lanchuan.example:jtj@evil.example>"),
		"source route of ours":           join(good, "From: <@evil.example:jtj@lanchuan.example>"),
		"a Cyrillic letter":              join(good, "From: jtj@lаnchuan.example"),
		"a Cyrillic local part":          join(good, "From: jtј@lanchuan.example"),
		"punycode":                       join(good, "From: jtj@xn--lnchuan-3fg.example"),
		"one letter more":                join(good, "From: jtj@lanchuann.example"),
		"one letter for two":             join(good, "From: jtj@1anchuan.example"),
		"another top domain":             join(good, "From: jtj@lanchuan.example.cn"),
		"ours as a subdomain of theirs":  join(good, "From: jtj@lanchuan.example.evil.example"),
		"a dash for a dot":               join(good, "From: jtj@lanchuan-example"),
		"another person of the domain":   join(good, "From: jtj2@lanchuan.example"),
		"full-width at":                  join(good, "From: jtj＠lanchuan.example"),
		"From folded into a second line": join(good, "From: x@evil.example,", " jtj@lanchuan.example"),
		// our server's word
		"dmarc failed":                      join(bad, border, jtj),
		"dmarc failed, a forged pass below": join(bad, border, abroad, good, jtj),
		"a second field of ours below":      join(bad, good, border, jtj),
		"id in capitals":                    join("AUTHENTICATION-RESULTS: MX.Lanchuan.Example; DMARC=FAIL", good, jtj),
		"folded":                            join("Authentication-Results: mx.lanchuan.example;", "\tspf=pass smtp.mailfrom=evil.example;", "\tdmarc=fail (p=none) header.from=lanchuan.example", jtj),
		"comments all over":                 join("Authentication-Results: (a(b)) mx.lanchuan.example (x;y) ; (dmarc=pass) dmarc (really) = fail", jtj),
		"a pass inside a comment":           join("Authentication-Results: mx.lanchuan.example; dmarc=fail (dmarc=pass; header.from=lanchuan.example)", jtj),
		"a pass inside a quote":             join(`Authentication-Results: mx.lanchuan.example; dmarc=fail reason="x; dmarc=pass"`, jtj),
		"a pass in the envelope's name":     join(`Authentication-Results: mx.lanchuan.example; dmarc=fail smtp.mailfrom="x; dkim=pass header.d=lanchuan.example"@evil.example`, jtj),
		"with a version":                    join("Authentication-Results: mx.lanchuan.example 1; dmarc/1=fail", jtj),
		"a version nobody knows":            join("Authentication-Results: mx.lanchuan.example 7; dmarc=pass", jtj),
		"a quote that does not end":         join(`Authentication-Results: mx.lanchuan.example; dmarc=pass reason="x`, jtj),
		"judged another From":               join("Authentication-Results: mx.lanchuan.example; dmarc=pass header.from=evil.example", jtj),
		"spf disowns the envelope":          join("Authentication-Results: mx.lanchuan.example; spf=fail smtp.mailfrom=jtj@lanchuan.example", jtj),
		"spf in Coremail's words":           join("Authentication-Results: mx.lanchuan.example; spf=hardfail smtp.mail=jtj@lanchuan.example;", jtj),
		"another's pass, our broken":        join("Authentication-Results: mx.lanchuan.example; spf=pass smtp.mailfrom=evil.example; dkim=fail header.d=lanchuan.example", jtj),
		"another's signature passes":        join("Authentication-Results: mx.lanchuan.example; dkim=pass header.d=evil.example; spf=fail smtp.mailfrom=evil.example", jtj),
		"dmarc passes and fails":            join("Authentication-Results: mx.lanchuan.example; dmarc=pass header.from=lanchuan.example; dmarc=fail header.from=lanchuan.example", jtj),
		"below another filter's results":    join("Authentication-Results: filter.example; dmarc=pass", bad, jtj),
		"after our store's own Received":    join(inside, bad, border, jtj),
		"after our border's own Received":   join(inside, border, bad, jtj),
	} {
		t.Run(name, func(t *testing.T) {
			v := judgeClaim(t, desk, AuthWarn, claim(top))
			if v.Mail.Decision != state.DecisionQuarantine || len(v.Depts) > 0 || v.Mail.Reason == "" {
				t.Errorf("%s %s (%s), changes %d weeks", v.Mail.Kind, v.Mail.Decision, v.Mail.Reason, len(v.Depts))
			}
			if len(v.Mail.Findings) != 1 || v.Mail.Findings[0].Message == "" {
				t.Errorf("the office hears %+v", v.Mail.Findings)
			}
		})
	}
}

// A genuine mail must come through, whatever our server writes about it.
func TestGenuineMailsPass(t *testing.T) {
	desk := worldDesk(t)
	for name, top := range map[string]string{
		"dmarc":                     join(good, border, jtj),
		"our signature":             join("Authentication-Results: mx.lanchuan.example; dkim=pass header.d=lanchuan.example", jtj),
		"a subdomain's signature":   join("Authentication-Results: mx.lanchuan.example; dkim=pass header.i=@mail.lanchuan.example", jtj),
		"our envelope":              join("Authentication-Results: mx.lanchuan.example; spf=pass smtp.mailfrom=jtj@lanchuan.example", jtj),
		"our envelope, Coremail":    join("Authentication-Results: mx.lanchuan.example; spf=pass smtp.mail=jtj@lanchuan.example;", jtj),
		"in angle brackets":         join("Authentication-Results: mx.lanchuan.example; spf=pass smtp.mailfrom=<jtj@lanchuan.example>", jtj),
		"forwarded, signed":         join("Authentication-Results: mx.lanchuan.example; spf=fail smtp.mailfrom=list.example; dkim=pass header.d=lanchuan.example", jtj),
		"one of two signatures":     join("Authentication-Results: mx.lanchuan.example; dkim=fail header.d=lanchuan.example; dkim=pass header.d=lanchuan.example", jtj),
		"after our store":           join(inside, good, border, jtj),
		"after a local hand-over":   join("Received: (qmail 7 invoked by uid 89); 18 Sep 2026 08:00:00 -0000", good, border, jtj),
		"a forged failure below":    join(good, border, abroad, bad, jtj),
		"capital letters":           join(good, "From: 区交通局 <JTJ@LanChuan.Example>"),
		"display name with a comma": join(good, `From: "交通局, 周报" <jtj@lanchuan.example>`),
		"a colon in the name":       join(good, `From: "交通局: 周报;" <jtj@lanchuan.example>`),
	} {
		for _, mode := range []AuthMode{AuthWarn, AuthStrict} {
			v := judgeClaim(t, desk, mode, claim(top))
			if v.Mail.Kind != state.MailSubmission || v.Mail.Decision != state.DecisionCorrect || len(v.Depts) != 1 {
				t.Errorf("%s, %s: %s %s (%s)", name, mode, v.Mail.Kind, v.Mail.Decision, v.Mail.Reason)
			}
			if slices.ContainsFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Rule == "sender-unverified" }) {
				t.Errorf("%s, %s: called unverified", name, mode)
			}
		}
	}
}

// Where nobody vouches, warn takes the mail and tells the office, strict sets it aside, off
// does not ask; a word that is not our server's is none.
func TestWithoutAWordTheModeDecides(t *testing.T) {
	desk := worldDesk(t)
	for name, top := range map[string]string{
		"nothing":                     jtj,
		"another server's pass":       join("Authentication-Results: mx.evil.example; dmarc=pass header.from=lanchuan.example", jtj),
		"another server's failure":    join("Authentication-Results: mx.evil.example; dmarc=fail", jtj),
		"ours below a foreign hop":    join(border, abroad, good, jtj),
		"a failure below one":         join(abroad, bad, jtj),
		"our name with a dot more":    join("Authentication-Results: mx.lanchuan.example.; dmarc=pass", jtj),
		"our name as the beginning":   join("Authentication-Results: mx.lanchuan.example.evil.example; dmarc=pass", jtj),
		"our name in a comment":       join("Authentication-Results: (mx.lanchuan.example) evil.example; dmarc=pass", jtj),
		"our name encoded":            join("Authentication-Results: =?utf-8?q?mx.lanchuan.example?=; dmarc=pass", jtj),
		"our name in another field":   join("X-Authentication-Results: mx.lanchuan.example; dmarc=pass", jtj),
		"in the text":                 jtj + "\n\n" + good,
		"none":                        join("Authentication-Results: mx.lanchuan.example; none", jtj),
		"another's envelope":          join("Authentication-Results: mx.lanchuan.example; spf=pass smtp.mailfrom=evil.example", jtj),
		"another's signature":         join("Authentication-Results: mx.lanchuan.example; dkim=pass header.d=evil.example", jtj),
		"a neighbour's signature":     join("Authentication-Results: mx.lanchuan.example; dkim=pass header.d=lanchuan2.example", jtj),
		"the registry's own suffix":   join("Authentication-Results: mx.lanchuan.example; dkim=pass header.d=example", jtj),
		"soft failure":                join("Authentication-Results: mx.lanchuan.example; spf=softfail smtp.mailfrom=jtj@lanchuan.example", jtj),
		"a temporary error":           join("Authentication-Results: mx.lanchuan.example; dmarc=temperror; spf=temperror", jtj),
		"rubbish":                     join("Authentication-Results: mx.lanchuan.example; ;; =; pass; x=y", jtj),
		"pass as something else":      join("Authentication-Results: mx.lanchuan.example; x-dmarc=pass; auth=pass smtp.auth=jtj@lanchuan.example", jtj),
		"the name without any result": join("Authentication-Results: mx.lanchuan.example", jtj),
	} {
		for mode, want := range map[AuthMode]state.Decision{AuthOff: state.DecisionCorrect, "": state.DecisionCorrect, AuthWarn: state.DecisionCorrect, AuthStrict: state.DecisionQuarantine} {
			v := judgeClaim(t, desk, mode, claim(top))
			if v.Mail.Decision != want {
				t.Errorf("%s, mode %q: %s (%s), want %s", name, mode, v.Mail.Decision, v.Mail.Reason, want)
			}
			told := slices.ContainsFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Rule == "sender-unverified" })
			if told != (mode == AuthWarn || mode == AuthStrict) {
				t.Errorf("%s, mode %q: the office hears %+v", name, mode, v.Mail.Findings)
			}
		}
	}
}

// Bureaus of different districts share gov.cn and are strangers to each other.
func TestAlignmentStopsAtThePublicSuffix(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"lanchuan.gov.cn", "lanchuan.gov.cn", true},
		{"mail.lanchuan.gov.cn", "jtj.lanchuan.gov.cn", true},
		{"lanchuan.gov.cn", "yunze.gov.cn", false},
		{"gov.cn", "lanchuan.gov.cn", false},
		{"qq.com", "vip.qq.com", true},
		{"", "", false},
	} {
		if got := aligned(tc.a, tc.b); got != tc.want {
			t.Errorf("aligned(%q, %q) = %v", tc.a, tc.b, got)
		}
	}
}

// Whatever stands in the field, it is read without harm, and only a field of ours can make
// a mail pass.
func FuzzAuthResults(f *testing.F) {
	for _, s := range []string{
		"mx.lanchuan.example; dmarc=pass header.from=lanchuan.example",
		"mx.lanchuan.example 1; spf=pass smtp.mail=jtj@lanchuan.example; dkim=pass header.d=lanchuan.example",
		`mx.lanchuan.example; spf=pass smtp.mailfrom="a;b"@x.example (c(d)\)e)`,
		"(mx.lanchuan.example) evil.example; dmarc=pass", `"mx.lanchuan.example"; arc=pass header.oldest-pass=x`, "garbage", "((((", `"\`,
	} {
		f.Add(s)
	}
	own := Authentication{Mode: AuthStrict, Server: "mx.lanchuan.example"}
	other := Authentication{Mode: AuthStrict, Server: "elsewhere.example"}
	f.Fuzz(func(t *testing.T, value string) {
		m := &Message{Trace: []Field{{Name: "authentication-results", Value: value}}}
		v := own.judge(m, nil, "jtj@lanchuan.example")
		if v != own.judge(m, nil, "jtj@lanchuan.example") {
			t.Error("the same field reads differently the second time")
		}
		if v.outcome == passed && !strings.Contains(strings.ToLower(value), "pass") {
			t.Errorf("%q passes", value)
		}
		if v.outcome == passed && other.judge(m, nil, "jtj@lanchuan.example").outcome == passed {
			t.Errorf("%q passes for two servers", value)
		}
		if plain, err := plainField(value); err == nil {
			if again, err := plainField(plain); err == nil && len(again) > len(plain) {
				t.Errorf("%q grows", value)
			}
		}
	})
}

// The name of one office over the address of another, with answers wanted elsewhere, is set
// aside; each of the three alone is an ordinary mail.
func TestABorrowedNameIsSetAside(t *testing.T) {
	desk := worldDesk(t)
	for name, tc := range map[string]struct {
		head string
		want state.MailKind
	}{
		"all three":             {"From: 区财政局(督查专班) <jtj@lanchuan.example>\nReply-To: x@elsewhere.example", state.MailUnknown},
		"its own name":          {"From: 区交通局 <jtj@lanchuan.example>\nReply-To: x@elsewhere.example", state.MailSubmission},
		"its own name, longer":  {"From: 区交通局办公室 <jtj@lanchuan.example>\nReply-To: x@elsewhere.example", state.MailSubmission},
		"a person's name":       {"From: 严拟辰 <jtj@lanchuan.example>\nReply-To: yan@elsewhere.example", state.MailSubmission},
		"answers to itself":     {"From: 区财政局 <jtj@lanchuan.example>\nReply-To: jtj@lanchuan.example", state.MailSubmission},
		"answers to the deputy": {"From: 区财政局 <jtj@lanchuan.example>\nReply-To: jtj-lly@lanchuan.example", state.MailSubmission},
		"no other address":      {"From: 区财政局 <jtj@lanchuan.example>", state.MailSubmission},
	} {
		p := desk.Place(opened(t, desk, []byte(strings.ReplaceAll(claim(tc.head), "\n", "\r\n"))), arrivedAt, nil)
		if p.Kind != tc.want || (p.Dept == "") != (tc.want == state.MailUnknown) {
			t.Errorf("%s: %s of %q (%s), want %s", name, p.Kind, p.Dept, p.Reason, tc.want)
		}
	}
}

// A department that wants a mail back is heard by the office; a stranger, or the report of how
// it went, is not.
func TestARecallIsForTheOffice(t *testing.T) {
	desk := worldDesk(t)
	for head, want := range map[string]state.Decision{
		"From: jtj@lanchuan.example\nSubject: 撤回: 第38周周报":     state.DecisionHold,
		"From: jtj@lanchuan.example\nSubject: Recall: W38":    state.DecisionHold,
		"From: jtj@lanchuan.example\nSubject: 邮件撤回成功: 第38周周报": state.DecisionIgnore,
		"From: x@elsewhere.example\nSubject: 撤回: 第38周周报":      state.DecisionIgnore,
		"From: jtj@lanchuan.example\nSubject: 邮件撤回失败: 第38周周报": state.DecisionIgnore,
	} {
		o := opened(t, desk, []byte(strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\nx"))
		m := desk.Judge(state.Mail{ID: "m", Received: arrivedAt}, o, desk.Place(o, arrivedAt, nil), Known{}).Mail
		if m.Kind != state.MailRecall || m.Decision != want || (want == state.DecisionHold) != (len(m.Findings) == 1) {
			t.Errorf("%s: %s %s, want %s", head, m.Kind, m.Decision, want)
		}
	}
}
