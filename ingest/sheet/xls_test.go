package sheet

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// TestAnOfficeWorkbookIsReadExactly reads a file saved by LibreOffice as Excel 97-2003: every cell record it writes, shared
// strings that run over several records, the 1904 calendar, hidden things, merges and a struck-through correction.
func TestAnOfficeWorkbookIsReadExactly(t *testing.T) {
	data, err := os.ReadFile("testdata/office.xls")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"# 周报 A1:C1 -E:E",
		`A1 t "澜川区重大项目周报𠮷镕㙍"`,
		`A2 n "-0.5"`, `B2 n "98128.9"`, `C2 n "123456789"`, `D2 n "0.1"`, `E2 n "12.34"`, `F2 n "13800001234567"`,
		`A3 b "TRUE" formula`, `B3 n "-2" formula`, `C3 t "完成30%" formula`, `D3 e "#DIV/0!" formula`, `E3 b "TRUE" formula`, `F3 t "" formula`,
		`A4 n "0.85" percent`, `B4 n "44884" date`, `C4 t "已撤销" struck`, `D4 t "500600" stands as "600"`, `E4 n "0.5" time`,
		`A5 t "一行\n二行"`, `A6 t "藏" hidden`, `A7 n "42" formula`,
		"# 底稿 hidden", `A1 n "41"`,
	}
	for i := 1; i <= 40; i++ {
		want = append(want, fmt.Sprintf("B%d t %q", i, fmt.Sprintf("第%d段%s", i, strings.Repeat("长江水a", 60))))
	}
	f, err := Open("办公.xlsx", data)
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" || f.Format != FormatXLS || !f.Date1904 {
		t.Error(f.Format, f.Date1904, err, diff)
	}
}

func TestFilesOfTheWeekAreRead(t *testing.T) {
	for name, want := range map[string]struct {
		sheets, cells int
		title         string
	}{
		"week38.et":   {2, 130, "澜川区2026年重大项目进展周报表(第38周)"},
		"week39.xls":  {1, 68, "澜川区2026年重大项目进展周报表(第38周)"},
		"week38.xlsx": {1, 47, "澜川区2026年重大项目进展周报表(第38周)"},
	} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(name, data)
		if err != nil {
			t.Fatal(name, err)
		}
		cells := 0
		for _, g := range f.Grids {
			for _, r := range g.Rows {
				cells += len(r.Cells)
			}
		}
		if len(f.Grids) != want.sheets || cells != want.cells || f.Grids[0].Rows[0].Cells[0].Text != want.title {
			t.Errorf("%s: %d sheets, %d cells, %+v", name, len(f.Grids), cells, f.Grids[0].Rows[0].Cells[0])
		}
	}
}

// mixedRows writes every cell record of BIFF8 by hand, in the loose order simple programs use.
func mixedRows(b *biff) {
	b.record(recRow, w(1), w(0), w(0), w(255), w(0), w(0), w(0x20), w(0))
	b.record(recNumber, w(1), w(0), w(0), 0.1)
	b.record(recLabelSST, w(0), w(1), w(0), uint32(0))
	b.record(recRK, w(0), w(0), w(0), packedRK(-12345, true))
	b.record(recMulRK, w(2), w(0), w(0), packedRK(7, false), w(1), doubleRK(0.5), w(3), packedRK(-9, false), w(2))
	b.record(recMulBlank, w(3), w(0), w(0), w(0), w(1))
	b.record(recBlank, w(3), w(2), w(0))
	b.record(recLabel, append([]any{w(4), w(0), w(2), w(2)}, wideText("作废")...)...)
	b.record(recRString, w(4), w(1), w(0), w(6), c(0), "500600", w(2), w(0), w(5), w(3), w(0))
	b.record(recBoolErr, w(4), w(2), w(0), c(1), c(0))
	b.record(recBoolErr, w(4), w(3), w(0), c(0x2A), c(1))
	b.record(recFormula, w(5), w(0), w(0), "\x00\x00\x00\x00\x00\x00\xff\xff", w(0), uint32(0), w(3), "\x1e\x01\x00")
	b.record(recString, append([]any{w(3)}, wideText("三十万")[0], utf16.Encode([]rune("三十")))...)
	b.record(recContinue, append([]any{}, wideText("万")...)...)
	b.record(recFormula, w(5), w(1), w(0), 2.5, w(0), uint32(0), w(3), "\x1e\x01\x00")
	b.record(recFormula, w(5), w(2), w(0), "\x01\x00\x01\x00\x00\x00\xff\xff", w(0), uint32(0), w(3), "\x1e\x01\x00")
	b.record(recFormula, w(5), w(3), w(0), "\x02\x00\x07\x00\x00\x00\xff\xff", w(0), uint32(0), w(3), "\x1e\x01\x00")
	b.record(recFormula, w(5), w(4), w(0), "\x03\x00\x00\x00\x00\x00\xff\xff", w(0), uint32(0), w(3), "\x1e\x01\x00")
	b.record(recMerge, w(2), w(0), w(1), w(0), w(2), w(5), w(5), w(5), w(5))
}

