package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"duban/ingest/rules"
	"duban/state"
)

// reasons lists every sheet.Reason the source declares, so that none can be added without
// its sentence.
func reasons(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../ingest/sheet/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source of ingest/sheet:", err)
	}
	var out []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Reason" {
				for _, v := range spec.Values {
					text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, text)
				}
			}
			return true
		})
	}
	return out
}

// A file that is not read is answered with its own sentence, which says what to do.
func TestEveryRefusalNamesItsRemedy(t *testing.T) {
	desk, opener, err := bareDesk()
	if err != nil {
		t.Fatal(err)
	}
	defer opener.Close()
	all := reasons(t)
	if len(all) < 18 {
		t.Fatalf("found only %d reasons: %v", len(all), all)
	}
	said := map[string]string{}
	for _, reason := range all {
		findings := desk.Rules.Judge(rules.Case{Books: []state.Book{{Name: "周报.xlsx", Refused: reason}}})
		if len(findings) != 1 || findings[0].Level != state.LevelError {
			t.Errorf("%s: %+v", reason, findings)
			continue
		}
		f := findings[0]
		if !strings.Contains(f.Message, "请") || !strings.Contains(f.Message, "周报.xlsx") {
			t.Errorf("%s names no remedy or no file: %q", reason, f.Message)
		}
		if f.Rule == "damaged-workbook" && !slices.Contains([]string{"damaged", "empty"}, reason) {
			t.Errorf("%s has no sentence of its own: %q", reason, f.Message)
		}
		if other := said[f.Message]; other != "" {
			t.Errorf("%s and %s say the same: %q", reason, other, f.Message)
		}
		said[f.Message] = reason
	}
}

// A mail without a file to read, and a figure that is not in the file, name theirs.
func TestWhatIsNotInAMailNamesItsRemedy(t *testing.T) {
	desk, opener, err := bareDesk()
	if err != nil {
		t.Fatal(err)
	}
	defer opener.Close()
	for _, rule := range []string{
		"no-attachment", "link-attachment", "split-mail", "sealed-mail", "formula-no-result", "formula-stale", "header-not-found", "no-project-row",
		"amount-not-stated", "error-value", "merged-value", "struck-through", "became-date",
	} {
		if f := desk.Rules.Tell(rule, state.Finding{Title: "本周完成投资", Found: "周报.xlsx"}, ""); f.Rule != rule || !strings.Contains(f.Message, "请") {
			t.Errorf("%s names no remedy: %q", rule, f.Message)
		}
	}
}
