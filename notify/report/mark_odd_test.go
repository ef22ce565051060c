package report

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"duban/state"
)

// odd is a small workbook of one sheet whose parts a test may replace: the ways in which
// writers of workbooks differ.
type odd struct {
	types, root, rels, workbook, styles, sheet string
	more                                       map[string]string
	rename                                     func(string) string
}

const (
	oddMain = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	// oddColours is just enough of a theme for the other reader to tell colours.
	oddColours = `<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:clrScheme/></a:themeElements></a:theme>`
	oddRel     = `<Relationship Id="%1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%2" Target="%3"/>`
)

var oddTheme = [3]string{"rId9", "theme", "theme/theme1.xml"}

func oddRels(lines ...[3]string) string {
	s := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for _, l := range lines {
		s += strings.NewReplacer("%1", l[0], "%2", l[1], "%3", l[2]).Replace(oddRel)
	}
	return s + `</Relationships>`
}

func oddBook(rows string) odd {
	return odd{
		types: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
		root:     oddRels([3]string{"rId1", "officeDocument", "xl/workbook.xml"}),
		rels:     oddRels([3]string{"rId1", "worksheet", "worksheets/sheet1.xml"}, [3]string{"rId2", "styles", "styles.xml"}, oddTheme),
		workbook: `<workbook ` + oddMain + `><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		styles: `<styleSheet ` + oddMain + `><numFmts count="1"><numFmt numFmtId="176" formatCode="0.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="14"/><name val="黑体"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="176" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right"/></xf></cellXfs></styleSheet>`,
		sheet: `<worksheet ` + oddMain + `><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func (o odd) zip(t testing.TB) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml": o.types, "_rels/.rels": o.root, "xl/workbook.xml": o.workbook, "xl/_rels/workbook.xml.rels": o.rels,
		"xl/worksheets/sheet1.xml": o.sheet, "xl/styles.xml": o.styles,
		"xl/theme/theme1.xml": oddColours,
	}
	for name, text := range o.more {
		all[name] = text
	}
	var names []string
	for name, text := range all {
		if text != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		as := name
		if o.rename != nil {
			as = o.rename(name)
		}
		w, err := z.Create(as)
		if err == nil {
			_, err = w.Write([]byte(all[name]))
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

const oddRows = `<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> 题 </t></is></c></row><row r="3" spans="1:3"><c r="A3" s="1"><v>1.5</v></c><c r="C3" s="1"><f>A3*2</f><v>3</v></c></row>`

func at(level state.Level, cells ...string) []state.Finding {
	var out []state.Finding
	for _, c := range cells {
		out = append(out, state.Finding{Level: level, Sheet: "表", Cell: c, Message: "请改" + c})
	}
	return out
}

// TestOddWorkbooksAreMarked marks cells that are there, that are missing in their row, and
// whose row is missing, in workbooks as writers differ.
func TestOddWorkbooksAreMarked(t *testing.T) {
	prefixed := strings.NewReplacer("xmlns=", "xmlns:x=", "</", "</x:", "<", "<x:")
	strict := strings.NewReplacer("http://schemas.openxmlformats.org/spreadsheetml/2006/main", strictMain, commonRel, strictRel)
	gone := strings.NewReplacer(` r="1"`, "", ` r="A1"`, "", ` r="A3"`, "")
	for name, change := range map[string]func(*odd){
		"ordinary": func(*odd) {},
		"prefixed": func(o *odd) {
			o.sheet, o.workbook, o.styles = prefixed.Replace(o.sheet), prefixed.Replace(o.workbook), prefixed.Replace(o.styles)
		},
		"strict": func(o *odd) {
			for _, p := range []*string{&o.sheet, &o.workbook, &o.styles, &o.rels, &o.root} {
				*p = strict.Replace(*p)
			}
		},
		"rooted targets":     func(o *odd) { o.rels = strings.ReplaceAll(o.rels, `Target="`, `Target="/xl/`) },
		"roundabout targets": func(o *odd) { o.rels = strings.ReplaceAll(o.rels, `Target="`, `Target="./../xl/`) },
		"backslashes":        func(o *odd) { o.rename = func(s string) string { return strings.ReplaceAll(s, "/", `\`) } },
		"other case":         func(o *odd) { o.rels = strings.ReplaceAll(o.rels, "worksheets/sheet1", "Worksheets/Sheet1") },
		"no styles": func(o *odd) {
			o.sheet = strings.ReplaceAll(o.sheet, ` s="1"`, "")
			o.styles, o.rels = "", oddRels([3]string{"rId1", "worksheet", "worksheets/sheet1.xml"})
		},
		"bare styles": func(o *odd) {
			o.sheet = strings.ReplaceAll(o.sheet, ` s="1"`, "")
			o.styles = `<styleSheet ` + oddMain + `><dxfs/></styleSheet>`
		},
		"references left out": func(o *odd) { o.sheet = gone.Replace(o.sheet) },
		"byte order mark":     func(o *odd) { o.sheet, o.workbook = "\uFEFF"+o.sheet, "\uFEFF"+o.workbook },
		"protected": func(o *odd) {
			o.sheet = strings.Replace(o.sheet, "</sheetData>", `</sheetData><sheetProtection sheet="1"/>`, 1)
		},
		"things behind cells": func(o *odd) {
			o.sheet = strings.Replace(o.sheet, "</sheetData>", `</sheetData><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/><tableParts count="0"/>`, 1)
		},
		"no room for the type": func(o *odd) {
			o.types = strings.Replace(o.types, "<Default", `<Default Extension="VML" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Default`, 1)
		},
		"names and views": func(o *odd) {
			o.workbook = strings.NewReplacer("<sheets>", `<bookViews><workbookView/></bookViews><sheets>`, "</sheets>", `</sheets><definedNames><definedName name="a" localSheetId="0">表!$A$1</definedName></definedNames>`).Replace(o.workbook)
		},
		"counted from 1904": func(o *odd) {
			o.workbook = strings.Replace(o.workbook, "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
		},
		"declared and one line": func(o *odd) { o.sheet = `<?xml version='1.0' encoding='utf-8'?>` + o.sheet },
	} {
		t.Run(name, func(t *testing.T) {
			o := oddBook(oddRows)
			change(&o)
			before := o.zip(t)
			after, err := Mark(before, "a.xlsx", slices.Concat(at(state.LevelError, "A3", "B3", "B2"), at(state.LevelWarning, "C3", "D9", "A1")))
			if err != nil {
				t.Fatal(err)
			}
			sheet := "xl/worksheets/sheet1.xml"
			if o.rename != nil {
				sheet = o.rename(sheet)
			}
			onlyMarked(t, before, after, map[string][]string{sheet: {"A1", "B2", "A3", "B3", "C3", "D9"}})
			if o.rename != nil || name == "other case" {
				return // the other reader does not find such parts
			}
			sameCells(t, before, after, map[string]string{"表!A3": colours[red], "表!B3": colours[red], "表!C3": colours[yellow], "表!A1": colours[yellow]})
			f := opened(t, after)
			for at, want := range map[string]string{"B2": colours[red], "D9": colours[yellow]} {
				if fill := style(t, f, "表", at).Fill; len(fill.Color) != 1 || fill.Color[0] != want[2:] {
					t.Errorf("%s is filled %+v, want %s", at, fill, want)
				}
			}
			if got := commentsOf(t, after, "表"); len(got) != 6 || !strings.Contains(got["B2"], "请改B2") {
				t.Errorf("comments: %q", got)
			}
		})
	}
}

func TestPartsInChineseEncodingsAreMarked(t *testing.T) {
	o := oddBook(strings.Replace(oddRows, "题", "\xCC\xE2", 1))
	o.sheet = `<?xml version="1.0" encoding="GB18030"?>` + o.sheet
	before := o.zip(t)
	after, err := Mark(before, "a", at(state.LevelError, "A1"))
	if err != nil {
		t.Fatal(err)
	}
	onlyMarked(t, before, after, map[string][]string{"xl/worksheets/sheet1.xml": {"A1"}})
	if got, _ := opened(t, after).GetCellValue("表", "A1"); got != " 题 " {
		t.Errorf("A1 reads %q", got)
	}
}

func TestMergedCellIsMarkedWhereItIsSeen(t *testing.T) {
	o := oddBook(oddRows)
	o.sheet = strings.Replace(o.sheet, "</sheetData>", `</sheetData><mergeCells count="1"><mergeCell ref="A3:B4"/></mergeCells>`, 1)
	before := o.zip(t)
	after, err := Mark(before, "a", slices.Concat(at(state.LevelWarning, "A3"), at(state.LevelError, "B4")))
	if err != nil {
		t.Fatal(err)
	}
	onlyMarked(t, before, after, map[string][]string{"xl/worksheets/sheet1.xml": {"A3"}})
	if fill := style(t, opened(t, after), "表", "A3").Fill; len(fill.Color) != 1 || fill.Color[0] != colours[red][2:] {
		t.Errorf("A3 is filled %+v: what must be changed outweighs what should be explained", fill)
	}
	if got := commentsOf(t, after, "表"); len(got) != 1 || !strings.Contains(got["A3"], "请改A3") || !strings.Contains(got["A3"], "请改B4") {
		t.Errorf("comments: %q", got)
	}
}

func TestDepartmentsOwnCommentsStay(t *testing.T) {
	o := oddBook(oddRows)
	o.sheet = strings.Replace(o.sheet, "</worksheet>", `<legacyDrawing r:id="rId2"/></worksheet>`, 1)
	vml := `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
		`<v:shapetype id="_x0000_t202"/><v:shape id="_x0000_s1030" type="#_x0000_t202"><v:textbox><div>a<br></div></v:textbox><x:ClientData ObjectType="Note"><x:Row>2</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>`
	o.more = map[string]string{
		"xl/worksheets/_rels/sheet1.xml.rels": oddRels([3]string{"rId1", "comments", "../comments1.xml"}, [3]string{"rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml"}),
		"xl/comments1.xml":                    `<comments ` + oddMain + `><authors><author>填报人</author></authors><commentList><comment ref="A3" authorId="0"><text><t>含设备</t></text></comment></commentList></comments>`,
		"xl/drawings/vmlDrawing1.vml":         vml,
	}
	before := o.zip(t)
	after, err := Mark(before, "a", at(state.LevelError, "A3", "C3"))
	if err != nil {
		t.Fatal(err)
	}
	onlyMarked(t, before, after, map[string][]string{"xl/worksheets/sheet1.xml": {"A3", "C3"}})
	got := commentsOf(t, after, "表")
	if len(got) != 2 || !strings.Contains(got["A3"], "含设备") || !strings.Contains(got["A3"], "请改A3") || !strings.Contains(got["C3"], "请改C3") {
		t.Errorf("comments: %q", got)
	}
	is := unzipped(t, after)
	if s := string(is["xl/drawings/vmlDrawing1.vml"]); strings.Count(s, "<v:shape ") != 2 || !strings.Contains(s, `id="_x0000_s1031"`) {
		t.Errorf("the drawing holds %d boxes: one is there, one is new", strings.Count(s, "<v:shape "))
	}
	if is["xl/comments2.xml"] != nil {
		t.Error("a second comments part was made")
	}
}

func TestNumbersThatCountSheetsMoveWithThem(t *testing.T) {
	o := oddBook(oddRows)
	o.rels = oddRels([3]string{"rId1", "worksheet", "worksheets/sheet1.xml"}, [3]string{"rId2", "styles", "styles.xml"}, [3]string{"rId3", "worksheet", "worksheets/sheet2.xml"}, oddTheme)
	o.more = map[string]string{"xl/worksheets/sheet2.xml": strings.Replace(o.sheet, "题", "二", 1)}
	o.workbook = `<workbook ` + oddMain + `><bookViews><workbookView firstSheet="1" activeTab="1"/></bookViews><sheets><sheet name="表" sheetId="7" state="hidden" r:id="rId1"/>` +
		`<sheet name="补正清单" sheetId="9" r:id="rId3"/></sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="1">'补正清单'!$A$1</definedName><definedName name="全区">表!$A$1</definedName></definedNames></workbook>`
	before := o.zip(t)
	after, err := Mark(before, "a", at(state.LevelError, "A3"))
	if err != nil {
		t.Fatal(err)
	}
	got := string(unzipped(t, after)["xl/workbook.xml"])
	for _, want := range []string{
		`firstSheet="2" activeTab="2"`, `<sheet name="补正清单(2)" sheetId="10"`,
		`<definedName name="_xlnm.Print_Area" localSheetId="2">'补正清单'!$A$1</definedName><definedName name="全区">表!$A$1</definedName>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the workbook part lacks %s: %s", want, got)
		}
	}
	f := opened(t, after)
	if text, _ := f.GetCellValue("补正清单(2)", "B4"); text != "表(隐藏的工作表)" {
		t.Errorf("a hidden sheet is called %q", text)
	}
	if linked, _, _ := f.GetCellHyperLink("补正清单(2)", "C4"); linked {
		t.Error("a link leads to a hidden sheet, where nobody can go")
	}
}

func TestSheetNameIsQuotedInLinks(t *testing.T) {
	o := oddBook(oddRows)
	o.workbook = strings.Replace(o.workbook, `name="表"`, `name="1&amp;2 '表'"`, 1)
	after, err := Mark(o.zip(t), "a", []state.Finding{{Level: state.LevelError, Sheet: "1&2 '表'", Cell: "A3", Message: "改"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, to, _ := opened(t, after).GetCellHyperLink(listName, "C4"); to != "'1&2 ''表'''!A3" {
		t.Errorf("the link leads to %s", to)
	}
}
