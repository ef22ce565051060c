package ingest

import (
	"testing"

	"duban/state"
)

// Only a line that is plainly the office's word is taken for one; talk about an issue is not.
func TestTheOfficesWordOnAnIssueIsReadFromItsFirstLine(t *testing.T) {
	for _, c := range []struct {
		line  string
		kind  state.WordKind // "" when it is none
		issue string
		rest  string
	}{
		{"答复 I07 区财政局:资金已安排", state.WordAnswer, "I07", "区财政局:资金已安排"},
		{"答复I07:资金已安排", state.WordAnswer, "I07", "资金已安排"},
		{"“答复”【i07】资金已安排", state.WordAnswer, "I07", "资金已安排"},
		{"答复 区财政局:资金已安排\n下周拨付", state.WordAnswer, "", "区财政局:资金已安排"},
		{"转办 I07 区财政局、区住建局", state.WordAssign, "I07", "区财政局、区住建局"},
		{"销号 I07 已验收", state.WordSolved, "I07", "已验收"},
		{"销号", state.WordSolved, "", ""},
		{"已解决。", state.WordSolved, "", ""},
		{"未解决 I07,仍缺手续", state.WordUnsolved, "I07", "仍缺手续"},
		{"未解决,仍缺手续", state.WordUnsolved, "", "仍缺手续"},
		{"答复了吗?请催一下", "", "", ""},
		{"已解决了吗?", "", "", ""},
		{"已解决部分,请继续办理", "", "", ""},
		{"销号还要等验收", "", "", ""},
		{"收到", "", "", ""},
		{"", "", "", ""},
	} {
		w, reads := readOfficeWord(Message{Text: c.line})
		if reads != (c.kind != "") || reads && (w.kind != c.kind || w.issue != c.issue || w.rest != c.rest) {
			t.Errorf("%q: %+v %v", c.line, w, reads)
		}
	}
}

// Who answered is the unit the office names, or the only one that was asked; a name nobody
// knows is never taken for the one that was.
func TestWhoAnsweredIsNotGuessed(t *testing.T) {
	d := Desk{Roster: &state.Roster{
		Depts: []state.Dept{{ID: "D02", Name: "区商务局", Short: "商务局"}},
		Units: []state.Unit{{ID: "E05", Name: "区财政局(国库)"}, {ID: "E01", Name: "供电公司"}},
	}}
	one, two := state.Ask{Others: []string{"E05"}}, state.Ask{Units: []string{"D02"}, Others: []string{"E05"}}
	for _, c := range []struct {
		ask              state.Ask
		text, unit, rest string
	}{
		{two, "区财政局:已安排", "E05", "已安排"},
		{two, "商务局答复:已安排", "D02", "已安排"},
		{two, "D02 已安排", "D02", "已安排"},
		{two, "资金已安排", "", "资金已安排"},
		{one, "资金已安排", "E05", "资金已安排"},
		{one, "市电力公司:已送电", "", "已送电"},
		{one, "供电公司:已送电", "E01", "已送电"},
	} {
		if unit, rest := d.answererOf(c.ask, c.text); unit != c.unit || rest != c.rest {
			t.Errorf("%q: %q %q", c.text, unit, rest)
		}
	}
	if got := d.unitsListed("区财政局、商务局"); len(got) != 2 || got[0] != "E05" {
		t.Errorf("units %v", got)
	}
	if got := d.unitsListed("区财政局、市电力公司"); got != nil {
		t.Errorf("units %v", got)
	}
}
