// Package sheet turns the bytes of an attachment into rows that remember where they stood.
//
// It has two halves. The lower half (this file is its promise) turns bytes into grids of cells exactly as stored: nothing is
// rounded, formatted, trimmed or guessed, and a file that is not whole is refused rather than read in part. The upper half
// knows headers, units and values. Read the lower half in this order:
//
//	grid.go     what a reader returns: File, Grid, GridRow, Cell, and the Refusal that names why a file was not read
//	sniff.go    Open: what the bytes are, whatever the name says
//	archive.go  Unpack: zip, rar and 7z down to single files
//	harmless.go which files may be passed on to others
//	xlsx*.go    workbooks of OOXML parts; one pass over each part reads it and proves it whole, xlsx_sealed.go those Excel encrypted unasked
//	xls*.go     workbooks of BIFF records (Excel 97-2003, Excel 95, WPS .et)
//	text*.go    CSV, text and HTML tables, XML Spreadsheet 2003
//
// and the upper half in this one:
//
//	read.go     Read: an attachment's workbooks, refusals included; what the sheets of a book say together
//	rules.go    the rules a reading can break
//	sheets.go   one sheet: its title, its tables, the classes it is for
//	header.go   finding the header, its rows and groups; columns.go which column each stands for
//	words.go    how words are folded for comparison; lexicon.go the form as look-up tables
//	view.go     the cells of a grid by place, merged ranges included; notes.go the comments people hang on cells
//	layout.go   which rows are projects; table.go the rows of one table
//	values*.go  one cell by the kind of its column; numbers*.go dates.go formula.go
//	identity.go the hidden identity of a form duban sent out
//	meta.go     head lines: unit, who filled it in; period.go the week
//	markable.go the same cells as an .xlsx, to be returned marked
//
// What is not certain is never guessed: the value stays empty, its Doubt names the rule and Near the tempting reading.
//
// Columns count from 0 and rows from 1 everywhere, as in "A1" = row 1, column 0.
package sheet

import (
	"strconv"
	"strings"
)

// Format names the kind of file that was read, by its content; it is a label for people and for JSON.
type Format string

// The formats Open reads.
const (
	FormatXLSX    Format = "xlsx"    // OOXML without macros, transitional or strict, from any writer
	FormatXLSM    Format = "xlsm"    // OOXML with a macro part, which is never looked into
	FormatXLS     Format = "xls"     // BIFF8 or BIFF5 in an OLE container
	FormatET      Format = "et"      // the same, written by WPS
	FormatXML2003 Format = "xml2003" // XML Spreadsheet 2003
	FormatHTML    Format = "html"    // HTML tables, often named .xls
	FormatCSV     Format = "csv"     // delimited text of any delimiter
)

// File is one attachment read as a workbook.
type File struct {
	Format   Format
	Date1904 bool // day numbers count from 1904-01-01 instead of 1900-01-01
	Macros   bool // carries a macro part; it was not run and not read
	Images   bool // carries pictures: a stamp, a scanned page, a photo in a cell
	Grids    []Grid
}

// Grid is one sheet. Chart sheets, dialog sheets and macro sheets are left out.
type Grid struct {
	Name       string
	Hidden     bool      // hidden or very hidden
	Rows       []GridRow // ascending by Num; only rows that hold at least one cell
	Merges     []Range   // as stored: they may overlap or cover the whole sheet, so never walk one cell by cell
	HiddenCols []Span    // ascending runs of hidden columns
	Notes      []Note    // comments on cells, as they come
}

// GridRow is one row that holds cells.
type GridRow struct {
	Num    int // 1-based
	Hidden bool
	Cells  []Cell // ascending by Col; empty cells are left out
}

// Range is a rectangle of cells, both corners included.
type Range struct {
	FirstRow, LastRow int // 1-based
	FirstCol, LastCol int // 0-based
}

// Span is a run of columns, both ends included, 0-based.
type Span struct{ First, Last int }

// Kind is what a cell holds.
type Kind uint8

// The kinds of cell. A cell whose formula has a cached result has the kind of that result.
const (
	KindNumber  Kind = iota + 1 // Text is the stored decimal spelling: "98128.9", "1E-3"; in a damaged cell anything, even "NaN"
	KindText                    // Text is the stored text with its line breaks
	KindBool                    // Text is "TRUE" or "FALSE"
	KindError                   // Text is "#REF!", "#DIV/0!" and so on
	KindDate                    // Text is an ISO 8601 date or time stored as such ("2026-11-20", "2026-11-20T00:00:00")
	KindPending                 // a formula without a cached result; Text is empty
)

// Class is what a number format makes of a number.
type Class uint8

// The classes of number format.
const (
	ClassGeneral Class = iota // General, and every format that shows a plain number
	ClassPercent              // the number 0.85 shows as 85%
	ClassDate                 // the number counts days; the format shows a day, with or without a time
	ClassTime                 // the number is a time of day or a duration; the format shows no day
	ClassText                 // "@": shown exactly as typed
)

