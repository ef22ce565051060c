package rules

import (
	"slices"
	"strings"
	"testing"

	"duban/state"
)

func TestARightReportIsNotAskedAnything(t *testing.T) {
	set := shipped(t)
	if got := asked(set.Judge(goodCase(set.form, goodRow))); got != nil {
		t.Errorf("asked about a right report: %v", got)
	}
}

// TestEveryRuleSpeaksOfItsCell makes one thing wrong at a time and names the rule that must
// tell of it, the cell and what is expected there.
func TestEveryRuleSpeaksOfItsCell(t *testing.T) {
	set := shipped(t)
	for _, c := range []struct {
		rule     string
		change   cells
		column   string
		level    state.Level
		expected string
		example  string
	}{
		{"arith-ytd-mismatch", cells{"ytd_invest": "4540"}, "ytd_invest", state.LevelError, "4420", ""},
		{"arith-ytd-mismatch", cells{"ytd_invest": "4540", "remark": "审计核增120万元"}, "ytd_invest", state.LevelWarning, "4420", ""},
		{"ytd-decreased", cells{"ytd_invest": "4290"}, "ytd_invest", state.LevelError, "", ""},
		{"rate-mismatch", cells{"ytd_rate": "43.2"}, "ytd_rate", state.LevelError, "42.1", ""},
		{"cum-mismatch", cells{"cum_invest": "13200"}, "cum_invest", state.LevelError, "13020", ""},
		{"cum-decreased", cells{"cum_invest": "12800"}, "cum_invest", state.LevelError, "", ""},
		{"unit-suspect", cells{"ytd_invest": "0.442"}, "ytd_invest", state.LevelError, "", "4420"},
		{"unit-suspect", cells{"week_invest": "0.012"}, "week_invest", state.LevelError, "", "120"},
		{"unit-suspect", cells{"total_invest": "2.35"}, "total_invest", state.LevelError, "", "23500"},
		{"unit-suspect", cells{"year_plan": "105000000"}, "year_plan", state.LevelError, "", "10500"},
		{"required-empty", cells{"progress": ""}, "progress", state.LevelError, "", ""},
		{"required-empty", cells{"week_invest": ""}, "week_invest", state.LevelError, "", ""},
		{"amount-not-stated", cells{"week_invest": "—"}, "week_invest", state.LevelError, "0", ""},
		{"not-a-number", cells{"week_invest": "约120"}, "week_invest", state.LevelError, "", ""},
		{"deadline-not-a-date", cells{"request_deadline": "尽快"}, "request_deadline", state.LevelError, "", ""},
		{"negative-amount", cells{"week_invest": "-20", "ytd_invest": "4280"}, "week_invest", state.LevelError, "", ""},
		{"negative-amount", cells{"week_invest": "-20", "ytd_invest": "4280", "remark": "审计核减20万元"}, "week_invest", state.LevelWarning, "", ""},
		{"registry-field-changed", cells{"total_invest": "24000"}, "total_invest", state.LevelWarning, "", ""},
		{"class-changed", cells{"project_class": "新开工"}, "project_class", state.LevelWarning, "", ""},
		{"week-over-ytd", cells{"week_invest": "4500"}, "week_invest", state.LevelError, "", ""},
		{"ytd-over-cum", cells{"cum_invest": "4400"}, "cum_invest", state.LevelError, "", ""},
		{"over-plan", cells{"ytd_invest": "10600"}, "ytd_invest", state.LevelWarning, "", ""},
		{"week-over-plan", cells{"week_invest": "10600"}, "week_invest", state.LevelError, "", ""},
		{"cum-over-total", cells{"cum_invest": "26000"}, "cum_invest", state.LevelError, "", ""},
		{"cum-above-total", cells{"cum_invest": "24000"}, "cum_invest", state.LevelWarning, "", ""},
		{"land-over-due", cells{"land_done_mu": "211"}, "land_done_mu", state.LevelError, "", ""},
		{"demo-over-due", cells{"demo_done": "59"}, "demo_done", state.LevelError, "", ""},
		{"land-decreased", cells{"land_done_mu": "160"}, "land_done_mu", state.LevelError, "不小于170", ""},
		{"demo-decreased", cells{"demo_done": "39"}, "demo_done", state.LevelError, "不小于40", ""},
		{"permit-turned-back", cells{"permit_approval": "办理中"}, "permit_approval", state.LevelWarning, "", ""},
		{"request-without-unit", cells{"coordination_units": "无", "coordination_request": "请协调用电"}, "coordination_units", state.LevelWarning, "", ""},
		{"vague-progress", cells{"progress": "正常推进。"}, "progress", state.LevelWarning, "", "完成K1+200至K1+450段路基"},
		{"text-same-as-last-week", cells{"progress": "路基完成80%; 跨沟桥下部结构完成40%"}, "progress", state.LevelWarning, "", "完成K1+200至K1+450段路基"},
		{"progress-repeats-plan", cells{"progress": "路基完成至86%"}, "progress", state.LevelNote, "", ""},
		{"text-same-but-numbers", cells{"progress": "路基完成81%;跨沟桥下部结构完成40%"}, "progress", state.LevelNote, "", ""},
		{"issue-vanished", cells{"problems": "无"}, "problems", state.LevelNote, "", "34亩已于9月16日交地"},
		{"leader-differs", cells{"lead_leader": "纪拟岚"}, "lead_leader", state.LevelNote, "", ""},
		{"date-in-future", cells{"actual_start": "2026-10-01"}, "actual_start", state.LevelError, "", ""},
		{"date-out-of-range", cells{"planned_finish": "2062-09-30"}, "planned_finish", state.LevelError, "", ""},
		{"finish-before-start", cells{"planned_start": "2026-03-01", "planned_finish": "2025-03-01"}, "planned_finish", state.LevelError, "", ""},
		{"urgent-without-problem", cells{"urgency": "特急", "problems": "无"}, "urgency", state.LevelError, "", ""},
		{"stopped-without-reason", cells{"progress": "北段路基停工,南段桥梁施工", "problems": "无"}, "progress", state.LevelError, "", "因东侧6亩未交地停工"},
		{"problem-without-request", cells{"coordination_request": "无"}, "problems", state.LevelWarning, "", ""},
		{"short-text", cells{"progress": "封顶"}, "progress", state.LevelWarning, "", "完成K1+200至K1+450段路基"},
		{"over-hundred-percent", cells{"ytd_invest": "10605", "ytd_rate": "101"}, "ytd_rate", state.LevelNote, "", ""},
		{"percent-out-of-range", cells{"ytd_rate": "101"}, "ytd_rate", state.LevelError, "", ""},
		{"week-large", cells{"week_invest": "2200"}, "week_invest", state.LevelWarning, "", ""},
	} {
		t.Run(c.rule+"/"+c.column, func(t *testing.T) {
			row := goodRow.with(c.change)
			got := found(set.Judge(goodCase(set.form, row)), c.rule)
			i := slices.IndexFunc(got, func(f state.Finding) bool { return f.Column == c.column })
			if i < 0 {
				t.Fatalf("says nothing of %v; got %v", c.change, got)
			}
			f := got[i]
			place := string(rune('A'+slices.Index(order(set.form, row), c.column))) + "4"
			if f.Cell != place || f.Sheet != "在建项目" || f.Project != "P1" || f.Found != row[c.column] {
				t.Errorf("names %s!%s of %q, found %q; want %s of P1, %q", f.Sheet, f.Cell, f.Project, f.Found, place, row[c.column])
			}
			if f.Level != c.level || (c.expected != "" && f.Expected != c.expected) || (c.example != "" && f.Example != c.example) {
				t.Errorf("level %s expected %q example %q; want %s %q %q", f.Level, f.Expected, f.Example, c.level, c.expected, c.example)
			}
			if f.Message == "" || strings.Contains(f.Message, "…") || strings.ContainsAny(f.Message, "{}") {
				t.Errorf("the sentence is not whole: %q", f.Message)
			}
		})
	}
}

