package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// call runs one command line as a user types it.
func call(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, faults bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &faults)
	return out.String(), faults.String(), code
}

// treeOf is every file below dir with its size and time of change.
func treeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Mode(), info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// change replaces words of a file of the configuration.
func change(t *testing.T, path, old, words string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s does not say %q", path, old)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(words), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

// told is how every fault is told: the file, the line, what is wrong, what to do.
var told = regexp.MustCompile(`^[\w./-]+:\d+(:\d+)?[ :].*改法:.+。$`)

// Whatever command meets a broken configuration, every fault of every file is told at once,
// with its place and its remedy, and nothing is touched.
func TestConfigBroken(t *testing.T) {
	d := newDistrict(t)
	in := func(name string) string { return filepath.Join(d.dir, name) }
	if err := os.MkdirAll(in("templates"), 0o755); err != nil {
		t.Fatal(err)
	}
	d.edit("form:     form.yaml", "templates: templates\nform:     form.yaml")
	d.edit("port: ", "prot: ")
	d.edit(`deadline: "0 18 * * FRI"`, `deadline: "0 25 * * FRI"`)
	change(t, in("registry/departments.csv"), "jtj@lanchuan.example", "jtj.lanchuan.example")
	change(t, in("registry/projects.csv"), "LC2026-006,", "LC2026-005,")
	change(t, in("calendar.yaml"), "2026-10-01, end: 2026-10-07", "2026-10-07, end: 2026-10-01")
	change(t, in("rules.yaml"), "level: error", "level: fatal")
	if err := os.WriteFile(in("templates/receipt.txt.tmpl"), []byte("主题:收悉\n{{.Nobody}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := treeOf(t, d.dir)
	for _, command := range [][]string{{"check"}, {"run"}, {"once"}, {"week", "--json"}, {"why", "D05"}, {"outbox"}, {"audit", "verify"}, {"preview", "receipt"}, {"inspect", d.config}} {
		out, faults, code := call(t, append([]string{"-c", d.config}, command...)...)
		if code != exitUsage || out != "" {
			t.Errorf("%v: exit %d, printed %q", command, code, out)
		}
		lines := strings.Split(strings.TrimSpace(faults), "\n")
		for _, file := range []string{"duban.yaml", "departments.csv", "projects.csv", "calendar.yaml", "rules.yaml", "receipt.txt.tmpl"} {
			if !strings.Contains(faults, file+":") {
				t.Errorf("%v does not name the fault of %s:\n%s", command, file, faults)
			}
		}
		if last := lines[len(lines)-1]; last != fmt.Sprintf("duban: 共%d处问题,什么都没有改动。", len(lines)-1) {
			t.Errorf("%v ends with %q after %d lines", command, last, len(lines)-1)
		}
		for _, l := range lines[:len(lines)-1] {
			if !told.MatchString(l) {
				t.Errorf("%v: no place or no remedy: %s", command, l)
			}
		}
		if after := treeOf(t, d.dir); after != before {
			t.Fatalf("%v touched files:\n%s\nbefore:\n%s", command, after, before)
		}
	}
	if len(d.letters()) > 0 {
		t.Error("a letter left")
	}
}

// An address of the registry that no letter may go to is a fault of the configuration, not
// a letter that fails on Friday night.
func TestConfigAllow(t *testing.T) {
	d := newDistrict(t)
	d.edit(`allow: ["lanchuan.example", "leaders.lanchuan.example"]`, `allow: ["lanchuan.example"]`)
	change(t, filepath.Join(d.dir, "registry/departments.csv"), "jtj@lanchuan.example", "jtj@lanchuna.example")
	_, faults, code := call(t, "-c", d.config, "check")
	if code != exitUsage || !strings.Contains(faults, "“jtj@lanchuna.example”不在允许发往的范围内") || strings.Contains(faults, "leaders") {
		t.Errorf("exit %d:\n%s", code, faults)
	}
}

// check tells in one sentence what was read, and what the week's times are.
func TestConfigCheck(t *testing.T) {
	d := newDistrict(t)
	out, _, code := call(t, "-c", d.config, "check")
	for _, want := range []string{"配置没有问题:25个单位(22个每周报送),60个项目,12位领导", "截止", "汇总"} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit %d, want %q in:\n%s", code, want, out)
		}
	}
	if strings.Contains(out, "试运行") {
		t.Errorf("a live office is called a trial:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "state")); err == nil {
		t.Error("check made the state folder")
	}
	out, _, code = call(t, "-c", d.config, "check", "--connect")
	if code != exitDone || !strings.Contains(out, "收信:已登录") || !strings.Contains(out, "发信:已登录") {
		t.Errorf("check --connect: exit %d\n%s", code, out)
	}
	d.edit("office:", "mode: shadow\noffice:")
	if out, _, _ = call(t, "-c", d.config, "check"); !strings.Contains(out, "试运行(mode: shadow):所有信只发到 zdxmb@lanchuan.example") {
		t.Errorf("a trial is not called one:\n%s", out)
	}
	if err := d.post.Close(); err != nil {
		t.Fatal(err)
	}
	if _, faults, code := call(t, "-c", d.config, "check", "--connect"); code != exitFailed || !strings.Contains(faults, "收信服务器") {
		t.Errorf("without servers: exit %d\n%s", code, faults)
	}
}

// init writes a configuration that passes check, and a second init undoes nothing.
func TestConfigInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	out, _, code := call(t, "init", dir)
	config := filepath.Join(dir, standardConfig)
	if code != exitDone || !strings.Contains(out, "duban -c "+config+" check") {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	out, warnings, code := call(t, "-c", config, "check")
	if code != exitDone || !strings.Contains(out, "配置没有问题") || !strings.Contains(warnings, "占位文字") {
		t.Errorf("the starter does not pass check: exit %d\n%s%s", code, out, warnings)
	}
	change(t, config, "name: 区重大项目办", "name: 县重大项目办")
	if err := os.Remove(filepath.Join(dir, "rules.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, _, code = call(t, "init", dir); code != exitDone {
		t.Errorf("a second init: exit %d", code)
	}
	text, err := os.ReadFile(config)
	if err != nil || !strings.Contains(string(text), "县重大项目办") {
		t.Errorf("the second init undid the office's work: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "rules.yaml")); err != nil {
		t.Errorf("the second init did not put back what was missing: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "secrets/mailbox-password")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the password file: %v %v", info, err)
	}
}

// A command line that is wrong is refused in Chinese, with the way on, and exit 2.
func TestConfigUsage(t *testing.T) {
	d := newDistrict(t)
	t.Chdir(t.TempDir()) // no duban.yaml here
	for _, c := range []struct {
		want string
		args []string
	}{
		{"duban help", []string{"unknown"}},
		{"duban help", []string{"week", "--nope"}},
		{"duban help", []string{"init"}},
		{"duban help", []string{"audit"}},
		{"duban init", []string{"check"}},
		{"duban init", []string{"run"}},
		{"没有文件“nowhere.yaml”", []string{"-c", "nowhere.yaml", "check"}},
		{"不是周次,应写成 2026-W41", []string{"-c", d.config, "week", "41"}},
		{"名册里没有单位“教育厅”", []string{"-c", d.config, "why", "教育厅"}},
		{"不是时间", []string{"-c", d.config, "once", "--at", "friday"}},
		{"没有“love”这种信", []string{"-c", d.config, "preview", "love"}},
		{"请用 --dept 写明单位", []string{"-c", d.config, "preview", "receipt"}},
		{"没有这样的信可看", []string{"-c", d.config, "preview", "receipt", "--dept", "D05"}},
		{"没有文件“nowhere.yaml”", []string{"-c", d.config, "rules", "try", "nowhere.yaml"}},
		{"应以 .xlsx 结尾", []string{"-c", d.config, "export", "x"}},
		{"<accept|reject>应是", []string{"-c", d.config, "dispute", "love", "D05"}},
		{"还应写 \"<单位>\"", []string{"-c", d.config, "why"}},
		{"没有这个问题:I77。", []string{"-c", d.config, "issue", "close", "I77", "--reason", "a", "--by", "b"}},
		{"--pace", []string{"demo", "--pace", "0"}},
	} {
		out, faults, code := call(t, c.args...)
		if code != exitUsage || out != "" || !strings.Contains(faults, c.want) {
			t.Errorf("%v: exit %d, want %q; printed %q\n%s", c.args, code, c.want, out, faults)
		}
	}
}

// Every command explains itself, and its flags too.
func TestConfigHelp(t *testing.T) {
	out, _, code := call(t, "--help")
	if code != exitDone {
		t.Errorf("--help: exit %d", code)
	}
	if bare, _, code := call(t); code != exitDone || bare != out {
		t.Errorf("duban alone: exit %d\n%s", code, bare)
	}
	if asked, _, code := call(t, "help"); code != exitDone || asked != out {
		t.Errorf("duban help: exit %d\n%s", code, asked)
	}
	for _, word := range []string{"Usage", "Flags", "Arguments", "Commands", "[flags]"} {
		if one, _, _ := call(t, "help", "week"); strings.Contains(out+one, word) || !strings.Contains(one, "duban week") {
			t.Errorf("help says %s to an office that reads Chinese:\n%s", word, one)
		}
	}
	for _, command := range []string{"demo", "init", "check", "run", "once", "inspect", "preview", "week", "why", "outbox", "outbox resend", "outbox drop", "audit verify"} {
		if first, _, _ := strings.Cut(command, " "); !strings.Contains(out, "\n  "+first+" ") {
			t.Errorf("--help does not list %s:\n%s", command, out)
		}
		help, _, code := call(t, append(strings.Fields(command), "--help")...)
		if code != exitDone || !strings.Contains(help, "duban "+command) {
			t.Errorf("%s --help: exit %d\n%s", command, code, help)
		}
		for line := range strings.Lines(help) {
			name := strings.TrimSpace(line)
			if strings.HasPrefix(name, "-") && !strings.ContainsFunc(name, func(r rune) bool { return r >= '一' && r <= '龥' }) && name != "-h, --help" {
				t.Errorf("%s: a flag is not explained in Chinese: %s", command, name)
			}
		}
	}
	if strings.Contains(out, "worker") {
		t.Error("the inner command is shown to people")
	}
}
