package ingest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// descending reports whether a FETCH asks for a range or list that does not rise.
func descending(command string) bool {
	fields := strings.Fields(command)
	if len(fields) < 3 || fields[0] != "UID" {
		return false
	}
	last := 0
	for _, piece := range strings.FieldsFunc(fields[2], func(r rune) bool { return r == ',' || r == ':' }) {
		if piece == "*" {
			continue
		}
		var n int
		_, _ = fmt.Sscan(piece, &n)
		if n < last {
			return true
		}
		last = n
	}
	return false
}

// What the providers of ../shared's world/providers.yaml are known to do that a script can
// play: from each of them every mail is read, once, whole and in order.
func TestEveryProvidersQuirkIsLivedWith(t *testing.T) {
	refuse := func(verb, text string) func(int, string, string) (string, bool) {
		return func(_ int, tag, command string) (string, bool) {
			return tag + " " + text + "\r\n", strings.HasPrefix(command, verb)
		}
	}
	caps := func(list string) func(int, string, string) (string, bool) {
		return func(_ int, tag, command string) (string, bool) {
			return "* CAPABILITY " + list + "\r\n" + tag + " OK done\r\n", command == "CAPABILITY"
		}
	}
	both := func(a, b func(int, string, string) (string, bool)) func(int, string, string) (string, bool) {
		return func(conn int, tag, command string) (string, bool) {
			if text, mine := a(conn, tag, command); mine {
				return text, true
			}
			return b(conn, tag, command)
		}
	}
	introduced := &sync.Map{} // connections that sent ID
	for _, q := range []struct {
		provider, quirk string
		validity        string
		answer          func(conn int, tag, command string) (string, bool)
	}{
		{"netease", "opens no folder before ID, on every connection", "7", func(conn int, tag, command string) (string, bool) {
			if strings.HasPrefix(command, "ID (") && !strings.Contains(command, "\n") {
				introduced.Store(conn, true)
			}
			_, known := introduced.Load(conn)
			return tag + " NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n", strings.HasPrefix(command, "EXAMINE") && !known
		}},
		{"netease", "capabilities of its own", "7", caps("IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1")},
		{"netease", "names no UIDNEXT", "7", nil},
		{"qq", "offers AUTH=PLAIN and refuses it", "7", both(caps("IMAP4 IMAP4rev1 IDLE XAPPLEPUSHSERVICE ID UIDPLUS AUTH=PLAIN AUTH=LOGIN NAMESPACE"), refuse("AUTHENTICATE", "NO Login fail."))},
		{"qq", "refuses a descending set", "7", func(_ int, tag, command string) (string, bool) {
			return tag + " BAD UID parameters!\r\n", descending(command)
		}},
		{"qq", "refuses every search", "7", both(refuse("SEARCH", "BAD invalid argument"), refuse("UID SEARCH", "BAD invalid argument"))},
		{"exmail", "names no UIDVALIDITY", "", nil},
		{"aliyun", "UIDVALIDITY 2", "2", nil},
		{"aliyun", "mechanisms nobody knows", "1", caps("IMAP4rev1 IDLE XLIST UIDPLUS ID SASL-IR AUTH=XOAUTH AUTH=XOAUTH2 AUTH=EXTERNAL")},
		{"exchange", "charset refused in a search", "7", refuse("UID SEARCH", "NO [BADCHARSET (US-ASCII)] The specified charset is not supported.")},
		{"winwebmail", "UIDVALIDITY 0", "0", nil},
		{"coremail", "does not know ID", "7", refuse("ID", "BAD command unknown")},
		{"any", "answers nobody asked for, between every two", "7", nil}, // sent below
	} {
		t.Run(q.provider+": "+q.quirk, func(t *testing.T) {
			f := &fakeIMAP{validity: q.validity, mails: someMails(5), answer: q.answer}
			m := f.mailbox(MailboxLimits{PackMails: 2})
			if q.provider == "any" {
				f.answer = func(_ int, tag, command string) (string, bool) {
					text := f.usual(tag, command)
					first, rest, _ := strings.Cut(text, "\r\n")
					if !strings.HasPrefix(first, "* ") || strings.Contains(first, "{") {
						return "* OK [ALERT] 系统将于今晚维护\r\n* 0 RECENT\r\n* 5 EXISTS\r\n* FLAGS (\\Seen \\X)\r\n" + text, true
					}
					return first + "\r\n* OK still here\r\n* 5 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n" + rest, true
				}
			}
			got, c, err := drain(t, m, Cursor{})
			if err != nil {
				t.Fatal(err)
			}
			_ = m.Close()
			sameMails(t, got, f.mails)
			again, _, err := drain(t, m, c)
			if err != nil {
				t.Fatal(err)
			}
			_ = m.Close()
			if trusted := f.validity != "" && f.validity != "0"; trusted && len(again) > 0 || !trusted && len(again) != 5 {
				t.Errorf("the next poll reads %d mails", len(again))
			}
			if slices.ContainsFunc(f.commands, func(c string) bool { return strings.Contains(c, "SEARCH") || strings.Contains(c, "BODYSTRUCTURE") }) {
				t.Errorf("asks what providers answer wrongly: %q", f.commands)
			}
		})
	}
}

