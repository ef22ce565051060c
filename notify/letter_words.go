package notify

import (
	"fmt"
	"math"
	header "net/mail"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// How much of a foreign text a letter quotes, in characters.
const (
	quoteCell = 60  // what stands in a cell
	quoteText = 160 // a problem, a request, a sentence
)

// at writes an instant as letters do: "9月18日15:20".
func (c *Composer) at(t time.Time) string {
	t = t.In(c.Schedule.Zone)
	return fmt.Sprintf("%d月%d日%02d:%02d", t.Month(), t.Day(), t.Hour(), t.Minute())
}

// fullAt is at with its year, for what must not be mistaken.
func (c *Composer) fullAt(t time.Time) string {
	return fmt.Sprintf("%d年%s", t.In(c.Schedule.Zone).Year(), c.at(t))
}

// clockSlack is how far the time a mail bears may lie from its receipt without a word: mail
// takes its time on the way.
const clockSlack = time.Hour

// written is the time a mail bears, with its year, when that is far from the time the mailbox
// received it; else "". It decides nothing, but a department whose clock is wrong believes it.
func (c *Composer) written(m *state.Mail) string {
	if m == nil {
		return ""
	}
	at, err := header.ParseDate(m.SentDate)
	if err != nil || at.Sub(m.Received).Abs() <= clockSlack {
		return ""
	}
	return c.fullAt(at)
}

// onDay writes a day: "9月18日".
func (c *Composer) onDay(t time.Time) string {
	t = t.In(c.Schedule.Zone)
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

// isoDay writes "2026-09-30" as "9月30日"; what is no such day stands as it is.
func isoDay(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

// weekNo is the week's number as people say it: "38".
func weekNo(w state.Week) string { return strconv.Itoa(w.No) }

// token ends a subject, so that a reply can be recognised: "[W38-D04]".
func token(w state.Week, target string) string {
	if w.IsZero() {
		return "[OFFICE]"
	}
	if target == "" {
		return fmt.Sprintf("[W%02d]", w.No)
	}
	return fmt.Sprintf("[W%02d-%s]", w.No, target)
}

// cut shortens a text for a letter; the whole stands in the attachment.
func cut(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return strings.TrimSpace(string(r[:limit])) + "……(全文见附件)"
	}
	return s
}

// trim shortens a text where there is no attachment to refer to.
func trim(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "……"
	}
	return s
}

// rate writes a percentage with one decimal, without its sign: "64.1".
func rate(pct *float64) string {
	if pct == nil {
		return ""
	}
	return strconv.FormatFloat(*pct, 'f', 1, 64)
}

// points writes how far two percentages are apart, without a sign.
func points(gap *float64) string {
	if gap == nil {
		return ""
	}
	return strconv.FormatFloat(math.Abs(*gap), 'f', 1, 64)
}

// wan writes 万元 with a separator every three digits: "298,795".
func wan(f state.Fen) string {
	s := f.Wan()
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, part, dotted := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + part
	}
	return sign + whole
}

// count writes a number, "" for none, so that a template's {{if}} reads it.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
