package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCellsAreReadAsStored shows each kind of cell in its spelling in the file and as it must be read.
func TestCellsAreReadAsStored(t *testing.T) {
	for _, c := range []struct{ name, cell, want string }{
		{"a number keeps its digits", `<c r="B2"><v>98128.89999999999</v></c>`, `B2 n "98128.89999999999"`},
		{"an exponent stays", `<c r="B2"><v>1E-3</v></c>`, `B2 n "1E-3"`},
		{"an identity number loses no digit", `<c r="B2"><v>110101199001011234</v></c>`, `B2 n "110101199001011234"`},
		{"what is no number stays what it is", `<c r="B2" t="n"><v>NaN</v></c>`, `B2 n "NaN"`},
		{"an absurd number is cut and says so", `<c r="B2"><v>` + strings.Repeat("7", 300_000) + `</v></c>`, `B2 n "` + strings.Repeat("7", maxCellText) + `" cut`},
		{"a date by a format of the file", `<c r="B2" s="1"><v>46000</v></c>`, `B2 n "46000" date`},
		{"a date by a Chinese format number", `<c r="B2" s="5"><v>46000</v></c>`, `B2 n "46000" date`},
		{"a time", `<c r="B2" s="6"><v>0.5</v></c>`, `B2 n "0.5" time`},
		{"a percentage", `<c r="B2" s="2"><v>0.85</v></c>`, `B2 n "0.85" percent`},
		{"a date as ISO text", `<c r="B2" t="d"><v>2026-11-20T00:00:00</v></c>`, `B2 d "2026-11-20T00:00:00"`},
		{"a shared string", `<c r="B2" t="s"><v>0</v></c>`, `B2 t "项目名称"`},
		{"a struck-through correction", `<c r="B2" t="s"><v>1</v></c>`, `B2 t "500600" stands as "600"`},
		{"phonetic guides are left out", `<c r="B2" t="s"><v>2</v></c>`, `B2 t "城南"`},
		{"line breaks and spaces stay", `<c r="B2" t="s"><v>3</v></c>`, `B2 t " 一行\r\n二行 "`},
		{"an inline text", `<c r="B2" t="inlineStr"><is><t>甲&amp;乙&#x4e59;</t></is></c>`, `B2 t "甲&乙乙"`},
		{"inline runs", `<c r="B2" t="inlineStr"><is><r><t>甲</t></r><r><rPr><strike val="true"/></rPr><t>乙</t></r></is></c>`, `B2 t "甲乙" stands as "甲"`},
		{"CDATA and comments", `<c r="B2" t="str"><v>a<!-- - --><![CDATA[<b>]]></v></c>`, `B2 t "a<b>"`},
		{"a text struck through by its cell", `<c r="B2" s="3" t="s"><v>0</v></c>`, `B2 t "项目名称" struck`},
		{"a number struck through", `<c r="B2" s="3"><v>12</v></c>`, `B2 n "12" struck`},
		{"typed with an apostrophe", `<c r="B2" s="4" t="s"><v>0</v></c>`, `B2 t "项目名称" astext quoted`},
		{"a truth value", `<c r="B2" t="b"><v>1</v></c>`, `B2 b "TRUE"`},
		{"an error", `<c r="B2" t="e"><v>#REF!</v></c>`, `B2 e "#REF!"`},
		{"a formula with its result", `<c r="B2"><f>A1+1</f><v>42</v></c>`, `B2 n "42" formula =A1+1`},
		{"a formula giving text", `<c r="B2" t="str"><f>"完成"&amp;"30%"</f><v>完成30%</v></c>`, `B2 t "完成30%" formula ="完成"&"30%"`},
		{"a formula giving an empty text", `<c r="B2" t="str"><f>""</f><v></v></c>`, `B2 t "" formula =""`},
		{"a formula without a result", `<c r="B2"><f>A1+1</f></c>`, `B2 pending "" formula =A1+1`},
		{"a formula with an empty result", `<c r="B2"><f>A1+1</f><v/></c>`, `B2 pending "" formula =A1+1`},
		{"a formula reading another file", `<c r="B2"><f>'[1]2026计划'!$C$3</f><v>5</v></c>`, `B2 n "5" formula ='[1]2026计划'!$C$3 external`},
		{"a column of a table is no other file", `<c r="B2"><f>SUM(表1[[#This Row],[2026]])+Sheet2!A1</f><v>5</v></c>`, `B2 n "5" formula =SUM(表1[[#This Row],[2026]])+Sheet2!A1`},
		{"a cell picture of WPS", `<c r="B2" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>`, `B2 t "=DISPIMG(\"ID_1\",1)" formula =_xlfn.DISPIMG("ID_1",1)`},
		{"an unknown element is passed over", `<c r="B2"><v>1</v><extLst><ext><v>2</v></ext></extLst></c>`, `B2 n "1"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Open("周报.xlsx", newBook(`<row r="2">`+c.cell+`</row>`).pack(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"# 周报", c.want}, flat(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowsColumnsAndMergesKeepTheirPlaces(t *testing.T) {
	b := newBook(`<row><c><v>1</v></c><c t="s"><v/></c><c><v>3</v></c></row><row r="4" hidden="1"><c r="C4"><v>4</v></c><c><v>5</v></c></row>` +
		`<row/><row><c r="XFD6"><v>9</v></c></row><row r="1048576" spans="1:1"/>`)
	b.sheet = strings.Replace(b.sheet, "<sheetData>", `<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="9"/><col min="7" max="7" width="0"/></cols><sheetData>`, 1)
	b.sheet = strings.Replace(b.sheet, "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="nonsense"/>`+
		`<mergeCell ref="A1:XFD1048576"/><mergeCell ref="C3"/></mergeCells>`, 1)
	b.workbook = strings.Replace(b.workbook, "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
	f, err := Open("", b.pack(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"# 周报 A1:B2 A1:XFD1048576 -B:C -G:G",
		`A1 n "1"`, `C1 n "3"`, `C4 n "4" hidden`, `D4 n "5" hidden`, `XFD6 n "9"`,
	}
	if diff := cmp.Diff(want, flat(f)); diff != "" || !f.Date1904 {
		t.Error(f.Date1904, diff)
	}
}

// TestOddPackagesReadAlike packs one workbook in the ways writers are known to pack it.
func TestOddPackagesReadAlike(t *testing.T) {
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46000</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c></row>`
	want := []string{"# 周报", `A1 t "项目名称"`, `B1 n "46000" date`, `A2 t "城南"`}
	prefix := func(s string) string {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "</", "\x01"), "<", "<x:")
		return strings.ReplaceAll(strings.ReplaceAll(s, "\x01", "</x:"), "xmlns=", "xmlns:x=")
	}
	for name, change := range map[string]func(*book){
		"as usual": func(*book) {},
		"prefixes": func(b *book) {
			b.sheet, b.shared, b.styles, b.workbook = prefix(b.sheet), prefix(b.shared), prefix(b.styles), prefix(b.workbook)
		},
		"byte order marks": func(b *book) { b.sheet, b.shared = "\uFEFF<?xml version=\"1.0\"?>\r\n"+b.sheet, "\uFEFF"+b.shared },
		"UTF-16": func(b *book) {
			b.shared, b.sheet = utf16le("\uFEFF"+b.shared), utf16le(`<?xml version="1.0" encoding="UTF-16"?>`+b.sheet)
		},
		"GB18030":            func(b *book) { b.shared = gb18030(t, `<?xml version="1.0" encoding="GB2312"?>`+b.shared) },
		"rooted targets":     func(b *book) { b.rels = strings.ReplaceAll(b.rels, `Target="`, `Target="/xl/`) },
		"backslash targets":  func(b *book) { b.rels = strings.ReplaceAll(b.rels, `worksheets/`, `worksheets\`) },
		"another case":       func(b *book) { b.rels = strings.ReplaceAll(b.rels, `sheet1.xml`, `Sheet1.XML`) },
		"roundabout targets": func(b *book) { b.rels = strings.ReplaceAll(b.rels, `worksheets/`, `../xl/./worksheets/`) },
		"strict types": func(b *book) {
			b.rels = strings.ReplaceAll(b.rels, relType, "http://purl.oclc.org/ooxml/officeDocument/relationships/")
		},
		"no references":       func(b *book) { b.sheet = noRefs(b.sheet) },
		"forgotten relations": func(b *book) { b.rels = relsPart(rel("rId1", "worksheet", "worksheets/sheet1.xml")) },
		"forgotten root":      func(b *book) { b.root = relsPart() },
		"spaces in tags":      func(b *book) { b.sheet = strings.ReplaceAll(b.sheet, `"><v>`, "\"\n><v  >") },
		"single quotes":       func(b *book) { b.sheet = strings.ReplaceAll(b.sheet, `"`, "'") },
		"strange extra parts": func(b *book) {
			b.more = []part{{"\xd6\xdc\xb1\xa8.xml", "<not xml"}, {"xl/theme/theme1.xml", "<!DOCTYPE x>"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(rows)
			change(&b)
			f, err := Open("", b.pack(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, flat(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWorkbookWithoutStylesOrStringsIsRead(t *testing.T) {
	b := newBook(`<row r="1"><c r="A1" s="3"><v>1</v></c></row>`)
	b.styles, b.shared = "", ""
	b.rels = relsPart(rel("rId1", "worksheet", "worksheets/sheet1.xml"))
	f, err := Open("", b.pack(t))
	if diff := cmp.Diff([]string{"# 周报", `A1 n "1"`}, flat(f)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestSheetsOfOtherKindsAreLeftOut(t *testing.T) {
	b := newBook(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	b.workbook = strings.Replace(b.workbook, "<sheets>", `<sheets><sheet name="图" r:id="rId7"/><sheet name="宏" state="veryHidden" r:id=""/>`, 1)
	b.workbook = strings.Replace(b.workbook, `name="周报"`, `name="周报" state="hidden"`, 1)
	b.rels = strings.Replace(b.rels, "</Rel", rel("rId7", "chartsheet", "chartsheets/sheet1.xml")+"</Rel", 1)
	b.more = []part{{"xl/vbaProject.bin", "macro"}, {"xl/media/image1.png", "stamp"}}
	f, err := Open("", b.pack(t))
	if diff := cmp.Diff([]string{"# 周报 hidden", `A1 n "1"`}, flat(f)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if f.Format != FormatXLSM || !f.Macros || !f.Images {
		t.Errorf("format %s, macros %v, images %v", f.Format, f.Macros, f.Images)
	}
}
