package ingest

import (
	"testing"

	"duban/state"
)

// The word of one line is heard as one of two, and only when it says no more; a number in it must be
// the week the table bears.
func TestWhichWeekAReplyMeans(t *testing.T) {
	old := []state.Book{{Name: "a", Week: week38.Add(-3)}}
	for text, want := range map[string]string{
		"改报告期": "this", "“改报告期”。": "this", "1. 改报告期": "this", "改期次,谢谢": "this",
		"补报": "closed", "补报上周": "closed", "“补报”": "closed", "补报第35周": "closed", "1、补报2026年第35周的表。": "closed", "补报35周": "closed",
		"补报第36周": "other week", "改报告期的事请再说明": "", "请改报告期": "", "补报告": "", "补报附件": "", "补报两周": "", "不是补报": "",
	} {
		got := ""
		closed := meansClosed.FindStringSubmatch(text)
		switch {
		case meansThisWeek.MatchString(text):
			got = "this"
		case closed != nil && names(closed[1], old, week38):
			got = "closed"
		case closed != nil:
			got = "other week"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if names("", []state.Book{{Week: week38.Add(1)}}, week38) || names("", append(old, state.Book{Week: week38.Add(-2)}), week38) {
		t.Error("补报 fits a week to come, or two weeks at once")
	}
}
