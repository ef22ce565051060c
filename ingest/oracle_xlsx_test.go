package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A workbook as a department's program writes it, made without any library of the reader's: a
// fault in both would hide itself.

// table is one sheet: cells by row from 1 and column from 1, as typed.
type table struct {
	name string
	rows [][]string
}

// xlsxOf writes the sheets as .xlsx bytes; a cell that is a plain number is stored as one.
func xlsxOf(t testing.TB, sheets []table) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	part := func(name, body string) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var types, refs, list strings.Builder
	for i, s := range sheets {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)
		refs.WriteString(`<Relationship Id="rId` + n + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
		list.WriteString(`<sheet name="` + s.name + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
	}
	part("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`+types.String()+`</Types>`)
	part("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	part("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+list.String()+`</sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+refs.String()+`</Relationships>`)
	for i, s := range sheets {
		part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.xml())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func (s table) xml() string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for r, row := range s.rows {
		fmt.Fprintf(&b, `<row r="%d">`, r+1)
		for c, text := range row {
			place := letters(c+1) + strconv.Itoa(r+1)
			if text == "#REF!" {
				fmt.Fprintf(&b, `<c r="%s" t="e"><v>#REF!</v></c>`, place)
				continue
			}
			text, asText := strings.CutPrefix(text, "'")
			if _, err := strconv.ParseFloat(text, 64); err == nil && !asText {
				fmt.Fprintf(&b, `<c r="%s"><v>%s</v></c>`, place, text)
			} else if text != "" {
				fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>`, place)
				_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
				b.WriteString(`</t></is></c>`)
			}
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// letters names the nth column, from 1: A, Z, AA.
func letters(n int) string {
	if n > 26 {
		return letters((n-1)/26) + letters((n-1)%26+1)
	}
	return string(rune('A' + n - 1))
}
