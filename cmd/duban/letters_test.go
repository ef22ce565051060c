package main

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/cmd/duban/internal/cases"
	"duban/state"
)

var update = flag.Bool("update", false, "write the golden letters of the rules anew")

// forbidden are words no department may read.
var forbidden = []string{"非法", "无效", "校验失败", "异常", "系统错误"}

// letters judges every case of every rule and writes its letter, once for all tests.
func letters(t *testing.T) map[string]shown {
	t.Helper()
	written.once.Do(func() { written.letters = writeLetters(t) })
	if written.letters == nil {
		t.Fatal("the letters could not be written: see the first test that wanted them")
	}
	return written.letters
}

var written struct {
	once    sync.Once
	letters map[string]shown
}

func writeLetters(t *testing.T) map[string]shown {
	t.Helper()
	in := &invocation{now: func() time.Time { return time.Date(2026, 9, 18, 12, 0, 0, 0, time.UTC) }}
	s, err := newSampler(in, "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]shown{}
	for _, c := range cases.All() {
		x, err := s.show(c)
		if err != nil {
			t.Fatalf("%s: %v", c.Key(), err)
		}
		if _, twice := out[c.Key()]; twice {
			t.Errorf("two cases are called %s", c.Key())
		}
		out[c.Key()] = x
	}
	for _, name := range s.set.Names() {
		if !slices.ContainsFunc(cases.All(), func(c cases.Case) bool { return c.Rule == name }) {
			t.Errorf("rule %s has no case: add one to internal/cases, so that its letter can be read", name)
		}
	}
	return out
}

// Every letter of every rule, as a reviewer may read them: testdata/letters, one file for
// each part of rules.yaml.
func TestLetterOfEveryRule(t *testing.T) {
	all := letters(t)
	for n, g := range cases.Groups() {
		var b strings.Builder
		for _, c := range g.Cases {
			x := all[c.Key()]
			e := x.entry()
			fmt.Fprintf(&b, "════ %s(%s)\n", e.Key, e.Mark)
			if e.Subject == "" {
				fmt.Fprintf(&b, "%s\n\n", e.Note)
				continue
			}
			fmt.Fprintf(&b, "主题:%s\n\n%s\n\n", e.Subject, strings.TrimSpace(e.Text))
		}
		file := filepath.Join("testdata", "letters", fmt.Sprintf("part-%d.txt", n+1))
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v (write it with: go test ./cmd/duban -run TestLetterOfEveryRule -update)", err)
		}
		if string(want) != b.String() {
			t.Errorf("%s reads differently now: %s\nread it, and if it is right: go test ./cmd/duban -run TestLetterOfEveryRule -update", file, firstDifference(string(want), b.String()))
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d was\n  %s\nis\n  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines were, %d are", len(w), len(g))
}

// What a clerk must find in a letter: the defect that was planted and no other, at its cell,
// with what was found and what to do, once.
func TestALetterNamesTheDefectAndNothingElse(t *testing.T) {
	for key, x := range letters(t) {
		mine := slices.IndexFunc(x.Findings, func(f state.Finding) bool { return f.Rule == x.Rule })
		if mine < 0 {
			t.Errorf("%s: the defect was not found; found %s", key, names(x.Findings))
			continue
		}
		for _, f := range x.Findings {
			if f.Level != state.LevelNote && f.Rule != x.Rule && !slices.Contains(x.Also, f.Rule) {
				t.Errorf("%s: %s speaks too, of %s %s: %s", key, f.Rule, f.Project, f.Column, f.Message)
			}
		}
		for _, rule := range x.Also {
			if !slices.ContainsFunc(x.Findings, func(f state.Finding) bool { return f.Rule == rule }) {
				t.Errorf("%s: %s was to speak too and does not", key, rule)
			}
		}
		f := x.Findings[mine]
		if x.Draft == nil || f.Level == state.LevelNote || f.Explained != "" {
			continue
		}
		text := x.Draft.Text
		if f.Follows == "" && !strings.Contains(text, f.Message) {
			t.Errorf("%s: the letter does not say %q", key, f.Message)
		}
		if f.Cell == "" || f.Project == "" {
			continue
		}
		place := fmt.Sprintf("“%s”表 %s", f.Sheet, strings.Join(slices.Compact(append([]string{f.Cell}, f.Cells...)), "、"))
		for what, want := range map[string]string{"place": place, "column": f.Title, "project": f.Name, "found": head(f.Found), "expected": f.Expected, "example": f.Example, "last week": f.Last} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the letter does not tell the %s %q", key, what, want)
			}
		}
		if f.Follows != "" {
			t.Errorf("%s: the case shows the rule only as what follows from %s", key, f.Follows)
		}
		if f.Expected == "" && f.Example == "" && !strings.Contains(f.Message, "请") {
			t.Errorf("%s: the letter does not say what to do: %s", key, f.Message)
		}
	}
}

// head is the beginning of a text, as much as a letter always quotes.
func head(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20])
	}
	return s
}

