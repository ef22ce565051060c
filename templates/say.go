package templates

import (
	"errors"
	"fmt"
	"strings"
)

// Sayings lists the words that stand inside other letters and in workbooks: what the office is
// asked to decide (ask-…: the first line is the title, every other line a point), what came of it
// (outcome), why a circular names somebody (ground), why a light is as it is (light), why points
// were taken (deduction), what is wrong with duban, for the status page (alert); and what the
// workbooks say beside the figures (book-…: title, note and the heading of each column, a line
// each; book-cell what a cell says). Each is one plain text, NAME.txt.tmpl.
func Sayings() []string {
	return []string{
		"ask-escalation",
		"ask-circular",
		"ask-change",
		"ask-addition",
		"ask-score",
		"ask-request",
		"ask-handover",
		"ask-claim",
		"ask-adopt",
		"outcome",
		"ground",
		"light",
		"deduction",
		"alert",
		"book-overview",
		"book-charts",
		"book-class",
		"book-lights",
		"book-issues",
		"book-reporting",
		"book-changes",
		"book-agenda",
		"book-cell",
	}
}

// Say writes the named words, line by line, without the empty lines; there is always one.
func (s *Set) Say(name string, data any) ([]string, error) {
	given, err := plain(data)
	if err != nil {
		return nil, fmt.Errorf("words %s: %w", name, err)
	}
	var t limited
	if err := s.text.ExecuteTemplate(&t, name+".txt", given); err != nil {
		return nil, fmt.Errorf("words %s: %w", name, err)
	}
	var lines []string
	for line := range strings.Lines(t.String()) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("words %s: %w", name, errNoWords)
	}
	return lines, nil
}

var errNoWords = errors.New("the file says nothing for this case")
