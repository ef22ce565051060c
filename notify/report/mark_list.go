package report

import (
	"fmt"
	"strings"
)

// listName is the sheet that lists what is to be corrected.
const listName = "补正清单"

// listHead is the row of its head.
const listHead = 3

// listColumns are its columns: title and width in characters.
var listColumns = []struct {
	title string
	width float64
}{
	{"序号", 7},
	{"工作表", 14},
	{"单元格", 11},
	{"项目", 26},
	{"栏目", 20},
	{"您填的", 16},
	{"上周", 12},
	{"应填/例如", 22},
	{"要求", 52},
}

// listLooks are the formats of the list, by the styles part's numbers.
type listLooks struct{ title, note, head, text, middle, link, must, ask int }

func (m *marker) listLooks() (l listLooks, err error) {
	for _, f := range []struct {
		into *int
		look look
	}{
		{&l.title, look{size: 16, bold: true, colour: "FF1F3864", align: "left"}},
		{&l.note, look{size: 10, colour: "FF404040", align: "left"}},
		{&l.head, look{size: 11, bold: true, colour: "FF1F3864", fill: "FFD9E2F3", edged: true, align: "center"}},
		{&l.text, look{size: 10, colour: "FF000000", edged: true, align: "left"}},
		{&l.middle, look{size: 10, colour: "FF000000", edged: true, align: "center"}},
		{&l.link, look{size: 10, colour: "FF0563C1", underlined: true, edged: true, align: "center"}},
		{&l.must, look{size: 10, bold: true, colour: "FF000000", fill: colours[red], edged: true, align: "center"}},
		{&l.ask, look{size: 10, bold: true, colour: "FF000000", fill: colours[yellow], edged: true, align: "center"}},
	} {
		if *f.into, err = m.styler.style(f.look); err != nil {
			return l, err
		}
	}
	return l, nil
}

