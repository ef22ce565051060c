package ingest

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"duban/state"
)

var week38 = state.Week{Year: 2026, No: 38}

// at is an instant of September 2026 in the office's zone.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 9, day, hour, minute, 0, 0, time.FixedZone("CST", 8*3600))
}

// from is a mail of an address without anything in it.
func from(addr, subject, text string) Opened {
	return Opened{Message: Message{From: []Address{{Addr: addr}}, FromHeaders: 1, Subject: subject, Text: text, Fields: []Field{{Name: "from"}}}}
}

// with hangs workbooks on a mail.
func (o Opened) with(books ...state.Book) Opened {
	o.Books = append(slices.Clone(o.Books), books...)
	return o
}

// line is one project as typed: code, name, this week, year's sum.
type line struct {
	code, name string
	week, ytd  int
}

// preliminary is a workbook of 前期 projects, whose form is the shortest.
func preliminary(blob string, week state.Week, lines ...line) state.Book {
	s := state.Sheet{Name: "前期项目", Classes: []state.Class{state.ClassPreliminary}}
	ids := []string{"project_id", "project_name", "week_invest", "ytd_invest", "progress", "problems", "next_plan"}
	for i, id := range ids {
		s.Columns = append(s.Columns, state.ColumnAt{ID: id, Title: id, Col: string(rune('A' + i))})
	}
	for n, l := range lines {
		row := state.Row{Sheet: s.Name, No: 4 + n, Class: state.ClassPreliminary, Values: map[string]state.Value{}}
		for i, text := range []string{l.code, l.name, strconv.Itoa(l.week), strconv.Itoa(l.ytd), "可研评审意见整改累计" + strconv.Itoa(l.ytd) + "项", "设计单位人手不足", "完成可研"} {
			v := state.Value{Cell: string(rune('A'+i)) + strconv.Itoa(row.No), Text: text, Raw: text}
			if text == "无" {
				v.Text = ""
			}
			row.Values[ids[i]] = v
		}
		s.Rows = append(s.Rows, row)
	}
	return state.Book{Name: blob + ".xlsx", Format: "xlsx", Blob: blob, Markable: blob, Week: week, WeekText: "第" + strconv.Itoa(week.No) + "周", Sheets: []state.Sheet{s}}
}

// D05's projects in the starter registry: one 续建 and these two, whose opening balance of
// W37 is 780 and 350.
var (
	road = line{"LC2026-043", "澜川快速路东段", 20, 800}
	port = line{"LC2026-049", "云湾内河码头改建", 10, 360}
)

const roadsOffice = "jtj@lanchuan.example"

// take judges and records a mail; its id is derived from its place in the story.
func (o *office) take(id string, received time.Time, mail Opened) Verdict {
	o.t.Helper()
	var v Verdict
	err := o.store.Update(context.Background(), func(r *state.Records) (err error) {
		if v, err = o.desk.Take(r, Arrival{Mail: state.Mail{ID: id, Received: received}, Opened: mail}); err != nil {
			return err
		}
		for _, w := range v.Depts {
			if err := r.PutDeptWeek(w); err != nil {
				return err
			}
		}
		for _, e := range v.Said {
			if err := r.PutExplanation(e); err != nil {
				return err
			}
		}
		return r.PutMail(v.Mail)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func rulesOf(findings []state.Finding, level state.Level) []string {
	var out []string
	for _, f := range findings {
		if f.Level == level {
			out = append(out, f.Rule)
		}
	}
	return out
}

// only leaves D05 with the two 前期 projects, so that a story needs no long rows.
func only(o *office) *office {
	all := o.desk.Roster
	o.desk.Roster = &state.Roster{
		Depts: all.Depts, Leaders: all.Leaders, Recipients: all.Recipients, Units: all.Units,
		Projects: slices.DeleteFunc(slices.Clone(all.Projects), func(p state.Project) bool {
			return p.Dept == "D05" && p.Class != state.ClassPreliminary
		}),
	}
	return o
}

func TestGoodRowsCountWhileAFaultyOneWaits(t *testing.T) {
	o := only(newOffice(t))
	wrong := port
	wrong.ytd = 390
	v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, wrong)))
	w := v.Depts[0]
	if v.Mail.Decision != state.DecisionCorrect || w.State != state.Correcting {
		t.Fatalf("decision %s, state %s, findings %v", v.Mail.Decision, w.State, rulesOf(v.Mail.Findings, state.LevelError))
	}
	if w.Row(road.code) == nil || w.Row(port.code) != nil || !slices.Equal(w.Wait, []string{port.code}) || len(w.Lack) != 0 {
		t.Errorf("counts %v, waits %v, lacks %v", w.Rows, w.Wait, w.Lack)
	}
	if got := w.Row(road.code); got.Week != 20*state.Wan || got.YTD != 800*state.Wan || got.Mail != "m1" || got.Book != "b1.xlsx" || got.No != 4 {
		t.Errorf("the row that counts: %+v", got)
	}

	// Only the corrected row comes back.
	v = o.take("m2", at(18, 10, 0), from(roadsOffice, "更正", "").with(preliminary("b2", week38, port)))
	w = v.Depts[0]
	if v.Mail.Decision != state.DecisionAccept || w.State != state.Accepted || len(w.Rows) != 2 || len(w.Open)+len(w.Wait) != 0 {
		t.Errorf("after the correction: %s %s rows %d open %v wait %v", v.Mail.Decision, w.State, len(w.Rows), w.Open, w.Wait)
	}
	if !w.Returned() || len(w.Tries) != 2 || w.Tries[1].Overdue || !w.First.Equal(at(18, 9, 0)) || w.Late {
		t.Errorf("tries: %+v", w.Tries)
	}
	if !slices.Equal(w.Tries[1].Accepted, []string{port.code}) {
		t.Errorf("the second mail brought %v", w.Tries[1].Accepted)
	}
}

