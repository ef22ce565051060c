package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Every command that a manual or a letter tells somebody to type is one: its name, its flags and
// what it needs. What stands for something (原因, 姓名) may be anything.
func TestCommandsToTypeAreCommands(t *testing.T) {
	span := regexp.MustCompile("`(duban [^`]+)`")
	own := regexp.MustCompile(`(?m)^ +(duban .+)$`)
	told := map[string]string{}
	for _, manual := range []string{"../../README.md", "../../configs/README.md", "../../templates/README.md"} {
		text, err := os.ReadFile(manual)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range span.FindAllStringSubmatch(string(text), -1) {
			told[m[1]] = filepath.Base(filepath.Dir(manual)) + "/README.md"
		}
	}
	letters, err := filepath.Glob("../../notify/testdata/letters/*.txt")
	if err != nil || len(letters) < 100 {
		t.Fatalf("%d golden letters: %v", len(letters), err)
	}
	inLetters := 0
	for _, letter := range letters {
		text, err := os.ReadFile(letter)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range own.FindAllStringSubmatch(string(text), -1) {
			told[m[1]] = filepath.Base(letter)
			inLetters++
		}
	}
	if len(told) < 60 || inLetters < 20 {
		t.Fatalf("%d commands are told of, %d times in letters: the test looks in the wrong place", len(told), inLetters)
	}
	for line, where := range told {
		if strings.ContainsAny(line, "[…|\\") { // how a command is written in general
			continue
		}
		args := typed(line)
		if len(args) == 1 && args[0] != "help" { // only named
			args = []string{"help", args[0]}
		}
		in := &invocation{args: args, stdout: io.Discard, stderr: io.Discard, now: time.Now}
		if _, err := parse(in); err != nil {
			t.Errorf("%s tells to type %q: %v", where, line, err)
		}
	}
}

// typed are the words of a command line after duban, as a shell would take them.
func typed(line string) []string {
	var args []string
	for _, w := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1) {
		args = append(args, strings.Trim(w, `"`))
	}
	return args[1:]
}
