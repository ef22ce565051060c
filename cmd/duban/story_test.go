package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"duban/state"
	"duban/state/blobs"
)

// Every file in testdata/stories is a story of the fictional district, on its real servers
// and through duban's own commands. Above the files it holds, a story is read line by line:
//
//	# what happens, and what the office expects
//	about D05 office +visit       whose letters of the weekly round are listed, and which kinds beside it
//	                              (or which letter: +proposal/2026-W38/escalation-L10); all others are
//	                              passed over
//	config mode: shadow           a line more in duban.yaml; OLD => NEW replaces words of it
//	register projects.csv OLD => NEW    the office replaces words of a file of the registry; \n parts lines
//	mail 09-18 16:31 NAME         a mail of the district's weeks, or a file below, is received
//	once 09-18 16:45              duban takes a turn and sends exactly the letters listed here:
//	  correction/2026-W38/D05/1 -> jtj@lanchuan.example
//	    subject 【请补正】          which say this
//	    says 您填的
//	    never 非法                 and never that
//	    file 周报.xlsx             and carry this
//	    holds 周报.xlsx TEXT       a cell of which says this
//	stuck 09-18 19:40             duban takes a turn and says that something keeps it from all it has to do
//	decided NAME submission correct D05 2026-W38 arith-ytd-mismatch !rate-mismatch
//	stands 2026-W38 D05 correcting late    so a department stands in a week, and counts as late or intime
//	issue I01 closed              so an issue stands in the ledger: open, closed or merged
//	claim NAME D14 WHY            the office accepts a mail that was set aside
//	refuse ADDRESS 451            the mail server answers letters to it (* to anybody) with this code; 0 takes them again,
//	                              -1 takes them and hangs up before it said so
//	office 09-21 08:00 hold --by 张三 --reason 再核    a person of the office runs a command
//	why D05 2026-W38 TEXT         duban why says this of a department
//	full 95                       so many percent of the mailbox's quota are in use from now on
//	files 已发送                   the mail server files a copy of every letter there from now on
//	shows summary --week 2026-W38 | TEXT    duban preview of what is stored prints this, and sends nothing
//	lose                          the state folder is gone
//	unhold                        the office deletes the mark a restore left
//	renumber                      the mailbox is moved: the same mails under another UIDVALIDITY
//
// Times are of 2026 in the district, unless they name another year. decided names the findings a mail must have, and after
// an exclamation mark those it must not. In a mail's text and a command CODE is the one-time
// code the office was given last, SPENT the one before, CODE(L10) the last of a letter whose
// key holds L10.
func TestStory(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "stories", "*.txtar"))
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d stories: %v", len(files), err)
	}
	for i, file := range files {
		if i%storyStep != 0 {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, parts := splitStory(string(data))
			s := &story{district: newDistrict(t), file: filepath.Base(file), parts: parts, ids: map[string]string{}, made: map[string][]byte{}}
			s.tell(head)
		})
	}
}

// story is one story being told.
type story struct {
	*district
	file  string
	no    int               // the line being told
	parts map[string]string // the files it holds
	about []string
	ids   map[string]string // delivered mails by name: the SHA-256 of their bytes
	made  map[string][]byte // attachments by what was done to them
	post  []received        // in the order of delivery
	seen  int               // letters already listed
	left  []letterRead      // of the last turn, not listed yet
	open  *letterRead       // the letter the lines below speak of
	full  atomic.Value      // percent of the mailbox's quota in use, a string; nil while it keeps none
	codes []givenCode       // the one-time codes given out so far
}

// givenCode is a one-time code and the key of the letter that printed it.
type givenCode struct{ key, code string }

type received struct {
	raw []byte
	at  time.Time
}

// faultf tells what is wrong at the line being told.
func (s *story) faultf(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s:%d: %s", s.file, s.no, fmt.Sprintf(format, args...))
}