func TestAGoodRowGoesOnCountingUntilItIsReplaced(t *testing.T) {
	o := only(newOffice(t))
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, port)))
	wrong := road
	wrong.ytd = 900
	w := o.take("m2", at(18, 10, 0), from(roadsOffice, "更正", "").with(preliminary("b2", week38, wrong))).Depts[0]
	if got := w.Row(road.code); got == nil || got.YTD != 800*state.Wan || !slices.Equal(w.Wait, []string{road.code}) || w.State != state.Correcting {
		t.Errorf("row %+v, waits %v, state %s", got, w.Wait, w.State)
	}
	better := road
	better.week, better.ytd = 30, 810
	w = o.take("m3", at(18, 11, 0), from(roadsOffice, "更正", "").with(preliminary("b3", week38, better))).Depts[0]
	if got := w.Row(road.code); got.YTD != 810*state.Wan || got.Mail != "m3" || len(w.Rows) != 2 || w.State != state.Accepted {
		t.Errorf("the later version wins: %+v, state %s", got, w.State)
	}
}

func TestTwoHalvesMakeAWhole(t *testing.T) {
	o := only(newOffice(t))
	v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road)))
	w := v.Depts[0]
	if v.Mail.Decision != state.DecisionAccept || w.State != state.Part || !slices.Equal(w.Lack, []string{port.code}) {
		t.Errorf("the first half: %s %s lacks %v", v.Mail.Decision, w.State, w.Lack)
	}
	w = o.take("m2", at(18, 10, 0), from(roadsOffice, "周报", "").with(preliminary("b2", week38, port))).Depts[0]
	if w.State != state.Accepted || len(w.Rows) != 2 {
		t.Errorf("both halves: %s, %d rows", w.State, len(w.Rows))
	}
}

func TestHalfAReportAfterTheDeadlineLacksProjects(t *testing.T) {
	o := only(newOffice(t))
	v := o.take("m1", at(18, 18, 30), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road)))
	w := v.Depts[0]
	if !slices.Equal(rulesOf(v.Mail.Findings, state.LevelError), []string{"project-missing"}) || !w.Late || w.Row(road.code) == nil {
		t.Errorf("errors %v, late %v", rulesOf(v.Mail.Findings, state.LevelError), w.Late)
	}
}

func TestOnTimeIsTheServersMinute(t *testing.T) {
	for _, c := range []struct {
		received time.Time
		late     bool
	}{
		{at(18, 18, 0).Add(59 * time.Second), false},
		{at(18, 18, 10), false}, // within the grace
		{at(18, 18, 11), true},
	} {
		o := only(newOffice(t))
		v := o.take("m1", c.received, from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, port)))
		if v.Depts[0].Late != c.late || slices.Contains(rulesOf(v.Mail.Findings, state.LevelNote), "late") != c.late {
			t.Errorf("%s: late %v", c.received, v.Depts[0].Late)
		}
	}
}

