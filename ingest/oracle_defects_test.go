package ingest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// want is one finding a defect must give.
type want struct {
	rule, column string
	level        state.Level
}

const (
	mustFix = state.LevelError
	mayAsk  = state.LevelWarning
	aside   = state.LevelNote
)

// defect is one way to get a report wrong, and what must be found of it.
type defect struct {
	name string
	on   func(p thing) bool // which projects can have it
	// group keeps defects off the row of another of the same group; "money+rate" is in two: a
	// slip of unit in the sum leaves the rate unjudged, as rules.md says of T02, and whatever
	// blocks a project is a reason for its standing still.
	group string
	spoil func(p thing, row map[string]string, r *rand.Rand)
	want  []want
	// explained says that the figures are true and the department answers with a remark.
	explained bool
}

func (d defect) groups() []string { return strings.Split(d.group, "+") }

func classed(classes ...state.Class) func(thing) bool {
	return func(p thing) bool {
		for _, c := range classes {
			if p.class == c && p.habit == steadily {
				return true
			}
		}
		return false
	}
}

func withHabit(habit string) func(thing) bool { return func(p thing) bool { return p.habit == habit } }

var (
	sites   = classed(state.ClassContinuing, state.ClassNewStart)
	builds  = classed(state.ClassContinuing)
	starts  = classed(state.ClassNewStart)
	earlies = classed(state.ClassPreliminary)
	talks   = classed(state.ClassInvestment)
)

// put types a text into a column.
func put(column, text string) func(thing, map[string]string, *rand.Rand) {
	return func(_ thing, row map[string]string, _ *rand.Rand) { row[column] = text }
}

// several types into several columns.
func several(pairs ...string) func(thing, map[string]string, *rand.Rand) {
	return func(_ thing, row map[string]string, _ *rand.Rand) {
		for i := 0; i < len(pairs); i += 2 {
			row[pairs[i]] = pairs[i+1]
		}
	}
}

// off changes a figure by a share of the year's plan.
func off(column string, share float64) func(thing, map[string]string, *rand.Rand) {
	return func(p thing, row map[string]string, r *rand.Rand) {
		by := int(share*float64(p.plan)) + r.IntN(7)
		row[column] = strconv.Itoa(atoi(row[column]) + by)
	}
}

// earned is a week of so much money with every sum to fit.
func earned(week func(p thing) int) func(thing, map[string]string, *rand.Rand) {
	return func(p thing, row map[string]string, _ *rand.Rand) {
		w := week(p)
		ytd := p.ytd(oracleWeeks-1) + w
		row["week_invest"], row["ytd_invest"], row["cum_invest"] = strconv.Itoa(w), strconv.Itoa(ytd), strconv.Itoa(p.before+ytd)
		row["ytd_rate"] = percent(ytd, p.plan)
	}
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // the oracle's own figures
	return n
}

// scaled is a figure typed in another unit: in 亿元, or in 元.
func scaled(column string) func(thing, map[string]string, *rand.Rand) {
	return func(_ thing, row map[string]string, r *rand.Rand) {
		n := atoi(row[column])
		if r.IntN(2) == 0 {
			row[column] = strconv.Itoa(n * 10_000)
		} else {
			row[column] = fmt.Sprintf("%d.%04d", n/10_000, n%10_000)
		}
	}
}

