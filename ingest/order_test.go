package ingest

import (
	"strings"
	"testing"
	"time"

	"duban/state"
)

func TestProjectsALeaderNames(t *testing.T) {
	day := time.Date(2026, 9, 21, 10, 0, 0, 0, time.UTC)
	d := Desk{Schedule: &state.Schedule{Zone: time.UTC}, Roster: &state.Roster{Projects: []state.Project{
		{ID: "LC2026-006", Name: "文峰路北延道路工程", Aliases: []string{"文峰路北延"}},
		{ID: "LC2026-007", Name: "文峰路"},
		{ID: "LC2026-008", Name: "已完工项目", ActiveTo: day.AddDate(0, -1, 0)},
	}}}
	for text, want := range map[string]string{
		"文峰路北延的拆迁问题,请抓紧":        "LC2026-006", // not the shorter name within it
		"文峰路 北延道路工程 请抓紧":        "LC2026-006",
		"LC2026-007请抓紧":         "LC2026-007",
		"文峰路北延、文峰路都要抓紧":         "LC2026-006 LC2026-007",
		"已完工项目请复盘":              "",
		"请抓紧":                   "",
		"LC2026-006,即文峰路北延道路工程": "LC2026-006",
	} {
		var got []string
		for _, p := range d.projectsIn(text, state.Mail{Received: day}) {
			got = append(got, p.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}