func TestRulesOfTheRegistryAndOfLastWeekAreSilentWithoutThem(t *testing.T) {
	set := shipped(t)
	wrong := goodRow.with(cells{"ytd_invest": "4290", "total_invest": "24000", "project_class": "新开工", "ytd_rate": "40.9"})
	c := goodCase(set.form, wrong)
	c.Bases, c.Roster = nil, nil
	if got := asked(set.Judge(c)); got != nil {
		t.Errorf("without registry and records: %v", got)
	}
	c = goodCase(set.form, wrong)
	c.Bases = nil
	if got := asked(set.Judge(c)); !slices.Equal(got, []string{"class-changed project_class", "registry-field-changed total_invest"}) {
		t.Errorf("without records: %v", got)
	}
}

func TestOneWrongFigureIsOneItem(t *testing.T) {
	set := shipped(t)
	// 4540 typed; rate and total were reckoned from the right 4420.
	c := goodCase(set.form, goodRow.with(cells{"ytd_invest": "4540"}))
	c.Books = []state.Book{bookOf(set.form, "万元", cells{"ytd_invest": "4420"}, goodRow.with(cells{"ytd_invest": "4540"}))}
	got := set.Judge(c)
	for _, rule := range []string{"rate-mismatch", "total-row-mismatch"} {
		f := found(got, rule)
		if len(f) != 1 || f[0].Follows != "arith-ytd-mismatch" || f[0].Expected != "" {
			t.Errorf("%s must follow, without a figure of its own: %+v", rule, f)
		}
	}
	if f := found(got, "arith-ytd-mismatch"); len(f) != 1 || f[0].Follows != "" || f[0].Last != "4300" {
		t.Errorf("the cause must stand alone: %+v", f)
	}
}

