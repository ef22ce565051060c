package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Answers by number: "1. 审计核减 2. 属实", "3、原因……", "第三条:异议,……". What is behind a number
// belongs to it up to the next number; numbers without words of their own share the words of
// the next one: "1、2、4 均属实".

// remark is what a reply says to one item of a letter.
type remark struct {
	No      int
	Text    string
	Dispute bool // 异议
}

// Bounds of what is read as answers by number.
const (
	maxReplyText = 20_000 // bytes of a reply that are looked at
	maxRemark    = 300    // runes of one explanation that are kept
)

var (
	disputed = regexp.MustCompile(`异议|不认可|不属于错误|请复核|申请复核`)
	// onlyPromises is a remark that explains nothing: a workbook is announced, or attached.
	onlyPromises = regexp.MustCompile(`^(已|已经|均已|都已|马上|立即|随后)?(改|修改|更正|改正|补正|补充|补填|填写|完善|核对|处理|调整|重报|收到|知悉)(好|完|正)?(了|过|完成|完毕)?(,|,|。|\.|;|;|见附件|详见附件|请查收|谢谢|附后)*$|^(见|详见)附件[。.]?$`)
	// allOfThem speaks of every item at once.
	allOfThem = regexp.MustCompile(`(以上|上述|所列|列出的)?(各项|各条|几项|几条|情况|问题|数据|内容|数字)*(均|都|全部)(为|是)?属实|^(情况|数据|数字)?属实[。.!!]?$`)
)

// remarks reads the answers by number in what a sender wrote; items are the numbers the letter
// has. An answer to all of them has No 0.
func remarks(text string, items []int) []remark {
	text = plainNumbers(text[:min(len(text), maxReplyText)])
	out := numberedRemarks(text, items, arabic)
	if len(out) == 0 {
		out = numberedRemarks(text, items, chinese)
	}
	if line := strings.TrimSpace(text); len(out) == 0 && utf8.RuneCountInString(line) <= maxRemark && allOfThem.MatchString(line) {
		out = []remark{{Text: oneLine(line)}}
	}
	return slices.DeleteFunc(out, func(r remark) bool { return r.Text == "" || onlyPromises.MatchString(r.Text) })
}

// oneLine is what stands before the signature of a short reply.
func oneLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

// plainNumbers folds width and turns circled numbers into "1."; everything else stays.
func plainNumbers(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '①' && r <= '⑳' {
			b.WriteByte(' ')
			n := int(r-'①') + 1
			if n >= 10 {
				b.WriteByte(byte('0' + n/10))
			}
			b.WriteByte(byte('0' + n%10))
			b.WriteByte('.')
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFKC.String(strings.ReplaceAll(b.String(), "\r\n", "\n"))
}

// numeral reads a number at the start of a text: its value and its length in bytes.
type numeral func(s string) (n, size int)

func arabic(s string) (n, size int) {
	for size < len(s) && size < 3 && s[size] >= '0' && s[size] <= '9' {
		n = 10*n + int(s[size]-'0')
		size++
	}
	if size < len(s) && s[size] >= '0' && s[size] <= '9' {
		return 0, 0
	}
	return n, size
}

func chinese(s string) (n, size int) {
	const digits = "一二三四五六七八九"
	tens, unit := 0, 0
	for i, r := range s {
		at := strings.IndexRune(digits, r)
		switch {
		case r == '十' && tens == 0:
			tens, unit = max(unit, 1), 0
		case at >= 0 && unit == 0:
			unit = at/len("一") + 1
		default:
			return 10*tens + unit, i
		}
		size = i + utf8.RuneLen(r)
	}
	return 10*tens + unit, size
}

// marker recognises "3.", "3、", "3:", "(3)", "第3项" at the start of a text and gives the
// number and what it takes up. A decimal such as 1.5 is none.
func marker(s string, read numeral) (n, size int) {
	rest, opened := strings.CutPrefix(s, "(")
	ordinal := false
	if !opened {
		rest, ordinal = strings.CutPrefix(s, "第")
		rest = strings.TrimLeft(rest, " ")
	}
	n, used := read(rest)
	if used == 0 || n == 0 {
		return 0, 0
	}
	rest = strings.TrimLeft(rest[used:], " ")
	closed := false
	if opened {
		if rest, closed = strings.CutPrefix(rest, ")"); !closed {
			return 0, 0
		}
	}
	if ordinal {
		r, w := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune("项条点处个", r) {
			return 0, 0
		}
		rest, closed = rest[w:], true
	}
	r, w := utf8.DecodeRuneInString(rest)
	switch after, _ := utf8.DecodeRuneInString(rest[w:]); {
	case w > 0 && strings.ContainsRune(".、:)", r) && (r == '、' || !unicode.IsDigit(after)):
		rest = rest[w:]
	case w > 0 && strings.ContainsRune("均都", r): // 1、2、4均属实
	case !closed:
		return 0, 0
	}
	return n, len(s) - len(rest)
}

// numberedRemarks cuts a text at its numbers. At the beginning of a line any number of the
// letter counts; inside a line only one that goes on counting, so that "3、4号楼" in an
// explanation stays part of it.
func numberedRemarks(text string, items []int, read numeral) []remark {
	var out []remark
	pending, last, from := 0, 0, -1 // pending: numbers at the end of out still without words
	end := func(to int) {
		if from < 0 {
			return
		}
		words := tidyRemark(text[from:to])
		if words == "" {
			return
		}
		for i := len(out) - pending; i < len(out); i++ {
			out[i].Text, out[i].Dispute = words, disputed.MatchString(words)
		}
		pending = 0
	}
	lineStart, before := true, ' '
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		open := lineStart || unicode.IsSpace(before) || strings.ContainsRune(";。,、.)和及", before)
		if n, size := marker(text[i:], read); open && size > 0 && slices.Contains(items, n) && (lineStart || n > last) {
			end(i)
			out = append(out, remark{No: n})
			pending, last, from = pending+1, n, i+size
			i += size
			before, lineStart = ' ', false
			continue
		}
		lineStart = r == '\n' || lineStart && unicode.IsSpace(r)
		before = r
		i += w
	}
	end(len(text))
	return out
}

// tidyRemark is an explanation on one line, without the marks around it.
func tidyRemark(s string) string {
	if cut := strings.Index(s, "\n\n"); cut >= 0 && strings.TrimSpace(s[:cut]) != "" {
		s = s[:cut] // what follows an empty line is the signature
	}
	s = strings.Trim(strings.Join(strings.Fields(s), " "), " ;,、.:和及均都")
	if runes := []rune(s); len(runes) > maxRemark {
		s = string(runes[:maxRemark])
	}
	return s
}