func TestACorrectionIsOverdueByTheTimeTheLetterSet(t *testing.T) {
	for _, c := range []struct {
		replyBy  time.Time
		received time.Time
		overdue  bool
	}{
		{time.Time{}, at(20, 17, 58), false}, // one working day after Friday is the working Sunday
		{time.Time{}, at(20, 19, 30), true},
		{at(21, 18, 0), at(20, 19, 30), false},
	} {
		o := only(newOffice(t))
		o.take("m1", at(18, 9, 0), from(roadsOffice, "商务局本周项目情况", "见正文"))
		if !c.replyBy.IsZero() {
			err := o.store.Update(context.Background(), func(r *state.Records) error {
				_, err := r.Enqueue(state.Letter{
					Key:  state.Occasion{Topic: state.TopicCorrection, Week: week38, Target: "D05", Round: 1}.Key(),
					Kind: state.TopicCorrection, Week: week38, Dept: "D05", ReplyBy: c.replyBy,
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		v := o.take("m2", c.received, from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, port)))
		if try := v.Depts[0].Last(); try.Overdue != c.overdue || v.Mail.Decision != state.DecisionAccept {
			t.Errorf("%+v: overdue %v, decision %s", c, try.Overdue, v.Mail.Decision)
		}
	}
}

func TestTheWeekOfAMail(t *testing.T) {
	o := only(newOffice(t))
	full := func(w state.Week) state.Book { return preliminary("b", w, road, port) }
	week39 := week38.Add(1)
	for _, c := range []struct {
		name     string
		received time.Time
		subject  string
		book     state.Week
		want     state.Week
		wrong    bool
	}{
		{"the sheet says it", at(18, 9, 0), "第37周周报", week38, week38, false},
		{"late, and still open", at(20, 9, 0), "周报", week38, week38, false},
		{"late, and closed", at(22, 9, 0), "周报", week38, week39, true},
		{"next week's form", at(18, 9, 0), "周报", week39, week38, true},
		{"the subject says it", at(20, 9, 0), "第38周周报", state.Week{}, week38, false},
		{"a day in the subject", at(16, 9, 0), "9月15日周报", state.Week{}, week38, false},
		{"nothing says it, the old week is owed", at(20, 9, 0), "周报", state.Week{}, week38, false},
		{"nothing says it", at(22, 9, 0), "周报", state.Week{}, week39, false},
	} {
		p := o.desk.Place(from(roadsOffice, c.subject, "").with(full(c.book)), c.received, nil)
		if c.name == "nothing says it, the old week is owed" {
			p = o.desk.Place(from(roadsOffice, c.subject, "").with(full(c.book)), c.received, func(string, state.Week) *state.DeptWeek { return nil })
		}
		mismatch := slices.ContainsFunc(p.Findings, func(f state.Finding) bool { return f.Rule == "period-mismatch" })
		if p.Week != c.want || mismatch != c.wrong {
			t.Errorf("%s: week %s, asked %v; want %s, %v", c.name, p.Week, mismatch, c.want, c.wrong)
		}
	}
}

func TestNoRowOfAnotherWeekIsTaken(t *testing.T) {
	o := only(newOffice(t))
	v := o.take("m1", at(22, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, port)))
	if w := v.Depts[0]; len(w.Rows) != 0 || w.State != state.Correcting || !slices.Equal(rulesOf(v.Mail.Findings, state.LevelError), []string{"period-mismatch"}) {
		t.Errorf("rows %v, errors %v", w.Rows, rulesOf(v.Mail.Findings, state.LevelError))
	}
}

func TestTheSameWorkbookTwiceIsOneReport(t *testing.T) {
	o := only(newOffice(t))
	book := preliminary("b1", week38, road, port)
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(book))
	v := o.take("m2", at(18, 9, 30), from(roadsOffice, "回复:周报", "请查收").with(book))
	if v.Mail.Decision != state.DecisionIgnore || len(v.Depts) != 0 {
		t.Errorf("decision %s, weeks %v", v.Mail.Decision, v.Depts)
	}
}

func TestLastWeeksFileUnderANewNameIsAsked(t *testing.T) {
	o := only(newOffice(t))
	old := preliminary("b1", state.Week{}, road, port)
	o.take("m1", at(18, 9, 0), from(roadsOffice, "第38周周报", "").with(old))
	v := o.take("m2", at(24, 9, 0), from(roadsOffice, "第39周周报", "").with(old))
	if got := rulesOf(v.Mail.Findings, state.LevelError); !slices.Equal(got, []string{"same-as-last-week-file"}) || len(v.Depts[0].Rows) != 0 {
		t.Errorf("errors %v, rows %v", got, v.Depts[0].Rows)
	}
}

func TestWhatAMailWithoutAWorkbookIs(t *testing.T) {
	for _, c := range []struct {
		name     string
		mail     Opened
		kind     state.MailKind
		decision state.Decision
		rule     string
	}{
		{"a report in words", from(roadsOffice, "交通局本周项目情况", "本周完成路基"), state.MailSubmission, state.DecisionCorrect, "no-attachment"},
		{"nothing changed", from(roadsOffice, "第38周周报", "本周无变化。"), state.MailNil, state.DecisionAccept, ""},
		{"an answer about a correction", from(roadsOffice, "关于登记补正事项的答复", "材料齐备"), state.MailAnswer, state.DecisionAccept, ""},
		{"an answer", from("zgj@lanchuan.example", "关于桥北水厂的答复", "尚缺一份"), state.MailAnswer, state.DecisionAccept, ""},
		{"a unit that owes no report", from("spzx@lanchuan.example", "代办事项周情况", "代办1件"), state.MailOther, state.DecisionHold, ""},
		{"something else", from(roadsOffice, "请假", "下午外出"), state.MailOther, state.DecisionHold, ""},
		{"a stranger", from("x@elsewhere.example", "周报", ""), state.MailUnknown, state.DecisionQuarantine, "sender-not-registered"},
		{"two senders", Opened{Message: Message{From: []Address{{Addr: roadsOffice}, {Addr: "x@y.example"}}, FromHeaders: 1, Subject: "周报"}}, state.MailUnknown, state.DecisionQuarantine, "sender-unclear"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := only(newOffice(t)).take("m1", at(18, 9, 0), c.mail)
			if v.Mail.Kind != c.kind || v.Mail.Decision != c.decision {
				t.Errorf("%s, %s (%s); want %s, %s", v.Mail.Kind, v.Mail.Decision, v.Mail.Reason, c.kind, c.decision)
			}
			if got := rulesOf(v.Mail.Findings, state.LevelError); (c.rule == "") != (len(got) == 0) || (c.rule != "" && !slices.Contains(got, c.rule)) {
				t.Errorf("errors %v, want %q", got, c.rule)
			}
		})
	}
}

