package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows lists, for each room, which rooms of ours it may import. A room not listed here
// may import none. A new arrow is one line with its reason.
var arrows = map[string][]string{
	"duban/cmd/duban":                  {"*"}, // cmd knows everyone; nobody knows it
	"duban/cmd/duban/internal/demo":    {"duban/state"},
	"duban/cmd/duban/internal/cases":   {"duban/state"},
	"duban/cmd/duban/internal/console": {"duban/state", "duban/notify/report"}, // the page shows the same view as the letter
	"duban/configs":                    {"duban/state"},
	"duban/ingest":                     {"duban/state", "duban/state/blobs", "duban/ingest/sheet", "duban/ingest/rules"},
	"duban/ingest/sheet":               {"duban/state"},
	"duban/ingest/rules":               {"duban/state"},
	"duban/notify":                     {"duban/state", "duban/state/blobs", "duban/notify/report"},
	"duban/notify/report":              {"duban/state"},
	"duban/state":                      {},
	"duban/state/badgerkv":             {"duban/state"},
	"duban/state/memkv":                {"duban/state"},
	"duban/state/kvtest":               {"duban/state"},
	"duban/state/journal":              {"duban/state"},
	"duban/state/blobs":                {"duban/state"},
	"duban/templates":                  {},
}

// doors names, for each library, the only places that may import it: a folder, or a file
// name's beginning within one.
var doors = map[string][]string{
	"github.com/dgraph-io/badger":         {"state/badgerkv/"},
	"github.com/dgraph-io/ristretto":      {"state/badgerkv/"}, // badger's own parts
	"github.com/google/go-cmp":            {"state/kvtest/"},
	"pgregory.net/rapid":                  {"state/kvtest/"},
	"github.com/emersion/go-imap":         {"ingest/mailbox", "ingest/conn", "cmd/duban/internal/demo/"},
	"github.com/emersion/go-message":      {"ingest/message", "ingest/automatic"},
	"github.com/emersion/go-msgauth":      {"ingest/authres", "ingest/signature"},
	"github.com/emersion/go-sasl":         {"ingest/mailbox", "cmd/duban/internal/demo/"},
	"github.com/emersion/go-smtp":         {"cmd/duban/internal/demo/"},
	"github.com/wneessen/go-mail":         {"notify/smtp", "notify/mime"},
	"github.com/xuri/excelize":            {"ingest/sheet/", "notify/report/"},
	"github.com/richardlehane/mscfb":      {"ingest/sheet/"},
	"github.com/nwaples/rardecode":        {"ingest/sheet/"},
	"github.com/bodgit/sevenzip":          {"ingest/sheet/"},
	"github.com/longbridgeapp/opencc":     {"ingest/sheet/"},
	"github.com/robfig/cron":              {"cmd/duban/daemon", "configs/"},
	"github.com/goccy/go-yaml":            {"configs/", "ingest/rules/"},
	"github.com/expr-lang/expr":           {"ingest/rules/"},
	"github.com/alecthomas/kong":          {"cmd/duban/main", "cmd/duban/help"},
	"github.com/prometheus/client_golang": {"cmd/duban/internal/console/", "cmd/duban/page"},
	"golang.org/x/net/html":               {"ingest/sheet/"},  // HTML tables named .xls
	"golang.org/x/net/publicsuffix":       {"ingest/authres"}, // which domains belong to one organisation
	"golang.org/x/sys":                    {"state/blobs/"},   // syncfs: a pack made durable at once
}

// shows names the only production files that may import what was made for showing and testing.
var shows = map[string][]string{
	"duban/cmd/duban/internal/demo":  {"cmd/duban/demo"},          // the fictional district lives its week
	"duban/cmd/duban/internal/cases": {"cmd/duban/preview_rules"}, // one mail for every rule, to be read
	"duban/state/memkv":              {"cmd/duban/demo"},          // a store that forgets
	"duban/state/kvtest":             {},
}

// anywhere lists libraries that are vocabulary rather than machinery.
var anywhere = []string{"golang.org/x/text", "github.com/govalues/decimal"}

// below names what only cmd may call: the clock, the environment, randomness.
var below = map[string][]string{
	"time":         {"Now", "Since", "Until"},
	"os":           {"Getenv", "LookupEnv", "Environ"},
	"math/rand":    {"*"},
	"math/rand/v2": {"*"},
	"crypto/rand":  {"*"},
}