// Cell is one cell that holds something.
type Cell struct {
	Text     string // exactly as stored, whole: struck-through words included, phonetic guides not; see Kind for the spelling
	Code     string // number format code as stored ("0.00%", "yyyy\"年\"m\"月\"d\"日\""); "" for General
	Expr     string // the formula as stored, without "="; "" when it is unknown (.xls, the copies of a shared formula)
	Runs     []Run  // the text in pieces, only when part of it is struck through and part is not
	Col      int    // 0-based
	Kind     Kind
	Class    Class // what Code makes of a number
	Formula  bool  // the cell holds a formula
	External bool  // the formula reads another workbook
	Struck   bool  // the whole cell is struck through
	Quoted   bool  // typed with a leading apostrophe: text on purpose
	Cut      bool  // the stored text was longer than maxCellText bytes and is cut there: never a value
}

// Run is a piece of a cell's text.
type Run struct {
	Text   string
	Struck bool
}

// Standing is the text without the words struck through; "" when all of it is.
func (c Cell) Standing() string {
	if c.Struck {
		return ""
	}
	if c.Runs == nil {
		return c.Text
	}
	var b strings.Builder
	for _, r := range c.Runs {
		if !r.Struck {
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

// At finds the cell in a column of the row; ok is false where the row is empty.
func (r GridRow) At(col int) (c Cell, ok bool) {
	lo, hi := 0, len(r.Cells)
	for lo < hi {
		if mid := (lo + hi) / 2; r.Cells[mid].Col < col {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.Cells) && r.Cells[lo].Col == col {
		return r.Cells[lo], true
	}
	return Cell{}, false
}

// ColHidden tells whether a column is hidden.
func (g Grid) ColHidden(col int) bool {
	for _, s := range g.HiddenCols {
		if s.First <= col && col <= s.Last {
			return true
		}
	}
	return false
}

// Holds tells whether the cell lies in the range.
func (r Range) Holds(row, col int) bool {
	return r.FirstRow <= row && row <= r.LastRow && r.FirstCol <= col && col <= r.LastCol
}

// CellName spells a place as people do: row 6, column 7 is "H6".
func CellName(row, col int) string { return ColName(col) + strconv.Itoa(row) }

// ColName spells a column: 0 is "A", 26 is "AA".
func ColName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// Reason says why a file was not read. Each has its own sentence to the sender, kept with the other sentences.
type Reason string

// The reasons for refusing a file.
const (
	ReasonEmpty           Reason = "empty"             // no bytes, or only zero bytes
	ReasonPassword        Reason = "password"          // a workbook that opens only with a password
	ReasonSealed          Reason = "sealed"            // transparently encrypted, or binary of no known kind: 解密后再发
	ReasonDamaged         Reason = "damaged"           // a workbook, but not whole: cut, flipped, or contradicting itself
	ReasonTooLarge        Reason = "too-large"         // more bytes, rows or cells than any report has
	ReasonTooMany         Reason = "too-many"          // too many files or levels in an archive, too many sheets in a workbook
	ReasonLegacyExcel     Reason = "legacy-excel"      // Excel 4 or older, without an OLE container
	ReasonBinaryExcel     Reason = "binary-excel"      // .xlsb
	ReasonUnreadExcel     Reason = "unread-workbook"   // another spreadsheet we do not read: Numbers, uncommon BIFF, a chart only
	ReasonArchivePassword Reason = "archive-password"  // an archive that opens only with a password
	ReasonArchivePart     Reason = "archive-part"      // one volume of an archive in several
	ReasonArchive         Reason = "archive"           // Open was given an archive: Unpack it first
	ReasonPDF             Reason = "pdf"               // PDF
	ReasonOFD             Reason = "ofd"               // 版式文件
	ReasonImage           Reason = "image"             // a photo or scan
	ReasonWord            Reason = "word"              // Word or WPS text
	ReasonSlides          Reason = "slides"            // PowerPoint or WPS presentation
	ReasonNotWorkbook     Reason = "not-a-spreadsheet" // anything else: a web page without a table, a mail, plain prose
)

// Refusal is the error of Open and Unpack: the file was not read, and why. Nothing of it may be used.
type Refusal struct {
	Reason Reason
	Detail string // English, for the log: what was found and where; never text of the sender
}

func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "workbook refused: " + string(r.Reason)
	}
	return "workbook refused: " + string(r.Reason) + ": " + r.Detail
}

func refuse(reason Reason, detail string) *Refusal { return &Refusal{Reason: reason, Detail: detail} }

// Bounds on one attachment. A weekly report has a few hundred rows and a few dozen columns; the worker that reads it has
// 256 MB and ten seconds of processor.
const (
	maxFile      = 40 << 20  // bytes of one workbook as attached
	maxInflated  = 256 << 20 // bytes of all its parts together
	maxRows      = 200_000   // rows with cells, over all sheets
	maxRowCells  = 2_000     // cells with content in one row
	maxCells     = 700_000   // cells with content, over all sheets
	maxTextBytes = 48 << 20  // bytes of kept text, over all sheets
	maxExpr      = 8 << 10   // bytes of a formula kept
	maxCellText  = 256 << 10 // bytes of one cell; Excel stops at 32,767 characters
	maxSheets    = 100       // sheets in one workbook
	maxMerges    = 20_000    // merged ranges kept in one sheet; more are dropped
)