func TestWhatFittedTheWrongFigureIsNamedWithIt(t *testing.T) {
	set := shipped(t)
	// 4540 typed, and rate, cumulative and total all reckoned from it.
	row := goodRow.with(cells{"ytd_invest": "4540", "ytd_rate": "43.2", "cum_invest": "13140"})
	got := set.Judge(goodCase(set.form, row))
	if want := []string{"arith-ytd-mismatch ytd_invest"}; !slices.Equal(asked(got), want) {
		t.Fatalf("asked %v, want %v", asked(got), want)
	}
	f := found(got, "arith-ytd-mismatch")[0]
	for _, part := range []string{"相应应为42.1", "相应应为13020", "合计行"} {
		if !strings.Contains(f.Message, part) {
			t.Errorf("the item does not say %q: %s", part, f.Message)
		}
	}
	if len(f.Cells) != 5 { // itself, rate, cumulative, and the totals of both sums
		t.Errorf("marks %v", f.Cells)
	}
}

func TestASuspectedUnitSilencesWhatFollowsFromIt(t *testing.T) {
	set := shipped(t)
	got := asked(set.Judge(goodCase(set.form, goodRow.with(cells{"week_invest": "0.012", "ytd_invest": "0.442"}))))
	if want := []string{"unit-suspect week_invest", "unit-suspect ytd_invest"}; !slices.Equal(got, want) {
		t.Errorf("asked %v, want %v", got, want)
	}
}

func TestNothingIsSaidOfACellThatCannotBeRead(t *testing.T) {
	set := shipped(t)
	for _, typed := range []string{"约4420", ""} {
		got := asked(set.Judge(goodCase(set.form, goodRow.with(cells{"ytd_invest": typed}))))
		if len(got) != 1 || !strings.HasSuffix(got[0], " ytd_invest") {
			t.Errorf("%q: asked %v, want one thing about the cell itself", typed, got)
		}
	}
}