func TestEveryCellRecordIsRead(t *testing.T) {
	stream := workbook8([]string{"项目"}, mixedRows)
	want := []string{
		"# 周报 A1:C2", `A1 n "-123.45"`, `B1 t "项目"`, `A2 n "0.1" hidden`, `A3 n "7"`, `B3 n "0.5" date`, `C3 n "-9" percent`,
		`A5 t "作废" struck`, `B5 t "500600" stands as "600"`, `C5 b "TRUE"`, `D5 e "#N/A"`,
		`A6 t "三十万" formula`, `B6 n "2.5" formula`, `C6 b "TRUE" formula`, `D6 e "#DIV/0!" formula`, `E6 t "" formula`,
	}
	f, err := Open("", compound([]string{"Workbook"}, [][]byte{stream}))
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	f, err = Open("", compound([]string{"Book", "ETExtData", "Workbook"}, [][]byte{{1}, {2}, stream}))
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" || f.Format != FormatET {
		t.Error(f.Format, err, diff)
	}
}

// rowsOf describes rows 0, 1, … as reaching from column 0 to before the given ones.
func rowsOf(b *biff, ends ...int) {
	b.record(recDimensions, uint32(0), uint32(len(ends)), w(0), w(3), w(0))
	for row, end := range ends {
		b.record(recRow, w(row), w(0), w(end), w(255), w(0), w(0), w(0), w(0))
	}
}

