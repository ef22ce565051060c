package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// unzipped is every part of a package by its name.
func unzipped(t testing.TB, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if out[f.Name] != nil {
			t.Fatalf("two parts are named %s", f.Name)
		}
		out[f.Name] = b
	}
	return out
}

// tokens flattens a part: one line for each tag with its attributes in their order, one for
// each text. change may rewrite or drop (by "") the attributes of an element.
func tokens(t testing.TB, b []byte, change func(el string, a []xml.Attr, name, value string) string) []string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "gb18030") {
			return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
		}
		return nil, fmt.Errorf("encoding %s", label)
	}
	var out []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in %.300s", err, b)
		}
		switch v := tok.(type) {
		case xml.StartElement:
			line := "<" + v.Name.Space + " " + v.Name.Local
			for _, a := range v.Attr {
				value := change(v.Name.Local, v.Attr, a.Name.Local, a.Value)
				if value != "" {
					line += " " + a.Name.Space + ":" + a.Name.Local + "=" + value
				}
			}
			out = append(out, line)
		case xml.EndElement:
			out = append(out, "</"+v.Name.Local)
		case xml.CharData:
			out = append(out, "#"+string(v))
		case xml.Comment:
			out = append(out, "!"+string(v))
		}
	}
}

// added compares the tokens of a part before and after: it fails unless all of before stand
// in after in their order, and lists what after has besides.
func added(t *testing.T, name string, before, after []string) []string {
	t.Helper()
	var extra []string
	i := 0
	for _, tok := range after {
		if i < len(before) && before[i] == tok {
			i++
			continue
		}
		extra = append(extra, tok)
	}
	if i < len(before) {
		t.Errorf("%s: %q is lost or changed", name, before[i])
	}
	return extra
}

func attrOf(list []xml.Attr, name string) string {
	for _, a := range list {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// onlyMarked proves that a marked workbook differs from the department's own in nothing but
// what marking is for. marked are the cells by the sheet's part.
func onlyMarked(t *testing.T, before, after []byte, marked map[string][]string) {
	t.Helper()
	was, is := unzipped(t, before), unzipped(t, after)
	for name, b := range was {
		a, there := is[name]
		if !there {
			t.Errorf("part %s is gone", name)
			continue
		}
		if bytes.Equal(a, b) {
			continue
		}
		key := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
		drop := func(names ...string) func(string, []xml.Attr, string, string) string {
			return func(_ string, _ []xml.Attr, name, value string) string {
				if slices.Contains(names, name) {
					return ""
				}
				return value
			}
		}
		change := drop()
		var allowed []string
		cells := marked[name]
		switch {
		case cells != nil:
			allowed = []string{"c", "row", "legacyDrawing"}
			change = func(el string, list []xml.Attr, name, value string) string {
				if el == "c" && name == "s" && (slices.Contains(cells, attrOf(list, "r")) || attrOf(list, "r") == "") {
					return ""
				}
				return value
			}
		case strings.HasSuffix(key, ".rels"):
			allowed = []string{"Relationship"}
		case key == "[content_types].xml":
			allowed = []string{"Override", "Default"}
		case path.Base(key) == "styles.xml":
			change = drop("count")
			allowed = []string{
				"fill", "patternFill", "fgColor", "bgColor", "font", "b", "u", "sz", "color", "name", "family", "charset",
				"border", "left", "right", "top", "bottom", "diagonal", "xf", "alignment", "protection", "fills", "fonts", "borders", "cellXfs", "extLst", "ext",
			}
		case path.Base(key) == "workbook.xml":
			change = drop("localSheetId", "activeTab", "firstSheet")
			allowed = []string{"sheet", "definedName", "definedNames", "bookViews", "workbookView"}
		case strings.Contains(key, "comments"):
			allowed = []string{"author", "comment", "text", "r", "rPr", "b", "sz", "color", "rFont", "family", "charset", "t"}
		case strings.HasSuffix(key, ".vml"):
			if !bytes.HasPrefix(a, b[:bytes.LastIndex(b, []byte("</xml"))]) {
				t.Errorf("%s: what was drawn there changed", name)
			}
			continue
		default:
			t.Errorf("part %s changed", name)
			continue
		}
		for _, tok := range added(t, name, tokens(t, b, change), tokens(t, a, change)) {
			local := strings.TrimPrefix(tok, "</")
			if strings.HasPrefix(tok, "<") && !strings.HasPrefix(tok, "</") {
				local = strings.Fields(tok[strings.IndexByte(tok, ' '):])[0]
			}
			if !slices.Contains(allowed, local) && (allowed == nil || !strings.HasPrefix(tok, "#") || cells != nil) {
				t.Errorf("%s: %q is new", name, tok)
			}
		}
	}
}

// sameCells proves with another reader that every cell holds what it held, and that every
// cell but the marked ones looks as it looked.
func sameCells(t *testing.T, before, after []byte, marked map[string]string) {
	t.Helper()
	f, g := opened(t, before), opened(t, after)
	if list := g.GetSheetList(); !slices.Equal(f.GetSheetList(), list[1:]) || !strings.HasPrefix(list[0], listName) {
		t.Fatalf("sheets: %v became %v", f.GetSheetList(), list)
	}
	raw := excelize.Options{RawCellValue: true}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, raw)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c := range row {
				at := ref{r + 1, c + 1}.String()
				a, _ := f.GetCellValue(sheet, at, raw)
				b, _ := g.GetCellValue(sheet, at, raw)
				fa, _ := f.GetCellFormula(sheet, at)
				fb, _ := g.GetCellFormula(sheet, at)
				if a != b || fa != fb {
					t.Errorf("%s!%s: %q %q became %q %q", sheet, at, a, fa, b, fb)
				}
				how := marked[sheet+"!"+at]
				sa, sb := style(t, f, sheet, at), style(t, g, sheet, at)
				if how != "" {
					if fill := sb.Fill; len(fill.Color) != 1 || "FF"+fill.Color[0] != how && fill.Color[0] != how || fill.Pattern != 1 {
						t.Errorf("%s!%s is filled %+v, want %s", sheet, at, fill, how)
					}
					sa.Fill, sb.Fill = excelize.Fill{}, excelize.Fill{}
				}
				if unstyled := (excelize.Style{}); !reflect.DeepEqual(*sa, unstyled) && !reflect.DeepEqual(sa, sb) {
					t.Errorf("%s!%s looks different: %+v became %+v", sheet, at, sa, sb)
				}
			}
		}
	}
}

func style(t *testing.T, f *excelize.File, sheet, at string) *excelize.Style {
	t.Helper()
	n, err := f.GetCellStyle(sheet, at)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(n)
	if err != nil && n == 0 {
		return &excelize.Style{} // a workbook without formats
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}
