package report

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// author is who signs the comments.
const author = "区重大项目办"

// comments puts the notes beside the marked cells of one sheet. What the department has
// written in comments of its own stays; where it has one on a marked cell, ours is written
// below it, because a cell has room for one.
func (m *marker) comments(sheet *listedSheet, notes map[ref]string) ([]edit, error) {
	rels, err := m.parts.relations(sheet.part)
	if err != nil {
		return nil, err
	}
	boxes := notes
	part := ""
	for _, r := range rels {
		if r.kind == "comments" && r.target != "" && m.parts.has(r.target) {
			part = r.target
		}
	}
	if part != "" {
		boxes, err = m.moreComments(part, notes)
	} else if len(notes) > 0 {
		err = m.newComments(sheet.part, notes)
	}
	if err != nil || len(boxes) == 0 {
		return nil, err
	}
	for _, r := range rels {
		if r.id == sheet.canvas.drawing && r.target != "" && m.parts.has(r.target) {
			return nil, m.moreBoxes(r.target, sheet, boxes)
		}
	}
	return m.newBoxes(sheet, boxes)
}

// cellOrder lists places as a reader meets them: row by row.
func cellOrder(a, b ref) int {
	return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
}

// runs is a note as formatted text: who says it, then what.
func runs(prefix, note string) string {
	run := func(bold, text string) string {
		return fmt.Sprintf(`<%[1]sr><%[1]srPr>%[2]s<%[1]ssz val="9"/><%[1]scolor indexed="81"/><%[1]srFont val="宋体"/><%[1]sfamily val="3"/><%[1]scharset val="134"/></%[1]srPr>`+
			`<%[1]st xml:space="preserve">%[3]s</%[1]st></%[1]sr>`, prefix, bold, inXML(text))
	}
	return run("<"+prefix+"b/>", author+":\n") + run("", note)
}

// comment is one whole comment.
func comment(prefix string, at ref, by int, note string) string {
	return fmt.Sprintf(`<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`, prefix, at, by, runs(prefix, note))
}

