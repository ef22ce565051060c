package ingest

import (
	"regexp"
	"strings"
)

// The lines with which mailers introduce what they quote. All are matched against one trimmed
// line.
var (
	quoteRule = regexp.MustCompile(`^[-—_=*>\s]{2,}\s*(原始邮件|原邮件|原始信息|回复的原邮件|转发的原邮件|转发邮件|转发邮件信息|转发的邮件|以下是转发的邮件|邮件原件|引用|` +
		`Original( Message)?|Forwarded [Mm]essage|Forwarded by .*|Reply Message|Replied Message)\s*[-—_=*]*$`)
	quoteWrote = regexp.MustCompile(`^(>\s*)?((在|於|于).{4,200}(写道|寫道|写到|編寫|编写)\s*[:：]?|` +
		`(On|At) .{4,200}wrote\s*[:：]|.{0,80}(于|於)\s?\d{4}.{4,80}(写道|寫道)\s*[:：]?)$`)
	quoteWroteHead = regexp.MustCompile(`^(>\s*)?((在|於|于)\s*\d{4}.{4,200}|(On|At) .{0,30}\d{4}.{0,200})$`)
	quoteWroteTail = regexp.MustCompile(`(写道|寫道|wrote)\s*[:：]$`)
	quoteFrom      = regexp.MustCompile(`^[*\s]*(发件人|寄件人|寄件者|發件人|From)\s*[*]*\s*[:：]`)
	quoteHead      = regexp.MustCompile(`^[*\s]*(发送时间|发送日期|日期|时间|寄件日期|收件人|收件者|抄送|主题|主旨|Sent|Date|To|Cc|Subject)\s*[*]*\s*[:：]`)
)

// splitQuoted parts what the sender wrote from what they quote: the mail being answered, in
// the styles of Foxmail, Outlook, QQ, 163, Coremail, iPhone and Thunderbird, and lines that
// begin with ">". Both are trimmed.
func splitQuoted(text string) (own, quoted string) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	cut := len(lines)
	for i := range lines {
		if startsQuote(lines, i) {
			cut = i
			break
		}
	}
	var mine, theirs []string
	for _, line := range lines[:cut] {
		if strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			theirs = append(theirs, line)
			continue
		}
		mine = append(mine, line)
	}
	rest := lines[cut:]
	// An answer below the quotation: lines without ">" behind a block of lines with it.
	if below, ok := answerBelow(rest); ok {
		mine = append(mine, below...)
		rest = rest[:len(rest)-len(below)]
	}
	theirs = append(theirs, rest...)
	for len(mine) > 0 && isSeparator(mine[len(mine)-1]) {
		mine = mine[:len(mine)-1]
	}
	return tidyLines(strings.Join(mine, "\n")), strings.TrimSpace(strings.Join(theirs, "\n"))
}

// startsQuote reports whether the quoted mail begins at line i.
func startsQuote(lines []string, i int) bool {
	line := strings.TrimSpace(lines[i])
	if line == "" || len(line) > 1000 {
		return false
	}
	if quoteRule.MatchString(line) || quoteWrote.MatchString(line) {
		return true
	}
	if quoteWroteHead.MatchString(line) { // folded over two or three lines
		for _, next := range lines[i+1 : min(i+3, len(lines))] {
			if quoteWroteTail.MatchString(strings.TrimSpace(next)) {
				return true
			}
		}
	}
	if !quoteFrom.MatchString(line) {
		return false
	}
	for _, next := range lines[i+1 : min(i+6, len(lines))] {
		if quoteHead.MatchString(strings.TrimSpace(next)) {
			return true
		}
	}
	return false
}

// answerBelow finds the words written under a quotation whose every line is marked with ">".
func answerBelow(lines []string) (below []string, ok bool) {
	last := -1
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			last = i
		}
	}
	if last < 0 {
		return nil, false
	}
	below = lines[last+1:]
	for _, line := range below {
		if startsQuote(below, 0) || quoteHead.MatchString(line) {
			return nil, false
		}
	}
	return below, strings.TrimSpace(strings.Join(below, "")) != ""
}

// isSeparator recognises the rule or blank line left over above a quotation.
func isSeparator(line string) bool {
	return strings.Trim(line, "-_=—* \t\r") == ""
}
