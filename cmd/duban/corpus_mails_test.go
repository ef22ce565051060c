//go:build corpus

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"duban/ingest"
	"duban/state"
	"duban/state/blobs"
)

// mailTruth is one line of mails/TRUTH.jsonl.
type mailTruth struct {
	ID, Case, Cls, Expect string
	Files                 []string
	Week                  *struct{ Year, Week int }
	Attachments           []fileTruth
}

type fileTruth struct {
	Name, Role, Truth string
	Members           []fileTruth
}

// submitted lists the workbooks the mail means to submit, with those inside archives.
func submitted(files []fileTruth) []fileTruth {
	var out []fileTruth
	for _, f := range files {
		if f.Role == "submission" && f.Truth != "" {
			out = append(out, f)
		}
		out = append(out, submitted(f.Members)...)
	}
	return out
}

// aside lists the names of the files that are no submission, whatever they hold.
func aside(files []fileTruth) []string {
	var out []string
	for _, f := range files {
		if slices.Contains([]string{"old", "returned_original", "template", "not_a_submission"}, f.Role) {
			out = append(out, bareName(f.Name))
		}
		out = append(out, aside(f.Members)...)
	}
	return out
}

func checkMails(t *testing.T, dir string) {
	c := newTally(t, "mails")
	books := map[string]bookTruth{}
	for _, b := range truths[bookTruth](t, filepath.Join(dir, "workbooks", "TRUTH.jsonl")) {
		books[b.ID] = b
	}
	list := truths[mailTruth](t, filepath.Join(dir, "mails", "TRUTH.jsonl"))
	var files []string
	for _, m := range list {
		for _, f := range m.Files {
			files = append(files, filepath.Join(dir, "mails", f))
		}
	}
	found := inspectFiles(t, files)
	for _, m := range list {
		for i, name := range m.Files {
			f, ok := found[name]
			if !ok {
				c.faulty(m.ID, "not handled")
				continue
			}
			c.add(f)
			c.sentences(m.ID, f)
			c.mail(m, i, f, books)
		}
	}
	c.print()
}

// mail holds one mail against its truth; part is its place among several of one truth.
func (c *tally) mail(m mailTruth, part int, f inspected, books map[string]bookTruth) {
	taken := f.Decision == state.DecisionAccept || f.Decision == state.DecisionCorrect
	left := !taken || f.Kind != state.MailSubmission
	switch m.Expect {
	case "ignore":
		if f.Decision != state.DecisionIgnore && f.Kind != state.MailAnswer {
			c.faulty(m.ID, "must be left alone, got %s %s", f.Kind, f.Decision)
		}
		return
	case "ignore_or_human", "human":
		c.human(m, f)
	case "reject":
		if f.Decision != state.DecisionCorrect {
			c.faulty(m.ID, "must go back, got %s %s", f.Kind, f.Decision)
		}
		return
	default:
		if f.Kind != state.MailSubmission {
			c.faulty(m.ID, "is a submission, got %s %s", f.Kind, f.Decision)
			return
		}
	}
	if left {
		return
	}
	for _, r := range f.Rows {
		if slices.Contains(aside(m.Attachments), bareName(r.Book)) {
			c.faulty(m.ID, "%s is no submission, and its row %d was taken", r.Book, r.Row)
			break
		}
	}
	if part > 0 { // the truth names the first one's workbook
		return
	}
	c.submitted(m, f, books)
}

// onlyTheRegistryTells are the cases in which nothing but the registry, or the mails before,
// tell that a person must look: TestCorpus/strangers has a registry.
var onlyTheRegistryTells = []string{"unknown_sender", "from_forms", "same_id_pair"}

// human holds a mail that a person must see to that: nothing of it is taken, and there is a
// sentence for the department that sends it again, or the office has it. Parts found behind a
// wrong boundary are whole or they are refused: their rows are held against the truth.
func (c *tally) human(m mailTruth, f inspected) {
	aside := f.Decision == state.DecisionHold || f.Decision == state.DecisionQuarantine
	asked := f.Decision == state.DecisionCorrect && refusal(f) != "" && len(f.Rows) == 0
	spared := slices.Contains(onlyTheRegistryTells, m.Case) || m.Case == "wrong_boundary" && len(f.Rows) > 0
	ignored := f.Decision == state.DecisionIgnore && m.Expect == "ignore_or_human"
	if !aside && !asked && !spared && !ignored {
		c.faulty(m.ID, "a person must look, got %s %s", f.Kind, f.Decision)
	}
	if f.Decision == state.DecisionHold && f.Kind == state.MailRecall && len(f.Findings) == 0 {
		c.faulty(m.ID, "the office is not told why")
	}
}