// newComments writes the comments part of a sheet that has none.
func (m *marker) newComments(sheet string, notes map[ref]string) error {
	var b strings.Builder
	b.WriteString(xmlHead + `<comments xmlns="` + m.book.namespace + `"><authors><author>` + author + `</author></authors><commentList>`)
	for _, at := range slices.SortedFunc(maps.Keys(notes), cellOrder) {
		b.WriteString(comment("", at, 0, notes[at]))
	}
	b.WriteString(`</commentList></comments>`)
	name := m.parts.free(m.book.dir + "comments%d.xml")
	if _, err := m.parts.relate(sheet, m.book.relBase, "comments", name); err != nil {
		return err
	}
	m.types = append(m.types, override(name, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"))
	return m.parts.add(name, b.String())
}

// moreComments appends to the department's comments and gives the notes that still need a
// box: those on cells without a comment.
func (m *marker) moreComments(part string, notes map[ref]string) (map[ref]string, error) {
	b, root, err := m.parts.tree(part)
	if err != nil {
		return nil, err
	}
	authors, list := root.kid("authors"), root.kid("commentList")
	if root.local() != "comments" || authors == nil || list == nil {
		return nil, fmt.Errorf("part %q holds no comments", part)
	}
	p := root.prefix()
	boxes := maps.Clone(notes)
	var edits []edit
	names := authors.all("author")
	for _, c := range list.all("comment") {
		at, ok := parseRef(c.get("ref"))
		text := c.kid("text")
		if !ok || text == nil {
			continue
		}
		note, wanted := boxes[at]
		delete(boxes, at)
		if m.own != "" && ours(b, names, c) {
			if !wanted {
				note = settled
			}
			edits = append(edits, text.rewrite(runs(p, note)))
			continue
		}
		if !wanted {
			continue
		}
		if t := text.kid("t"); t != nil { // plain and formatted text do not stand side by side
			edits = append(edits, edit{t.from, t.from, "<" + p + "r>"}, edit{t.after, t.after, "</" + p + "r>"})
		}
		edits = append(edits, text.growRuns(runs(p, "\n"+note)))
	}
	us := len(names)
	text := ""
	for _, at := range slices.SortedFunc(maps.Keys(boxes), cellOrder) {
		text += comment(p, at, us, boxes[at])
	}
	if text != "" {
		edits = append(edits, authors.grow(fmt.Sprintf("<%[1]sauthor>%[2]s</%[1]sauthor>", p, author)), list.grow(text))
	}
	if len(edits) == 0 {
		return boxes, nil
	}
	return boxes, m.parts.change(part, b, edits)
}

// ours reports whether a comment of the part b is one of an earlier letter.
func ours(b []byte, authors []*element, c *element) bool {
	n, err := strconv.Atoi(c.get("authorId"))
	return err == nil && n >= 0 && n < len(authors) && string(b[authors[n].inner:authors[n].end]) == author
}

// rewrite puts text in place of everything in an element.
func (e *element) rewrite(text string) edit {
	if e.empty {
		return e.grow(text)
	}
	return edit{e.inner, e.end, text}
}

// growRuns puts runs behind the last run of a text, before what may follow runs.
func (e *element) growRuns(text string) edit {
	for _, k := range e.kids {
		if k.local() == "rPh" || k.local() == "phoneticPr" {
			return edit{k.from, k.from, text}
		}
	}
	return e.grow(text)
}

const (
	vmlSpaces = ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`
	// boxType is the kind of shape every comment box is.
	boxType = `<v:shapetype%s id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	// shapesEach is how many shape numbers a block of the id map holds.
	shapesEach = 1024
)

// newBoxes draws the boxes of a sheet without a drawing for them. The edits belong to the
// sheet.
func (m *marker) newBoxes(sheet *listedSheet, notes map[ref]string) ([]edit, error) {
	m.blocks++
	first := m.blocks*shapesEach + 1
	ids := strconv.Itoa(m.blocks)
	for n := shapesEach - 1; n < len(notes); n += shapesEach {
		m.blocks++
		ids += "," + strconv.Itoa(m.blocks)
	}
	text := `<xml` + vmlSpaces + `><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="` + ids + `"/></o:shapelayout>` +
		fmt.Sprintf(boxType, "") + boxShapes(&sheet.canvas, notes, first, "") + `</xml>`
	name := m.parts.free(m.book.dir + "drawings/vmlDrawing%d.vml")
	id, err := m.parts.relate(sheet.part, m.book.relBase, "vmlDrawing", name)
	if err != nil {
		return nil, err
	}
	m.vml = true
	if err := m.parts.add(name, text); err != nil {
		return nil, err
	}
	if sheet.canvas.drawing != "" {
		return nil, fmt.Errorf("the drawing of sheet %q is missing", sheet.name)
	}
	at := sheet.canvas.behind
	return []edit{{at, at, fmt.Sprintf(`<%slegacyDrawing xmlns:r="%s" r:id="%s"/>`, sheet.canvas.root.prefix(), m.book.relNamespace, id)}}, nil
}

var shapeNumber = regexp.MustCompile(`_x0000_s(\d{1,8})\b`)

// moreBoxes appends boxes to the sheet's own drawing. Such drawings are often not quite
// XML (Excel leaves <br> open in them), so it is taken as text and only its end is sought.
func (m *marker) moreBoxes(part string, sheet *listedSheet, notes map[ref]string) error {
	b, err := m.parts.text(part)
	if err != nil {
		return err
	}
	s := string(b)
	end := strings.LastIndex(s, "</xml")
	if end < 0 {
		return fmt.Errorf("part %q is no drawing", part)
	}
	first := 1 * shapesEach
	for _, n := range shapeNumber.FindAllStringSubmatch(s, -1) {
		if v, err := strconv.Atoi(n[1]); err == nil {
			first = max(first, v)
		}
	}
	text := boxShapes(&sheet.canvas, notes, first+1, vmlSpaces)
	if !strings.Contains(s, `"_x0000_t202"`) && !strings.Contains(s, `'_x0000_t202'`) {
		text = fmt.Sprintf(boxType, vmlSpaces) + text
	}
	m.parts.changed[part] = []byte(s[:end] + text + s[end:])
	return nil
}

// boxShapes draws the boxes, hidden until the reader points at their cell.
func boxShapes(c *canvas, notes map[ref]string, first int, spaces string) string {
	var b strings.Builder
	for i, at := range slices.SortedFunc(maps.Keys(notes), cellOrder) {
		fmt.Fprintf(&b, `<v:shape%s id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:210pt;height:90pt;z-index:%d;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
			`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
			`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
			spaces, first+i, i+1, c.anchor(at, notes[at]), at.row-1, at.col-1)
	}
	return b.String()
}

// The size of a comment's box in points, the height by its lines.
const (
	boxWidth     = 230
	boxLine      = 13
	boxCharsLine = 23 // characters of size 9 on one line
	pointsPerCol = 5.6
	defaultWidth = 8.43 // of a column, in characters
)

// anchor says from which cell to which a box reaches, so that it is large enough to read
// whatever the widths of the columns beside its cell.
func (c *canvas) anchor(at ref, note string) string {
	lines := 2
	for _, line := range strings.Split(note, "\n") {
		lines += 1 + len([]rune(line))/boxCharsLine
	}
	col := at.col
	for w := 0.0; w < boxWidth && col < lastCol; col++ {
		w += max(c.width(col+1)*pointsPerCol, 1)
	}
	row := max(at.row-2, 0)
	last := row
	for h := 0.0; h < float64(lines*boxLine) && last < lastRow-1; last++ {
		h += max(c.rowHeight(last+1), 1)
	}
	return fmt.Sprintf("%d, 12, %d, 6, %d, 0, %d, 6", at.col, row, max(col, at.col+1), max(last, row+1))
}

func (c *canvas) width(col int) float64 {
	for _, span := range c.columns {
		if col >= span.first && col <= span.last && span.width > 0 {
			return span.width
		}
	}
	return defaultWidth
}

func (c *canvas) rowHeight(row int) float64 {
	if h, ok := c.heights[row]; ok {
		return h
	}
	return c.height
}
