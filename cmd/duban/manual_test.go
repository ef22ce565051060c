package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/cmd/duban/internal/cases"
	"duban/configs"
	"duban/state"
)

// manual is a starter configuration on which the edits of configs/README.md are made, word
// for word as the office reads them there.
type manual struct {
	t    *testing.T
	dir  string
	text string
}

func newManual(t *testing.T) *manual {
	t.Helper()
	text, err := os.ReadFile("../../configs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := &manual{t, t.TempDir(), string(text)}
	if err := configs.WriteStarter(m.dir); err != nil {
		t.Fatal(err)
	}
	return m
}

// diffBlock is an edit as the manual prints it: the file, and lines with what they were and
// what they are to be.
var diffBlock = regexp.MustCompile("(?s)```diff ([a-z.]+)\n(.*?)```")

// edit makes the edits of the section whose heading begins so; a line the manual says is
// there and is not there once is a fault of the manual.
func (m *manual) edit(heading string) {
	m.t.Helper()
	_, section, found := strings.Cut(m.text, "\n### "+heading)
	if !found {
		m.t.Fatalf("the manual has no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n##")
	blocks := diffBlock.FindAllStringSubmatch(section, -1)
	if len(blocks) == 0 {
		m.t.Fatalf("section %q of the manual shows no edit", heading)
	}
	for _, b := range blocks {
		var was, is strings.Builder
		for line := range strings.Lines(b[2]) {
			if line[0] != '+' {
				was.WriteString(line[1:])
			}
			if line[0] != '-' {
				is.WriteString(line[1:])
			}
		}
		path := filepath.Join(m.dir, b[1])
		file, err := os.ReadFile(path)
		if err != nil {
			m.t.Fatal(err)
		}
		if n := strings.Count(string(file), was.String()); n != 1 {
			m.t.Fatalf("%s: %s holds %d times what the manual says is there:\n%s", heading, b[1], n, was.String())
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(file), was.String(), is.String(), 1)), 0o644); err != nil {
			m.t.Fatal(err)
		}
	}
	if out, faults, code := call(m.t, "-c", m.config(), "check"); code != 0 {
		m.t.Fatalf("%s: after the manual's edit duban check says:\n%s%s", heading, out, faults)
	}
}

func (m *manual) config() string { return filepath.Join(m.dir, standardConfig) }

// found judges a case by the rules as they are now; nil when its rule says nothing.
func (m *manual) found(c cases.Case) *state.Finding {
	m.t.Helper()
	in := &invocation{now: func() time.Time { return time.Date(2026, 9, 18, 12, 0, 0, 0, time.UTC) }}
	s, err := newSampler(in, m.config())
	if err != nil {
		m.t.Fatal(err)
	}
	s.onTrial = s.set // as it is, not as it would be
	x, err := s.show(c)
	if err != nil {
		m.t.Fatal(err)
	}
	if at := slices.IndexFunc(x.Findings, func(f state.Finding) bool { return f.Rule == c.Rule }); at >= 0 {
		return &x.Findings[at]
	}
	return nil
}

// caseOf is the plain case of a rule.
func caseOf(t *testing.T, rule string) cases.Case {
	t.Helper()
	for _, c := range cases.All() {
		if c.Key() == rule {
			return c
		}
	}
	t.Fatalf("no case of %s", rule)
	return cases.Case{}
}

func TestManualChangeAThreshold(t *testing.T) {
	m := newManual(t)
	if m.found(caseOf(t, "rate-mismatch")) == nil {
		t.Fatal("the starter says nothing of a rate 4.1 points off")
	}
	m.edit("例一")
	if f := m.found(caseOf(t, "rate-mismatch")); f != nil {
		t.Errorf("a rate 4.1 points off is still asked about: %s", f.Message)
	}
	if m.found(cases.Typed("rate-mismatch", cases.Road, "ytd_rate", "48")) == nil {
		t.Error("a rate 5.9 points off is not asked about any more")
	}
}

func TestManualAddAColumn(t *testing.T) {
	m := newManual(t)
	m.edit("例二")
	forms := t.TempDir()
	if out, faults, code := call(t, "-c", m.config(), "forms", "--dir", forms); code != 0 {
		t.Fatalf("forms: %s%s", out, faults)
	}
	files, err := filepath.Glob(filepath.Join(forms, "*.xlsx"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no forms: %v", err)
	}
	if !slices.ContainsFunc(files, func(f string) bool { return asksForWorkers(t, f) }) {
		t.Error("no form asks for 现场人数")
	}
	// Typed into the form it is read and stored, and a total that does not fit is asked about.
	c := cases.Typed("total-row-mismatch", cases.Road, "workers", "85")
	if f := m.found(c); f != nil {
		t.Errorf("a total that fits is asked about: %s", f.Message)
	}
	c = cases.Typed("total-row-mismatch", cases.Road, "workers", "85", func(r *cases.Report) { r.Sheets[0].Totals["workers"] = "80" })
	if f := m.found(c); f == nil || f.Column != "workers" || f.Expected != "85" || f.Unit != "人" {
		t.Errorf("a total of workers that does not fit: %+v", f)
	}
	if f := m.found(cases.Typed("old-form", cases.Road, "workers", "85", func(r *cases.Report) { r.Identity = [3]string{"2026-1", "2026-W38", "D05"} })); f == nil || f.Level != state.LevelNote {
		t.Errorf("the form of before within two weeks: %+v", f)
	}
}

// asksForWorkers tells whether a form has the column the manual adds, with its prompt.
func asksForWorkers(t *testing.T, file string) bool {
	t.Helper()
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if slices.ContainsFunc(row, func(s string) bool { return strings.HasPrefix(s, "现场人数") }) {
				return true
			}
		}
	}
	return false
}

func TestManualAddARule(t *testing.T) {
	m := newManual(t)
	m.edit("例二")
	m.edit("例三")
	f := m.found(cases.Typed("nobody-on-site", cases.Road, "workers", "0"))
	if f == nil {
		t.Fatal("the new rule says nothing of 0 workers")
	}
	want := "本周完成投资120万元,现场人数填的是0。请核对人数;设备款等不用人的,请在“备注”说明。"
	if f.Message != want || f.Level != state.LevelWarning || f.Column != "workers" || f.Cell == "" {
		t.Errorf("the new rule says %q at %s, %s", f.Message, f.Cell, f.Level)
	}
	if f := m.found(cases.Typed("nobody-on-site", cases.Road, "workers", "85")); f != nil {
		t.Errorf("and of 85 workers: %s", f.Message)
	}
	if f := m.found(cases.Typed("nobody-on-site", cases.Road, "workers", "")); f != nil {
		t.Errorf("and where nothing was typed: %s", f.Message)
	}
}

func TestManualPutARuleOnTrial(t *testing.T) {
	m := newManual(t)
	if f := m.found(caseOf(t, "vague-progress")); f == nil || f.Level != state.LevelWarning {
		t.Fatalf("the starter: %+v", f)
	}
	m.edit("例四")
	if f := m.found(caseOf(t, "vague-progress")); f == nil || f.Level != state.LevelNote {
		t.Errorf("on trial it should be a note to the office: %+v", f)
	}
}