// addList draws the list and puts it before the workbook's sheets.
func (m *marker) addList() error {
	looks, err := m.listLooks()
	if err != nil {
		return err
	}
	if m.own != "" {
		return m.parts.replace(m.own, m.list(looks))
	}
	sheet := m.parts.free(m.book.dir + "worksheets/sheet%d.xml")
	if err := m.parts.add(sheet, m.list(looks)); err != nil {
		return err
	}
	id, err := m.parts.relate(m.book.part, m.book.relBase, "worksheet", sheet)
	if err != nil {
		return err
	}
	m.types = append(m.types, override(sheet, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"))
	edits, err := m.book.insertFirst(m.book.freeName(listName), id)
	if err != nil {
		return err
	}
	return m.parts.change(m.book.part, m.book.text, edits)
}

// list writes the sheet. Every text is an inline string, so that nothing foreign is ever
// a formula and the workbook's own strings stay as they are.
func (m *marker) list(looks listLooks) string {
	var b, links strings.Builder
	fmt.Fprintf(&b, `%s<worksheet xmlns="%s"><sheetPr><tabColor rgb="%s"/><pageSetUpPr fitToPage="1"/></sheetPr>`, xmlHead, m.book.namespace, listTab)
	fmt.Fprintf(&b, `<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A%d" sqref="A%d"/></sheetView></sheetViews>`,
		listHead, listHead+1, listHead+1, listHead+1)
	b.WriteString(`<sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, c := range listColumns {
		fmt.Fprintf(&b, `<col min="%[1]d" max="%[1]d" width="%[2]g" customWidth="1"/>`, i+1, c.width)
	}
	b.WriteString(`</cols><sheetData>`)
	last := ref{1, len(listColumns)}.String()
	listRow(&b, 1, 30, []listCell{{text: listName, style: looks.title}})
	listRow(&b, 2, 32, []listCell{{text: m.heading(), style: looks.note}})
	var head []listCell
	for _, c := range listColumns {
		head = append(head, listCell{text: c.title, style: looks.head})
	}
	listRow(&b, listHead, 24, head)
	for i, it := range m.items {
		row := listHead + 1 + i
		cells, to := m.line(it, looks)
		listRow(&b, row, height(cells), cells)
		if to != "" {
			fmt.Fprintf(&links, `<hyperlink ref="C%d" location="%s" display="%s"/>`, row, inXML(to), inXML(cells[2].text))
		}
	}
	fmt.Fprintf(&b, `</sheetData><mergeCells count="2"><mergeCell ref="A1:%s"/><mergeCell ref="A2:%s2"/></mergeCells>`, last, strings.TrimSuffix(last, "1"))
	if links.Len() > 0 {
		b.WriteString(`<hyperlinks>` + links.String() + `</hyperlinks>`)
	}
	b.WriteString(`<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>` +
		`<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;C第&amp;P页 共&amp;N页</oddFooter></headerFooter></worksheet>`)
	return b.String()
}

// heading tells how to read and use the list.
func (m *marker) heading() string {
	must, ask := 0, 0
	counted := map[int]bool{}
	for _, it := range m.items {
		switch {
		case it.follows || counted[it.no]:
		case it.paint == yellow:
			ask++
		default:
			must++
		}
		counted[it.no] = true
	}
	text := "本表共列"
	switch {
	case must > 0 && ask > 0:
		text += fmt.Sprintf("%d项必须改(红色)、%d项请改或说明(黄色)。", must, ask)
	case ask > 0:
		text += fmt.Sprintf("%d项请改或说明(黄色)。", ask)
	default:
		text += fmt.Sprintf("%d项必须改(红色)。", must)
	}
	return text + "点“单元格”一栏可直接跳到要改的格子。请只改列出的格子,改好后直接回复邮件并附上本表;本页不用填写,也不用删除。"
}

// listCell is one cell of the list: a text, or a number.
type listCell struct {
	text  string
	num   int
	style int
}

func listRow(b *strings.Builder, row int, height float64, cells []listCell) {
	fmt.Fprintf(b, `<row r="%d" ht="%g" customHeight="1">`, row, height)
	for i, c := range cells {
		at := ref{row, i + 1}
		switch {
		case c.num > 0:
			fmt.Fprintf(b, `<c r="%s" s="%d"><v>%d</v></c>`, at, c.style, c.num)
		case c.text == "":
			fmt.Fprintf(b, `<c r="%s" s="%d"/>`, at, c.style)
		default:
			fmt.Fprintf(b, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, c.style, inXML(c.text))
		}
	}
	b.WriteString(`</row>`)
}

// line writes one finding and gives the place its link leads to, "" for none.
func (m *marker) line(it markItem, looks listLooks) ([]listCell, string) {
	number := looks.must
	if it.paint == yellow {
		number = looks.ask
	}
	cell, to := listCell{text: it.places(), style: looks.middle}, ""
	sheetName := plainText(it.Sheet, textCell)
	switch sheet := m.book.find(it.Sheet); {
	case sheet == nil || len(it.cells) == 0:
	case sheet.hidden:
		sheetName += "(隐藏的工作表)" // a link cannot lead there
	default:
		cell.style = looks.link
		to = quoted(sheet.name) + "!" + it.cells[0].String()
	}
	return []listCell{
		{num: it.no, style: number},
		{text: sheetName, style: looks.text},
		cell,
		{text: it.project(), style: looks.text},
		{text: it.column(), style: looks.text},
		{text: it.found(), style: looks.text},
		{text: plainText(it.Last, textCell), style: looks.text},
		{text: it.wanted(), style: looks.text},
		{text: it.demand() + ":" + plainText(it.Message, textLong), style: looks.text},
	}, to
}

// height is how high a row must be, in points, for its longest cell to be read whole.
func height(cells []listCell) float64 {
	lines := 1
	for i, c := range cells {
		lines = max(lines, linesOf(c.text, listColumns[i].width-2)) // the indent takes two
	}
	return min(float64(lines)*13.5+8, 400)
}

// linesOf is how many lines a text takes in a cell of a width in characters.
func linesOf(text string, columns float64) int {
	perLine := max(int(columns/2), 1) // a Chinese character is two wide
	lines := 0
	for _, part := range strings.Split(text, "\n") {
		lines += 1 + (width(part)-1)/2/perLine
	}
	return lines
}

// width is a text's width in half characters.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0x2E7F {
			n++
		}
	}
	return n
}
