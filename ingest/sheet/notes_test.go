package sheet

import "testing"

// Comments are told apart: one that may correct its figure is asked about, any other is for
// the office, and ours, which come back with the corrected workbook, say nothing.
func TestCommentsAreToldAndNeverTaken(t *testing.T) {
	g := gridOf("在建", "",
		head1,
		row(1, "甲", 100, 10, 60, "x"),
		row(2, "乙", 100, 10, 60, "x"),
		row(3, "丙", 100, 10, 60, "x"),
	)
	g.Notes = []Note{
		{Row: 2, Col: 2, Text: "以此为准:12,500万元"}, {Row: 3, Col: 1, Text: "领导批示:加快推进"}, {Row: 4, Col: 3, Text: "第1项 必须改\n您填的:10"}, {Row: 9, Col: 1, Text: "表外"},
	}
	b := readGrids(t, g)
	var got []string
	for _, f := range b.Findings {
		if f.Rule == ruleNote {
			got = append(got, string(f.Level)+" "+f.Cell+" "+f.Found)
		}
	}
	if len(got) != 2 || got[0] != "warning C2 100(批注:以此为准:12,500万元)" || got[1] != "note B3 乙(批注:领导批示:加快推进)" {
		t.Errorf("told %q", got)
	}
	if v := b.Sheets[0].Rows[0].Values[colPlan]; v.Text != "100" {
		t.Errorf("a comment changed a value: %+v", v)
	}
}

func TestCommentsOfAWorkbookAreReadWithTheirCells(t *testing.T) {
	b := newBook(`<row r="1"><c r="A1"><v>5</v></c></row>`)
	b.more = []part{
		{"xl/worksheets/_rels/sheet1.xml.rels", relsPart(rel("c", "comments", "/xl/comments/comment1.xml"))},
		{"xl/comments/comment1.xml", `<comments ` + mainNS + `><authors><author>甲</author></authors><commentList><comment ref="E6" authorId="0"><text>` +
			`<r><t>以此</t></r><r><t>为准</t></r></text></comment><comment ref="B7" authorId="0"><text><t>知道了</t></text></comment></commentList></comments>`},
	}
	f, err := Open("a.xlsx", b.pack(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []Note{{6, 4, "以此为准"}, {7, 1, "知道了"}}
	if got := f.Grids[0].Notes; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v", got)
	}
}

// In a BIFF8 sheet the words stand in a text box and the cell in a record of its own.
func TestCommentsOfABIFFSheetAreReadWithTheirCells(t *testing.T) {
	var n xlsNotes
	var g Grid
	x := &xlsFile{}
	n.record(x, &g, recObj, []byte{0x15, 0, 0x12, 0, 0x19, 0, 7, 0, 0, 0})
	n.record(x, &g, recTXO, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0, 0})
	n.record(x, &g, recContinue, []byte{1, 0xe5, 0x4e, 0x09, 0x67})
	n.record(x, &g, recContinue, []byte{0, 0, 0, 0, 0, 0, 0, 0}) // its fonts
	n.record(x, &g, recNote, []byte{5, 0, 4, 0, 0, 0, 7, 0, 0, 0})
	if len(g.Notes) != 1 || g.Notes[0] != (Note{6, 4, string([]rune{0x4ee5, 0x6709})}) {
		t.Errorf("got %+v", g.Notes)
	}
}

// A hidden column under the name of a visible one is passed over, and somebody hears of it
// where it says otherwise.
func TestAHiddenColumnThatSaysOtherwiseIsTold(t *testing.T) {
	for hidden, want := range map[int]int{40: 1, 10: 0} {
		g := gridOf("在建", "", row("序号", "项目名称", "本周完成投资", "本周完成投资", "形象进度"), row(1, "甲", hidden, 10, "x"))
		g.HiddenCols = []Span{{2, 2}}
		b := readGrids(t, g)
		told := 0
		for _, f := range b.Findings {
			if f.Rule == ruleHiddenColumn && f.Cell == "C1" {
				told++
			}
		}
		if v := b.Sheets[0].Rows[0].Values[colWeek]; told != want || v.Cell != "D2" || v.Text != "10" {
			t.Errorf("hidden %d: told %d times, read %+v", hidden, told, v)
		}
	}
}
