package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// edges are the rows of the office's list of edge cases in its own words, what each promises,
// clause by clause, and the stories that show it. A story's first line begins with the words of
// the row it was written for; a clause no story can show names the test that does.
var edges = []struct {
	row     string
	clauses []clause
}{
	{"Resubmitted after deadline", []clause{
		{"on-time status stays from the first usable file", "after-deadline"},
		{"a later file updates the values", "after-deadline"},
		{"after the summary: 更正版", "corrected after-deadline"},
		{"after the freeze: 追补 next week", "after-freeze"},
	}},
	{"First file unusable, good one late", []clause{
		{"the first try is logged and decides", "first-unusable"},
		{"late unless the fault was ours", "counts-as-in-time unverified-outage"},
		{"the office can mark 视同按时", "counts-as-in-time"},
	}},
	{"Two versions in one day", []clause{
		{"the later receipt wins per project, the reply lists what changed", "resubmission"},
		{"going back to lower values is asked", "backwards"},
	}},
	{"Two people of one department send different files", []clause{
		{"both kept, the later wins, both get the reply naming the other", "two-people"},
	}},
	{"Friday is a holiday", []clause{
		{"the next working day 18:00", "holidays"},
		{"or the last one before, by configuration", "holiday-previous"},
		{"a week with few working days may be merged", "weeks-merged"},
		{"such a week is asked about", "TestDeadlinesTooCloseAreAskedAbout"},
		{"the year's plan in January and every change of it", "year-plan weeks-merged"},
	}},
	{"调休 working weekend", []clause{
		{"counts in the 1-day clock", "ladder resubmit-due"},
		{"counts in the 3-day clock", "request"},
		{"does not move Friday", "ladder holidays"},
		{"next year's calendar missing by 1 December: alert", "year-end"},
	}},
	{"December/January", []clause{
		{"both year files are looked at", "year-end TestSeveralCalendarFilesAreOneCalendar"},
		{"week of one year, days of two", "year-end new-year"},
	}},
	{"One mail, many workbooks", []clause{
		{"every form counts, one reply with a line for each file, the rest named as not used", "many-books"},
	}},
	{"Many departments in one workbook", []clause{
		{"rows go by project", "two-departments"},
		{"a row the sender may not report is held and its owner asked", "many-departments foreign-rows"},
	}},
	{"One department, two mails for two halves", []clause{
		{"merged per project", "halves"},
		{"missing is only what is still missing at the deadline", "halves half-late"},
	}},
	{"Wrong week's form", []clause{
		{"asked which of two mistakes it is", "wrong-week wrong-week-reply"},
		{"a closed week is never overwritten", "after-freeze"},
	}},
	{"Last week's file renamed", []clause{
		{"content as stored: asked", "renamed"},
	}},
	{"Reply-all chain with old attachment", []clause{
		{"a known file is no submission", "same-again reply-all"},
		{"the text is read for numbered answers", "reply-all"},
	}},
	{"Reply without attachment", []clause{
		{"numbered answers are used", "explained"},
		{"无变化 is used", "nil-return"},
		{"otherwise 没有看到附件", "bad-none"},
	}},
	{"Sent from a personal mailbox", []clause{
		{"held, department and office asked once", "stranger"},
		{"after 认领 processed with its time of receipt", "claim-by-mail claim-by-contact"},
	}},
	{"Forwarded by a colleague", []clause{
		{"used if the forwarder is registered", "forwarded"},
		{"the inner sender noted, not trusted", "forwarded"},
	}},
	{"Scanned PDF, photo, Word", []clause{
		{"not typed in, asks for Excel", "bad-pdf bad-word"},
		{"beside a workbook: named as not used", "stamped"},
		{"counts as an attempt", "bad-word"},
	}},
	{"超大附件/云附件 link", []clause{
		{"recognised, told at once", "bad-link"},
	}},
	{".xls, WPS .et, password, transparent encryption", []clause{
		{"read if possible", "old-format"},
		{"去密码", "bad-password"},
		{"解密后发送", "bad-sealed"},
		{"另存为xlsx", "bad-unread"},
	}},
	{"Phantom rows, merged cells, hidden sheet", []clause{
		{"ignored or expanded", "phantom"},
	}},
	{"Formulas linked to other files", []clause{
		{"the cached value with a note", "linked"},
		{"errors listed by cell", "linked"},
	}},
	{"Columns added or moved", []clause{
		{"read by header", "columns"},
		{"an extra column kept and told to the office once", "columns"},
	}},
	{"Unit slip 元/万元/亿元", []clause{
		{"asked, never converted", "unit-slip"},
		{"the summary shows the last good value", "unit-slip"},
	}},
	{"Department merged or renamed", []clause{
		{"the successor goes on", "department-ends"},
		{"aliases for three months", "department-renamed"},
		{"history and score follow the project", "department-renamed"},
	}},
	{"Contact changed, old address bounces", []clause{
		{"deputy", "bounced"},
		{"then head", "contact-gone"},
		{"office told, nothing counts as delivered", "refused contact-gone"},
	}},
	{"Class changed mid-year", []clause{
		{"by the office, from its date on", "class-hint class-hint-started"},
		{"old weeks keep old rules", "class-hint"},
		{"until then as registered", "class-changes"},
	}},
	{"Project finished", []clause{
		{"100% and a date: the office confirms", "finished-closed"},
		{"leaves the expected list the next week", "finished-closed finished"},
		{"can be reopened", "finished-closed TestKilledWhileAProjectIsClosedAndOpenedAgain"},
	}},
	{"Project added, paused, withdrawn", []clause{
		{"expected from and to", "project-paused project-added project-added-refused project-added-registry"},
		{"a pause has a reason and an end and shows in the summary", "project-paused-registry"},
		{"withdrawn", "withdrawn"},
	}},
	{"Plan or total investment adjusted", []clause{
		{"only by the office", "total-adjusted registry-change"},
		{"every ratio anew from that week", "registry-change"},
	}},
	{"Office corrects by hand", []clause{
		{"original, new, reason, name", "override"},
		{"shown as 办公室更正", "override"},
		{"the department is told", "override TestEveryCrashOfACorrectionByHand"},
		{"the next form is compared with the corrected value", "override"},
	}},
	{"Department disputes", []clause{
		{"to the office's queue, the item waits", "dispute"},
		{"upheld or rejected, told either way", "dispute-upheld dispute-rejected"},
		{"not counted in the score", "score-neutral"},
	}},
	{"Daemon down over the deadline", []clause{
		{"all mail first, judged by server time, one merged reminder", "outage"},
		{"nobody is told to be late who was not", "outage long-outage"},
		{"a note where the fault is ours", "unverified-outage unverified-long-outage"},
	}},
	{"Mailbox down or full", []clause{
		{"down: told, nobody blamed", "mailbox-down"},
		{"full: told before it is", "mailbox-full"},
		{"by a second channel", "TestTheSecondChannelIsToldOnceAndOnceWhenItIsOver"},
		{"the deadline extended", "mailbox-extended"},
		{"senders' bounces explained", "mailbox-down mailbox-full"},
	}},
	{"SMTP limit (daily quota)", []clause{
		{"queue by priority", "send-limit"},
		{"alert at 80%", "send-limit"},
	}},
	{"Sender's clock wrong", []clause{
		{"the server's time counts, both are shown", "sender-clock"},
	}},
	{"Server clock wrong", []clause{
		{"over 2 minutes: alert", "skew-small"},
		{"over 10 minutes: nobody above the contact", "skew"},
	}},
	{"UIDVALIDITY change, mailbox moved", []clause{
		{"read again, nothing twice, the office told", "moved-mailbox"},
		{"what came twice counts once", "twice"},
	}},
	{"Restore from backup", []clause{
		{"compared with the folder of sent mail before anything leaves", "restored restored-sent restored-summary"},
	}},
	{"Auto-reply or OOO to our reminder", []clause{
		{"no answer", "automatic"},
		{"away: the deputy in copy", "automatic"},
	}},
	{"Leader replies to the summary with an order", []clause{
		{"filed on the project it names", "leader-order"},
		{"else to the office", "leader-replies"},
	}},
	{"Circular approved, then figures change", []clause{
		{"sending stops, the draft is made anew", "circular-changed circular-waits"},
	}},
	{"All projects 无变化 for weeks", []clause{
		{"allowed, the streak shown", "nil-weeks"},
		{"asked for the reason from the third on", "nil-weeks"},
	}},
	{"Same issue raised by several departments", []clause{
		{"merged by the office, one number", "merged"},
		{"all informed", "merged"},
	}},
	{"Tampered or spoofed mail", []clause{
		{"held, the office told, no reply", "forged"},
	}},
	{"Very long texts", []clause{
		{"whole in the workbook, cut in the mail", "long-text"},
	}},
}

