package ingest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMailboxHandsOutEveryMailOnceInPacks(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(12)}
	m := f.mailbox(MailboxLimits{PackMails: 5})
	got, c, err := drain(t, m, Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	sameMails(t, got, f.mails)
	if want := (Cursor{UIDValidity: 7, UID: 22}); c != want {
		t.Errorf("cursor %+v, want %+v", c, want)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if f.conns != 1 {
		t.Errorf("%d connections for one poll", f.conns)
	}

	// The next poll: nothing new, although "23:*" makes the server repeat the last mail.
	batch, err := m.After(t.Context(), "INBOX", c, monday)
	if err != nil || len(batch.Mails) != 0 || batch.More || batch.Rescan || batch.Next != c || batch.Exists != 12 {
		t.Errorf("quiet poll: %+v, %v", batch, err)
	}
	f.mails = append(f.mails, fakeMail{uid: 30, date: monday, body: "Subject: new\r\n\r\n"})
	_ = m.Close()
	got, _, err = drain(t, m, c)
	if err != nil {
		t.Fatal(err)
	}
	sameMails(t, got, f.mails[12:])
	_ = m.Close()
}

// The mailbox belongs to people too: nothing but these commands may ever reach the server.
func TestMailboxSendsOnlyReadingCommands(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(3)}
	f.mails[1].size = 50 << 20
	f.answer = func(conn int, tag, command string) (string, bool) {
		// The third mail is never delivered, so that every path is walked.
		if strings.HasPrefix(command, "UID FETCH 13 (UID INTERNALDATE BODY.PEEK[])") || strings.Contains(command, "UID FETCH 11,13 ") {
			return tag + " NO not today\r\n", true
		}
		return "", false
	}
	m := f.mailbox(MailboxLimits{})
	if _, _, err := drain(t, m, Cursor{}); err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	item := `(UID|INTERNALDATE|RFC822.SIZE|BODY.PEEK[]|BODY.PEEK[HEADER]<0.65536>)`
	for _, c := range f.commands {
		verb, rest, _ := strings.Cut(c, " ")
		switch verb {
		case "CAPABILITY", "LOGOUT":
		case "LOGIN":
		case "ID":
			if rest != `("name" "duban" "version" "1" "vendor" "lanchuan")` {
				t.Errorf("id: %s", rest)
			}
		case "EXAMINE":
			if rest != `INBOX` && rest != `"INBOX"` {
				t.Errorf("examine: %s", rest)
			}
		case "UID":
			fields := strings.SplitN(rest, " ", 3)
			if len(fields) != 3 || fields[0] != "FETCH" {
				t.Errorf("forbidden command: %s", c)
				continue
			}
			for _, it := range strings.Fields(strings.Trim(fields[2], "()")) {
				if !strings.Contains(item, it) {
					t.Errorf("forbidden item %q in %s", it, c)
				}
			}
		default:
			t.Errorf("forbidden command: %s", c)
		}
	}
	order := strings.Join(f.commands, "\n")
	if !inOrder(order, "LOGIN", "ID (", "EXAMINE", "UID FETCH 1:*", "LOGOUT") {
		t.Errorf("commands out of order:\n%s", order)
	}
}

func inOrder(s string, words ...string) bool {
	for _, w := range words {
		_, rest, ok := strings.Cut(s, w)
		if !ok {
			return false
		}
		s = rest
	}
	return true
}

