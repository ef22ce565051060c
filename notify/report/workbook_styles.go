package report

import (
	"github.com/xuri/excelize/v2"

	"duban/state"
)

// styles are the workbook's looks, by excelize's numbers.
type styles struct {
	title, note, head, text, wrap, whole, money, points, percent, tally  int
	total, totalWhole, totalMoney, totalPoints, totalPercent, totalTally int
	colour                                                               map[state.Colour]int
}

func (b *book) makeStyles() error {
	border := []excelize.Border{{Type: "left", Color: "BFBFBF", Style: 1}, {Type: "right", Color: "BFBFBF", Style: 1}, {Type: "top", Color: "BFBFBF", Style: 1}, {Type: "bottom", Color: "BFBFBF", Style: 1}}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: "宋体", Size: size, Bold: bold, Color: colour}
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	middle := &excelize.Alignment{Vertical: "center"}
	centre := &excelize.Alignment{Horizontal: "center", Vertical: "center"}
	amount, count, tenths, share := "#,##0.##", "#,##0", "0.0", "0.0%"
	var err error
	add := func(into *int, s excelize.Style) {
		if err == nil {
			*into, err = b.NewStyle(&s)
		}
	}
	add(&b.styles.title, excelize.Style{Font: font(16, true, "1F3864"), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}})
	add(&b.styles.note, excelize.Style{Font: font(10, false, "595959"), Alignment: middle})
	add(&b.styles.head, excelize.Style{Font: font(11, true, "1F3864"), Border: border, Fill: fill("D9E2F3"), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	add(&b.styles.text, excelize.Style{Font: font(10, false, "000000"), Border: border, Alignment: middle})
	add(&b.styles.wrap, excelize.Style{Font: font(10, false, "000000"), Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	add(&b.styles.money, excelize.Style{Font: font(10, false, "000000"), Border: border, CustomNumFmt: &amount, Alignment: middle})
	add(&b.styles.whole, excelize.Style{Font: font(10, false, "000000"), Border: border, CustomNumFmt: &count, Alignment: middle})
	add(&b.styles.points, excelize.Style{Font: font(10, false, "000000"), Border: border, CustomNumFmt: &tenths, Alignment: middle})
	add(&b.styles.percent, excelize.Style{Font: font(10, false, "000000"), Border: border, CustomNumFmt: &share, Alignment: middle})
	add(&b.styles.tally, excelize.Style{Font: font(10, false, "000000"), Border: border, CustomNumFmt: &count, Alignment: centre})
	add(&b.styles.total, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), Alignment: middle})
	add(&b.styles.totalMoney, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), CustomNumFmt: &amount, Alignment: middle})
	add(&b.styles.totalWhole, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), CustomNumFmt: &count, Alignment: middle})
	add(&b.styles.totalTally, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), CustomNumFmt: &count, Alignment: centre})
	add(&b.styles.totalPoints, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), CustomNumFmt: &tenths, Alignment: middle})
	add(&b.styles.totalPercent, excelize.Style{Font: font(10, true, "000000"), Border: border, Fill: fill("F2F2F2"), CustomNumFmt: &share, Alignment: middle})
	b.styles.colour = map[state.Colour]int{}
	for c, look := range map[state.Colour][2]string{state.Red: {"C00000", "F8D7DA"}, state.Yellow: {"7F6000", "FFF2CC"}, state.Green: {"375623", "E2EFDA"}, state.Grey: {"595959", "E7E6E6"}, state.None: {"595959", "FFFFFF"}} {
		var id int
		add(&id, excelize.Style{Font: font(10, true, look[0]), Border: border, Fill: fill(look[1]), Alignment: centre})
		b.styles.colour[c] = id
	}
	return err
}

func (b *book) styleOf(kind columnKind, v any) int {
	switch kind {
	case asMoney:
		if whole(v) {
			return b.styles.whole
		}
		return b.styles.money
	case asNumber: // in the middle: right-aligned, a 3 would run into the "6亩" of the next cell
		return b.styles.tally
	case asPoints:
		return b.styles.points
	case asPercent:
		return b.styles.percent
	case asWrapped:
		return b.styles.wrap
	case asColour:
		if c, ok := v.(state.Colour); ok && c != "" {
			return b.styles.colour[c]
		}
	}
	return b.styles.text
}

// totalStyle is the look of a cell in a total row.
func (b *book) totalStyle(kind columnKind, v any) int {
	switch kind {
	case asMoney:
		if whole(v) {
			return b.styles.totalWhole
		}
		return b.styles.totalMoney
	case asNumber:
		return b.styles.totalTally
	case asPoints:
		return b.styles.totalPoints
	case asPercent:
		return b.styles.totalPercent
	}
	return b.styles.total
}

// whole reports whether an amount is a whole number of 万元. Its format must not allow for
// decimals: spreadsheets would show "5." with it.
func whole(v any) bool {
	f, ok := v.(state.Fen)
	return !ok || f%state.Wan == 0
}
