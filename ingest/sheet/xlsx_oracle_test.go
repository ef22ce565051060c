package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestAnotherReaderSeesTheSame writes workbooks with excelize, in memory and streamed, and compares every raw value.
func TestAnotherReaderSeesTheSame(t *testing.T) {
	for _, streamed := range []bool{false, true} {
		x := excelize.NewFile()
		values := func(row int) []any {
			return []any{row, float64(row) / 3, -0.5, fmt.Sprintf("第%d项 <城南&城北>\n\"二期\" ", row), "", row%2 == 0, "0010", 1e-7 * float64(row), "共用"}
		}
		var sw *excelize.StreamWriter
		var err error
		if streamed {
			sw, err = x.NewStreamWriter("Sheet1")
		}
		if err != nil {
			t.Fatal(err)
		}
		for row := 1; row <= 50; row++ {
			at := "B" + strconv.Itoa(row*2)
			list := values(row)
			if streamed {
				err = sw.SetRow(at, list)
			} else {
				err = x.SetSheetRow("Sheet1", at, &list)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if streamed {
			err = sw.Flush()
		}
		var b bytes.Buffer
		if err == nil {
			_, err = x.WriteTo(&b)
		}
		if err != nil {
			t.Fatal(err)
		}
		compareWithExcelize(t, b.Bytes())
	}
}

func compareWithExcelize(t *testing.T, data []byte) {
	t.Helper()
	f, err := Open("", data)
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	g := f.Grids[0]
	rows, err := x.GetRows(g.Name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	mine := make(map[string]string)
	for _, r := range g.Rows {
		for _, c := range r.Cells {
			mine[CellName(r.Num, c.Col)] = c.Text
			if c.Kind == KindBool {
				mine[CellName(r.Num, c.Col)] = map[string]string{"TRUE": "1", "FALSE": "0"}[c.Text]
			}
		}
	}
	theirs := 0
	for i, row := range rows {
		for j, v := range row {
			if v == "" {
				continue
			}
			theirs++
			if at := CellName(i+1, j); mine[at] != v {
				t.Errorf("%s reads %q here and %q there", at, mine[at], v)
			}
		}
	}
	if theirs == 0 || len(mine) != theirs {
		t.Errorf("%d cells here, %d there", len(mine), theirs)
	}
}
