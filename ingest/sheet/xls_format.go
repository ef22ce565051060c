package sheet

import "strings"

// builtinCodes are the format codes of the numbers that files use without spelling them. Above 22 they are those of Chinese
// Excel and WPS (ECMA-376 part 1, 18.8.30, zh-cn).
var builtinCodes = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
	22: "yyyy/m/d h:mm",
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`, 32: `h"时"mm"分"`,
	33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
	37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.00E+00", 49: "@",
	50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
	55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// generalIsNone drops the code that formats nothing.
func generalIsNone(code string) string {
	if strings.EqualFold(code, "General") {
		return ""
	}
	return code
}

// classify tells what a format code makes of a number. Only its first section counts: the others are for negatives, zero and
// text.
func classify(code string) Class {
	var m marks
	for c := []rune(code); len(c) > 0 && c[0] != ';'; {
		c = c[m.see(c):]
	}
	switch {
	case m.day, m.month && !m.clock:
		return ClassDate
	case m.clock:
		return ClassTime
	case m.percent:
		return ClassPercent
	case m.text && !m.digits:
		return ClassText
	}
	return ClassGeneral
}

// marks are what a format code contains; an m is a month unless hours or seconds make it minutes.
type marks struct{ day, month, clock, percent, text, digits bool }

// see notes what stands at the beginning of the code and tells how many characters it takes.
func (m *marks) see(c []rune) int {
	starts := func(word string) bool {
		return len(c) >= len(word) && strings.EqualFold(string(c[:len(word)]), word)
	}
	switch c[0] {
	case '"':
		return enclosed(c, '"')
	case '[':
		n := enclosed(c, ']')
		switch strings.ToLower(strings.Trim(string(c[:n]), "[]")) {
		case "h", "hh", "m", "mm", "s", "ss":
			m.clock = true
		}
		return n
	case '\\', '_', '*', '!': // the next character is shown or skipped as it is
		return min(2, len(c))
	case 'G', 'g':
		if starts("general") {
			return len("general")
		}
	case 'E', 'e':
		if starts("e+") || starts("e-") {
			return 2
		}
		m.day = true // the year of an era
	case 'A', 'a':
		switch {
		case starts("am/pm"):
			m.clock = true
			return len("am/pm")
		case starts("a/p"):
			m.clock = true
			return len("a/p")
		case starts("aaa"): // the weekday
			m.day = true
		}
	case 'y', 'Y', 'd', 'D':
		m.day = true
	case 'm', 'M':
		m.month = true
	case 'h', 'H', 's', 'S':
		m.clock = true
	case '%':
		m.percent = true
	case '@':
		m.text = true
	case '#', '?', '0':
		m.digits = true
	}
	return 1
}

// enclosed is the length of what reaches from the first character to the closing one; one that never closes takes the rest.
func enclosed(c []rune, closing rune) int {
	for i := 1; i < len(c); i++ {
		if c[i] == closing {
			return i + 1
		}
	}
	return len(c)
}
