package sheet

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func gb18030(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16le(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func noRefs(s string) string { return regexp.MustCompile(` r="[A-Z]*\d+"`).ReplaceAllString(s, "") }

// Figures with thousands separators stand in quotes, so that no two lines hold equally many commas; some programs leave out
// the empty cells at the end of a line.
func TestDelimitedTextIsReadHoweverItsLinesAreCut(t *testing.T) {
	for name, text := range map[string]string{
		"quoted separators": "周报,,,\n编号,名称,投资,累计\n1,水厂,\"1,234.5\",\"9,000\"\n2,\"大桥,南段\",12,\"1,234,567\"\n合计,,\"1,246.5\",\n",
		"ragged lines":      "周报\n填报单位：建设局\n编号,名称,投资,累计\n1,水厂,12\n2,大桥,12,99\n合计,,24\n",
		"tabs and commas":   "周报\n编号\t名称\t投资\t累计\n1\t水厂,一期,北\t1,234,567\t9,000\n2\t大桥,南段,新\t12\t1,234,567\n",
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open("周报.csv", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got := flat(f); !slices.ContainsFunc(got, func(c string) bool { return strings.HasPrefix(c, "B") && strings.Contains(c, `"名称"`) }) {
				t.Errorf("read as %q", got)
			}
		})
	}
	for name, text := range map[string]string{
		"prose":        "张三同志：\n附件请查收，谢谢，辛苦，\n本周无变化，项目正常，进度正常\n此致\n",
		"English mail": "Dear all,\nplease find the form attached, with figures, as agreed\nRegards\nZhang\n",
	} {
		if _, err := Open("正文.txt", []byte(text)); reasonOf(err) != ReasonNotWorkbook {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDelimitedTextIsReadInAnyCharacterSet(t *testing.T) {
	text := "区重大项目周报,,,\r\n编号,名称,投资,说明\r\n001,\"城南\n水厂,二期\",12.5,\"他说\"\"好\"\"\"\r\n\r\n,,3e2,=\"0571\"\r\n"
	want := []string{
		"# 周报", `A1 t "区重大项目周报"`, `A2 t "编号"`, `B2 t "名称"`, `C2 t "投资"`, `D2 t "说明"`,
		`A3 t "001"`, `B3 t "城南\n水厂,二期"`, `C3 n "12.5"`, `D3 t "他说\"好\""`, `C5 n "3e2"`, `D5 t "0571" quoted`,
	}
	for name, data := range map[string]string{
		"UTF-8":               text,
		"UTF-8 with a mark":   "\uFEFF" + text,
		"GB18030":             gb18030(t, text),
		"UTF-16 with a mark":  utf16le("\uFEFF" + text),
		"tabs":                strings.NewReplacer("水厂,", "水厂,", ",", "\t").Replace(text),
		"semicolons":          strings.NewReplacer("水厂,", "水厂,", ",", ";").Replace(text),
		"lines ended by CR":   strings.ReplaceAll(text, "\r\n", "\r"),
		"ended by an old EOF": text + "\x1A",
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open("信箱/周报.csv", []byte(data))
			if err != nil || f.Format != FormatCSV {
				t.Fatal(f.Format, err)
			}
			if diff := cmp.Diff(want, flat(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOfficePagesAreReadAsSheets(t *testing.T) {
	page := `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk"><style>td{x}</style>` +
		`<!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>重点&amp;周报</x:Name></x:ExcelWorksheet></xml><![endif]--></head><body>` +
		`<p>前言</p><table><tr><td colspan=2 rowspan=2> 项目&nbsp;&nbsp;名称<br>二行 </td><th>投资</th></tr>` +
		`<tr style="DISPLAY: none"><td>12.50</td></tr>` +
		`<tr><td style="mso-number-format:'\@'">001</td><td><s>500</s>600</td><td><table><tr><td>内</td></tr></table>外<td>尾</table></body></html>`
	want := []string{
		"# 重点&周报 A1:B2", `A1 t "项目 名称\n二行"`, `C1 t "投资"`, `C2 n "12.50" hidden`,
		`A3 t "001" astext`, `B3 n "500600" stands as "600"`, `C3 t "内外"`, `D3 t "尾"`,
	}
	f, err := Open("周报.xls", []byte(gb18030(t, page)))
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" || f.Format != FormatHTML {
		t.Error(f.Format, err, diff)
	}
}

func TestSlovenlyTablesKeepTheirRowsApart(t *testing.T) {
	f, err := Open("", []byte("<table><td>1</tr><td>2<td>3<tr><td>4</table><table><tr></table>"))
	if diff := cmp.Diff([]string{"# Sheet1", `A1 n "1"`, `A2 n "2"`, `B2 n "3"`, `A3 n "4"`}, flat(f)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

const oldXML = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="h">
<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style></Styles>
<Worksheet ss:Name="周报"><Table><Column ss:Index="2" ss:Span="1" ss:Hidden="1"/>
<Row ss:Index="2"><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">甲<html:B>乙</html:B></Data></Cell><Cell ss:StyleID="d"><Data ss:Type="DateTime">2026-11-20T00:00:00.000</Data></Cell></Row>
<Row ss:Hidden="1"><Cell ss:Index="5" ss:Formula="=RC[-1]*2"><Data ss:Type="Number">98128.9</Data></Cell><Cell ss:Formula="=1"/><Cell ss:StyleID="s"><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table><WorksheetOptions xmlns="x"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`

func TestXMLSpreadsheetsAreRead(t *testing.T) {
	want := []string{
		"# 周报 hidden A2:B3 -B:C", `A2 t "甲乙"`, `C2 d "2026-11-20T00:00:00.000" date`,
		`E3 n "98128.9" formula hidden`, `F3 pending "" formula hidden`, `G3 b "TRUE" struck hidden`, `H3 e "#N/A" hidden`,
	}
	f, err := Open("周报.xls", []byte(oldXML))
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" || f.Format != FormatXML2003 {
		t.Error(f.Format, err, diff)
	}
}

// TestEachKindOfFileHasItsReason names what people send instead of a workbook.
func TestEachKindOfFileHasItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want Reason
	}{
		"nothing":                    {"", ReasonEmpty},
		"zeros":                      {strings.Repeat("\x00", 4096), ReasonEmpty},
		"a PDF":                      {"%PDF-1.7\n%\xe2\xe3", ReasonPDF},
		"a PDF behind a line":        {"\n%PDF-1.4\n", ReasonPDF},
		"an OFD":                     {string(pack(t, part{"OFD.xml", "<x/>"}, part{"Doc_0/Document.xml", "<x/>"})), ReasonOFD},
		"a photo":                    {"\xFF\xD8\xFF\xE0\x00\x10JFIF", ReasonImage},
		"SYLK":                       {"ID;PWXL;N;E\r\nC;Y1;X1;K\"a\"\r\n", ReasonUnreadExcel},
		"DIF":                        {"TABLE\r\n0,1\r\n\"EXCEL\"\r\n", ReasonUnreadExcel},
		"flat OpenDocument":          {`<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>`, ReasonUnreadExcel},
		"a program":                  {"MZ\x90\x00\x03\x00\x00\x00\x04\x00", ReasonNotWorkbook},
		"a photo of a telephone":     {"\x00\x00\x00\x18ftypheic", ReasonImage},
		"a screen shot":              {"\x89PNG\r\n\x1a\n", ReasonImage},
		"a Word document":            {string(pack(t, part{"[Content_Types].xml", ""}, part{"word/document.xml", ""})), ReasonWord},
		"a rich text":                {`{\rtf1\ansi`, ReasonWord},
		"slides":                     {string(pack(t, part{"[Content_Types].xml", ""}, part{"ppt/presentation.xml", ""})), ReasonSlides},
		"a binary workbook":          {string(pack(t, part{"[Content_Types].xml", ""}, part{"xl/workbook.bin", ""})), ReasonBinaryExcel},
		"Numbers":                    {string(pack(t, part{"Index/Document.iwa", ""})), ReasonUnreadExcel},
		"a zip":                      {string(pack(t, part{"周报.xlsx", "x"})), ReasonArchive},
		"a rar":                      {"Rar!\x1A\x07\x00", ReasonArchive},
		"Excel 4":                    {"\x09\x04\x06\x00\x00\x00\x10\x00", ReasonLegacyExcel},
		"a cut workbook":             {"PK\x03\x04\x14\x00", ReasonDamaged},
		"transparent encryption":     {"\x01\x14\x23\x65" + strings.Repeat("\x80\xff\x00\x9c", 600), ReasonSealed},
		"a notice of the mail guard": {"<html><body><h1>附件已被安全网关移除</h1></body></html>", ReasonNotWorkbook},
		"prose":                      {"各位领导，本周无进展。\n请知悉，谢谢。\n", ReasonNotWorkbook},
		"a mail":                     {"MIME-Version: 1.0\r\nFrom: a, b, c\r\nTo: a, b, c\r\n", ReasonNotWorkbook},
		"a table that does not end":  {"<table><tr><td>1</td>", ReasonDamaged},
		"a quote that does not end":  {"a,b,c\na,b,c\na,\"b,c\n", ReasonDamaged},
		"a document type in XML":     {`<?xml version="1.0"?><!DOCTYPE x><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`, ReasonDamaged},
		"too much text":              {strings.Repeat("a,b,c\n", maxText/6+1), ReasonTooLarge},
		"too many lines":             {strings.Repeat("a,b,c\n", maxRows+1), ReasonTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Open("周报.xlsx", []byte(c.data)); reasonOf(err) != c.want {
				t.Errorf("refused for %v, want %q", err, c.want)
			}
		})
	}
}

func TestFormatsAreClassified(t *testing.T) {
	for code, want := range map[string]Class{
		"": ClassGeneral, "0.00": ClassGeneral, "#,##0.00_ ": ClassGeneral, `0"亿"`: ClassGeneral, "0!.0000": ClassGeneral, ";;;": ClassGeneral,
		"0.00E+00": ClassGeneral, `[Red]-0.0"d"`: ClassGeneral, `G/通用格式`: ClassGeneral, `0"年"`: ClassGeneral, `General"日"`: ClassGeneral,
		"0%": ClassPercent, "0.00%;[Red]-0.00%": ClassPercent,
		"yyyy-mm-dd": ClassDate, `yyyy"年"m"月"`: ClassDate, `m"月"d"日"`: ClassDate, "[$-804]aaaa": ClassDate, "mmm-yy": ClassDate, `yyyy!年m!月`: ClassDate,
		"yyyy/m/d h:mm": ClassDate, "[DBNum1][$-804]yyyy年m月d日;@": ClassDate, "e年": ClassDate,
		"h:mm": ClassTime, "[h]:mm:ss": ClassTime, "mm:ss.0": ClassTime, `上午/下午h"时"mm"分"`: ClassTime, "h:mm AM/PM": ClassTime,
		"@": ClassText,
	} {
		if got := classify(code); got != want {
			t.Errorf("%q is %v, want %v", code, got, want)
		}
	}
	for id, want := range map[int]Class{14: ClassDate, 27: ClassDate, 31: ClassDate, 57: ClassDate, 58: ClassDate, 32: ClassTime, 55: ClassTime, 9: ClassPercent, 49: ClassText, 44: ClassGeneral} {
		if got := classify(builtinCodes[id]); got != want {
			t.Errorf("format number %d is %v, want %v", id, got, want)
		}
	}
}
