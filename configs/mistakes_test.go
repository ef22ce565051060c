package configs

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite what the mistakes' files say of faults and warnings")

// newYear is when the mistakes are loaded: early enough for 2026's own crowded weeks.
var newYear = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

// TestEveryMistakeIsToldWithItsRemedy makes one mistake per file of testdata/mistakes in
// the starter and compares all that is said of it. A file's sections name the files to
// change, with lines to take out (-) and put in their stead (+), or the whole text (=).
func TestEveryMistakeIsToldWithItsRemedy(t *testing.T) {
	paths, err := filepath.Glob("testdata/mistakes/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no mistakes: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			story, want, found := strings.Cut(string(text), "-- said --\n")
			if !found && !*update {
				t.Fatal("no section said")
			}
			config := started(t)
			if err := os.Chmod(filepath.Join(filepath.Dir(config), "secrets/mailbox-password"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, s := range sections(story) {
				change(t, filepath.Join(filepath.Dir(config), s.name), s.lines)
			}
			got := said(config)
			if *update {
				if err := os.WriteFile(path, []byte(story+"-- said --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("said:\n%swant:\n%s", got, want)
			}
		})
	}
}

// said is everything Load says, without what the starter itself warns of.
func said(config string) string {
	c, faults := Load(config, Options{Now: newYear, Env: func(string) string { return "" }})
	var b strings.Builder
	for _, f := range faults {
		b.WriteString("fault " + f.String() + "\n")
	}
	if c != nil {
		for _, w := range c.Warnings {
			if !strings.Contains(w.Message, "占位文字") {
				b.WriteString("warning " + w.String() + "\n")
			}
		}
	}
	return b.String()
}

type section struct {
	name  string
	lines []string
}

var sectionHead = regexp.MustCompile(`^-- (\S+) --$`)

func sections(text string) []section {
	var out []section
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if m := sectionHead.FindStringSubmatch(line); m != nil {
			out = append(out, section{name: m[1]})
		} else if len(out) > 0 {
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		}
	}
	return out
}

// change applies a section to a file.
func change(t *testing.T, path string, lines []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	var whole, out, in []string
	swap := func() {
		old := strings.Join(out, "\n")
		if len(out)+len(in) == 0 {
			return
		}
		if strings.Count(text, old) != 1 && old != "" {
			t.Fatalf("%s: %q stands there %d times", path, old, strings.Count(text, old))
		}
		if old == "" {
			text += strings.Join(in, "\n") + "\n"
		} else {
			text = strings.Replace(text, old, strings.Join(in, "\n"), 1)
		}
		out, in = nil, nil
	}
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "="):
			whole = append(whole, line[1:])
		case strings.HasPrefix(line, "-"):
			if len(in) > 0 {
				swap()
			}
			out = append(out, line[1:])
		case strings.HasPrefix(line, "+"):
			in = append(in, line[1:])
		case line == "x":
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	swap()
	if whole != nil {
		text = strings.Join(whole, "\n") + "\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
