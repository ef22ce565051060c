package sheet

import (
	"cmp"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"duban/state"
)

// reading is what a cell's text was read as; see state.Value for the fields.
type reading struct {
	text, doubt, near string
	notes             []string
}

func sure(text string, notes ...string) reading { return reading{text: text, notes: notes} }

// moneyUnits are the units of money a sheet may use.
var moneyUnits = map[string]state.Fen{
	"元": state.Yuan, "千元": 1000 * state.Yuan, "万": state.Wan, "万元": state.Wan, "百万": 100 * state.Wan, "百万元": 100 * state.Wan,
	"千万": 1000 * state.Wan, "千万元": 1000 * state.Wan, "亿": state.Yi, "亿元": state.Yi,
}

var (
	currency   = regexp.MustCompile(`^(?:¥|￥|rmb|cny|人民币|共计?)\s*:?\s*`)
	moneyTail  = regexp.MustCompile(`\s*\(?\s*(百万元|千万元|千元|万元|亿元|百万|千万|万|亿|元)\s*(?:人民币)?\)?\s*整?$`)
	figure     = regexp.MustCompile(`^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:e[+-]?\d{1,3})?$|^[+-]?\.\d+$`)
	anyFigure  = regexp.MustCompile(`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`)
	fullDigits = regexp.MustCompile(`[０-９．，]`)
	mistyped   = strings.NewReplacer("o", "0", "l", "1", "i", "1", "。", "", "'", "", "`", "", "‘", "", "’", "", "、", "", ";", "")
)

var tradUnits = strings.NewReplacer("萬", "万", "億", "亿", "圓", "元", "圆", "元")

// cleanFigure folds the text of a figure: width, script of the units, blanks around it, case.
func cleanFigure(s string) string {
	return strings.ToLower(strings.TrimSpace(tradUnits.Replace(foldWidth(trimText(s)))))
}

// withoutMarks drops ①, ² and ½: folding them to plain digits would lengthen the figure beside them.
func withoutMarks(raw string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.No, r) {
			return -1
		}
		return r
	}, raw)
}

// offered makes a certain reading a tempting one.
func offered(r reading, rule string) reading {
	return reading{doubt: rule, near: cmp.Or(r.text, r.near)}
}

// readMoney reads the text of an amount in a column counted in unit. An explicit unit in the text wins over the column's
// and is converted exactly; what is no certain figure stays a doubt with the nearest reading beside it.
func readMoney(raw string, unit state.Fen) reading {
	if plain := withoutMarks(raw); plain != raw {
		return offered(readMoney(plain, unit), ruleNotNumber)
	}
	s := currency.ReplaceAllString(cleanFigure(raw), "")
	notes := typedNotes(raw)
	explicit := ""
	if m := moneyTail.FindStringSubmatch(s); m != nil && len(m[0]) < len(s) {
		explicit = m[1]
		s = s[:len(s)-len(m[0])]
	}
	if figure.MatchString(s) {
		if explicit != "" {
			unit, notes = moneyUnits[explicit], append(notes, noteUnit)
		}
		if text, ok := wan(s, unit); ok {
			return sure(text, notes...)
		}
		return reading{doubt: ruleNotNumber}
	}
	if yuan, ok := chineseNumber(s + explicit); ok {
		if explicit != "" { // 叁仟伍佰万元: the unit is part of the numeral
			if text, ok := wan(yuan, state.Yuan); ok {
				return sure(text, append(notes, noteUnit)...)
			}
		}
		near, _ := wan(yuan, unit)
		return reading{doubt: ruleNotNumber, near: near}
	}
	return reading{doubt: ruleNotNumber, near: nearMoney(s, explicit, unit)}
}

var (
	twoUnits  = regexp.MustCompile(`^(\d+(?:\.\d+)?)亿(\d+(?:\.\d+)?)$`)
	innerUnit = regexp.MustCompile(`^\D*[\d.,]+\s*(万|亿)`)
	powers    = regexp.MustCompile(`\d\s*[十百千]|[$‰美欧港日]|usd|eur|hkd`)
)

// nearMoney is the nearest reading in 万元 of an amount that is none, its explicit unit cut off: 1亿2000(万), 500万余(元).
func nearMoney(s, explicit string, unit state.Fen) string {
	if m := twoUnits.FindStringSubmatch(s); m != nil && strings.Contains(explicit, "万") {
		upper, err := state.ParseFen(m[1], state.Yi)
		lower, also := state.ParseFen(m[2], moneyUnits[explicit])
		if err == nil && also == nil {
			return (upper + lower).Wan()
		}
	}
	if powers.MatchString(s) {
		return ""
	}
	if explicit != "" {
		unit = moneyUnits[explicit]
	}
	if m := innerUnit.FindStringSubmatch(s); m != nil {
		unit = moneyUnits[m[1]]
	}
	if near, ok := nearest(s); ok {
		if near, ok = wan(near, unit); ok {
			return near
		}
	}
	return ""
}

// typedNotes says how a figure was typed.
func typedNotes(raw string) []string {
	if fullDigits.MatchString(raw) {
		return []string{noteFullwidth}
	}
	return []string{noteTextNumber}
}

// wan turns a decimal counted in unit into 万元.
func wan(decimal string, unit state.Fen) (string, bool) {
	decimal = strings.TrimSuffix(strings.ReplaceAll(decimal, ",", ""), ".")
	if unit == state.Wan { // most figures: a plain decimal in 万元 with no more places than 分 has is its own canonical text
		if text, ok := shortDecimal(decimal); ok && len(text)-strings.IndexByte(text+".", '.') <= 7 && len(text) < 13 {
			return text, true
		}
	}
	f, err := state.ParseFen(decimal, unit)
	if err != nil {
		return "", false
	}
	return f.Wan(), true
}

