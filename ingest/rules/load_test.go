package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"duban/state"
)

// glossaryCodes are the error codes of the shared glossary: names that scripts rely on.
var glossaryCodes = []string{
	"no-attachment", "link-attachment", "not-a-spreadsheet", "encrypted-workbook", "format-et", "sender-not-registered", "period-mismatch",
	"header-not-found", "project-missing", "project-unknown", "duplicate-project", "required-empty", "not-a-number", "unit-suspect",
	"arith-ytd-mismatch", "ytd-decreased", "rate-mismatch", "cum-mismatch", "total-row-mismatch", "over-plan", "registry-field-changed",
	"text-same-as-last-week", "vague-progress", "request-without-unit", "deadline-not-a-date", "gap-prev-missing", "name-alias",
	"name-normalized", "number-as-text", "fullwidth-digits", "empty-subject", "archive", "nested-message", "late",
	"received-after-due-sent-before", "correction-late", "issue-vanished",
}

// raisedByReader are the doubts and notes of ingest/sheet.
var raisedByReader = []string{
	"not-a-date", "error-value", "formula-no-result", "formula-stale", "became-date", "struck-through", "merged-value", "text-too-long",
	"duplicate-column", "ambiguous-header", "hidden-sheet", "example-row", "period-conflict", "nil-return", "unit-in-cell",
	"form-other-week", "old-form", "amount-not-stated", "cell-note", "hidden-column",
	"percent-as-fraction", "vague-date", "year-from-period", "not-a-choice", "formula-external", "one-column-holds-both",
}

// notes of how a mail came: never an item in a letter (world/README.md).
var onlyNotes = []string{
	"late", "correction-late", "fullwidth-digits", "number-as-text", "name-alias", "name-normalized", "empty-subject", "archive",
	"nested-message", "format-et", "gap-prev-missing",
}

func TestEveryCodeHasItsRuleAndSentence(t *testing.T) {
	set := shipped(t)
	for _, name := range append(append([]string{}, glossaryCodes...), raisedByReader...) {
		if set.Rule(name) == nil {
			t.Errorf("rules.yaml has no %s", name)
		}
	}
	for _, name := range onlyNotes {
		if r := set.Rule(name); r != nil && r.level() != state.LevelNote {
			t.Errorf("%s is %s, must be a note", name, r.level())
		}
	}
	for _, name := range []string{ruleUnclear, ruleNoHeader, ruleNoRows, ruleNoColumn, ruleExtra, ruleNil, ruleHidden, ruleDuplicate, ruleMissing, ruleBookIgnored} {
		if set.Rule(name) == nil {
			t.Errorf("code raises %s, which rules.yaml does not have", name)
		}
	}
}

