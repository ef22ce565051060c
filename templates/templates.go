// Package templates holds every sentence a person reads, as files the office may change.
//
// A page is one letter: NAME.txt.tmpl gives its subject (the first line, after 主题:) and
// its plain text, NAME.html.tmpl the same as HTML. Files named part-*.tmpl are shared by
// several pages; a few words stand inside other letters and have a text only (say.go). The
// files are built in; Load lays the office's own over them, file by
// file, and refuses them all, with every fault named, when one could not be sent.
//
// Read templates.go (Set, Names, Render), say.go, load.go (the office's files over the built-in ones),
// then check.go (what a template may do), fields.go (the names it may use), trial.go (the
// rendering of samples that finds unsendable HTML), plain.go (what a template is given) and
// sample.go (the data of `duban preview --sample`).
package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	texttemplate "text/template"
)

//go:embed *.tmpl
var builtIn embed.FS

// MaxOutput bounds the text and the HTML of one page, in bytes each.
const MaxOutput = 256 << 10

// subjectMark begins the first line of every page's text.
const subjectMark = "主题:"

// maxSubject bounds a subject in characters; mail programs show far less.
const maxSubject = 120

// ErrTooLong is returned by Render for a page that passes MaxOutput.
var ErrTooLong = errors.New("page is longer than 256 KB")

// Set is a checked, complete set of pages. It is immutable.
type Set struct {
	text *texttemplate.Template
	html *template.Template
}

// Names lists the pages in the order of the week.
func Names() []string {
	return []string{
		"form",
		"due",
		"receipt",
		"correction",
		"resend",
		"answer",
		"fault",
		"amended",
		"resubmit",
		"late",
		"preview",
		"hold",
		"proposal",
		"decided",
		"escalation",
		"lateok",
		"registry",
		"circular",
		"rectify",
		"summary",
		"own",
		"formal",
		"standing",
		"corrected",
		"request",
		"requestnote",
		"requestdue",
		"requestup",
		"answered",
		"closed",
		"urgent",
		"visit",
		"visits",
		"permit",
		"scores",
		"score",
		"meeting",
		"owner",
		"expiry",
		"notice",
		"health",
		"calendar",
		"daily",
		"terms",
	}
}

// Render writes the named page: its subject on one line, its text and its HTML. data is
// first turned into plain maps, lists and strings, so that no template ever holds a live
// object. A missing field is an error.
func (s *Set) Render(name string, data any) (subject, text, html string, err error) {
	given, err := plain(data)
	if err != nil {
		return "", "", "", fmt.Errorf("page %s: %w", name, err)
	}
	var t, h limited
	if err := s.text.ExecuteTemplate(&t, name+".txt", given); err != nil {
		return "", "", "", fmt.Errorf("page %s: %w", name, err)
	}
	if err := s.html.ExecuteTemplate(&h, name+".html", given); err != nil {
		return "", "", "", fmt.Errorf("page %s: %w", name, err)
	}
	subject, text, err = cutSubject(t.String())
	if err != nil {
		return "", "", "", fmt.Errorf("page %s: %w", name, err)
	}
	return subject, text, tidyHTML(h.String()), nil
}

// cutSubject parts the first line from the text and tidies both.
func cutSubject(page string) (subject, text string, err error) {
	first, rest, _ := strings.Cut(strings.TrimLeft(page, "\n "), "\n")
	subject, ok := strings.CutPrefix(strings.TrimSpace(first), subjectMark)
	if subject = strings.TrimSpace(subject); !ok || subject == "" {
		return "", "", errNoSubject
	}
	if r := []rune(subject); len(r) > maxSubject {
		// The token at the end is what replies are recognised by, so the middle goes.
		subject = string(r[:maxSubject-20]) + "…" + string(r[len(r)-19:])
	}
	return subject, tidyText(rest), nil
}

var errNoSubject = errors.New("the text does not begin with a line 主题:…")

var (
	lineEnds   = regexp.MustCompile(`[ \t]+\n`)
	emptyLines = regexp.MustCompile(`\n{3,}`)
	htmlGaps   = regexp.MustCompile(`\n\s*\n+`)
)

// tidyText drops what the lines of {{if}} and {{range}} leave behind: trailing blanks and
// more than one empty line.
func tidyText(s string) string {
	s = emptyLines.ReplaceAllString(lineEnds.ReplaceAllString(s, "\n"), "\n\n")
	return strings.TrimSpace(s) + "\n"
}

func tidyHTML(s string) string { return strings.TrimSpace(htmlGaps.ReplaceAllString(s, "\n")) + "\n" }

// limited is a buffer that refuses to pass MaxOutput, so that no template can fill the
// memory.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > MaxOutput {
		return 0, ErrTooLong
	}
	return l.Buffer.Write(p)
}
