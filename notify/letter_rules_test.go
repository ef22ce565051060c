package notify

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"duban/state"
)

// addresses lists whom a draft goes to, copies after a slash.
func addresses(d Draft) string {
	var to, cc []string
	for _, x := range d.Deliveries {
		if x.Copy {
			cc = append(cc, x.To)
		} else {
			to = append(to, x.To)
		}
	}
	return strings.Join(to, " ") + "/" + strings.Join(cc, " ")
}

// letterOf writes one of the stories, with the composer changed first.
func letterOf(t *testing.T, page, name string, change func(*Composer)) Draft {
	t.Helper()
	for _, s := range stories(t) {
		if s.page != page || s.name != name {
			continue
		}
		c := composer(t, pages(t))
		if change != nil {
			change(c)
		}
		d, err := s.write(c)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	t.Fatalf("there is no story %s-%s", page, name)
	return Draft{}
}

func TestATrialRunSendsEveryLetterToTheOfficeAndNamesItsReaders(t *testing.T) {
	for _, name := range [][2]string{{"correction", "arithmetic"}, {"receipt", "clean"}, {"resend", "link"}, {"due", "missing"}, {"late", "head"}, {"summary", "w38"}} {
		live := letterOf(t, name[0], name[1], nil)
		d := letterOf(t, name[0], name[1], func(c *Composer) { c.Shadow = true })
		if addresses(d) != "zdxmb@lanchuan.example/" {
			t.Errorf("%v goes to %s", name, addresses(d))
		}
		if d.Key != live.Key || d.MessageID != live.MessageID {
			t.Errorf("%v changed its identity: %s", name, d.Key)
		}
		if !strings.HasPrefix(d.Subject, "[试运行]") || strings.HasPrefix(live.Subject, "[试运行]") {
			t.Errorf("%v: subject %q", name, d.Subject)
		}
		first, _, _ := strings.Cut(d.Text, "\n")
		for _, to := range live.Deliveries {
			if !strings.Contains(first, to.To) || !strings.Contains(d.HTML, to.To) {
				t.Errorf("%v: the first line does not name %s: %s", name, to.To, first)
			}
		}
	}
}

func TestADepartmentIsAnsweredOnlyAtItsOwnAddresses(t *testing.T) {
	c := composer(t, pages(t))
	for from, want := range map[string]string{
		"JTJ@lanchuan.example":     "JTJ@lanchuan.example/",
		"jtj-lly@lanchuan.example": "jtj-lly@lanchuan.example jtj@lanchuan.example/",
		"x@elsewhere.example":      "jtj@lanchuan.example/",
	} {
		if got := addresses(Draft{Letter: state.Letter{Deliveries: c.toDept("D05", &state.Mail{From: from})}}); got != want {
			t.Errorf("answer to %s goes to %s, want %s", from, got, want)
		}
	}
}

func TestTheHeadGetsACopyOnlyFromTheStepThatSaysSo(t *testing.T) {
	if got := addresses(letterOf(t, "late", "first", nil)); got != "bailu@lanchuan.example/" {
		t.Errorf("first reminder: %s", got)
	}
	if got := addresses(letterOf(t, "late", "head", nil)); got != "bailu@lanchuan.example/bailu-lly@lanchuan.example" {
		t.Errorf("reminder with the head: %s", got)
	}
}

func TestALetterLeavesAfterTheQuietHoursAndItsTermCountsFromThere(t *testing.T) {
	d := letterOf(t, "correction", "blank", nil) // written at 20:36
	if !d.NotBefore.Equal(on(t, "09-19 07:30")) {
		t.Errorf("not before %s", d.NotBefore)
	}
	// From Saturday, one working day later is the worked Sunday.
	if !d.ReplyBy.Equal(on(t, "09-20 18:00")) {
		t.Errorf("to be answered by %s", d.ReplyBy)
	}
}

// many is a try with n blank amounts, each with its own expected value, so none merges.
func many(t *testing.T, n int) Answer {
	m := mail(t, "jtj@lanchuan.example", "09-18 16:31", "交通局周报.xlsx", row("LC2026-006", "1", "2"))
	var findings []state.Finding
	for i := range n {
		findings = append(findings, money("arith-ytd-mismatch", fmt.Sprintf("H%d", i+6), "LC2026-006", "文峰路北延道路工程", "ytd_invest", "年度累计", "1", "2", fmt.Sprint(1000+i), "不等。"))
	}
	x := try(m, findings...)
	return Answer{Dept: &state.DeptWeek{Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-006"}, Tries: []state.Try{x}}, Try: x, Mail: m, Round: 1, Now: m.Received}
}

// The letter as a whole, attachment included, names every defect: that is the law of one
// shot. What the mail leaves out must therefore stand in a workbook that is really there.
func TestItemsAreCutOnlyWhenTheMarkedWorkbookHasTheRest(t *testing.T) {
	c := composer(t, pages(t))
	d, err := c.Correction(many(t, 33))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(d.Text, "1030") || !strings.Contains(d.Text, "1029") || !strings.Contains(d.Text, "其余3处") || !strings.Contains(d.Subject, "33处必须改") {
		t.Errorf("with the workbook:\n%s\n%s", d.Subject, d.Text)
	}
	c.Mark = func([]byte, string, []state.Finding) ([]byte, error) { return nil, errors.New("odd workbook") }
	if d, err = c.Correction(many(t, 33)); err != nil {
		t.Fatal(err)
	}
	if len(d.Files) != 0 || strings.Contains(d.Text, "附件:") || !strings.Contains(d.Text, "应填:1032") {
		t.Errorf("without it, item 33 must stand in the letter:\n%s", d.Text)
	}
	if len(d.Findings) != 33 {
		t.Errorf("%d findings are remembered as told", len(d.Findings))
	}
}

func TestAMarkedWorkbookIsNumberedAsTheLetterIs(t *testing.T) {
	c := composer(t, pages(t))
	got := map[string]int{}
	c.Mark = func(b []byte, _ string, findings []state.Finding) ([]byte, error) {
		for _, f := range findings {
			got[f.Cell] = f.Item
		}
		return b, nil
	}
	a := many(t, 32)
	ask := a.Try.Findings[0]
	ask.Level, ask.Cell, ask.Rule = state.LevelWarning, "K6", "progress-vague"
	a.Try.Findings = append([]state.Finding{ask}, a.Try.Findings...)
	if _, err := c.Correction(a); err != nil {
		t.Fatal(err)
	}
	if got["H6"] != 1 || got["H37"] != 32 || got["K6"] != 33 {
		t.Errorf("H6, H37 and K6 are items %d, %d, %d; the letter tells what must be changed first, up to 32, then asks", got["H6"], got["H37"], got["K6"])
	}
	if a.Try.Findings[0].Item != 0 {
		t.Error("the facts themselves were numbered")
	}
}

func TestAWorkbookThatCannotBeFetchedIsTriedAgain(t *testing.T) {
	c := composer(t, pages(t))
	c.Blob = func(string) ([]byte, error) { return nil, errors.New("disk") }
	if _, err := c.Correction(many(t, 1)); err == nil {
		t.Error("the letter left without its workbook")
	}
}

func TestOneCauseIsOneItem(t *testing.T) {
	d := letterOf(t, "correction", "arithmetic", nil)
	if strings.Contains(d.Text, "完成率与累计数不符") || strings.Contains(d.Text, "不应出现在信里") {
		t.Error("a finding that follows from another, or a note, has an item of its own")
	}
	if !strings.Contains(d.Text, "改好后,完成率、合计等相关数字也会随之相符") {
		t.Error("the main item does not mention what vanishes with it")
	}
	blank := letterOf(t, "correction", "blank", nil)
	if !strings.Contains(blank.Subject, ":1处必须改(") || strings.Contains(blank.Text, "\n2.") {
		t.Errorf("three blanks of one rule are not one item: %s", blank.Subject)
	}
	for _, want := range []string{"K6“形象进度”", "L6“存在问题”", "M6“下周工作计划”", "“形象进度、存在问题、下周工作计划”没有填"} {
		if !strings.Contains(blank.Text, want) || !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(blank.HTML, "<b>", ""), "</b> ", ""), want) {
			t.Errorf("the merged item does not name %s", want)
		}
	}
}

// Defects with answers of their own are different defects, whatever the rule.
func TestDifferentAnswersAreDifferentItems(t *testing.T) {
	c := composer(t, pages(t))
	a := many(t, 2)
	a.Try.Findings = append(a.Try.Findings, state.Finding{Rule: "required-empty", Level: state.LevelError, Cell: "K6", Project: "LC2026-006", Title: "形象进度", Message: "“形象进度”没有填。", Book: "另一份.xlsx"},
		state.Finding{Rule: "required-empty", Level: state.LevelError, Cell: "K6", Project: "LC2026-043", Title: "形象进度", Message: "“形象进度”没有填。", Book: "交通局周报.xlsx"})
	d, err := c.Correction(a)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(d.Subject, ":4处必须改(") {
		t.Errorf("subject %s", d.Subject)
	}
}

func TestTheSecondRoundTellsWhatIsOpenAndWhatTheEditMade(t *testing.T) {
	text := letterOf(t, "correction", "second-round", nil).Text
	for want, times := range map[string]int{"有1处已经改好": 1, "(上次已列出,仍需改)": 1, "(这一处是本次修改后出现的)": 2} {
		if strings.Count(text, want) != times {
			t.Errorf("%s stands %d times, want %d", want, strings.Count(text, want), times)
		}
	}
}

// What was explained is not asked again, and an answer by number finds the item it answers.
func TestALetterKeepsItsNumbersAndAsksNothingTwice(t *testing.T) {
	c := composer(t, pages(t))
	a := many(t, 3)
	a.Try.Findings[1].Level, a.Try.Findings[1].Explained = state.LevelWarning, "雨天停工"
	d, err := c.Correction(a)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Findings) != 2 || d.Findings[0].Item != 1 || d.Findings[1].Item != 2 {
		t.Errorf("told %+v", d.Findings)
	}
	if strings.Contains(d.Text, "处请说明") || strings.Contains(d.Subject, "请说明") {
		t.Errorf("an explained question is asked again: %s", d.Subject)
	}
}