// clause is one clause of a row and the stories, or tests, that show it.
type clause struct{ says, by string }

// later is what some rows promise beyond their stories and the product leaves for later, so
// that nobody takes a story for more than it shows.
var later = map[string]string{
	"Scanned PDF, photo, Word": "the drop folder for files entered by hand (I13) is a later feature",
	"Class changed mid-year":   "the score by class (K2) is a later feature; the one that is built does not depend on the class",
}

func TestEveryEdgeCaseHasItsStory(t *testing.T) {
	tests := testNames(t)
	var rows []string
	named := map[string]bool{} // by row: a story of its own shows it
	told := map[string][]string{}
	for _, e := range edges {
		rows = append(rows, e.row)
		for _, c := range e.clauses {
			if c.by == "" {
				t.Errorf("%s: %s: nothing shows it", e.row, c.says)
			}
			for _, name := range strings.Fields(c.by) {
				if strings.HasPrefix(name, "Test") {
					if !tests[name] {
						t.Errorf("%s: %s: there is no %s", e.row, c.says, name)
					}
					continue
				}
				told[e.row] = append(told[e.row], name)
				named[e.row] = named[e.row] || strings.HasPrefix(firstLine(t, name), "# "+e.row+": ")
			}
		}
		if !named[e.row] {
			t.Errorf("%s: no story is named after it", e.row)
		}
	}
	for row := range later {
		if !slices.Contains(rows, row) {
			t.Errorf("what is left for later names no row: %q", row)
		}
	}
	for _, name := range storyNames(t) {
		line := firstLine(t, name)
		for _, row := range rows {
			if strings.HasPrefix(line, "# "+row+": ") && !slices.Contains(told[row], name) {
				t.Errorf("%s.txtar is named after %q, which does not list it", name, row)
			}
		}
	}
}

func storyNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "stories", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".txtar")
	}
	return files
}

func firstLine(t *testing.T, story string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "stories", story+".txtar"))
	if err != nil {
		t.Error(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

var testDeclared = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testNames are the tests of every room of the house.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, room := range []string{"cmd/duban", "configs", "ingest", "ingest/rules", "ingest/sheet", "notify", "notify/report", "state"} {
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(room), "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d test files: %v", room, len(files), err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range testDeclared.FindAllSubmatch(text, -1) {
				names[string(found[1])] = true
			}
		}
	}
	return names
}
