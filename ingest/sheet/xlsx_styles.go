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
	s := &x.xml
	codes := make(map[int]string)
	var struck []bool
	type ids struct {
		format, font int
		quoted       bool
	}
	var cells []ids
	for list := ""; ; {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch {
		case tok == tokEOF:
			x.styles = make([]xlsxStyle, len(cells))
			for i, c := range cells {
				code, named := codes[c.format]
				if !named {
					code = builtinCode(c.format)
				}
				x.styles[i] = xlsxStyle{
					code: code, class: classify(code), quoted: c.quoted,
					struck: c.font >= 0 && c.font < len(struck) && struck[c.font],
				}
			}
			return nil
		case tok != tokStart:
			continue
		case len(struck) > maxStyles || len(cells) > maxStyles || len(codes) > maxStyles:
			return refuse(ReasonTooLarge, "styles beyond the limit")
		}
		switch local := string(s.local); {
		case local == "numFmts" || local == "fonts" || local == "cellXfs":
			list = local
			continue
		case list == "numFmts" && local == "numFmt":
			codes[number(s.attr("numFmtId"))] = generalIsNone(string(s.attr("formatCode")))
			err = s.skip()
		case list == "fonts" && local == "font":
			var on bool
			on, err = x.strikes()
			struck = append(struck, on)
		case list == "cellXfs" && local == "xf":
			cells = append(cells, ids{number(s.attr("numFmtId")), number(s.attr("fontId")), s.on("quotePrefix", false)})
			err = s.skip()
		default:
			list = ""
			err = s.skip()
		}
		if err != nil {
			return err
		}
	}
}

// number reads a small whole number of the markup; -1 is none.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// generalIsNone drops the code that formats nothing.
func generalIsNone(code string) string {
	if code == "General" || code == "GENERAL" || code == "general" {
		return ""
	}
	return code
}