func (s *story) tell(head string) {
	for i, line := range strings.Split(head, "\n") {
		s.no = i + 1
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch {
		case word == "" || word == "#":
		case strings.HasPrefix(line, "    "):
			s.expect(word, rest)
		case strings.HasPrefix(line, "  "):
			s.take(word, strings.Fields(strings.TrimPrefix(rest, "->")))
		default:
			s.closeTurn()
			s.act(word, rest)
		}
	}
	s.closeTurn()
}

// act carries out one line that stands at the margin.
func (s *story) act(word, rest string) {
	args := strings.Fields(rest)
	switch word {
	case "about":
		s.about = args
	case "config":
		s.configure(rest)
	case "register":
		s.replace(filepath.Join(s.dir, "registry", args[0]), strings.TrimSpace(strings.TrimPrefix(rest, args[0])))
	case "mail":
		s.mail(s.clock(args[0]+" "+args[1]), args[2])
	case "once":
		s.turn(rest, exitDone)
	case "stuck":
		s.turn(rest, exitFailed)
	case "decided":
		s.decided(args)
	case "stands":
		s.stands(args[0], args[1], args[2:]...)
	case "issue":
		s.issue(args[0], args[1])
	case "claim":
		s.decide(s.wall(), []string{"accept", s.ids[args[0]][:12], "--dept", args[1], "--reason", strings.Join(args[2:], " ")})
	case "refuse":
		code, err := strconv.Atoi(args[1])
		if err != nil {
			s.t.Fatal(err)
		}
		s.district.post.Refuse(args[0], code)
	case "full":
		s.fill(rest)
	case "files":
		if err := s.district.post.File(rest); err != nil {
			s.t.Fatal(err)
		}
	case "why":
		out, code := s.duban("why", args[0], args[1])
		if text := strings.Join(args[2:], " "); code != exitDone || !strings.Contains(out, text) {
			s.faultf("duban why ended with %d and does not say %q:\n%s", code, text, out)
		}
	case "shows":
		command, text, _ := strings.Cut(rest, " | ")
		args := append([]string{"preview"}, strings.Fields(command)...)
		if out, code := s.duban(append(args, "--dir", s.t.TempDir())...); code != exitDone || !strings.Contains(out, text) {
			s.faultf("duban preview ended with %d and does not show %q:\n%s", code, text, out)
		}
	case "renumber":
		s.renumber()
	case "lose":
		s.remove("state")
	case "unhold":
		s.remove(filepath.Join("state", heldFile))
	case "office":
		s.decide(s.clock(args[0]+" "+args[1]), strings.Fields(s.withCodes(strings.Join(args[2:], " "))))
	default:
		s.t.Fatalf("%s:%d: %q is no word of a story", s.file, s.no, word)
	}
}

// turn lets duban take one, which must end with code.
func (s *story) turn(at string, code int) {
	s.t.Helper()
	s.set(s.clock(at))
	if _, got := s.duban("once", "--at", s.wall().Format(time.RFC3339)); got != code {
		s.t.Fatalf("%s:%d: the turn ended with %d, want %d", s.file, s.no, got, code)
	}
	s.collectLetters()
}

