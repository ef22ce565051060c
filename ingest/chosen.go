package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duban/state"
)

// Which of a mail's files are its report. People answer in old threads, send the form back
// beside the filled one and forward whole conversations; what is only carried along is noted
// and never counted.

// Why a workbook that was read does not count, as Book.Refused: reasons of the rule
// attachment-unused.
const (
	asideQuoted = "quoted-mail"   // it hangs in an attached mail, below the sender's own workbook
	asideBlank  = "blank-form"    // the empty form, beside a filled one
	asideOlder  = "earlier-issue" // an earlier week of the same report, by the files' names
)

// reports are the workbooks of a mail: without the pictures that hang inside its text and
// the envelope of a signature, and with those set aside that are only carried along.
func reports(o Opened) []state.Book {
	inline := map[string]bool{}
	for _, a := range o.Message.Attachments {
		if a.Inline {
			inline[a.Name] = true
		}
	}
	sealed := slices.ContainsFunc(o.Message.Problems, isSeal)
	books := slices.DeleteFunc(slices.Clone(o.Books), func(b state.Book) bool {
		return b.Refused == "image" && inline[b.Name] || sealed && b.Refused != "" && strings.HasSuffix(strings.ToLower(b.Name), ".p7m")
	})
	newest := latestIssue(books, o.Message.Subject)
	own := slices.ContainsFunc(books, func(b state.Book) bool { return filled(b) && b.Way != wayNested })
	any := slices.ContainsFunc(books, filled)
	for i := range books {
		b := &books[i]
		switch {
		case b.Refused != "":
		case own && b.Way == wayNested:
			setAside(b, asideQuoted)
		case any && !filled(*b) && len(readable(*b)) > 0:
			setAside(b, asideBlank)
		case newest[b.Name]:
			setAside(b, asideOlder)
		}
	}
	return books
}

// wayNested is Book.Way of a workbook out of an attached mail.
const wayNested = "nested-message"

func isSeal(problem string) bool { return problem == MailEncrypted || problem == MailOpaque }

// setAside keeps a workbook's name and bytes, and none of its rows.
func setAside(b *state.Book, reason string) {
	b.Refused, b.Sheets, b.Findings, b.Week = reason, nil, nil, state.Week{}
}

func filled(b state.Book) bool { return b.Refused == "" && len(b.Rows()) > 0 }

// readable are the sheets with a header.
func readable(b state.Book) []state.Sheet {
	return slices.DeleteFunc(slices.Clone(b.Sheets), func(s state.Sheet) bool { return s.Skipped != "" })
}

// issue is what a file's name says of the week or day of a report: 第47周, 11月20日, 20261120.
var issue = regexp.MustCompile(`第\s*\d{1,2}\s*[周期]|\d{1,2}月\d{1,2}日|20\d{6}|20\d\d[-.]\d{1,2}[-.]\d{1,2}`)

// latestIssue tells which workbooks are older issues of a report that the mail carries anew:
// their names differ from another's in the week or day alone. The issue the subject names
// counts; else the last one.
func latestIssue(books []state.Book, subject string) map[string]bool {
	older := map[string]bool{}
	for _, b := range books {
		for _, other := range books {
			if b.Name == other.Name || !filled(b) || !filled(other) || !issue.MatchString(b.Name) ||
				issue.ReplaceAllString(b.Name, "#") != issue.ReplaceAllString(other.Name, "#") {
				continue
			}
			mine, theirs := issue.FindString(b.Name), issue.FindString(other.Name)
			named := strings.Contains(subject, mine)
			if strings.Contains(subject, theirs) && !named || !named && slices.Compare(figures(mine), figures(theirs)) < 0 {
				older[b.Name] = true
			}
		}
	}
	return older
}

var digits = regexp.MustCompile(`\d+`)

// figures are the numbers in a text, in order.
func figures(text string) []int {
	var out []int
	for _, d := range digits.FindAllString(text, -1) {
		n, _ := strconv.Atoi(d) // eight digits at most
		out = append(out, n)
	}
	return out
}
