package sheet

import "strings"

// xlsxSheet is one sheet the workbook part lists.
type xlsxSheet struct {
	name, part string
	hidden     bool
}

// workbook reads the workbook part, then the styles and shared strings it leads to, and lists its sheets in their order.
func (x *xlsxFile) workbook(main string, f *File) ([]xlsxSheet, error) {
	rels, err := x.relations(main)
	if err != nil {
		return nil, err
	}
	sheets, err := x.sheetList(main, rels, f)
	if err != nil {
		return nil, err
	}
	styles, shared := x.beside(main, rels, "styles", "styles.xml"), x.beside(main, rels, "sharedstrings", "sharedstrings.xml")
	if styles != "" {
		if err := x.styleSheet(styles); err != nil {
			return nil, err
		}
	}
	if shared != "" {
		if err := x.sharedStrings(shared); err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

// beside finds the one part of a kind; writers that forget the relation still use the customary name.
func (x *xlsxFile) beside(main string, rels map[string]relation, kind, name string) string {
	for _, r := range rels {
		if r.kind == kind && r.target != "" {
			return r.target
		}
	}
	key := main[:strings.LastIndexByte(main, '/')+1] + name
	if x.parts[key] == nil {
		return ""
	}
	return key
}

// sheetList reads the workbook part itself.
func (x *xlsxFile) sheetList(main string, rels map[string]relation, f *File) ([]xlsxSheet, error) {
	c, err := x.open(main)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	s := &x.xml
	var sheets []xlsxSheet
	for depth, inList := 0, false; ; {
		tok, err := s.next()
		if err != nil {
			return nil, err
		}
		switch tok {
		case tokEOF:
			return sheets, nil
		case tokEnd:
			depth--
			continue
		case tokText:
			continue
		}
		depth++
		local := string(s.local)
		switch {
		case depth == 1 && local != "workbook":
			return nil, refuse(ReasonDamaged, "the main part is no workbook")
		case depth == 2:
			inList = local == "sheets" && s.own
			if local == "workbookPr" {
				f.Date1904 = s.on("date1904", false)
			}
		case depth == 3 && inList && local == "sheet":
			sheet, err := x.listed(rels)
			if err != nil {
				return nil, err
			}
			if sheet.part != "" {
				sheets = append(sheets, sheet)
			}
			if len(sheets) > maxSheets {
				return nil, refuse(ReasonTooMany, "sheets beyond the limit")
			}
		}
	}
}

// listed reads one entry of the list of sheets; part stays "" for a sheet without cells (charts, dialogs, macros).
func (x *xlsxFile) listed(rels map[string]relation) (xlsxSheet, error) {
	s := &x.xml
	sheet := xlsxSheet{name: string(s.attr("name"))}
	state := string(s.attr("state"))
	sheet.hidden = state == "hidden" || state == "veryHidden"
	id := s.attr("id")
	rel, ok := rels[string(id)]
	switch {
	case id != nil && len(id) == 0: // a module of Excel 5
		return sheet, nil
	case !ok, rel.target == "":
		return sheet, refuse(ReasonDamaged, "a sheet leads nowhere")
	case rel.kind == "chartsheet", rel.kind == "dialogsheet", strings.HasSuffix(rel.kind, "macrosheet"):
		return sheet, nil
	case x.parts[rel.target] == nil:
		return sheet, refuse(ReasonDamaged, "the part of a sheet is missing")
	}
	sheet.part = rel.target
	return sheet, nil
}
