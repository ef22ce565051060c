package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of HTML tables.
const (
	maxSpan = 1_000   // columns of one cell, as in browsers
	maxTag  = 1 << 20 // bytes of one tag or run of text
)

// htmlReader reads the tables of a page; one inside another is part of its cell's text.
type htmlReader struct {
	z     *html.Tokenizer
	tally tally
	text  textStore
	file  File
	names []string // of the sheets, when a program that writes workbooks as pages left them

	w      *tableWriter
	depth  int // tables open
	row    int // 1-based
	inRow  bool
	hidden bool
	until  []int // for each column, the last row a cell from above covers
	col    int
	cell   *Cell
	words  []xlsxRun
	struck int // strike elements open
	quiet  int // elements open whose text is not shown
	naming bool
}

// readHTML reads a page whose tables stand for sheets, as office systems export them under the name .xls.
func readHTML(page string) (File, error) {
	r := &htmlReader{z: html.NewTokenizer(strings.NewReader(page)), file: File{Format: FormatHTML}}
	r.z.SetMaxBuf(maxTag)
	for {
		var err error
		switch r.z.Next() {
		case html.ErrorToken:
			if !errors.Is(r.z.Err(), io.EOF) {
				return File{}, refuse(ReasonTooLarge, "html: one token beyond the limit")
			}
			if r.depth > 0 {
				return File{}, refuse(ReasonDamaged, "html: a table that does not end")
			}
			if len(r.file.Grids) == 0 {
				return File{}, refuse(ReasonNotWorkbook, "a page without a table")
			}
			return r.file, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			err = r.start()
		case html.EndTagToken:
			name, _ := r.z.TagName()
			err = r.end(string(name))
		case html.CommentToken:
			r.comment(string(r.z.Text()))
		case html.TextToken:
			r.characters(string(r.z.Text()))
		}
		if err != nil {
			return File{}, err
		}
	}
}

// comment looks for the names of the sheets, which Excel hides in a conditional comment.
func (r *htmlReader) comment(text string) {
	for len(r.names) < maxSheets {
		_, rest, ok := strings.Cut(text, "<x:Name>")
		if !ok {
			return
		}
		name, rest, ok := strings.Cut(rest, "</x:Name>")
		if !ok {
			return
		}
		r.names = append(r.names, html.UnescapeString(name))
		text = rest
	}
}

// characters takes shown text into the open cell.
func (r *htmlReader) characters(text string) {
	if r.naming && len(r.names) < maxSheets {
		r.names = append(r.names, text)
		r.naming = false
	}
	if r.cell == nil || r.quiet > 0 {
		return
	}
	text = strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\t' {
			return ' '
		}
		return c
	}, text)
	r.words = append(r.words, xlsxRun{text: text, struck: r.struck > 0})
}

// start takes an opening tag.
func (r *htmlReader) start() error {
	name, more := r.z.TagName()
	tag := string(name)
	attrs := make(map[string]string)
	for more {
		var key, val []byte
		key, val, more = r.z.TagAttr()
		if len(attrs) < maxAttrs {
			attrs[string(key)] = string(val)
		}
	}
	switch tag {
	case "table":
		r.depth++
		if r.depth == 1 {
			return r.open()
		}
	case "tr":
		if r.depth == 1 {
			if err := r.endRow(); err != nil {
				return err
			}
			r.openRow(invisible(attrs))
		}
	case "td", "th":
		if r.depth == 1 {
			return r.openCell(attrs)
		}
	case "br":
		if r.cell != nil {
			r.words = append(r.words, xlsxRun{text: "\n", struck: r.struck > 0})
		}
	case "img":
		r.file.Images = true
	case "s", "del", "strike":
		r.struck++
	case "style", "script", "title":
		r.quiet++
	case "x:name":
		r.naming = true
	}
	return nil
}

func invisible(attrs map[string]string) bool {
	style := strings.ReplaceAll(strings.ToLower(attrs["style"]), " ", "")
	_, hidden := attrs["hidden"]
	return hidden || strings.Contains(style, "display:none")
}