func names(findings []state.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s(%s %s)", f.Rule, f.Level, f.Cell))
	}
	return strings.Join(out, " ")
}

// itemLine begins an item of a letter's text.
var itemLine = regexp.MustCompile(`(?m)^\d+\.`)

func TestALetterReadsWell(t *testing.T) {
	for key, x := range letters(t) {
		texts := []string{}
		for _, f := range x.Findings {
			texts = append(texts, f.Message)
		}
		if x.Draft != nil {
			texts = append(texts, x.Draft.Subject, x.Draft.Text, x.Draft.HTML)
			items := itemLine.Split(x.Draft.Text, -1)[1:]
			for i, item := range items {
				if slices.Contains(items[:i], item) {
					t.Errorf("%s: an item stands twice:%s", key, item)
				}
			}
			if x.Draft.Kind == state.TopicCorrection {
				agree(t, key, x.Draft.Text, x.Draft.HTML)
			}
		}
		for _, text := range texts {
			for _, word := range forbidden {
				if strings.Contains(text, word) {
					t.Errorf("%s: says %s", key, word)
				}
			}
			for _, slip := range []string{"{", "}", "<nil>", "%!", "。。", ",,", ",。", "“”", "()", "  、", "、、"} {
				if strings.Contains(strings.ReplaceAll(text, "(空白)", ""), slip) {
					t.Errorf("%s: a slip of the pen, %q in %.200s", key, slip, text)
				}
			}
		}
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// agree holds the text against the HTML: what an item says in one it says in the other.
func agree(t *testing.T, key, text, page string) {
	t.Helper()
	flat := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" \n\t\r::〔〕", r) {
				return -1
			}
			return r
		}, s)
	}
	seen := flat(html.UnescapeString(tag.ReplaceAllString(page, "")))
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if at := itemLine.FindString(line); at != "" || !strings.HasPrefix(line, "位置") && !strings.HasPrefix(line, "您填的") && !strings.HasPrefix(line, "应填") && !strings.HasPrefix(line, "例如") && !strings.HasPrefix(line, "上周") {
			continue
		}
		_, said, _ := strings.Cut(line, ":")
		if !strings.Contains(seen, flat(said)) {
			t.Errorf("%s: the HTML does not say %q", key, line)
		}
	}
}

// The workbook that goes back: a comment in every cell a letter names, numbered as the
// letter is, and the list in front with links.
func TestTheMarkedWorkbookSaysWhatTheLetterSays(t *testing.T) {
	marked := 0
	for key, x := range letters(t) {
		if x.Draft == nil || x.Draft.Kind != state.TopicCorrection || len(x.Draft.Files) == 0 {
			continue
		}
		marked++
		book, err := excelize.OpenReader(bytes.NewReader(x.Draft.Files[0].Data))
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if sheets := book.GetSheetList(); sheets[0] != "补正清单" {
			t.Errorf("%s: the first sheet is %s", key, sheets[0])
		}
		rows, err := book.GetRows("补正清单")
		if err != nil {
			t.Fatal(err)
		}
		list := fmt.Sprint(rows)
		for _, word := range forbidden {
			if strings.Contains(list, word) {
				t.Errorf("%s: the list says %s", key, word)
			}
		}
		for _, f := range x.Draft.Findings {
			if f.Cell == "" || f.Sheet == "" {
				continue
			}
			if !strings.Contains(list, f.Message) && !strings.Contains(list, "等") {
				t.Errorf("%s: the list does not say %q: %s", key, f.Message, list)
			}
			notes, err := book.GetComments(f.Sheet)
			if err != nil {
				t.Fatal(err)
			}
			cell := f.Cell
			merged, err := book.GetMergeCells(f.Sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range merged {
				if m.GetEndAxis() == cell { // a joint cell is marked where it begins
					cell = m.GetStartAxis()
				}
			}
			at := slices.IndexFunc(notes, func(c excelize.Comment) bool { return c.Cell == cell })
			if at < 0 {
				t.Errorf("%s: no comment in %s %s", key, f.Sheet, f.Cell)
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
	if marked < 40 {
		t.Errorf("only %d workbooks were marked", marked)
	}
}

func TestPreviewOfAllLettersIsOnePageOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"rules", "all"} {
		if _, out, code := call(t, "preview", kind, "--sample", "--dir", dir); code != 0 {
			t.Fatalf("preview %s: exit %d\n%s", kind, code, out)
		}
		page, err := os.ReadFile(filepath.Join(dir, kind+".html"))
		if err != nil {
			t.Fatal(err)
		}
		for _, outside := range []string{"src=", "http://", "https://", "@import", "<link"} {
			if i := bytes.Index(page, []byte(outside)); i >= 0 && !bytes.Contains(page[i:min(i+80, len(page))], []byte("mail.qq.com")) {
				t.Errorf("%s.html asks for something outside: %.80s", kind, page[i:])
			}
		}
		if n := bytes.Count(page, []byte("<section")); n < 15 {
			t.Errorf("%s.html shows %d letters", kind, n)
		}
	}
}