func TestMailboxRescansWhenTheCursorCannotBeTrusted(t *testing.T) {
	old := fakeMail{uid: 3, date: monday.AddDate(0, 0, -31), body: "Subject: old\r\n\r\n"}
	for name, tc := range map[string]struct {
		validity string
		cursor   Cursor
	}{
		"first reading":       {"7", Cursor{}},
		"uidvalidity changed": {"8", Cursor{UIDValidity: 7, UID: 12}},
		"uidvalidity zero":    {"0", Cursor{UIDValidity: 0, UID: 12}},
		"no uidvalidity":      {"", Cursor{UIDValidity: 0, UID: 12}},
		"uidvalidity lost":    {"", Cursor{UIDValidity: 7, UID: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeIMAP{validity: tc.validity, mails: append([]fakeMail{old}, someMails(4)...)}
			m := f.mailbox(MailboxLimits{PackMails: 3})
			batch, err := m.After(t.Context(), "INBOX", tc.cursor, monday.AddDate(0, 0, -30))
			if err != nil {
				t.Fatal(err)
			}
			if !batch.Rescan || !batch.More {
				t.Errorf("rescan %v more %v, want both", batch.Rescan, batch.More)
			}
			got, _, err := drain(t, m, batch.Next)
			if err != nil {
				t.Fatal(err)
			}
			sameMails(t, append(batch.Mails, got...), f.mails[1:])
			_ = m.Close()
		})
	}
}

func TestMailboxGoesOnBehindMailThatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil   func(f *fakeIMAP)
		answer  func(conn int, tag, command string) (string, bool)
		problem string
	}{
		"too large": {
			spoil: func(f *fakeIMAP) { f.mails[1].size = 41 << 20 }, problem: RawTooLarge,
		},
		"larger than announced": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 12 BODY[] {4000000000}\r\nab", touches(command, "12")
			},
			problem: RawTooLarge,
		},
		"size with twenty digits": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 12 BODY[] {40000000000000000000}\r\nab", touches(command, "12")
			},
			problem: RawTooLarge,
		},
		"refused": {
			answer: func(_ int, tag, command string) (string, bool) {
				return tag + " NO broken\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"left out": {
			answer: func(_ int, tag, command string) (string, bool) {
				return tag + " OK done\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"body nil": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 12 BODY[] NIL)\r\n" + tag + " OK done\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"deleted meanwhile": {
			answer: func(_ int, tag, command string) (string, bool) {
				return tag + " OK done\r\n", touches(command, "12") || command == "UID FETCH 12 (UID)"
			},
			problem: RawGone,
		},
		"kills the library": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 12 ENVELOPE (\"\"\"\") BODY[] {2}\r\nab)\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"unknown reply": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* XFOO bar\r\n" + tag + " OK done\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"bye": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* BYE too busy\r\n" + silence, touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"brackets without end": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 12 BODYSTRUCTURE " + strings.Repeat("(", 1<<20), touches(command, "12")
			},
			problem: RawUnreadable,
		},
		"another mail's uid": {
			answer: func(_ int, tag, command string) (string, bool) {
				return "* 2 FETCH (UID 99 BODY[] {2}\r\nab)\r\n" + tag + " OK done\r\n", touches(command, "12")
			},
			problem: RawUnreadable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeIMAP{validity: "7", mails: someMails(3), answer: tc.answer}
			if strings.HasPrefix(name, "bye") {
				inner := tc.answer
				f.answer = func(conn int, tag, command string) (string, bool) {
					text, mine := inner(conn, tag, command)
					return strings.TrimSuffix(text, silence) + tag + " NO bye\r\n", mine
				}
			}
			if tc.spoil != nil {
				tc.spoil(f)
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
			if bad := got[1]; bad.UID != 12 || bad.Problem != tc.problem || strings.Contains(string(bad.Body), "Text") {
				t.Errorf("uid %d problem %q body %q, want problem %q", bad.UID, bad.Problem, bad.Body, tc.problem)
			}
			if tc.problem == RawTooLarge && tc.spoil != nil && !strings.Contains(string(got[1].Body), "Subject: mail 1") {
				t.Errorf("header of the large mail: %q", got[1].Body)
			}
		})
	}
}

// touches reports whether command asks for the body of that uid.
func touches(command, uid string) bool {
	if !strings.Contains(command, "BODY.PEEK[]") {
		return false
	}
	var n uint32
	_, _ = fmt.Sscan(uid, &n)
	set := strings.Fields(command)[2]
	return inSet(set, n)
}

