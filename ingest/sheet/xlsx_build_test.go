package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// part is one entry of a zip under construction.
type part struct{ name, text string }

// pack makes a zip of parts, in their order.
func pack(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write([]byte(p.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	relType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	mainNS  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
)

func relsPart(lines ...string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + strings.Join(lines, "") +
		`</Relationships>`
}

func rel(id, kind, target string) string {
	return fmt.Sprintf(`<Relationship Id="%s" Type="%s%s" Target="%s"/>`, id, relType, kind, target)
}

// book is a small workbook whose parts a test may change before it is packed.
type book struct {
	root, rels, workbook, styles, shared, sheet string
	more                                        []part
}

// newBook is a whole workbook of one sheet "周报" with the given inside of its sheetData, a few shared strings and styles.
func newBook(rows string) book {
	return book{
		root: relsPart(rel("rId1", "officeDocument", "xl/workbook.xml")),
		rels: relsPart(rel("rId1", "worksheet", "worksheets/sheet1.xml"), rel("rId2", "styles", "styles.xml"),
			rel("rId3", "sharedStrings", "sharedStrings.xml")),
		workbook: `<workbook ` + mainNS + ` xmlns:r="x"><sheets><sheet name="周报" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		styles: `<styleSheet ` + mainNS + `><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>` +
			`<fonts><font><sz val="11"/></font><font><strike/></font><font><strike val="0"/></font></fonts>` +
			`<fills/><cellStyleXfs><xf numFmtId="10"/></cellStyleXfs>` +
			`<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="176" fontId="0"/><xf numFmtId="10" fontId="0"/>` +
			`<xf numFmtId="0" fontId="1"/><xf numFmtId="49" fontId="2" quotePrefix="1"/><xf numFmtId="31"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		shared: `<sst ` + mainNS + ` count="4" uniqueCount="4"><si><t>项目名称</t></si>` +
			`<si><r><rPr><strike/></rPr><t>500</t></r><r><rPr><color rgb="FFFF0000"/></rPr><t>600</t></r></si>` +
			`<si><t>城南</t><rPh sb="0" eb="2"><t>チェンナン</t></rPh></si><si><t xml:space="preserve"> 一行_x000D_&#10;二行 </t></si></sst>`,
		sheet: `<worksheet ` + mainNS + `><dimension ref="A1:XFD1048576"/><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func (b book) pack(t testing.TB) []byte {
	t.Helper()
	parts := []part{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", b.root},
		{"xl/workbook.xml", b.workbook},
		{"xl/_rels/workbook.xml.rels", b.rels},
		{"xl/worksheets/sheet1.xml", b.sheet},
	}
	if b.styles != "" {
		parts = append(parts, part{"xl/styles.xml", b.styles})
	}
	if b.shared != "" {
		parts = append(parts, part{"xl/sharedStrings.xml", b.shared})
	}
	return pack(t, append(parts, b.more...)...)
}