// defects is every way the oracle knows. A text that begins with ' is stored as text.
var defects = []defect{
	// cells
	{"no figure", sites, "money", put("week_invest", "约120"), []want{{"not-a-number", "week_invest", mustFix}}, false},
	{"no figure in the sum", sites, "money", put("ytd_invest", "待核"), []want{{"not-a-number", "ytd_invest", mustFix}}, false},
	{"a blank week", sites, "money", put("week_invest", ""), []want{{"required-empty", "week_invest", mustFix}}, false},
	{"a dash for money", sites, "money", put("week_invest", "—"), []want{{"amount-not-stated", "week_invest", mustFix}}, false},
	{"an error value", sites, "funds", put("funds_in", "#REF!"), []want{{"error-value", "funds_in", mustFix}}, false},
	{"a negative amount", sites, "funds", put("funds_in", "-300"), []want{{"negative-amount", "funds_in", mustFix}}, false},
	{"a negative week", sites, "money", put("week_invest", "-80"), []want{{"negative-amount", "week_invest", mustFix}}, false},
	{"a negative week that all sums follow", builds, "all", earned(func(thing) int { return -80 }), []want{{"negative-amount", "week_invest", mustFix}}, true},
	{"an absurd amount", sites, "funds", put("funds_in", "300000000"), []want{{"amount-implausible", "funds_in", mustFix}}, false},
	{"full-width digits", sites, "funds", put("funds_in", "３０００"), []want{{"fullwidth-digits", "funds_in", aside}}, false},
	{"a figure stored as text", sites, "funds", put("funds_in", "'3000"), []want{{"number-as-text", "funds_in", aside}}, false},
	{"a unit in the cell", sites, "funds", put("funds_in", "3000万元"), []want{{"unit-in-cell", "funds_in", aside}, {"number-as-text", "funds_in", aside}}, false},
	{"a rate as a fraction", sites, "rate", func(p thing, row map[string]string, _ *rand.Rand) {
		row["ytd_rate"] = "0." + strings.ReplaceAll(row["ytd_rate"], ".", "")
	}, []want{{"percent-as-fraction", "ytd_rate", aside}}, false},
	{"no date", sites, "dates", put("planned_finish", "2027.13.5"), []want{{"not-a-date", "planned_finish", mustFix}}, false},
	{"a month for a date", sites, "dates", put("planned_finish", "2027年6月"), []want{{"vague-date", "planned_finish", mayAsk}}, false},
	{"a deadline in words", sites, "request", put("request_deadline", "尽快"), []want{{"deadline-not-a-date", "request_deadline", mustFix}}, false},
	{"a permit in other words", earlies, "permit", put("permit_eia", "正在和市里对接"), []want{{"not-a-choice", "permit_eia", mayAsk}}, false},
	{"a short telephone", sites, "phone", put("phone", "'12345"), []want{{"phone-implausible", "phone", mayAsk}}, false},
	{"a future start", sites, "dates", put("actual_finish", "2027-01-05"), []want{{"date-in-future", "actual_finish", mustFix}}, false},
	{"a year out of range", sites, "dates", put("planned_finish", "2055-06-30"), []want{{"date-out-of-range", "planned_finish", mustFix}}, false},
	{"a moved date", sites, "dates", put("planned_start", "2025-03-02"), []want{{"date-changed", "planned_start", mayAsk}}, false},
	{"finish before start", sites, "dates", put("planned_finish", "2024-01-05"), []want{{"finish-before-start", "planned_finish", mustFix}}, false},
	{"finish after the registry's", sites, "all", put("planned_finish", "2028-03-31"), []want{{"finish-slips", "planned_finish", mayAsk}}, false},

	// a row
	{"the sum does not follow", sites, "money", off("ytd_invest", 0.01), []want{{"arith-ytd-mismatch", "ytd_invest", mustFix}}, false},
	{"the week is mistyped", sites, "money", off("week_invest", 0.01), []want{{"arith-ytd-mismatch", "ytd_invest", mustFix}}, false},
	{"the sum fell", sites, "money", func(p thing, row map[string]string, r *rand.Rand) {
		row["ytd_invest"] = strconv.Itoa(p.ytd(oracleWeeks-1) - 50 - r.IntN(50))
	}, []want{{"arith-ytd-mismatch", "ytd_invest", mustFix}}, false},
	{"the total does not follow", sites, "money", off("cum_invest", 0.02), []want{{"cum-mismatch", "cum_invest", mustFix}}, false},
	{"the total fell", builds, "money", func(p thing, row map[string]string, r *rand.Rand) {
		row["cum_invest"] = strconv.Itoa(p.before + p.ytd(oracleWeeks-1) - 60 - r.IntN(50))
	}, []want{{"cum-mismatch", "cum_invest", mustFix}}, false},
	{"the rate does not fit", sites, "rate", put("ytd_rate", "33.3"), []want{{"rate-mismatch", "ytd_rate", mustFix}}, false},
	{"a rate beyond all", sites, "rate", put("ytd_rate", "133"), []want{{"percent-out-of-range", "ytd_rate", mustFix}}, false},
	{"a slip of unit in the sum", sites, "money+rate", scaled("ytd_invest"), []want{{"unit-suspect", "ytd_invest", mustFix}}, false},
	{"a slip of unit in the total", sites, "money", scaled("cum_invest"), []want{{"unit-suspect", "cum_invest", mustFix}}, false},
	{"a slip of unit in the investment", sites, "registry", scaled("total_invest"), []want{{"unit-suspect", "total_invest", mustFix}}, false},
	{"a slip of unit in the week", builds, "money", scaled("week_invest"), []want{{"unit-suspect", "week_invest", mustFix}}, false},
	{"another investment", builds, "registry", off("total_invest", 0.1), []want{{"registry-field-changed", "total_invest", mayAsk}}, false},
	{
		"another year's plan", builds, "registry", func(p thing, row map[string]string, _ *rand.Rand) { row["year_plan"] = strconv.Itoa(p.plan * 11 / 10) },
		[]want{{"registry-field-changed", "year_plan", mayAsk}},
		false,
	},
	{
		"a plan above the investment", builds, "registry", func(p thing, row map[string]string, _ *rand.Rand) { row["year_plan"] = strconv.Itoa(p.total * 2) },
		[]want{{"registry-field-changed", "year_plan", mayAsk}},
		false,
	},
	{"no investment", builds, "registry", put("total_invest", "0"), []want{{"registry-field-changed", "total_invest", mayAsk}}, false},
	{"more than was bought", sites, "land", put("land_done_mu", "222"), []want{{"land-over-due", "land_done_mu", mustFix}}, false},
	{"more than was to move", sites, "land", put("demo_done", "66"), []want{{"demo-over-due", "demo_done", mustFix}}, false},
	{"land given back", sites, "land", put("land_done_mu", "90"), []want{{"land-decreased", "land_done_mu", mustFix}}, false},
	{"people moved back", sites, "land", put("demo_done", "20"), []want{{"demo-decreased", "demo_done", mustFix}}, false},
	{"urgent about nothing", sites, "request", put("urgency", "特急"), []want{{"urgent-without-problem", "urgency", mustFix}}, false},
	{"a request of nobody", sites, "request", several("problems", "东侧用地红线有异议", "coordination_request", "请加快红线核定"), []want{{"request-without-unit", "coordination_units", mayAsk}}, true},
	{"a problem without a request", sites, "request", put("problems", "班组人手不足影响进度"), []want{{"problem-without-request", "problems", mayAsk}}, false},
	{"blocked by nobody named", sites, "request", put("problems", "东侧8亩未交地"), []want{{"blocked-without-unit", "problems", mayAsk}}, false},
	{"stopped for no reason", sites, "progress+request", put("progress", "主体结构全面停工,工人已撤场清点"), []want{{"stopped-without-reason", "progress", mustFix}}, false},
	{"words without content", sites, "progress", put("progress", "正常推进"), []want{{"vague-progress", "progress", mayAsk}}, false},
	{"few words", sites, "progress", put("progress", "梁板预制"), []want{{"short-text", "progress", mayAsk}}, false},
	{"no words", sites, "progress", put("progress", ""), []want{{"required-empty", "progress", mustFix}}, false},
	{"no plan", sites, "plan", put("next_plan", ""), []want{{"required-empty", "next_plan", mustFix}}, false},
	{"finished without a day", builds, "all", put("progress", "全线已竣工,正在办理移交手续"), []want{{"finished-undated", "actual_finish", mayAsk}}, false},
	{"finished", sites, "all", several("progress", "全线已竣工,档案移交第二批", "actual_finish", "2026-10-20"), []want{{"finish-reported", "progress", aside}}, false},
	{"words and money apart", builds, "progress", put("progress", "各标段同步施工,形象进度98%"), []want{{"progress-money-gap", "progress", mayAsk}}, false},

	// earlier weeks
	{
		"last week's words", sites, "progress", func(p thing, row map[string]string, _ *rand.Rand) { row["progress"] = p.course(oracleWeeks - 1) },
		[]want{{"text-same-as-last-week", "progress", mayAsk}},
		false,
	},
	{"last week's words with other figures", sites, "progress", func(p thing, row map[string]string, _ *rand.Rand) {
		row["progress"] = strings.Replace(p.course(oracleWeeks-1), "完成", "完成1", 1)
	}, []want{{"text-same-but-numbers", "progress", aside}}, false},
	{"last week's plan word for word", sites, "progress", func(p thing, row map[string]string, _ *rand.Rand) {
		row["progress"] = p.truth(oracleWeeks-1, time.Time{})["next_plan"] + ""
	}, []want{{"progress-repeats-plan", "progress", aside}, {"short-text", "progress", mayAsk}}, false},
	{"another responsible department", sites, "dept", put("responsible_dept", "区住建局"), []want{{"dept-changed", "responsible_dept", mayAsk}}, false},
	{"a big week", builds, "all", earned(func(p thing) int { return p.plan * 8 / 100 }), []want{{"week-jump", "week_invest", mayAsk}}, true},
	{
		"a week of a fifth of the plan", builds, "all", earned(func(p thing) int { return p.plan * 22 / 100 }),
		[]want{{"week-large", "week_invest", mayAsk}, {"over-plan", "ytd_invest", mayAsk}, {"over-hundred-percent", "ytd_rate", aside}},
		true,
	},
	{"a week above the year's plan", builds, "all", earned(func(p thing) int { return p.plan*11/10 + 30 }), []want{
		{"week-over-plan", "week_invest", mustFix}, {"over-plan", "ytd_invest", mayAsk}, {"over-hundred-percent", "ytd_rate", aside},
	}, false},
	{"a visit before the week", sites, "visit", put("visit_date", "2026-10-02"), []want{{"visit-outside-week", "visit_date", mayAsk}}, false},

	// classes and registry
	{"another class", builds, "class", put("project_class", "新开工"), []want{{"class-changed", "project_class", mayAsk}, {"start-reported", "actual_start", aside}}, false},
	{"another leader", sites, "leader", put("lead_leader", "纪拟岚"), []want{{"leader-differs", "lead_leader", aside}}, false},
	{"begun", starts, "dates", put("actual_start", "2025-03-12"), []want{{"start-reported", "actual_start", aside}}, false},
	{"a blank permit", earlies, "permit", put("permit_eia", ""), []want{{"permit-status-missing", "permit_eia", mustFix}}, false},
	{"a permit taken back", earlies, "permit", put("permit_eia", "办理中"), []want{{"permit-turned-back", "permit_eia", mayAsk}}, false},
	{"a permit long since accepted", earlies, "permit", put("permit_approval", "办理中"), []want{
		{"permit-over-time", "permit_approval_date", mayAsk}, {"permit-turned-back", "permit_approval", mayAsk},
	}, false},
	{"a permit accepted on no day", earlies, "permit", several("permit_approval", "办理中", "permit_approval_date", ""), []want{
		{"permit-date-missing", "permit_approval_date", mayAsk}, {"permit-turned-back", "permit_approval", mayAsk},
	}, false},
	{"every permit", earlies, "permit", several("permit_planning", "已办结", "permit_land", "已办结", "permit_construction", "已办结"), []want{{"permits-all-done", "permit_construction", aside}}, true},
	{"building money before building", earlies, "all", earned(func(p thing) int { return p.total / 9 }), []want{
		{"preliminary-money", "ytd_invest", mayAsk}, {"week-over-plan", "week_invest", mustFix}, {"over-plan", "ytd_invest", mayAsk},
	}, false},
	{"no stage", talks, "progress", put("progress", "本周与企业通电话两次,企业内部研究"), []want{{"stage-missing", "progress", mustFix}}, false},
	{"a stage back", talks, "progress", put("progress", "洽谈阶段:初步接洽;本周重新推介地块三宗"), []want{{"stage-backwards", "progress", mustFix}}, false},
	{"signed", talks, "progress", put("progress", "洽谈阶段:正式签约;10月28日签订投资协议"), []want{{"contract-signed", "progress", aside}}, true},
	{"signed on no day", talks, "progress", put("progress", "洽谈阶段:正式签约;投资协议文本已盖章"), []want{{"contract-signed", "progress", aside}, {"signed-without-date", "progress", aside}}, true},
	{"signed for nothing", talks, "progress", several("progress", "洽谈阶段:正式签约;10月28日签订投资协议", "total_invest", ""), []want{
		{"contract-signed", "progress", aside}, {"signed-without-amount", "total_invest", mustFix},
	}, false},
	{"money while talking", talks, "money", put("week_invest", "35"), []want{{"investment-money", "week_invest", mayAsk}}, false},
	{"another name", sites, "name", func(_ thing, row map[string]string, _ *rand.Rand) {
		row["project_name"] += "(扩建)"
	}, []want{{"name-differs", "project_name", mayAsk}}, false},
	{"a name with blanks", sites, "name", func(_ thing, row map[string]string, _ *rand.Rand) {
		row["project_name"] = strings.Replace(row["project_name"], "项目", " 项目 ", 1)
	}, []want{{"name-normalized", "project_name", aside}}, false},

	// habits of some weeks
	{"a fifth week of nothing", withHabit(stalls), "all", func(p thing, row map[string]string, r *rand.Rand) {
		earned(func(thing) int { return 0 })(p, row, r)
		row["progress"] = p.course(oracleWeeks - 1)
	}, []want{{"idle-three-weeks", "progress", mayAsk}, {"idle-five-weeks", "progress", aside}, {"text-same-third-week", "progress", aside}}, true},
	{
		"a third week of the same early talk", withHabit(quiet), "all", func(p thing, row map[string]string, _ *rand.Rand) { row["progress"] = p.course(oracleWeeks - 1) },
		[]want{{"no-contact", "progress", mayAsk}, {"text-same-third-week", "progress", aside}},
		false,
	},
	{
		"a fourth week of intentions", withHabit(intent), "all", func(p thing, row map[string]string, _ *rand.Rand) { row["progress"] = p.course(oracleWeeks - 1) },
		[]want{{"intent-unchanged", "progress", mayAsk}, {"text-same-third-week", "progress", aside}},
		false,
	},
	{
		"stopped for a third week", withHabit(stopped), "all", several("progress", "东侧钢结构已停工,西侧围挡维护三处", "remark", ""),
		[]want{{"stopped-two-weeks", "progress", mayAsk}, {"issue-vanished", "problems", aside}},
		false,
	},
	{"a problem forgotten", withHabit(stopped), "all", put("remark", ""), []want{{"issue-vanished", "problems", aside}}, true},
	{"finished for a fourth week", withHabit(finished), "all", several("progress", "主体及配套已完工,档案移交第二批", "actual_finish", "2026-10-20"), []want{{"finished-not-closed", "progress", mayAsk}, {"finish-reported", "progress", aside}}, true},
	{"put off again", withHabit(shifting), "all", put("planned_finish", "2027-11-30"), []want{{"milestone-moved", "planned_finish", mayAsk}}, false},
	{"not begun and no reason", withHabit(unbegun), "all", put("problems", "无"), []want{{"late-start", "progress", mustFix}, {"issue-vanished", "problems", aside}}, false},
	{"money before the start", withHabit(unbegun), "all", earned(func(p thing) int { return p.plan * 3 / 100 }), []want{{"money-without-start", "actual_start", mayAsk}}, true},
}

// allSums are the defects after which a department that puts its week right puts every sum of
// the row right with it.
var allSums = map[string]bool{"a week above the year's plan": true, "building money before building": true}
