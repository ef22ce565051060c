package templates

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	texttemplate "text/template"
	"text/template/parse"
	"unicode/utf8"
)

// maxFile bounds one template file in bytes.
const maxFile = 128 << 10

// Load returns the built-in pages with the files of dir laid over them; dir may be empty
// for none. When anything is wrong it returns no set and every fault, so that the last
// good set stays in use.
func Load(dir string) (*Set, []Fault) {
	if dir == "" {
		return standing()
	}
	sources, faults := builtInFiles()
	if faults = append(faults, overlay(sources, dir)...); len(faults) > 0 {
		return nil, faults
	}
	set, faults := build(sources)
	if len(faults) == 0 {
		faults = set.trial()
	}
	if len(faults) > 0 {
		return nil, inDir(dir, faults)
	}
	return set, nil
}

// standing is the set of built-in pages, made once: they never change, and a test puts them
// to the trial that the office's own pages are put to at every load.
var standing = sync.OnceValues(func() (*Set, []Fault) {
	sources, faults := builtInFiles()
	if len(faults) > 0 {
		return nil, faults
	}
	return build(sources)
})

// inDir names a faulty file as the office finds it: in dir, if it stands there.
func inDir(dir string, faults []Fault) []Fault {
	for i, f := range faults {
		path := filepath.Join(dir, f.File)
		if _, err := os.Stat(path); err == nil {
			faults[i].File = path
		}
	}
	return faults
}

// builtInFiles reads the embedded files by name.
func builtInFiles() (map[string]string, []Fault) {
	files := map[string]string{}
	entries, err := builtIn.ReadDir(".")
	if err != nil {
		return nil, []Fault{{File: "templates", Message: err.Error()}}
	}
	for _, e := range entries {
		b, err := builtIn.ReadFile(e.Name())
		if err != nil {
			return nil, []Fault{{File: e.Name(), Message: err.Error()}}
		}
		files[e.Name()] = string(b)
	}
	return files, nil
}

// overlay replaces built-in files by those of the same name in dir.
func overlay(files map[string]string, dir string) []Fault {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []Fault{{File: dir, Message: "这个目录打不开。请建好目录,或在 duban.yaml 里删去 templates 一行(那就用内置的文字)"}}
	}
	var faults []Fault
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".tmpl") {
			continue // the manual, an editor's copy
		}
		if _, known := files[e.Name()]; !known {
			faults = append(faults, Fault{File: filepath.Join(dir, e.Name()), Message: "没有叫这个名字的信。文件名须与内置的一致,清单见 templates/README.md"})
			continue
		}
		text, fault := readFile(filepath.Join(dir, e.Name()))
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		files[e.Name()] = text
	}
	return faults
}

func readFile(path string) (string, *Fault) {
	f, err := os.Open(path)
	if err != nil {
		return "", &Fault{File: path, Message: "这个文件打不开,请检查权限"}
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeType != 0 {
		return "", &Fault{File: path, Message: "这不是普通文件,请换成文本文件"}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return "", &Fault{File: path, Message: "这个文件读不出来,请检查磁盘"}
	case len(b) > maxFile:
		return "", &Fault{File: path, Message: fmt.Sprintf("文件超过 %d KB,请删短", maxFile>>10)}
	case !utf8.Valid(b):
		return "", &Fault{File: path, Message: "文件不是 UTF-8 编码。请用记事本“另存为”,编码选 UTF-8"}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	return strings.ReplaceAll(string(b), "\r\n", "\n"), nil
}

// build parses and checks every file. Trees are checked before anything is executed.
func build(files map[string]string) (*Set, []Fault) {
	var faults []Fault
	trees := map[string]*parse.Tree{}
	for file, source := range files {
		name := strings.TrimSuffix(file, ".tmpl")
		parsed, err := texttemplate.New(name).Parse(source)
		if err != nil {
			faults = append(faults, parseFault(file, err))
			continue
		}
		for _, t := range parsed.Templates() {
			if t.Name() != name {
				faults = append(faults, Fault{File: file, Message: "文件里不能用 {{define}} 或 {{block}}。公用的文字请放进 part-… 文件"})
			}
		}
		trees[name] = parsed.Tree
	}
	for _, page := range append(Names(), Sayings()...) {
		shape, err := shapeOf(page)
		if err != nil {
			return nil, []Fault{{File: page, Message: err.Error()}}
		}
		for _, kind := range []string{".txt", ".html"} { // a saying has no HTML: nothing to check
			faults = append(faults, check(trees, page+kind, shape)...)
		}
	}
	if faults = sorted(faults); len(faults) > 0 {
		return nil, faults
	}
	return assemble(trees)
}

// assemble joins the checked trees: text pages in one set, HTML pages in another, so that
// every value in HTML is escaped for its place.
func assemble(trees map[string]*parse.Tree) (*Set, []Fault) {
	s := &Set{text: texttemplate.New("").Option("missingkey=error"), html: template.New("").Option("missingkey=error")}
	for name, tree := range trees {
		var err error
		if strings.HasSuffix(name, ".html") {
			_, err = s.html.AddParseTree(name, tree)
		} else {
			_, err = s.text.AddParseTree(name, tree)
		}
		if err != nil {
			return nil, []Fault{{File: name + ".tmpl", Message: err.Error()}}
		}
	}
	return s, nil
}

// place finds "name:line:" in the messages of text/template and html/template, which give
// no line for a page that ends inside a tag.
var place = regexp.MustCompile(`([\w-]+\.(?:txt|html)):(\d*)`)

func splitPlace(s string) (file string, line int) {
	m := place.FindStringSubmatch(s)
	if m == nil {
		return "", 0
	}
	line, err := strconv.Atoi(m[2])
	if err != nil {
		return m[1], 0
	}
	return m[1], line
}

func parseFault(file string, err error) Fault {
	_, line := splitPlace(err.Error())
	reason := err.Error()
	if i := strings.LastIndex(reason, ": "); i >= 0 {
		reason = reason[i+2:]
	}
	return Fault{file, line, "这一行的 {{ }} 写法有误(" + reason + ")。请核对花括号是否成对、if 和 range 是否都有 {{end}}"}
}

// sorted orders faults by place and drops repetitions: a shared part is walked once for
// every page that uses it.
func sorted(faults []Fault) []Fault {
	slices.SortFunc(faults, func(a, b Fault) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Message, b.Message)
	})
	return slices.Compact(faults)
}
