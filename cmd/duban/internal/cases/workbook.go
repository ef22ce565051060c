package cases

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"math/big"
	"strconv"
	"strings"

	"duban/state"
)

// The first rows of a drawn sheet.
const (
	titleRow = 1
	metaRow  = 2
	headRow  = 3
)

// Workbook draws the report as an .xlsx: as little as a program opens, and every oddity a
// case needs. The same report gives the same bytes.
func (r *Report) Workbook() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	parts := r.parts()
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write([]byte(p.xml))
		}
		if err != nil {
			return nil, fmt.Errorf("draw workbook: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("draw workbook: %w", err)
	}
	return out.Bytes(), nil
}

type part struct{ name, xml string }

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relNS    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packNS   = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	typeBase = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	// Styles by number: 1 struck through, 2 a date, 3 a heading.
	styles = xmlHead + `<styleSheet ` + mainNS + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>` +
		`<fonts count="3"><font><sz val="11"/><name val="宋体"/></font><font><strike/><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf fontId="0" borderId="1" applyBorder="1"/><xf fontId="1" borderId="1" applyFont="1" applyBorder="1"/>` +
		`<xf numFmtId="164" fontId="0" borderId="1" applyNumberFormat="1" applyBorder="1"/><xf fontId="2" borderId="1" applyFont="1" applyBorder="1"/></cellXfs></styleSheet>`
)

func (r *Report) parts() []part {
	var types, sheets, rels strings.Builder
	var out []part
	sheet := func(name string, hidden bool, xml string) {
		n := strconv.Itoa(len(out)/2 + 1)
		attr := ""
		if hidden {
			attr = ` state="hidden"`
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%s"%s r:id="rId%s"/>`, html.EscapeString(name), n, attr, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%s" Type="%s/worksheet" Target="worksheets/sheet%s.xml"/>`, n, relNS, n)
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%s.xml" ContentType="%sworksheet+xml"/>`, n, typeBase)
		out = append(out, part{"xl/worksheets/sheet" + n + ".xml", xmlHead + xml}, part{"xl/worksheets/_rels/sheet" + n + ".xml.rels", xmlHead + `<Relationships ` + packNS + `/>`})
	}
	var notes []part
	for _, s := range r.Sheets {
		c := r.canvas(s)
		sheet(s.Name, s.Hidden, c.sheet())
		if c.notes != "" {
			notes = append(notes, part{strconv.Itoa(len(out) / 2), c.notes})
		}
	}
	if r.Identity[0] != "" {
		c := canvas{}
		c.row(1, false, c.at(0, 1, &Cell{Text: "duban-form"})+c.at(1, 1, &Cell{Text: r.Identity[0]})+c.at(2, 1, &Cell{Text: r.Identity[1]})+c.at(3, 1, &Cell{Text: r.Identity[2]}))
		sheet("_id", true, c.sheet())
	}
	for _, n := range notes {
		no, _ := strconv.Atoi(n.name) // written four lines above
		out[2*no-1].xml = xmlHead + fmt.Sprintf(`<Relationships %s><Relationship Id="rId1" Type="%s/comments" Target="../comments%s.xml"/></Relationships>`, packNS, relNS, n.name)
		fmt.Fprintf(&types, `<Override PartName="/xl/comments%s.xml" ContentType="%scomments+xml"/>`, n.name, typeBase)
		out = append(out, part{"xl/comments" + n.name + ".xml", xmlHead + `<comments ` + mainNS + `><authors><author>严拟辰</author></authors><commentList>` + n.xml + `</commentList></comments>`})
	}
	return append([]part{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + typeBase + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + typeBase + `styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", xmlHead + `<Relationships ` + packNS + `><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainNS + ` xmlns:r="` + relNS + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships ` + packNS + `>` + rels.String() + `<Relationship Id="rId99" Type="` + relNS + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", styles},
	}, out...)
}

// canvas is one sheet being drawn.
type canvas struct {
	rows, merged, cols strings.Builder
	merges             int
	notes              string
}

func (c *canvas) row(no int, hidden bool, cells string) {
	attr := ""
	if hidden {
		attr = ` hidden="1"`
	}
	fmt.Fprintf(&c.rows, `<row r="%d"%s>%s</row>`, no, attr, cells)
}

func (c *canvas) merge(ref string) {
	fmt.Fprintf(&c.merged, `<mergeCell ref="%s"/>`, ref)
	c.merges++
}

func (c *canvas) sheet() string {
	out := `<worksheet ` + mainNS + `>`
	if c.cols.Len() > 0 {
		out += `<cols>` + c.cols.String() + `</cols>`
	}
	out += `<sheetData>` + c.rows.String() + `</sheetData>`
	if c.merges > 0 {
		out += fmt.Sprintf(`<mergeCells count="%d">%s</mergeCells>`, c.merges, c.merged.String())
	}
	return out + `</worksheet>`
}