func TestFiguresInYiAreAllowedTheirRounding(t *testing.T) {
	set := shipped(t)
	row := goodRow.with(cells{
		"total_invest": "2.35", "year_plan": "1.05", "week_invest": "0.012", "ytd_invest": "0.44", "cum_invest": "1.30",
	})
	c := goodCase(set.form, row)
	c.Books = []state.Book{bookOf(set.form, "亿元", nil, row)}
	if got := asked(set.Judge(c)); got != nil {
		t.Errorf("4420 and 13020 万元 written as 0.44 and 1.30 亿元: %v", got)
	}
	row = row.with(cells{"ytd_invest": "0.454", "cum_invest": "1.302"})
	c.Books = []state.Book{bookOf(set.form, "亿元", nil, row)}
	f := found(set.Judge(c), "arith-ytd-mismatch")
	if len(f) != 1 || f[0].Expected != "0.442" || f[0].Last != "0.43" || f[0].Unit != "亿元" {
		t.Errorf("must be told in the sheet's own unit: %+v", f)
	}
}

func TestAGapIsCaughtUpNotAccused(t *testing.T) {
	set := shipped(t)
	c := goodCase(set.form, goodRow.with(cells{"ytd_invest": "4600", "ytd_rate": "43.8", "cum_invest": "13200"}))
	b := c.Bases["P1"]
	b.Fresh, b.Week = false, state.Week{Year: 2026, No: 36}
	c.Bases["P1"] = b
	got := set.Judge(c)
	if asked(got) != nil || len(found(got, "gap-prev-missing")) != 1 {
		t.Errorf("asked %v, notes %v", asked(got), found(got, "gap-prev-missing"))
	}
	c.Books = []state.Book{bookOf(set.form, "万元", nil, goodRow.with(cells{"ytd_invest": "4350", "ytd_rate": "41.4", "cum_invest": "12950"}))}
	if f := found(set.Judge(c), "arith-ytd-mismatch"); len(f) != 1 {
		t.Error("a year's sum below the last one plus this week must still be told")
	}
}

func TestTheYearsSumStartsAgainInJanuary(t *testing.T) {
	set := shipped(t)
	c := goodCase(set.form, goodRow.with(cells{"week_invest": "60", "ytd_invest": "60", "ytd_rate": "0.6", "cum_invest": "12960"}))
	c.Week = state.Week{Year: 2027, No: 1}
	if f := found(set.Judge(c), "ytd-decreased"); len(f) != 0 {
		t.Errorf("a new year's sum is not a decrease: %+v", f)
	}
}

func TestTotalRows(t *testing.T) {
	set := shipped(t)
	second := goodRow.with(cells{"project_id": "", "project_name": "另一个项目", "land_need_mu": "0", "land_done_mu": "0"})
	for _, c := range []struct {
		name   string
		totals cells
		want   string
	}{
		{"wrong", cells{"week_invest": "340"}, "240"},
		{"off by a rounding", cells{"week_invest": "241"}, ""},
		{"blank", cells{"week_invest": ""}, ""},
	} {
		cs := goodCase(set.form, goodRow)
		cs.Roster, cs.Bases = nil, nil
		cs.Books = []state.Book{bookOf(set.form, "万元", c.totals, goodRow, second)}
		f := found(set.Judge(cs), "total-row-mismatch")
		if (c.want == "") != (len(f) == 0) {
			t.Errorf("%s: %+v", c.name, f)
		} else if c.want != "" && (f[0].Expected != c.want || f[0].Cell != "F6" || f[0].Project != "") {
			t.Errorf("%s: %+v", c.name, f[0])
		}
	}
}

func TestOneProjectOnTwoRows(t *testing.T) {
	set := shipped(t)
	f := found(set.Judge(goodCase(set.form, goodRow, goodRow)), "duplicate-project")
	if len(f) != 1 || f[0].Cell != "B5" || !strings.Contains(f[0].Message, "B4") {
		t.Errorf("%+v", f)
	}
}

func TestAMissingProjectIsAskedForBeforeTheDeadlineAndClaimedAfterIt(t *testing.T) {
	set := shipped(t)
	c := goodCase(set.form, goodRow)
	c.Roster.Projects = append(c.Roster.Projects, state.Project{ID: "P2", Name: "云湾内河码头改建", Class: state.ClassPreliminary, Dept: "D05"})
	for _, step := range []struct {
		closed   bool
		reported []string
		want     state.Level
	}{{false, nil, state.LevelWarning}, {true, nil, state.LevelError}, {true, []string{"P2"}, ""}} {
		c.Closed, c.Reported = step.closed, step.reported
		f := found(set.Judge(c), "project-missing")
		if (step.want == "") != (len(f) == 0) || (len(f) == 1 && (f[0].Level != step.want || f[0].Project != "P2")) {
			t.Errorf("%+v: %+v", step, f)
		}
	}
}

