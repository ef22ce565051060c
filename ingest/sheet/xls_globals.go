package sheet

import (
	"bytes"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// xlsFile is a BIFF workbook being read. BIFF has no checksum: what can be proved is that the records chain up from the first
// to the last, hold what their kind prescribes, and that no cell is missing, doubled or out of its place.
type xlsFile struct {
	c      biffCursor
	biff5  bool
	page   encoding.Encoding
	text   textStore
	tally  tally
	marked int // runs of rich text kept

	tables styleTables
	styles []xlsxStyle
	shared sharedTexts
	uses   int    // how often texts are shared, as the table of them says, less the cells read that share one
	free   bool   // a sheet was written by a program that describes no rows, see xlsGrid.told
	books  []bool // the workbooks that formulas read: another one than this
	sheets []int  // for each reference to sheets, its book
	listed []xlsSheet
	units  []uint16 // a buffer to use again
}

// xlsSheet is one sheet the globals list.
type xlsSheet struct {
	name   string
	offset int
	hidden bool
	kind   int // see sheetKinds
}

// readBIFF reads a workbook stream.
func readBIFF(stream []byte, f *File) error {
	x := &xlsFile{c: biffCursor{stream: stream}, page: simplifiedchinese.GB18030, tables: styleTables{codes: make(map[int]string)}}
	if err := x.c.next(); err != nil {
		return err
	}
	if x.c.id != recBOF || len(x.c.data) < 4 {
		if x.c.id&0xFF == 0x09 {
			return refuse(ReasonLegacyExcel, "an old record at the beginning")
		}
		return refuse(ReasonDamaged, "no record at the beginning")
	}
	switch u16(x.c.data) {
	case 0x0600:
	case 0x0500:
		x.biff5 = true
	default:
		return refuse(ReasonLegacyExcel, "an uncommon version")
	}
	if u16(x.c.data[2:]) != 0x0005 {
		return refuse(ReasonUnreadExcel, "the stream does not begin with the workbook")
	}
	if err := x.globals(f); err != nil {
		return err
	}
	if err := x.checkSheets(); err != nil {
		return err
	}
	for _, s := range x.listed {
		f.Macros = f.Macros || sheetKinds[s.kind] == beginsMacro
		g := Grid{Name: s.name, Hidden: s.hidden}
		isGrid, err := x.sheet(s, &g)
		if err != nil {
			return err
		}
		if isGrid {
			f.Grids = append(f.Grids, g)
		}
	}
	if x.free && x.uses > 0 { // simple writers count their texts, and nothing else of what they write
		return refuse(ReasonDamaged, "cells of text are missing")
	}
	if len(f.Grids) == 0 {
		return refuse(ReasonUnreadExcel, "no sheet of cells")
	}
	return nil
}

// globals reads the records before the first sheet.
func (x *xlsFile) globals(f *File) error {
	for {
		if err := x.c.next(); err != nil {
			return err
		}
		d := x.c.data
		switch x.c.id {
		case recEOF:
			x.styles = x.tables.combine()
			return nil
		case recFilePass:
			return refuse(ReasonPassword, "encrypted records")
		case recDate1904:
			f.Date1904 = len(d) >= 2 && u16(d) == 1
		case recCodePage:
			if len(d) >= 2 {
				x.page = codePage(u16(d))
			}
		case recFont:
			if len(x.tables.struck) < maxStyles {
				x.tables.struck = append(x.tables.struck, len(d) >= 4 && d[2]&8 != 0)
			}
			if len(x.tables.struck) == 4 { // the numbers of fonts leave out 4
				x.tables.struck = append(x.tables.struck, false)
			}
		case recFormat, recFormat5:
			if len(d) >= 3 && len(x.tables.codes) < maxStyles {
				x.format(d)
			}
		case recXF:
			if len(d) < 6 || len(x.tables.cells) > maxStyles {
				return refuse(ReasonDamaged, "a cell format that is none")
			}
			x.tables.cells = append(x.tables.cells, cellXF{u16(d), u16(d[2:]), u16(d[4:])&8 != 0})
		case recBoundSheet:
			if err := x.list(d); err != nil {
				return err
			}
		case recSST:
			if err := x.sharedStrings(); err != nil {
				return err
			}
		case recSupBook:
			x.books = append(x.books, len(d) >= 4 && u16(d[2:]) != 0x0401 && u16(d[2:]) != 0x3A01)
		case recExternSht:
			x.externSheets(d)
		case recDrawings:
			f.Images = f.Images || bytes.Contains(d[:min(len(d), 256)], []byte("\x01\xF0")) // a store of pictures
		}
	}
}

// checkSheets proves that the sheets in the stream are those the globals list, and that nothing but filling follows the last.
func (x *xlsFile) checkSheets() error {
	listed := make(map[int]bool, len(x.listed))
	for _, s := range x.listed {
		listed[s.offset] = true
	}
	found := 0
	for ; x.c.peek() == recBOF; found++ {
		if !listed[x.c.pos] {
			return refuse(ReasonDamaged, "a sheet that is not listed")
		}
		for depth := 0; ; {
			if err := x.c.next(); err != nil {
				return err
			}
			if x.c.id == recBOF {
				depth++
			}
			if x.c.id == recEOF {
				depth--
			}
			if depth == 0 {
				break
			}
		}
	}
	if found != len(listed) || len(listed) != len(x.listed) || x.c.peek() > 0 && x.c.next() == nil {
		return refuse(ReasonDamaged, "sheets missing or cut short")
	}
	return nil
}

// format reads a number format.
func (x *xlsFile) format(d []byte) {
	if x.biff5 {
		n := min(int(d[2]), len(d)-3)
		x.tables.codes[u16(d)] = generalIsNone(string(x.decode(d[3 : 3+n])))
		return
	}
	s := &segments{list: [][]byte{d[2:]}}
	units, _ := s.unicodeText(min(s.u16(), len(d)), nil)
	if !s.short {
		x.tables.codes[u16(d)] = generalIsNone(string(utf16Text(units)))
	}
}

// list reads an entry of the list of sheets.
func (x *xlsFile) list(d []byte) error {
	if len(d) < 8 {
		return refuse(ReasonDamaged, "a sheet that is none")
	}
	if len(x.listed) == maxSheets {
		return refuse(ReasonTooMany, "sheets beyond the limit")
	}
	sheet := xlsSheet{offset: u32(d), hidden: d[4]&3 != 0, kind: int(d[5])}
	if x.biff5 {
		n := min(int(d[6]), len(d)-7)
		sheet.name = string(x.decode(d[7 : 7+n]))
	} else {
		s := &segments{list: [][]byte{d[6:]}}
		units, _ := s.unicodeText(s.u8(), nil)
		if s.short {
			return refuse(ReasonDamaged, "the name of a sheet ends early")
		}
		sheet.name = string(utf16Text(units))
	}
	x.listed = append(x.listed, sheet)
	return nil
}

// decode turns the bytes of an old text into UTF-8.
func (x *xlsFile) decode(b []byte) []byte {
	out, err := x.page.NewDecoder().Bytes(b)
	if err != nil {
		return b
	}
	return out
}

// externSheets reads which workbook each reference to sheets means.
func (x *xlsFile) externSheets(d []byte) {
	if x.biff5 || len(d) < 2 {
		return
	}
	for n, d := u16(d), d[2:]; n > 0 && len(d) >= 6; n, d = n-1, d[6:] {
		x.sheets = append(x.sheets, u16(d))
	}
}

// sharedStrings reads the table of shared strings, which must hold as many as it says.
func (x *xlsFile) sharedStrings() error {
	s, err := x.c.whole()
	if err != nil {
		return err
	}
	x.uses = s.u32()
	n := s.u32()
	if n > maxShared {
		return refuse(ReasonTooLarge, "shared strings beyond the limit")
	}
	for ; n > 0; n-- {
		units, runs := s.unicodeText(s.u16(), x.units[:0])
		x.units = units
		if s.short {
			return refuse(ReasonDamaged, "the shared strings end early")
		}
		item, err := x.sharedText(units, runs)
		if err != nil {
			return err
		}
		x.shared.add(item)
	}
	if s.left() > 0 {
		return refuse(ReasonDamaged, "more shared strings than counted")
	}
	return nil
}

// sharedText makes a text of its characters and of its runs: pairs of a first character and a font.
func (x *xlsFile) sharedText(units []uint16, runs []int) (sharedText, error) {
	var item sharedText
	raw, was := cut(utf16Text(units))
	item.cut = was
	var err error
	if item.text, err = x.text.keep(raw); err != nil || len(runs) == 0 || was {
		return item, err
	}
	if x.marked += len(runs) / 2; x.marked > maxMarked {
		return item, refuse(ReasonTooLarge, "runs of text beyond the limit")
	}
	pieces := make([]xlsxRun, 0, len(runs)/2+1)
	at, now := 0, xlsxRun{plain: true}
	put := func(end int) {
		if end > at {
			now.text = string(utf16Text(units[at:end]))
			pieces = append(pieces, now)
			at = end
		}
	}
	for i := 0; i+1 < len(runs); i += 2 {
		put(min(runs[i], len(units)))
		now = xlsxRun{struck: x.tables.strikes(runs[i+1])}
	}
	put(len(units))
	item.rich = &[2]struckView{viewRuns(pieces, false), viewRuns(pieces, true)}
	return item, nil
}