// A connection may break anywhere. Whatever was lost with it comes with the next poll, and
// nothing comes half.
func TestMailboxSurvivesACutAfterEveryByte(t *testing.T) {
	whole := &fakeIMAP{validity: "7", mails: someMails(3)}
	if _, _, err := drain(t, whole.mailbox(MailboxLimits{}), Cursor{}); err != nil {
		t.Fatal(err)
	}
	for k := 1; k <= whole.sent; k++ {
		f := &fakeIMAP{validity: "7", mails: someMails(3), cutAt: k}
		m := f.mailbox(MailboxLimits{})
		got, c, err := drain(t, m, Cursor{})
		if err != nil {
			var rest []Raw
			if rest, _, err = drain(t, m, c); err != nil {
				t.Fatalf("cut at %d: second poll: %v", k, err)
			}
			got = append(got, rest...)
		}
		_ = m.Close()
		sameMails(t, got, f.mails)
		if t.Failed() {
			t.Fatalf("cut at byte %d of %d", k, whole.sent)
		}
	}
}

func TestMailboxEndsThePollWhenTheServerFallsSilent(t *testing.T) {
	for _, step := range []string{"greeting", "LOGIN", "ID", "EXAMINE", "UID FETCH 1:*", "UID FETCH 11", "half a literal"} {
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fakeIMAP{validity: "7", mails: someMails(2)}
				if step == "greeting" {
					f.greeting = silence
				}
				f.answer = func(_ int, tag, command string) (string, bool) {
					if step == "half a literal" && touches(command, "12") {
						return "* 1 FETCH (UID 11 BODY[] {2}\r\nab)\r\n* 2 FETCH (UID 12 BODY[] {500}\r\nSubject: half", true
					}
					return silence, strings.HasPrefix(command, step)
				}
				m := f.mailbox(MailboxLimits{})
				start := time.Now()
				_, err := m.After(t.Context(), "INBOX", Cursor{}, monday)
				if !errors.Is(err, errServerSilent) {
					t.Errorf("error %v, want %v", err, errServerSilent)
				}
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("the poll took %v", took)
				}
				_ = m.Close()
			})
		})
	}
}

// A mail over which the server falls silent every time must not hold up the others for ever.
func TestMailboxIsolatesTheMailThatSilencesTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeIMAP{validity: "7", mails: someMails(3)}
		f.answer = func(_ int, tag, command string) (string, bool) {
			if touches(command, "12") {
				return strings.TrimSuffix(f.fetch("FETCH 11 (BODY.PEEK[])"), "\r\n") + "\r\n", true
			}
			return "", false
		}
		m := f.mailbox(MailboxLimits{})
		var got []Raw
		c := Cursor{UIDValidity: 7}
		polls := 0
		for c.UID < 13 && polls < 10 {
			polls++
			mails, next, err := drain(t, m, c)
			got, c = append(got, mails...), next
			if err != nil && !errors.Is(err, errServerSilent) {
				t.Fatal(err)
			}
			_ = m.Close()
		}
		if polls > 3 {
			t.Errorf("%d polls", polls)
		}
		if len(got) != 3 || got[1].Problem != RawUnreadable || string(got[2].Body) != f.mails[2].body {
			t.Errorf("got %+v", got)
		}
		if !strings.Contains(string(got[1].Body), "Subject: mail 1") {
			t.Errorf("the header does not tell whose it was: %q", got[1].Body)
		}
	})
}

func TestMailboxToleratesASlowLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeIMAP{validity: "7", mails: someMails(1)}
		m := f.mailbox(MailboxLimits{})
		dial := m.cfg.Dial
		m.cfg.Dial = func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
			conn, err = dial(ctx, network, addr)
			return &slowConn{Conn: conn, pause: time.Second}, err
		}
		got, _, err := drain(t, m, Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		sameMails(t, got, f.mails)
		_ = m.Close()
	})
}

func TestMailboxEndsASessionThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeIMAP{validity: "7", mails: someMails(1)}
		m := f.mailbox(MailboxLimits{Session: 3 * time.Minute})
		dial := m.cfg.Dial
		m.cfg.Dial = func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
			conn, err = dial(ctx, network, addr)
			return &slowConn{Conn: conn, pause: 50 * time.Second}, err
		}
		if _, err := m.After(t.Context(), "INBOX", Cursor{}, monday); !errors.Is(err, errSessionOver) {
			t.Errorf("error %v, want %v", err, errSessionOver)
		}
		_ = m.Close()
	})
}

func TestMailboxStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeIMAP{validity: "7", mails: someMails(1)}
		f.answer = func(_ int, _, command string) (string, bool) { return silence, strings.HasPrefix(command, "EXAMINE") }
		m := f.mailbox(MailboxLimits{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := m.After(ctx, "INBOX", Cursor{}, monday); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		_ = m.Close()
	})
}

func TestMailboxNamesWhatTheOfficeCanMend(t *testing.T) {
	unsafe := func(tag string) string {
		return tag + " NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n"
	}
	for name, tc := range map[string]struct {
		answer func(conn int, tag, command string) (string, bool)
		want   error
		says   string
	}{
		"wrong password, in GBK": {
			answer: func(_ int, tag, command string) (string, bool) {
				return tag + " NO \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\r\n", strings.HasPrefix(command, "LOGIN")
			},
			want: ErrLoginRefused, says: "登录失败",
		},
		"no such folder": {
			answer: func(_ int, tag, command string) (string, bool) {
				return tag + " NO [NONEXISTENT] no such mailbox\r\n", strings.HasPrefix(command, "EXAMINE")
			},
			want: ErrFolderRefused, says: "no such mailbox",
		},
		"netease without id": {
			answer: func(_ int, tag, command string) (string, bool) {
				return unsafe(tag), strings.HasPrefix(command, "EXAMINE")
			},
			want: ErrFolderRefused, says: "Unsafe Login",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeIMAP{validity: "7", mails: someMails(1), answer: tc.answer}
			err := f.mailbox(MailboxLimits{}).Check(t.Context(), "INBOX")
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want %v saying %q", err, tc.want, tc.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

// NetEase opens no folder before ID; others do not know ID, or answer it in a way that kills
// the library.
func TestMailboxIntroducesItself(t *testing.T) {
	for name, answer := range map[string]func(f *fakeIMAP, conn int, tag, command string) (string, bool){
		"demanded": func(f *fakeIMAP, _ int, tag, command string) (string, bool) {
			introduced := slices.ContainsFunc(f.commands, func(c string) bool { return strings.HasPrefix(c, "ID (") })
			return tag + " NO Unsafe Login\r\n", strings.HasPrefix(command, "EXAMINE") && !introduced
		},
		"unknown": func(_ *fakeIMAP, _ int, tag, command string) (string, bool) {
			return tag + " BAD what?\r\n", strings.HasPrefix(command, "ID")
		},
		"answered with nil values": func(_ *fakeIMAP, _ int, tag, command string) (string, bool) {
			return "* ID (\"name\" NIL)\r\n" + tag + " OK\r\n", strings.HasPrefix(command, "ID")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeIMAP{validity: "7", mails: someMails(2)}
			f.answer = func(conn int, tag, command string) (string, bool) {
				f.mu.Lock()
				defer f.mu.Unlock()
				return answer(f, conn, tag, command)
			}
			m := f.mailbox(MailboxLimits{})
			got, _, err := drain(t, m, Cursor{})
			if err != nil {
				t.Fatal(err)
			}
			sameMails(t, got, f.mails)
			_ = m.Close()
		})
	}
}

func TestMailboxRefusesWhatIsNotSafe(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(1)}
	m := f.mailbox(MailboxLimits{})
	m.cfg.Host = "mail.lanchuan.example"
	if err := m.Check(t.Context(), "INBOX"); !errors.Is(err, ErrUnsafe) || f.conns != 0 {
		t.Errorf("plain to a distant host: %v after %d connections", err, f.conns)
	}
	pre := &fakeIMAP{greeting: "* PREAUTH welcome\r\n"}
	if err := pre.mailbox(MailboxLimits{}).Check(t.Context(), "INBOX"); !errors.Is(err, ErrUnsafe) {
		t.Errorf("PREAUTH: %v", err)
	}
	strip := &fakeIMAP{answer: func(_ int, tag, command string) (string, bool) {
		return tag + " BAD unknown command\r\n", strings.HasPrefix(command, "STARTTLS")
	}}
	s := strip.mailbox(MailboxLimits{})
	s.cfg.TLS = "starttls"
	if err := s.Check(t.Context(), "INBOX"); !errors.Is(err, ErrUnsafe) {
		t.Errorf("STARTTLS stripped: %v", err)
	}
	for _, c := range strip.commands {
		if strings.HasPrefix(c, "LOGIN") {
			t.Error("the password was sent without TLS")
		}
	}
}

// The library loops for ever on this line, even when its connection is closed.
func TestGuardKeepsAMalformedCapabilityListFromTheLibrary(t *testing.T) {
	f := &fakeIMAP{answer: func(_ int, tag, command string) (string, bool) {
		return "* CAPABILITY IMAP4rev1 (\r\n" + tag + " OK\r\n", command == "CAPABILITY"
	}}
	if err := f.mailbox(MailboxLimits{}).Check(t.Context(), "INBOX"); !errors.Is(err, errBadCapability) {
		t.Errorf("error %v, want %v", err, errBadCapability)
	}
}

func TestMailboxKeepsItsListingBounded(t *testing.T) {
	f := &fakeIMAP{validity: "7", mails: someMails(50)}
	slices.Reverse(f.mails[:25]) // servers need not keep to the order
	m := f.mailbox(MailboxLimits{PackMails: 4, Window: 10})
	got, _, err := drain(t, m, Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	_ = m.Close()
	slices.Reverse(f.mails[:25])
	sameMails(t, got, f.mails)
}

// A server that keeps a quota is asked how full the mailbox is; one that then refuses, or
// keeps none, is read as before.
func TestMailboxAsksHowFullItIs(t *testing.T) {
	for name, c := range map[string]struct {
		capability, reply string
		want              int
	}{
		"nearly full": {"IMAP4rev1 ID QUOTA", "* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (STORAGE 950 1000 MESSAGE 3 9000)\r\n%s OK done\r\n", 95},
		"no limit":    {"IMAP4rev1 ID QUOTA", "* QUOTAROOT INBOX\r\n%s OK done\r\n", 0},
		"refused":     {"IMAP4rev1 ID QUOTA", "%s NO not for you\r\n", 0},
		"none kept":   {"IMAP4rev1 ID", "", 0},
	} {
		f := &fakeIMAP{validity: "7", mails: someMails(2)}
		asked := false
		f.answer = func(_ int, tag, command string) (string, bool) {
			switch {
			case command == "CAPABILITY":
				return "* CAPABILITY " + c.capability + "\r\n" + tag + " OK done\r\n", true
			case strings.HasPrefix(command, "GETQUOTAROOT"):
				asked = true
				return fmt.Sprintf(c.reply, tag), true
			}
			return "", false
		}
		m := f.mailbox(MailboxLimits{})
		batch, err := m.After(t.Context(), "INBOX", Cursor{}, monday)
		if err != nil || len(batch.Mails) != 2 || batch.Full != c.want || asked != (c.reply != "") {
			t.Errorf("%s: %d mails, %d%% full, asked %v, %v", name, len(batch.Mails), batch.Full, asked, err)
		}
		_ = m.Close()
	}
}