func TestAnAnswerByNumberIsReadByAPerson(t *testing.T) {
	o := only(newOffice(t))
	wrong := port
	wrong.ytd = 390
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, wrong)))
	v := o.take("m2", at(18, 10, 0), from(roadsOffice, "回复:【请补正】周报", "1. 审计核增30万元\n2. 属实"))
	if v.Mail.Kind != state.MailOther || v.Mail.Decision != state.DecisionHold || len(v.Depts) != 0 {
		t.Errorf("%s %s", v.Mail.Kind, v.Mail.Decision)
	}
}

func TestALinkInsteadOfAFileIsSaidSo(t *testing.T) {
	mail := from(roadsOffice, "周报", "")
	mail.Message.Links = []string{"https://pan.example/s/1"}
	v := only(newOffice(t)).take("m1", at(18, 9, 0), mail)
	if got := rulesOf(v.Mail.Findings, state.LevelError); !slices.Equal(got, []string{"link-attachment"}) {
		t.Errorf("errors %v", got)
	}
}

func TestAPictureInTheSignatureIsNoReport(t *testing.T) {
	mail := from(roadsOffice, "周报", "").with(state.Book{Name: "logo.png", Refused: "image"})
	mail.Message.Attachments = []Attachment{{Name: "logo.png", Inline: true}}
	v := only(newOffice(t)).take("m1", at(18, 9, 0), mail)
	if got := rulesOf(v.Mail.Findings, state.LevelError); !slices.Equal(got, []string{"no-attachment"}) {
		t.Errorf("errors %v", got)
	}
}

func TestNilReturn(t *testing.T) {
	o := only(newOffice(t))
	v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "本周无变化"))
	if w := v.Depts[0]; w.State != state.NilReturn || w.First.IsZero() || len(w.Tries) != 1 {
		t.Errorf("%+v", w)
	}
	o = only(newOffice(t))
	o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road)))
	if v := o.take("m2", at(18, 10, 0), from(roadsOffice, "周报", "其余本周无变化")); v.Mail.Decision != state.DecisionHold || len(v.Depts) != 0 {
		t.Errorf("figures came and nothing changed: a person must look; %s", v.Mail.Decision)
	}
}

func TestAForeignProjectIsHeld(t *testing.T) {
	o := only(newOffice(t))
	foreign := line{"LC2026-045", "区中医院康复楼", 5, 255}
	v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(preliminary("b1", week38, road, port, foreign)))
	w := v.Depts[0]
	if got := rulesOf(v.Mail.Findings, state.LevelError); !slices.Equal(got, []string{"not-your-project"}) || w.Row(foreign.code) != nil || len(w.Rows) != 2 {
		t.Errorf("errors %v, rows %d", got, len(w.Rows))
	}
}
