package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// A reply about visits counts only as far as it is plain; plans, other projects and days to come
// are left to the office, line by line.
func TestVisitsByReplyAreReadAndNeverGuessed(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	received := time.Date(2026, 9, 21, 10, 0, 0, 0, zone)
	projects := []state.Project{
		{ID: "LC2026-009", Name: "文峰路北延道路工程", Aliases: []string{"北延路"}},
		{ID: "LC2026-012", Name: "二水厂改造"},
		{ID: "LC2026-013", Name: "二水厂改造(二期)"},
	}
	for _, c := range []struct{ text, told, unclear string }{
		{"LC2026-009 9月12日", "009 09-12", ""},
		{"9月12日到现场:文峰路北延道路工程", "009 09-12", ""},
		{"9月12日:北延路、二水厂改造", "009 09-12,012 09-12", ""},
		{"LC2026-009 9月12日、9月20日已到场。", "009 09-12,009 09-20", ""},
		{"LC2026-009 9月12、13日", "009 09-12,009 09-13", ""},
		{"二水厂改造(二期)2026-09-01", "013 09-01", ""},
		{"二水厂改造 9.12", "012 09-12", ""},
		{"LC2026-009:2026年8月30日;LC2026-012:9月2日", "009 08-30,012 09-02", ""},
		{"您好,到场情况报告如下:\n1、LC2026-009 9月12日\n2、LC2026-012 9月20日\n谢谢!", "009 09-12,012 09-20", ""},
		{"9月12日到现场督导:\nLC2026-009\nLC2026-012", "009 09-12,012 09-12", ""},

		{"计划9月25日到LC2026-009", "", "计划9月25日到LC2026-009"},
		{"LC2026-009 9月25日", "", "LC2026-009 9月25日"},
		{"LC2026-009 9月12日没有到场", "", "LC2026-009 9月12日没有到场"},
		{"LC2026-009 安排9月12日到场", "", "LC2026-009 安排9月12日到场"},
		{"LC2026-009 5月12日", "", "LC2026-009 5月12日"},
		{"LC2026-009 2月31日", "", "LC2026-009 2月31日"},
		{"LC2026-044 9月12日", "", "LC2026-044 9月12日"},
		{"文峰路项目 9月12日", "", "文峰路项目 9月12日"},
		{"LC2026-009", "", "LC2026-009"},
		{"9月12日都去过了", "", "9月12日都去过了"},
		{"LC2026-009、LC2026-012 9月12日、9月13日", "", "LC2026-009、LC2026-012 9月12日、9月13日"},
		{"LC2026-009 9月12日\n请区交通局本周五前拿出方案。", "009 09-12", "请区交通局本周五前拿出方案。"},
		{"收到,谢谢", "", ""},
	} {
		visits, unclear := readVisits(c.text, projects, received)
		var told []string
		for _, v := range visits {
			told = append(told, strings.TrimPrefix(v.Project, "LC2026-")+" "+strings.TrimPrefix(v.Day, "2026-"))
		}
		slices.Sort(told)
		if got := strings.Join(told, ","); got != c.told || strings.Join(unclear, "|") != c.unclear {
			t.Errorf("%q: told %q, unclear %q; want %q and %q", c.text, got, unclear, c.told, c.unclear)
		}
	}
}
