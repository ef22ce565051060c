package ingest

import (
	"testing"
	"time"

	"duban/state"
)

func TestAProjectIsKnownByCodeThenNameThenAlias(t *testing.T) {
	x := newIndex(&state.Roster{Projects: []state.Project{
		{ID: "LC2026-001", Name: "云湾冷链物流枢纽(一期)", Aliases: []string{"冷链枢纽", "老项目"}},
		{ID: "LC2026-002", Name: "区人民医院门急诊综合楼", Aliases: []string{"门急诊楼", "老项目"}},
		{ID: "LC2026-003", Name: "文峰路北延道路工程"},
	}})
	for _, c := range []struct{ code, name, project, rule, near string }{
		{"LC2026-001", "云湾冷链物流枢纽(一期)", "LC2026-001", "", ""},
		{"lc2026-001 ", "", "LC2026-001", "", ""},
		{"", "云湾冷链物流枢纽(一期)", "LC2026-001", "", ""},
		{"", "云湾冷链物流枢纽（一期） ", "LC2026-001", "name-normalized", ""},
		{"", "冷链枢纽", "LC2026-001", "name-alias", ""},
		{"LC2026-001", "冷链枢纽", "LC2026-001", "name-alias", ""},
		{"LC2026-001", "云湾大仓", "LC2026-001", "name-differs", ""},
		{"LC2026-001", "文峰路北延道路工程", "", "project-conflict", "LC2026-001"},
		{"LC2026-009", "文峰路北延道路工程", "LC2026-003", "project-unknown", "LC2026-003"},
		{"", "文峰路北延工程", "", "project-unknown", "LC2026-003"},
		{"", "文峰路北延道路工程(二标段)", "", "project-unknown", "LC2026-003"},
		{"", "老项目", "", "project-unknown", ""}, // two projects share the alias
		{"", "完全不同的名字", "", "project-unknown", ""},
	} {
		m := x.find(c.code, c.name)
		project, near := "", ""
		if m.project != nil {
			project = m.project.ID
		}
		if m.near != nil {
			near = m.near.ID
		}
		if project != c.project || m.rule != c.rule || near != c.near {
			t.Errorf("%q %q: %q by %q near %q; want %q by %q near %q", c.code, c.name, project, m.rule, near, c.project, c.rule, c.near)
		}
	}
}

func TestASharedAddressIsDecidedByTheSheet(t *testing.T) {
	d := Desk{Roster: &state.Roster{
		Depts: []state.Dept{
			{ID: "D1", Name: "甲局", Short: "甲局", Mail: "both@x.example"},
			{ID: "D2", Name: "区乙委员会", Short: "乙委", Aliases: []string{"乙办"}, Mail: "both@x.example"},
		},
		Projects: []state.Project{{ID: "P2", Name: "乙的项目", Dept: "D2"}},
	}}
	row := func(id string) state.Book {
		return state.Book{Sheets: []state.Sheet{{Rows: []state.Row{{Values: map[string]state.Value{"project_id": {Text: id}}}}}}}
	}
	for _, c := range []struct {
		book state.Book
		want string
	}{
		{state.Book{UnitName: "甲 局"}, "D1"}, {state.Book{UnitName: "乙办"}, "D2"}, {row("P2"), "D2"}, {row("P9"), ""}, {state.Book{UnitName: "丙局"}, ""},
	} {
		if got := d.whose([]state.Book{c.book}, []string{"D1", "D2"}, arrivedAt); got != c.want {
			t.Errorf("%+v: %q, want %q", c.book, got, c.want)
		}
	}
}

func TestASenderIsOneAddress(t *testing.T) {
	for _, c := range []struct {
		m    Message
		want string
	}{
		{Message{From: []Address{{Addr: "A@X.example"}}, FromHeaders: 1}, "a@x.example"},
		{Message{From: []Address{{Addr: "a@x.example"}, {Addr: "b@x.example"}}, FromHeaders: 1}, ""},
		{Message{From: []Address{{Addr: "a@x.example"}}, FromHeaders: 2}, ""},
		{Message{From: []Address{{Name: "jtj@lanchuan.example"}}, FromHeaders: 1}, ""},
		{Message{}, ""},
	} {
		if s := Identify(c.m, nil, at(18, 9, 0)); s.Addr != c.want || (s.Addr == "") != (s.Doubt != "") {
			t.Errorf("%+v: %+v", c.m.From, s)
		}
	}
}

// What a subject calls 第53周 in January is last year's; a reply keeps our own words, year and all.
func TestWeekOfASubjectAtTheTurnOfTheYear(t *testing.T) {
	for _, c := range []struct {
		subject  string
		received time.Time
		want     state.Week
	}{
		{"第53周重大项目周报", time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), state.Week{Year: 2026, No: 53}},
		{"第1周重大项目周报", time.Date(2025, 12, 31, 9, 0, 0, 0, time.UTC), state.Week{Year: 2026, No: 1}},
		{"回复:2026年第53周(12.28-1.1)重大项目周报请于1月4日18:00前报送 [W53-D25]", time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), state.Week{Year: 2026, No: 53}},
		{"2024年第53周", time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), state.Week{}},
		{"第99周", time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), state.Week{}},
	} {
		if got := weekIn(c.subject, c.received, nil); got != c.want {
			t.Errorf("%s: %s, want %s", c.subject, got, c.want)
		}
	}
}