// remove deletes a file or folder of the district.
func (s *story) remove(name string) {
	if err := os.RemoveAll(filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) clock(text string) time.Time {
	if len(text) == len("01-02 15:04") {
		text = "2026-" + text
	}
	t, err := time.Parse("2006-01-02 15:04 -0700", text+" +0800")
	if err != nil {
		s.t.Fatalf("%s:%d: %v", s.file, s.no, err)
	}
	return t
}

// configure changes duban.yaml: "OLD => NEW" replaces some words of it, anything else is a
// line added to it.
func (s *story) configure(change string) { s.replace(s.config, change) }

func (s *story) replace(file, change string) {
	text, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	edited := change + "\n" + string(text)
	if old, words, ok := strings.Cut(change, " => "); ok {
		if !strings.Contains(string(text), old) {
			s.t.Fatalf("%s:%d: %s does not say %q", s.file, s.no, filepath.Base(file), old)
		}
		edited = strings.Replace(string(text), old, strings.ReplaceAll(words, `\n`, "\n"), 1)
	}
	if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// mail delivers a mail of the district's weeks or one written in the story.
func (s *story) mail(at time.Time, name string) {
	raw := demoMail(s.t, name)
	if raw == nil {
		text, there := s.parts[name]
		if !there {
			s.t.Fatalf("%s:%d: no mail %s", s.file, s.no, name)
		}
		raw = s.compose(name, s.withCodes(text), at)
	}
	s.ids[name] = blobs.Sum(raw)
	s.post = append(s.post, received{raw, at})
	if err := s.district.post.Deliver(raw, at); err != nil {
		s.t.Fatal(err)
	}
}

// renumber gives the mailbox another UIDVALIDITY, as a server does that was restored.
func (s *story) renumber() {
	if err := s.district.post.Empty(); err != nil {
		s.t.Fatal(err)
	}
	for _, m := range s.post {
		if err := s.district.post.Deliver(m.raw, m.at); err != nil {
			s.t.Fatal(err)
		}
	}
}

// collectLetters reads what the turn sent to those the story is about, one letter a key.
func (s *story) collectLetters() {
	s.t.Helper()
	all := s.letters()
	byKey := map[string]*letterRead{}
	for _, sent := range all[s.seen:] {
		l := readLetter(s.t, sent)
		lawful(s.t, l)
		if found := codeIn.FindStringSubmatch(l.text); found != nil {
			s.codes = append(s.codes, givenCode{l.key, found[1]})
		}
		if !s.concerns(l.key) {
			continue
		}
		if byKey[l.key] != nil {
			byKey[l.key].to = append(byKey[l.key].to, l.to...)
			continue
		}
		byKey[l.key] = &l
	}
	s.seen = len(all)
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		s.left = append(s.left, *byKey[key])
	}
}

// codeIn finds a one-time code in a letter to the office, codeOf a story's name for one.
var (
	codeIn = regexp.MustCompile(`(?:暂缓|发送|同意|认领 \S+) ([0-9]{8})`)
	codeOf = regexp.MustCompile(`CODE\(([^)]+)\)`)
)

// withCodes puts the codes the office was given into what it writes.
func (s *story) withCodes(text string) string {
	text = codeOf.ReplaceAllStringFunc(text, func(name string) string {
		for _, c := range slices.Backward(s.codes) {
			if strings.Contains(c.key, codeOf.FindStringSubmatch(name)[1]) {
				return c.code
			}
		}
		s.faultf("no letter printed %s", name)
		return name
	})
	if n := len(s.codes); n > 0 {
		text = strings.ReplaceAll(text, "CODE", s.codes[n-1].code)
		text = strings.ReplaceAll(text, "SPENT", s.codes[max(n-2, 0)].code)
	}
	return text
}

// decide runs a command of the office at its time.
func (s *story) decide(at time.Time, args []string) {
	s.t.Helper()
	var out, faults bytes.Buffer
	in := &invocation{args: append([]string{"-c", s.config}, args...), dir: s.dir, stdin: strings.NewReader(""), stdout: &out, stderr: &faults, now: func() time.Time { return at }}
	if code := carryOut(s.t.Context(), in); code != exitDone {
		s.faultf("duban %s ended with %d: %s", strings.Join(args, " "), code, faults.String())
	}
}

// weekly are the letters of the weekly round, which every story about their reader lists.
// Those of any other kind are listed in the stories that name the kind.
var weekly = []state.Topic{
	state.TopicForm, state.TopicDue, state.TopicReceipt, state.TopicCorrection, state.TopicFault, state.TopicLate,
	state.TopicResubmit, state.TopicPreview, state.TopicSummary, state.TopicNotice, state.TopicHealth,
}

func (s *story) concerns(key string) bool {
	parts := strings.Split(key, "/")
	named := slices.ContainsFunc(s.about, func(what string) bool { return strings.HasPrefix("+"+key+"/", what+"/") })
	if named || !slices.Contains(weekly, state.Topic(parts[0])) {
		return named
	}
	who := parts[len(parts)-1]
	if len(parts) > 2 {
		who = parts[2]
	}
	if parts[0] == string(state.TopicNotice) || parts[0] == string(state.TopicHealth) {
		who = "office"
	}
	return slices.Contains(s.about, who)
}

// take finds a letter that the story says was sent.
func (s *story) take(key string, to []string) {
	s.open = nil
	for i, l := range s.left {
		if strings.HasSuffix(key, "*") && strings.HasPrefix(l.key, strings.TrimSuffix(key, "*")) || l.key == key {
			s.open = &l
			s.left = slices.Delete(s.left, i, i+1)
			break
		}
	}
	if s.open == nil {
		var keys []string
		for _, l := range s.left {
			keys = append(keys, l.key)
		}
		s.faultf("%s was not sent; sent and not listed yet: %v", key, keys)
		return
	}
	slices.Sort(to)
	slices.Sort(s.open.to)
	if !slices.Equal(to, s.open.to) {
		s.faultf("%s went to %v, want %v", s.open.key, s.open.to, to)
	}
}

// expect checks a line about the letter just listed.
func (s *story) expect(word, rest string) {
	l := s.open
	if l == nil {
		return // its absence was told
	}
	switch word {
	case "subject":
		if !strings.Contains(l.subject, rest) {
			s.faultf("the subject of %s is %q, want %q in it", l.key, l.subject, rest)
		}
	case "says", "never":
		if strings.Contains(l.text, rest) != (word == "says") {
			s.faultf("%s %s %q:\n%s\n%s", l.key, word, rest, l.subject, l.text)
		}
	case "file":
		if !slices.Contains(l.files, rest) {
			s.faultf("%s carries %v, want %s", l.key, l.files, rest)
		}
	case "holds":
		name, text, _ := strings.Cut(rest, " ")
		if !bookHolds(s.t, l.books[name], text) {
			s.faultf("no cell of %s, of the files %v, says %s", name, l.files, text)
		}
	default:
		s.faultf("%q is no word of a story", word)
	}
}

// closeTurn complains about letters that the story does not list.
func (s *story) closeTurn() {
	for _, l := range s.left {
		s.faultf("before this line %s was sent to %v, which the story does not expect:\n%s\n%s", l.key, l.to, l.subject, l.text)
	}
	s.left, s.open = nil, nil
}

// decided checks what was decided on a mail.
func (s *story) decided(args []string) {
	var m *state.Mail
	s.view(func(r *state.Records) (err error) {
		m, err = r.Mail(s.ids[args[0]])
		return err
	})
	if m == nil {
		s.faultf("%s left no trace", args[0])
		return
	}
	got := []string{string(m.Kind), string(m.Decision)}
	want := args[1:3]
	if len(args) > 4 {
		got, want = append(got, m.Dept, m.Week.String()), args[1:5]
	}
	if !slices.Equal(got, want) {
		s.faultf("%s: %v (%s), want %v", args[0], got, m.Reason, want)
	}
	var found []string
	for _, f := range m.Findings {
		found = append(found, f.Rule)
	}
	for _, rule := range args[min(5, len(args)):] {
		name, absent := strings.CutPrefix(rule, "!")
		if slices.Contains(found, name) == absent {
			s.faultf("%s: findings %v, want %s", args[0], found, rule)
		}
	}
}

func (s *story) stands(week, dept string, want ...string) {
	w, err := state.ParseWeek(week)
	if err != nil {
		s.t.Fatal(err)
	}
	got := []string{string(state.Missing), "intime"}
	s.view(func(r *state.Records) error {
		d, err := r.DeptWeek(w, dept)
		if d != nil {
			got[0] = string(d.State)
			if d.Late {
				got[1] = "late"
			}
		}
		return err
	})
	if got = got[:len(want)]; !slices.Equal(got, want) {
		s.faultf("%s stands in %s as %s, want %s", dept, week, got, want)
	}
}