// plainDecimal writes a stored number without exponent and without the noise of binary fractions: "98128.89999999999" is
// 98128.9. ok is false for what is no number at all.
func plainDecimal(s string) (string, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "+")
	if len(s) > 32 {
		return "", false
	}
	if text, ok := shortDecimal(s); ok {
		return text, true
	}
	if whole := strings.TrimLeft(strings.TrimPrefix(s, "-"), "0"); whole != "" && strings.Trim(whole, "0123456789") == "" {
		return s, true // a long code: every digit counts
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > 1e17 || f < -1e17 || f != f {
		return "", false
	}
	whole := strconv.FormatFloat(f, 'f', 0, 64)
	if places := 15 - len(strings.TrimPrefix(whole, "-")); places > 0 {
		return trimZeros(strconv.FormatFloat(f, 'f', places, 64)), true
	}
	return whole, true
}

// shortDecimal tidies a plain decimal of so few digits that a binary fraction holds them all: "007.50" is 7.5.
func shortDecimal(s string) (string, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, part, _ := strings.Cut(digits, ".")
	if len(whole)+len(part) > 15 || whole+part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return "", false
	}
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	switch {
	case whole == "" && part == "":
		return "0", true
	case whole == "":
		whole = "0"
	}
	if part != "" {
		whole += "." + part
	}
	if negative {
		whole = "-" + whole
	}
	return whole, true
}

func trimZeros(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// readNumber reads the text of a plain number (亩, 户); tail is the column's own unit, which may be typed behind it.
func readNumber(raw, tail string) reading {
	if plain := withoutMarks(raw); plain != raw {
		return offered(readNumber(plain, tail), ruleNotNumber)
	}
	s := cleanFigure(raw)
	if tail != "" {
		s = strings.TrimSpace(strings.TrimSuffix(s, tail))
	}
	if figure.MatchString(s) {
		if text, ok := plainDecimal(strings.TrimSuffix(strings.ReplaceAll(s, ",", ""), ".")); ok {
			return sure(text, typedNotes(raw)...)
		}
	}
	near, _ := nearest(s)
	return reading{doubt: ruleNotNumber, near: near}
}

// readPercent reads the text of a percentage: "62.4%", "62.4", "百分之六十二".
func readPercent(raw string) reading {
	if plain := withoutMarks(raw); plain != raw {
		return offered(readPercent(plain), ruleNotNumber)
	}
	s := cleanFigure(raw)
	if n, ok := strings.CutPrefix(s, "百分之"); ok {
		if text, ok := chineseNumber(n); ok {
			return sure(text, noteTextNumber)
		}
		s = n
	}
	bare := strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if figure.MatchString(bare) {
		if text, ok := plainDecimal(strings.TrimSuffix(strings.ReplaceAll(bare, ",", ""), ".")); ok {
			if bare == s {
				return sure(text, typedNotes(raw)...)
			}
			return sure(text)
		}
	}
	near, _ := nearest(s)
	return reading{doubt: ruleNotNumber, near: near}
}

// timesHundred moves the decimal point: "0.545" is 54.5 percent.
func timesHundred(s string) (string, bool) {
	text, ok := plainDecimal(s)
	if !ok {
		return "", false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return "", false
	}
	return plainDecimal(r.Mul(r, big.NewRat(100, 1)).FloatString(12))
}

var (
	bracketed = regexp.MustCompile(`^\((.+)\)$`)
	marked    = regexp.MustCompile(`^[△▲—–-]\s*(.+)$`)
	sum       = regexp.MustCompile(`^[\d.,]+(?:\s*\+\s*[\d.,]+)+$`)
	dotted    = regexp.MustCompile(`\d\.\d+\.\d`)
	misplaced = regexp.MustCompile(`\d,\d{1,2}(?:\D|$)`)
	apart     = regexp.MustCompile(`\d\s+\d`)
)

// nearest is the tempting reading of a text that is no certain figure: 约210, 200-300, (35), O2106.71. It is shown to the
// department as an example and never used.
func nearest(s string) (string, bool) {
	if strings.HasSuffix(s, "%") || strings.HasSuffix(s, "‰") || dotted.MatchString(s) || apart.MatchString(s) || misplaced.MatchString(s) {
		return "", false
	}
	for _, negative := range []*regexp.Regexp{bracketed, marked} {
		if m := negative.FindStringSubmatch(s); m != nil && figure.MatchString(m[1]) {
			return "-" + strings.ReplaceAll(m[1], ",", ""), true
		}
	}
	if sum.MatchString(s) {
		return addUp(s)
	}
	if fixed := mistyped.Replace(s); fixed != s && figure.MatchString(fixed) {
		return strings.ReplaceAll(fixed, ",", ""), true
	}
	if n, ok := chineseNumber(s); ok {
		return n, true
	}
	m := anyFigure.FindString(s)
	return strings.ReplaceAll(m, ",", ""), m != ""
}

func addUp(s string) (string, bool) {
	total := new(big.Rat)
	for _, part := range strings.Split(s, "+") {
		r, ok := new(big.Rat).SetString(strings.ReplaceAll(strings.TrimSpace(part), ",", ""))
		if !ok || len(part) > 32 {
			return "", false
		}
		total.Add(total, r)
	}
	return trimZeros(total.FloatString(6)), true
}