func TestAFileIsAskedForAgainOnlyWhenNothingOfItCounts(t *testing.T) {
	cell := state.Finding{Rule: "not-a-number", Level: state.LevelError, Project: "P"}
	whole := state.Finding{Rule: "encrypted-workbook", Level: state.LevelError}
	note := state.Finding{Rule: "empty-subject", Level: state.LevelNote}
	for _, c := range []struct {
		name string
		t    state.Try
		want bool
	}{
		{"no attachment", state.Try{Findings: []state.Finding{{Rule: "no-attachment", Level: state.LevelError}, note}}, true},
		{"one file of two is locked", state.Try{Findings: []state.Finding{whole}, Accepted: []string{"P"}}, false},
		{"a cell beside a locked file", state.Try{Findings: []state.Finding{whole, cell}}, false},
		{"an unknown project only", state.Try{Findings: []state.Finding{{Rule: "project-unknown", Level: state.LevelError}}}, false},
		{"only notes", state.Try{Findings: []state.Finding{note}}, false},
	} {
		if got := unreadable(c.t); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestLeadersStandInTheRegistrysOrderAndTheOfficeOnce(t *testing.T) {
	got := addresses(letterOf(t, "summary", "w38", nil))
	want := "l01@leaders.lanchuan.example l02@leaders.lanchuan.example"
	if !strings.HasPrefix(got, want) || strings.Count(got, "zdxmb@") != 1 || !strings.HasSuffix(got, "/jcts@lanchuan.example kpb@lanchuan.example zdxmb@lanchuan.example") {
		t.Errorf("readers: %s", got)
	}
}

// The leader sees the conclusion in the list of mails, before opening the letter.
func TestTheSummaryBeginsWithItsConclusion(t *testing.T) {
	first, _, _ := strings.Cut(letterOf(t, "summary", "w38", nil).Text, "\n")
	want := "截至9月18日,60个重大项目年度累计完成投资29.88亿元,占年度计划64.1%,低于序时进度7.4个百分点;本周完成0.77亿元,较上周增加0.05亿元。红灯2个、黄灯9个;未报单位1个;提请协调事项18项。"
	if first != want {
		t.Errorf("first line %s", first)
	}
}

func TestTheSameFactsGiveTheSameLetter(t *testing.T) {
	for _, s := range stories(t) {
		a, err := s.write(composer(t, pages(t)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.write(composer(t, pages(t)))
		if err != nil {
			t.Fatal(err)
		}
		if a.Text != b.Text || a.HTML != b.HTML || a.MessageID != b.MessageID {
			t.Errorf("%s-%s differs from itself", s.page, s.name)
		}
	}
}

func TestAThreadKeepsItsFirstAndItsNewestMails(t *testing.T) {
	m := &state.Mail{ID: "id", MessageID: "last@x"}
	for i := range 50 {
		m.References = append(m.References, fmt.Sprintf("%d@x", i))
	}
	var d Draft
	d.answering(m)
	if n := len(d.References); n != maxReferences || d.References[0] != "0@x" || d.References[n-1] != "last@x" {
		t.Errorf("%d references: %v", n, d.References)
	}
}

func TestAmountsAreWrittenAsOfficesWriteThem(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "298795.5": "298,795.5", "-1234567": "-1,234,567"} {
		f, err := state.ParseWan(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := wan(f); got != want {
			t.Errorf("wan(%s) = %s", in, got)
		}
	}
}
