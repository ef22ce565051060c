package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// TestWhatIsNotWholeIsRefused breaks one thing at a time in a good workbook.
func TestWhatIsNotWholeIsRefused(t *testing.T) {
	row := `<row r="1"><c r="A1"><v>1</v></c></row>`
	replace := func(from, to string) func(*book) {
		return func(b *book) { b.sheet = strings.Replace(b.sheet, from, to, 1) }
	}
	for name, c := range map[string]struct {
		change func(*book)
		want   Reason
	}{
		"cut off":                  {func(b *book) { b.sheet = b.sheet[:len(b.sheet)-20] }, ReasonDamaged},
		"empty part":               {func(b *book) { b.sheet = "" }, ReasonDamaged},
		"text behind the end":      {func(b *book) { b.sheet += "x" }, ReasonDamaged},
		"two roots":                {func(b *book) { b.sheet += "<worksheet/>" }, ReasonDamaged},
		"document type":            {func(b *book) { b.shared = `<!DOCTYPE sst [<!ENTITY a "b">]>` + b.shared }, ReasonDamaged},
		"unknown entity":           {replace("<v>1", "<v>&a;"), ReasonDamaged},
		"entity of no character":   {replace("<v>1", "<v>&#xFFFE;"), ReasonDamaged},
		"bare ampersand":           {replace("<v>1", "<v>a&b"), ReasonDamaged},
		"tags crossed":             {replace("</v></c>", "</c></v>"), ReasonDamaged},
		"attribute without quotes": {replace(`r="A1"`, `r=A1`), ReasonDamaged},
		"attribute twice":          {replace(`r="A1"`, `r="A1" r="A1"`), ReasonDamaged},
		"attributes run together":  {replace(`r="A1"`, `r="A1"s="0"`), ReasonDamaged},
		"< in an attribute":        {replace(`r="A1"`, `r="A1" x="<"`), ReasonDamaged},
		"control character":        {replace("<v>1", "<v>\x07"), ReasonDamaged},
		"not UTF-8":                {replace("<v>1", "<v>\xd6\xdc"), ReasonDamaged},
		"]]> in text":              {replace("<v>1", "<v>]]>"), ReasonDamaged},
		"declaration too late":     {func(b *book) { b.sheet = " <?xml version='1.0'?>" + b.sheet }, ReasonDamaged},
		"unknown character set":    {func(b *book) { b.sheet = `<?xml version="1.0" encoding="x-mars"?>` + b.sheet }, ReasonDamaged},
		"bytes outside the declared set": {func(b *book) {
			b.sheet = `<?xml version="1.0" encoding="gbk"?>` + strings.Replace(b.sheet, "<v>1", "<v>\xff\xff", 1)
		}, ReasonDamaged},
		"rows out of order":     {replace(row, `<row r="2"/>`+row), ReasonDamaged},
		"a row twice":           {replace(row, row+row), ReasonDamaged},
		"row zero":              {replace(`<row r="1">`, `<row r="0">`), ReasonDamaged},
		"row beyond the sheet":  {replace(row, `<row r="1048577"/>`), ReasonDamaged},
		"cell of another row":   {replace(`r="A1"`, `r="A2"`), ReasonDamaged},
		"cell without a column": {replace(`r="A1"`, `r="1"`), ReasonDamaged},
		"cells out of order":    {replace(`</c>`, `</c><c r="A1"/>`), ReasonDamaged},
		"cell of unknown type":  {replace(`r="A1"`, `r="A1" t="z"`), ReasonDamaged},
		"cell with two values":  {replace(`</v>`, `</v><v>2</v>`), ReasonDamaged},
		"shared string missing": {replace(`r="A1"`, `r="A1" t="s"`), ""},
		"shared string beyond":  {replace(`r="A1"><v>1`, `r="A1" t="s"><v>4`), ReasonDamaged},
		"shared string -1":      {replace(`r="A1"><v>1`, `r="A1" t="s"><v>-1`), ReasonDamaged},
		"style beyond":          {replace(`r="A1"`, `r="A1" s="7"`), ReasonDamaged},
		"row within a row":      {replace(`<c r`, `<row/><c r`), ReasonDamaged},
		"rows of another space": {replace(row, `<y:row r="1"/>`), ReasonDamaged},
		"cells given twice":     {replace(`</sheetData>`, `</sheetData><sheetData/>`), ReasonDamaged},
		"too deep":              {replace(`<sheetData>`, strings.Repeat("<a>", maxDepth)+`<sheetData>`), ReasonTooLarge},
		"sheet part missing":    {func(b *book) { b.rels = strings.Replace(b.rels, "sheet1", "sheet2", 1) }, ReasonDamaged},
		"styles part missing":   {func(b *book) { b.rels = strings.Replace(b.rels, "styles.xml", "s.xml", 1) }, ReasonDamaged},
		"relation missing":      {func(b *book) { b.rels = strings.Replace(b.rels, `"rId1"`, `"rId9"`, 1) }, ReasonDamaged},
		"relation twice":        {func(b *book) { b.rels = strings.Replace(b.rels, `"rId2"`, `"rId1"`, 1) }, ReasonDamaged},
		"sheet outside the file": {func(b *book) {
			b.rels = strings.Replace(b.rels, `Id="rId1"`, `Id="rId1" TargetMode="External"`, 1)
		}, ReasonDamaged},
		"part given twice":           {func(b *book) { b.more = []part{{"xl/worksheets/sheet1.xml", b.sheet}} }, ReasonDamaged},
		"part twice in another case": {func(b *book) { b.more = []part{{`XL\worksheets\SHEET1.xml`, b.sheet}} }, ReasonDamaged},
		"no sheets":                  {func(b *book) { b.workbook = `<workbook ` + mainNS + `><sheets/></workbook>` }, ReasonUnreadExcel},
		"workbook is something else": {func(b *book) { b.workbook = `<document/>` }, ReasonDamaged},
		"sheet is something else":    {func(b *book) { b.sheet = `<document/>` }, ReasonDamaged},
		"too many sheets": {func(b *book) {
			b.workbook = strings.Replace(b.workbook, "<sheets>", "<sheets>"+strings.Repeat(`<sheet name="x" r:id="rId1"/>`, maxSheets), 1)
		}, ReasonTooMany},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(row)
			c.change(&b)
			f, err := Open("", b.pack(t))
			if got := reasonOf(err); got != c.want {
				t.Errorf("refused for %q (%v), want %q", got, err, c.want)
			}
			if err != nil && !reflect.DeepEqual(f, File{}) {
				t.Error("a refused file gave something")
			}
		})
	}
}

