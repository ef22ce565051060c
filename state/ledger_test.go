package state

import (
	"slices"
	"testing"
	"time"
)

// entered draws one report's cells of project P1 into a ledger.
func entered(all []Issue, w Week, at, mail, problem, request string) []Issue {
	l := ledger{roster: &Roster{Depts: []Dept{{ID: "D05", Short: "区交通局", Aliases: []string{"交通局"}}}}, issues: all, next: nextNumber(all)}
	received, err := time.Parse("2006-01-02 15:04", "2026-"+at)
	if err != nil {
		panic(err)
	}
	l.enter(w, Project{ID: "P1", Dept: "D01"}, &Counted{Mail: mail, Received: received, Values: map[string]Value{
		"problems": {Text: problem}, "coordination_request": {Text: request},
	}})
	return l.issues
}

// An issue keeps its number whatever is sent again, in whatever order, until it is closed.
func TestAnIssueKeepsItsNumber(t *testing.T) {
	w38, w39 := Week{2026, 38}, Week{2026, 39}
	all := entered(nil, w38, "09-18 10:00", "a", "缺电", "请交通局协调")
	all = entered(all, w38, "09-18 10:00", "a", "缺电", "请交通局协调")
	if len(all) != 1 || len(all[0].History) != 1 || all[0].ID != "I01" {
		t.Fatalf("the same report twice: %+v", all)
	}
	all = entered(all, w39, "09-25 10:00", "b", "缺电,线路已批", "")
	if i := all[0]; i.Text != "缺电,线路已批" || i.Request != "请交通局协调" || i.Seen != w39 {
		t.Errorf("the next week: %+v", i)
	}
	if old := asOf(all, w38); old[0].Text != "缺电" || old[0].Seen != w38 {
		t.Errorf("as of the week before: %+v", old[0])
	}
	all = entered(all, w38, "09-26 10:00", "late", "缺电得很", "请交通局协调")
	if i := all[0]; len(all) != 1 || i.Text != "缺电,线路已批" || i.Opened != w38 {
		t.Errorf("a late report of the week before: %+v", all)
	}
	all = entered(all, w39, "09-27 10:00", "c", "无", "")
	if all[0].Open() || all[0].Closed != w39 {
		t.Errorf("无 did not close it: %+v", all[0])
	}
	all = entered(all, w39, "09-27 12:00", "d", "还是缺电", "")
	if len(all) != 1 || !all[0].Open() {
		t.Errorf("a version of the same week takes the closing back: %+v", all)
	}
	all = entered(all, Week{2026, 40}, "09-29 10:00", "e", "无", "")
	all = entered(all, Week{2026, 41}, "10-09 10:00", "f", "又缺电", "")
	if len(all) != 2 || all[1].ID != "I02" || all[1].Opened != (Week{2026, 41}) {
		t.Errorf("a problem after the closing is a new issue: %+v", all)
	}
}

// What a person closed stays closed when an older report is drawn in again, and units the
// office named stay until the request reads otherwise.
func TestTheOfficesWordStands(t *testing.T) {
	w38 := Week{2026, 38}
	all := entered(nil, w38, "09-18 10:00", "a", "缺电", "请交通局协调")
	if !slices.Equal(all[0].Units, []string{"D05"}) {
		t.Fatalf("units %v", all[0].Units)
	}
	at := time.Date(2026, 9, 18, 12, 0, 0, 0, time.UTC)
	all[0].say(Said{Week: w38, At: at, By: "张三", Units: []string{"D07"}})
	all = entered(all, Week{2026, 39}, "09-25 10:00", "b", "缺电", "请交通局协调。")
	if !slices.Equal(all[0].Units, []string{"D07"}) {
		t.Errorf("the office named others, now %v", all[0].Units)
	}
	all = entered(all, Week{2026, 40}, "09-29 10:00", "c", "缺电", "请交通局办理许可")
	if !slices.Equal(all[0].Units, []string{"D05"}) {
		t.Errorf("another request, still %v", all[0].Units)
	}
	all[0].say(Said{Week: Week{2026, 40}, At: at.AddDate(0, 0, 20), By: "张三", Close: true})
	all = entered(all, Week{2026, 40}, "09-29 10:00", "c", "缺电", "请交通局办理许可")
	if len(all) != 1 || all[0].Open() {
		t.Errorf("the report that was there before opened it again: %+v", all)
	}
}

func TestUnitsInTheOrderTheyAreNamed(t *testing.T) {
	r := &Roster{
		Depts: []Dept{
			{ID: "D05", Name: "区交通运输局", Short: "区交通局", Aliases: []string{"交通局"}},
			{ID: "D13", Name: "市自然资源和规划局澜川分局", Short: "自规分局"},
			{ID: "D21", Short: "文峰街道"},
		},
		Units: []Unit{{ID: "E05", Name: "区财政局(虚构)"}},
	}
	for text, want := range map[string][]string{
		"请文峰街道完成签约,自规分局完善手续": {"D21", "D13"},
		"请区财政局安排资金,区交通局配合":   {"E05", "D05"},
		"请市交通局批复":            {},
		"请市交通局批复,交通局跟进":      {"D05"},
		"请有关部门研究":            {},
	} {
		if got := r.UnitsIn(text); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// The clock of three working days, by the district's vectors.
func TestTheClockOfARequest(t *testing.T) {
	c := NewCalendar()
	for _, d := range []string{"2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"} {
		c.AddHoliday(day(d), "")
	}
	c.AddMakeUpDay(day("2026-09-20"), "")
	c.AddMakeUpDay(day("2026-10-10"), "")
	s := &Schedule{Zone: time.UTC, Calendar: c}
	for given, want := range map[string][2]string{
		"2026-09-18": {"2026-09-21 15:00", "2026-09-22 18:00"},
		"2026-09-30": {"2026-10-09 15:00", "2026-10-10 18:00"},
		"2026-09-24": {"2026-09-29 15:00", "2026-09-30 18:00"},
	} {
		at := day(given).Add(22 * time.Hour)
		if w, due := s.AnswerWarning(at).Format("2006-01-02 15:04"), s.AnswerDue(at).Format("2006-01-02 15:04"); w != want[0] || due != want[1] {
			t.Errorf("delivered %s: warning %s, due %s, want %v", given, w, due, want)
		}
	}
}
