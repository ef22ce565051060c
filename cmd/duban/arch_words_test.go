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
	"unicode"
)

// spoken are the rooms whose sentences the office may change: they stand in templates.
var spoken = []string{"state/", "notify/"}

// longestWord is how many Chinese characters a text of these rooms may have. What is longer, or
// ends like a sentence, is one; what is shorter is a word of the office, the name of a sheet, a
// heading of an export.
const longestWord = 8

// wordsStay names the files whose sentences stay in the code, with the reason.
var wordsStay = map[string]string{
	"state/schedule.go":            "compared with the year's plan as it was told: a rewording would be told as a change",
	"state/plan.go":                "compared with the year's plan as it was told",
	"notify/report/forms.go":       "the form's labels are read back when it returns",
	"notify/report/forms_guard.go": "prompts in the cells of the form, beside the checks they explain",
	"notify/report/mark_again.go":  "marks are recognised by their words when the workbook comes back",
	"notify/report/mark_list.go":   "the sheet 补正清单, recognised when the workbook comes back",
}

// sentences lists the Chinese sentences in the code of spoken rooms, by place.
func sentences(files []source) []string {
	var out []string
	for _, s := range files {
		if !slices.ContainsFunc(spoken, func(room string) bool { return strings.HasPrefix(s.path, room) }) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				out = append(out, s.path+": "+err.Error())
				return true
			}
			han := 0
			for _, r := range text {
				if unicode.Is(unicode.Han, r) {
					han++
				}
			}
			if !strings.HasSuffix(text, ".xlsx") && (han > longestWord || han > 1 && strings.Contains(text, "。")) {
				out = append(out, s.path+": "+text)
			}
			return true
		})
	}
	return out
}

// TestArchitectureKeepsSentencesInTemplates holds that no new sentence enters the code of rooms
// whose words the office may change, and that no file is excused that needs no excuse.
func TestArchitectureKeepsSentencesInTemplates(t *testing.T) {
	excused := map[string]bool{}
	for _, found := range sentences(readModule(t, filepath.Join("..", ".."))) {
		file, text, _ := strings.Cut(found, ": ")
		if wordsStay[file] == "" {
			t.Errorf("%s: “%s” stands in the code; sentences belong to templates/ (see templates/say.go)", file, text)
		}
		excused[file] = true
	}
	for file := range wordsStay {
		if !excused[file] {
			t.Errorf("%s has no sentence any more: it needs no excuse", file)
		}
	}
	bad, err := parser.ParseFile(token.NewFileSet(), "notify/bad.go", "package notify; var why = \"请您尽快把表报来。\"", 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(sentences([]source{{"notify/bad.go", bad}})) != 1 {
		t.Error("a sentence in the code was let through")
	}
}
