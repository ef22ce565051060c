package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// filed makes n copies of letters that left an hour apart.
func filed(n int) []fakeMail {
	mails := someMails(n)
	for i := range mails {
		mails[i].body = fmt.Sprintf("Subject: letter\r\nMessage-ID: <k%d@lanchuan.example>\r\n\r\nText\r\n", i)
	}
	return mails
}

// The folder of sent mail is the one the server marks, else the one it calls so, else none;
// where two may be meant, none is.
func TestTheFolderOfSentMail(t *testing.T) {
	const inbox = "* LIST () \"/\" INBOX\r\n"
	for _, c := range []struct {
		name, asked, folders, examined string
	}{
		{"named by the office", "归档", inbox + "* LIST (\\Sent) \"/\" Sent\r\n", "&X1JoYw-"},
		{"marked", "", inbox + "* LIST (\\HasNoChildren \\Sent) \"/\" \"Gesendet\"\r\n* LIST () \"/\" Sent\r\n", "Gesendet"},
		{"in Chinese", "", inbox + "* LIST () \"/\" \"&XfJT0ZAB-\"\r\n", "&XfJT0ZAB-"},
		{"as QQ calls it", "", inbox + "* LIST (\\NoInferiors) \"/\" \"Sent Messages\"\r\n", "Sent Messages"},
		{"none", "", inbox, ""},
		{"two", "", inbox + "* LIST () \"/\" Sent\r\n* LIST () \"/\" \"Sent Items\"\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fakeIMAP{validity: "7", mails: filed(2), folders: c.folders}
			copies, err := f.mailbox(MailboxLimits{}).Sent(t.Context(), c.asked, monday)
			if err != nil {
				t.Fatal(err)
			}
			if (len(copies) == 2) != (c.examined != "") {
				t.Errorf("found %v", copies)
			}
			at := slices.IndexFunc(f.commands, func(s string) bool { return strings.HasPrefix(s, "EXAMINE ") })
			if got := at >= 0; got != (c.examined != "") || got && strings.ReplaceAll(f.commands[at], `"`, "") != "EXAMINE "+c.examined {
				t.Errorf("commands %q, want %q examined", f.commands, c.examined)
			}
		})
	}
}

// Copies are counted by Message-ID, as many as there are, none that left before the instant.
// Nothing but reading commands is sent.
func TestCopiesOfOurLettersAreCountedAndNothingIsTouched(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: filed(1300)}
	f.mails[1299].body = f.mails[1298].body // a copy for each of two readers
	f.mails[1297].body = "Subject: no id\r\n\r\n"
	f.mails[1296].body = "Message-ID: k1296@lanchuan.example\r\n\r\n"
	copies, err := f.mailbox(MailboxLimits{}).Sent(t.Context(), "Sent", f.mails[100].date)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]time.Time{}
	for i := 100; i < 1297; i++ {
		want[fmt.Sprintf("k%d@lanchuan.example", i)] = []time.Time{f.mails[i].date}
	}
	want["k1298@lanchuan.example"] = []time.Time{f.mails[1298].date, f.mails[1299].date}
	sameTimes := func(a, b []time.Time) bool { return slices.EqualFunc(a, b, time.Time.Equal) }
	if !maps.EqualFunc(copies, want, sameTimes) {
		t.Errorf("found %d, want %d", len(copies), len(want))
	}
	for _, command := range f.commands {
		switch verb, _, _ := strings.Cut(command, " "); verb {
		case "CAPABILITY", "LOGIN", "ID", "EXAMINE", "LOGOUT":
		case "FETCH":
			if !strings.Contains(command, "BODY.PEEK[HEADER.FIELDS") {
				t.Errorf("%q", command)
			}
		default:
			t.Errorf("%q was sent", command)
		}
	}
}

// Of a folder with very many mails only the newest are read; one whose newest are all too old
// costs one question.
func TestALookAtSentMailIsBounded(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: filed(sentMails + 700)}
	copies, err := f.mailbox(MailboxLimits{}).Sent(t.Context(), "Sent", monday.AddDate(-1, 0, 0))
	if err != nil || len(copies) != sentMails || len(copies["k700@lanchuan.example"]) != 1 || len(copies["k699@lanchuan.example"]) != 0 {
		t.Errorf("%d copies, %v", len(copies), err)
	}
	f.commands = nil
	copies, err = f.mailbox(MailboxLimits{}).Sent(t.Context(), "Sent", monday.AddDate(5, 0, 0))
	asked := slices.DeleteFunc(slices.Clone(f.commands), func(s string) bool { return !strings.HasPrefix(s, "FETCH") })
	if err != nil || len(copies) != 0 || len(asked) != 1 {
		t.Errorf("%d copies with %q, %v", len(copies), asked, err)
	}
}

// A folder the office named and the server refuses is told; a server that dies is no empty
// folder.
func TestALookAtSentMailFailsAloud(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: filed(3), answer: func(_ int, tag, command string) (string, bool) {
		return tag + " NO no such folder\r\n", strings.HasPrefix(command, "EXAMINE")
	}}
	if _, err := f.mailbox(MailboxLimits{}).Sent(t.Context(), "归档", monday); !errors.Is(err, ErrFolderRefused) {
		t.Errorf("refused: %v", err)
	}
	f = &fakeIMAP{validity: "7", mails: filed(3), answer: func(_ int, _, command string) (string, bool) {
		return silence, strings.HasPrefix(command, "FETCH")
	}}
	if copies, err := f.mailbox(MailboxLimits{Idle: 100 * time.Millisecond}).Sent(t.Context(), "Sent", monday); err == nil {
		t.Errorf("silence gave %v", copies)
	}
}