func TestSheets(t *testing.T) {
	set := shipped(t)
	judge := func(b state.Book) []state.Finding {
		return set.Judge(Case{Books: []state.Book{b}})
	}
	if f := judge(state.Book{Name: "a.xlsx", Sheets: []state.Sheet{{Name: "Sheet1", Skipped: "no-header"}}}); len(f) != 1 || f[0].Rule != "header-not-found" {
		t.Errorf("no header: %+v", f)
	}
	if f := judge(state.Book{Name: "a.xlsx", Sheets: []state.Sheet{{Name: "Sheet1"}}}); len(f) != 1 || f[0].Rule != "no-project-row" {
		t.Errorf("no row: %+v", f)
	}
	lacks := goodRow.with(nil)
	delete(lacks, "week_invest")
	delete(lacks, "next_plan")
	f := found(judge(bookOf(set.form, "万元", nil, lacks)), "column-missing")
	if len(f) != 2 || f[0].Column != "week_invest" || f[0].Level != state.LevelError || f[1].Level != state.LevelWarning {
		t.Errorf("missing columns: %+v", f)
	}
	b := bookOf(set.form, "万元", nil, goodRow)
	b.Sheets[0].Extra = []state.ColumnAt{{Title: "入库情况"}}
	if f := judge(b); len(f) != 1 || f[0].Rule != "extra-column" || f[0].Level != state.LevelNote {
		t.Errorf("extra column: %+v", f)
	}
}

func TestRefusedFilesSayHowToSendThem(t *testing.T) {
	set := shipped(t)
	for reason, want := range map[string][2]string{
		"password": {"encrypted-workbook", "打开密码"}, "sealed": {"encrypted-workbook", "解密"}, "damaged": {"damaged-workbook", "另存为"},
		"empty": {"damaged-workbook", "空文件"}, "pdf": {"not-a-spreadsheet", "PDF"}, "image": {"not-a-spreadsheet", "照片"},
		"word": {"not-a-spreadsheet", "Word"}, "not-a-spreadsheet": {"not-a-spreadsheet", "不是Excel"}, "too-large": {"too-large", "太大"},
		"too-many": {"too-large", "太多"}, "legacy-excel": {"legacy-workbook", "另存为"}, "binary-excel": {"legacy-workbook", ".xlsb"},
		"unread-workbook": {"legacy-workbook", "另存为"}, "archive-password": {"archive-encrypted", "密码"},
		"archive-part": {"archive-damaged", "分卷"}, "archive": {"archive-damaged", "压缩包"}, "ofd": {"not-a-spreadsheet", "OFD"}, "slides": {"not-a-spreadsheet", "演示"},
	} {
		f := set.Judge(Case{Books: []state.Book{{Name: "周报", Refused: reason}}})
		if len(f) != 1 || f[0].Rule != want[0] || f[0].Level != state.LevelError || !strings.Contains(f[0].Message, want[1]) {
			t.Errorf("%s: %+v", reason, f)
		}
	}
	good := bookOf(set.form, "万元", nil, goodRow)
	f := set.Judge(Case{Books: []state.Book{good, {Name: "现场.jpg", Refused: "image"}, {Name: "另表.xlsx", Refused: "password"}}})
	if len(f) != 2 || f[0].Level != state.LevelNote || f[1].Level != state.LevelError || !f[1].Deferred {
		t.Errorf("beside a good workbook a picture is noted, a locked one asked for: %+v", f)
	}
}

