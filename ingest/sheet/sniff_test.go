package sheet

import (
	"errors"
	"os"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"
)

// check holds what Open promises for any bytes at all: a refusal and nothing else, or rows in order within the bounds, the same
// each time.
func check(t *testing.T, data []byte) {
	t.Helper()
	f, err := Open("周报.xlsx", data)
	var r *Refusal
	if err != nil {
		if !errors.As(err, &r) || r.Reason == "" || !reflect.DeepEqual(f, File{}) {
			t.Fatalf("%v with %d sheets", err, len(f.Grids))
		}
		return
	}
	if again, err := Open("周报.xlsx", data); err != nil || !reflect.DeepEqual(f, again) {
		t.Fatal("read differently the second time")
	}
	if len(f.Grids) == 0 || len(f.Grids) > maxSheets || f.Format == "" {
		t.Fatalf("%d sheets of %q", len(f.Grids), f.Format)
	}
	for _, g := range f.Grids {
		row := 0
		for _, r := range g.Rows {
			if r.Num <= row || len(r.Cells) == 0 || len(r.Cells) > maxRowCells {
				t.Fatalf("row %d of %d cells behind row %d", r.Num, len(r.Cells), row)
			}
			row = r.Num
			col := -1
			for _, c := range r.Cells {
				if c.Col <= col || c.Col > lastCol || c.Kind == 0 || len(c.Text) > maxCellText {
					t.Fatalf("%+v behind column %d", c, col)
				}
				col = c.Col
			}
		}
		for _, m := range g.Merges {
			if m.FirstRow < 1 || m.FirstRow > m.LastRow || m.FirstCol < 0 || m.FirstCol > m.LastCol {
				t.Fatalf("merge %+v", m)
			}
		}
	}
}

func seed(f *testing.F, names ...string) {
	for _, name := range names {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzXLSX changes the text of the parts, not the zip, whose checksums would stop it at the door.
func FuzzXLSX(f *testing.F) {
	b := newBook(`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><f>[1]A!B1</f><v>46000</v></c></row>`)
	f.Add(b.sheet, b.shared, b.styles, b.workbook, b.rels)
	f.Fuzz(func(t *testing.T, sheet, shared, styles, workbook, rels string) {
		b := newBook("")
		b.sheet, b.shared, b.styles, b.workbook, b.rels = sheet, shared, styles, workbook, rels
		check(t, b.pack(t))
	})
}

func FuzzXLSXFile(f *testing.F) {
	seed(f, "week38.xlsx")
	f.Fuzz(check)
}

func FuzzXLS(f *testing.F) {
	seed(f, "week38.et", "week39.xls")
	f.Add(compound([]string{"Workbook"}, [][]byte{workbook8([]string{"项目"}, mixedRows)}))
	sealed, err := excelize.Encrypt(newBook(`<row r="1"><c r="A1"><v>1</v></c></row>`).pack(f), &excelize.Options{Password: defaultPassword})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, data []byte) { check(t, unsealed(data)) })
}

// FuzzBIFF changes the records, not the container.
func FuzzBIFF(f *testing.F) {
	f.Add(workbook8([]string{"项目"}, mixedRows))
	f.Add(workbook5(f, func(b *biff) { b.record(recLabel, w(0), w(0), w(0), w(2), "ab") }))
	f.Fuzz(func(t *testing.T, stream []byte) {
		check(t, compound([]string{"Workbook"}, [][]byte{stream}))
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte("编号,名称,投资\n1,\"城南\n水厂\",12.5\n2,城北水厂,8\n"))
	f.Add([]byte(gb18030(f, "编号\t名称\t投资\r\n1\t城南水厂\t12.5\r\n")))
	f.Add([]byte(`<table><tr><td rowspan=2 colspan=3><s>a</s>b<td>1<tr><td>2</table>`))
	f.Add([]byte(oldXML))
	f.Add([]byte("<?Xml0?><?>urn:schemas-microsoft-com:office:spreadsheet")) // the mark of an instruction's end, counted from its beginning
	f.Fuzz(check)
}

func FuzzArchive(f *testing.F) {
	f.Add(pack(f, part{"a.csv", "1,2,3\n1,2,3\n"}, part{"b.zip", string(pack(f, part{"c", "x"}))}))
	f.Add(rar4(part{"a.csv", "1,2,3\n1,2,3\n"}))
	f.Add(sevenZipOf(part{"a.csv", "1,2,3\n1,2,3\n"}, part{"b", "x"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		members, err := Unpack("a", data)
		var r *Refusal
		if err != nil && (!errors.As(err, &r) || members != nil) || err == nil && len(members) == 0 {
			t.Fatalf("%d members, %v", len(members), err)
		}
		for _, m := range members {
			if (m.Refused == nil) == (m.Data == nil) || len(members) > maxMembers {
				t.Fatalf("%d members, %q refused for %v", len(members), m.Name, m.Refused)
			}
		}
	})
}
