package sheet

import "strings"

// builtinCode is the format code of a number that files use without spelling it; "" is General or unknown. Above 22 the codes
// are those of Chinese Excel and WPS (ECMA-376 part 1, 18.8.30, zh-cn).
func builtinCode(id int) string {
	switch id {
	case 1:
		return "0"
	case 2:
		return "0.00"
	case 3:
		return "#,##0"
	case 4:
		return "#,##0.00"
	case 9:
		return "0%"
	case 10:
		return "0.00%"
	case 11, 48:
		return "0.00E+00"
	case 12:
		return "# ?/?"
	case 13:
		return "# ??/??"
	case 14:
		return "yyyy/m/d"
	case 15:
		return "d-mmm-yy"
	case 16:
		return "d-mmm"
	case 17:
		return "mmm-yy"
	case 18:
		return "h:mm AM/PM"
	case 19:
		return "h:mm:ss AM/PM"
	case 20:
		return "h:mm"
	case 21:
		return "h:mm:ss"
	case 22:
		return "yyyy/m/d h:mm"
	case 27, 36, 50, 52, 57:
		return `yyyy"年"m"月"`
	case 28, 29, 51, 53, 54, 58:
		return `m"月"d"日"`
	case 30:
		return "m-d-yy"
	case 31:
		return `yyyy"年"m"月"d"日"`
	case 32:
		return `h"时"mm"分"`
	case 33:
		return `h"时"mm"分"ss"秒"`
	case 34, 55:
		return `上午/下午h"时"mm"分"`
	case 35, 56:
		return `上午/下午h"时"mm"分"ss"秒"`
	case 37, 38:
		return "#,##0;-#,##0"
	case 39, 40:
		return "#,##0.00;-#,##0.00"
	case 45:
		return "mm:ss"
	case 46:
		return "[h]:mm:ss"
	case 47:
		return "mm:ss.0"
	case 49:
		return "@"
	}
	return ""
}

// classify tells what a format code makes of a number. Only its first section counts: the others are for negatives, zero and
// text.
func classify(code string) Class {
	var day, month, clock, percent, text, digits bool
	c := []rune(code)
scan:
	for i := 0; i < len(c); i++ {
		switch c[i] {
		case ';':
			break scan
		case '"':
			for i++; i < len(c) && c[i] != '"'; i++ {
			}
		case '\\', '_', '*', '!':
			i++
		case '[':
			start := i + 1
			for i++; i < len(c) && c[i] != ']'; i++ {
			}
			switch strings.ToLower(string(c[start:min(i, len(c))])) {
			case "h", "hh", "m", "mm", "s", "ss":
				clock = true
			}
		case 'G', 'g':
			if word := "general"; len(c)-i >= len(word) && strings.EqualFold(string(c[i:i+len(word)]), word) {
				i += len(word) - 1
			}
		case 'E', 'e':
			if i+1 < len(c) && (c[i+1] == '+' || c[i+1] == '-') {
				i++
			} else {
				day = true // the year of an era
			}
		case 'A', 'a':
			rest := strings.ToLower(string(c[i:min(i+5, len(c))]))
			switch {
			case rest == "am/pm":
				clock = true
				i += 4
			case strings.HasPrefix(rest, "a/p"):
				clock = true
				i += 2
			case strings.HasPrefix(rest, "aaa"): // the weekday
				day = true
				i += 2
			}
		case 'y', 'Y', 'd', 'D':
			day = true
		case 'm', 'M':
			month = true
		case 'h', 'H', 's', 'S':
			clock = true
		case '%':
			percent = true
		case '@':
			text = true
		case '#', '?':
			digits = true
		}
	}
	switch {
	case day, month && !clock:
		return ClassDate
	case clock:
		return ClassTime
	case percent:
		return ClassPercent
	case text && !digits:
		return ClassText
	}
	return ClassGeneral
}