// end takes a closing tag.
func (r *htmlReader) end(tag string) error {
	switch tag {
	case "table":
		if r.depth == 0 {
			return nil
		}
		r.depth--
		if r.depth > 0 {
			return nil
		}
		if err := r.endRow(); err != nil {
			return err
		}
		if len(r.w.g.Rows) > 0 {
			r.file.Grids = append(r.file.Grids, r.w.g)
		}
		if len(r.file.Grids) > maxSheets {
			return refuse(ReasonTooMany, "tables beyond the limit")
		}
	case "tr":
		if r.depth == 1 {
			return r.endRow()
		}
	case "td", "th":
		if r.depth == 1 {
			return r.endCell()
		}
	case "s", "del", "strike":
		r.struck = max(0, r.struck-1)
	case "style", "script", "title":
		r.quiet = max(0, r.quiet-1)
	}
	return nil
}

// open begins a table.
func (r *htmlReader) open() error {
	n := len(r.file.Grids)
	name := "Sheet" + strconv.Itoa(n+1)
	if n < len(r.names) {
		name = r.names[n]
	}
	r.w = &tableWriter{g: Grid{Name: name}, tally: &r.tally, text: &r.text}
	r.row, r.inRow, r.until = 0, false, nil
	return nil
}

// openRow begins the next row.
func (r *htmlReader) openRow(hidden bool) {
	r.row++
	r.col, r.inRow, r.hidden = 0, true, hidden
}

// openCell begins a cell at the next free column and marks the ones it covers. A cell outside any row begins one.
func (r *htmlReader) openCell(attrs map[string]string) error {
	if err := r.endCell(); err != nil {
		return err
	}
	if !r.inRow {
		r.openRow(false)
	}
	for r.col < len(r.until) && r.until[r.col] >= r.row {
		if err := r.tally.pass(); err != nil {
			return err
		}
		r.col++
	}
	cols, rows := min(max(number([]byte(attrs["colspan"])), 1), maxSpan), min(max(number([]byte(attrs["rowspan"])), 1), 1<<16)
	if r.col+cols > lastCol {
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	}
	for len(r.until) < r.col+cols {
		r.until = append(r.until, 0)
	}
	for i := r.col; i < r.col+cols; i++ {
		if err := r.tally.pass(); err != nil {
			return err
		}
		r.until[i] = r.row + rows - 1
	}
	if (cols > 1 || rows > 1) && len(r.w.g.Merges) < maxMerges {
		r.w.g.Merges = append(r.w.g.Merges, Range{r.row, min(r.row+rows-1, lastRow), r.col, r.col + cols - 1})
	}
	r.cell = &Cell{Col: r.col, Kind: KindText, Code: msoFormat(attrs["style"])}
	r.cell.Class = classify(r.cell.Code)
	r.col += cols
	r.words = r.words[:0]
	return nil
}

// msoFormat is the number format Excel leaves in the style of a cell: mso-number-format:'\@'.
func msoFormat(style string) string {
	_, code, ok := strings.Cut(style, "mso-number-format:")
	if !ok {
		return ""
	}
	code = strings.TrimLeft(code, " ")
	if code != "" && (code[0] == '\'' || code[0] == '"') {
		code, _, _ = strings.Cut(code[1:], code[:1])
	} else {
		code, _, _ = strings.Cut(code, ";")
	}
	return generalIsNone(strings.ReplaceAll(code, `\`, ""))
}

// endCell keeps the open cell: its words with spaces run together, broken where the page breaks lines.
func (r *htmlReader) endCell() error {
	if r.cell == nil {
		return nil
	}
	c := *r.cell
	r.cell = nil
	view := viewRuns(r.words, false)
	for i := range view.runs {
		view.runs[i].Text = strings.ReplaceAll(view.runs[i].Text, "\u00A0", " ")
	}
	c.Runs, c.Struck = view.runs, view.all
	var b strings.Builder
	for _, w := range r.words {
		b.WriteString(w.text)
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	c.Text = strings.TrimSpace(strings.Join(lines, "\n"))
	if c.Class != ClassText && plainNumber(c.Text) {
		c.Kind = KindNumber
	}
	return r.w.put(c)
}

// endRow closes the open row.
func (r *htmlReader) endRow() error {
	if err := r.endCell(); err != nil || !r.inRow {
		return err
	}
	r.inRow = false
	return r.w.end(r.row, r.hidden)
}
