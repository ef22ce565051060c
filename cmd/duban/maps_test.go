package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every room's package comment is a map of it: whoever reads it has met each file, or the file
// whose name the other's continues (a.go stands for a_b.go).
func TestMapsNameEveryFile(t *testing.T) {
	root := os.DirFS(filepath.Join("..", ".."))
	for _, room := range []string{"state", "configs", "templates", "ingest", "ingest/sheet", "ingest/rules", "notify", "notify/report"} {
		names, err := fs.Glob(root, room+"/*.go")
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", room, len(names), err)
		}
		text := ""
		var files []string
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			files = append(files, path.Base(name))
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", name), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil {
				text += f.Doc.Text()
			}
		}
		for _, file := range files {
			if file != "doc.go" && !onMap(text, file) {
				t.Errorf("%s: the package comment does not name %s", room, file)
			}
		}
	}
}

func onMap(text, file string) bool {
	stem := strings.TrimSuffix(file, ".go")
	for {
		if regexp.MustCompile(`(^|[^a-z_])` + stem + `(_?\*)?\.go`).MatchString(text) {
			return true
		}
		cut := strings.LastIndexByte(stem, '_')
		if cut < 0 {
			return false
		}
		stem = stem[:cut]
	}
}
