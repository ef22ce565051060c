package sheet

import "bytes"

// xml2003 reads an XML Spreadsheet 2003: one XML document with its sheets in order.
type xml2003 struct {
	x      xlsxFile // for its scanner, its texts and its counts
	file   File
	styles map[string]xlsxStyle
	w      *tableWriter
	row    int
	raw    []byte
}

// readXML2003 reads the document; it is proved well-formed to its end.
func readXML2003(data []byte) (File, error) {
	d := &xml2003{file: File{Format: FormatXML2003}, styles: make(map[string]xlsxStyle)}
	s := &d.x.xml
	if err := s.reset(bytes.NewReader(data)); err != nil {
		return File{}, err
	}
	if root, err := d.x.root(); err != nil || root != "Workbook" {
		return File{}, orRefuse(err, "the document is no workbook")
	}
	for {
		tok, err := s.next()
		if err != nil {
			return File{}, err
		}
		if tok == tokEOF {
			break
		}
		if tok != tokStart {
			continue
		}
		switch string(s.local) {
		case "Style":
			err = d.style()
		case "Date1904":
			d.file.Date1904 = true
		case "Worksheet":
			err = d.worksheet()
		case "Styles", "ExcelWorkbook":
		default:
			err = s.skip()
		}
		if err != nil {
			return File{}, err
		}
	}
	if len(d.file.Grids) == 0 {
		return File{}, refuse(ReasonUnreadExcel, "no sheet of cells")
	}
	return d.file, nil
}

// children calls visit at each element directly inside the one just opened; visit leaves it unread or reads it to its end and
// says so.
func (d *xml2003) children(visit func(name string) (read bool, err error)) error {
	s := &d.x.xml
	for {
		tok, err := s.next()
		if err != nil {
			return err
		}
		if tok == tokEnd {
			return nil
		}
		if tok != tokStart {
			continue
		}
		read, err := visit(string(s.local))
		if err == nil && !read {
			err = s.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (d *xml2003) style() error {
	s := &d.x.xml
	if len(d.styles) > maxStyles {
		return refuse(ReasonTooLarge, "styles beyond the limit")
	}
	id := string(s.attr("ID"))
	var st xlsxStyle
	err := d.children(func(name string) (bool, error) {
		switch name {
		case "NumberFormat":
			st.code = namedFormat(string(s.attr("Format")))
		case "Font":
			st.struck = s.on("StrikeThrough", false)
		}
		return false, nil
	})
	st.class = classify(st.code)
	d.styles[id] = st
	return err
}

// namedFormat spells the formats that XML Spreadsheet calls by name.
func namedFormat(name string) string {
	switch name {
	case "General", "General Number":
		return ""
	case "Short Date":
		return "yyyy/m/d"
	case "Medium Date", "Long Date":
		return `yyyy"年"m"月"d"日"`
	case "General Date":
		return "yyyy/m/d h:mm"
	case "Short Time", "Medium Time", "Long Time":
		return "h:mm:ss"
	case "Percent":
		return "0.00%"
	case "Fixed":
		return "0.00"
	case "Standard", "Currency", "Euro Currency":
		return "#,##0.00"
	}
	return name
}

func (d *xml2003) worksheet() error {
	s := &d.x.xml
	d.w = &tableWriter{g: Grid{Name: string(s.attr("Name"))}, tally: &d.x.tally, text: &d.x.text}
	d.row = 0
	if len(d.file.Grids) == maxSheets {
		return refuse(ReasonTooMany, "sheets beyond the limit")
	}
	err := d.children(func(name string) (bool, error) {
		switch name {
		case "Table":
			return true, d.table()
		case "WorksheetOptions":
			return true, d.children(func(name string) (bool, error) {
				if name != "Visible" {
					return false, nil
				}
				var err error
				d.raw, err = d.x.characters(d.raw[:0])
				d.w.g.Hidden = string(bytes.TrimSpace(d.raw)) != "SheetVisible"
				return true, err
			})
		}
		return false, nil
	})
	d.file.Grids = append(d.file.Grids, d.w.g)
	return err
}

func (d *xml2003) table() error {
	s := &d.x.xml
	col := 0
	return d.children(func(name string) (bool, error) {
		switch name {
		case "Column":
			if at := number(s.attr("Index")); at > 0 {
				col = at - 1
			}
			last := col + max(number(s.attr("Span")), 0)
			if s.on("Hidden", false) && last <= lastCol && len(d.w.g.HiddenCols) < maxRowCells {
				d.w.g.HiddenCols = append(d.w.g.HiddenCols, Span{col, last})
			}
			col = last + 1
		case "Row":
			return true, d.tableRow()
		}
		return false, nil
	})
}

// tableRow reads a row; Span stands for as many equal empty rows after it.
func (d *xml2003) tableRow() error {
	s := &d.x.xml
	num := d.row + 1
	if at := s.attr("Index"); at != nil {
		num = number(at)
	}
	if num <= d.row || num > lastRow {
		return refuse(ReasonDamaged, "rows out of order")
	}
	hidden := s.on("Hidden", false) || string(s.attr("Height")) == "0"
	d.row = min(num+max(number(s.attr("Span")), 0), lastRow)
	col := 0
	err := d.children(func(name string) (bool, error) {
		if name != "Cell" {
			return false, nil
		}
		if at := s.attr("Index"); at != nil {
			if i := number(at) - 1; i < col || i > lastCol {
				return false, refuse(ReasonDamaged, "cells out of order")
			} else {
				col = i
			}
		}
		across, down := max(number(s.attr("MergeAcross")), 0), max(number(s.attr("MergeDown")), 0)
		if (across > 0 || down > 0) && col+across <= lastCol && num+down <= lastRow && len(d.w.g.Merges) < maxMerges {
			d.w.g.Merges = append(d.w.g.Merges, Range{num, num + down, col, col + across})
		}
		err := d.tableCell(col)
		col += 1 + across
		return true, err
	})
	if err != nil {
		return err
	}
	return d.w.end(num, hidden)
}

func (d *xml2003) tableCell(col int) error {
	s := &d.x.xml
	st := d.styles[string(s.attr("StyleID"))]
	c := Cell{Col: col, Code: st.code, Class: st.class, Struck: st.struck}
	if f := s.attr("Formula"); f != nil {
		c.Formula, c.Kind, c.External = true, KindPending, readsOtherFile(f)
	}
	err := d.children(func(name string) (bool, error) {
		if name != "Data" {
			return false, nil
		}
		kind := string(s.attr("Type"))
		d.raw = d.raw[:0]
		for depth := 1; depth > 0; { // a text may carry markup of its own
			tok, err := s.next()
			if err != nil {
				return true, err
			}
			switch tok {
			case tokStart:
				depth++
			case tokEnd:
				depth--
			case tokText:
				if len(d.raw) <= maxToken {
					d.raw = append(d.raw, s.text...)
				}
			}
		}
		c.Text = string(d.raw)
		switch kind {
		case "Number":
			c.Kind = KindNumber
		case "DateTime":
			c.Kind = KindDate
		case "Boolean":
			c.Kind, c.Text = KindBool, string(boolText(c.Text == "1"))
		case "Error":
			c.Kind = KindError
		default:
			c.Kind = KindText
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return d.w.put(c)
}