// canvas draws a sheet of the report: title, head line, header, rows, totals.
func (r *Report) canvas(s *Sheet) *canvas {
	c := &canvas{}
	for i, col := range s.Columns {
		hidden := ""
		if col.Hidden {
			hidden = ` hidden="1"`
		}
		fmt.Fprintf(&c.cols, `<col min="%d" max="%d" width="14" customWidth="1"%s/>`, i+1, i+1, hidden)
	}
	c.row(titleRow, false, c.at(0, titleRow, &Cell{Text: "澜川区2026年重大项目进展周报表(" + s.Name + ")"}))
	c.merge("A1:" + ref(len(s.Columns)-1, titleRow))
	head := "填报单位:" + r.Unit
	if r.Period != "" {
		head += "    报告期:" + r.Period
	}
	c.row(metaRow, false, c.at(0, metaRow, &Cell{Text: head + "    填报人:" + r.Filler + "    审核人:卓拟明"}))
	c.merge("A2:" + ref(len(s.Columns)-1, metaRow))
	no := headRow
	if !s.NoHead {
		cells := ""
		for i, col := range s.Columns {
			cells += c.at(i, no, &Cell{Text: col.Title})
		}
		c.row(no, false, cells)
		no++
	}
	for _, row := range s.Rows {
		cells := ""
		for i, col := range s.Columns {
			if cell := row.cells[col.ID]; cell != nil {
				cells += c.at(i, no, cell.as(col.def))
			}
		}
		c.row(no, row.Hidden, cells)
		no++
	}
	c.totals(s, no)
	if s.Below != "" {
		c.row(no+1, false, c.at(0, no+1, &Cell{Text: s.Below}))
	}
	for _, m := range s.Merged {
		c.merge(m)
	}
	return c
}

// totals draws the 合计 row: the sums as they are, unless the case types others.
func (c *canvas) totals(s *Sheet, no int) {
	cells := c.at(0, no, &Cell{Text: "合计"})
	some := false
	for i, col := range s.Columns {
		if col.def == nil || !col.def.Sum || len(s.Rows) < 2 {
			continue
		}
		some = true
		sum := new(big.Rat)
		for _, row := range s.Rows {
			if cell := row.cells[col.ID]; cell != nil {
				if n, ok := new(big.Rat).SetString(plainFigure.Replace(cell.Text)); ok {
					sum.Add(sum, n)
				}
			}
		}
		text := strings.TrimSuffix(strings.TrimRight(sum.FloatString(4), "0"), ".")
		if other, ok := s.Totals[col.ID]; ok {
			text = other
		}
		cells += c.at(i, no, (&Cell{Text: text}).as(col.def))
	}
	if some {
		c.row(no, false, cells)
	}
}

// plainFigure undoes what a clerk types round a figure.
var plainFigure = strings.NewReplacer("４", "4", "２", "2", "０", "0", "万元", "")

// as is the cell as a clerk's program stores it in a column of figures.
func (x *Cell) as(def *state.Column) *Cell {
	if def == nil || def.Kind == state.KindText || def.Kind == state.KindChoice || def.Kind == state.KindDate {
		y := *x
		y.Typed = true
		return &y
	}
	return x
}

// at draws one cell; what looks like a figure is one unless it was typed as words.
func (c *canvas) at(col, row int, x *Cell) string {
	where := ref(col, row)
	if x.Note != "" {
		c.notes += fmt.Sprintf(`<comment ref="%s" authorId="0"><text><r><t>%s</t></r></text></comment>`, where, html.EscapeString(x.Note))
	}
	style := 0
	switch {
	case x.Struck:
		style = 1
	case x.Date:
		style = 2
	case row <= headRow:
		style = 3
	}
	number := !x.Typed || x.Date
	if _, ok := new(big.Rat).SetString(x.Text); !ok || strings.ContainsAny(x.Text, "/eE") {
		number = false
	}
	formula := ""
	if x.Formula != "" {
		formula = "<f>" + html.EscapeString(x.Formula) + "</f>"
	}
	switch {
	case x.Pending:
		return fmt.Sprintf(`<c r="%s" s="%d">%s</c>`, where, style, formula)
	case x.Failed:
		return fmt.Sprintf(`<c r="%s" s="%d" t="e">%s<v>%s</v></c>`, where, style, formula, html.EscapeString(x.Text))
	case x.Text == "":
		return fmt.Sprintf(`<c r="%s" s="%d"/>`, where, style)
	case number:
		return fmt.Sprintf(`<c r="%s" s="%d">%s<v>%s</v></c>`, where, style, formula, x.Text)
	}
	return fmt.Sprintf(`<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, where, style, html.EscapeString(x.Text))
}

// ref is a cell's name: ref(7, 6) is H6.
func ref(col, row int) string {
	name := ""
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}

// Place names the cell a project's column is drawn in: "H6"; "" when it is not drawn.
func (r *Report) Place(project, column string) string {
	for _, s := range r.Sheets {
		for i, row := range s.Rows {
			if row.Project != project {
				continue
			}
			for j, c := range s.Columns {
				if c.ID == column {
					return ref(j, headRow+1+i)
				}
			}
		}
	}
	return ""
}