func TestTrialExceptionAndDateTakeARuleBack(t *testing.T) {
	const one = `rules:
  - rule: ytd-small
    level: error
    scope: row
    at: ytd_invest
    when: ytd_invest.fen < 5000000000
    say: 太小了。
`
	form := shippedForm(t)
	for add, want := range map[string]state.Level{
		"": state.LevelError, "    trial: true\n": state.LevelNote, "    from: 2027-01-01\n": "",
		"    except: [{projects: [P1], why: 批示}]\n": "", "    except: [{classes: [招商], why: 批示}]\n": state.LevelError,
		"    except: [{depts: [D05], until: 2026-01-01, why: 批示}]\n": state.LevelError, "    classes: [前期]\n": "",
	} {
		set, faults := Load([]byte(one+add), "rules.yaml", form)
		if faults != nil {
			t.Fatal(faults)
		}
		f := found(set.Judge(goodCase(form, goodRow)), "ytd-small")
		if (want == "") != (len(f) == 0) || (len(f) > 0 && f[0].Level != want) {
			t.Errorf("%q: %+v, want level %q", add, f, want)
		}
	}
}

// A rate below one and a half percent looks like a fraction; the reader takes 0.4 for 40 %. As
// it is typed it is right, and asking for 0.4 where 0.4 stands would be a wrong accusation.
func TestASmallRateIsNotAccusedOfBeingAFraction(t *testing.T) {
	set := shipped(t)
	for typed, want := range map[string]int{"0.4": 0, "0.9": 1} {
		c := goodCase(set.form, goodRow.with(cells{"week_invest": "42", "ytd_invest": "42", "cum_invest": "8642", "ytd_rate": typed}))
		b := c.Bases["P1"]
		b.YTD, b.Cum = 0, 8600*state.Wan
		c.Bases["P1"] = b
		v := &c.Books[0].Sheets[0].Rows[0]
		rate := v.Values["ytd_rate"]
		rate.Text, rate.Notes = map[string]string{"0.4": "40", "0.9": "90"}[typed], []string{"percent-as-fraction"}
		v.Values["ytd_rate"] = rate
		if f := found(set.Judge(c), "rate-mismatch"); len(f) != want {
			t.Errorf("%s of a hundred: %+v", typed, f)
		}
	}
}

// Until the office puts in the registry of the new year, what was done before it follows from
// the figures accepted last; where nobody reported the last weeks, the row's own word stands.
func TestARegistryOfAnotherYearAccusesNobody(t *testing.T) {
	set := shipped(t)
	for _, c := range []struct {
		name     string
		registry int // the year it is of
		base     state.Week
		fresh    bool
		row      cells
		want     int
	}{
		{name: "this year's: its figure binds", registry: 2026, base: state.Week{Year: 2026, No: 36}, row: cells{}, want: 1},
		{name: "last year's: last week's figures bind", registry: 2025, base: state.Week{Year: 2026, No: 37}, fresh: true, row: cells{}},
		{name: "and are held against the row", registry: 2025, base: state.Week{Year: 2026, No: 37}, fresh: true, row: cells{"cum_invest": "13200"}, want: 1},
		{name: "older figures of this year do too", registry: 2025, base: state.Week{Year: 2026, No: 36}, row: cells{"cum_invest": "13200"}, want: 1},
		{name: "next year's, put in early", registry: 2027, base: state.Week{Year: 2026, No: 37}, fresh: true, row: cells{}},
		{name: "a gap at the turn of the year: more may have been done", registry: 2025, base: state.Week{Year: 2025, No: 50}, row: cells{"cum_invest": "17500"}},
		{name: "but not less", registry: 2025, base: state.Week{Year: 2025, No: 50}, row: cells{"cum_invest": "17000"}, want: 1},
	} {
		k := goodCase(set.form, goodRow.with(c.row))
		k.Roster.Projects[0].Year, k.Roster.Projects[0].CumBefore = c.registry, 100*state.Wan
		b := k.Bases["P1"]
		b.Week, b.Fresh = c.base, c.fresh
		k.Bases["P1"] = b
		if got := found(set.Judge(k), "cum-mismatch"); len(got) != c.want {
			t.Errorf("%s: %d findings, want %d: %+v", c.name, len(got), c.want, got)
		}
	}
}
