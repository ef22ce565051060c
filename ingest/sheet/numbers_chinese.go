package sheet

import "strconv"

// Chinese digits and powers of ten, everyday and financial, simplified and traditional.
var (
	chineseDigits = map[rune]int64{
		'〇': 0, '零': 0, '○': 0, '一': 1, '壹': 1, '二': 2, '贰': 2, '貳': 2, '两': 2, '三': 3, '叁': 3, '參': 3, '四': 4, '肆': 4, '五': 5, '伍': 5,
		'六': 6, '陆': 6, '陸': 6, '七': 7, '柒': 7, '八': 8, '捌': 8, '九': 9, '玖': 9,
	}
	chinesePowers = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}
)

// maxChinese bounds the length of a numeral; 九千九百九十九亿… has fewer characters.
const maxChinese = 40

// chineseNumber reads a whole numeral such as 叁万柒仟捌佰肆拾伍 or 二百一十, a 元 or 元整 behind it ignored. It does not
// read digits strung together (二〇二六), which are years, nor anything with other characters in it.
func chineseNumber(s string) (string, bool) {
	runes := []rune(s)
	for len(runes) > 0 && (runes[len(runes)-1] == '元' || runes[len(runes)-1] == '整') {
		runes = runes[:len(runes)-1]
	}
	if len(runes) == 0 || len(runes) > maxChinese {
		return "", false
	}
	var total, section, digit int64 // 亿 and above; below 万; the digit waiting for its power
	var myriads int64
	waiting, digits := false, false
	for i, r := range runes {
		if d, ok := chineseDigits[r]; ok {
			if waiting && digit != 0 {
				return "", false
			}
			digit, waiting, digits = d, true, true
			continue
		}
		if p, ok := chinesePowers[r]; ok {
			if !waiting && (p != 10 || i != 0 && section != 0) {
				return "", false
			}
			if !waiting {
				digit, digits = 1, true // 十五
			}
			section += digit * p
			digit, waiting = 0, false
			continue
		}
		section += digit
		digit, waiting = 0, false
		if total+myriads+section > 1e9 { // a trillion 元 and more: no project costs that, and the products must not overflow
			return "", false
		}
		switch r {
		case '万', '萬':
			myriads = (myriads + section) * 10_000
		case '亿', '億':
			total = (total + myriads + section) * 100_000_000
			myriads = 0
		default:
			return "", false
		}
		section = 0
	}
	if !digits {
		return "", false
	}
	return strconv.FormatInt(total+myriads+section+digit, 10), true
}
