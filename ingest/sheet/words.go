package sheet

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// gb2312 is the set of Chinese characters of GB 2312. Text written with these alone is simplified already, so that only
// what it cannot spell needs the dictionaries.
var gb2312 = sync.OnceValue(func() *[1 << 16]bool {
	set := new([1 << 16]bool)
	decoder := simplifiedchinese.GBK.NewDecoder()
	for hi := byte(0xB0); hi <= 0xF7; hi++ {
		for lo := byte(0xA1); lo <= 0xFE; lo++ {
			s, err := decoder.String(string([]byte{hi, lo}))
			if r := []rune(s); err == nil && len(r) == 1 && r[0] < 1<<16 && r[0] != unicode.ReplacementChar {
				set[r[0]] = true
			}
		}
	}
	return set
})

// traditional is the converter from traditional to simplified script, loaded when the first such text is met.
var traditional = sync.OnceValues(func() (*opencc.OpenCC, error) { return opencc.New("t2s") })

// simplify folds traditional script. Rare characters that have no simplified form are kept, and so is the text around them.
func simplify(s string) string {
	known := gb2312()
	var converter *opencc.OpenCC
	for _, r := range s {
		if r < '⺀' || r < 1<<16 && known[r] || !unicode.Is(unicode.Han, r) {
			continue
		}
		if converter == nil {
			var err error
			if converter, err = traditional(); err != nil {
				return s // the dictionaries are embedded; without them text stays as typed
			}
		}
		if one, err := converter.Convert(string(r)); err == nil && one != string(r) {
			if whole, err := converter.Convert(s); err == nil {
				return whole
			}
		}
	}
	return s
}

// radicals are the radicals of simplified script in the CJK Radicals Supplement that Unicode does not decompose though
// they look like, and are typed for, ordinary characters.
var radicals = strings.NewReplacer(
	"⺠", "民", "⻁", "虎", "⻄", "西", "⻅", "见", "⻆", "角", "⻉", "贝", "⻋", "车", "⻓", "长", "⻔", "门", "⻘", "青",
	"⻙", "韦", "⻚", "页", "⻛", "风", "⻜", "飞", "⻝", "食", "⻢", "马", "⻣", "骨", "⻤", "鬼", "⻥", "鱼", "⻦", "鸟",
	"⻨", "麦", "⻩", "黄", "⻬", "齐", "⻮", "齿", "⻰", "龙", "⻳", "龟",
)

// foldWidth brings look-alikes together: full-width and compatibility forms, radicals, invisible characters. White space
// stays, as plain spaces and line breaks.
func foldWidth(s string) string {
	if isPlain(s) {
		return s
	}
	s = radicals.Replace(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r), r == '\u034f', unicode.Is(unicode.Variation_Selector, r):
			return -1
		case r == '−', r == '‐', r == '‑':
			return '-'
		case r != '\n' && unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// trimText is the text of a cell as a person reads it: line breaks as "\n", without the blanks and invisible fillers
// around it. What stands inside is kept exactly.
func trimText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060' || r == '\u00ad'
	})
}

// dropBlanks removes every blank and line break.
func dropBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

var (
	numbering = regexp.MustCompile(`^(?:\d{1,2}[.、]|[一二三四五六七八九十]+、|\(\d{1,2}\)|\([一二三四五六七八九十]+\))([^\d].*)$`)
	unitTail  = regexp.MustCompile(`^(.+?)(?:[(\[【](?:单位:?|金额:?)?(` + unitWords + `)[)\]】]|[:/,](` + unitWords + `)|(万元|亿元))$`)
	span      = regexp.MustCompile(`(?:\d{1,2}[-~—–至到]\d{1,2}|1月?(?:至今|以来))月?份?`)
	oneMonth  = regexp.MustCompile(`\d{1,2}月份?`)
	yearEnd   = regexp.MustCompile(`(?:截至|截止|截止到|截至到|到)?(20\d\d|上|去)年(?:年)?底`)
	fullYear  = regexp.MustCompile(`(20\d\d)年?(?:年度|度)?`)
	thisYear  = regexp.MustCompile(`今年|本年度?|当年|年度`)
)

