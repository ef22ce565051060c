package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"regexp"

	"duban/templates"
)

// contactSheet is a page that shows many letters at once, for the eye: each as HTML beside
// its plain text, below an index. It needs no other file.
type contactSheet struct {
	Title  string
	Groups []sheetGroup
}

type sheetGroup struct {
	Title   string
	Entries []sheetEntry
}

// sheetEntry is one letter; without a Subject there is none, and Note is all there is to read.
type sheetEntry struct {
	Key, Mark, Note string
	Subject, Text   string
	HTML            template.HTML
	Files           []string // beside the page
}

//go:embed preview_sheet.html
var sheetPage string

func (s contactSheet) html() ([]byte, error) {
	t, err := template.New("sheet").Parse(sheetPage)
	if err != nil {
		return nil, fmt.Errorf("draw the page of letters: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, s); err != nil {
		return nil, fmt.Errorf("draw the page of letters: %w", err)
	}
	return out.Bytes(), nil
}

var bodyOf = regexp.MustCompile(`(?s)<body[^>]*>(.*)</body>`)

// body is what a letter's HTML shows. The pages of templates escape whatever they are given,
// so it may stand in a page as it is.
func body(letter string) template.HTML {
	if m := bodyOf.FindStringSubmatch(letter); m != nil {
		return template.HTML(m[1])
	}
	return template.HTML(letter)
}

// all writes every kind of letter, each in every way its samples have, as one page.
func (c *previewCmd) all(in *invocation) error {
	pages, err := in.pages()
	if err != nil {
		return err
	}
	sheet := contactSheet{Title: "各种信的样子"}
	for _, kind := range templates.Names() {
		samples, err := templates.Samples(kind)
		if err != nil {
			return err
		}
		group := sheetGroup{Title: kind}
		for i, data := range samples {
			subject, text, html, err := pages.Render(kind, data)
			if err != nil {
				return err
			}
			group.Entries = append(group.Entries, sheetEntry{Key: fmt.Sprintf("%s-%d", kind, i+1), Subject: subject, Text: text, HTML: body(html)})
		}
		sheet.Groups = append(sheet.Groups, group)
	}
	page, err := sheet.html()
	if err != nil {
		return err
	}
	return c.save(in, "all.html", page)
}
