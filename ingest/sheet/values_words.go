package sheet

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// choice is the word of the form a text stands for; "" when it is none of them.
func (x *lexicon) choice(c column, text string) string {
	words := x.choices[c.column.ID]
	if words == nil || len(text) > maxHeader {
		return ""
	}
	return words[markerKey(text)]
}

func (x *reader) choose(c column, cell Cell) reading {
	text := trimText(display(cell, x.date1904))
	if word := x.choice(c, text); word != "" {
		return sure(word)
	}
	if cell.Kind != KindText {
		return sure(text, noteUnknownChoice)
	}
	return sure(simplify(text), noteUnknownChoice)
}

// words reads a text column: the text as it stands, its script folded.
func (x *reader) words(c column, cell Cell) reading {
	if cell.Kind == KindDate || cell.Kind == KindNumber && cell.Class == ClassDate {
		return reading{doubt: ruleBecameDate, near: typedBefore(c, display(cell, x.date1904))}
	}
	text := trimText(display(cell, x.date1904))
	if c.column.ID == colPhone {
		return sure(phone(text))
	}
	if cell.Kind == KindText && isPercentText(text) {
		return sure(dropBlanks(foldWidth(text)))
	}
	return sure(simplify(text))
}

// isPercentText tells whether a text is nothing but a percentage, which may be typed full width.
func isPercentText(text string) bool {
	if len(text) > 30 || !strings.ContainsAny(text, "%％") {
		return false
	}
	return figure.MatchString(strings.TrimSuffix(dropBlanks(foldWidth(text)), "%"))
}

// typedBefore is what was probably typed before the program made a date of it: "1-2" in a column of numbers, else the day.
func typedBefore(c column, iso string) string {
	if t, err := time.Parse(time.DateOnly, iso); err == nil && c.column.ID == colSeq {
		return t.Format("1-2")
	}
	return iso
}

var (
	mobiles   = regexp.MustCompile(`\b(1\d{10})\s+\b`) // a mobile number and a blank: what follows is another one
	manyMarks = regexp.MustCompile(`;+`)
)

var phoneMarks = strings.NewReplacer("转", "-", "\n", ";", "、", ";", ",", ";", "/", ";", " ", "", "\t", "")

// phone folds a telephone number: width, blanks, the word before an extension, what stands between two numbers and what
// counts them.
func phone(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.No, r) { // ①0571-… ②138…
			return ';'
		}
		return r
	}, text)
	text = mobiles.ReplaceAllString(foldWidth(text), "$1;")
	return strings.Trim(manyMarks.ReplaceAllString(phoneMarks.Replace(text), ";"), ";")
}

// display is what a cell shows, exact where the program would round: a number without noise, a percentage with its sign, a
// date as ISO text.
func display(cell Cell, date1904 bool) string {
	if cell.Kind == KindDate {
		iso, _, _ := strings.Cut(cell.Text, "T")
		return iso
	}
	if cell.Kind != KindNumber {
		return cell.Text
	}
	switch cell.Class {
	case ClassPercent:
		if text, ok := timesHundred(cell.Text); ok {
			return text + "%"
		}
	case ClassDate:
		if iso := serialDate(cell.Text, date1904); iso != "" {
			return iso
		}
	}
	if text, ok := plainDecimal(cell.Text); ok {
		return text
	}
	return cell.Text
}
