package sheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The ways a date is typed, after folding: full-width forms, blanks, a weekday and a time of day are gone and Chinese
// digits are Arabic.
var (
	dayDate   = regexp.MustCompile(`^(\d{4}|\d{2})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})(?:日|号)?$`)
	tightDate = regexp.MustCompile(`^(20\d{2}|19\d{2})(\d{2})(\d{2})$`)
	monthDate = regexp.MustCompile(`^(\d{4})(?:年|[-./])(\d{1,2})月?$`)
	monthEnd  = regexp.MustCompile(`^(\d{4})(?:年|[-./])(\d{1,2})月(?:底|末)$`)
	endOfYear = regexp.MustCompile(`^(\d{4})年?(?:年底|底|年末|末)$`)
	noYear    = regexp.MustCompile(`^(\d{1,2})(?:月|[-./])(\d{1,2})(?:日|号)?$`)
	bareEnd   = regexp.MustCompile(`^(\d{1,2})月(?:底|末)$`)
	clock     = regexp.MustCompile(`[t日号 ]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:z|[+-]\d{2}:?\d{2})?$`)
	weekday   = regexp.MustCompile(`\(?(?:周|星期|礼拜)[一二三四五六日天]\)?`)
	until     = regexp.MustCompile(`(?:之前|以前|前|止)$`)
	guess     = regexp.MustCompile(`^(?:预计|计划|约|大约|力争|争取|拟|暂定|大概)`)
	hanDigits = regexp.MustCompile(`[〇零○一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+`)
	hanZero   = regexp.MustCompile(`([〇零○一二三四五六七八九])[o0]`)
)

// foldDate folds the text of a date.
func foldDate(s string) string {
	s = strings.ToLower(foldWidth(trimText(s)))
	s = weekday.ReplaceAllString(s, "")
	if t := clock.FindString(s); t != "" && len(t) < len(s) {
		cut := s[:len(s)-len(t)]
		if strings.HasPrefix(t, "日") || strings.HasPrefix(t, "号") {
			cut += "日"
		}
		s = cut
	}
	s = hanZero.ReplaceAllString(dropBlanks(s), "${1}〇") // 二O二六年
	s = hanDigits.ReplaceAllStringFunc(s, arabic)
	return strings.TrimRight(s, "。;,、")
}

// arabic turns Chinese digits into Arabic ones: 二〇二六 digit by digit, 十一 and 二十 as numerals.
func arabic(s string) string {
	if !strings.ContainsAny(s, "十拾") {
		var b strings.Builder
		for _, r := range s {
			b.WriteString(strconv.FormatInt(chineseDigits[r], 10))
		}
		return b.String()
	}
	if n, ok := chineseNumber(s); ok {
		return n
	}
	return s
}

// readDate reads the text of a date. about is the day the report is about; a date without a year is certain only where
// soon says that it lies close to that day, as the deadline of a request does. rule names the doubt.
func readDate(raw string, about time.Time, soon bool, rule string) reading {
	if plain := withoutMarks(raw); plain != raw {
		return offered(readDate(plain, about, soon, rule), rule)
	}
	s := foldDate(raw)
	if soon {
		if cut := until.ReplaceAllString(s, ""); cut != s {
			s = cut
		}
	}
	firm := guess.ReplaceAllString(s, "")
	r := dateOf(firm, about, soon)
	if r.text == "" && r.near == "" {
		return reading{doubt: rule}
	}
	if firm != s || r.text == "" { // 预计2027年6月 is a guess of the department's, not a date
		near := r.text
		if near == "" {
			near = r.near
		}
		return reading{doubt: rule, near: near}
	}
	return r
}

var (
	spanTitle = regexp.MustCompile(`年限|工期|起止`)
	spanEnd   = regexp.MustCompile(`^.*?\d[年月日]?(?:[—–~至到]+|-)(20\d\d[-年./月日\d]*)$`)
	bareYear  = regexp.MustCompile(`^(20\d\d)年?$`)
)

// readSpan reads the end of a span of years or days: "2024-2026" is "2026", "2024.3—2026.11" is "2026-11". The columns
// that hold spans (建设年限) also hold lengths such as 24个月, which name no day and are no mistake.
func readSpan(raw string, about time.Time) reading {
	s := foldDate(raw)
	if m := spanEnd.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := bareYear.FindStringSubmatch(s); m != nil {
		return reading{text: m[1]}
	}
	r := dateOf(s, about, false)
	return reading{text: r.text}
}

// dateOf reads a folded date that says nothing else.
func dateOf(s string, about time.Time, soon bool) reading {
	if m := dayDate.FindStringSubmatch(s); m != nil {
		return day(fourDigits(m[1]), atoi(m[2]), atoi(m[3]))
	}
	if m := tightDate.FindStringSubmatch(s); m != nil {
		return day(atoi(m[1]), atoi(m[2]), atoi(m[3]))
	}
	if m := monthEnd.FindStringSubmatch(s); m != nil {
		return lastDay(atoi(m[1]), atoi(m[2]))
	}
	if m := endOfYear.FindStringSubmatch(s); m != nil {
		return lastDay(atoi(m[1]), 12)
	}
	if m := monthDate.FindStringSubmatch(s); m != nil {
		if y, mon := atoi(m[1]), atoi(m[2]); plausibleYear(y) && mon >= 1 && mon <= 12 {
			return reading{text: fmt.Sprintf("%04d-%02d", y, mon), notes: []string{noteVagueDate}}
		}
		return reading{}
	}
	if m := noYear.FindStringSubmatch(s); m != nil {
		mon := atoi(m[1])
		return withoutYear(day(yearNear(mon, about), mon, atoi(m[2])), soon && strings.Contains(s, "月"))
	}
	if m := bareEnd.FindStringSubmatch(s); m != nil {
		mon := atoi(m[1])
		return withoutYear(lastDay(yearNear(mon, about), mon), soon)
	}
	return reading{}
}

// withoutYear marks a date whose year was not written.
func withoutYear(r reading, certain bool) reading {
	if certain {
		if r.text != "" {
			r.notes = append(r.notes, noteYear)
		}
		return r
	}
	return reading{near: r.text}
}

// yearNear is the year in which the month lies within half a year of the day.
func yearNear(month int, about time.Time) int {
	if about.IsZero() {
		return 0
	}
	switch diff := month - int(about.Month()); {
	case diff < -6:
		return about.Year() + 1
	case diff > 6:
		return about.Year() - 1
	}
	return about.Year()
}

func fourDigits(s string) int {
	n := atoi(s)
	if len(s) == 2 {
		n += 2000
	}
	return n
}

func plausibleYear(y int) bool { return y >= 1950 && y <= 2100 }

// day is a date that exists; the zero reading when it does not.
func day(y, m, d int) reading {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if !plausibleYear(y) || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return reading{}
	}
	return reading{text: t.Format(time.DateOnly)}
}

func lastDay(y, m int) reading {
	if !plausibleYear(y) || m < 1 || m > 12 {
		return reading{}
	}
	return reading{text: time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), notes: []string{noteVagueDate}}
}

// serialDate is the day a stored day number stands for; "" when it stands for none.
func serialDate(number string, date1904 bool) string {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f != f || f < 0 || f > 2_958_465 {
		return ""
	}
	days := int(f + 1e-9)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60: // the 1900 system counts a 29 February 1900 that never was
		start = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return start.AddDate(0, 0, days).Format(time.DateOnly)
}