// TestAFlippedBitIsHarmlessOrRefused changes every bit of a real workbook: the same rows come back, or none.
func TestAFlippedBitIsHarmlessOrRefused(t *testing.T) {
	data, err := os.ReadFile("testdata/week38.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Open("", data)
	if err != nil || len(whole.Grids[0].Rows) == 0 {
		t.Fatal(err)
	}
	for i := range data {
		for bit := byte(1); bit != 0; bit <<= 1 {
			data[i] ^= bit
			got, err := Open("", data)
			data[i] ^= bit
			if err == nil && !reflect.DeepEqual(got, whole) {
				t.Fatalf("byte %d bit %#x: something else was read", i, bit)
			}
		}
	}
}

func TestACutFileIsRefused(t *testing.T) {
	data, err := os.ReadFile("testdata/week38.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if _, err := Open("", data[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes were read as a workbook", n, len(data))
		}
	}
}

// TestBombsAreRefusedWithinTheLimits builds small files that grow, and counts what reading them allocates.
func TestBombsAreRefusedWithinTheLimits(t *testing.T) {
	cells := func(n int, text string) func(*book) {
		return func(b *book) {
			b.sheet = strings.Replace(b.sheet, "<sheetData>", "<sheetData>"+strings.Repeat(text, n), 1)
		}
	}
	for name, c := range map[string]struct {
		change func(*book)
		want   Reason
	}{
		"rows":        {cells(maxRows+1, `<row><c><v>1</v></c></row>`), ReasonTooLarge},
		"empty cells": {cells(1, `<row>`+strings.Repeat(`<c/>`, 17_000)+`</row>`), ReasonDamaged},
		"full cells":  {cells(1, `<row>`+strings.Repeat(`<c><v>1</v></c>`, maxRowCells+1)+`</row>`), ReasonTooLarge},
		"empty rows":  {cells(1_100_000, `<row></row>`), ReasonDamaged},
		"shared strings": {func(b *book) {
			b.shared = strings.Replace(b.shared, "<si>", strings.Repeat("<si/>", maxShared+1)+"<si>", 1)
		}, ReasonTooLarge},
		"one endless tag": {func(b *book) {
			b.sheet = strings.Replace(b.sheet, "<sheetData>", `<a x="`+strings.Repeat("x", 2*maxToken)+`"/><sheetData>`, 1)
		}, ReasonTooLarge},
		"nested": {cells(1, strings.Repeat("<row>", 1_000_000)), ReasonDamaged},
		"runs": {func(b *book) {
			b.shared = strings.Replace(b.shared, "<si>", "<si>"+strings.Repeat("<r><t>x</t></r>", maxRuns+2), 1)
		}, ReasonTooLarge},
		"runs of many texts": {func(b *book) {
			runs := "<si><r><t>a</t></r><r><rPr><strike/></rPr><t>b</t></r></si>"
			b.shared = strings.Replace(b.shared, "<si>", strings.Repeat(runs, maxMarked/2+1)+"<si>", 1)
		}, ReasonTooLarge},
		"a huge unneeded part": {func(b *book) { b.more = []part{{"xl/media/a.bmp", strings.Repeat("\x00", maxInflated)}} }, ReasonTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(`<row r="1"><c r="A1"><v>1</v></c></row>`)
			c.change(&b)
			data := b.pack(t)
			b = book{}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Open("", data)
			runtime.ReadMemStats(&after)
			if got := reasonOf(err); got != c.want {
				t.Errorf("refused for %q (%v), want %q", got, err, c.want)
			}
			if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 192 {
				t.Errorf("reading %d KB allocated %d MB", len(data)>>10, grown)
			}
		})
	}
}

func TestSizesInTheDirectoryAreNotBelieved(t *testing.T) {
	b := newBook(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	b.more = []part{{"xl/media/a.bmp", strings.Repeat("\x00", 1<<20)}}
	data := b.pack(t)
	lie := fmt.Appendf(nil, "%c%c%c%c", 0, 0, 0x10, 0) // 1 MB, little endian
	at := bytes.LastIndex(data, lie)
	if at < 0 {
		t.Fatal("the directory does not tell the size")
	}
	for _, size := range [][]byte{{10, 0, 0, 0}, {0xFE, 0xFF, 0xFF, 0xFF}} {
		told := bytes.Clone(data)
		copy(told[at:], size)
		if _, err := Open("", told); reasonOf(err) != ReasonDamaged {
			t.Errorf("size at %d told as %v: %v", at, size, err)
		}
	}
}

func TestAZipOfTooManyEntriesIsRefusedUnread(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range maxParts + 1 {
		if _, err := z.Create(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("", b.Bytes()); reasonOf(err) != ReasonTooMany {
		t.Error(err)
	}
}