// checkStrangers lets a whole office receive every mail of the corpus, none of whose senders
// its registry knows: nothing is taken for a report, and no letter leaves for anybody.
func checkStrangers(t *testing.T, dir string) {
	b := newBureau(t, nil)
	b.turn(t, quietDay)
	files := append(filesUnder(t, filepath.Join(dir, "mails")), filesUnder(t, filepath.Join(dir, "public", "mails"))...)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.box = append(b.box, ingest.Raw{Body: raw, Received: quietDay})
	}
	for n := range 3 {
		b.turn(t, quietDay.Add(time.Duration(n*15)*time.Minute))
	}
	if sent := b.abroad(); len(sent) > 0 {
		t.Errorf("%d letters left, the first for %s:\n%.600s", len(sent), sent[0].to, sent[0].raw)
	}
	kinds := map[state.MailKind]int{}
	err := b.archive.store.View(t.Context(), func(r *state.Records) error {
		for _, raw := range b.box {
			m, err := r.Mail(blobs.Sum(raw.Body))
			if err != nil || m == nil {
				return fmt.Errorf("a mail is not recorded: %w", err)
			}
			kinds[m.Kind]++
			if m.Decision == state.DecisionAccept || m.Decision == state.DecisionCorrect {
				t.Errorf("%s from %s: %s %s", m.Subject, m.From, m.Kind, m.Decision)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("strangers: %d mails, %v, letters to anybody outside 0", len(b.box), kinds)
}

// submitted checks that every submitted workbook was read as its own truth has it, and that
// the week is the one the mail is about.
func (c *tally) submitted(m mailTruth, f inspected, books map[string]bookTruth) {
	sent := submitted(m.Attachments)
	for _, s := range sent {
		b, ok := books[s.Truth]
		if !ok || m.Expect == "human" && len(f.Rows) == 0 {
			continue
		}
		one := f
		one.Rows = rowsFrom(f, bareName(s.Name))
		one.Findings = findingsFrom(f, bareName(s.Name))
		one.Workbooks = slices.DeleteFunc(slices.Clone(f.Workbooks), func(b inspectedBook) bool { return bareName(b.Name) != bareName(s.Name) })
		if len(one.Rows) == 0 && len(sent) == 1 {
			one.Rows, one.Findings = f.Rows, f.Findings
		}
		b.ID = m.ID
		if refusal(one) != "" && len(one.Rows) == 0 && strings.HasSuffix(m.Expect, "_or_human") {
			continue
		}
		if len(one.Rows) == 0 && refusal(one) == "" && len(b.Tables) > 0 && len(b.Tables[0].Rows) > 0 {
			c.faulty(m.ID, "%s gave no row", s.Name)
			continue
		}
		b.Expect = strings.TrimPrefix(b.Expect, "reject") // its own decision is tested with the workbooks
		c.book(b, one)
	}
	if m.Week != nil && len(sent) == 1 && len(f.Rows) > 0 {
		if want := fmt.Sprintf("%d-W%02d", m.Week.Year, m.Week.Week); f.Week.String() != want {
			c.faulty(m.ID, "is of %s, got %s", want, f.Week)
		}
	}
}

func rowsFrom(f inspected, name string) []inspectedRow {
	return slices.DeleteFunc(slices.Clone(f.Rows), func(r inspectedRow) bool { return bareName(r.Book) != name })
}

func findingsFrom(f inspected, name string) []state.Finding {
	return slices.DeleteFunc(slices.Clone(f.Findings), func(x state.Finding) bool { return bareName(x.Book) != name })
}

// bareName is a file's name as it is shown: the last step of a path, without the marks that
// turn its letters round.
func bareName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return strings.TrimRight(name, " .")
}