// A folder's Chinese name travels in the modified UTF-7 of RFC 3501 5.1.3.
func TestAChineseFolderIsOpened(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(1)}
	if err := f.mailbox(MailboxLimits{}).Check(t.Context(), "其他文件夹/周报&表"); err != nil {
		t.Fatal(err)
	}
	want := `EXAMINE "&UXZO1mWHTvZZOQ-/&VGhipQ-&-&iGg-"`
	if !slices.ContainsFunc(f.commands, func(c string) bool { return strings.ReplaceAll(c, `"`, "") == strings.ReplaceAll(want, `"`, "") }) {
		t.Errorf("%q, want %s", f.commands, want)
	}
}

// Answers that are wrong for one mail cost that mail; its neighbours are read.
func TestAWrongAnswerCostsOneMail(t *testing.T) {
	for name, answer := range map[string]string{
		"exmail: fields not separated":    "* 2 FETCH (UID 12BODY[] {2}\r\nab)\r\n",
		"exchange: nothing but the uid":   "* 2 FETCH (UID 12)\r\n",
		"exchange: nothing at all":        "* 2 FETCH ()\r\n",
		"netease: quotes not escaped":     "* 2 FETCH (UID 12 BODYSTRUCTURE (\"text\" \"plain\" (\"name\" \"\"\"\") NIL NIL \"7bit\" 1 1) BODY[] {2}\r\nab)\r\n",
		"a body that says it is none":     "* 2 FETCH (UID 12 BODY[] NIL)\r\n",
		"a body longer than it says":      "* 2 FETCH (UID 12 BODY[] {2}\r\nabcdef)\r\n",
		"another section than was wanted": "* 2 FETCH (UID 12 BODY[TEXT] {2}\r\nab)\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeIMAP{validity: "7", mails: someMails(3)}
			f.answer = func(_ int, tag, command string) (string, bool) {
				return answer + tag + " OK done\r\n", touches(command, "12")
			}
			m := f.mailbox(MailboxLimits{})
			got, c, err := drain(t, m, Cursor{UIDValidity: 7})
			if err != nil {
				t.Fatal(err)
			}
			_ = m.Close()
			if len(got) != 3 || c.UID != 13 {
				t.Fatalf("%d mails, cursor %+v", len(got), c)
			}
			sameMails(t, []Raw{got[0], got[2]}, []fakeMail{f.mails[0], f.mails[2]})
			if got[1].Problem == "" && strings.Contains(string(got[1].Body), "Text 1") {
				t.Errorf("the mail came whole: %q", got[1].Body)
			}
		})
	}
}

// Sizes that lie change nothing: what counts is the literal's own length.
func TestAnnouncedSizesMayLie(t *testing.T) {
	for _, size := range []int{1, 7, 100_000} {
		f := &fakeIMAP{validity: "7", mails: someMails(4)}
		for i := range f.mails {
			f.mails[i].size = size
		}
		m := f.mailbox(MailboxLimits{PackBytes: 1000})
		got, _, err := drain(t, m, Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		_ = m.Close()
		sameMails(t, got, f.mails)
	}
}

// A folder that is made anew between two packs is read anew, and nothing is missed: what
// comes twice is dropped by its digest.
func TestAFolderMadeAnewWhileItIsRead(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(6)}
	m := f.mailbox(MailboxLimits{PackMails: 2})
	first, err := m.After(t.Context(), "INBOX", Cursor{}, monday.AddDate(0, 0, -30))
	if err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	f.validity = "8"
	for i := range f.mails {
		f.mails[i].uid = uint32(1 + i)
	}
	rest, c, err := drain(t, m, first.Next)
	if err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	if c.UIDValidity != 8 || len(rest) != 6 {
		t.Errorf("cursor %+v after %d mails", c, len(rest))
	}
	sameMails(t, rest, f.mails)
}

// The dates of a server nobody can read are done without: the mails come, and who decides on
// lateness learns that the server did not say.
func TestDatesNobodyCanRead(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(3)}
	f.answer = func(_ int, tag, command string) (string, bool) {
		if !strings.Contains(command, "INTERNALDATE") {
			return "", false
		}
		return strings.ReplaceAll(f.usual(tag, command), `INTERNALDATE "`, `INTERNALDATE "星期一 `), true
	}
	m := f.mailbox(MailboxLimits{})
	got, _, err := drain(t, m, Cursor{UIDValidity: 7})
	if err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	if len(got) != 3 {
		t.Fatalf("%d mails", len(got))
	}
	for i, g := range got {
		if string(g.Body) != f.mails[i].body || !g.Received.IsZero() {
			t.Errorf("mail %d: %q received %v problem %q", i, g.Body, g.Received, g.Problem)
		}
	}
}
