package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/ingest"
	"duban/notify/report"
	"duban/state"
)

var (
	yearSeeds = flag.Int("years", 0, "how many whole years are lived through, one a seed")
	yearFrom  = flag.String("from", "2025-12-29", "the Monday a year begins on")
	yearUntil = flag.String("until", "2027-01-20", "where it ends")
	yearSeed  = flag.Uint64("year", 1, "the first seed")
)

// yearLetter is one letter to one address as it left, or as it had to leave.
type yearLetter struct {
	key, to string
	at      time.Time
}

// yearRun is a year being lived: a bureau, its mailbox and what left it.
type yearRun struct {
	*bureau
	script *demo.Year
	books  *demo.Books
	sent   []yearLetter
	ticks  []time.Time
}

// Send notes a letter instead of keeping it.
func (y *yearRun) Send(_ context.Context, _, to string, raw []byte) error {
	_, rest, _ := bytes.Cut(raw, []byte("X-Duban-Key: "))
	key, _, _ := bytes.Cut(rest, []byte("\r\n"))
	y.sent = append(y.sent, yearLetter{string(key), to, y.now})
	return nil
}

// After gives what has arrived by now, and forgets what was read: nothing reads it twice.
func (y *yearRun) After(_ context.Context, folder string, c ingest.Cursor, _ time.Time) (ingest.Batch, error) {
	batch := ingest.Batch{Next: c}
	batch.Next.UIDValidity = 1
	for i, m := range y.box {
		m.Folder, m.UIDValidity, m.UID, m.Size = folder, 1, c.UID+uint32(i)+1, int64(len(m.Body))
		batch.Mails = append(batch.Mails, m)
		batch.Next.UID = m.UID
	}
	y.box = nil
	return batch, nil
}

func newYear(t testing.TB, seed uint64, from, end time.Time) *yearRun {
	b := newBureau(t, func(c *configs.Config) {
		for i := range c.Roster.Projects {
			c.Roster.Projects[i].OpeningWeek, c.Roster.Projects[i].OpeningYTD = state.Week{}, 0
		}
		for i := range c.Roster.Depts {
			c.Roster.Depts[i].HeadMail = strings.ToLower(c.Roster.Depts[i].ID) + "-head@lanchuan.example"
		}
	})
	var depts []string
	for _, d := range b.cfg.Roster.Reporting() {
		depts = append(depts, d.ID)
	}
	y := &yearRun{bureau: b, books: &demo.Books{Roster: b.cfg.Roster, Office: b.cfg.Office.Mail}}
	y.script = demo.DrawYear(seed, demo.Weeks(from, end), depts)
	y.collector.Mailbox, y.dispatcher.Sender = y, y
	y.planner.Composer.Blank = func(report.Blank) ([]byte, error) { return []byte("form"), nil } // what a form holds is shown elsewhere
	return y
}

