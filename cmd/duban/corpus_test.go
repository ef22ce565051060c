//go:build corpus

// The corpus is mails and workbooks of another city and of other projects' test suites,
// with the truth of what stands in them. It lies outside the repository (CORPUS names it)
// and goes through the same path as `duban inspect --json` without a configuration: the
// built-in form, no registry, the worker process of production.
//
// Read this file for the four folders and the counts, corpus_books_test.go for what a
// workbook must give, corpus_mails_test.go for what a mail must give.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"duban/state"
)

// What one file may cost the worker.
const (
	mostCPU = 11 * time.Second // the limit is checked to the second
	mostRSS = 256 << 10        // KB
)

// corpusAt is when every file of the corpus is taken to have come.
const corpusAt = "2026-11-20T16:00:00+08:00"

// tally counts what became of the files of one folder.
type tally struct {
	t       *testing.T
	folder  string
	read    int
	units   int            // workbooks whose department was read
	refused map[string]int // by rule
	other   map[string]int // mails that are no report, by kind
	wrong   []string       // "id: what"
}

func newTally(t *testing.T, folder string) *tally {
	return &tally{t: t, folder: folder, refused: map[string]int{}, other: map[string]int{}}
}

// add counts a file by what was made of it.
func (c *tally) add(f inspected) {
	rule := refusal(f)
	switch {
	case len(f.Rows) > 0:
		c.read++
	case rule != "":
		c.refused[rule]++
	case f.Kind != state.MailSubmission:
		c.other[string(f.Kind)]++
	default:
		c.read++
	}
}

// faulty records that a file was handled wrongly.
func (c *tally) faulty(id, format string, args ...any) {
	c.wrong = append(c.wrong, id+": "+fmt.Sprintf(format, args...))
}

// print gives the counts and fails the test for every wrong file.
func (c *tally) print() {
	c.t.Logf("%s: read %d (%d with their department), refused %d %s, no report %d %s, wrong %d",
		c.folder, c.read, c.units, total(c.refused), spread(c.refused), total(c.other), spread(c.other), len(c.wrong))
	for _, w := range c.wrong {
		c.t.Errorf("wrong: %s", w)
	}
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

func spread(counts map[string]int) string {
	var out []string
	for name, n := range counts {
		out = append(out, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(out)
	return "(" + strings.Join(out, ", ") + ")"
}

// refusal is the rule by which a file as a whole was refused; "" when something was read.
func refusal(f inspected) string {
	for _, x := range f.Findings {
		if x.Cell == "" && x.Level == state.LevelError && x.Message != "" {
			return x.Rule
		}
	}
	return ""
}

// TestCorpus reads the whole corpus and prints the counts.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("CORPUS")
	if dir == "" {
		t.Fatal("set CORPUS to the folder of the corpus")
	}
	t.Run("workbooks", func(t *testing.T) { checkBooks(t, dir) })
	t.Run("mails", func(t *testing.T) { checkMails(t, dir) })
	t.Run("strangers", func(t *testing.T) { checkStrangers(t, dir) })
	t.Run("bombs", func(t *testing.T) { checkEach(t, dir, "bombs", bombTruths(t, dir)) })
	t.Run("public", func(t *testing.T) { checkEach(t, dir, "public", nil) })
}

// inspectFiles runs `duban inspect --json` over files, in batches; the result is by base name.
func inspectFiles(t *testing.T, files []string) map[string]inspected {
	t.Helper()
	out := map[string]inspected{}
	for batch := range slices.Chunk(files, 40) {
		found, said := inspectOnce(t, batch)
		for _, f := range found {
			out[filepath.Base(f.File)] = f
		}
		if said != "" {
			t.Errorf("inspect: %s", said)
		}
	}
	return out
}

// inspectOnce runs the command once and gives what it printed and what it complained of.
func inspectOnce(t *testing.T, files []string) ([]inspected, string) {
	t.Helper()
	var out, said bytes.Buffer
	run(context.Background(), append([]string{"inspect", "--json", "--at", corpusAt}, files...), strings.NewReader(""), &out, &said)
	var report struct {
		Files []inspected `json:"files"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("inspect printed no JSON: %v\n%s", err, said.String())
	}
	return report.Files, strings.TrimSpace(said.String())
}

// bombTruths tells of the bombs how many project rows may be read: two rows are a header and
// a project, and of what must be refused none.
func bombTruths(t *testing.T, dir string) map[string]int {
	t.Helper()
	rows := map[string]int{}
	for _, b := range truths[struct{ File, Expect string }](t, filepath.Join(dir, "bombs", "TRUTH.jsonl")) {
		switch {
		case strings.HasPrefix(b.Expect, "read the 2 rows"):
			rows[b.File] = 1
		case strings.HasPrefix(b.Expect, "refuse"):
			rows[b.File] = 0
		}
	}
	return rows
}

// checkEach holds every file of a folder to the law of the worker: read, or refused with a
// sentence, within its limits, and the next file is read. rows says of some files how many
// rows they give.
func checkEach(t *testing.T, dir, folder string, rows map[string]int) {
	c := newTally(t, folder)
	next := filepath.Join(dir, "workbooks", "wb_clean_01.xlsx")
	for _, file := range filesUnder(t, filepath.Join(dir, folder)) {
		id, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		before := spent(t)
		found, said := inspectOnce(t, []string{file, next})
		if used := spent(t).cpu - before.cpu; used > mostCPU {
			c.faulty(id, "took %s of CPU", used.Round(time.Millisecond))
		}
		if said != "" || len(found) != 2 {
			c.faulty(id, "%s", cmp.Or(said, "not in the report"))
			continue
		}
		if len(found[1].Rows) != 7 {
			c.faulty(id, "the next file gave %d rows", len(found[1].Rows))
		}
		if want, told := rows[filepath.Base(file)]; told && len(found[0].Rows) != want {
			c.faulty(id, "gave %d rows, want %d", len(found[0].Rows), want)
		}
		c.add(found[0])
		c.sentences(id, found[0])
	}
	if rss := spent(t).rss; rss > mostRSS {
		c.faulty(folder, "a worker took %d MB", rss>>10)
	}
	c.print()
}

// sentences checks that what a mail or file without a row says is said in words a
// department can act on.
func (c *tally) sentences(id string, f inspected) {
	if f.Kind == state.MailSubmission && len(f.Rows) == 0 && len(f.Findings) == 0 {
		c.faulty(id, "gave nothing and said nothing")
	}
	for _, x := range f.Findings {
		if x.Level != state.LevelNote && x.Message == "" {
			c.faulty(id, "%s at %s has no sentence", x.Rule, x.Cell)
		}
	}
	for _, b := range f.Workbooks {
		if b.Rows == 0 && f.Decision == state.DecisionAccept && f.Kind == state.MailSubmission && len(f.Workbooks) == 1 && len(f.Findings) == 0 {
			c.faulty(id, "%s was accepted without a row", b.Name)
		}
	}
}

// used is what the worker processes that have ended cost.
type used struct {
	cpu time.Duration
	rss int64 // KB, of the largest
}

func spent(t *testing.T) used {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r); err != nil {
		t.Fatal(err)
	}
	return used{time.Duration(r.Utime.Nano() + r.Stime.Nano()), r.Maxrss}
}

func filesUnder(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Base(path) != "TRUTH.jsonl" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("files of %s: %d, %v", dir, len(files), err)
	}
	return files
}

// truths reads one truth a line.
func truths[T any](t *testing.T, file string) []T {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, one)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return out
}
