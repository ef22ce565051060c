package sheet

import "strconv"

// xlsxStyle is what a cell style says about reading its cell.
type xlsxStyle struct {
	code   string
	class  Class
	struck bool
	quoted bool
}

// maxStyles bounds fonts, formats and cell styles alike; Excel stops at 64,000.
const maxStyles = 70_000

// styleTables are the lists of a workbook that its cell styles are put together from, in .xlsx and .xls alike.
type styleTables struct {
	codes  map[int]string // number formats the file spells
	struck []bool         // fonts: strikes through
	cells  []cellXF
}

// cellXF is a cell style by the numbers of its parts; quoted is text typed with an apostrophe.
type cellXF struct {
	font, format int
	quoted       bool
}

// combine makes the cell styles, once all tables are read.
func (t *styleTables) combine() []xlsxStyle {
	styles := make([]xlsxStyle, len(t.cells))
	for i, xf := range t.cells {
		code, spelled := t.codes[xf.format]
		if !spelled {
			code = builtinCodes[xf.format]
		}
		styles[i] = xlsxStyle{code: code, class: classify(code), quoted: xf.quoted, struck: t.strikes(xf.font)}
	}
	return styles
}

// strikes tells whether a font strikes through; one that is not there does not.
func (t *styleTables) strikes(font int) bool {
	return font >= 0 && font < len(t.struck) && t.struck[font]
}

// styleSheet reads the styles part: fonts, number formats and cell styles, which may come in any order.
func (x *xlsxFile) styleSheet(key string) error {
	c, err := x.open(key)
	if err != nil {
		return err
	}
	defer c.Close()
	if root, err := x.root(); err != nil || root != "styleSheet" {
		return orRefuse(err, "the styles are none")
	}
	t := styleTables{codes: make(map[int]string)}
	list := ""
	for {
		tok, err := x.xml.next()
		if err != nil {
			return err
		}
		if tok == tokEOF {
			x.styles = t.combine()
			return nil
		}
		if tok != tokStart {
			continue
		}
		switch local := string(x.xml.local); local {
		case "numFmts", "fonts", "cellXfs":
			list = local
		case "numFmt", "font", "xf":
			err = x.styleEntry(list, &t)
		default:
			list = ""
			err = x.xml.skip()
		}
		if err != nil {
			return err
		}
	}
}

// styleEntry reads one entry of a list of the styles part.
func (x *xlsxFile) styleEntry(list string, t *styleTables) error {
	if len(t.struck) > maxStyles || len(t.cells) > maxStyles || len(t.codes) > maxStyles {
		return refuse(ReasonTooLarge, "styles beyond the limit")
	}
	s := &x.xml
	switch list {
	case "numFmts":
		t.codes[number(s.attr("numFmtId"))] = generalIsNone(string(s.attr("formatCode")))
	case "fonts":
		struck, err := x.strikes()
		t.struck = append(t.struck, struck)
		return err
	case "cellXfs":
		t.cells = append(t.cells, cellXF{number(s.attr("fontId")), number(s.attr("numFmtId")), s.on("quotePrefix", false)})
	}
	return s.skip()
}

// number reads a small whole number of the markup; -1 is none.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