// Programs differ in what they say beside the cells. What they do say must hold: a cell that fell out is missed.
func TestEachWritersPromisesAreHeld(t *testing.T) {
	texts := func(b *biff, row int, cols ...int) {
		for _, col := range cols {
			b.record(recLabelSST, w(row), w(col), w(0), uint32(col))
		}
	}
	shared := []string{"甲", "乙", "丙"}
	for name, test := range map[string]struct {
		rows func(b *biff)
		want Reason
	}{
		"each row says how far it reaches": {rows: func(b *biff) { rowsOf(b, 1, 2); texts(b, 0, 0); texts(b, 1, 0, 1) }},
		"a row reaches less far":           {want: ReasonDamaged, rows: func(b *biff) { rowsOf(b, 1, 3); texts(b, 0, 0); texts(b, 1, 0, 1) }},
		"every row as far as the sheet (Gnumeric)": {rows: func(b *biff) {
			rowsOf(b, 3, 3, 3)
			texts(b, 0, 0)
			texts(b, 1, 0, 1)
			texts(b, 2, 2)
			b.record(recBlank, w(7), w(1), w(0)) // a format in a row not described
			b.record(recDimensions, uint32(0), uint32(8), w(0), w(3), w(0))
		}},
		"the last row alone falls short": {want: ReasonDamaged, rows: func(b *biff) {
			rowsOf(b, 3, 3)
			texts(b, 0, 0, 1, 2)
			texts(b, 1, 0, 1)
		}},
		"no rows, merges among the cells (Perl)": {rows: func(b *biff) {
			texts(b, 0, 0)
			b.record(recMerge, w(1), w(0), w(0), w(0), w(2))
			texts(b, 1, 1, 2)
		}},
		"no rows, and a text counted is not there": {want: ReasonDamaged, rows: func(b *biff) { texts(b, 0, 0); texts(b, 1, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open("", compound([]string{"Workbook"}, [][]byte{workbook8(shared, test.rows)}))
			if test.want == "" && err != nil || test.want != "" && reasonOf(err) != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOldExcelIsReadInItsCodePage(t *testing.T) {
	stream := workbook5(t, func(b *biff) {
		name := gb18030(t, "城南水厂")
		b.record(recLabel, w(0), w(0), w(0), w(len(name)), name)
		b.record(recRString, w(0), w(1), w(0), w(len(name)), name, c(2), c(0), c(5), c(4), c(0))
		b.record(recNumber, w(1), w(0), w(1), 46000.0)
		b.record(recFormula, w(1), w(1), w(0), "\x00\x00\x00\x00\x00\x00\xff\xff", w(0), uint32(0), w(0))
		b.record(recString, w(4), gb18030(t, "完工"))
		b.record(recLabel, w(2), w(0), w(0), w(2*len(name)), name) // Gnumeric continues a long text
		b.record(recContinue, name)
	})
	want := []string{
		"# 周报", `A1 t "城南水厂"`, `B1 t "城南水厂" stands as "水厂"`, `A2 n "46000" date`, `B2 t "完工" formula`, `A3 t "城南水厂城南水厂"`,
	}
	f, err := Open("", compound([]string{"Book"}, [][]byte{stream}))
	if diff := cmp.Diff(want, flat(f)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestNumbersKeepTheirDoubles(t *testing.T) {
	for want, v := range map[string]float64{
		"98128.9": 98128.9, "0.30000000000000004": 0.30000000000000004, "1234567890123456": 1234567890123456, "-35": -35, "1E-12": 1e-12,
		"1.5E+300": 1.5e300, "NaN": math.NaN(), "0": 0,
	} {
		stream := workbook8(nil, func(b *biff) { b.record(recNumber, w(0), w(0), w(0), v) })
		f, err := Open("", compound([]string{"Workbook"}, [][]byte{stream}))
		if err != nil || f.Grids[0].Rows[0].Cells[0].Text != want {
			t.Errorf("%v reads as %v, %v", v, flat(f), err)
		}
	}
}

// TestOtherContainersHaveTheirReasons names what else comes in the container of .xls.
func TestOtherContainersHaveTheirReasons(t *testing.T) {
	whole := workbook8(nil, func(b *biff) { b.record(recNumber, w(0), w(0), w(0), 1.0) })
	edit := func(from, to string) []byte { return []byte(strings.Replace(string(whole), from, to, 1)) }
	for name, c := range map[string]struct {
		stream string
		data   []byte
		want   Reason
	}{
		"a password on an xlsx":  {"EncryptedPackage", nil, ReasonPassword},
		"Word":                   {"WordDocument", nil, ReasonWord},
		"slides":                 {"PowerPoint Document", nil, ReasonSlides},
		"a mail":                 {"__properties_version1.0", nil, ReasonNotWorkbook},
		"something else":         {"Contents", nil, ReasonUnreadExcel},
		"no records":             {"Workbook", make([]byte, 4096), ReasonDamaged},
		"an older version":       {"Workbook", edit("\x00\x06\x05\x00", "\x00\x04\x05\x00"), ReasonLegacyExcel},
		"a password on records":  {"Workbook", edit("\x31\x00\x10\x00", "\x2f\x00\x10\x00"), ReasonPassword},
		"cut off":                {"Workbook", whole[:len(whole)-30], ReasonDamaged},
		"a sheet of other kind":  {"Workbook", edit("\x00\x06\x10\x00", "\x00\x06\x20\x00"), ReasonDamaged},
		"an unknown record":      {"Workbook", edit("\x03\x02\x0e\x00", "\x04\x03\x0e\x00"), ReasonDamaged},
		"a cell cut short":       {"Workbook", edit("\x03\x02\x0e\x00", "\x01\x02\x0e\x00"), ReasonDamaged},
		"a style beyond":         {"Workbook", edit("\x03\x02\x0e\x00\x00\x00\x00\x00\x00\x00", "\x03\x02\x0e\x00\x00\x00\x00\x00\x44\x00"), ReasonDamaged},
		"a column beyond":        {"Workbook", edit("\x03\x02\x0e\x00\x00\x00\x00\x00\x00\x00", "\x03\x02\x0e\x00\x00\x00\x00\x01\x00\x00"), ReasonDamaged},
		"records behind the end": {"Workbook", append(edit("", ""), "\x03\x02\x00\x00"...), ReasonDamaged},
		"the whole one":          {"Workbook", whole, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open("", compound([]string{c.stream}, [][]byte{c.data}))
			if reasonOf(err) != c.want {
				t.Errorf("refused for %v, want %q", err, c.want)
			}
		})
	}
}

// A password that would be hashed for minutes is not tried, nor one whose cost is not told as Excel tells it.
func TestACostlyPasswordIsNotTried(t *testing.T) {
	const agile = "\x04\x00\x04\x00\x40\x00\x00\x00"
	for info, want := range map[string]bool{
		agile + `<encryptedKey spinCount="100000"/>`:   true,
		agile + `<encryptedKey spinCount="10000000"/>`: false,
		agile + `<encryptedKey spinCount='10000000'/>`: false,
	} {
		sealed := compound([]string{"EncryptionInfo", "EncryptedPackage"}, [][]byte{[]byte(info), make([]byte, 64)})
		if got := sealedLightly(sealed); got != want {
			t.Errorf("%q: tried %v, want %v", info, got, want)
		}
	}
}

func TestAFormulaOfAnotherWorkbookIsMarked(t *testing.T) {
	x := &xlsFile{books: []bool{false, true}, sheets: []int{0, 1}}
	for name, c := range map[string]struct {
		tokens string
		want   bool
	}{
		"own sheet":                 {"\x3a\x00\x00\x01\x00\x00\x00", false},
		"other book":                {"\x3a\x01\x00\x01\x00\x00\x00", true},
		"other book in a function":  {"\x1e\x01\x00\x17\x02\x00ab\x19\x40\x00\x00\x5b\x01\x00\x01\x00\x02\x00\x00\x00\x01\x00\x42\x02\x04\x00", true},
		"a text that looks like it": {"\x17\x03\x00\x3a\x01\x00", false},
		"noise":                     {"\x3a\x01", false},
	} {
		if got := x.readsOtherBook([]byte(c.tokens)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAFlippedBitOfAnXLSLosesNoCell changes every bit of real files. BIFF stores no checksum, so a changed digit or character
// cannot be noticed; but no cell, row or sheet may vanish, appear or move.
func TestAFlippedBitOfAnXLSLosesNoCell(t *testing.T) {
	data, err := os.ReadFile("testdata/week39.xls")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Open("", data)
	if err != nil {
		t.Fatal(err)
	}
	want := places(whole)
	for i := range data {
		for bit := byte(1); bit != 0; bit <<= 1 {
			data[i] ^= bit
			f, err := Open("", data)
			data[i] ^= bit
			if err == nil && places(f) != want {
				t.Fatalf("byte %d bit %#x: other cells were read", i, bit)
			}
		}
	}
}

// places spells where a file has cells.
func places(f File) string {
	var b strings.Builder
	for _, g := range f.Grids {
		b.WriteString("#")
		for _, r := range g.Rows {
			for _, c := range r.Cells {
				b.WriteString(CellName(r.Num, c.Col))
			}
		}
	}
	return b.String()
}
