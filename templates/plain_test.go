package templates

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

type word string

func TestPlainGivesATemplateNothingButTexts(t *testing.T) {
	type inner struct{ Name string }
	got, err := plain(struct {
		W      word
		N      int
		Yes    bool
		List   []inner
		None   []string
		hidden string
	}{"红", 7, true, []inner{{"甲"}}, nil, "x"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"W": "红", "N": "7", "Yes": true, "List": []any{map[string]any{"Name": "甲"}}, "None": []any{}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

func TestPlainRefusesWhatHasBehaviour(t *testing.T) {
	type ring struct{ Next *ring }
	loop := &ring{}
	loop.Next = loop
	for name, v := range map[string]any{"func": struct{ F func() }{func() {}}, "chan": make(chan int), "endless": loop, "odd map": map[int]string{1: "a"}} {
		if _, err := plain(v); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	// A time has no exported fields: nothing of it, and none of its methods, reaches a page.
	if got, err := plain(time.Time{}); err != nil || len(got.(map[string]any)) != 0 {
		t.Errorf("time: %v %v", got, err)
	}
}

func TestCleanLeavesNoCharacterThatHidesOrReorders(t *testing.T) {
	for in, want := range map[string]string{
		"甲\r\n\t乙":           "甲 乙",
		"表\u202excod.exe":    "表xcod.exe",
		"零\u200b宽\ufeff":     "零宽",
		"\u2066隔离\u2069":     "隔离",
		"行\u2028段\u2029落":    "行 段 落",
		"坏\xff字":             "坏�字",
		"\x00\x1b[31m红":      "[31m红",
		"\u3164\u115f空":      "空",
		" 3,200(万元):“属实”;¥ ": "3,200(万元):“属实”;¥",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// hostile is what a department, or somebody else, may put where a name is expected.
const hostile = `</td></table><script>alert(1)</script><img src=x onerror=alert(1)>"'><a href="javascript:x">{{.Frame}}` + "\u202e\r\nBcc: all@lanchuan.example\n"

// poison replaces every text of a sample.
func poison(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = poison(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = poison(x)
		}
		return out
	case string:
		if v == "" {
			return v
		}
		return hostile
	}
	return v
}

func TestForeignTextNeverBecomesMarkup(t *testing.T) {
	set, faults := Load("")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, page := range Names() {
		all, err := Samples(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range all {
			subject, text, html, err := set.Render(page, poison(data))
			if err != nil {
				t.Fatalf("%s: %v", page, err)
			}
			for _, tag := range []string{"<script", "<img", "<a href", "</table><script"} {
				if strings.Contains(html, tag) {
					t.Errorf("%s: %q stands in the HTML", page, tag)
				}
			}
			if strings.ContainsAny(subject, "\r\n\u202e") || strings.ContainsAny(text+html, "\u202e\r\x00") {
				t.Errorf("%s: a control character came through", page)
			}
			if strings.Contains(text, "\nBcc:") {
				t.Errorf("%s: foreign text begins a line of its own", page)
			}
		}
	}
}

func TestALongSubjectKeepsItsToken(t *testing.T) {
	subject, _, err := cutSubject("主题:" + strings.Repeat("长", 500) + " [W38-D04]\n正文")
	if err != nil || len([]rune(subject)) > maxSubject || !strings.HasSuffix(subject, " [W38-D04]") {
		t.Errorf("%q %v", subject, err)
	}
}

func FuzzCleanIsStableAndPlain(f *testing.F) {
	f.Add(hostile)
	f.Add("甲\u200b 乙")
	f.Fuzz(func(t *testing.T, s string) {
		once := clean(s)
		if clean(once) != once {
			t.Errorf("clean(%q) changes again: %q", s, clean(once))
		}
		if strings.ContainsAny(once, "\r\n\t\u202e\u200b\u2028") {
			t.Errorf("clean(%q) = %q", s, once)
		}
	})
}
