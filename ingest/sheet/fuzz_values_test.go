package sheet

import (
	"strings"
	"testing"
	"time"

	"duban/configs"
	"duban/state"
)

// FuzzValues reads any text as an amount, a number, a percentage and a date: never a panic, never a value and a doubt at
// once, and what is taken for an amount or a day is one.
func FuzzValues(f *testing.F) {
	for _, s := range []string{
		"3,200万元", "１２３４．５", "约210", "二百一十", "叁仟伍佰万元", "1.2亿", "(35)", "200-300", "85%", "1e9", "2026年11月20日", "十一月底", "26.11.20",
		"2026-13-05", "¥1,074.06", "O12", "0.0.0", "1\n2", "百分之六十二", "９月３０日前", "亿万亿万", "-0", "\u202e12",
	} {
		f.Add(s)
	}
	about := time.Date(2026, 9, 18, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		for name, r := range map[string]reading{
			"money": readMoney(s, state.Wan), "yuan": readMoney(s, state.Yuan), "number": readNumber(s, "亩"), "percent": readPercent(s),
			"date": readDate(s, about, false, ruleNotDate), "deadline": readDate(s, about, true, ruleDeadline),
		} {
			if (r.text == "") == (r.doubt == "") {
				t.Fatalf("%s %q: text %q, doubt %q", name, s, r.text, r.doubt)
			}
			if r.text == "" {
				continue
			}
			switch name {
			case "money", "yuan":
				if fen, err := state.ParseWan(r.text); err != nil || fen.Wan() != r.text {
					t.Fatalf("%s %q: %q is no amount: %v", name, s, r.text, err)
				}
			case "date", "deadline":
				if _, err := time.Parse(time.DateOnly, r.text+strings.Repeat("-01", 1-strings.Count(r.text[5:], "-"))); err != nil {
					t.Fatalf("%s %q: %q is no day: %v", name, s, r.text, err)
				}
			}
		}
		if got := trimText(s); len(got) > len(s) {
			t.Fatalf("trimming %q made it longer", s)
		}
	})
}

// FuzzHeader reads a sheet whose header and rows are any text, cut into rows and cells: never a panic, every value at its
// own cell, and reading is the same twice.
func FuzzHeader(f *testing.F) {
	form, err := configs.BuiltinForm()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"序号|项目名称|总投资（亿元）|本周完成投资\n1|甲|1|2", "|投资情况(万元)||\n项目名称|总投资|年度计划|本周完成\n甲|1|2|3\n合计|1|2|3",
		"周报（第38周）\n填报单位：甲　填报人：乙\n项目名称|总投资|2026年1-9月完成投资|责任领导\n一、续建项目\n丙|约3||丁", "1、序号|项目名称|项目名称|(元)\n|||",
	} {
		f.Add(s, uint8(3), uint8(2))
	}
	f.Fuzz(func(t *testing.T, s string, a, b uint8) {
		if len(s) > 4000 {
			return
		}
		g := Grid{Name: "表"}
		for i, line := range strings.Split(s, "\n") {
			r := GridRow{Num: i + 1}
			for col, text := range strings.Split(line, "|") {
				if text != "" {
					r.Cells = append(r.Cells, Cell{Text: text, Kind: KindText, Col: col})
				}
			}
			if len(r.Cells) > 0 {
				g.Rows = append(g.Rows, r)
			}
		}
		g.Merges = []Range{{1, 1 + int(a%5), int(b % 7), int(b%7) + int(a%3)}, {2, 2, 0, int(b)}}
		read := func() state.Book {
			return readBook("f.xlsx", &File{Format: FormatXLSX, Grids: []Grid{g}}, newLexicon(form), 2026)
		}
		first, again := told(read(), colWeek), told(read(), colWeek)
		if strings.Join(first, "\n") != strings.Join(again, "\n") {
			t.Fatalf("read differently: %q and %q", first, again)
		}
		for _, row := range read().Rows() {
			for id, v := range row.Values {
				if _, n := place(v.Cell); n != row.No || v.Doubt != "" && v.Text != "" {
					t.Fatalf("row %d %s: %+v", row.No, id, v)
				}
			}
		}
	})
}
