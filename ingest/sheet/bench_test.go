package sheet

import (
	"fmt"
	"strings"
	"testing"
)

// reportRows spells n rows of ten columns as a department fills them: texts shared, numbers and dates.
func reportRows(n int) (rows, shared string) {
	var sheet, sst strings.Builder
	for i := range n {
		fmt.Fprintf(&sheet, `<row r="%d" spans="1:10">`, i+1)
		for col := range 10 {
			ref := CellName(i+1, col)
			if col%2 == 0 {
				fmt.Fprintf(&sheet, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, i*5+col/2)
				fmt.Fprintf(&sst, `<si><t>第%d号重点项目第%d栏主体结构施工</t></si>`, i, col)
			} else {
				fmt.Fprintf(&sheet, `<c r="%s" s="1"><v>%d.%02d</v></c>`, ref, i*col, col)
			}
		}
		sheet.WriteString("</row>")
	}
	return sheet.String(), `<sst ` + mainNS + `>` + sst.String() + `</sst>`
}

var benchRows = []int{60, 2_000, 50_000}

func BenchmarkXLSX(b *testing.B) {
	for _, n := range benchRows {
		rows, shared := reportRows(n)
		book := newBook(rows)
		book.shared = shared
		data := book.pack(b)
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) { benchOpen(b, data, n) })
	}
}

func BenchmarkXLS(b *testing.B) {
	for _, n := range benchRows {
		shared := make([]string, min(n, 1000))
		for i := range shared {
			shared[i] = fmt.Sprintf("%d号", i)
		}
		data := compound([]string{"Workbook"}, [][]byte{workbook8(shared, func(f *biff) {
			for i := range n {
				for col := range 10 {
					if col%2 == 0 {
						f.record(recLabelSST, w(i), w(col), w(0), uint32(i%1000))
					} else {
						f.record(recRK, w(i), w(col), w(1), doubleRK(float64(i*col)+0.25))
					}
				}
			}
		})})
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) { benchOpen(b, data, n) })
	}
}

func benchOpen(b *testing.B, data []byte, rows int) {
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		f, err := Open("", data)
		if err != nil || len(f.Grids[0].Rows) != rows {
			b.Fatal(err)
		}
	}
}
