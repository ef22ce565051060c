package configs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"duban/state"
)

// maxRows bounds a registry table.
const maxRows = 20_000

// table is one registry file as rows of words. Columns are found by name, in any order.
type table struct {
	file string
	head map[string]int // column name -> position
	rows []record
}

// record is one row; every word it gives knows its line and column.
type record struct {
	t     *table
	line  int
	cells []string
}

// get is the word in a column; absent columns give a word that is not Set.
func (r record) get(column string) word {
	i, ok := r.t.head[column]
	at := place{File: r.t.file, Line: r.line, Where: column}
	if !ok {
		return word{At: at}
	}
	at.Column = i + 1
	if i >= len(r.cells) {
		return word{At: at}
	}
	text := strings.TrimSpace(r.cells[i])
	return word{Text: text, Set: text != "", At: at}
}

// list splits a cell at the semicolons.
func (r record) list(column string) []word {
	w := r.get(column)
	var out []word
	for _, part := range strings.FieldsFunc(w.Text, func(c rune) bool { return c == ';' || c == '\uff1b' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, word{Text: part, Set: true, At: w.At})
		}
	}
	return out
}

// columns names what a table must and may have. alias gives Chinese names the office may
// use instead.
type columns struct {
	must, may []string
}

// open reads a registry file into a table; nil when it cannot be read or lacks a column.
func (l *loader) open(w word, cols columns) *table {
	data, ok := l.slurp(w)
	if !ok {
		return nil
	}
	grid, lines, ok := l.grid(w, data)
	if !ok {
		return nil
	}
	t := &table{file: w.Text, head: map[string]int{}}
	for i, cell := range grid[0] {
		name := canonical(cell)
		if _, twice := t.head[name]; twice && name != "" {
			l.wrong(place{File: w.Text, Line: lines[0], Column: i + 1, Where: name}, "删去一列。", "“%s”这一列出现了两次。", strings.TrimSpace(cell))
		}
		t.head[name] = i
	}
	if !l.complete(t, cols, lines[0]) {
		return nil
	}
	for i, cells := range grid[1:] {
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, record{t, lines[i+1], cells})
		}
	}
	return t
}

// complete reports missing columns, and columns that look like a slip of the pen.
func (l *loader) complete(t *table, cols columns, line int) bool {
	whole := true
	known := slices.Concat(cols.must, cols.may)
	for _, name := range cols.must {
		if _, ok := t.head[name]; !ok {
			var unused []string
			for heading := range t.head {
				if !slices.Contains(known, heading) {
					unused = append(unused, heading)
				}
			}
			l.wrong(place{File: t.file, Line: line, Where: name}, remedyNear(name, unused, "列名写 "+name+" 或 "+chineseNames[name]+"。"), "没有“%s”这一列。", name)
			whole = false
		}
	}
	for name, i := range t.head {
		near := state.Nearest(name, known)
		if _, there := t.head[near]; near == "" || there || slices.Contains(known, name) {
			continue
		}
		l.warn(place{File: t.file, Line: line, Column: i + 1, Where: name}, "是不是“"+near+"”?", "不认识“%s”这一列,没有采用。", name)
	}
	return whole
}

// grid turns a file into rows of cells with their line numbers.
func (l *loader) grid(w word, data []byte) (rows [][]string, lines []int, ok bool) {
	at := place{File: w.Text}
	switch strings.ToLower(filepath.Ext(w.Text)) {
	case ".xlsx":
		if l.ReadXLSX == nil {
			l.wrong(at, "用 Excel 或 WPS 打开,另存为“CSV UTF-8”,再改配置里的文件名。", "暂不能直接读 .xlsx。")
			return nil, nil, false
		}
		var err error
		if rows, err = l.ReadXLSX(data); err != nil {
			l.wrong(at, "用 Excel 或 WPS 打开后重新保存;仍不行时另存为“CSV UTF-8”。", "这个工作簿读不出来。")
			return nil, nil, false
		}
		for i := range rows {
			lines = append(lines, i+1)
		}
	default:
		text, readable := unicodeText(data)
		if !readable {
			l.wrong(at, "用 Excel 或 WPS 打开,另存为“CSV UTF-8”。", "文字编码读不出来(要 UTF-8 或 GB18030)。")
			return nil, nil, false
		}
		if rows, lines, ok = l.csv(w.Text, text); !ok {
			return nil, nil, false
		}
	}
	if len(rows) == 0 {
		l.wrong(at, "第一行写各列的名称。", "文件是空的。")
		return nil, nil, false
	}
	if len(rows) > maxRows {
		l.wrong(at, "核对是否写错了文件。", "超过%d行。", maxRows)
		return nil, nil, false
	}
	return rows, lines, true
}

func (l *loader) csv(file string, text []byte) (rows [][]string, lines []int, ok bool) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, lines, true
		}
		if err != nil {
			at := place{File: file}
			var broken *csv.ParseError
			if errors.As(err, &broken) {
				at.Line = broken.StartLine
			}
			l.wrong(at, "单元格里有引号时,整格加引号、里面的引号写两个;最简单是用 Excel 或 WPS 打开后另存为“CSV UTF-8”。", "这一行的引号不成对。")
			return nil, nil, false
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, cells), append(lines, line)
		if len(rows) > maxRows {
			return rows, lines, true
		}
	}
}

// unicodeText decodes what Chinese office programs save as CSV: UTF-8 with or without its
// mark, else GB18030.
func unicodeText(data []byte) ([]byte, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return data, !bytes.ContainsRune(data, 0)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return text, err == nil && !bytes.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(text, 0)
}
