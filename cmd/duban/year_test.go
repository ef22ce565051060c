package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"duban/cmd/duban/internal/demo"
	"duban/configs"
	"duban/state"
)

var (
	yearSeeds = flag.Int("years", 0, "how many whole years are lived through, one a seed")
	yearFrom  = flag.String("from", "2025-12-29", "the Monday a year begins on")
	yearUntil = flag.String("until", "2027-01-20", "where it ends")
	yearSeed  = flag.Uint64("year", 1, "the first seed")
	yearStop  = flag.String("stop", "", "the day a year is left on: what is drawn stays the same, which another -until does not promise")
)

// yearLetter is one letter to one address as it left, or as it had to leave.
type yearLetter struct {
	key, to string
	at      time.Time
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
	cast := yearCast{office: c.Office.Mail, confirms: c.ConfirmRequests, mail: map[string]string{}, head: map[string]string{}, deputy: map[string]string{}, leaders: map[string][]string{}, single: map[string]bool{}, spared: map[string]string{}, leaderMail: map[string]string{}, bodies: map[string]string{}, pleads: map[string]yearProject{}}
	for _, d := range c.Roster.Depts {
		cast.mail[d.ID], cast.head[d.ID], cast.deputy[d.ID] = d.Mail, d.HeadMail, d.MailBackup
	}
	own := map[string]int{}
	for _, p := range c.Roster.Projects {
		agent := p.Agency
		if cast.mail[agent] == "" {
			agent = p.Dept
		}
		project := yearProject{p.ID, p.Dept, agent, p.LeadLeader, string(p.Class), own[p.Dept], int(p.YearPlan / state.Wan)}
		cast.projects = append(cast.projects, project)
		if own[p.Dept]++; own[p.Dept] <= 2 {
			cast.pleads[p.Dept] = project
		} else if own[p.Dept] > 2 {
			cast.spared[p.Dept] = p.ID
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
		if !r.Copy {
			cast.bodies[r.ID] = r.Mail
		}
	}
	return cast
}

// kindOf is the kind of letter a key begins with.
func kindOf(key string) string {
	kind, _, _ := strings.Cut(key, "/")
	return kind
}

// inRound reports whether a letter is one the oracle speaks of.
func inRound(key string) bool {
	_, rest, _ := strings.Cut(key, "/")
	switch kindOf(key) {
	case "form", "due", "receipt", "correction", "fault", "late", "resubmit", "preview", "lateok", "escalation",
		"request", "requestdue", "answered", "urgent", "circular", "rectify", "daily", "calendar", "visit", "score", "permit", "summary", "standing", "meeting", "closed", "health":
		return true
	case "notice":
		return strings.Contains(rest, "/exempt-") || strings.Contains(rest, "/decided-") || strings.Contains(rest, "/hold/") ||
			strings.Contains(rest, "/bounce-") || strings.Contains(rest, "/failed-")
	case "proposal":
		return strings.Contains(rest, "/escalation-") || strings.Contains(rest, "/request-") || strings.Contains(rest, "/circular-") ||
			strings.Contains(rest, "/handover-") || strings.Contains(rest, "/score-") || strings.Contains(rest, "/change-")
	}
	return false
}

// judge compares what left with what had to leave.
func (y *yearRun) judge(t testing.TB, o *yearOracle) {
	t.Helper()
	line := func(l yearLetter) string {
		key := demo.Wordless(l.key)
		if parts := strings.Split(key, "/"); parts[0] == "urgent" { // its last part names the words
			key = parts[0] + "/" + parts[1]
		}
		return l.at.In(demo.Zone).Format("2006-01-02 15:04 Mon ") + key + " -> " + l.to
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
		for _, i := range o.pleas {
			if strings.Contains(faults[0], "/"+i.id) {
				t.Logf("%s of %s, %+v:\n%s", i.id, i.dept, *i.Plea, strings.Join(i.story, "\n"))
			}
		}
	}
}

// tellStory prints what led to the first fault: the week of the letter and the one before, what its
// department did and what was found in it, when duban was down, and when it took its turns.
func (y *yearRun) tellStory(t testing.TB, fault string) {
	t.Helper()
	parts := strings.Split(strings.Fields(fault)[3], "/")
	for i, w := range y.script.Weeks {
		if len(parts) < 2 || w.Name != parts[1] && (i+1 == len(y.script.Weeks) || y.script.Weeks[i+1].Name != parts[1]) {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s is due %s\n", w.Name, w.Due.Format("01-02 15:04"))
		for _, o := range y.script.Outages {
			if o[1].After(w.Form.AddDate(0, 0, -3)) && o[0].Before(w.Answered) {
				fmt.Fprintf(&b, "down from %s to %s\n", o[0].Format("01-02 15:04"), o[1].Format("01-02 15:04"))
			}
		}
		for _, s := range y.script.Shut {
			if s.To.After(w.Form.AddDate(0, 0, -3)) && s.From.Before(w.Answered) {
				fmt.Fprintf(&b, "the mailbox is shut from %s to %s, silent %v\n", s.From.Format("01-02 15:04"), s.To.Format("01-02 15:04"), s.Silent)
			}
		}
		for _, h := range y.script.Halts {
			if h.To.After(w.Form.AddDate(0, 0, -3)) && h.From.Before(w.Answered) {
				fmt.Fprintf(&b, "no letter leaves from %s to %s\n", h.From.Format("01-02 15:04"), h.To.Format("01-02 15:04"))
			}
		}
		for _, r := range y.script.Refusals {
			if r.To.After(w.Form.AddDate(0, 0, -3)) && r.From.Before(w.Answered) && (len(parts) < 3 || parts[2] == r.Dept) {
				fmt.Fprintf(&b, "letters to %s are refused from %s to %s with %d\n", r.Dept, r.From.Format("01-02 15:04"), r.To.Format("01-02 15:04"), r.Code)
			}
		}
		for _, dept := range y.script.Depts {
			if len(parts) > 2 && strings.HasPrefix(parts[2], "D") && dept != parts[2] {
				continue
			}
			a := y.script.Act(w.Name, dept)
			fmt.Fprintf(&b, "%s exempt %v, of one project %v:", dept, a.Exempt, a.LeftOut)
			for _, m := range a.Mails {
				fmt.Fprintf(&b, " %s %s;", m.At.Format("01-02 15:04"), m.Kind)
			}
			b.WriteString("\n" + y.verdicts(t, w.Name, dept))
			for _, l := range y.sent {
				if strings.Contains(l.key, w.Name+"/"+dept) {
					fmt.Fprintf(&b, "    %s %s\n", l.at.In(demo.Zone).Format("01-02 15:04"), l.key)
				}
			}
		}
		t.Log(b.String())
	}
}

// verdicts are what the program found in each mail of a department about a week.
func (y *yearRun) verdicts(t testing.TB, week, dept string) string {
	t.Helper()
	var b strings.Builder
	err := y.office.Load().archive.store.View(t.Context(), func(r *state.Records) error {
		w, err := state.ParseWeek(week)
		if err != nil {
			return err
		}
		dw, err := r.DeptWeek(w, dept)
		if err != nil || dw == nil {
			return err
		}
		for _, try := range dw.Tries {
			fmt.Fprintf(&b, "    read %s: %s\n", try.Received.In(demo.Zone).Format("01-02 15:04"), try.Decision)
			for _, f := range try.Findings {
				fmt.Fprintf(&b, "        %s %s %s found %q expected %q\n", f.Level, f.Rule, f.Cell, f.Found, f.Expected)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return b.String()
}

// kindsOf counts letters by the first part of their keys.
func kindsOf(letters []yearLetter) map[string]int {
	out := map[string]int{}
	for _, l := range letters {
		out[kindOf(l.key)]++
	}
	return out
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
		case depts[l.to] && resting(at) && !strings.HasPrefix(l.key, "urgent/"): // 特急 is told at night
			t.Errorf("seed %d: %s went to %s at %s", y.script.Seed, l.key, l.to, at)
		}
		seen[once] = true
	}
}

// uncounted checks that a report of a week that was over when it came is filed in the week that
// ran, and that nothing of it counts in either.
func (y *yearRun) uncounted(t testing.TB) {
	t.Helper()
	err := y.office.Load().archive.store.View(t.Context(), func(r *state.Records) error {
		for i, w := range y.script.Weeks {
			for _, dept := range y.script.Depts {
				mails := y.script.Act(w.Name, dept).Mails
				if len(mails) == 0 || mails[0].Kind != demo.SendsOld || !y.end.IsZero() && !mails[0].At.Before(y.end.AddDate(0, 0, -7)) {
					continue
				}
				for _, week := range y.script.Weeks[i-1 : i+1] {
					name, err := state.ParseWeek(week.Name)
					if err != nil {
						return err
					}
					dw, err := r.DeptWeek(name, dept)
					if err != nil {
						return err
					}
					filed := dw != nil && slices.ContainsFunc(dw.Tries, func(try state.Try) bool { return try.Received.Equal(mails[0].At) })
					counts := dw != nil && slices.ContainsFunc(dw.Rows, func(c state.Counted) bool { return c.Received.Equal(mails[0].At) })
					if filed != (week.Name == w.Name) || counts {
						t.Errorf("seed %d: the old form of %s, sent %s: filed in %s %v, counts there %v", y.script.Seed, dept, mails[0].At, week.Name, filed, counts)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A year of the district, drawn at random, brings exactly the letters of the weekly round, of
// requests and of circulars that the office's rules ask for, each to whom and when it must: none
// missing, none extra, none twice. An ordinary run lives through a spring and the turn of the
// year; -years=N lives through so many whole ones.
func TestAYear(t *testing.T) {
	type span struct {
		seed        uint64
		from, until string
	}
	spans := []span{{26, "2026-04-20", "2026-05-20"}, {2, "2026-12-14", "2027-01-20"}}
	if *yearSeeds > 0 {
		spans = nil
		for n := range uint64(*yearSeeds) {
			spans = append(spans, span{*yearSeed + n, *yearFrom, *yearUntil})
		}
	}
	for _, s := range spans {
		t.Run(fmt.Sprintf("%s-%d", s.from, s.seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				y := newYear(t, s.seed, dayOf(t, s.from), dayOf(t, s.until))
				y.ticks = y.script.Turns()
				if *yearStop != "" {
					y.leaveOn(dayOf(t, *yearStop))
				}
				o := foretell(y.script, castOf(y.cfg), y.ticks)
				y.live(t)
				y.judge(t, o)
				y.lawful(t)
				y.uncounted(t)
				t.Logf("%d refusals, %d turns, %d letters, the office spoke %d times; foretold: %v", len(y.script.Refusals), len(y.ticks), len(y.sent), y.words, kindsOf(o.want))
				t.Logf("left to the general laws: %v", kindsOf(slices.DeleteFunc(y.sent, func(l yearLetter) bool { return inRound(l.key) })))
			})
		})
	}
}
