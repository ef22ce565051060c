package sheet

import (
	"regexp"
	"slices"
	"strings"
)

// periodLabels introduce the reported period on a head line, whatever the form says.
var periodLabels = []string{"报告期", "报告期间", "报告时间", "填报周期", "报告周期", "统计周期", "统计期间", "统计时间", "报送周期", "期次", "统计时间截止", "此表统计时间截止", "截止时间", "截至时间", "截止日期"}

// headLabels are found beside the form's own labels.
var headLabels = []string{"填报单位", "报送单位", "报送部门", "填报部门", "填报人", "制表人", "审核人", "填报日期", "填报时间", "填表日期", "报送日期", "制表日期", "联系电话", "单位", "金额单位", "计量单位"}

// labelPattern finds the labels of head lines, each with the colon behind it.
func labelPattern(form []string) *regexp.Regexp {
	all := slices.Concat(form, periodLabels, headLabels)
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a) // of two labels at the same place the longer is meant
		}
		return strings.Compare(a, b)
	})
	all = slices.Compact(all)
	quoted := make([]string, len(all))
	for i, l := range all {
		quoted[i] = spaced(l)
	}
	return regexp.MustCompile(`(` + strings.Join(quoted, "|") + `)\s*(?:\([^()]{0,8}\))?\s*:`)
}

// spaced lets blanks stand between the characters of a label: "单 位:".
func spaced(label string) string {
	var b strings.Builder
	for i, r := range label {
		if i > 0 {
			b.WriteString(`\s*`)
		}
		b.WriteString(regexp.QuoteMeta(string(r)))
	}
	return b.String()
}

// labelled is one entry of a head line: 填报人:张三.
type labelled struct {
	label, value string
	row, col     int
}

// headLines reads the entries above, between and below the tables of a sheet, in the order of its rows.
func (x *lexicon) headLines(v *view) []labelled {
	var out []labelled
	for _, row := range v.grid.Rows {
		if !slices.ContainsFunc(row.Cells, mayLabel) {
			continue
		}
		cells := v.filled(row)
		for i, c := range cells {
			if !mayLabel(c) {
				continue
			}
			text := simplify(foldWidth(trimText(c.Text)))
			found := x.labels.FindAllStringSubmatchIndex(text, 20)
			for j, at := range found {
				end := len(text)
				if j+1 < len(found) {
					end = found[j+1][0]
				}
				entry := labelled{label: dropBlanks(text[at[2]:at[3]]), value: tidyValue(text[at[1]:end]), row: row.Num, col: c.Col}
				if entry.value == "" && j+1 == len(found) && i+1 < len(cells) { // the value stands in the next cell
					if next := cells[i+1]; !x.labels.MatchString(foldWidth(next.Text)) {
						entry.value, entry.col = tidyValue(display(next, false)), next.Col
					}
				}
				out = append(out, entry)
			}
		}
	}
	return out
}

// maxHeadLine bounds the bytes of a cell that holds entries of a head line.
const maxHeadLine = 2000

// mayLabel tells whether a cell can hold the label of a head line.
func mayLabel(c Cell) bool {
	return c.Kind == KindText && len(c.Text) <= maxHeadLine && (strings.Contains(c.Text, ":") || strings.Contains(c.Text, "：") || strings.Contains(c.Text, "︰"))
}

var sealed = regexp.MustCompile(`\((?:盖章|公章|签章|签字|签名)\)`)

func tidyValue(s string) string {
	return strings.Trim(sealed.ReplaceAllString(s, ""), " \n\t,;、。()[]")
}

// isHeadLine tells whether a row holds an entry of a head line.
func (x *lexicon) isHeadLine(cells []Cell) bool {
	for _, c := range cells {
		if !mayLabel(c) {
			continue
		}
		text := simplify(foldWidth(trimText(c.Text)))
		if at := x.labels.FindStringIndex(text); at != nil && (at[0] == 0 || text[at[0]-1] == ' ' || text[at[0]-1] == '(') {
			return true
		}
	}
	return false
}

var (
	moneyUnit = regexp.MustCompile(`^\(?(?:人民币)?(百万元|万元|亿元|千元|元|万|亿)(?:\P{Han}|$)`) // not 万州区住建局
	titleUnit = regexp.MustCompile(`单位:?(百万元|万元|亿元|千元|元)`)
)

// declaredUnits are the units of money a sheet declares on its head lines and in its title, in the order they are believed.
func declaredUnits(entries []labelled, title string) (units []string) {
	for _, e := range entries {
		if strings.HasSuffix(e.label, "单位") {
			if m := moneyUnit.FindStringSubmatch(e.value); m != nil {
				units = append(units, m[1])
			}
		}
	}
	if m := titleUnit.FindStringSubmatch(dropBlanks(foldWidth(title))); m != nil {
		units = append(units, m[1])
	}
	return units
}

// disagree tells whether units mean different amounts.
func disagree(units []string) bool {
	return slices.ContainsFunc(units, func(u string) bool { return moneyUnits[u] != moneyUnits[units[0]] })
}

// entry finds the value of the first of the labels that has one.
func entry(entries []labelled, labels ...string) string {
	for _, l := range labels {
		for _, e := range entries {
			if e.label == l && e.value != "" {
				return e.value
			}
		}
	}
	return ""
}
