package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// edges are the rows of the office's list of edge cases in its own words, and the stories that
// show what happens. A story's first line begins with the row's words.
var edges = []struct {
	row     string
	stories string
}{
	{"Resubmitted after deadline", "after-deadline corrected after-freeze"},
	{"First file unusable, good one late", "first-unusable counts-as-in-time"},
	{"Two versions in one day", "resubmission backwards"},
	{"Two people of one department send different files", "two-people"},
	{"Friday is a holiday", "holidays holiday-previous weeks-merged year-plan"},
	{"调休 working weekend", "ladder resubmit-due"},
	{"December/January", "year-end"},
	{"One mail, many workbooks", "many-books"},
	{"Many departments in one workbook", "two-departments many-departments foreign-rows"},
	{"One department, two mails for two halves", "halves"},
	{"Wrong week's form", "wrong-week"},
	{"Last week's file renamed", "renamed"},
	{"Reply-all chain with old attachment", "reply-all same-again"},
	{"Reply without attachment", "bad-none explained nil-return"},
	{"Sent from a personal mailbox", "claim-by-mail claim-by-contact stranger"},
	{"Forwarded by a colleague", "forwarded"},
	{"Scanned PDF, photo, Word", "bad-pdf bad-word stamped"},
	{"超大附件/云附件 link", "bad-link"},
	{".xls, WPS .et, password, transparent encryption", "old-format bad-password bad-sealed"},
	{"Phantom rows, merged cells, hidden sheet", "phantom"},
	{"Formulas linked to other files", "linked"},
	{"Columns added or moved", "columns"},
	{"Unit slip 元/万元/亿元", "unit-slip"},
	{"Department merged or renamed", "department-ends"},
	{"Contact changed, old address bounces", "bounced refused"},
	{"Class changed mid-year", "class-changes class-hint"},
	{"Project finished", "finished finished-closed"},
	{"Project added, paused, withdrawn", "project-paused project-paused-registry project-added project-added-refused project-added-registry"},
	{"Plan or total investment adjusted", "total-adjusted"},
	{"Office corrects by hand", "override"},
	{"Department disputes", "dispute dispute-upheld dispute-rejected"},
	{"Daemon down over the deadline", "outage long-outage"},
	{"Mailbox down or full", "mailbox-down mailbox-extended"},
	{"SMTP limit (daily quota)", "send-limit"},
	{"Sender's clock wrong", "sender-clock"},
	{"Server clock wrong", "skew"},
	{"UIDVALIDITY change, mailbox moved", "moved-mailbox twice"},
	{"Restore from backup", "restored restored-sent restored-summary"},
	{"Auto-reply or OOO to our reminder", "automatic"},
	{"Leader replies to the summary with an order", "leader-order leader-replies"},
	{"Circular approved, then figures change", "circular-changed circular-waits"},
	{"All projects 无变化 for weeks", "nil-weeks"},
	{"Same issue raised by several departments", "merged"},
	{"Tampered or spoofed mail", "forged"},
	{"Very long texts", "long-text"},
}

// later is what some rows promise beyond their stories and the product leaves for later, so
// that nobody takes a story for more than it shows.
var later = map[string]string{
	"Scanned PDF, photo, Word": "the drop folder for files entered by hand (I13) is a later feature",
}

func TestEveryEdgeCaseHasItsStory(t *testing.T) {
	var rows []string
	for _, e := range edges {
		rows = append(rows, e.row)
		stories := strings.Fields(e.stories)
		if len(stories) == 0 {
			t.Errorf("%s: no story", e.row)
		}
		for _, name := range stories {
			text, err := os.ReadFile(filepath.Join("testdata", "stories", name+".txtar"))
			if err != nil {
				t.Errorf("%s: %v", e.row, err)
				continue
			}
			if !strings.HasPrefix(string(text), "# "+e.row+": ") {
				first, _, _ := strings.Cut(string(text), "\n")
				t.Errorf("%s.txtar is not named after its row %q: %s", name, e.row, first)
			}
		}
	}
	for row := range later {
		if !slices.Contains(rows, row) {
			t.Errorf("what is left for later names no row: %q", row)
		}
	}
}
