package notify

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"duban/notify/report"
	"duban/state"
)

// everyWord is a week in which each thing a workbook can say of a figure or an issue is said.
func everyWord(t *testing.T) report.Summary {
	who := func(name string, weeks int) []report.Who {
		return []report.Who{{Name: name, Projects: 2, Weeks: weeks}}
	}
	row := &state.Counted{Sheet: "在建项目", No: 6}
	s := report.Summary{
		Week: week38, AsOf: on(t, "09-18 18:00"), Due: on(t, "09-18 18:00"), SummaryAt: on(t, "09-21 08:30"), TimePct: 71.5, HasPrev: true,
		Classes: []report.Line{{ID: "续建", Name: "续建"}, {ID: "新开工", Name: "新开工"}, {ID: "前期", Name: "前期"}, {ID: "招商", Name: "招商"}}, Depts: []report.Line{{ID: "D05", Name: "区交通局"}},
		Projects: []report.Project{
			{ID: "LC2026-001", Marks: []string{"已完工", "办公室更正"}, Finished: true},
			{ID: "LC2026-002", Marks: []string{"暂停"}, Paused: "至11月30日,汛期停工"},
			{ID: "LC2026-003", Marks: []string{"无本年计划", "未核"}, Origin: row},
			{ID: "LC2026-004", Marks: []string{"沿用", "免报"}, Stale: true, Source: week38.Add(-1)},
			{ID: "LC2026-005", Marks: []string{"沿用"}, Stale: true},
			{ID: "LC2026-006", CatchUp: state.Wan, Was: state.Yellow, Shown: state.Red, Light: state.Light{Colour: state.Red, Why: "完成率54.5%,序时进度68.4%,比值0.80"}},
		},
		Issues: []report.Issue{
			{ID: "I01", New: true},
			{ID: "I02", Order: true, ByOffice: true, Asked: on(t, "09-15 10:00")},
			{ID: "I03", Asked: on(t, "09-15 10:00"), Overdue: true},
			{ID: "I04", Reported: true, Moved: true, Asked: on(t, "09-15 10:00"), Answered: on(t, "09-17 10:00"), Answerer: "区财政局"},
		},
		Done: []report.Issue{{ID: "I05"}}, New: 1, Closed: 1, Overdue: 1, Expected: 7,
		OnTime: who("区住建局", 0), Late: who("区水利局", 0), Unreported: who("区交通局", 0), Returned: who("区教育局", 0), ResubmitLate: who("区教育局", 0),
		Unverified: who("白鹭镇", 0), Exempt: who("青禾镇", 0), Unchanged: append(who("文峰街道", 1), who("区商务局", 3)...),
	}
	for i := range s.Projects {
		s.Projects[i].Class, s.Projects[i].Dept = state.ClassContinuing, "D05"
	}
	return s
}

// workbooks draws the workbooks of such a week and of a first one, and keeps what they asked to be worded.
func workbooks(t *testing.T, c *capture) {
	t.Helper()
	const widest = 2 + 30 // title, note, more headings than any sheet has
	say := func(name string, data any) ([]string, error) {
		if !slices.ContainsFunc(c.said[name], func(known any) bool { return reflect.DeepEqual(known, data) }) {
			if _, err := c.Say(name, data); err != nil {
				return nil, err
			}
		}
		return slices.Repeat([]string{name}, widest), nil
	}
	s := everyWord(t)
	first := report.Summary{Week: s.Week, AsOf: s.AsOf, Due: s.Due, SummaryAt: s.SummaryAt, New: 1, Issues: s.Issues[:1]}
	for _, s := range []report.Summary{s, first} {
		if _, err := report.Workbook(s, say); err != nil {
			t.Fatal(err)
		}
	}
	m := report.Meeting{At: time.Date(2026, 9, 21, 15, 0, 0, 0, s.Due.Location()), Summary: s, Items: []report.Item{{Issue: s.Issues[2]}}}
	if _, err := report.Pack(m, say); err != nil {
		t.Fatal(err)
	}
}