// unitWords are the units a header may end with.
const unitWords = `万元|亿元|千元|百万元|元|亩|户|公顷|平方米|m2|㎡|个|家|项|%|％|天|日`

// title is a header folded for comparison, with the unit it carried.
type title struct{ text, unit string }

// foldTitle folds a header as the glossary describes: width and script, blanks and ornaments, leading numbering, a unit at
// the end, years and months as tokens. year is the year of the sheet, 0 when it is not known; another year's number stays,
// since its column means something else.
func foldTitle(raw string, year int) title {
	s := strings.ToLower(dropBlanks(simplify(foldWidth(raw))))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("*★☆#●▲_", r) {
			return -1
		}
		return r
	}, s)
	if strings.ContainsAny(s, ".、)") {
		if m := numbering.FindStringSubmatch(s); m != nil {
			s = m[1]
		}
	}
	s = strings.TrimRight(s, ":。;,")
	t := title{}
	for range 2 { // "总投资(万元)(万元)" and "总投资:(万元)" are seen
		if !strings.ContainsAny(s, ")]】:/,元") {
			break
		}
		m := unitTail.FindStringSubmatch(s)
		if m == nil {
			break
		}
		s = strings.TrimRight(m[1], ":。;,")
		t.unit = m[2] + m[3] + m[4]
	}
	t.text = foldTokens(s, year)
	return t
}

// foldTokens replaces years and months by tokens and brings variant characters together.
func foldTokens(s string, year int) string {
	if strings.Contains(s, "年") {
		s = foldYears(s, year)
	}
	if strings.Contains(s, "月") {
		s = span.ReplaceAllString(s, "{累计月}")
		s = oneMonth.ReplaceAllString(s, "{本月}")
	}
	if strings.Contains(s, "当年") || !strings.Contains(s, "{年}") && strings.Contains(s, "年") {
		s = thisYear.ReplaceAllString(s, "{年}")
	}
	return variants.Replace(s)
}

// foldYears replaces the sheet's year and the one before it by tokens.
func foldYears(s string, year int) string {
	s = yearEnd.ReplaceAllStringFunc(s, func(m string) string {
		y := yearEnd.FindStringSubmatch(m)[1]
		if n := atoi(y); n != 0 && year != 0 && n != year-1 {
			return m
		}
		return "截至{上年}底"
	})
	return fullYear.ReplaceAllStringFunc(s, func(m string) string {
		n := atoi(fullYear.FindStringSubmatch(m)[1])
		switch {
		case !strings.Contains(m, "年"):
			return m
		case year == 0 || n == year:
			return "{年}"
		case n == year-1:
			return "{上年}"
		}
		return m
	})
}

var variants = strings.NewReplacer("累积", "累计", "帐", "账", "其它", "其他")

// atoi reads a short run of digits; anything else is 0.
func atoi(s string) int {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 1_000_000 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

var (
	aside   = regexp.MustCompile(`\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】`)
	latin   = regexp.MustCompile(`[a-z][a-z .&_/-]*`)
	levels  = regexp.MustCompile(`[省市区县州镇]级`)
	request = regexp.MustCompile(`^(?:需要|需|提请|请求)`)
	fillers = strings.NewReplacer("的", "", "投资完成", "完成投资", "主要", "", "以来", "", "至今", "", "截止", "截至", "{累计月}累计", "{累计月}")
)

// loosen drops what seldom changes the meaning of a header: asides in brackets, a translation, 的, the level of
// government, 额, 情况. It is the second try, and only counts where one column alone answers to it.
func loosen(s string) string {
	s = aside.ReplaceAllString(s, "")
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		s = strings.ReplaceAll(s, "{", "\x00")
		s = latin.ReplaceAllString(s, "")
		s = strings.ReplaceAll(s, "\x00", "{")
	}
	s = levels.ReplaceAllString(s, "级")
	s = request.ReplaceAllString(s, "")
	s = fillers.Replace(s)
	s = strings.TrimSuffix(s, "额")
	return strings.TrimSuffix(s, "情况")
}