// live lives through the script.
func (y *yearRun) live(t testing.TB, words []officeWord) {
	s := y.script
	type event struct {
		at   time.Time
		week int
		dept string
		no   int // -1 for a letter that comes back
	}
	var events []event
	for i, w := range s.Weeks {
		for _, dept := range s.Depts {
			if b := s.Act(w.Name, dept).Bounce; !b.IsZero() {
				events = append(events, event{b, i, dept, -1})
			}
			for no, m := range s.Act(w.Name, dept).Mails {
				events = append(events, event{m.At, i, dept, no})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	told := map[string]bool{}
	for _, tick := range y.ticks {
		for ; len(words) > 0 && !words[0].at.After(tick); words = words[1:] {
			y.answer(t, words[0])
		}
		for len(events) > 0 && !events[0].at.After(tick) {
			e := events[0]
			events = events[1:]
			y.now = e.at
			w := s.Weeks[e.week]
			if e.no < 0 {
				y.receive(string(demo.ReturnedMail(y.cfg.Roster.Dept(e.dept).Mail, w.Name+"."+e.dept)))
				continue
			}
			if e.no == 0 {
				y.books.CarryOver(y.cfg.Roster.ProjectsOf(e.dept, w.Due), s, e.week, e.dept)
			}
			raw, err := y.books.Raw(y.cfg.Roster.Dept(e.dept), w, e.week, e.no, s.Act(w.Name, e.dept).Mails[e.no].Kind)
			if err != nil {
				t.Fatal(err)
			}
			y.receive(string(raw))
		}
		y.now = tick
		for i, w := range s.Weeks {
			if told[w.Name] || tick.Before(w.Form.AddDate(0, 0, -3)) {
				continue
			}
			told[w.Name] = true
			for _, dept := range s.Depts {
				if n := s.Act(w.Name, dept).Weeks; n > 0 {
					y.excuse(t, w, s.Weeks[i+n-1], dept)
				}
			}
		}
		y.turn(t, tick)
	}
}

// answer is the office's own mail with the code it was given last in the matter.
func (y *yearRun) answer(t testing.TB, w officeWord) {
	t.Helper()
	week, err := state.ParseWeek(w.week)
	if err != nil {
		t.Fatal(err)
	}
	var code string
	err = y.archive.store.View(t.Context(), func(r *state.Records) error {
		if w.leader == "" {
			h, err := r.Hold(week)
			code = h.Code
			return err
		}
		q, err := r.Proposal("escalation/" + w.week + "/" + w.leader)
		if q != nil {
			code = q.Code
		}
		return err
	})
	if err != nil || code == "" {
		t.Errorf("seed %d: no code to answer %+v with: %v", y.script.Seed, w, err)
	}
	y.now = w.at
	y.receive(string(demo.OfficeWord(y.cfg.Office.Mail, w.week, w.word, code, fmt.Sprintf("%s.%s.%d", w.week, w.leader, w.at.Unix()))))
}

// excuse has the office free a department from one week to another, by its own command.
func (y *yearRun) excuse(t testing.TB, from, to demo.Week, dept string) {
	t.Helper()
	last, err := state.ParseWeek(to.Name)
	if err != nil {
		t.Fatal(err)
	}
	c := exemptCmd{Subject: dept, Until: last.Day(time.Friday, demo.Zone).Format(time.DateOnly), decision: decision{Week: from.Name, Reason: "停工整改", By: "张三"}}
	if err := c.Run(t.Context(), &invocation{office: y.office, now: y.office.now, stdout: io.Discard, stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
}

// yearTicks is when duban takes a turn: around everything that may be due, a while after each
// mail, and never while it is down.
func yearTicks(s *demo.Year) []time.Time {
	set := map[time.Time]bool{}
	add := func(t time.Time) { set[t.In(demo.Zone).Truncate(time.Minute)] = true }
	for _, w := range s.Weeks {
		for _, t := range []time.Time{w.Form, w.Due1, w.Due2, w.Due, w.Late[0], w.Late[1], w.Late[2], w.Preview, w.Summary, w.Escalate, w.Freeze} {
			add(t.Add(2 * time.Minute))
		}
		for d := range 7 { // every day around: the morning, the evening, the night
			day := w.Due.AddDate(0, 0, d-3)
			for _, h := range []int{7*60 + 32, 16*60 + 2, 18*60 + 2, 18*60 + 32, 22 * 60} {
				add(time.Date(day.Year(), day.Month(), day.Day(), 0, h, 0, 0, demo.Zone))
			}
		}
		for _, dept := range s.Depts {
			for _, m := range s.Act(w.Name, dept).Mails {
				add(m.At.Truncate(time.Hour).Add(80 * time.Minute))
			}
		}
	}
	for _, o := range s.Outages {
		add(o[1])
	}
	var out []time.Time
	for t := range set {
		down := slices.ContainsFunc(s.Outages, func(o [2]time.Time) bool { return !t.Before(o[0]) && t.Before(o[1]) })
		if !down {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// dayOf reads a day of the district.
func dayOf(t testing.TB, day string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, demo.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// castOf reads the registry for the oracle: addresses and whose projects are whose.
func castOf(c *configs.Config) yearCast {
	cast := yearCast{office: c.Office.Mail, mail: map[string]string{}, head: map[string]string{}, deputy: map[string]string{}, leaders: map[string][]string{}, single: map[string]bool{}, first: map[string]string{}, leaderMail: map[string]string{}}
	for _, d := range c.Roster.Depts {
		cast.mail[d.ID], cast.head[d.ID], cast.deputy[d.ID] = d.Mail, d.HeadMail, d.MailBackup
	}
	own := map[string]int{}
	for _, p := range c.Roster.Projects {
		if own[p.Dept]++; own[p.Dept] == 1 {
			cast.first[p.Dept] = p.ID
		}
		if p.LeadLeader != "" && !slices.Contains(cast.leaders[p.Dept], p.LeadLeader) {
			cast.leaders[p.Dept] = append(cast.leaders[p.Dept], p.LeadLeader)
		}
	}
	for dept, n := range own {
		cast.single[dept] = n == 1
	}
	for _, l := range c.Roster.Leaders {
		cast.readers = append(cast.readers, l.Mail)
		cast.leaderMail[l.ID] = l.Mail
	}
	for _, r := range c.Roster.Recipients {
		cast.readers = append(cast.readers, r.Mail)
	}
	return cast
}

// inRound reports whether a letter is one the oracle speaks of.
func inRound(key string) bool {
	kind, rest, _ := strings.Cut(key, "/")
	switch kind {
	case "form", "due", "receipt", "correction", "fault", "late", "resubmit", "preview", "lateok", "escalation":
		return true
	case "summary":
		return strings.Contains(rest, "/leaders")
	case "proposal":
		return strings.Contains(rest, "/escalation-")
	}
	return false
}

// judge compares what left with what had to leave.
func (y *yearRun) judge(t testing.TB, o *yearOracle) {
	t.Helper()
	line := func(l yearLetter) string {
		return l.at.In(demo.Zone).Format("2006-01-02 15:04 Mon ") + l.key + " -> " + l.to
	}
	want, got := map[string]bool{}, map[string]bool{}
	for _, l := range o.want {
		want[line(l)] = true
	}
	var faults []string
	for _, l := range y.sent {
		switch s := line(l); {
		case !inRound(l.key):
		case got[s]:
			faults = append(faults, s+"  TWICE")
		case !want[s]:
			faults = append(faults, s+"  EXTRA")
			got[s] = true
		default:
			got[s] = true
		}
	}
	for s := range want {
		if !got[s] {
			faults = append(faults, s+"  MISSING")
		}
	}
	slices.Sort(faults)
	if len(faults) > 0 {
		t.Errorf("seed %d: %d letters differ, the first:\n%s", y.script.Seed, len(faults), strings.Join(faults[:min(len(faults), 20)], "\n"))
		y.tellStory(t, faults[0])
	}
}

// tellStory prints what led to the first fault: the week of the letter and what its
// department did, when duban was down, and when it took its turns.
func (y *yearRun) tellStory(t testing.TB, fault string) {
	t.Helper()
	parts := strings.Split(strings.Fields(fault)[3], "/")
	for i, w := range y.script.Weeks {
		if len(parts) < 2 || w.Name != parts[1] {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s is due %s\n", w.Name, w.Due.Format("01-02 15:04"))
		for _, o := range y.script.Outages {
			if o[1].After(w.Form.AddDate(0, 0, -3)) && o[0].Before(w.Freeze.Add(answerLong)) {
				fmt.Fprintf(&b, "down from %s to %s\n", o[0].Format("01-02 15:04"), o[1].Format("01-02 15:04"))
			}
		}
		for _, dept := range y.script.Depts {
			if len(parts) > 2 && strings.HasPrefix(parts[2], "D") && dept != parts[2] {
				continue
			}
			a := y.script.Act(w.Name, dept)
			fmt.Fprintf(&b, "%s exempt %v:", dept, a.Exempt)
			for _, m := range a.Mails {
				fmt.Fprintf(&b, " %s %s;", m.At.Format("01-02 15:04"), m.Kind)
			}
			b.WriteString("\n")
			for _, l := range y.sent {
				if strings.Contains(l.key, w.Name+"/"+dept) {
					fmt.Fprintf(&b, "    %s %s\n", l.at.Format("01-02 15:04"), l.key)
				}
			}
		}
		_ = i
		t.Log(b.String())
	}
}

// lawful checks what holds for every letter, of whatever family: once only to each address, to
// nobody outside the registry, and to no department in the quiet hours.
func (y *yearRun) lawful(t testing.TB) {
	t.Helper()
	c := y.cfg
	depts, known := map[string]bool{}, map[string]bool{c.Office.Mail: true}
	for _, d := range c.Roster.Depts {
		depts[d.Mail], depts[d.MailBackup], depts[d.HeadMail] = true, true, true
	}
	for _, l := range c.Roster.Leaders {
		known[l.Mail] = true
	}
	for _, r := range c.Roster.Recipients {
		known[r.Mail] = true
	}
	seen := map[yearLetter]bool{}
	for _, l := range y.sent {
		at := l.at.In(demo.Zone)
		once := yearLetter{key: l.key, to: l.to}
		switch {
		case seen[once]:
			t.Errorf("seed %d: %s went to %s twice, again at %s", y.script.Seed, l.key, l.to, at)
		case !depts[l.to] && !known[l.to]:
			t.Errorf("seed %d: %s went to %s, who is nobody", y.script.Seed, l.key, l.to)
		case depts[l.to] && resting(at):
			t.Errorf("seed %d: %s went to %s at %s", y.script.Seed, l.key, l.to, at)
		}
		seen[once] = true
	}
}

// A year of the district, drawn at random, brings exactly the letters of the weekly round that
// the office's rules ask for, each to whom and when it must: none missing, none extra, none
// twice. An ordinary run lives through a spring and the turn of the year; -years=N lives
// through so many whole ones.
func TestAYear(t *testing.T) {
	type span struct {
		seed        uint64
		from, until string
	}
	spans := []span{{3, "2026-04-20", "2026-05-20"}, {2, "2026-12-14", "2027-01-20"}}
	if *yearSeeds > 0 {
		spans = nil
		for n := range uint64(*yearSeeds) {
			spans = append(spans, span{*yearSeed + n, *yearFrom, *yearUntil})
		}
	}
	for _, s := range spans {
		t.Run(fmt.Sprintf("%s-%d", s.from, s.seed), func(t *testing.T) {
			t.Parallel()
			y := newYear(t, s.seed, dayOf(t, s.from), dayOf(t, s.until))
			y.ticks = yearTicks(y.script)
			o := foretell(y.script, castOf(y.cfg), y.ticks)
			y.books.Counts = o.counted
			y.live(t, o.words)
			y.judge(t, o)
			y.lawful(t)
			t.Logf("%d turns, %d letters, %d of the weekly round, the office spoke %d times", len(y.ticks), len(y.sent), len(o.want), len(o.words))
		})
	}
}
