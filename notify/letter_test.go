package notify

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"duban/templates"
)

var update = flag.Bool("update", false, "rewrite the golden letters and the samples of templates")

// capture keeps the data a composer hands to its pages: the last page's, and of every saying.
type capture struct {
	data any
	said map[string][]any
}

func (c *capture) Say(name string, data any) ([]string, error) {
	if c.said == nil {
		c.said = map[string][]any{}
	}
	c.said[name] = append(c.said[name], data)
	return []string{name, name}, nil
}

func (c *capture) Render(_ string, data any) (string, string, string, error) {
	c.data = data
	return "s", "t", "h", nil
}

// TestSamplesAreTheLettersOfTheDistrict keeps what `duban check` and `duban preview
// --sample` render in step with what the real letters hold: a field added here and not
// there would let a broken template pass the check.
func TestSamplesAreTheLettersOfTheDistrict(t *testing.T) {
	byPage := map[string][]any{}
	for _, s := range stories(t) {
		var c capture
		if _, err := s.write(composer(t, &c)); err != nil {
			t.Fatalf("%s-%s: %v", s.page, s.name, err)
		}
		byPage[s.page] = append(byPage[s.page], c.data)
		for name, data := range c.said {
			byPage[name] = append(byPage[name], data...)
		}
	}
	var c capture
	for _, o := range outcomes() {
		if _, err := composer(t, &c).says(o); err != nil {
			t.Fatal(err)
		}
	}
	reasons(t, composer(t, &c))
	workbooks(t, &c)
	if _, err := questions(t)["claim"](composer(t, &c)); err != nil { // a notice asks it
		t.Fatal(err)
	}
	for name, data := range c.said {
		byPage[name] = append(byPage[name], data...)
	}
	for _, page := range append(templates.Names(), templates.Sayings()...) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(byPage[page]); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "templates", "sample", page+".json")
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var want []map[string]any
		if err := json.Unmarshal(b.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		got, err := templates.Samples(page)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s differs from the letters; run go test ./notify -update twice", path)
		}
	}
}

// load checks the pages once for all tests: the trial of every sample takes its time.
var load = sync.OnceValues(func() (*templates.Set, []templates.Fault) { return templates.Load("") })

func pages(t *testing.T) *templates.Set {
	t.Helper()
	set, faults := load()
	for _, f := range faults {
		t.Error(f)
	}
	if set == nil {
		t.FailNow()
	}
	return set
}

// TestLettersReadAsWritten compares every letter, text and HTML, with its golden file.
func TestLettersReadAsWritten(t *testing.T) {
	set := pages(t)
	for _, s := range stories(t) {
		d, err := s.write(composer(t, set))
		if err != nil {
			t.Errorf("%s-%s: %v", s.page, s.name, err)
			continue
		}
		golden(t, s.page+"-"+s.name+".txt", envelope(d)+"\n"+d.Text)
		golden(t, s.page+"-"+s.name+".html", d.HTML)
	}
}

// envelope is everything of a draft that is not its body.
func envelope(d Draft) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Key: %s\nMessage-ID: %s\nSubject: %s\n", d.Key, d.MessageID, d.Subject)
	for _, to := range d.Deliveries {
		how := "To"
		if to.Copy {
			how = "Cc"
		}
		fmt.Fprintf(&b, "%s: %s\n", how, to.To)
	}
	if d.InReplyTo != "" {
		fmt.Fprintf(&b, "In-Reply-To: %s\nReferences: %s\n", d.InReplyTo, strings.Join(d.References, " "))
	}
	if !d.NotBefore.IsZero() {
		fmt.Fprintf(&b, "Not-Before: %s\n", d.NotBefore)
	}
	if !d.ReplyBy.IsZero() {
		fmt.Fprintf(&b, "Reply-By: %s\n", d.ReplyBy)
	}
	for _, f := range d.Files {
		fmt.Fprintf(&b, "File: %s\n", f.Name)
	}
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "Told: %s %s\n", f.Rule, f.Project)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "letters", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, then run go test ./notify -update. Got:\n%s", name, got)
	}
}

var forbidden = regexp.MustCompile(`非法|无效|校验失败|异常|系统错误|ERROR|<no value>|%!`)

// badge finds a coloured word in the HTML: its background and what is printed on it.
var badge = regexp.MustCompile(`background-color:(#c62828|#f2b800)[^>]*>([^<]*)<`)

// TestLettersKeepTheHouseRules checks every letter against the wording rules of rules.md
// and the rules for HTML that shows everywhere.
func TestLettersKeepTheHouseRules(t *testing.T) {
	set := pages(t)
	for _, s := range stories(t) {
		d, err := s.write(composer(t, set))
		if err != nil {
			t.Errorf("%s-%s: %v", s.page, s.name, err)
			continue
		}
		name := s.page + "-" + s.name
		for part, text := range map[string]string{"subject": d.Subject, "text": d.Text, "html": d.HTML} {
			if w := forbidden.FindString(text); w != "" {
				t.Errorf("%s: %s says %q", name, part, w)
			}
		}
		for _, why := range templates.SendableHTML(d.HTML) {
			t.Errorf("%s: %s", name, why)
		}
		if !regexp.MustCompile(`\[(W\d\d(-[A-Z]\d\d)?|OFFICE|I\d\d)\]$`).MatchString(d.Subject) {
			t.Errorf("%s: subject %q does not end in a token", name, d.Subject)
		}
		for _, b := range badge.FindAllStringSubmatch(d.HTML, -1) {
			if word := map[string]string{"#c62828": "红灯", "#f2b800": "黄灯"}[b[1]]; !strings.Contains(b[2], word) {
				t.Errorf("%s: colour %s is not printed as the word %s but %q", name, b[1], word, b[2])
			}
		}
		if !strings.Contains(d.Text, "000-0000-0000") || !strings.Contains(d.HTML, "000-0000-0000") {
			t.Errorf("%s: nobody to ask is named", name)
		}
	}
}