func TestEverySentenceIsPlainOfficeChinese(t *testing.T) {
	set := shipped(t)
	forbidden := regexp.MustCompile(`非法|无效|校验失败|异常|系统错误|错误码`)
	for _, name := range set.Names() {
		f := set.Tell(name, state.Finding{
			Found: "甲", Expected: "乙", Example: "丙", Last: "丁", Title: "列名", Unit: "万元", Name: "某项目", Sheet: "表", Cell: "A1", Book: "周报.xlsx",
		}, "补充。")
		chinese := strings.ContainsFunc(f.Message, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		if !chinese || forbidden.MatchString(f.Message) || !strings.HasSuffix(f.Message, "。") && !strings.HasSuffix(f.Message, "”。") {
			t.Errorf("%s says %q", name, f.Message)
		}
	}
	data, err := os.ReadFile("../../configs/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(data), "\n") {
		if forbidden.MatchString(line) {
			t.Errorf("line %d: %s", n+1, line)
		}
	}
}

// TestEveryMistakeIsToldWithItsLine changes one thing in a good file at a time.
func TestEveryMistakeIsToldWithItsLine(t *testing.T) {
	const good = `rules:
  - rule: ytd-small
    level: error
    scope: row
    at: ytd_invest
    params: {least: 1万元}
    when: ytd_invest.fen < p.least
    say: 您填的{found}太小,应不小于{wan(p.least)}。
`
	form := shippedForm(t)
	if _, faults := Load([]byte(good), "rules.yaml", form); faults != nil {
		t.Fatal(faults)
	}
	for _, c := range []struct {
		from, to string
		line     int
		says     string
	}{
		{"    level: error", "    leval: error", 3, "是不是“level”"},
		{"level: error", "level: eror", 3, "是不是“error”"},
		{"scope: row", "scope: rows", 4, "是不是“row”"},
		{"at: ytd_invest", "at: ytd_inves", 5, "是不是“ytd_invest”"},
		{"when: ytd_invest.fen", "when: ytd_inves.fen", 7, "没有名为“ytd_inves”"},
		{"when: ytd_invest.fen", "when: progress.text", 7, "写法有误"},
		{"ytd_invest.fen < p.least", "ytd_invest.fen < p.lest", 7, "写法有误"},
		{"ytd_invest.fen < p.least", "ytd_invest.fen + 1", 7, "写法有误"},
		{"ytd_invest.fen < p.least", "ytd_invest.fen <", 7, "写法有误"},
		{"ytd_invest.fen < p.least", "base.ytd < p.least", 7, "没有名为“base”"},
		{"{least: 1万元}", "{least: 许多}", 6, "不能作参数"},
		{"    say: 您填的{found}太小,应不小于{wan(p.least)}。\n", "", 2, "没有写要说的话"},
		{"{found}", "{fond}", 8, "没有名为“fond”"},
		{"{found}", "{found", 8, "写法有误"},
		{"{wan(p.least)}。", "{wan(p.least)。", 8, "花括号没有成对"},
		{"ytd-small", "YTD Small", 2, "只能用小写字母"},
		{"    scope: row\n", "    scope: row\n    scope: row\n", 5, "写了两次"},
		{"    scope: row\n", "    scope: class\n", 4, "哪几类项目"},
		{"    scope: row\n", "    scope: row\n    classes: [续件]\n", 5, "没有“续件”这一类"},
		{"    scope: row\n", "    scope: row\n    from: 9月1日\n", 5, "不是日期"},
		{"    scope: row\n", "    scope: row\n    trial: 也许\n", 5, "是或否"},
		{"    scope: row\n", "    scope: row\n    follows: [ytd-smal]\n", 2, "是不是“ytd-small”"},
		{"    scope: row\n", "    scope: row\n    except: [{projects: [P1]}]\n", 5, "没有写理由"},
		{"rules:", "rule:", 1, "是不是“rules”"},
		{"rules:\n", "rules: 无\n", 0, ""},
		{"    scope: row\n", "\tscope: row\n", 4, "YAML"},
		{good, "", 0, "没有一条规则"},
		{good, good + good[len("rules:\n"):], 9, "写了两次"},
		{good, good + "---\nrules: []\n", 10, "一份内容"},
	} {
		set, faults := Load([]byte(strings.Replace(good, c.from, c.to, 1)), "rules.yaml", form)
		if set != nil || len(faults) == 0 {
			t.Errorf("%q was let through", c.to)
			continue
		}
		var all []string
		told := false
		for _, f := range faults {
			all = append(all, f.String())
			told = told || strings.Contains(f.String(), c.says) && (c.line == 0 || f.Line == c.line)
		}
		if !told {
			t.Errorf("%q: want line %d and %q in\n%s", c.to, c.line, c.says, strings.Join(all, "\n"))
		}
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	const bad = `rules:
  - rule: one
    level: eror
    scope: row
    at: nothing
    when: nowhere.fen < 1
  - rule: two
    level: error
    scope: cell
    when: cell.fen + "x"
    say: 话。
`
	_, faults := Load([]byte(bad), "rules.yaml", shippedForm(t))
	if len(faults) != 5 {
		t.Errorf("%d faults, want 5: %v", len(faults), faults)
	}
}

// FuzzRules loads whatever an office may have saved: it must say what is wrong, and never
// fall over, neither loading nor judging with what it loaded.
func FuzzRules(f *testing.F) {
	data, err := os.ReadFile("../../configs/rules.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("rules:\n  - rule: a\n    level: error\n    scope: row\n    at: ytd_invest\n    when: ytd_invest.fen > 0\n    say: 话{found}。\n"))
	f.Add(data[:6000])
	form := shippedForm(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		set, faults := Load(data, "rules.yaml", form)
		if (set == nil) == (len(faults) == 0) {
			t.Fatalf("a set or faults, never both or neither: %v", faults)
		}
		if set != nil {
			set.Judge(goodCase(form, goodRow))
		}
	})
}

func TestMistakesAboutEarlierWeeksAreToldWithTheirPlace(t *testing.T) {
	const head = "rules:\n  - rule: mine\n    level: warning\n    scope: %s\n    at: progress\n    when: %s\n    say: %s\n"
	for _, c := range []struct{ scope, when, say, line, says string }{
		{"project", "same_for(progress.text, past.progres) > 1", "请核对。", ":6:", "progres"},
		{"project", "median(past.progress) > 1", "请核对。", ":6:", "mine.when"},
		{"project", "past.weeks", "请核对。", ":6:", "mine.when"},
		{"row", "past.weeks > 1", "请核对。", ":6:", "past"},
		{"project", "past.weeks > 1", "“{past.progresss[0]}”请核对。", ":7:", "progresss"},
		{"project", "past.weeks > 1", "\"\"", ":2:", "没有写要说的话"},
	} {
		set, faults := Load([]byte(fmtRule(head, c.scope, c.when, c.say)), "rules.yaml", shippedForm(t))
		if set != nil || len(faults) == 0 || !strings.Contains(faults[0].String(), c.line) || !strings.Contains(faults[0].String(), c.says) {
			t.Errorf("%s / %s: %v", c.when, c.say, faults)
		}
	}
	set, faults := Load([]byte(fmtRule(head, "project", "none_for(past.week_invest) >= 2 && same_for(progress.text, past.progress) >= 2", "连续{past.weeks}周,请核对。")), "rules.yaml", shippedForm(t))
	if set == nil || set.Weeks() == 0 {
		t.Fatalf("a rule of earlier weeks, written without a programmer: %v", faults)
	}
	if set, _ := Load([]byte(fmtRule(head, "row", "len(progress.text) < 3", "请核对。")), "rules.yaml", shippedForm(t)); set == nil || set.Weeks() != 0 {
		t.Error("no rule asks for earlier weeks: none may be read")
	}
}

func fmtRule(head string, parts ...string) string {
	for _, p := range parts {
		head = strings.Replace(head, "%s", p, 1)
	}
	return head
}
