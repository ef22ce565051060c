package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// override writes files into a directory as the office would.
func override(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuiltInPagesPassTheirOwnCheck(t *testing.T) {
	set, faults := Load("")
	if len(faults) > 0 || set == nil {
		t.Fatalf("faults: %v", faults)
	}
	if faults := set.trial(); len(faults) > 0 {
		t.Errorf("the trial of the office's own pages finds in the built-in ones: %v", faults)
	}
	for _, page := range Names() {
		data, err := Sample(page)
		if err != nil {
			t.Fatal(err)
		}
		subject, text, html, err := set.Render(page, data)
		if err != nil {
			t.Fatal(err)
		}
		if subject == "" || strings.Contains(subject, "\n") || len(text) < 100 || !strings.HasSuffix(html, "</html>\n") {
			t.Errorf("%s: subject %q, text of %d bytes, html ends %q", page, subject, len(text), html[len(html)-20:])
		}
	}
}

// Each column of a workbook's sheet takes a line: one too few would put every heading over the
// wrong column.
func TestTheWordsOfASheetKeepTheirLines(t *testing.T) {
	const head, columns = "{{.Week}}报送一览\n应报{{.Expected}}个单位\n", "单位\n情况\n项目数\n首次收到\n采用时间\n"
	for text, told := range map[string]bool{head + columns + "备注\n": false, head + columns: true, head + columns + "备注\n另一栏\n": true} {
		set, faults := Load(override(t, map[string]string{"book-reporting.txt.tmpl": text}))
		if (set == nil) != told || told && !strings.Contains(faults[0].Message, "应有8行") {
			t.Errorf("%q: %v", text, faults)
		}
	}
}

// The office may reword what it is asked; words that name a field that is not there, or that
// say nothing in some case, are refused like a letter's.
func TestSayingsAreCheckedLikeLetters(t *testing.T) {
	set, faults := Load(override(t, map[string]string{"ask-claim.txt.tmpl": "这封信是谁的:{{.Subject}}\n\n发件人 {{.From}}\n"}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	data, err := Sample("ask-claim")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := set.Say("ask-claim", data)
	if err != nil || len(lines) != 2 || !strings.HasPrefix(lines[0], "这封信是谁的:") {
		t.Errorf("%q, %v", lines, err)
	}
	for text, want := range map[string]string{
		"{{.Subjekt}}":                     ".Subjekt",
		"{{if eq .Subject \"\"}}从不{{end}}": "没有写出任何文字",
		"{{call .Subject}}":                "不能使用 call",
	} {
		set, faults := Load(override(t, map[string]string{"ask-claim.txt.tmpl": text}))
		if set != nil || len(faults) == 0 || !strings.Contains(faults[0].Error(), "ask-claim.txt.tmpl") || !strings.Contains(faults[0].Message, want) {
			t.Errorf("%s: %v, want %s", text, faults, want)
		}
	}
}

func TestAnOverrideReplacesOnlyItsOwnFile(t *testing.T) {
	dir := override(t, map[string]string{
		"part-foot.txt.tmpl": "\ufeff{{.Office}}敬上\r\n电话 {{.Contact}}",
		"README.md":          "# not a template {{",
	})
	set, faults := Load(dir)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	data, err := Sample("due")
	if err != nil {
		t.Fatal(err)
	}
	_, text, html, err := set.Render("due", data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text, "敬上\n电话 万拟通 000-0000-0000\n") {
		t.Errorf("text ends without the office's words:\n%s", text)
	}
	if !strings.Contains(html, "本邮件由办公室报送工具发出") {
		t.Error("the HTML changed too")
	}
}

// TestEveryFaultIsNamedWithItsLineAndRemedy holds one file for each thing a template may
// not do, with where it is told and what to do about it.
func TestEveryFaultIsNamedWithItsLineAndRemedy(t *testing.T) {
	const head = "主题:标题 {{.Frame.Token}}\n"
	for _, c := range []struct{ name, file, text, place, remedy string }{
		{"misspelt field", "due.txt.tmpl", head + "一\n{{.To.Unitt}}\n", "due.txt.tmpl:3", "没有叫 .Unitt 的栏目"},
		{"misspelt field in html", "due.html.tmpl", "<p>\n{{.Cnt}}</p>", "due.html.tmpl:2", "没有叫 .Cnt 的栏目"},
		{"misspelt field in a branch of another sample", "notice.txt.tmpl", head + "{{if eq .Matter \"doubtful\"}}{{.Keyy}}{{end}}", "notice.txt.tmpl:2", ".Keyy"},
		{"misspelt field where no sample goes", "late.txt.tmpl", head + "{{if eq .State \"nowhere\"}}{{range .Lack}}\n{{.Nmae}}{{end}}{{end}}", "late.txt.tmpl:3", ".Nmae"},
		{"misspelt field of a variable", "late.txt.tmpl", head + "{{if .Moved}}{{range $n, $p := .Lack}}{{$p.Id}}{{end}}{{end}}", "late.txt.tmpl:2", ".Id"},
		{"misspelt field in a shared part", "part-item.html.tmpl", "{{range .Places}}{{if not $.Project}}{{$.Standng}}{{end}}{{end}}", "part-item.html.tmpl:1", ".Standng"},
		{"field of a text", "late.txt.tmpl", head + "{{.Due.Year}}", "late.txt.tmpl:2", ".Year"},
		{"unclosed if", "late.txt.tmpl", head + "{{if .Head}}", "late.txt.tmpl:2", "{{end}}"},
		{"unclosed brace", "late.txt.tmpl", head + "\n{{.Due", "late.txt.tmpl:3", "花括号"},
		{"no subject", "late.txt.tmpl", "您好\n", "late.txt.tmpl:1", "主题:"},
		{"define", "late.txt.tmpl", head + "{{define \"x\"}}a{{end}}", "late.txt.tmpl", "part-"},
		{"only a define", "part-foot.txt.tmpl", "{{define \"x\"}}a{{end}}", "part-foot.txt.tmpl", "part-"},
		{"another page", "late.txt.tmpl", head + "{{template \"due.txt\" .}}", "late.txt.tmpl:2", "公用片段"},
		{"unknown part", "late.txt.tmpl", head + "{{template \"part-gruss.txt\" .}}", "late.txt.tmpl:2", "核对名字"},
		{"recursion", "part-foot.txt.tmpl", "{{template \"part-foot.txt\" .}}", "part-foot.txt.tmpl:1", "引用了自己"},
		{"printf bomb", "late.txt.tmpl", head + "{{printf \"%999999999d\" 1}}", "late.txt.tmpl:2", "不能使用 printf"},
		{"call", "late.txt.tmpl", head + "{{call .Due}}", "late.txt.tmpl:2", "不能使用 call"},
		{"escaping switched off", "late.html.tmpl", "{{.Due | html}}", "late.html.tmpl:1", "不能使用 html"},
		{"range over a number", "late.txt.tmpl", head + "{{range 2000000000}}a{{end}}", "late.txt.tmpl:2", "栏目名"},
		{"range over a number by a variable", "late.txt.tmpl", head + "{{$n := 2000000000}}{{range $n}}a{{end}}", "late.txt.tmpl:2", "栏目名"},
		{"range over a number by with", "late.txt.tmpl", head + "{{with 2000000000}}{{range .}}a{{end}}{{end}}", "late.txt.tmpl:2", "栏目名"},
		{"range over a number by a part", "late.txt.tmpl", head + "{{template \"part-projects.txt\" 2000000000}}", "late.txt.tmpl:2", "栏目名"},
		{"a method", "late.txt.tmpl", head + "{{.Due.Format \"x\"}}", "late.txt.tmpl:2", "后面不能再跟"},
		{"nested loops", "late.txt.tmpl", head + strings.Repeat("{{range .Lack}}", 4) + strings.Repeat("{{end}}", 4), "late.txt.tmpl:2", "套得太深"},
		{"too long", "due.txt.tmpl", head + "{{range .Lack}}" + strings.Repeat("长", 40<<10) + "{{end}}", "due.txt.tmpl", "超过"},
		{"file too long", "late.txt.tmpl", head + strings.Repeat("长", 50<<10), "late.txt.tmpl", "128 KB"},
		{"not utf-8", "late.txt.tmpl", head + "\xd6\xd0", "late.txt.tmpl", "UTF-8"},
		{"unknown name", "latte.txt.tmpl", head, "latte.txt.tmpl", "没有叫这个名字的信"},
		{"style sheet", "late.html.tmpl", "<style>p{}</style>", "late.html.tmpl", "<style>"},
		{"image", "late.html.tmpl", "<p><IMG alt=x></p>", "late.html.tmpl", "图片"},
		{"class", "late.html.tmpl", "<p class=\"a\">x</p>", "late.html.tmpl", "class="},
		{"script", "late.html.tmpl", "<script>1</script>", "late.html.tmpl", "脚本"},
		{"outside file", "late.html.tmpl", "<table background=\"http://x.example/a.png\"></table>", "late.html.tmpl", "外部文件"},
		{"open quote", "late.html.tmpl", "<p title=\"{{.Due}}>x</p>", "late.html.tmpl", "引号"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, faults := Load(override(t, map[string]string{c.file: c.text}))
			if set != nil {
				t.Fatal("a set was returned all the same")
			}
			var told []string
			for _, f := range faults {
				if strings.Contains(f.Error(), c.place) && strings.Contains(f.Message, c.remedy) {
					return
				}
				told = append(told, f.Error())
			}
			t.Errorf("want a fault at %s with %q, got:\n%s", c.place, c.remedy, strings.Join(told, "\n"))
		})
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	_, faults := Load(override(t, map[string]string{"due.txt.tmpl": "{{call .A}}", "late.txt.tmpl": "{{call .B}}\n{{printf \"x\"}}"}))
	if len(faults) != 5 { // two names that do not exist, three functions that may not be used
		t.Errorf("got %d faults, want 5: %v", len(faults), faults)
	}
}

func TestAMissingDirectoryIsAFault(t *testing.T) {
	if set, faults := Load(filepath.Join(t.TempDir(), "none")); set != nil || len(faults) != 1 {
		t.Errorf("set %v, faults %v", set, faults)
	}
}

func TestRenderRefusesAFieldThatIsMissing(t *testing.T) {
	set, faults := Load("")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if _, _, _, err := set.Render("due", map[string]any{"State": "missing"}); err == nil {
		t.Error("a page without its data was rendered")
	}
}
