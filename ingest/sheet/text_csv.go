package sheet

import (
	"path"
	"strings"
	"unicode/utf8"
)

// delimiters are the ones tried, the likeliest first.
var delimiters = []rune{',', '\t', ';', '|', '，'}

// readCSV reads delimited text: fields may be quoted, quotes in them doubled, lines broken inside quotes. Text in which no
// delimiter cuts the lines into columns is prose. The sheet has the name of the file, as in Excel.
func readCSV(name, text string) (File, error) {
	by, ok := delimiter(text)
	if !ok {
		return File{}, refuse(ReasonNotWorkbook, "text without columns")
	}
	name = path.Base(name)
	w := tableWriter{g: Grid{Name: strings.TrimSuffix(name, path.Ext(name))}, tally: new(tally), text: new(textStore)}
	for num := 1; text != ""; num++ {
		for col := 0; ; col++ {
			field, rest, last, ok := field(text, by)
			if !ok {
				return File{}, refuse(ReasonDamaged, "a quote that does not close")
			}
			c := Cell{Col: col, Kind: KindText, Text: field}
			if typed, formula := strings.CutPrefix(field, `="`); formula && strings.HasSuffix(typed, `"`) {
				c.Text, c.Quoted = strings.TrimSuffix(typed, `"`), true
			} else if plainNumber(field) {
				c.Kind = KindNumber
			}
			if err := w.put(c); err != nil {
				return File{}, err
			}
			if text = rest; last {
				break
			}
		}
		if err := w.end(num, false); err != nil {
			return File{}, err
		}
	}
	return File{Format: FormatCSV, Grids: []Grid{w.g}}, nil
}

// field takes the next field off the text; last tells that its line ends with it.
func field(text string, by rune) (value, rest string, last, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		n := strings.IndexFunc(text, func(r rune) bool { return r == by || r == '\n' || r == '\r' })
		if n < 0 {
			return strings.TrimRight(text, "\x1A"), "", true, true
		}
		rest, last = after(text[n:], by)
		return text[:n], rest, last, true
	}
	var b strings.Builder
	for text = text[1:]; ; {
		n := strings.IndexByte(text, '"')
		if n < 0 {
			return "", "", false, false
		}
		b.WriteString(text[:n])
		if text = text[n+1:]; !strings.HasPrefix(text, `"`) {
			break
		}
		b.WriteByte('"')
		text = text[1:]
	}
	n := strings.IndexFunc(text, func(r rune) bool { return r == by || r == '\n' || r == '\r' })
	if n < 0 {
		n = len(text)
	}
	b.WriteString(text[:n]) // what follows a closed quote belongs to the field
	rest, last = after(text[n:], by)
	return b.String(), rest, last, true
}

// after steps over the delimiter or the end of the line at the start of the text.
func after(text string, by rune) (rest string, last bool) {
	if r, n := utf8.DecodeRuneInString(text); r == by && n > 0 {
		return text[n:], false
	}
	if strings.HasPrefix(text, "\r\n") {
		return text[2:], true
	}
	if text == "" {
		return "", true
	}
	return text[1:], true
}

// maxProbed bounds the lines that tell the delimiter.
const maxProbed = 100

// delimiter finds what cuts the first lines into three columns or more: the one that cuts most of them, and at least half,
// into equally many; else one that cuts at least half of them, as files are written whose empty cells at the end of a line
// are left out. Commas of Chinese prose are no columns unless they are regular.
func delimiter(text string) (rune, bool) {
	var best, ragged rune
	most, mostRagged := 0, 0
	for _, by := range delimiters {
		lines, cutLines, same := probe(text, by)
		if same >= 2 && same*2 >= lines && same > most {
			best, most = by, same
		}
		if cutLines >= 2 && cutLines*2 >= lines && cutLines > mostRagged && by != '，' {
			ragged, mostRagged = by, cutLines
		}
	}
	if most > 0 {
		return best, true
	}
	return ragged, mostRagged > 0
}

// probe cuts the first lines that hold anything: how many they are, how many have three columns or more, and how many of
// those the commonest number of columns.
func probe(text string, by rune) (lines, cutLines, same int) {
	widths := make(map[int]int)
	for lines < maxProbed && text != "" {
		width, filled := 0, false
		for last := false; !last; width++ {
			value, rest, end, ok := field(text, by)
			if !ok {
				return lines, cutLines, same
			}
			filled = filled || strings.TrimSpace(value) != ""
			text, last = rest, end
		}
		if !filled {
			continue
		}
		lines++
		if width >= 3 {
			cutLines++
			widths[width]++
			same = max(same, widths[width])
		}
	}
	return lines, cutLines, same
}
