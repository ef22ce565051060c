package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// maxText bounds the bytes of a file read as text.
const maxText = 32 << 20

// readText reads what is neither packed nor a known binary: XML Spreadsheet 2003, HTML tables and delimited text. These
// forms carry no checksum; what can be proved is that their markup or their quotes are closed.
func readText(name string, data []byte) (File, error) {
	if len(data) > maxText {
		return File{}, refuse(ReasonTooLarge, "text beyond the limit")
	}
	text, ok := toUTF8(data)
	if !ok {
		return File{}, refuse(ReasonSealed, "bytes of no known kind")
	}
	head := strings.ToLower(text[:min(len(text), 4096)])
	start := strings.TrimLeft(head, " \t\r\n")
	switch {
	case strings.HasPrefix(start, "<?xml") && strings.Contains(head, "urn:schemas-microsoft-com:office:spreadsheet"):
		return readXML2003(data)
	case strings.Contains(head, "urn:oasis:names:tc:opendocument"):
		return File{}, refuse(ReasonUnreadExcel, "a flat OpenDocument")
	case strings.HasPrefix(start, "<"):
		return readHTML(text)
	case strings.Contains(head, "mime-version:"), strings.Contains(head, "begin:vcalendar"), strings.Contains(head, "-----begin "):
		return File{}, refuse(ReasonNotWorkbook, "a mail or message part")
	}
	return readCSV(name, text)
}

// toUTF8 decodes a text of unknown character set: by its byte order mark, as UTF-8, and else as GB18030, each only when every
// byte fits. Binary data is none of these.
func toUTF8(data []byte) (string, bool) {
	var enc encoding.Encoding = simplifiedchinese.GB18030
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case wide(data, 1):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case wide(data, 0):
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		out, err := enc.NewDecoder().Bytes(data)
		if err != nil || bytes.Contains(out, []byte("\uFFFD")) {
			return "", false
		}
		data = out
	}
	for _, c := range data {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A {
			return "", false
		}
	}
	return string(data), true
}

// wide tells whether the text looks like UTF-16 without a mark: zeros at every other byte, from the given one on.
func wide(data []byte, from int) bool {
	n, zeros := min(len(data), 64)/2*2, 0
	for i := from; i < n; i += 2 {
		if data[i] == 0 {
			zeros++
		} else if data[i] < 0x20 {
			return false
		}
	}
	return n >= 8 && zeros*4 >= n && bytes.IndexByte(data[:n], 0)&1 == from
}

// plainNumber tells whether a text is a number as programs write it: digits, at most one point, no leading zeros, perhaps an
// exponent. Excel would store it as a number too.
func plainNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, exp := s, ""
	if i := strings.IndexAny(s, "eE"); i > 0 {
		whole, exp = s[:i], strings.TrimLeft(s[i+1:], "+-")
		if exp == "" || len(s)-i-1-len(exp) > 1 {
			return false
		}
	}
	whole, rest, point := strings.Cut(whole, ".")
	if whole == "" || len(whole) > 1 && whole[0] == '0' || point && rest == "" {
		return false
	}
	return strings.Trim(whole+rest+exp, "0123456789") == ""
}

// tableWriter collects the cells of a sheet that comes in order, against the bounds.
type tableWriter struct {
	g     Grid
	tally *tally
	text  *textStore
	line  []Cell
}

// put keeps a cell unless it is empty.
func (w *tableWriter) put(c Cell) error {
	if err := w.tally.pass(); err != nil {
		return err
	}
	if c.Text == "" && !c.Formula {
		return nil
	}
	if len(w.line) == maxRowCells || c.Col > lastCol {
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	}
	short, was := cut([]byte(c.Text))
	c.Cut = c.Cut || was
	var err error
	c.Text, err = w.text.keep(short)
	w.line = append(w.line, c)
	return err
}

// end closes a row.
func (w *tableWriter) end(num int, hidden bool) error {
	if num > lastRow {
		return refuse(ReasonTooLarge, "rows beyond the limit")
	}
	if len(w.line) == 0 {
		return nil
	}
	if err := w.tally.row(len(w.line)); err != nil {
		return err
	}
	w.g.Rows = append(w.g.Rows, GridRow{Num: num, Hidden: hidden, Cells: append([]Cell(nil), w.line...)})
	w.line = w.line[:0]
	return nil
}
