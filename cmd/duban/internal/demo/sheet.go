package demo

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
)

// Sheet spells a workbook of one sheet, its texts shared and its numbers numbers: as little as
// a program opens. The same rows give the same bytes.
type Sheet struct {
	sheet, shared strings.Builder
	rows          int
	at            map[string]int // where a text stands among the shared ones
}

// Row adds a row: a string becomes a text, anything else stands as it prints.
func (w *Sheet) Row(cells ...any) {
	w.rows++
	fmt.Fprintf(&w.sheet, `<row r="%d">`, w.rows)
	for i, v := range cells {
		ref := fmt.Sprintf("%c%d", 'A'+i, w.rows)
		if i >= 26 {
			ref = "A" + fmt.Sprintf("%c%d", 'A'+i-26, w.rows)
		}
		text, isText := v.(string)
		if !isText {
			fmt.Fprintf(&w.sheet, `<c r="%s"><v>%v</v></c>`, ref, v)
			continue
		}
		n, known := w.at[text]
		if !known {
			if w.at == nil {
				w.at = map[string]int{}
			}
			n = len(w.at)
			w.at[text] = n
			fmt.Fprintf(&w.shared, `<si><t>%s</t></si>`, html.EscapeString(text))
		}
		fmt.Fprintf(&w.sheet, `<c r="%s" t="s"><v>%d</v></c>`, ref, n)
	}
	w.sheet.WriteString(`</row>`)
}

// Pack closes the workbook.
func (w *Sheet) Pack() ([]byte, error) {
	const (
		head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
		main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
		rels = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
		doc  = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
		kind = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kind + `worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="` + kind + `sharedStrings+xml"/></Types>`},
		{"_rels/.rels", `<Relationships ` + rels + `><Relationship Id="rId1" Type="` + doc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="` + doc + `"><sheets><sheet name="在建项目" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships ` + rels + `><Relationship Id="rId1" Type="` + doc + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + doc + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet ` + main + `><sheetData>` + w.sheet.String() + `</sheetData></worksheet>`},
		{"xl/sharedStrings.xml", `<sst ` + main + `>` + w.shared.String() + `</sst>`},
	} {
		f, err := z.Create(part[0])
		if err == nil {
			_, err = f.Write([]byte(head + part[1]))
		}
		if err != nil {
			return nil, fmt.Errorf("pack a workbook: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack a workbook: %w", err)
	}
	return out.Bytes(), nil
}