// source is one Go file as the test sees it.
type source struct {
	path string // from the module's root, with slashes
	file *ast.File
}

func TestArchitecture(t *testing.T) {
	for _, fault := range judge(readModule(t, filepath.Join("..", ".."))) {
		t.Error(fault)
	}
}

// TestArchitectureNegativeControl shows that the test above can fail.
func TestArchitectureNegativeControl(t *testing.T) {
	bad := map[string]string{
		"state/bad.go":       `package state; import _ "duban/ingest"`,
		"state/lib.go":       `package state; import _ "golang.org/x/net/html"`,
		"ingest/arrow.go":    `package ingest; import _ "duban/notify"`,
		"notify/door.go":     `package notify; import _ "github.com/dgraph-io/badger/v4"`,
		"notify/clock.go":    `package notify; import "time"; var now = time.Now()`,
		"templates/arrow.go": `package templates; import _ "duban/state"`,
		"attic/room.go":      `package attic`,
		"cmd/duban/once.go":  `package main; import _ "duban/cmd/duban/internal/cases"`,
		"cmd/duban/open.go":  `package main; import _ "duban/state/kvtest"`,
	}
	for name, text := range bad {
		f, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(judge([]source{{name, f}})) == 0 {
			t.Errorf("%s breaks a rule and was let through", name)
		}
	}
}

// judge lists every breach of the house's rules in the production code.
func judge(files []source) []string {
	var faults []string
	for _, s := range files {
		room := path.Join("duban", path.Dir(s.path))
		allowed, known := arrows[room]
		if !known {
			faults = append(faults, fmt.Sprintf("%s: no such room in the house", s.path))
		}
		for _, imp := range s.file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				faults = append(faults, fmt.Sprintf("%s: %v", s.path, err))
				continue
			}
			if why := breach(s.path, room, name, allowed); why != "" {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", s.path, name, why))
			}
		}
		if !strings.HasPrefix(s.path, "cmd/") {
			faults = append(faults, callsBelow(s)...)
		}
	}
	return faults
}

func breach(file, room, name string, allowed []string) string {
	if strings.HasPrefix(name, "duban/") {
		if files, shown := shows[name]; shown && !slices.ContainsFunc(files, func(p string) bool { return strings.HasPrefix(file, p) }) {
			return "it is for showing and testing"
		}
		if slices.Contains(allowed, "*") || slices.Contains(allowed, name) {
			return ""
		}
		return "this arrow is not drawn"
	}
	first, _, _ := strings.Cut(name, "/")
	if !strings.Contains(first, ".") {
		return "" // the standard library
	}
	if room == "duban/state" || room == "duban/templates" {
		return "this room imports the standard library only"
	}
	under := func(prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+"/") }
	if slices.ContainsFunc(anywhere, under) {
		return ""
	}
	for lib, places := range doors {
		if !under(lib) {
			continue
		}
		if slices.ContainsFunc(places, func(p string) bool { return strings.HasPrefix(file, p) }) {
			return ""
		}
		return "this library has another door"
	}
	return "this library has no door yet"
}

// callsBelow lists uses of the clock, the environment and randomness.
func callsBelow(s source) []string {
	local := map[string]string{}
	for _, imp := range s.file.Imports {
		name, _ := strconv.Unquote(imp.Path.Value) // judged above
		as := path.Base(name)
		if as == "v2" {
			as = path.Base(path.Dir(name))
		}
		if imp.Name != nil {
			as = imp.Name.Name
		}
		local[as] = name
	}
	var faults []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			if names := below[local[x.Name]]; slices.Contains(names, sel.Sel.Name) || slices.Contains(names, "*") {
				faults = append(faults, fmt.Sprintf("%s calls %s.%s: only cmd looks at the clock, the environment and chance", s.path, x.Name, sel.Sel.Name))
			}
		}
		return true
	})
	return faults
}

// readModule parses every production file of the module.
func readModule(t *testing.T, root string) []source {
	t.Helper()
	var files []source
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, p), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, source{p, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("read only %d files: the walk is wrong", len(files))
	}
	return files
}
